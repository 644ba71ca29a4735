//! The commands that write a portable proof. What is written was read and verified again before.

#![allow(clippy::result_large_err, reason = "an outcome is returned once a run")]

use crate::args::{At, Bundle as Wanted, LiveArgs, To};
use crate::ask::NOT_CHECKED;
use crate::live::{Live, write};
use crate::outcome::Outcome;
use crate::verify_bundle::tell_answer;
use crate::withdrawal::{NOT_CHECKED_OF_WITHDRAWALS, withdrawals_under};
use flate2::Compression;
use flate2::write::GzEncoder;
use metis_light::Error;
use metis_light::bundle::{Asked, Bundle, BundleOf, Claim};
use metis_light::client::Synced;
use metis_light::consensus::{Checkpoint, ConsensusError};
use metis_light::primitives::B256;
use metis_light::rollup::Accepted;
use serde_json::json;
use std::io::{self, Write};
use std::path::Path;

const COMMAND: &str = "bundle";

pub(crate) fn run(wanted: &Wanted) -> Outcome {
    let written = match wanted {
        Wanted::Balance { address, at, to, live } => of_state(Asked::Balance(*address), *at, to, live),
        Wanted::Storage { address, slots, at, to, live } => {
            of_state(Asked::Storage(*address, slots.clone()), *at, to, live)
        }
        Wanted::Withdrawal { transaction, to, live } => of_withdrawals(*transaction, to, live),
    };
    written.unwrap_or_else(|ended| ended)
}

fn of_state(asked: Asked, at: At, to: &To, args: &LiveArgs) -> Result<Outcome, Outcome> {
    let (live, heads, outcome) = Live::head(args, Outcome::new(COMMAND, NOT_CHECKED))?;
    let (at, outcome) = live.state_root_under(&heads, at, outcome)?;
    let task = match BundleOf::new(&heads.synced, &at, asked) {
        Err(error) => return Err(outcome.refused(COMMAND, error)),
        Ok(task) => task,
    };
    let (bundle, outcome) = live.drive(task, COMMAND, outcome)?;
    hand_out(&live, &heads.synced, &bundle, to, outcome)
}

fn of_withdrawals(transaction: B256, to: &To, args: &LiveArgs) -> Result<Outcome, Outcome> {
    let (live, heads, outcome) = Live::head(args, Outcome::new(COMMAND, NOT_CHECKED_OF_WITHDRAWALS))?;
    let synced = &heads.synced;
    let (states, outcome) = withdrawals_under(&live, &heads.rollup, COMMAND, transaction, outcome)?;
    let Some(first) = states.first() else {
        return Err(outcome.broken("no withdrawal is left"));
    };
    match Bundle::new(synced, first.withdrawal.at(), &Claim::withdrawals(&states), live.now()) {
        Err(error) => Err(outcome.refused(COMMAND, error)),
        Ok(bundle) => hand_out(&live, synced, &bundle, to, outcome),
    }
}

/// Writes a bundle, once it was read and verified as whoever gets it will.
fn hand_out(
    live: &Live,
    synced: &Synced,
    bundle: &Bundle,
    To { output }: &To,
    mut outcome: Outcome,
) -> Result<Outcome, Outcome> {
    let (document, root) = (bundle.to_json(), synced.store.checkpoint().root());
    let again = match Bundle::parse(document.as_bytes()) {
        Err(error) => return Err(outcome.refused(COMMAND, error.into())),
        Ok(again) => again,
    };
    let verify = |checkpoint| again.verify(live.network(), checkpoint, &Accepted::none(), live.now());
    let verified = match verify(Checkpoint::new(root)) {
        Err(Error::Consensus(ConsensusError::CheckpointTooOld { .. })) => {
            outcome.note(Some(format!("the checkpoint {root} is too old for others: {TOO_OLD}")));
            verify(Checkpoint::of_any_age(root))
        }
        verified => verified,
    };
    match verified {
        Err(error) => return Err(outcome.refused(COMMAND, error)),
        Ok(verified) => tell_answer(&mut outcome, &verified),
    }
    let Some(path) = output else {
        outcome.give(document);
        return Ok(outcome);
    };
    let bytes = packed(path, document);
    match bytes.and_then(|bytes| write(path, &bytes).map(|()| bytes.len())) {
        Err(error) => Err(outcome.unreadable(path, &error)),
        Ok(length) => {
            let lines = vec![("bytes", length.to_string()), ("needs", format!("checkpoint {root}"))];
            let facts = json!({ "file": path.display().to_string(), "bytes": length, "checkpoint": root });
            outcome.holds(format!("bundle {}", path.display()), lines, &facts);
            Ok(outcome)
        }
    }
}

const TOO_OLD: &str = "they must waive its age, or you begin again from a newer one, without the saved store";

fn packed(path: &Path, document: String) -> io::Result<Vec<u8>> {
    let mut bytes = document.into_bytes();
    bytes.push(b'\n');
    if path.extension().is_none_or(|ending| ending != "gz") {
        return Ok(bytes);
    }
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&bytes)?;
    packed.finish()
}
