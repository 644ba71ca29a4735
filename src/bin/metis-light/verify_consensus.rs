use crate::args::ConsensusArgs;
use crate::input;
use crate::outcome::{Outcome, place};
use metis_light::consensus::{Checkpoint, Store};
use metis_light::error::Error;
use metis_light::follow::{self, BootstrapFacts, HeaderFacts, NOT_CHECKED, UpdateFacts};
use metis_light::network::{self, L1};
use metis_light::primitives::UnixTime;
use std::path::Path;
use std::time::SystemTime;

pub(crate) fn run(asked: &ConsensusArgs) -> Outcome {
    let mut outcome = Outcome::new("verify consensus", NOT_CHECKED);
    let l1 = match l1(&asked.network) {
        Err(error) => return outcome.unreadable(Path::new(&asked.network), &error),
        Ok(Err(error)) => return outcome.refused(&asked.network, error),
        Ok(Ok(l1)) => l1,
    };
    let Some(now) = asked.now.map(UnixTime).or_else(now) else {
        return outcome.misuse("--now", "the clock is before 1970".into());
    };
    let checkpoint =
        if asked.allow_old_checkpoint { Checkpoint::of_any_age } else { Checkpoint::new }(asked.checkpoint);

    let path = &asked.bootstrap;
    let (mut store, facts) = match input::read(path).map(|bytes| follow::begin(&l1, checkpoint, &bytes, now)) {
        Err(error) => return outcome.unreadable(path, &error),
        Ok(Err(error)) => return outcome.refused(path.display().to_string(), error),
        Ok(Ok(begun)) => begun,
    };
    outcome.holds(format!("checkpoint {}", facts.checkpoint), bootstrap_lines(&facts), &facts);
    for path in &asked.files {
        let updates = match input::read(path).map(|bytes| follow::updates(&l1, &bytes)) {
            Err(error) => return outcome.unreadable(path, &error),
            Ok(Err(error)) => return outcome.refused(path.display().to_string(), error.into()),
            Ok(Ok(updates)) => updates,
        };
        for (index, update) in updates.iter().enumerate() {
            match follow::take(&mut store, update, now) {
                Err(error) => return outcome.refused(place(path, index, updates.len()), error),
                Ok(facts) => outcome.holds(update_title(&facts), Vec::new(), &facts),
            }
        }
    }
    note_heads(&mut outcome, &store);
    outcome
}

/// Where the climb ended.
fn note_heads(outcome: &mut Outcome, store: &Store) {
    for facts in follow::heads(store) {
        outcome.holds(format!("{} header, slot {}", facts.status, facts.slot), header_lines(&facts), &facts);
    }
}

/// What people read of a checkpoint.
pub(crate) fn bootstrap_lines(facts: &BootstrapFacts) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("slot", format!("{} (sync committee period {})", facts.slot, facts.period)),
        ("age", format!("{} of at most {} epochs", facts.age_epochs, facts.weak_subjectivity_epochs)),
    ];
    if facts.allow_old_checkpoint {
        lines.push(("warning", "its age was waived: everything below rests on an old checkpoint".into()));
    }
    lines
}

/// One line for an update.
pub(crate) fn update_title(facts: &UpdateFacts) -> String {
    let UpdateFacts { kind, participants, committee_size, attested_slot, finalized_slot, .. } = facts;
    format!(
        "{kind}: {participants} of {committee_size} signed slot {attested_slot}; slot {finalized_slot} is finalized"
    )
}

/// What people read of a header.
pub(crate) fn header_lines(facts: &HeaderFacts) -> Vec<(&'static str, String)> {
    let mut lines = vec![("root", facts.root.to_string()), ("time", format!("{} (unix)", facts.time))];
    if let Some(hash) = facts.execution_block_hash {
        let number = facts.execution_block_number.map(|number| format!("{number} ")).unwrap_or_default();
        lines.push(("l1 block", format!("{number}{hash}")));
    }
    lines.extend(facts.execution_state_root.map(|root| ("l1 state", root.to_string())));
    if facts.from_old_checkpoint {
        lines.push(("warning", "rests on a checkpoint whose age was waived".into()));
    }
    lines
}

/// A built-in L1, that of a built-in network, or a file's.
fn l1(name: &str) -> std::io::Result<Result<L1, Error>> {
    let built_in = network::built_in_l1(name).or_else(|| network::built_in(name).map(|network| network.l1));
    match built_in {
        Some(l1) => Ok(Ok(l1)),
        None => {
            let bytes = input::read(Path::new(name))?;
            Ok(L1::from_json(&bytes).map_err(Error::from))
        }
    }
}

/// The clock's time.
pub(crate) fn now() -> Option<UnixTime> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(UnixTime(since.as_secs()))
}
