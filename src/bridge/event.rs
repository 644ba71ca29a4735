use super::{BridgeError, Message};
use crate::execution::{Log, Proven, Receipt};
use crate::primitives::{Address, B256, Bytes, U256};
use crate::rollup::{L2Header, L2Transaction};
use alloy_primitives::b256;
use alloy_sol_types::SolValue;

impl Message {
    /// The topic of `SentMessage(address,address,bytes,uint256,uint256,uint256)`.
    pub const SENT: B256 = b256!("0x678d1db16886696652bddc90d68217be474de2ce959bf7383cb63eaa8c6f1afa");

    /// The message that a log of the L2 messenger tells of; none where it is another event. A hint: that it was sent is in
    /// the message passer's storage.
    pub fn from_log(log: &Log) -> Option<Self> {
        let [Self::SENT, target] = *log.topics else { return None };
        let (sender, message, message_nonce, ..) =
            <(Address, Bytes, U256, U256, U256)>::abi_decode_params(&log.data).ok()?;
        Some(Self { target: Address::from_word(target), sender, message, message_nonce })
    }

    /// The messages that a transaction of a block sent: these, in order, and no others.
    ///
    /// # Errors
    /// [`BridgeError::NotInBlock`] where the block does not have the transaction.
    pub fn of_transaction(
        hash: B256,
        transactions: &Proven<Vec<L2Transaction>, L2Header>,
        receipts: &Proven<Vec<Receipt>, L2Header>,
    ) -> Result<Proven<Vec<Self>, L2Header>, BridgeError> {
        let header = receipts.at();
        let receipt = receipt_of(hash, transactions, receipts)?;
        let messenger = header.batch().basis().network().l2.predeploys.messenger;
        let messages = receipt.logs.iter().filter(|log| log.address == messenger).filter_map(Self::from_log);
        Ok(Proven::new(messages.collect(), header.clone()))
    }
}

/// The receipt of one transaction of a block.
pub(super) fn receipt_of<'a>(
    hash: B256,
    transactions: &Proven<Vec<L2Transaction>, L2Header>,
    receipts: &'a Proven<Vec<Receipt>, L2Header>,
) -> Result<&'a Receipt, BridgeError> {
    let is_one_block = transactions.at().hash() == receipts.at().hash();
    let mut pairs = transactions.value().iter().zip(receipts.value()).filter(|_| is_one_block);
    let found = pairs.find(|(transaction, _)| transaction.signed.hash() == hash);
    found.map(|(_, receipt)| receipt).ok_or(BridgeError::NotInBlock { hash, block: transactions.at().hash() })
}
