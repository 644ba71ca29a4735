//! What verifiers said a moment ago, so that ten questions about one batch do not ask every source ten times.
//!
//! What can go wrong: words grow old, since dissent may come at any time. So they are used again for a few seconds only, and
//! only under the L1 block that they were counted under.

use crate::attestation::Tally;
use crate::primitives::{B256, UnixTime};
use crate::rollup::{CommittedBatch, StateBatch};

/// How long what was heard is used again, in seconds: a slot of L1.
pub(super) const RECENT: u64 = 12;

/// How many batches are remembered; one has up to 110 KB of state roots.
const BATCHES: usize = 8;

/// The last batches that verifiers were heard about.
#[derive(Clone, Debug, Default)]
pub(super) struct HeardOf(Vec<Heard>);

/// What was heard about one batch.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) at: UnixTime,
    pub(super) batch: CommittedBatch,
    pub(super) tally: Tally,
}

impl HeardOf {
    /// What was last heard about a batch under its L1 block.
    pub(super) fn find(&self, batch: &StateBatch) -> Option<&Heard> {
        self.0.iter().find(|heard| names(heard.batch.batch()) == names(batch))
    }

    /// Whoever looks for what is new wants the newest word as well. The batches stay, for they are as they were.
    pub(super) fn forget(&mut self) {
        for heard in &mut self.0 {
            heard.at = UnixTime(0);
        }
    }

    /// Remembers it in place of what was heard before.
    pub(super) fn keep(&mut self, heard: Heard) {
        self.0.retain(|old| names(old.batch.batch()) != names(heard.batch.batch()));
        if self.0.len() >= BATCHES {
            self.0.remove(0);
        }
        self.0.push(heard);
    }
}

impl Heard {
    /// Whether it is not old yet. A clock that went back makes it so.
    pub(super) const fn is_recent(&self, now: UnixTime) -> bool {
        matches!(now.0.checked_sub(self.at.0), Some(age) if age < RECENT)
    }
}

fn names(batch: &StateBatch) -> (B256, B256) {
    (batch.basis().l1().hash(), batch.header_hash())
}
