use super::gather::gather;
use super::{Session, Transport};
use crate::attestation::{Attestation, Finality, Policy, Tally, VerifierSet};
use crate::client::{ClientError, CommittedBatch, FindBatch, LastFinal, RollupHead, VerifiersOf, Wanted};
use crate::error::Error;
use crate::primitives::U256;

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
        let policy = self.policy().map_or_else(|| Policy::of(self.network()), Ok)?;
        if let Some(set) = self.known_verifiers(registry.basis().l1().hash()) {
            return Ok(set);
        }
        let set = self.ask(VerifiersOf::new(registry, policy, self.quorum())?).await?;
        self.keep_verifiers(&set);
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
        self.took_a_round();
        Ok(Tally::new(batch, &set, &gathered.attestations, self.transport().now())?)
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
        match wanted {
            Some(wanted) => self.ask(FindBatch::new(&head.registry, wanted)?).await,
            None => Ok(head.last.clone().ok_or(ClientError::NotPosted { block: 0, posted: 0 })?),
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
            match self.attestations_under(head, &batch).await?.finality() {
                Finality::Attested { .. } | Finality::Final { .. } => return Ok(batch),
                Finality::Posted { .. } | Finality::Disputed(_) => {}
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
        let tally = self.attestations_under(head, batch).await?;
        match tally.finality() {
            Finality::Posted { closes } => Err(not_attested(&tally, block, closes.0).into()),
            _ => Ok(()),
        }
    }
}

fn not_attested(tally: &Tally, block: u64, closes: u64) -> ClientError {
    let (weight, required): (U256, U256) = (tally.weight(), tally.set().required());
    ClientError::NotAttested { block, closes, weight, required }
}

/// How many batches are looked at from the newest one down: verifiers need minutes, and several batches an hour are posted.
const STEPS: usize = 8;
