//! A relay that was tried and failed. The messenger keeps who tried and in which block, whatever came of it; and apart from
//! that whether the message was ever relayed. Both together say that a try failed.
//!
//! What can go wrong: who tried is found by a log or a transaction, which are hints. A wrong hint gives another slot, which is
//! empty. And a try through a contract, whose caller is not the transaction's sender, is not found.

use super::{BridgeError, Message};
use crate::execution::{AccountProof, Question};
use crate::primitives::{Address, B256, StorageSlot, U256, keccak256};
use crate::rollup::{Basis, Registry, read_contract};
use alloy_primitives::b256;

/// `relayedMessages` of the L1 messenger.
const RELAYED_MESSAGES: StorageSlot = StorageSlot::at(202);

/// The topic of `FailedRelayedMessage(bytes32 indexed msgHash)`.
pub const FAILED_RELAYED_MESSAGE: B256 = b256!("99d0e048484baa1b1540b1367cb128acd7ab2946d1ed91ec10e3c85e4bf51b8f");

/// A try to relay a message: by whom, and in which L1 block.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RelayTry {
    /// Who called the messenger.
    pub relayer: Address,
    /// The L1 block.
    pub l1_block: u64,
}

/// A try that L1's messenger knows of, and that failed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FailedRelay(RelayTry);

impl RelayTry {
    /// What to ask L1 about it: whether it was made, and whether the message was relayed.
    pub fn question(&self, basis: &Basis, message: &Message) -> Question {
        Question::new(basis.network().contracts.messenger, [self.slot(message), message.successful_slot()])
    }

    fn slot(&self, message: &Message) -> StorageSlot {
        let mut id = message.x_domain_calldata();
        id.extend_from_slice(self.relayer.as_slice());
        id.extend_from_slice(&U256::from(self.l1_block).to_be_bytes::<32>());
        RELAYED_MESSAGES.entry(keccak256(id))
    }
}

impl Registry {
    /// The try, if it was made and the message was not relayed, then or since. `proof` answers [`RelayTry::question`].
    ///
    /// # Errors
    /// [`BridgeError`] where the proof does not hold.
    pub fn failed_relay(
        &self,
        message: &Message,
        tried: RelayTry,
        proof: &AccountProof,
    ) -> Result<Option<FailedRelay>, BridgeError> {
        let basis = self.basis();
        let question = tried.question(basis, message);
        let [was_tried, was_relayed] = read_contract(basis.l1(), "the l1 messenger", &question, proof)?;
        Ok((was_tried.byte(0) != 0 && was_relayed.byte(0) == 0).then_some(FailedRelay(tried)))
    }
}

impl FailedRelay {
    /// Who tried, and when.
    pub const fn tried(&self) -> RelayTry {
        self.0
    }
}
