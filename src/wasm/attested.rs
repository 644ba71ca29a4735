//! What verifiers say beside an answer: heard only where the window of its batch is open and somebody is named to be asked.
//!
//! What can go wrong: whoever says nothing, or whose set cannot be read, must not make an answer look firmer or less firm than
//! it is. The answer then stays `posted` and says why; below a floor of `attested` it is refused.

use super::verification::Verification;
use crate::attestation::Tally;
use crate::client::{ClientError, RollupHead, Source};
use crate::error::Error;
use crate::primitives::U256;
use crate::rollup::{Finality, StateBatch};
use crate::shell::{Floor, Session, Transport, Web};
use serde::Serialize;

/// What was heard about a batch, if anybody was asked.
pub(super) struct Heard(Option<Result<Tally, Error>>);

/// A quorum, or what there is of one, beside an answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attestation {
    weight: String,
    of: String,
    required: String,
    signers: usize,
    required_signers: usize,
    /// Absent where nobody dissents.
    #[serde(skip_serializing_if = "Option::is_none")]
    contested: Option<Contested>,
    /// Whether a quorum signed the hash of the batch's last block too.
    block_hash: bool,
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    lowered: bool,
}

#[derive(Serialize)]
pub(super) struct Contested {
    weight: String,
    of: String,
}

impl Heard {
    pub(super) const NOBODY: Self = Self(None);

    /// What verifiers say of the batch that an answer under a head rests on.
    pub(super) async fn of(session: &Session<Web>, head: &RollupHead, batch: &StateBatch) -> Self {
        let is_open = matches!(batch.finality(), Finality::Posted { .. });
        if !is_open || session.transport().sources(Source::Attestations) == 0 {
            return Self(None);
        }
        Self(Some(session.attestations_about(head, batch).await))
    }

    /// An answer with what was heard.
    pub(super) fn told(&self, verification: Verification) -> Verification {
        match &self.0 {
            None => verification,
            Some(Ok(tally)) => verification.with_tally(tally),
            Some(Err(error)) => verification.without_verifiers(error),
        }
    }

    /// Whether a quorum signed the block hash, or nobody had to be asked.
    pub(super) fn attests_block_hash(&self) -> bool {
        match &self.0 {
            None => true,
            Some(Ok(tally)) => tally.attests_block_hash(),
            Some(Err(_)) => false,
        }
    }

    /// Refuses what a quorum must have signed and has not: the state roots, or the hash of the last block as well.
    pub(super) fn check(&self, floor: Floor, batch: &StateBatch, block: u64, needs_hash: bool) -> Result<(), Error> {
        let (Floor::Attested, Finality::Posted { closes }) = (floor, batch.finality()) else { return Ok(()) };
        let (is_attested, weight, required) = match &self.0 {
            Some(Err(error)) => return Err(error.clone()),
            None => (false, U256::ZERO, U256::ZERO),
            Some(Ok(tally)) if needs_hash => {
                (tally.attests_block_hash(), tally.block_hash_weight(), tally.set().required())
            }
            Some(Ok(tally)) => (tally.is_attested(), tally.weight(), tally.set().required()),
        };
        if is_attested {
            return Ok(());
        }
        Err(ClientError::NotAttested { block, closes: closes.0, weight, required }.into())
    }
}

impl From<&Tally> for Attestation {
    fn from(tally: &Tally) -> Self {
        let set = tally.set();
        let of = set.total().to_string();
        let is_contested = !tally.dissenting().is_empty();
        Self {
            weight: tally.weight().to_string(),
            required: set.required().to_string(),
            signers: tally.agreeing().len(),
            required_signers: set.rule().signers(),
            contested: is_contested.then(|| Contested { weight: tally.contested().to_string(), of: of.clone() }),
            block_hash: tally.attests_block_hash(),
            lowered: set.rule().is_lowered(),
            of,
        }
    }
}
