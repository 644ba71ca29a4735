use super::ClientError;
use super::batch::CommittedBatch;
use super::request::{Call, Reply, Request};
use super::task::{Fault, Step, Task};
use crate::error::Error;
use crate::execution::{Proven, Receipt};
use crate::primitives::UnixTime;
use crate::rollup::{L2Header, L2StateRoot, L2Transaction};
use crate::wire::{ClaimedHeader, L2TransactionRecord, ReceiptRecord};

/// Headers in one round: some 400 KB of JSON.
const HEADERS: u64 = 256;

/// A block of a batch with its transactions and receipts, linked to the block hash that the batch names: the headers down
/// from the batch's last one, then both tries built again.
///
/// One round for each 256 headers between the batch's last block and the wanted one. Only for batches that name a block,
/// which those since May 2025 do.
#[derive(Clone, Debug)]
pub struct BlockOf {
    /// The state root of the batch's last block.
    last: L2StateRoot,
    block: u64,
    /// The lowest header that is linked.
    linked: Option<L2Header>,
}

/// A block and what is in it.
#[derive(Clone, Debug)]
pub struct CommittedBlock {
    /// Its transactions, all and in order.
    pub transactions: Proven<Vec<L2Transaction>, L2Header>,
    /// Their receipts.
    pub receipts: Proven<Vec<Receipt>, L2Header>,
}

impl CommittedBlock {
    /// The header that both hold under.
    pub const fn header(&self) -> &L2Header {
        self.transactions.at()
    }
}

impl BlockOf {
    /// Asks for a block of a batch.
    ///
    /// # Errors
    /// [`Error`] where the block is not in the batch, or the batch names no block.
    pub fn new(batch: &CommittedBatch, block: u64) -> Result<Self, Error> {
        let header = batch.batch().header();
        header.index_of(block)?;
        header.extra_data().last_block().ok_or(crate::rollup::RollupError::NoLastBlock)?;
        let (last, _) = batch.state_root(header.last_block())?;
        Ok(Self { last, block, linked: None })
    }

    /// The blocks whose headers come next, from the highest down.
    fn next(&self) -> impl Iterator<Item = u64> {
        let highest = match &self.linked {
            Some(header) => header.header().number.saturating_sub(1),
            None => self.last.block(),
        };
        let lowest = highest.saturating_sub(HEADERS.saturating_sub(1)).max(self.block);
        (lowest..=highest).rev()
    }

    fn link(&self, below: Option<&L2Header>, reply: &Reply) -> Result<L2Header, Error> {
        let header = ClaimedHeader::parse(reply)?.header;
        Ok(match below {
            Some(above) => above.parent(header)?,
            None => self.last.last_header(header)?,
        })
    }
}

impl Task for BlockOf {
    type Output = CommittedBlock;

    fn requests(&self) -> Vec<Request> {
        let mut requests: Vec<_> =
            self.next().map(|block| Request::L2(Call::block_by_number(block, block == self.block))).collect();
        if self.next().last() == Some(self.block) {
            requests.push(Request::L2(Call::receipts_by_block(self.block)));
        }
        requests
    }

    fn resume(&self, replies: &[Reply], _: UnixTime) -> Result<Step<Self>, Fault> {
        let expected = self.requests().len();
        if replies.len() != expected {
            return Err(Fault::of_nobody(ClientError::ReplyCount { got: replies.len(), expected }));
        }
        let mut linked = self.linked.clone();
        for (place, (_, reply)) in self.next().zip(replies).enumerate() {
            linked = Some(self.link(linked.as_ref(), reply).map_err(Fault::of(place))?);
        }
        match (linked, replies) {
            (Some(header), [.., block, receipts]) if header.header().number == self.block => {
                let places = (expected.saturating_sub(2), expected.saturating_sub(1));
                let transactions = transactions(&header, block).map_err(Fault::of(places.0))?;
                let receipts = self::receipts(&header, receipts).map_err(Fault::of(places.1))?;
                Ok(Step::Done(CommittedBlock { transactions, receipts }))
            }
            (linked, _) => Ok(Step::Ask(Self { linked, ..self.clone() })),
        }
    }
}

fn transactions(header: &L2Header, block: &Reply) -> Result<Proven<Vec<L2Transaction>, L2Header>, Error> {
    let records = L2TransactionRecord::parse_block(block)?;
    Ok(header.transactions(records.into_iter().map(|record| record.transaction).collect())?)
}

fn receipts(header: &L2Header, receipts: &Reply) -> Result<Proven<Vec<Receipt>, L2Header>, Error> {
    let records = ReceiptRecord::parse_all(receipts)?;
    Ok(header.receipts(records.into_iter().map(|record| record.receipt).collect())?)
}
