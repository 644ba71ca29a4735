use super::{AttestationError, Statement};
use crate::primitives::{B256, U256, UnixTime};
use crate::rollup::{CommittedBatch, StateBatch};

/// How far a signer's clock may be ahead of ours, in seconds.
pub const MAX_DRIFT: u64 = 60;

/// What a statement that counts says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// Every state root of the batch is the signer's own.
    Agrees,
    /// At least one differs.
    Dissents,
}

impl Statement {
    /// What it says of a batch on L1, with every signed field compared. Who signed it is not looked at.
    ///
    /// # Errors
    /// [`AttestationError`] with the first rule that it breaks.
    pub fn judge(&self, committed: &CommittedBatch, now: UnixTime) -> Result<Verdict, AttestationError> {
        let batch = committed.batch();
        self.check_batch(batch)?;
        self.check_time(batch, now)?;
        match self.verdict {
            1 => self.check_agreement(committed).map(|()| Verdict::Agrees),
            0 => self.check_dissent(committed).map(|()| Verdict::Dissents),
            got => Err(AttestationError::UnknownVerdict { got }),
        }
    }

    fn check_batch(&self, batch: &StateBatch) -> Result<(), AttestationError> {
        let number = |number: u64| B256::from(U256::from(number));
        let compared = [
            ("l2ChainId", self.l2_chain_id.into(), number(batch.basis().network().l2.chain_id)),
            ("batchIndex", self.batch_index.into(), number(batch.index())),
            ("batchHeaderHash", self.batch_header_hash, batch.header_hash()),
            ("batchRoot", self.batch_root, batch.header().batch_root()),
        ];
        match compared.into_iter().find(|(_, got, expected)| got != expected) {
            Some((field, got, expected)) => Err(AttestationError::OtherBatch { field, got, expected }),
            None => Ok(()),
        }
    }

    fn check_time(&self, batch: &StateBatch, now: UnixTime) -> Result<(), AttestationError> {
        let (issued_at, posted) = (self.issued_at.0, batch.header().extra_data().timestamp().0);
        if issued_at < posted {
            return Err(AttestationError::BeforeBatch { issued_at, batch: posted });
        }
        if issued_at > now.0.saturating_add(MAX_DRIFT) {
            return Err(AttestationError::FromFuture { issued_at, now: now.0 });
        }
        Ok(())
    }

    fn check_agreement(&self, committed: &CommittedBatch) -> Result<(), AttestationError> {
        let header = committed.batch().header();
        let last = header.last_block();
        if self.l2_block_number != U256::from(last) {
            return Err(AttestationError::NotLastBlock { got: self.l2_block_number, expected: last });
        }
        let expected = committed.state_roots().last().copied().unwrap_or_default();
        if self.l2_state_root != expected {
            return Err(AttestationError::OtherRoot { block: last, got: self.l2_state_root, expected });
        }
        // A hash other than the header's is the signer's own affair: it does not count for the hash, and L1 does not check
        // that. But where the header has none, nothing would ever be compared with it.
        if header.extra_data().last_block().is_none() && !self.l2_block_hash.is_zero() {
            return Err(AttestationError::UnboundBlockHash);
        }
        Ok(())
    }

    fn check_dissent(&self, committed: &CommittedBatch) -> Result<(), AttestationError> {
        let header = committed.batch().header();
        let (got, first, last) = (self.l2_block_number, header.first_block(), header.last_block());
        let other = AttestationError::OtherBlock { got, first, last };
        let block = u64::try_from(got).map_err(|_| other.clone())?;
        let place = header.index_of(block).map_err(|_| other.clone())?;
        let place = usize::try_from(place).map_err(|_| other.clone())?;
        let posted = committed.state_roots().get(place).ok_or(other)?;
        if self.l2_state_root == *posted {
            return Err(AttestationError::DissentAgrees { block });
        }
        Ok(())
    }
}
