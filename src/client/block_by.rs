use super::balance::exactly;
use super::block::CommittedBlock;
use super::blocks_in::{BlocksIn, Firmness};
use super::request::{Call, Reply, Request};
use super::task::{Fault, Progress, Step, Task};
use super::{ClientError, RollupHead};
use crate::bridge::BridgeError;
use crate::error::Error;
use crate::primitives::{B256, UnixTime};
use crate::wire::{ClaimedHeader, ReceiptHint, hint};
use core::ops::RangeInclusive;

/// Posted blocks by whatever names them: the block of a hash, the one that a transaction is in, or some by their numbers.
///
/// One round for the number that belongs to a hash, which is the node's word and only says where to look; then those of
/// [`BlocksIn`]. That there is no such block, or no such transaction, cannot be proven: it is an error, and not an answer.
#[derive(Clone, Debug)]
pub struct BlockBy {
    head: RollupHead,
    firmness: Firmness,
    stage: Stage,
}

/// What names a block.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Named {
    /// Its hash.
    Hash(B256),
    /// The hash of a transaction in it.
    Transaction(B256),
}

#[derive(Clone, Debug)]
enum Stage {
    Number(Named),
    /// With the name, where it was not a number.
    Blocks(Box<BlocksIn>, Option<Named>),
}

impl BlockBy {
    /// Asks for one block under a head of the rollup.
    pub const fn new(head: RollupHead, named: Named, firmness: Firmness) -> Self {
        Self { head, firmness, stage: Stage::Number(named) }
    }

    /// Asks for some blocks by their numbers: for whoever asks in all these ways, with one type.
    ///
    /// # Errors
    /// Those of [`BlocksIn::new`].
    pub fn numbers(head: RollupHead, wanted: RangeInclusive<u64>, firmness: Firmness) -> Result<Self, Error> {
        let blocks = BlocksIn::new(head.clone(), wanted, firmness)?;
        Ok(Self { head, firmness, stage: Stage::Blocks(Box::new(blocks), None) })
    }

    fn after_number(&self, named: Named, reply: &Reply) -> Result<Step<Self>, Error> {
        let number = number(named, reply)?;
        let blocks = BlocksIn::new(self.head.clone(), number..=number, self.firmness)?;
        Ok(Step::Ask(Self { stage: Stage::Blocks(Box::new(blocks), Some(named)), ..self.clone() }))
    }
}

impl Task for BlockBy {
    /// From the lowest up; one, where one was named.
    type Output = Vec<CommittedBlock>;

    fn requests(&self) -> Vec<Request> {
        match &self.stage {
            Stage::Number(Named::Hash(hash)) => vec![Request::L2(Call::block(*hash))],
            Stage::Number(Named::Transaction(hash)) => vec![Request::L2(Call::receipt(*hash))],
            Stage::Blocks(blocks, _) => blocks.requests(),
        }
    }

    fn progress(&self) -> Option<Progress> {
        let Stage::Blocks(blocks, _) = &self.stage else { return None };
        blocks.progress()
    }

    fn resume(&self, replies: &[Reply], now: UnixTime) -> Result<Step<Self>, Fault> {
        match &self.stage {
            Stage::Number(named) => {
                let [reply] = exactly(replies)?;
                self.after_number(*named, reply).map_err(Fault::of(0))
            }
            Stage::Blocks(blocks, named) => match blocks.resume(replies, now)? {
                Step::Ask(blocks) => {
                    Ok(Step::Ask(Self { stage: Stage::Blocks(Box::new(blocks), *named), ..self.clone() }))
                }
                Step::Done(found) => {
                    for block in &found {
                        check_named(*named, block, replies.len().saturating_sub(1))?;
                    }
                    Ok(Step::Done(found))
                }
            },
        }
    }
}

/// The number of a block, as a node has it.
fn number(named: Named, reply: &Reply) -> Result<u64, Error> {
    let unknown = |what, hash| Error::from(ClientError::Unknown { what, hash });
    match named {
        Named::Hash(hash) => {
            let claimed = hint::unless_null(reply, ClaimedHeader::parse)?;
            // A header of this hash has this number, whoever tells of it.
            let header = claimed.map(|claimed| claimed.header).filter(|header| header.hash() == hash);
            header.map(|header| header.number).ok_or_else(|| unknown("the l2 block", hash))
        }
        Named::Transaction(hash) => {
            let receipt = ReceiptHint::parse(reply)?;
            receipt.map(|receipt| receipt.block_number).ok_or_else(|| unknown("the l2 transaction", hash))
        }
    }
}

/// Whether it is the block that was named. `asked` is the last request, to a node that told of a wrong number.
fn check_named(named: Option<Named>, block: &CommittedBlock, asked: usize) -> Result<(), Fault> {
    match named {
        // The hash is of a block that was left behind: nobody has lied.
        Some(Named::Hash(hash)) if block.header().hash() != hash => {
            Err(Fault::of_nobody(ClientError::Unknown { what: "the posted l2 block", hash }))
        }
        Some(Named::Transaction(hash)) if block.place_of(hash).is_none() => {
            let block = block.header().hash();
            Err(Fault::of(asked)(BridgeError::NotInBlock { hash, block }))
        }
        _ => Ok(()),
    }
}
