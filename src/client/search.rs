//! Where on L1 a batch was announced: by logs in bounded ranges, halving the blocks that are left.
//!
//! Logs are hints. Whoever withholds them makes the search fail, which is blamed; whoever invents them is found out by the
//! proof that follows.

use crate::error::Error;
use crate::network::{Emitter, Network};
use crate::primitives::{Address, B256, U256};
use crate::rollup::{BatchHeader, StateBatchAppended};
use crate::wire::{LogRecord, WireError};
use core::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// Blocks in one `eth_getLogs`: what public nodes allow, and three hours of L1, in which Metis posts about three batches.
pub(super) const RANGE: u64 = 1000;

/// A batch as a log tells of it.
#[derive(Clone, Debug)]
pub(super) struct Hint {
    pub(super) index: u64,
    pub(super) header: BatchHeader,
    pub(super) transaction: B256,
}

/// What is left to search, by L1 blocks; both ends belong to it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Range {
    pub(super) first: u64,
    pub(super) last: u64,
}

/// A search under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Search {
    /// All that there is.
    whole: Range,
    left: Range,
    /// Where the next probe begins.
    probe: u64,
    /// Where the probes without any log began, which go forward from there.
    quiet_from: u64,
}

/// How a search goes on.
#[derive(Debug)]
pub(super) enum Next {
    /// These, the newest first: a batch may have been deleted and another put in its place.
    Hints(Vec<Hint>),
    /// Not here.
    Search(Search),
    /// Nowhere.
    Nothing,
}

impl Search {
    /// Over all blocks in which the network's emitters could have emitted, up to one. The newest blocks are looked at
    /// first: most of what is asked for is recent.
    pub(super) fn new(network: &Network, last: u64) -> Self {
        let first = network.contracts.emitters.first().map_or(0, |emitter| emitter.from_block).min(last);
        let probe = last.saturating_sub(RANGE.saturating_sub(1)).max(first);
        let whole = Range { first, last };
        Self { whole, left: whole, probe, quiet_from: probe }
    }

    /// Begins at the range around a block in place of the newest.
    pub(super) fn around(self, block: u64) -> Self {
        let half = RANGE.checked_div(2).unwrap_or_default();
        let probe = block.saturating_sub(half).clamp(self.left.first, self.probe);
        Self { probe, quiet_from: probe, ..self }
    }

    /// How many blocks are ruled out, and of how many.
    pub(super) fn progress(&self) -> (u64, u64) {
        let (of, left) = (self.whole.span(), self.left.span());
        (of.saturating_sub(left), of)
    }

    /// The blocks to be asked about next.
    pub(super) fn range(&self) -> Range {
        let last = self.probe.saturating_add(RANGE.saturating_sub(1)).min(self.left.last);
        Range { first: self.probe, last }
    }

    /// Goes on with the batches that were announced in [`Self::range`], oldest first. `order` tells where one lies from
    /// what is wanted.
    pub(super) fn narrow(&self, hints: Vec<Hint>, order: impl Fn(&Hint) -> Ordering) -> Next {
        let probed = self.range();
        let orders: Vec<_> = hints.iter().map(&order).collect();
        if orders.iter().any(|order| order.is_eq()) {
            return Next::Hints(hints.into_iter().rev().filter(|hint| order(hint).is_eq()).collect());
        }
        match (orders.first(), orders.last()) {
            (Some(Ordering::Greater), _) => self.before(probed.first),
            (_, Some(Ordering::Less)) => self.after(probed.last),
            // Announced before and after, and not between.
            (Some(_), _) => Next::Nothing,
            (None, _) if probed.last < self.left.last => {
                Next::Search(Self { probe: probed.last.saturating_add(1), ..*self })
            }
            (None, _) => self.before(self.quiet_from),
        }
    }

    fn before(&self, block: u64) -> Next {
        match block.checked_sub(1) {
            Some(last) if last >= self.left.first => self.within(Range { last, ..self.left }),
            _ => Next::Nothing,
        }
    }

    fn after(&self, block: u64) -> Next {
        let first = block.saturating_add(1);
        if first > self.left.last { Next::Nothing } else { self.within(Range { first, ..self.left }) }
    }

    /// Probes the middle, or all where one range covers it.
    fn within(&self, left: Range) -> Next {
        let span = left.last.saturating_sub(left.first);
        let probe = if span < RANGE { left.first } else { left.first.saturating_add(span / 2) };
        Next::Search(Self { left, probe, quiet_from: probe, ..*self })
    }
}

impl Range {
    const fn span(&self) -> u64 {
        self.last.saturating_sub(self.first).saturating_add(1)
    }
}

/// The contracts whose logs count somewhere in a range.
pub(super) fn emitters(network: &Network, range: Range) -> Vec<Address> {
    let contracts = &network.contracts;
    if contracts.emitters.is_empty() {
        return vec![contracts.state_commitment_chain];
    }
    let overlaps = |emitter: &&Emitter| {
        emitter.from_block <= range.last && emitter.to_block.is_none_or(|last| range.first <= last)
    };
    contracts.emitters.iter().filter(overlaps).map(|emitter| emitter.address).collect()
}

/// The batches of this network that logs tell of, oldest first.
///
/// A log of another contract, event or chain is passed over: the filter may be wider than what is wanted. One of the right
/// contract that is not as the contract writes it is refused.
pub(super) fn hints(network: &Network, logs: &[u8]) -> Result<Vec<Hint>, Error> {
    let chain_id = U256::from(network.l2.chain_id);
    let mut hints = Vec::new();
    // Sources answer in the order of blocks, but nothing makes them. (A heap, for the library's sorting costs the WebAssembly
    // 1.5 KB.)
    let mut order = BinaryHeap::new();
    for record in LogRecord::parse_all(logs)?.into_iter().filter(|record| is_announcement(network, record)) {
        let event = StateBatchAppended::parse(&record.log)?;
        let missing = WireError::Missing { what: "log", member: "transactionHash" };
        let transaction = record.transaction_hash.ok_or(missing)?;
        if let (true, Ok(index)) = (event.chain_id == chain_id, u64::try_from(event.batch_index)) {
            order.push(Reverse((record.block_number, hints.len())));
            hints.push(Hint { index, header: event.header, transaction });
        }
    }
    let places = core::iter::from_fn(|| order.pop());
    Ok(places.filter_map(|Reverse((_, place))| hints.get(place).cloned()).collect())
}

fn is_announcement(network: &Network, record: &LogRecord) -> bool {
    let emitter = record.block_number.and_then(|block| network.contracts.emitter_at(block));
    emitter == Some(record.log.address) && record.log.topics.first() == Some(&StateBatchAppended::TOPIC)
}
