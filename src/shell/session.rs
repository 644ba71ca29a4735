//! One network seen through one transport: what an application keeps between its questions.

use super::attested::Verifying;
use super::drive::{Flow, Running, run};
use super::{At, Blame, Floor, Limits, Standing, Transport};
use crate::bundle::{self, Bundle, BundleOf, Claim};
use crate::client::{Head, MAX_HEAD_AGE, RollupHead, Sync, Synced, Task, WithdrawalState, WithdrawalsOf};
use crate::consensus::{Checkpoint, Store};
use crate::error::Error;
use crate::network::Network;
use crate::primitives::B256;
use crate::rollup::{Accepted, L2StateRoot};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Follows a network and answers questions about it.
///
/// The store moves with each [`sync`](Self::sync) and can be kept between runs ([`store`](Self::store)). Questions are
/// answered under the last head, which is looked for again where none is known or it is older than half an hour: what is
/// offered as current is no older than what sources may offer. Several may be asked at once.
#[derive(Debug)]
pub struct Session<T> {
    network: Network,
    transport: T,
    limits: Limits,
    floor: Floor,
    accepted: Accepted,
    pub(super) verifying: Verifying,
    known: Mutex<Known>,
}

/// What is kept. It is locked for a moment at a time, and never while anything is awaited.
#[derive(Debug)]
struct Known {
    from: From,
    head: Option<Heads>,
    standing: Standing,
    /// Rounds that were asked since somebody last wanted to know.
    rounds: usize,
    blamed: Vec<Blame>,
}

/// Where L1 is, and the rollup under its finalized block.
#[derive(Clone, Debug)]
pub struct Heads {
    /// L1.
    pub synced: Synced,
    /// The rollup.
    pub rollup: RollupHead,
}

#[derive(Clone, Debug)]
enum From {
    Checkpoint(Checkpoint),
    Store(Box<Store>),
}

impl From {
    /// Goes on to a store, unless another question has come further meanwhile.
    fn move_on(&mut self, store: &Store) {
        let reached = |store: &Store| {
            (store.period(), store.finalized_header().beacon.slot, store.optimistic_header().beacon.slot)
        };
        if let Self::Store(known) = self
            && reached(known) > reached(store)
        {
            return;
        }
        *self = Self::Store(Box::new(store.clone()));
    }
}

impl Known {
    /// Remembers who failed; of those whom nobody has asked about, the newest.
    fn blame(&mut self, blamed: Vec<Blame>) {
        self.blamed.extend(blamed);
        let beyond = self.blamed.len().saturating_sub(MAX_BLAMED);
        self.blamed.drain(..beyond);
    }
}

/// Blames that are kept until they are taken: more than anybody reads, and few enough for a session that runs for years.
const MAX_BLAMED: usize = 256;

impl<T: Transport> Session<T> {
    /// Begins at a checkpoint.
    pub fn from_checkpoint(network: Network, checkpoint: Checkpoint, transport: T) -> Self {
        Self::new(network, From::Checkpoint(checkpoint), transport)
    }

    /// Goes on from a store of the network's L1.
    pub fn from_store(network: Network, store: Store, transport: T) -> Self {
        Self::new(network, From::Store(Box::new(store)), transport)
    }

    fn new(network: Network, from: From, transport: T) -> Self {
        let known = Known { from, head: None, standing: Standing::default(), rounds: 0, blamed: Vec::new() };
        let (limits, floor, accepted) = (Limits::default(), Floor::default(), Accepted::none());
        let verifying = Verifying::default();
        Self { network, transport, limits, floor, accepted, verifying, known: Mutex::new(known) }
    }

    /// With other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// With a floor: what is less firm is refused.
    #[must_use]
    pub fn with_floor(self, floor: Floor) -> Self {
        Self { floor, ..self }
    }

    /// With values that are accepted in place of the network's pins.
    #[must_use]
    pub fn accepting(self, accepted: Accepted) -> Self {
        Self { accepted, ..self }
    }

    pub(super) const fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(super) fn blame(&self, blamed: Vec<Blame>) {
        self.known().blame(blamed);
    }

    /// The floor.
    pub(super) const fn floor(&self) -> Floor {
        self.floor
    }

    /// The network.
    pub const fn network(&self) -> &Network {
        &self.network
    }

    /// The transport.
    pub const fn transport(&self) -> &T {
        &self.transport
    }

    /// What has been reached, to be saved; none before the first [`sync`](Self::sync) of a session from a checkpoint.
    pub fn store(&self) -> Option<Store> {
        match &self.known().from {
            From::Checkpoint(_) => None,
            From::Store(store) => Some((**store).clone()),
        }
    }

    /// Who failed or lied since this was last asked.
    pub fn take_blamed(&self) -> Vec<Blame> {
        std::mem::take(&mut self.known().blamed)
    }

    /// How many rounds of requests were answered and held since this was last asked.
    pub fn take_rounds(&self) -> usize {
        core::mem::take(&mut self.known().rounds)
    }

    pub(super) fn took_rounds(&self, rounds: usize) {
        let mut known = self.known();
        known.rounds = known.rounds.saturating_add(rounds);
    }

    /// Follows L1 to its newest heads.
    ///
    /// # Errors
    /// [`Error`] where no source's answers hold, with the gravest that was seen.
    pub async fn sync(&self) -> Result<Synced, Error> {
        let from = self.known().from.clone();
        let task = match from {
            From::Checkpoint(checkpoint) => Sync::from_checkpoint(&self.network.l1, checkpoint),
            From::Store(store) => Sync::from_store(*store, self.transport.now()),
        };
        let synced = self.ask(task).await?;
        self.known().from.move_on(&synced.store);
        Ok(synced)
    }

    /// Follows L1, and climbs to the rollup's head under its finalized block.
    ///
    /// # Errors
    /// As [`sync`](Self::sync); of kind [`Kind::Unsupported`](crate::error::Kind::Unsupported) where the rollup's contracts have changed.
    pub async fn head(&self) -> Result<Heads, Error> {
        let synced = self.sync().await?;
        let rollup = self.ask(Head::new(synced.finalized, &self.network, &self.accepted)).await?;
        let heads = Heads { synced, rollup };
        self.known().head = Some(heads.clone());
        self.verifying.forget();
        Ok(heads)
    }

    /// The last head, looked for again where none is known or it is too old to be offered as current.
    ///
    /// # Errors
    /// As [`head`](Self::head).
    pub async fn recent_head(&self) -> Result<Heads, Error> {
        let now = self.transport.now();
        // A head of the future tells of a clock that went back: how old it is cannot be told.
        let age = |heads: &Heads| now.0.checked_sub(heads.synced.finalized.timestamp().0);
        let known = self.known().head.clone().filter(|heads| age(heads).is_some_and(|age| age <= MAX_HEAD_AGE));
        match known {
            Some(heads) => Ok(heads),
            None => self.head().await,
        }
    }

    /// The state root of an L2 block that meets the floor.
    ///
    /// # Errors
    /// As [`head`](Self::head), and those of [`state_root_under`](Self::state_root_under).
    pub async fn state_root(&self, at: At) -> Result<L2StateRoot, Error> {
        let heads = self.recent_head().await?;
        self.state_root_under(&heads.rollup, at).await
    }

    /// The withdrawals that an L2 transaction sent: proven at their own block, or at the last posted one where no source has
    /// that state any more.
    ///
    /// # Errors
    /// As [`head`](Self::head).
    pub async fn withdrawals(&self, transaction: B256) -> Result<Vec<WithdrawalState>, Error> {
        let heads = self.recent_head().await?;
        self.withdrawals_under(&heads.rollup, transaction).await
    }

    /// The same under a head.
    ///
    /// # Errors
    /// Those of [`WithdrawalsOf`].
    pub async fn withdrawals_under(&self, head: &RollupHead, transaction: B256) -> Result<Vec<WithdrawalState>, Error> {
        self.ask(WithdrawalsOf::new(head, transaction)).await
    }

    /// A portable proof about an L2 block.
    ///
    /// # Errors
    /// As [`state_root`](Self::state_root), and those of the proofs.
    pub async fn bundle(&self, at: At, asked: bundle::Asked) -> Result<Bundle, Error> {
        let heads = self.recent_head().await?;
        let at = self.state_root_under(&heads.rollup, at).await?;
        self.ask(BundleOf::new(&heads.synced, &at, asked)?).await
    }

    /// A portable proof of the withdrawals that an L2 transaction sent; none where the node's receipt tells of none.
    ///
    /// # Errors
    /// As [`withdrawals`](Self::withdrawals).
    pub async fn withdrawals_bundle(&self, transaction: B256) -> Result<Option<Bundle>, Error> {
        let heads = self.recent_head().await?;
        let states = self.withdrawals_under(&heads.rollup, transaction).await?;
        let Some(at) = states.first().map(|state| state.withdrawal.at()) else { return Ok(None) };
        Bundle::new(&heads.synced, at, &Claim::withdrawals(&states), self.transport.now()).map(Some)
    }

    /// Drives a task over the session's sources.
    ///
    /// # Errors
    /// The task's.
    pub async fn ask<K: Task>(&self, task: K) -> Result<K::Output, Error> {
        let mut running = Running::new(task);
        self.run(&mut running).await?;
        running.output()
    }

    /// The same for all tasks, so that it is compiled once.
    async fn run(&self, flow: &mut (dyn Flow + Send)) -> Result<(), Error> {
        let mut standing = self.known().standing.clone();
        let driven = run(flow, &self.transport, *self.limits(), &mut standing).await;
        self.known().standing = standing;
        self.took_rounds(driven.rounds);
        self.blame(driven.blamed);
        driven.output
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Nothing panics while it holds the lock; were it so, what is in there is still whole.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{ClientError, Source};

    #[test]
    fn of_blames_that_nobody_takes_the_newest_are_kept() {
        let (from, standing) = (From::Checkpoint(Checkpoint::new(B256::ZERO)), Standing::default());
        let mut known = Known { from, head: None, standing, rounds: 0, blamed: Vec::new() };
        let error: Error = ClientError::NothingFinal.into();
        for source in 0..MAX_BLAMED + 3 {
            known.blame(vec![Blame { kind: Source::L1, source, error: error.clone() }]);
        }
        let sources: Vec<usize> = known.blamed.iter().map(|blame| blame.source).collect();
        assert_eq!(sources, (3..MAX_BLAMED + 3).collect::<Vec<_>>());
    }
}
