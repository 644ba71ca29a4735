//! Messages between Metis and Ethereum: withdrawals and deposits.
//!
//! A message sent on L2 leaves a flag in the storage of a predeploy, the message passer, at a slot computed from the
//! message. Proven under an [`L2StateRoot`](crate::rollup::L2StateRoot) the message is a [`Withdrawal`]; the L1 messenger
//! relays it once the batch's window is over ([`WithdrawalStatus`]), with calldata that anyone may send
//! ([`Relay::calldata`]).
//!
//! What can go wrong: logs can be withheld or made up and so can message hashes, so the slot is computed from the
//! message's own fields and the status is read from L1's storage, never from a log. The contract's witness differs from
//! `eth_getProof` in one corner: nodes that stand inside their parent must be listed too.
//!
//! Source: Metis' `L1CrossDomainMessenger`, `L1StandardBridge`, `OVM_L2ToL1MessagePasser`, `Lib_MerkleTrie`.

mod deposit;
mod error;
mod event;
mod failed_relay;
mod message;
mod messenger;
mod relay;
mod status;
#[cfg(test)]
mod tests;
mod token;
mod withdrawal;
mod witness;

pub use deposit::{Deposit, DepositOutcome, QueuedMessage, TokenDeposit, deposit_questions};
pub use error::BridgeError;
pub use failed_relay::{FAILED_RELAYED_MESSAGE, FailedRelay, RelayTry};
pub use message::Message;
pub use messenger::{Messenger, MessengerFlags, messenger_questions};
pub use relay::Relay;
pub use status::{BlockedBy, WithdrawalStatus};
pub use token::{Asset, TokenWithdrawal};
pub use withdrawal::{Withdrawal, withdrawal_question};
pub use witness::Witness;

pub(crate) use message::relayMessageCall;
pub(crate) use token::L2_BRIDGE;
pub(crate) use withdrawal::check_sent;
