//! Deposits of a recording: each was executed, and its tokens paid, in the L2 block that the recording names.

use super::phase::Play;
use super::{driven, word};
use crate::bridge::DepositOutcome;
use crate::client::{DepositState, DepositStatus, DepositsOf, RollupHead};
use crate::error::Kind;
use crate::primitives::B256;
use serde_json::Value;

impl Play<'_> {
    pub(super) fn deposit(&mut self, head: &RollupHead, expected: &Value) {
        let (before, index) = (self.tally.open(), expected["queueIndex"].as_u64());
        let name = format!("deposit {}", index.unwrap_or_default());
        let Some(transaction) = word(&expected["l1Tx"]) else {
            return self.tally.differs(name, "the recording does not say which l1 transaction made it");
        };
        let run = driven(DepositsOf::new(head.clone(), transaction), &self.sources);
        let last = head.last.as_ref().and_then(|last| last.state_root(last.batch().header().last_block()).ok());
        let is_honest = last.is_none_or(|(last, _)| self.is_honest(&last));
        let states = match run.output {
            // The recorded node is of the honest chain and proves nothing under a lie.
            Err(error) if !is_honest && error.kind() == Kind::Invalid => return self.tally.refuse(),
            // Not every block's flags were recorded.
            Err(error) if error.kind() == Kind::Unavailable => return,
            Err(error) => return self.tally.differs(name, error),
            Ok(states) => states,
        };
        self.tally.at_most(&name, run.rounds, 6);
        let Some(state) = states.iter().find(|state| Some(state.deposit.message().queue_index) == index) else {
            return self.tally.differs(name, "it was not found");
        };
        self.hashes(&name, state, expected);
        let (got, wanted) = (stands(state), stands_in(expected["l2Block"].as_u64(), head));
        self.tally.equal(&name, got, wanted);
        self.tally.close("deposits", before);
    }

    fn hashes(&mut self, name: &str, state: &DepositState, expected: &Value) {
        let message = state.deposit.message();
        self.tally.equal(name, message.message_hash(), word::<B256>(&expected["messageHash"]));
        self.tally.equal(name, message.l2_transaction_hash(), self.l2_transaction(expected));
        self.tally.equal(name, message.successful_slot().0, word::<B256>(&expected["l2SuccessSlot"]));
        self.tally.equal(name, message.queue_hash(), word::<B256>(&expected["transactionHash"]));
        self.tally.equal(name, Some(state.deposit.l1_block()), Some(expected["l1Block"].as_u64()));
    }

    /// The deposit is the first transaction of its block: in these recordings nothing else is in it.
    fn l2_transaction(&self, expected: &Value) -> Option<B256> {
        let mut all = super::list(&self.recording.expected["l2Transactions"]).iter();
        let of_block = all.find(|transaction| transaction["block"] == expected["l2Block"]);
        word(&of_block?["hash"])
    }
}

/// The block that settled it, and how.
fn stands(state: &DepositState) -> Option<(u64, DepositOutcome)> {
    match &state.status {
        DepositStatus::Settled(outcome, header) => Some((header.header().number, *outcome)),
        DepositStatus::Queued | DepositStatus::Executed(_) => None,
    }
}

/// What is expected: nothing yet where its block is not posted.
fn stands_in(block: Option<u64>, head: &RollupHead) -> Option<Option<(u64, DepositOutcome)>> {
    let block = block?;
    let is_posted = block <= head.registry.context().total_elements;
    Some(is_posted.then_some((block, DepositOutcome::Credited)))
}
