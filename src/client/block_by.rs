use super::balance::exactly;
use super::block::{CommittedBlock, only};
use super::blocks_in::{BlocksIn, Firmness};
use super::request::{Call, Reply, Request};
use super::task::{Fault, Progress, Step, Task};
use super::{ClientError, RollupHead};
use crate::bridge::BridgeError;
use crate::error::Error;
use crate::primitives::{B256, UnixTime};
use crate::wire::{ClaimedHeader, ReceiptHint, hint};

/// The posted block of a hash, or the one that a transaction is in.
///
/// One round for its number, which is the node's word and only says where to look; then those of [`BlocksIn`]. That there is no
/// such block, or no such transaction, cannot be proven: it is an error, and not an answer.
#[derive(Clone, Debug)]
pub struct BlockBy {
    head: RollupHead,
    named: Named,
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
    Number,
    Block(Box<BlocksIn>),
}

impl BlockBy {
    /// Asks for a block under a head of the rollup.
    pub const fn new(head: RollupHead, named: Named, firmness: Firmness) -> Self {
        Self { head, named, firmness, stage: Stage::Number }
    }

    fn number(&self, reply: &Reply) -> Result<u64, Error> {
        let unknown = |what, hash| Error::from(ClientError::Unknown { what, hash });
        match self.named {
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

    fn after_number(&self, reply: &Reply) -> Result<Step<Self>, Error> {
        let number = self.number(reply)?;
        let blocks = BlocksIn::new(self.head.clone(), number..=number, self.firmness)?;
        Ok(Step::Ask(Self { stage: Stage::Block(Box::new(blocks)), ..self.clone() }))
    }

    /// Whether it is the block that was named. `asked` is the last request, to a node that told of a wrong number.
    fn checked(&self, block: CommittedBlock, asked: usize) -> Result<CommittedBlock, Fault> {
        match self.named {
            // The hash is of a block that was left behind: nobody has lied.
            Named::Hash(hash) if block.header().hash() != hash => {
                Err(Fault::of_nobody(ClientError::Unknown { what: "the posted l2 block", hash }))
            }
            Named::Transaction(hash) if block.place_of(hash).is_none() => {
                let block = block.header().hash();
                Err(Fault::of(asked)(BridgeError::NotInBlock { hash, block }))
            }
            _ => Ok(block),
        }
    }
}

impl Task for BlockBy {
    type Output = CommittedBlock;

    fn requests(&self) -> Vec<Request> {
        match (&self.stage, self.named) {
            (Stage::Number, Named::Hash(hash)) => vec![Request::L2(Call::block(hash))],
            (Stage::Number, Named::Transaction(hash)) => vec![Request::L2(Call::receipt(hash))],
            (Stage::Block(blocks), _) => blocks.requests(),
        }
    }

    fn progress(&self) -> Option<Progress> {
        let Stage::Block(blocks) = &self.stage else { return None };
        blocks.progress()
    }

    fn resume(&self, replies: &[Reply], now: UnixTime) -> Result<Step<Self>, Fault> {
        match &self.stage {
            Stage::Number => {
                let [reply] = exactly(replies)?;
                self.after_number(reply).map_err(Fault::of(0))
            }
            Stage::Block(blocks) => match blocks.resume(replies, now)? {
                Step::Ask(blocks) => Ok(Step::Ask(Self { stage: Stage::Block(Box::new(blocks)), ..self.clone() })),
                Step::Done(found) => self.checked(only(found)?, replies.len().saturating_sub(1)).map(Step::Done),
            },
        }
    }
}
