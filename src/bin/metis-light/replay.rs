//! Recordings played again: a table of what agreed, and each lie.

use crate::input;
use crate::outcome::Outcome;
use metis_light::replay::{ROWS, Recording, Tally};
use serde_json::{Value, json};
use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};

/// What a recording may tell and this does not look at.
const NOT_CHECKED: &[&str] = &["names, sequencers and other values on L1", "messages that no transaction sent"];

/// What cannot be read, and why.
type Unreadable = (PathBuf, io::Error);

pub(crate) fn run(directory: &Path) -> Outcome {
    let mut outcome = Outcome::new("replay", NOT_CHECKED);
    let played = match file(directory, "lies") {
        Ok(lies) => tell(directory, &lies, &mut outcome),
        Err((_, error)) if error.kind() == io::ErrorKind::NotFound => play(directory, &mut outcome),
        Err(unreadable) => Err(unreadable),
    };
    match played {
        Ok(()) => outcome,
        Err((path, error)) => outcome.unreadable(&path, &error),
    }
}

/// Every phase of a recording: a row each.
fn play(directory: &Path, outcome: &mut Outcome) -> Result<(), Unreadable> {
    let recording = recording(directory)?;
    let width = recording.phases().map(str::len).max().unwrap_or_default();
    for phase in recording.phases() {
        let Some(tally) = recording.play(phase) else { continue };
        let facts = facts(phase, &tally);
        match tally.differences() {
            [] => {
                let accepted = tally.accepted().iter().map(|change| ("accepted", change.clone())).collect();
                outcome.holds(row(&format!("{phase:width$}"), &tally), accepted, &facts);
            }
            differences => outcome.differs(row(&format!("{phase:width$}"), &tally), differences, &facts),
        }
    }
    Ok(())
}

/// Every lie, about whichever recording beside this folder it is.
fn tell(directory: &Path, lies: &Value, outcome: &mut Outcome) -> Result<(), Unreadable> {
    let told_of = |lie: &Value| lie["base"].as_str().map(str::to_owned);
    let mut bases: Vec<String> = lies.as_array().into_iter().flatten().filter_map(told_of).collect();
    bases.sort();
    bases.dedup();
    if bases.is_empty() {
        return Err((directory.join("lies.json"), invalid("no lie says what it is about")));
    }
    for base in bases {
        // A name of a folder, and no way to anywhere else.
        if Path::new(&base).components().count() != 1 || base.starts_with('.') {
            return Err((directory.join("lies.json"), invalid(&format!("{base} is no folder beside this one"))));
        }
        let recording = recording(&directory.join("..").join(&base))?;
        if recording.scenario() != base {
            return Err((directory.join("..").join(&base), invalid("it calls itself something else")));
        }
        for lie in recording.tell(lies) {
            let title = format!("{}: {}", lie.id, lie.title);
            let facts = json!({ "lie": lie.id, "base": base, "title": lie.title, "differences": lie.differences });
            match lie.differences.as_slice() {
                [] => outcome.harmless(title, &facts),
                differences => outcome.differs(title, differences, &facts),
            }
        }
    }
    Ok(())
}

fn row(phase: &str, tally: &Tally) -> String {
    let mut row = phase.to_owned();
    for name in ROWS {
        // Writing to a string does not fail.
        let _ = write!(row, "  {name} {:>2}", tally.agreed(name));
    }
    let _ = write!(row, "  refused {:>2}", tally.refused());
    row
}

fn facts(phase: &str, tally: &Tally) -> Value {
    let agreed: serde_json::Map<_, _> =
        ROWS.map(|name| (name.to_owned(), tally.agreed(name).into())).into_iter().collect();
    json!({ "phase": phase, "agreed": agreed, "refused": tally.refused(), "accepted": tally.accepted(), "differences": tally.differences() })
}

fn recording(directory: &Path) -> Result<Recording, Unreadable> {
    let path = directory.join("network.json");
    let network = input::read(&path).map_err(|error| (path, error))?;
    let (calls, expected) = (file(directory, "calls")?, file(directory, "expected")?);
    Recording::new(&network, &calls, expected).map_err(|error| (directory.to_owned(), invalid(&error.to_string())))
}

/// A JSON file, plain or gzipped.
fn file(directory: &Path, name: &str) -> Result<Value, Unreadable> {
    let plain = directory.join(format!("{name}.json"));
    let path = if plain.exists() { plain } else { directory.join(format!("{name}.json.gz")) };
    let read = || serde_json::from_slice(&input::read(&path)?).map_err(|error| invalid(&error.to_string()));
    read().map_err(|error| (path.clone(), error))
}

fn invalid(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message.to_owned())
}
