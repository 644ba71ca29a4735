use super::balance::exactly;
use super::batch::proof;
use super::request::{Call, Reply, Request};
use super::task::{Fault, Step, Task};
use crate::primitives::UnixTime;
use crate::rollup::{DeletedBatch, Registry};

/// Whether L1 has deleted a batch after the last one, with none in its place: why a block may wait for its state root longer
/// than others. One round.
#[derive(Clone, Debug)]
pub struct LastDeleted {
    /// The contracts.
    pub registry: Registry,
}

impl Task for LastDeleted {
    type Output = Option<DeletedBatch>;

    fn requests(&self) -> Vec<Request> {
        let block = self.registry.basis().l1().number();
        vec![Request::L1(Call::proof(&self.registry.deletion_question(), block))]
    }

    fn resume(&self, replies: &[Reply], _: UnixTime) -> Result<Step<Self>, Fault> {
        let [element] = exactly(replies)?;
        let proof = proof(element).map_err(Fault::of(0))?;
        self.registry.deleted_batch(&proof).map(Step::Done).map_err(Fault::of(0))
    }
}
