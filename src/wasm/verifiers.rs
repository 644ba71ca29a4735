//! Verifiers and their statements: what is asked of them, and what is told.

use super::convert::json;
use super::told::Value;
use super::verification::Verification;
use crate::attestation::{Attestation, Equivocation, FalseAttestation, Refused, Tally, VerifierSet, Voice};
use crate::client::Wanted;
use crate::error::{Detail, Error};
use crate::network::Verifier;
use crate::primitives::{Address, B256};
use crate::shell::{Session, Web};
use serde::Serialize;

/// About verifiers.
pub(super) enum Asked {
    /// Whose word counts.
    Set,
    /// What they say of a batch, the last one where none is named.
    Batch(Option<Wanted>),
    /// What one statement is worth.
    Statement(Box<Attestation>),
}

#[derive(Serialize)]
struct Set {
    policy: &'static str,
    members: Vec<Member>,
    total: String,
    quorum: Quorum,
}

#[derive(Serialize)]
struct Member {
    address: Address,
    weight: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Quorum {
    more_than: u64,
    of: u64,
    signers: usize,
    required: String,
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    lowered: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Words {
    agreeing: Vec<Word>,
    dissenting: Vec<Word>,
    offences: Vec<Offence>,
    false_attestations: Vec<FalseWord>,
    refused: Vec<Unheard>,
}

/// A member's word.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Word {
    signer: Address,
    weight: String,
    verdict: &'static str,
    issued_at: u64,
    l2_block: String,
    state_root: B256,
    block_hash: B256,
    /// Whether it had dissented before.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    retracted: bool,
    attestation: serde_json::Value,
}

/// Two statements of one member that cannot both be honest.
#[derive(Serialize)]
struct Offence {
    signer: Address,
    attestations: [serde_json::Value; 2],
}

/// An agreement that a final batch shows to be false.
#[derive(Serialize)]
struct FalseWord {
    signer: Address,
    attestation: serde_json::Value,
}

/// A statement that does not count.
#[derive(Serialize)]
struct Unheard {
    #[serde(skip_serializing_if = "Option::is_none")]
    signer: Option<Address>,
    message: String,
    #[serde(flatten)]
    detail: Detail,
    attestation: serde_json::Value,
}

/// Answers a question about verifiers.
pub(super) async fn answer(session: &Session<Web>, asked: Asked) -> Result<String, Error> {
    match asked {
        Asked::Set => Ok(json(&set(&session.verifiers().await?))),
        Asked::Batch(wanted) => {
            let tally = session.attestations(wanted).await?;
            Ok(json(&under_batch(words(&tally), &tally)))
        }
        Asked::Statement(attestation) => statement(session, *attestation).await,
    }
}

async fn statement(session: &Session<Web>, attestation: Attestation) -> Result<String, Error> {
    let wanted = Wanted::of(&attestation.statement);
    let tally = session.tally(Some(wanted), &[attestation]).await?;
    if let Some(Refused { error, .. }) = tally.refused().first() {
        return Err(error.clone().into());
    }
    let voice = tally.agreeing().first().map(agreeing).or_else(|| tally.dissenting().first().map(dissenting));
    Ok(json(&under_batch(voice, &tally)))
}

fn set(set: &VerifierSet) -> Value<Set> {
    let (rule, (more_than, of)) = (set.rule(), set.rule().share());
    let quorum = Quorum {
        more_than,
        of,
        signers: rule.signers(),
        required: set.required().to_string(),
        lowered: rule.is_lowered(),
    };
    let member = |Verifier { address, weight }: Verifier| Member { address, weight: weight.to_string() };
    let members = set.members().map(member).collect();
    let value = Set { policy: set.policy().name(), members, total: set.total().to_string(), quorum };
    Value::new(value, Verification::of_verifiers(set))
}

fn under_batch<T>(value: T, tally: &Tally) -> Value<T> {
    Value::new(value, Verification::of_batch(tally.batch()).with_tally(tally))
}

fn words(tally: &Tally) -> Words {
    Words {
        agreeing: tally.agreeing().iter().map(agreeing).collect(),
        dissenting: tally.dissenting().iter().map(dissenting).collect(),
        offences: tally.offences().iter().map(offence).collect(),
        false_attestations: tally.false_attestations().iter().map(false_word).collect(),
        refused: tally.refused().iter().map(unheard).collect(),
    }
}

fn agreeing(voice: &Voice) -> Word {
    word(voice, "agrees")
}

fn dissenting(voice: &Voice) -> Word {
    word(voice, "dissents")
}

fn word(voice: &Voice, verdict: &'static str) -> Word {
    let statement = voice.signed.statement();
    Word {
        signer: voice.signed.signer(),
        weight: voice.weight.to_string(),
        verdict,
        issued_at: statement.issued_at.0,
        l2_block: statement.l2_block_number.to_string(),
        state_root: statement.l2_state_root,
        block_hash: statement.l2_block_hash,
        retracted: voice.has_retracted,
        attestation: voice.signed.attestation().to_json(),
    }
}

fn offence(offence: &Equivocation) -> Offence {
    let attestations = offence.statements().map(|signed| signed.attestation().to_json());
    Offence { signer: offence.signer(), attestations }
}

fn false_word(found: &FalseAttestation) -> FalseWord {
    FalseWord { signer: found.signer(), attestation: found.signed().attestation().to_json() }
}

fn unheard(refused: &Refused) -> Unheard {
    let error = Error::from(refused.error.clone());
    Unheard {
        signer: refused.signer,
        message: error.to_string(),
        detail: error.detail(),
        attestation: refused.attestation.to_json(),
    }
}
