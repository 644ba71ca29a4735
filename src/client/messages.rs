use super::balance::exactly;
use super::batch::{CommittedBatch, FindBatch, Wanted};
use super::request::{Call, Reply, Request};
use super::task::{Fault, Progress, Step, Task};
use super::{BlockOf, ClientError, RollupHead};
use crate::bridge::Message;
use crate::error::Error;
use crate::execution::Proven;
use crate::primitives::{B256, UnixTime};
use crate::rollup::L2Header;
use crate::wire::ReceiptHint;

/// The messages to L1 that an L2 transaction sent: these and no others, by its receipt under the block hash that its batch
/// names.
///
/// What [`WithdrawalsOf`](super::WithdrawalsOf) takes from a node as a hint is proven here, at the price of the headers from
/// the batch's last block down. Rounds: the receipt, which only says where to look; those of [`FindBatch`], where the batch is
/// not the last; those of [`BlockOf`].
#[derive(Clone, Debug)]
pub struct MessagesOf {
    head: RollupHead,
    transaction: B256,
    stage: Stage,
}

#[derive(Clone, Debug)]
enum Stage {
    Receipt,
    Batch { block: u64, find: Box<FindBatch> },
    Block(Box<BlockOf>),
}

impl MessagesOf {
    /// Asks about an L2 transaction, under a head of the rollup.
    pub const fn new(head: RollupHead, transaction: B256) -> Self {
        Self { head, transaction, stage: Stage::Receipt }
    }

    fn go_on(&self, stage: Stage) -> Step<Self> {
        Step::Ask(Self { stage, ..self.clone() })
    }

    fn after_receipt(&self, reply: &Reply) -> Result<Step<Self>, Fault> {
        let unknown = ClientError::Unknown { what: "the l2 transaction", hash: self.transaction };
        let receipt = ReceiptHint::parse(reply).map_err(Fault::of(0))?;
        let block = receipt.ok_or(unknown).map_err(Fault::of(0))?.block_number;
        match self.head.last.as_ref().filter(|last| last.batch().header().index_of(block).is_ok()) {
            Some(last) => self.in_batch(last, block).map_err(Fault::of_nobody),
            None => {
                let find = FindBatch::new(&self.head.registry, Wanted::Block(block)).map_err(Fault::of(0))?;
                Ok(self.go_on(Stage::Batch { block, find: Box::new(find) }))
            }
        }
    }

    fn in_batch(&self, batch: &CommittedBatch, block: u64) -> Result<Step<Self>, Error> {
        Ok(self.go_on(Stage::Block(Box::new(BlockOf::new(batch, block)?))))
    }
}

impl Task for MessagesOf {
    type Output = Proven<Vec<Message>, L2Header>;

    fn requests(&self) -> Vec<Request> {
        match &self.stage {
            Stage::Receipt => vec![Request::L2(Call::receipt(self.transaction))],
            Stage::Batch { find, .. } => find.requests(),
            Stage::Block(block) => block.requests(),
        }
    }

    fn progress(&self) -> Option<Progress> {
        let Stage::Batch { find, .. } = &self.stage else { return None };
        find.progress()
    }

    fn resume(&self, replies: &[Reply], now: UnixTime) -> Result<Step<Self>, Fault> {
        match &self.stage {
            Stage::Receipt => {
                let [receipt] = exactly(replies)?;
                self.after_receipt(receipt)
            }
            Stage::Batch { block, find } => match find.resume(replies, now)? {
                Step::Ask(find) => Ok(self.go_on(Stage::Batch { block: *block, find: Box::new(find) })),
                Step::Done(batch) => self.in_batch(&batch, *block).map_err(Fault::of_nobody),
            },
            Stage::Block(block) => match block.resume(replies, now)? {
                Step::Ask(block) => Ok(self.go_on(Stage::Block(Box::new(block)))),
                Step::Done(found) => {
                    let messages = Message::of_transaction(self.transaction, &found.transactions, &found.receipts);
                    // The node named a block that does not have the transaction.
                    messages.map(Step::Done).map_err(Fault::of(replies.len().saturating_sub(1)))
                }
            },
        }
    }
}
