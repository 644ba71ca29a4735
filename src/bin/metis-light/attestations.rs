//! What verifiers signed about a batch, and what it comes to.

#![allow(clippy::result_large_err, reason = "an outcome is returned once a run")]

use crate::args::AttestationsArgs;
use crate::ask::{Ended, ended};
use crate::live::{self, Live};
use crate::outcome::Outcome;
use crate::verifiers;
use metis_light::attestation::{Equivocation, FalseAttestation, Finality, Refused, Tally, Voice};
use metis_light::bundle::{Bundle, Claim};
use metis_light::client::{ClientError, CommittedBatch, FindBatch, Synced, Wanted};
use metis_light::error::Error;
use metis_light::evidence::Evidence;
use metis_light::primitives::Address;
use metis_light::shell::{Floor, Heads};
use serde_json::{Value, json};
use std::io;
use std::path::{Path, PathBuf};

const NOT_CHECKED: &[&str] = &[
    "that state roots are the right ones: a quorum says so, and nothing on l1 slashes a false word",
    "that no source withholds what others signed",
];

pub(crate) fn run(args: &AttestationsArgs) -> Outcome {
    ended(prove(args))
}

fn prove(args: &AttestationsArgs) -> Ended {
    let (live, Heads { synced, rollup: head }, outcome) =
        Live::head(&args.live, Outcome::new("attestations", NOT_CHECKED))?;
    let (batch, outcome): (CommittedBatch, _) = match (args.batch, head.last.clone()) {
        (Some(index), _) => match FindBatch::new(&head.registry, Wanted::Index(index)) {
            Err(error) => return Err(outcome.refused("batch", error)),
            Ok(find) => live.drive(find, "batch", outcome)?,
        },
        (None, Some(last)) => (last, outcome),
        (None, None) => {
            return Err(outcome.refused("batch", ClientError::BatchNotPosted { index: 0, length: 0 }.into()));
        }
    };
    let (session, outcome) = live.session(&synced, Floor::Posted, outcome)?;
    if !live.has_attestations() {
        return Err(outcome.misuse("--attestations", "no server of attestations is named".to_owned()));
    }
    let counted = session.attestations_under(&head, &batch);
    let (tally, mut outcome) = live.ask_session(&session, counted, "attestations", outcome)?;
    tell(&mut outcome, &tally);
    match &args.evidence {
        None => Ok(outcome),
        Some(folder) => write(folder, &tally, &synced, &live, outcome),
    }
}

pub(crate) fn tell(outcome: &mut Outcome, tally: &Tally) {
    let (batch, set) = (tally.batch(), tally.set());
    let (mut lines, mut facts) = verifiers::told(set);
    let of = set.total();
    lines.insert(0, ("finality", finality(tally)));
    lines.insert(1, ("agree", format!("{} of {of}, by {}", tally.weight(), signers(tally.agreeing()))));
    if !tally.dissenting().is_empty() {
        lines.insert(2, ("contested", format!("{} of {of}, by {}", tally.contested(), signers(tally.dissenting()))));
    }
    lines.push(("block hash", if tally.attests_block_hash() { "attested too" } else { "not attested" }.to_owned()));
    lines.extend(tally.offences().iter().map(|offence| ("offence", contradiction(offence))));
    lines.extend(tally.false_attestations().iter().map(|offence| ("offence", falsity(offence))));
    lines.extend(tally.refused().iter().map(|refused| ("refused", refusal(refused))));
    facts["batchIndex"] = batch.index().into();
    facts["batchHeaderHash"] = json!(batch.header_hash());
    facts["finality"] = word(tally).into();
    facts["agreeing"] = voices(tally.agreeing());
    facts["agreeingWeight"] = tally.weight().to_string().into();
    facts["contested"] = json!({ "weight": tally.contested().to_string(), "of": of.to_string() });
    facts["dissenting"] = voices(tally.dissenting());
    facts["blockHashAttested"] = tally.attests_block_hash().into();
    facts["offenders"] = offenders(tally);
    facts["refused"] = tally.refused().iter().map(refused_facts).collect();
    outcome.holds(format!("batch {}, by its verifiers", batch.index()), lines, &facts);
}

/// How firmly the batch stands, in words.
fn finality(tally: &Tally) -> String {
    match tally.finality() {
        Finality::Attested { closes, by } => {
            format!("attested by {} of {}, its window closes at {} (l1 time)", by.weight, by.of, closes.0)
        }
        Finality::Posted { .. } | Finality::Disputed(_) | Finality::Final { .. } => {
            live::finality(tally.batch().finality())
        }
    }
}

fn word(tally: &Tally) -> &'static str {
    match tally.finality() {
        Finality::Attested { .. } => "attested",
        Finality::Disputed(_) => "disputed",
        Finality::Final { .. } => "final",
        Finality::Posted { .. } => "posted",
    }
}

/// A tally in a line, for whoever watches.
pub(crate) fn in_short(tally: &Tally) -> String {
    let contested = match tally.contested() {
        weight if weight.is_zero() => String::new(),
        weight => format!(", contested by {weight}"),
    };
    let (weight, of, required) = (tally.weight(), tally.set().total(), tally.set().required());
    format!(
        "batch {} is {}: {weight} of {of} agree, {required} are required{contested}",
        tally.batch().index(),
        word(tally)
    )
}

fn signers(voices: &[Voice]) -> String {
    let told = |voice: &Voice| {
        let retracted = if voice.has_retracted { " (after a dissent)" } else { "" };
        format!("{}{retracted}", voice.signed.signer())
    };
    match voices {
        [] => "nobody".to_owned(),
        voices => voices.iter().map(told).collect::<Vec<_>>().join(", "),
    }
}

fn voices(voices: &[Voice]) -> Value {
    let told = |voice: &Voice| {
        json!({
            "signer": voice.signed.signer(),
            "weight": voice.weight.to_string(),
            "retracted": voice.has_retracted,
            "attestation": voice.signed.attestation().to_json(),
        })
    };
    voices.iter().map(told).collect()
}

fn contradiction(offence: &Equivocation) -> String {
    format!("{} contradicts itself, and counts for neither side", offence.signer())
}

fn falsity(offence: &FalseAttestation) -> String {
    format!("{} signed another state root of block {} than the final one", offence.signer(), offence.at().block())
}

fn offenders(tally: &Tally) -> Value {
    let contradictions = tally.offences().iter().map(Equivocation::signer);
    let of = |offence: &'static str| move |signer: Address| json!({ "signer": signer, "offence": offence });
    let falsities = tally.false_attestations().iter().map(FalseAttestation::signer);
    contradictions.map(of("equivocation")).chain(falsities.map(of("false-attestation"))).collect()
}

fn refusal(refused: &Refused) -> String {
    match refused.signer {
        Some(signer) => format!("a word of {signer}: {}", refused.error),
        None => format!("a word of nobody known: {}", refused.error),
    }
}

fn refused_facts(refused: &Refused) -> Value {
    let detail = Error::from(refused.error.clone()).detail();
    json!({ "signer": refused.signer, "rule": detail.rule, "message": refused.error.to_string() })
}

/// Writes a file for each offence.
fn write(folder: &Path, tally: &Tally, synced: &Synced, live: &Live, mut outcome: Outcome) -> Ended {
    let mut all: Vec<(PathBuf, Evidence)> = Vec::new();
    for offence in tally.offences() {
        all.push((name("equivocation", tally, offence.signer()), Evidence::of_equivocation(offence)));
    }
    for offence in tally.false_attestations() {
        let bundle = match Bundle::new(synced, offence.at(), &Claim::StateRoot, live.now()) {
            Err(error) => return Err(outcome.refused("evidence", error)),
            Ok(bundle) => bundle,
        };
        all.push((name("false-attestation", tally, offence.signer()), Evidence::of_false_attestation(offence, bundle)));
    }
    for (name, evidence) in all {
        let path = folder.join(name);
        if let Err(error) = put(&path, &evidence) {
            return Err(outcome.unreadable(&path, &error));
        }
        outcome.note(Some(format!("evidence is in {}", path.display())));
    }
    Ok(outcome)
}

fn name(offence: &str, tally: &Tally, signer: Address) -> PathBuf {
    format!("{offence}-{}-{signer:#x}.json", tally.batch().index()).into()
}

fn put(path: &Path, evidence: &Evidence) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    live::write(path, evidence.to_json().as_bytes())
}
