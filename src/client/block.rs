use super::ClientError;
use super::request::{Call, Reply, Request};
use super::task::{Fault, Progress, Step, Task};
use crate::error::Error;
use crate::execution::{Log, Proven, Receipt};
use crate::primitives::{B256, UnixTime};
use crate::rollup::CommittedBatch;
use crate::rollup::{L2Header, L2StateRoot, L2Transaction};
use crate::wire::{ClaimedHeader, L2TransactionRecord, ReceiptRecord};
use core::ops::RangeInclusive;

/// Headers in one round: some 400 KB of JSON.
const HEADERS: u64 = 256;

/// Headers in one walk, some 6 MB of JSON. An append call has 32 bytes for each block, and L1's nodes pass on no transaction of
/// more than 128 KB: there are no larger batches.
pub(super) const MAX_WALK: u64 = 4096;

/// A block of a batch with its transactions and receipts, linked to the block hash that the batch names: the headers down
/// from the batch's last one, then both tries built again.
///
/// One round for each 256 headers between the batch's last block and the wanted one. Only for batches that name a block,
/// which those since May 2025 do.
#[derive(Clone, Debug)]
pub struct BlockOf(BlocksOf);

/// Blocks of a batch that follow each other, as [`BlockOf`] has one of them.
#[derive(Clone, Debug)]
pub struct BlocksOf {
    /// The state root of the batch's last block.
    last: L2StateRoot,
    wanted: RangeInclusive<u64>,
    /// The lowest header that is linked.
    linked: Option<L2Header>,
    /// From the highest down.
    found: Vec<CommittedBlock>,
}

/// A block and what is in it.
#[derive(Clone, Debug)]
pub struct CommittedBlock {
    /// Its transactions, all and in order.
    pub transactions: Proven<Vec<L2Transaction>, L2Header>,
    /// Their receipts, as many.
    pub receipts: Proven<Vec<Receipt>, L2Header>,
}

/// A log with where it stands.
#[derive(Clone, Copy, Debug)]
pub struct PlacedLog<'a> {
    /// The log.
    pub log: &'a Log,
    /// Its place among the block's.
    pub place: usize,
    /// The place of its transaction in the block.
    pub transaction: usize,
}

impl CommittedBlock {
    fn new(header: &L2Header, block: &Reply, receipts: &Reply, at: usize) -> Result<Self, Fault> {
        let transactions = transactions(header, block).map_err(Fault::of(at))?;
        let receipts = self::receipts(header, receipts).map_err(Fault::of(at.saturating_add(1)))?;
        let (got, expected) = (receipts.value().len(), transactions.value().len());
        if got != expected {
            // Both are what the header says: it is of no block that a node has made.
            return Err(Fault::of_nobody(ClientError::ReceiptCount { got, expected }));
        }
        Ok(Self { transactions, receipts })
    }

    /// The header that both hold under.
    pub const fn header(&self) -> &L2Header {
        self.transactions.at()
    }

    /// The place of a transaction; none where the block does not have it.
    pub fn place_of(&self, transaction: B256) -> Option<usize> {
        self.transactions.value().iter().position(|known| known.signed.hash() == transaction)
    }

    /// All its logs, in order.
    pub fn logs(&self) -> impl Iterator<Item = PlacedLog<'_>> {
        let receipts = self.receipts.value().iter().enumerate();
        let logs = receipts.flat_map(|(transaction, receipt)| receipt.logs.iter().map(move |log| (transaction, log)));
        logs.enumerate().map(|(place, (transaction, log))| PlacedLog { log, place, transaction })
    }
}

impl BlockOf {
    /// Asks for a block of a batch.
    ///
    /// # Errors
    /// [`Error`] where the block is not in the batch, the batch names no block, or the block is too far down in it.
    pub fn new(batch: &CommittedBatch, block: u64) -> Result<Self, Error> {
        BlocksOf::new(batch, block..=block).map(Self)
    }
}

impl BlocksOf {
    /// Asks for some blocks of a batch.
    ///
    /// # Errors
    /// [`Error`] where one is not in the batch, the batch names no block, or the lowest is too far down in it.
    pub fn new(batch: &CommittedBatch, wanted: RangeInclusive<u64>) -> Result<Self, Error> {
        let header = batch.batch().header();
        header.index_of(*wanted.start())?;
        header.index_of(*wanted.end())?;
        header.extra_data().last_block().ok_or(crate::rollup::RollupError::NoLastBlock)?;
        let walk = header.last_block().saturating_sub(*wanted.start()).saturating_add(1);
        ClientError::check_many("headers", walk, MAX_WALK)?;
        let (last, _) = batch.state_root(header.last_block())?;
        Ok(Self { last, wanted, linked: None, found: Vec::new() })
    }

    /// The blocks whose headers come next, from the highest down.
    fn next(&self) -> impl Iterator<Item = u64> {
        let highest = match &self.linked {
            Some(header) => header.header().number.saturating_sub(1),
            None => self.last.block(),
        };
        let lowest = highest.saturating_sub(HEADERS.saturating_sub(1)).max(*self.wanted.start());
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

impl Task for BlocksOf {
    /// From the lowest up.
    type Output = Vec<CommittedBlock>;

    /// A header, and after it the receipts where the block is wanted.
    fn requests(&self) -> Vec<Request> {
        let of_block = |block: u64| {
            let is_wanted = self.wanted.contains(&block);
            let receipts = is_wanted.then(|| Request::L2(Call::receipts_by_block(block)));
            [Request::L2(Call::block_by_number(block, is_wanted))].into_iter().chain(receipts)
        };
        self.next().flat_map(of_block).collect()
    }

    fn progress(&self) -> Option<Progress> {
        let header = self.linked.as_ref()?.header();
        let last = self.last.block();
        let of = last.saturating_sub(*self.wanted.start()).saturating_add(1);
        Some(Progress { what: "l2 headers", done: last.saturating_sub(header.number).saturating_add(1), of })
    }

    fn resume(&self, replies: &[Reply], _: UnixTime) -> Result<Step<Self>, Fault> {
        let expected = self.requests().len();
        let miscounted = || Fault::of_nobody(ClientError::ReplyCount { got: replies.len(), expected });
        if replies.len() != expected {
            return Err(miscounted());
        }
        let Self { mut linked, mut found, .. } = self.clone();
        let mut rest = replies.iter().enumerate();
        for block in self.next() {
            let (place, reply) = rest.next().ok_or_else(miscounted)?;
            let header = self.link(linked.as_ref(), reply).map_err(Fault::of(place))?;
            if self.wanted.contains(&block) {
                let (_, receipts) = rest.next().ok_or_else(miscounted)?;
                found.push(CommittedBlock::new(&header, reply, receipts, place)?);
            }
            linked = Some(header);
        }
        if linked.as_ref().is_some_and(|header| header.header().number == *self.wanted.start()) {
            found.reverse();
            return Ok(Step::Done(found));
        }
        Ok(Step::Ask(Self { linked, found, ..self.clone() }))
    }
}

impl Task for BlockOf {
    type Output = CommittedBlock;

    fn requests(&self) -> Vec<Request> {
        self.0.requests()
    }

    fn progress(&self) -> Option<Progress> {
        self.0.progress()
    }

    fn resume(&self, replies: &[Reply], now: UnixTime) -> Result<Step<Self>, Fault> {
        match self.0.resume(replies, now)? {
            Step::Ask(blocks) => Ok(Step::Ask(Self(blocks))),
            Step::Done(found) => only(found).map(Step::Done),
        }
    }
}

/// The one block that was wanted.
pub(super) fn only(found: Vec<CommittedBlock>) -> Result<CommittedBlock, Fault> {
    let got = found.len();
    found.into_iter().next().ok_or_else(|| Fault::of_nobody(ClientError::ReplyCount { got, expected: 1 }))
}

fn transactions(header: &L2Header, block: &Reply) -> Result<Proven<Vec<L2Transaction>, L2Header>, Error> {
    let records = L2TransactionRecord::parse_block(block)?;
    Ok(header.transactions(records.into_iter().map(|record| record.transaction).collect())?)
}

fn receipts(header: &L2Header, receipts: &Reply) -> Result<Proven<Vec<Receipt>, L2Header>, Error> {
    let records = ReceiptRecord::parse_all(receipts)?;
    Ok(header.receipts(records.into_iter().map(|record| record.receipt).collect())?)
}
