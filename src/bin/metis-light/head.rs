//! Where the rollup is.

#![allow(clippy::result_large_err, reason = "an outcome is returned once a run")]

use crate::args::LiveArgs;
use crate::live::{Live, finality};
use crate::outcome::Outcome;
use metis_light::client::{CommittedBatch, LastFinal, RollupHead};
use metis_light::primitives::UnixTime;
use metis_light::rollup::{Basis, Finality};
use serde_json::json;

const NOT_CHECKED: &[&str] = &[
    "that state roots are the right ones: they are what was posted and nobody disputed",
    "that no newer batch is final: that is by the logs of an l1 node",
];

pub(crate) fn run(args: &LiveArgs) -> Outcome {
    prove(args).unwrap_or_else(|ended| ended)
}

fn prove(args: &LiveArgs) -> Result<Outcome, Outcome> {
    let (live, heads, outcome) = Live::head(args, Outcome::new("head", NOT_CHECKED))?;
    let head = &heads.rollup;
    let (last_final, mut outcome) = live.drive(LastFinal::new(&head.registry), "final", outcome)?;
    tell(&mut outcome, head, last_final.as_ref(), live.now());
    match &head.last {
        Some(last) => live.hear(&heads, last.batch(), outcome),
        None => Ok(outcome),
    }
}

fn tell(outcome: &mut Outcome, head: &RollupHead, last_final: Option<&CommittedBatch>, now: UnixTime) {
    let basis = head.registry.basis();
    let l1_time = basis.l1().timestamp().0;
    let final_block = last_final.filter(|batch| matches!(batch.batch().finality(), Finality::Final { .. }));
    let final_block = final_block.map(|batch| batch.batch().header().last_block());
    let age = now.0.saturating_sub(l1_time);
    let lag = head.last.as_ref().map(|last| l1_time.saturating_sub(last.batch().header().extra_data().timestamp().0));
    let lines = vec![
        ("final", final_block.map_or_else(|| "no batch yet".to_owned(), |block| format!("l2 block {block}"))),
        ("lag", lag.map_or_else(|| "no batch yet".to_owned(), |lag| format!("posted {lag} s before that l1 block"))),
        ("l1 age", format!("{age} s before now")),
        ("pace", head.pace.map_or_else(|| "unknown".to_owned(), |pace| format!("a batch every {pace} s"))),
        ("disputes", disputes(basis)),
    ];
    let earliest = basis.earliest_disputed_block();
    let facts = json!({
        "finalL2Block": final_block,
        "lagSeconds": lag,
        "l1AgeSeconds": age,
        "paceSeconds": head.pace,
        "earliestDisputedBlock": (!earliest.is_zero()).then(|| earliest.to_string()),
        "lastBatchFinality": head.last.as_ref().map(|last| finality(last.batch().finality())),
    });
    outcome.holds("how far it is".to_owned(), lines, &facts);
}

pub(crate) fn disputes(basis: &Basis) -> String {
    match basis.earliest_disputed_block() {
        earliest if earliest.is_zero() => "none".to_owned(),
        earliest => format!("from l2 block {earliest} on"),
    }
}
