use super::batch::{FindBatch, Wanted};
use super::block::{BlocksOf, CommittedBlock};
use super::request::{Reply, Request};
use super::task::{Fault, Progress, Step, Task};
use super::{ClientError, RollupHead};
use crate::error::Error;
use crate::primitives::UnixTime;
use crate::rollup::CommittedBatch;
use crate::rollup::{Finality, RollupError};
use core::ops::RangeInclusive;

/// Blocks with their receipts in one question: some 10 MB of JSON where they are full of logs.
const MAX_BLOCKS: u64 = 128;

/// Posted blocks that follow each other, whichever batches they are in, with all their transactions and receipts. So their logs
/// are all that there are.
///
/// For each batch, the newest first, the rounds of [`FindBatch`], where it is not the last, and those of [`BlocksOf`].
#[derive(Clone, Debug)]
pub struct BlocksIn {
    head: RollupHead,
    /// What is still to be found.
    wanted: RangeInclusive<u64>,
    firmness: Firmness,
    /// From the lowest up.
    found: Vec<CommittedBlock>,
    stage: Stage,
}

/// How firm a block's batch must be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Firmness {
    /// On L1, disputed or not.
    Posted,
    /// And not disputed.
    Undisputed,
    /// And its window is over.
    Final,
}

#[derive(Clone, Debug)]
enum Stage {
    Batch(Box<FindBatch>),
    Blocks(Box<BlocksOf>),
}

impl BlocksIn {
    /// Asks for some blocks under a head of the rollup.
    ///
    /// # Errors
    /// [`ClientError::TooMany`] beyond 128 blocks, [`ClientError::NotPosted`] where L1 does not hold them all yet,
    /// [`ClientError::BelowFloor`] and [`ClientError::Disputed`] where they are not firm enough; and
    /// [`Error`] where there are none in the range, or their batch names no block.
    pub fn new(head: RollupHead, wanted: RangeInclusive<u64>, firmness: Firmness) -> Result<Self, Error> {
        let (first, last) = (*wanted.start(), *wanted.end());
        let posted = head.registry.context().total_elements;
        // The genesis block is in no batch.
        if first == 0 || first > last {
            return Err(RollupError::BlockOutsideBatch { got: first, first: 1, last }.into());
        }
        ClientError::check_many("blocks", last.saturating_sub(first).saturating_add(1), MAX_BLOCKS)?;
        if last > posted {
            return Err(ClientError::NotPosted { block: last, posted }.into());
        }
        let stage = begin(&head, &wanted, firmness)?;
        Ok(Self { head, wanted, firmness, found: Vec::new(), stage })
    }

    /// Goes on below what was found last.
    fn after(&self, mut found: Vec<CommittedBlock>) -> Result<Step<Self>, Fault> {
        let lowest = found.first().map(|block| block.header().header().number);
        found.extend(self.found.iter().cloned());
        let (first, below) = (*self.wanted.start(), lowest.and_then(|lowest| lowest.checked_sub(1)));
        let Some(below) = below.filter(|below| *below >= first) else { return Ok(Step::Done(found)) };
        let wanted = first..=below;
        let stage = begin(&self.head, &wanted, self.firmness).map_err(Fault::of_nobody)?;
        Ok(Step::Ask(Self { wanted, found, stage, ..self.clone() }))
    }
}

impl Task for BlocksIn {
    /// From the lowest up.
    type Output = Vec<CommittedBlock>;

    fn requests(&self) -> Vec<Request> {
        match &self.stage {
            Stage::Batch(find) => find.requests(),
            Stage::Blocks(blocks) => blocks.requests(),
        }
    }

    fn progress(&self) -> Option<Progress> {
        match &self.stage {
            Stage::Batch(find) => find.progress(),
            Stage::Blocks(blocks) => blocks.progress(),
        }
    }

    fn resume(&self, replies: &[Reply], now: UnixTime) -> Result<Step<Self>, Fault> {
        let stage = match &self.stage {
            Stage::Batch(find) => match find.resume(replies, now)? {
                Step::Ask(find) => Stage::Batch(Box::new(find)),
                Step::Done(batch) => in_batch(&batch, &self.wanted, self.firmness).map_err(Fault::of_nobody)?,
            },
            Stage::Blocks(blocks) => match blocks.resume(replies, now)? {
                Step::Ask(blocks) => Stage::Blocks(Box::new(blocks)),
                Step::Done(found) => return self.after(found),
            },
        };
        Ok(Step::Ask(Self { stage, ..self.clone() }))
    }
}

/// Looks for the batch of the highest block.
fn begin(head: &RollupHead, wanted: &RangeInclusive<u64>, firmness: Firmness) -> Result<Stage, Error> {
    let last = *wanted.end();
    match head.last.as_ref().filter(|batch| batch.batch().header().index_of(last).is_ok()) {
        Some(batch) => in_batch(batch, wanted, firmness),
        None => Ok(Stage::Batch(Box::new(FindBatch::new(&head.registry, Wanted::Block(last))?))),
    }
}

/// Those of the blocks that are in a batch; the highest one is.
fn in_batch(batch: &CommittedBatch, wanted: &RangeInclusive<u64>, firmness: Firmness) -> Result<Stage, Error> {
    check_firmness(batch, *wanted.end(), firmness)?;
    let first = batch.batch().header().first_block().max(*wanted.start());
    Ok(Stage::Blocks(Box::new(BlocksOf::new(batch, first..=*wanted.end())?)))
}

fn check_firmness(batch: &CommittedBatch, block: u64, firmness: Firmness) -> Result<(), ClientError> {
    match (batch.batch().finality(), firmness) {
        (_, Firmness::Posted) => Ok(()),
        (Finality::Disputed(_), _) => Err(ClientError::Disputed { block }),
        (Finality::Posted { closes }, Firmness::Final) => Err(ClientError::BelowFloor { block, closes: closes.0 }),
        _ => Ok(()),
    }
}
