use super::gather::gather;
use super::heard::{Heard, HeardOf};
use super::{Session, Transport};
use crate::attestation::{Attestation, Policy, QuorumRule, Tally, VerifierSet};
use crate::client::{ClientError, CommittedBatch, FindBatch, LastFinal, RollupHead, VerifiersOf, Wanted};
use crate::error::Error;
use crate::primitives::U256;
use crate::rollup::{Finality, StateBatch};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a session knows of verifiers. It is locked for a moment at a time, and never while anything is awaited.
#[derive(Debug, Default)]
pub(super) struct Verifying {
    policy: Option<Policy>,
    quorum: QuorumRule,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    set: Option<VerifierSet>,
    heard: HeardOf,
}

impl Verifying {
    /// Whoever looks for what is new wants the newest word as well.
    pub(super) fn forget(&self) {
        self.known().heard.forget();
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Nothing panics while it holds the lock; were it so, what is in there is still whole.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Session<T> {
    /// With another set of verifiers than the network's data means.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.verifying.policy = Some(policy);
        self
    }

    /// With another rule for a quorum of verifiers.
    #[must_use]
    pub const fn with_quorum(mut self, quorum: QuorumRule) -> Self {
        self.verifying.quorum = quorum;
        self
    }
}

impl<T: Transport> Session<T> {
    /// Whose word counts under the last head.
    ///
    /// # Errors
    /// As [`head`](Self::head), and those of [`verifiers_under`](Self::verifiers_under).
    pub async fn verifiers(&self) -> Result<VerifierSet, Error> {
        let heads = self.recent_head().await?;
        self.verifiers_under(&heads.rollup).await
    }

    /// The same under a head. It is read once for each L1 block.
    ///
    /// # Errors
    /// [`AttestationError`](crate::attestation::AttestationError) where the network has no set, or one that cannot be counted,
    /// and the errors of the proofs.
    pub async fn verifiers_under(&self, head: &RollupHead) -> Result<VerifierSet, Error> {
        let registry = &head.registry;
        let l1 = registry.basis().l1().hash();
        let policy = self.verifying.policy.clone().map_or_else(|| Policy::of(self.network()), Ok)?;
        let known = self.verifying.known().set.clone().filter(|set| set.basis().l1().hash() == l1);
        if let Some(set) = known {
            return Ok(set);
        }
        let set = self.ask(VerifiersOf::new(registry, policy, self.verifying.quorum)?).await?;
        self.verifying.known().set = Some(set.clone());
        Ok(set)
    }

    /// What verifiers say of a batch: the last one where none is wanted.
    ///
    /// # Errors
    /// As [`head`](Self::head), those of [`FindBatch`], and those of [`verifiers_under`](Self::verifiers_under).
    pub async fn attestations(&self, wanted: Option<Wanted>) -> Result<Tally, Error> {
        let heads = self.recent_head().await?;
        let batch = self.wanted(&heads.rollup, wanted).await?;
        self.attestations_under(&heads.rollup, &batch).await
    }

    /// What verifiers say of a batch under a head: all sources' word, of each signer counted once. A source that is silent
    /// or lies is blamed, and no reason to stop.
    ///
    /// # Errors
    /// Those of [`verifiers_under`](Self::verifiers_under).
    pub async fn attestations_under(&self, head: &RollupHead, batch: &CommittedBatch) -> Result<Tally, Error> {
        let set = self.verifiers_under(head).await?;
        let gathered = gather(self.transport(), self.limits(), batch.batch()).await;
        self.blame(gathered.blamed);
        self.took_rounds(1);
        let at = self.transport().now();
        let tally = Tally::new(batch, &set, &gathered.attestations, at)?;
        self.verifying.known().heard.keep(Heard { at, batch: batch.clone(), tally: tally.clone() });
        Ok(tally)
    }

    /// What verifiers say of the batch that an answer rests on, as it was heard a few seconds ago at the earliest.
    ///
    /// # Errors
    /// Those of [`attestations_under`](Self::attestations_under) and of [`FindBatch`].
    pub async fn attestations_about(&self, head: &RollupHead, batch: &StateBatch) -> Result<Tally, Error> {
        let heard = self.verifying.known().heard.find(batch).cloned();
        if let Some(recent) = self.recent(heard.as_ref()) {
            return Ok(recent);
        }
        let is_it = |known: &CommittedBatch| known.batch().header_hash() == batch.header_hash();
        let known = heard.map(|heard| heard.batch).or_else(|| head.last.clone().filter(is_it));
        let batch = match known {
            Some(known) => known,
            None => self.ask(FindBatch::new(&head.registry, Wanted::Index(batch.index()))?).await?,
        };
        self.attestations_under(head, &batch).await
    }

    /// The same of a batch whose state roots are at hand.
    async fn recent_attestations_under(&self, head: &RollupHead, batch: &CommittedBatch) -> Result<Tally, Error> {
        let heard = self.verifying.known().heard.find(batch.batch()).cloned();
        match self.recent(heard.as_ref()) {
            Some(recent) => Ok(recent),
            None => self.attestations_under(head, batch).await,
        }
    }

    fn recent(&self, heard: Option<&Heard>) -> Option<Tally> {
        heard.filter(|heard| heard.is_recent(self.transport().now())).map(|heard| heard.tally.clone())
    }

    /// What attestations that the caller has are worth, without asking any source of attestations.
    ///
    /// # Errors
    /// As [`attestations`](Self::attestations).
    pub async fn tally(&self, wanted: Option<Wanted>, attestations: &[Attestation]) -> Result<Tally, Error> {
        let heads = self.recent_head().await?;
        let batch = self.wanted(&heads.rollup, wanted).await?;
        let set = self.verifiers_under(&heads.rollup).await?;
        Ok(Tally::new(&batch, &set, attestations, self.transport().now())?)
    }

    async fn wanted(&self, head: &RollupHead, wanted: Option<Wanted>) -> Result<CommittedBatch, Error> {
        let last = head.last.clone();
        match wanted {
            None => Ok(last.ok_or(ClientError::BatchNotPosted { index: 0, length: 0 })?),
            Some(wanted) => match last.filter(|last| is_wanted(last.batch(), wanted)) {
                Some(last) => Ok(last),
                None => self.ask(FindBatch::new(&head.registry, wanted)?).await,
            },
        }
    }

    /// The newest batch that a quorum signed or whose window is over, from the newest one down, and beyond so many the newest
    /// whose window is over.
    pub(super) async fn newest_attested(
        &self,
        head: &RollupHead,
        newest: CommittedBatch,
    ) -> Result<CommittedBatch, Error> {
        let mut batch = newest.clone();
        for _ in 0..STEPS {
            // What is final or disputed is so whatever verifiers say, who are not asked then.
            let is_firm = match batch.batch().finality() {
                Finality::Final { .. } => true,
                Finality::Posted { .. } => self.recent_attestations_under(head, &batch).await?.is_attested(),
                Finality::Disputed(_) => false,
            };
            if is_firm {
                return Ok(batch);
            }
            let before = batch.batch().header().prev_total_elements();
            if before == 0 {
                break;
            }
            batch = self.ask(FindBatch::new(&head.registry, Wanted::Block(before))?).await?;
        }
        if let Some(last) = self.ask(LastFinal::new(&head.registry)).await? {
            return Ok(last);
        }
        self.check_attested(head, &newest, newest.batch().header().last_block()).await?;
        Ok(newest)
    }

    /// Refuses a batch that no quorum signed and whose window is open.
    pub(super) async fn check_attested(
        &self,
        head: &RollupHead,
        batch: &CommittedBatch,
        block: u64,
    ) -> Result<(), Error> {
        let Finality::Posted { closes } = batch.batch().finality() else { return Ok(()) };
        let tally = self.recent_attestations_under(head, batch).await?;
        if tally.is_attested() {
            return Ok(());
        }
        Err(not_attested(&tally, block, closes.0).into())
    }
}

fn is_wanted(batch: &StateBatch, wanted: Wanted) -> bool {
    match wanted {
        Wanted::Index(index) => batch.index() == index,
        Wanted::Block(block) => batch.header().index_of(block).is_ok(),
    }
}

fn not_attested(tally: &Tally, block: u64, closes: u64) -> ClientError {
    let (weight, required): (U256, U256) = (tally.weight(), tally.set().required());
    ClientError::NotAttested { block, closes, weight, required }
}

/// How many batches are looked at from the newest one down: verifiers need minutes, and several batches an hour are posted.
const STEPS: usize = 8;
