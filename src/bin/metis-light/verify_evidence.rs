//! Evidence against a verifier, checked without a network.

use crate::args::EvidenceArgs;
use crate::input;
use crate::live::{A_CHECKPOINT, network};
use crate::outcome::Outcome;
use crate::verify_consensus::now;
use metis_light::attestation::{Equivocation, FalseAttestation, Signed};
use metis_light::bundle::Verified;
use metis_light::evidence::{Evidence, Shown};
use metis_light::network::Network;
use metis_light::primitives::UnixTime;
use serde_json::json;
use std::path::Path;

const NOT_CHECKED: &[&str] =
    &["that the signer is, or was, in a set of verifiers: compare with `metis-light verifiers`"];

pub(crate) fn run(asked: &EvidenceArgs) -> Outcome {
    let outcome = Outcome::new("verify evidence", NOT_CHECKED);
    let network = match network(&asked.ground.network) {
        Err(error) => return outcome.unreadable(Path::new(&asked.ground.network), &error),
        Ok(Err(error)) => return outcome.refused(&asked.ground.network, error),
        Ok(Ok(network)) => network,
    };
    match input::read(&asked.file).map(|bytes| Evidence::parse(&bytes)) {
        Err(error) => outcome.unreadable(&asked.file, &error),
        Ok(Err(error)) => outcome.refused(asked.file.display().to_string(), error.into()),
        Ok(Ok(evidence)) => verify(asked, &network, &evidence, outcome),
    }
}

fn verify(asked: &EvidenceArgs, network: &Network, evidence: &Evidence, mut outcome: Outcome) -> Outcome {
    let Some(now) = asked.ground.now.map(UnixTime).or_else(now) else {
        return outcome.misuse("--now", "the clock is before 1970".into());
    };
    let ground = asked.ground.at(now);
    if evidence.needs_ground() && ground.is_none() {
        return outcome.misuse("--checkpoint", format!("it takes a checkpoint to say what is true: {A_CHECKPOINT}"));
    }
    match evidence.verify(network, ground.as_ref()) {
        Err(error) => return outcome.refused(asked.file.display().to_string(), error),
        Ok(Shown::Equivocation(offence)) => tell_equivocation(&mut outcome, &offence),
        Ok(Shown::FalseAttestation { offence, ground }) => tell_false(&mut outcome, &offence, &ground),
    }
    outcome
}

fn tell_equivocation(outcome: &mut Outcome, offence: &Equivocation) {
    let [first, second] = offence.statements();
    let lines = vec![("said", said(first)), ("and", said(second))];
    let statements = [first, second].map(|signed| signed.attestation().to_json());
    let facts = json!({ "offence": "equivocation", "signer": offence.signer(), "statements": statements });
    outcome.holds(format!("verifier {} contradicts itself", offence.signer()), lines, &facts);
}

fn tell_false(outcome: &mut Outcome, offence: &FalseAttestation, ground: &Verified) {
    let (at, signer) = (offence.at(), offence.signer());
    let (root, l1) = (at.state_root().hash(), at.batch().basis().l1());
    let lines = vec![
        ("said", said(offence.signed())),
        ("but", format!("block {} has state root {root}, in final batch {}", at.block(), at.batch().index())),
        ("checkpoint", ground.checkpoint().root().to_string()),
        ("as of", format!("l1 block {} {}", l1.number(), l1.hash())),
    ];
    let facts = json!({
        "offence": "false-attestation",
        "signer": signer,
        "statements": [offence.signed().attestation().to_json()],
        "l2Block": at.block(),
        "stateRoot": root,
        "batchIndex": at.batch().index(),
        "checkpoint": ground.checkpoint().root(),
        "l1": { "number": l1.number(), "hash": l1.hash() },
    });
    outcome.holds(format!("verifier {signer} signed what is false"), lines, &facts);
}

fn said(signed: &Signed) -> String {
    let statement = signed.statement();
    let verdict = if statement.verdict == 1 { "agrees" } else { "dissents" };
    format!(
        "{verdict} at {}: block {} has state root {}, hash {}",
        statement.issued_at.0, statement.l2_block_number, statement.l2_state_root, statement.l2_block_hash
    )
}
