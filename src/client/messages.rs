use super::RollupHead;
use super::block::only;
use super::block_by::{BlockBy, Named};
use super::blocks_in::Firmness;
use super::request::{Reply, Request};
use super::task::{Fault, Progress, Step, Task};
use crate::bridge::Message;
use crate::execution::Proven;
use crate::primitives::{B256, UnixTime};
use crate::rollup::L2Header;

/// The messages to L1 that an L2 transaction sent: these and no others, by its receipt under the block hash that its batch
/// names.
///
/// What [`WithdrawalsOf`](super::WithdrawalsOf) takes from a node as a hint is proven here, at the price of the headers from
/// the batch's last block down. The rounds are those of [`BlockBy`].
#[derive(Clone, Debug)]
pub struct MessagesOf {
    transaction: B256,
    block: BlockBy,
}

impl MessagesOf {
    /// Asks about an L2 transaction, under a head of the rollup.
    pub const fn new(head: RollupHead, transaction: B256) -> Self {
        Self { transaction, block: BlockBy::new(head, Named::Transaction(transaction), Firmness::Posted) }
    }
}

impl Task for MessagesOf {
    type Output = Proven<Vec<Message>, L2Header>;

    fn requests(&self) -> Vec<Request> {
        self.block.requests()
    }

    fn progress(&self) -> Option<Progress> {
        self.block.progress()
    }

    fn resume(&self, replies: &[Reply], now: UnixTime) -> Result<Step<Self>, Fault> {
        match self.block.resume(replies, now)? {
            Step::Ask(block) => Ok(Step::Ask(Self { block, ..self.clone() })),
            Step::Done(found) => {
                let found = only(found)?;
                let messages = Message::of_transaction(self.transaction, &found.transactions, &found.receipts);
                messages.map(Step::Done).map_err(Fault::of_nobody)
            }
        }
    }
}
