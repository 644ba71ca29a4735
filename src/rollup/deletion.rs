//! What L1 still shows of a batch that it has deleted.
//!
//! A deletion lowers the container's length and leaves the elements above it: one that stands right after the last batch is
//! of a batch that was there, was deleted, and has none in its place. What it held cannot be told from it, but where it began:
//! at the first block that is not posted. So whatever is not posted was in it, or waits behind it.

use super::registry::read_contract;
use super::{Registry, RollupError, element_slot};
use crate::execution::{AccountProof, Question};
use crate::primitives::B256;

/// A batch that L1 held after the last one, and deleted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DeletedBatch {
    index: u64,
    header_hash: B256,
}

impl Registry {
    /// What to ask L1 whether a batch was deleted after the last one: the element that its length no longer counts.
    pub fn deletion_question(&self) -> Question {
        let basis = self.basis();
        let element = element_slot(basis.network().l2.chain_id, self.context().length);
        Question::new(basis.batches_container, [element])
    }

    /// The batch that was deleted after the last one and has none in its place, if there is one. `proof` answers
    /// [`Self::deletion_question`].
    ///
    /// # Errors
    /// [`RollupError`] where the proof does not hold.
    pub fn deleted_batch(&self, proof: &AccountProof) -> Result<Option<DeletedBatch>, RollupError> {
        let question = self.deletion_question();
        let [element] = read_contract(self.basis().l1(), "the batches' container", &question, proof)?;
        let deleted = DeletedBatch { index: self.context().length, header_hash: element.into() };
        Ok((!element.is_zero()).then_some(deleted))
    }
}

impl DeletedBatch {
    /// The place that it had, and that the next batch takes.
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The hash of its header.
    pub const fn header_hash(&self) -> B256 {
        self.header_hash
    }
}
