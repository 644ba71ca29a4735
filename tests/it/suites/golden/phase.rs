//! The climb of one phase.

use super::{Story, balance, batch, contracts, message};
use crate::suites::metis::check::Check;
use crate::suites::metis::json::{list, small, text, word};
use metis_light::consensus::{L1StateRoot, L1Status};
use metis_light::execution::{AccountProof, Question};
use metis_light::primitives::B256;
use serde_json::Value;

/// A moment of a recording, by its finalized L1 block.
pub(super) struct Phase<'a> {
    pub(super) story: &'a Story<'a>,
    pub(super) expected: &'a Value,
    pub(super) l1: L1StateRoot,
}

impl<'a> Phase<'a> {
    pub(super) fn new(check: &mut Check, story: &'a Story<'a>, expected: &'a Value) -> Self {
        let finalized = &expected["finalized"];
        let hash = word(&finalized["blockHash"]);
        let header = story.calls.header("l1", hash).expect("the finalized header was recorded");
        check.eq("number", header.number, small(&finalized["blockNumber"]));
        check.eq("state root", header.state_root, word(&finalized["stateRoot"]));
        check.eq("timestamp", header.timestamp, small(&finalized["timestamp"]));
        let l1 = L1StateRoot::for_tests(&header, L1Status::Finalized);
        check.eq("hash", l1.hash(), hash);
        Self { story, expected, l1 }
    }

    pub(super) fn name(&self) -> &'a str {
        text(&self.expected["name"])
    }

    /// What the recorded L1 answered.
    pub(super) fn answer(&self, question: &Question) -> AccountProof {
        self.recorded(question).unwrap_or_else(|| panic!("{}: {question:?} was not recorded", self.name()))
    }

    pub(super) fn recorded(&self, question: &Question) -> Option<AccountProof> {
        self.story.calls.proof(self.name(), "l1", self.l1.hash(), question)
    }

    /// What the honest L2 answered about its block with this number.
    pub(super) fn l2_answer(&self, block: u64, question: &Question) -> Option<AccountProof> {
        let calls = &self.story.calls;
        calls.proof(self.name(), "l2", calls.hash_of("l2", block)?, question)
    }

    /// What is expected of the batch with this header hash.
    pub(super) fn batch(&self, header_hash: B256) -> &'a Value {
        let mut batches = list(&self.story.expected["batches"]).iter();
        batches.find(|batch| word(&batch["headerHash"]) == header_hash).expect("a batch of the recording")
    }

    pub(super) fn run(&self, check: &mut Check, others: &[&Phase<'_>]) {
        let Some(registry) = contracts::registry(check, self, others) else {
            // The contracts are not the pinned ones: nothing may be said of any batch or message.
            for verdict in list(&self.expected["batches"]) {
                check.eq("verdict", text(&verdict["verdict"]).starts_with("refused"), true);
            }
            for verdict in list(&self.expected["messages"]) {
                check.eq("status", text(&verdict["status"]), "refused");
            }
            return;
        };
        let batches = batch::run(check, self, &registry, others);
        message::run(check, self, &registry, &batches, others);
        balance::run(check, self, &batches);
    }
}
