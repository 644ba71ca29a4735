use super::ClientError;
use super::request::{Call, Reply, Request};
use super::task::{Fault, Progress, Step, Task};
use crate::consensus::{
    Advance, Checkpoint, ConsensusError, L1StateRoot, LightClientHeader, MAX_UPDATES, Store, Update, UpdateKind,
};
use crate::network::L1;
use crate::primitives::header::Header;
use crate::primitives::{B256, UnixTime};
use crate::wire::ClaimedHeader;
use crate::{Error, follow};

/// From a checkpoint, or from a store, to the newest finalized and optimistic L1 state roots.
///
/// Three rounds from a checkpoint: the bootstrap; updates, finality and the optimistic head; the execution headers. Two from
/// a store. One more for each 128 periods beyond the first.
#[derive(Clone, Debug)]
pub struct Sync {
    stage: Stage,
    max_age: u64,
    max_finalized_age: u64,
}

/// How old the newest signed header may be to count as current, in seconds: long enough for sources that lag, short enough
/// that one which withholds is noticed.
pub const MAX_HEAD_AGE: u64 = 1800;

/// How old the finalized header may be beside a current head, in seconds: twice what the mainnet was ever without finality,
/// and far less than what a source could otherwise hold back that tells new heads and no finality.
pub const MAX_FINALIZED_AGE: u64 = 7200;

#[derive(Clone, Debug)]
enum Stage {
    Bootstrap {
        l1: L1,
        checkpoint: Checkpoint,
    },
    /// From a period on, so many; of all those from where it began to the current one.
    Updates {
        store: Box<Store>,
        began: u64,
        first: u64,
        last: u64,
        count: u64,
    },
    Execution {
        store: Box<Store>,
    },
}

/// Where L1 is.
#[derive(Clone, Debug)]
pub struct Synced {
    /// The store, to be kept and to go on from.
    pub store: Store,
    /// The newest finalized state root.
    pub finalized: L1StateRoot,
    /// The execution header that it was read from, for whoever is to check it again.
    pub finalized_execution: Header,
    /// The newest one that a sync committee signed for. None where L1's source does not know that block: it lags, or L1 has
    /// left the block behind since.
    pub optimistic: Option<L1StateRoot>,
}

impl Sync {
    /// Starts from a checkpoint.
    pub fn from_checkpoint(l1: &L1, checkpoint: Checkpoint) -> Self {
        Self {
            stage: Stage::Bootstrap { l1: l1.clone(), checkpoint },
            max_age: MAX_HEAD_AGE,
            max_finalized_age: MAX_FINALIZED_AGE,
        }
    }

    /// Goes on from a store.
    pub fn from_store(store: Store, now: UnixTime) -> Self {
        Self { stage: updates(store, None, now), max_age: MAX_HEAD_AGE, max_finalized_age: MAX_FINALIZED_AGE }
    }

    /// With another age up to which the newest head counts as current, in seconds.
    pub fn with_max_age(self, max_age: u64) -> Self {
        Self { max_age, ..self }
    }

    /// With another age up to which the finalized header is taken, in seconds: for times in which L1 does not finalize.
    pub fn with_max_finalized_age(self, max_finalized_age: u64) -> Self {
        Self { max_finalized_age, ..self }
    }

    fn go_on(&self, stage: Stage) -> Step<Self> {
        Step::Ask(Self { stage, max_age: self.max_age, max_finalized_age: self.max_finalized_age })
    }

    /// A source that withholds what is new would freeze the world unseen.
    fn check_fresh(&self, store: &Store, now: UnixTime) -> Result<(), ClientError> {
        let (age, limit) = (age(store, store.optimistic_header(), now), self.max_age);
        if age > limit {
            return Err(ClientError::StaleHead { age, limit });
        }
        Ok(())
    }

    /// Everything but the head is read under what is finalized, so a new head must not cover for that.
    fn check_finality(&self, store: &Store, now: UnixTime) -> Result<(), ClientError> {
        let (age, limit) = (age(store, store.finalized_header(), now), self.max_finalized_age);
        if age > limit {
            return Err(ClientError::StaleFinality { age, limit });
        }
        Ok(())
    }
}

/// How long ago a header's slot began, in seconds.
fn age(store: &Store, header: &LightClientHeader, now: UnixTime) -> u64 {
    let l1 = store.l1();
    let began = l1.genesis_time.saturating_add(header.beacon.slot.saturating_mul(l1.seconds_per_slot));
    now.0.saturating_sub(began)
}

impl Task for Sync {
    type Output = Synced;

    fn requests(&self) -> Vec<Request> {
        match &self.stage {
            Stage::Bootstrap { checkpoint, .. } => vec![light_client(&format!("bootstrap/{}", checkpoint.root()))],
            Stage::Updates { first, count, .. } => {
                let updates =
                    (*count > 0).then(|| light_client(&format!("updates?start_period={first}&count={count}")));
                let heads = [light_client("finality_update"), light_client("optimistic_update")];
                updates.into_iter().chain(heads).collect()
            }
            Stage::Execution { store } => {
                execution_hashes(store).into_iter().map(|hash| Request::L1(Call::block(hash))).collect()
            }
        }
    }

    /// By periods whose updates were taken.
    fn progress(&self) -> Option<Progress> {
        let Stage::Updates { first, began, last, .. } = &self.stage else { return None };
        let of = last.saturating_add(1).saturating_sub(*began);
        (of > 1).then(|| Progress { what: "sync committee periods", done: first.saturating_sub(*began), of })
    }

    fn resume(&self, replies: &[Reply], now: UnixTime) -> Result<Step<Self>, Fault> {
        match (&self.stage, replies) {
            (Stage::Bootstrap { l1, checkpoint }, [bootstrap]) => {
                let (store, _) = follow::begin(l1, *checkpoint, bootstrap, now).map_err(blame(0))?;
                Ok(self.go_on(updates(store, None, now)))
            }
            (Stage::Updates { store, first, began, count, .. }, [updates @ .., finality, optimistic])
                if updates.len() == usize::from(*count > 0) =>
            {
                let mut store = store.clone();
                for reply in updates {
                    take_all(&mut store, reply, now).map_err(blame(0))?;
                }
                // More periods than one answer holds.
                if *count == MAX_UPDATES as u64 && wanted(&store, now).1 > 0 && store.period() > *first {
                    return Ok(self.go_on(self::updates(*store, Some(*began), now)));
                }
                take_one(&mut store, UpdateKind::Finality, finality, now).map_err(blame(updates.len()))?;
                self.check_finality(&store, now).map_err(Fault::of(updates.len()))?;
                let newest = updates.len().saturating_add(1);
                take_one(&mut store, UpdateKind::Optimistic, optimistic, now).map_err(blame(newest))?;
                self.check_fresh(&store, now).map_err(Fault::of(newest))?;
                Ok(self.go_on(Stage::Execution { store }))
            }
            (Stage::Execution { store }, headers) => Ok(Step::Done(synced(store, headers)?)),
            _ => Err(Fault::of_nobody(ClientError::ReplyCount { got: replies.len(), expected: self.requests().len() })),
        }
    }
}

/// Blames the reply to a request, but not for a checkpoint that is too old: every source would say the same.
fn blame(request: usize) -> impl Fn(Error) -> Fault {
    move |error| match error {
        Error::Consensus(ConsensusError::CheckpointTooOld { .. }) => Fault::of_nobody(error),
        _ => Fault::of(request)(error),
    }
}

/// Takes each update of a reply that is news.
fn take_all(store: &mut Store, reply: &Reply, now: UnixTime) -> Result<(), Error> {
    // A period that has only begun has no update yet: an empty list, which in SSZ is no bytes at all.
    if matches!(reply.trim_ascii(), b"" | b"[]") {
        return Ok(());
    }
    for update in follow::updates(store.l1(), reply)? {
        take(store, &update, now)?;
    }
    Ok(())
}

/// Takes the one update of a kind that a reply is.
fn take_one(store: &mut Store, kind: UpdateKind, reply: &Reply, now: UnixTime) -> Result<(), Error> {
    let update = follow::update(store.l1(), kind, reply)?;
    take(store, &update, now)?;
    Ok(())
}

/// Old news is no fault: sources answer with their best, which the store may have.
fn take(store: &mut Store, update: &Update, now: UnixTime) -> Result<Advance, ConsensusError> {
    match store.advance(update, now) {
        Err(ConsensusError::NotNewer { .. }) => Ok(Advance::default()),
        outcome => outcome,
    }
}

fn updates(store: Store, began: Option<u64>, now: UnixTime) -> Stage {
    let (first, count) = wanted(&store, now);
    let last = store.l1().period_at(store.l1().slot_at(now));
    Stage::Updates { store: Box::new(store), began: began.unwrap_or(first), first, last, count }
}

/// The first period whose update is wanted, and how many of them: those after the last committee that is known. None where
/// that is the current period's: the next one's is not needed before it begins, and an update is 26 KB.
fn wanted(store: &Store, now: UnixTime) -> (u64, u64) {
    let l1 = store.l1();
    let first = if store.knows_next_committee() { store.period().saturating_add(1) } else { store.period() };
    let current = l1.period_at(l1.slot_at(now));
    if first >= current {
        return (first, 0);
    }
    let count = current.saturating_add(1).saturating_sub(first);
    (first, count.min(MAX_UPDATES as u64))
}

fn light_client(path: &str) -> Request {
    Request::Beacon { path: format!("/eth/v1/beacon/light_client/{path}") }
}

/// The execution blocks of the finalized and the optimistic header, the same one once.
fn execution_hashes(store: &Store) -> Vec<B256> {
    let headers = [store.finalized_header(), store.optimistic_header()];
    let mut hashes: Vec<_> = headers.iter().filter_map(|header| header.execution_block_hash()).collect();
    hashes.dedup();
    hashes
}

fn synced(store: &Store, replies: &[Reply]) -> Result<Synced, Fault> {
    let hashes = execution_hashes(store);
    if replies.len() != hashes.len() {
        return Err(Fault::of_nobody(ClientError::ReplyCount { got: replies.len(), expected: hashes.len() }));
    }
    let (Some((finalized, hash)), Some(newest)) = (replies.iter().zip(&hashes).next(), replies.last()) else {
        let slot = store.finalized_header().beacon.slot;
        return Err(Fault::of_nobody(ConsensusError::NoExecution { slot }));
    };
    let unknown = || Fault::of(0)(ClientError::Unknown { what: "the l1 block", hash: *hash });
    let finalized = execution_header(finalized).map_err(Fault::of(0))?.ok_or_else(unknown)?;
    let place = replies.len().saturating_sub(1);
    let newest = execution_header(newest).map_err(Fault::of(place))?;
    Ok(Synced {
        finalized: store.finalized(&finalized).map_err(Fault::of(0))?,
        optimistic: newest.map(|header| store.optimistic(&header)).transpose().map_err(Fault::of(place))?,
        finalized_execution: finalized,
        store: store.clone(),
    })
}

/// The header of a block; none where the source does not know it.
fn execution_header(reply: &Reply) -> Result<Option<Header>, Error> {
    if reply.trim_ascii() == b"null" {
        return Ok(None);
    }
    Ok(Some(ClaimedHeader::parse(reply)?.header))
}

#[cfg(test)]
mod tests;
