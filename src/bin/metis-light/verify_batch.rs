use crate::input;
use crate::outcome::{Outcome, place};
use metis_light::consistent::{self, BATCH_NOT_CHECKED, BatchFacts};
use metis_light::wire::BatchClaim;
use std::path::Path;

pub(crate) fn run(path: &Path) -> Outcome {
    let mut outcome = Outcome::new("verify batch", BATCH_NOT_CHECKED);
    let claims = match input::read(path).map(|bytes| BatchClaim::parse(&bytes)) {
        Err(error) => return outcome.unreadable(path, &error),
        Ok(Err(error)) => return outcome.refused(path.display().to_string(), error.into()),
        Ok(Ok(claims)) => claims,
    };
    for (index, claim) in claims.iter().enumerate() {
        match consistent::batch(claim) {
            Err(error) => return outcome.refused(place(path, index, claims.len()), error),
            Ok(facts) => {
                let facts = facts.value();
                outcome.holds(format!("batch {}", facts.header_hash), lines(facts), facts);
            }
        }
    }
    outcome
}

/// What people read of a batch.
pub(crate) fn lines(facts: &BatchFacts) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("header hash", facts.header_hash.to_string()),
        ("batch root", facts.batch_root.to_string()),
        ("blocks", format!("{} to {} ({} state roots)", facts.first_block, facts.last_block, facts.batch_size)),
        ("appended", format!("{} (l1 time) by {}", facts.timestamp, facts.submitter)),
    ];
    if let Some(last) = &facts.submitters_last_block {
        let fits = if last.number_fits { "" } else { ", which is NOT the batch's last block" };
        lines.push(("last block", format!("{} {} (the submitter's word{fits})", last.number, last.hash)));
    }
    lines
}
