use super::{Deposit, QueuedMessage};
use crate::bridge::event::receipt_of;
use crate::bridge::{BridgeError, L2_BRIDGE, relayMessageCall};
use crate::execution::{Log, Outcome, Proven, Receipt};
use crate::primitives::{Address, B256, Bytes, U256, abi};
use crate::rollup::{L2Header, L2Transaction};
use alloy_primitives::b256;
use alloy_sol_types::SolCall;

/// `RelayedMessage(bytes32)`.
const RELAYED_MESSAGE: B256 = b256!("0x4641df4a962071e12719d8c8c8e5ac7fc4d97b927346a3d7a335b1f7517e133c");
/// `DepositFinalized(address,address,address,address,uint256,bytes)`.
const DEPOSIT_FINALIZED: B256 = b256!("0xb0444523268717a02698be47d0803aa7468c00acbed2f8bd93a0459cde61dd89");
/// `finalizeDeposit(address,address,address,address,uint256,bytes)`.
const FINALIZE_DEPOSIT: [u8; 4] = [0x66, 0x2a, 0x63, 0x3a];

/// Tokens that a message of the standard bridge pays out on L2.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TokenDeposit {
    /// The token on L1; zero stands for ETH and METIS, as the bridge has it.
    pub l1_token: Address,
    /// The token on L2.
    pub l2_token: Address,
    /// Who gave it up on L1.
    pub from: Address,
    /// Who receives it on L2.
    pub to: Address,
    /// How much, in the token's smallest unit.
    pub amount: U256,
    /// Free bytes of the sender.
    pub data: Bytes,
}

/// What became of one place in the queue, by the receipt of its own L2 transaction.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DepositOutcome {
    /// The call was made, and it was no deposit of the standard bridge.
    Called,
    /// The bridge paid the tokens.
    Credited,
    /// The call was made, and the bridge did not pay: it does not know the pair of tokens.
    NotCredited,
    /// The call reverted. Anyone may have the message queued again.
    Reverted,
}

impl QueuedMessage {
    /// Reads the message as a deposit of the standard bridge; `None` where it is anything else. `l1_bridge` is the bridge on
    /// L1, from which alone the bridge on L2 takes such calls.
    pub fn token_deposit(&self, l1_bridge: Address) -> Option<TokenDeposit> {
        let call = relayMessageCall::abi_decode(&self.data).ok()?;
        if call.target != L2_BRIDGE || call.sender != l1_bridge {
            return None;
        }
        let (&FINALIZE_DEPOSIT, arguments) = call.message.split_first_chunk::<4>()? else { return None };
        let ([l1_token, l2_token, from, to, amount], data) = abi::words_and_bytes(arguments)?;
        TokenDeposit::new([l1_token, l2_token, from, to, amount], data)
    }
}

impl TokenDeposit {
    fn new(words: [B256; 5], data: Bytes) -> Option<Self> {
        let [l1_token, l2_token, from, to, amount] = words;
        Some(Self {
            l1_token: abi::address(l1_token)?,
            l2_token: abi::address(l2_token)?,
            from: abi::address(from)?,
            to: abi::address(to)?,
            amount: amount.into(),
            data,
        })
    }

    /// The deposit that a log of the bridge says was paid.
    fn from_log(log: &Log) -> Option<Self> {
        let [DEPOSIT_FINALIZED, l1_token, l2_token, from] = *log.topics else { return None };
        let ([to, amount], data) = abi::words_and_bytes(&log.data)?;
        Self::new([l1_token, l2_token, from, to, amount], data)
    }
}

impl Deposit {
    /// What became of it in the L2 block that its transaction is in.
    ///
    /// # Errors
    /// [`BridgeError::NotInBlock`] where the block does not have its transaction.
    pub fn outcome(
        &self,
        transactions: &Proven<Vec<L2Transaction>, L2Header>,
        receipts: &Proven<Vec<Receipt>, L2Header>,
    ) -> Result<DepositOutcome, BridgeError> {
        let hash = self.message().l2_transaction_hash();
        receipt_of(hash, transactions, receipts).map(|receipt| self.outcome_of(receipt))
    }

    pub(crate) fn outcome_of(&self, receipt: &Receipt) -> DepositOutcome {
        let network = self.basis().network();
        let predeploys = &network.l2.predeploys;
        let relayed = [RELAYED_MESSAGE, self.message().message_hash()];
        let by = |who: Address| receipt.logs.iter().filter(move |log| log.address == who);
        let was_relayed = by(predeploys.messenger).any(|log| relayed_message(log) == Some(relayed));
        if receipt.outcome != Outcome::Status(true) || !was_relayed {
            return DepositOutcome::Reverted;
        }
        match self.message().token_deposit(network.contracts.bridge) {
            None => DepositOutcome::Called,
            Some(wanted) => {
                let paid = by(predeploys.bridge).any(|log| TokenDeposit::from_log(log).as_ref() == Some(&wanted));
                if paid { DepositOutcome::Credited } else { DepositOutcome::NotCredited }
            }
        }
    }
}

/// The topic and the message of `RelayedMessage(bytes32 indexed msgHash)`.
fn relayed_message(log: &Log) -> Option<[B256; 2]> {
    log.topics.as_slice().try_into().ok()
}
