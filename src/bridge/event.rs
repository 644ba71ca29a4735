use super::Message;
use crate::execution::Log;
use crate::primitives::{Address, B256, Bytes, U256};
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
}
