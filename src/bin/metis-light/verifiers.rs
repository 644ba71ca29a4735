//! Whose word about a batch counts, and how much.

#![allow(clippy::result_large_err, reason = "an outcome is returned once a run")]

use crate::args::LiveArgs;
use crate::ask::{Ended, ended};
use crate::live::Live;
use crate::outcome::Outcome;
use metis_light::attestation::VerifierSet;
use metis_light::shell::Floor;
use serde_json::{Value, json};

const NOT_CHECKED: &[&str] =
    &["that they run verifiers: what is proven is who has staked how much, and that their keys are theirs"];

pub(crate) fn run(args: &LiveArgs) -> Outcome {
    ended(prove(args))
}

fn prove(args: &LiveArgs) -> Ended {
    let (live, heads, outcome) = Live::head(args, Outcome::new("verifiers", NOT_CHECKED))?;
    let (session, outcome) = live.session(&heads.synced, Floor::Posted, outcome)?;
    let (set, mut outcome) =
        live.ask_session(&session, session.verifiers_under(&heads.rollup), "verifiers", outcome)?;
    let (mut lines, mut facts) = told(&set);
    lines.extend(set.members().map(|member| ("verifier", format!("{} weighs {}", member.address, member.weight))));
    let members = set.members().map(|member| json!({ "address": member.address, "weight": member.weight.to_string() }));
    facts["verifiers"] = members.collect();
    outcome.holds(format!("the verifiers, by {}", set.policy().name()), lines, &facts);
    Ok(outcome)
}

/// A set without its members.
pub(crate) fn told(set: &VerifierSet) -> (Vec<(&'static str, String)>, Value) {
    let rule = set.rule();
    let mut lines =
        vec![("weight", set.total().to_string()), ("quorum", format!("{}: a weight of {}", rule, set.required()))];
    if rule.is_lowered() {
        lines.push(("warning", "the quorum was lowered".to_owned()));
    }
    if !set.unpinned().is_empty() {
        lines.push(("unpinned", set.unpinned().join(", ")));
    }
    let facts = json!({
        "policy": set.policy().name(),
        "weight": set.total().to_string(),
        "required": set.required().to_string(),
        "signers": rule.signers(),
        "quorumLowered": rule.is_lowered(),
        "unpinned": set.unpinned(),
    });
    (lines, facts)
}
