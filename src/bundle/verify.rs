use super::{Answer, BatchPart, Bundle};
use crate::consensus::{Checkpoint, Store};
use crate::error::Error;
use crate::network::{L1, Network};
use crate::primitives::{B256, UnixTime};
use crate::rollup::{Accepted, BatchHeader, L2StateRoot, RollupError};

/// What a bundle proves, as of its L1 block. Only [`Bundle::verify`] makes one.
///
/// ```compile_fail
/// let forged: metis_light::bundle::Verified = serde_json::from_str("{}").unwrap();
/// ```
/// ```compile_fail
/// fn forge(bundle: metis_light::bundle::Bundle) -> metis_light::bundle::Verified { bundle.into() }
/// ```
#[derive(Clone, Debug)]
pub struct Verified {
    checkpoint: Checkpoint,
    at: L2StateRoot,
    answer: Answer,
    age: u64,
}

impl Bundle {
    /// Climbs from the caller's checkpoint to the bundle's answer. `now` is for the checkpoint's age, and for what claims
    /// to be from the future.
    ///
    /// # Errors
    /// [`Error`], the first rung that does not hold. [`CheckpointMismatch`](crate::consensus::ConsensusError::CheckpointMismatch)
    /// where the bundle begins at another checkpoint, and
    /// [`CheckpointTooOld`](crate::consensus::ConsensusError::CheckpointTooOld) unless its age is waived.
    pub fn verify(
        &self,
        network: &Network,
        checkpoint: Checkpoint,
        accepted: &Accepted,
        now: UnixTime,
    ) -> Result<Verified, Error> {
        let store = Store::retrace(&network.l1, checkpoint, &self.consensus, now)?;
        let l1 = store.finalized(&self.execution)?;
        let registry = l1.registry(network, accepted, &self.registry)?;
        let batch = registry.state_batch(self.batch.index, self.batch.header()?, &self.batch.proofs)?;
        let at = batch.state_root(self.block.number, self.block.state_root, &self.block.siblings)?;
        let answer = self.claim.prove(&registry, &at)?;
        Ok(Verified { checkpoint, at, answer, age: now.0.saturating_sub(l1.timestamp().0) })
    }

    /// The checkpoint without which the bundle is worth nothing, to be compared with what somebody trusted says: the
    /// bundle's word, never to be verified with as it is. Nothing is checked.
    ///
    /// # Errors
    /// [`Error`] where the chain in it cannot be read.
    pub fn begins(&self, l1: &L1) -> Result<B256, Error> {
        Ok(Store::beginning(l1, &self.consensus)?)
    }
}

impl Verified {
    /// What it rests on.
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The state that the answer is of, with the batch that it is in and the L1 block that all was read at. How final it
    /// is was judged at that block's time.
    pub const fn at(&self) -> &L2StateRoot {
        &self.at
    }

    /// The answer, with its question.
    pub const fn answer(&self) -> &Answer {
        &self.answer
    }

    /// How long before the caller's time the L1 block was, in seconds; 0 where it was after.
    pub const fn age(&self) -> u64 {
        self.age
    }
}

impl BatchPart {
    fn header(&self) -> Result<BatchHeader, RollupError> {
        BatchHeader::new(self.batch_root, self.batch_size, self.prev_total_elements, self.extra_data.clone())
    }
}
