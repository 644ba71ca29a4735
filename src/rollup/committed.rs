use super::{L2StateRoot, RollupError, StateBatch};
use crate::primitives::B256;
use crate::primitives::ovm_merkle::{self, OvmMerkleError};

/// A batch on L1 together with its state roots, which give its root.
#[derive(Clone, Debug)]
pub struct CommittedBatch {
    batch: StateBatch,
    state_roots: Vec<B256>,
}

impl CommittedBatch {
    /// Puts a batch and its state roots together.
    ///
    /// # Errors
    /// [`RollupError::RootCount`] where they are not as many as the header says, [`RollupError::Merkle`] where they do not give
    /// its root.
    pub fn new(batch: StateBatch, state_roots: Vec<B256>) -> Result<Self, RollupError> {
        let header = batch.header();
        if state_roots.len() as u64 != header.batch_size() {
            return Err(RollupError::RootCount { got: state_roots.len(), expected: header.batch_size() });
        }
        let (got, expected) = (ovm_merkle::root(&state_roots)?, header.batch_root());
        if got != expected {
            return Err(OvmMerkleError::RootMismatch { got, expected }.into());
        }
        Ok(Self { batch, state_roots })
    }

    /// The batch.
    pub const fn batch(&self) -> &StateBatch {
        &self.batch
    }

    /// The state roots of its blocks, the first block's first; never empty.
    pub fn state_roots(&self) -> &[B256] {
        &self.state_roots
    }

    /// The state root of one of its blocks, and its branch in the batch.
    ///
    /// # Errors
    /// [`RollupError::BlockOutsideBatch`] where the block is in another batch.
    pub fn state_root(&self, block: u64) -> Result<(L2StateRoot, Vec<B256>), RollupError> {
        let place = usize::try_from(self.batch.header().index_of(block)?).unwrap_or(usize::MAX);
        let siblings = ovm_merkle::branch(&self.state_roots, place)?;
        let root = self.state_roots.get(place).copied().unwrap_or_default();
        Ok((self.batch.state_root(block, root, &siblings)?, siblings))
    }
}
