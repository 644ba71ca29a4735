//! One network seen through one transport: what an application keeps between its questions.

use super::{Blame, Limits, Standing, Transport, drive};
use crate::client::{
    ClientError, CommittedBatch, FindBatch, Head, MAX_HEAD_AGE, RollupHead, Sync, Synced, Task, Wanted,
    WithdrawalState, WithdrawalsOf,
};
use crate::consensus::{Checkpoint, Store};
use crate::error::{Error, Kind};
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
    known: Mutex<Known>,
}

/// What is kept. It is locked for a moment at a time, and never while anything is awaited.
#[derive(Debug)]
struct Known {
    from: From,
    head: Option<RollupHead>,
    standing: Standing,
    blamed: Vec<Blame>,
}

#[derive(Clone, Debug)]
enum From {
    Checkpoint(Checkpoint),
    Store(Box<Store>),
}

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
        let known = Known { from, head: None, standing: Standing::default(), blamed: Vec::new() };
        Self { network, transport, limits: Limits::default(), known: Mutex::new(known) }
    }

    /// With other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
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
        self.known().from = From::Store(Box::new(synced.store.clone()));
        Ok(synced)
    }

    /// Follows L1, and climbs to the rollup's head under its finalized block.
    ///
    /// # Errors
    /// As [`sync`](Self::sync); of kind [`Kind::Unsupported`] where the rollup's contracts have changed.
    pub async fn head(&self) -> Result<RollupHead, Error> {
        let synced = self.sync().await?;
        let head = self.ask(Head::new(synced.finalized, &self.network, &Accepted::none())).await?;
        self.known().head = Some(head.clone());
        Ok(head)
    }

    /// The state root of an L2 block, the last posted one where none is named.
    ///
    /// # Errors
    /// As [`head`](Self::head); [`ClientError::NotPosted`] for a block that is in no batch yet.
    pub async fn state_root(&self, block: Option<u64>) -> Result<L2StateRoot, Error> {
        let head = self.recent_head().await?;
        let is_in = |batch: &CommittedBatch| block.is_none_or(|block| batch.batch().header().index_of(block).is_ok());
        let batch = match (head.last.clone().filter(is_in), block) {
            (Some(batch), _) => batch,
            (None, Some(block)) => self.ask(FindBatch::new(&head.registry, Wanted::Block(block))?).await?,
            (None, None) => return Err(ClientError::NotPosted { block: 0, posted: 0 }.into()),
        };
        let block = block.unwrap_or_else(|| batch.batch().header().last_block());
        batch.state_root(block).map(|(root, _)| root)
    }

    /// The withdrawals that an L2 transaction sent: proven at their own block, or at the last posted one where no source has
    /// that state any more.
    ///
    /// # Errors
    /// As [`head`](Self::head).
    pub async fn withdrawals(&self, transaction: B256) -> Result<Vec<WithdrawalState>, Error> {
        let task = WithdrawalsOf::new(&self.recent_head().await?, transaction);
        match self.ask(task.clone()).await {
            Err(error) if error.kind() == Kind::Unavailable => self.ask(task.at_last_block()).await,
            outcome => outcome,
        }
    }

    /// Drives a task over the session's sources.
    ///
    /// # Errors
    /// The task's.
    pub async fn ask<K: Task>(&self, task: K) -> Result<K::Output, Error> {
        let mut standing = self.known().standing.clone();
        let driven = drive(task, &self.transport, self.limits, &mut standing).await;
        let mut known = self.known();
        known.standing = standing;
        known.blamed.extend(driven.blamed);
        driven.output
    }

    async fn recent_head(&self) -> Result<RollupHead, Error> {
        let now = self.transport.now();
        let is_recent =
            |head: &RollupHead| now.0.saturating_sub(head.registry.basis().l1().timestamp().0) <= MAX_HEAD_AGE;
        let known = self.known().head.clone().filter(is_recent);
        match known {
            Some(head) => Ok(head),
            None => self.head().await,
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Nothing panics while it holds the lock; were it so, what is in there is still whole.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
