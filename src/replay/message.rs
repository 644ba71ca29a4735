//! Withdrawals of a recording: where each stands, when it can be relayed, who sent it, and the call that relays it.

use super::phase::{One, Play};
use super::{driven, list, word};
use crate::bridge::{BlockedBy, Message, WithdrawalStatus};
use crate::client::{Estimate, MessagesOf, RollupHead, WithdrawalState, WithdrawalsOf};
use crate::error::Kind;
use crate::primitives::{B256, U256};
use alloy_primitives::hex;
use serde_json::Value;

impl Play<'_> {
    pub(super) fn message(&mut self, head: &RollupHead, verdict: &Value) {
        let before = self.tally.open();
        let hash = word::<B256>(&verdict["messageHash"]);
        let name = format!("message {}", verdict["tag"].as_str().unwrap_or_default());
        let known = |name: &str| {
            let mut messages = list(&self.recording.expected[name]).iter();
            messages.find(|message| hash.is_some() && word(&message["messageHash"]) == hash)
        };
        let Some(message) = known("messages") else {
            // One that was invented was sent by no transaction, so nobody can ask about it.
            if known("fakeMessages").is_none() {
                self.tally.differs(name, "the recording does not have it");
            }
            return;
        };
        let Some(transaction) = word(&message["txHash"]) else {
            return self.tally.differs(name, "the recording does not say who sent it");
        };
        let run = driven(WithdrawalsOf::new(head, transaction), &self.sources);
        let expected = verdict["status"].as_str();
        let states = match run.output {
            Err(error) => {
                let is_expected = match expected {
                    Some("not-committed") => error.kind() == Kind::NotYet,
                    Some("batch-refused") => error.kind() == Kind::Invalid,
                    _ => false,
                };
                let now = head.registry.basis().l1().timestamp();
                return match is_expected {
                    true if matches!(head.estimate_unposted(), Estimate::Projected(at) if at <= now) => {
                        self.tally.differs(name, "what is not posted is projected into the past");
                    }
                    true => self.tally.refuse(),
                    false => self.tally.differs(name, error),
                };
            }
            Ok(states) => states,
        };
        self.tally.at_most(&name, run.rounds, 5);
        let Some(state) = states.iter().find(|state| Some(state.hash()) == hash) else {
            return self.tally.differs(name, "it was not found");
        };
        self.tally.equal(&name, status(state), expected);
        self.tally.equal(&name, state.is_at_last_block, Some(false));
        self.estimate(&name, head, state, verdict);
        self.tally.close("messages", before);
        self.relay(&name, state, message);
        self.at_last_block(&name, head, transaction, state.hash());
        self.sent(&name, head, transaction, &states);
    }

    /// The same messages by the transaction's proven receipt, where its batch names a block, and no lie.
    fn sent(&mut self, name: &str, head: &RollupHead, transaction: B256, states: &[WithdrawalState]) {
        let named = states.first().and_then(|state| state.withdrawal.at().batch().header().extra_data().last_block());
        let run = driven(MessagesOf::new(head.clone(), transaction), &self.sources);
        match (run.output, named.map(|last| self.is_block(last.number, last.hash))) {
            (Ok(messages), Some(true)) => {
                self.tally.at_most(name, run.rounds, 4);
                let hashes: Vec<_> = messages.value().iter().map(Message::hash).collect();
                self.tally.equal(name, hashes, Some(states.iter().map(WithdrawalState::hash).collect()));
            }
            (Ok(_), _) => self.tally.differs(name, "who sent it is proven under a lie"),
            (Err(error), Some(true)) => self.tally.differs(name, error),
            (Err(_), _) => self.tally.refuse(),
        }
    }

    /// The time at which it can be relayed: exact where only the window is left, and past where that is over.
    fn estimate(&mut self, name: &str, head: &RollupHead, state: &WithdrawalState, verdict: &Value) {
        let now = head.registry.basis().l1().timestamp().0;
        let left = verdict["secondsLeft"].as_u64();
        let estimate = state.estimate();
        match (state.status, estimate) {
            (WithdrawalStatus::InChallengePeriod { .. }, Estimate::Exact(at)) => {
                self.tally.equal(name, at.0.checked_sub(now), Some(left));
            }
            (WithdrawalStatus::ReadyToRelay, Estimate::Exact(at)) if at.0 <= now => {}
            (WithdrawalStatus::Relayed | WithdrawalStatus::Disputed | WithdrawalStatus::Blocked(_), Estimate::None) => {
            }
            _ => self.tally.differs(name, format_args!("{estimate:?} of what is {}", state.status)),
        }
    }

    /// The same message at the last posted block: always in two rounds.
    fn at_last_block(&mut self, name: &str, head: &RollupHead, transaction: B256, hash: B256) {
        let last = head.last.as_ref().and_then(|last| last.state_root(last.batch().header().last_block()).ok());
        let Some((last, _)) = last else { return };
        let run = driven(WithdrawalsOf::new(head, transaction).at_last_block(), &self.sources);
        let is_honest = self.is_honest(&last);
        let hash_and_block = |states: &Vec<WithdrawalState>| {
            let state = states.iter().find(|state| state.hash() == hash)?;
            Some((state.hash(), state.withdrawal.at().block()))
        };
        let what = One { row: "messages", name, is_honest, rounds: 2 };
        self.one(&what, run, hash_and_block, Some(Some((hash, last.block()))));
    }

    /// The one call that was recorded is of the batch that is there at the end, which may be another.
    fn relay(&mut self, name: &str, state: &WithdrawalState, message: &Value) {
        let (before, relay) = (self.tally.open(), &message["relay"]);
        let hash = state.withdrawal.at().batch().header_hash();
        if word(&relay["batchHeaderHash"]) != Some(hash) || relay["l2BlockOfProof"] != message["l2Block"] {
            return;
        }
        match state.relay() {
            Err(error) => self.tally.differs(name, error),
            Ok(call) => {
                if relay["calldata"].as_str() != Some(&hex::encode_prefixed(call.calldata())) {
                    self.tally.differs(name, "its relay call is another");
                }
                self.tally.equal(name, call.to(), word(&relay["to"]));
                self.tally.close("relays", before);
            }
        }
    }

    /// Whether the recorded L2 has this block.
    fn is_block(&self, number: U256, hash: B256) -> bool {
        let mut headers = list(&self.recording.expected["l2Headers"]).iter();
        headers.any(|header| {
            header["number"].as_u64().map(U256::from) == Some(number) && word(&header["hash"]) == Some(hash)
        })
    }
}

/// The recordings' name for where a withdrawal stands.
const fn status(state: &WithdrawalState) -> &'static str {
    match state.status {
        WithdrawalStatus::Relayed => "relayed",
        WithdrawalStatus::Disputed => "disputed",
        WithdrawalStatus::InChallengePeriod { .. } => "in-window",
        WithdrawalStatus::ReadyToRelay => "ready",
        WithdrawalStatus::Blocked(BlockedBy::MessengerPaused) => "paused",
        WithdrawalStatus::Blocked(_) => "blocked",
    }
}
