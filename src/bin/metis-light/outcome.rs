//! What a command found, and the two ways to print it.

use crate::paper::{self, Paper};
use metis_light::client::ClientError;
use metis_light::error::{Error, Kind};
use metis_light::wire::WireError;
use serde_json::{Map, Value, json};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

pub(crate) const REFUSED: u8 = 1;
pub(crate) const MISUSE: u8 = 2;

/// A command's result.
pub(crate) struct Outcome {
    command: &'static str,
    intro: &'static str,
    not_checked: &'static [&'static str],
    notes: Vec<String>,
    /// Of requests to sources that were answered and held, one after the other.
    rounds: usize,
    checked: Vec<Checked>,
    document: Option<String>,
    end: End,
}

/// Something that was found, as it should be.
struct Checked {
    verdict: Verdict,
    title: String,
    lines: Vec<(&'static str, String)>,
    facts: Value,
}

#[derive(Clone, Copy)]
enum Verdict {
    Holds,
    /// A lie told on purpose.
    Refused,
    /// Not what was expected.
    Differs,
}

enum End {
    Holds,
    Broken { message: &'static str },
    Differs,
    Refused { place: String, error: Error },
    Misuse { place: String, code: &'static str, message: String },
}

impl Outcome {
    pub(crate) const fn new(command: &'static str, not_checked: &'static [&'static str]) -> Self {
        Self {
            command,
            intro: "",
            not_checked,
            notes: Vec::new(),
            rounds: 0,
            checked: Vec::new(),
            document: None,
            end: End::Holds,
        }
    }

    /// What people read first.
    pub(crate) const fn intro(mut self, intro: &'static str) -> Self {
        self.intro = intro;
        self
    }

    /// Notes what happened on the way: for the error stream, and for machines.
    pub(crate) fn note(&mut self, note: Option<String>) {
        self.notes.extend(note);
    }

    /// What is wanted is a document of JSON: it is printed in place of what holds, or among the facts for machines.
    pub(crate) fn give(&mut self, document: String) {
        self.document = Some(document);
    }

    /// Counts rounds of requests.
    pub(crate) const fn took(&mut self, rounds: usize) {
        self.rounds += rounds;
    }

    /// Notes what holds: a title and lines for people, facts for machines.
    pub(crate) fn holds(&mut self, title: String, lines: Vec<(&'static str, String)>, facts: &impl serde::Serialize) {
        let facts = serde_json::to_value(facts).unwrap_or(Value::Null);
        self.checked.push(Checked { verdict: Verdict::Holds, title, lines, facts });
    }

    /// Notes a lie that was told on purpose and refused.
    pub(crate) fn refuses(&mut self, title: String, error: &Error) {
        let lines = vec![("rule", error.detail().rule.to_owned()), ("because", error.to_string())];
        let facts = refusal(&title, error);
        self.checked.push(Checked { verdict: Verdict::Refused, title, lines, facts });
    }

    /// Notes a lie that was told on purpose, and that did no harm.
    pub(crate) fn harmless(&mut self, title: String, facts: &impl serde::Serialize) {
        let facts = serde_json::to_value(facts).unwrap_or(Value::Null);
        self.checked.push(Checked { verdict: Verdict::Refused, title, lines: Vec::new(), facts });
    }

    /// Notes what is not as expected; the outcome cannot hold any more.
    pub(crate) fn differs(&mut self, title: String, differences: &[String], facts: &impl serde::Serialize) {
        let lines = differences.iter().map(|difference| ("", difference.clone())).collect();
        let facts = serde_json::to_value(facts).unwrap_or(Value::Null);
        self.checked.push(Checked { verdict: Verdict::Differs, title, lines, facts });
        self.end = End::Differs;
    }

    /// Ends with a defect of this program.
    pub(crate) fn broken(mut self, message: &'static str) -> Self {
        self.end = End::Broken { message };
        self
    }

    /// Ends with what does not hold, or with input that lacks the shape.
    pub(crate) fn refused(mut self, place: impl Into<String>, error: Error) -> Self {
        self.end = if lacks_shape(&error) {
            End::Misuse { place: place.into(), code: error.kind().code(), message: error.to_string() }
        } else {
            End::Refused { place: place.into(), error }
        };
        self
    }

    /// Ends with input that cannot be read.
    pub(crate) fn unreadable(self, path: &Path, error: &io::Error) -> Self {
        self.misuse(path.display().to_string(), error.to_string())
    }

    /// Ends with a mistake of the caller.
    pub(crate) fn misuse(mut self, place: impl Into<String>, message: String) -> Self {
        self.end = End::Misuse { place: place.into(), code: "MISUSE", message };
        self
    }

    /// Whether nothing stands against it.
    pub(crate) const fn has_held(&self) -> bool {
        matches!(self.end, End::Holds)
    }

    /// What was noted on the way.
    pub(crate) fn into_notes(self) -> Vec<String> {
        self.notes
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        match self.end {
            End::Holds => ExitCode::SUCCESS,
            End::Broken { .. } | End::Differs | End::Refused { .. } => ExitCode::from(REFUSED),
            End::Misuse { .. } => ExitCode::from(MISUSE),
        }
    }

    pub(crate) fn print(&self) -> io::Result<()> {
        let paper = Paper::of_stdout();
        let mut out = io::stdout().lock();
        for note in &self.notes {
            writeln!(io::stderr(), "metis-light: {note}")?;
        }
        if let (Some(document), End::Holds) = (&self.document, &self.end) {
            return writeln!(out, "{document}");
        }
        write!(out, "{}", self.intro)?;
        for Checked { verdict, title, lines, .. } in &self.checked {
            let verdict = match verdict {
                Verdict::Holds => paper.good("holds"),
                Verdict::Refused => paper.bad("refused"),
                Verdict::Differs => paper.bad("differs"),
            };
            writeln!(out, "{verdict} {title}")?;
            let width = lines.iter().map(|(label, _)| label.len()).max().unwrap_or(0);
            for (label, value) in lines {
                writeln!(out, "  {label:width$}  {value}")?;
            }
        }
        match &self.end {
            End::Holds => paper::list(&mut out, &paper, "not checked:", self.not_checked),
            End::Refused { place, error } => {
                let detail = error.detail();
                writeln!(out, "{} {place}: {error}", paper.bad("refused"))?;
                writeln!(out, "  rule      {}", detail.rule)?;
                paper::line(&mut out, "  got       ", detail.got.as_deref())?;
                paper::line(&mut out, "  expected  ", detail.expected.as_deref())
            }
            End::Broken { message } => writeln!(io::stderr(), "metis-light: defect: {message}"),
            End::Differs => Ok(()),
            End::Misuse { place, message, .. } => writeln!(io::stderr(), "metis-light: {place}: {message}"),
        }
    }

    pub(crate) fn print_json(&self) -> io::Result<()> {
        let mut object = Map::new();
        object.insert("command".into(), self.command.into());
        object.insert("holds".into(), matches!(self.end, End::Holds).into());
        object.insert("checked".into(), self.checked.iter().map(|checked| checked.facts.clone()).collect());
        object.insert("notChecked".into(), json!(self.not_checked));
        if !self.notes.is_empty() {
            object.insert("notes".into(), json!(self.notes));
        }
        if self.rounds > 0 {
            object.insert("rounds".into(), self.rounds.into());
        }
        if let Some(document) = &self.document {
            object.insert("bundle".into(), serde_json::from_str(document).unwrap_or(Value::Null));
        }
        match &self.end {
            End::Holds | End::Differs => {}
            End::Broken { message } => {
                object.insert("error".into(), json!({ "code": "DEFECT", "message": message }));
            }
            End::Refused { place, error } => {
                object.insert("refusal".into(), refusal(place, error));
            }
            End::Misuse { place, code, message } => {
                object.insert("error".into(), json!({ "place": place, "code": code, "message": message }));
            }
        }
        writeln!(io::stdout().lock(), "{}", Value::Object(object))
    }
}

/// Whether the input is not what was asked for, rather than untrue.
fn lacks_shape(error: &Error) -> bool {
    match error {
        Error::Consensus(_) | Error::Wire(WireError::Consensus(_)) => error.kind() == Kind::Malformed,
        Error::NetworkFile(_) | Error::Wire(_) => true,
        Error::Client(error) => !matches!(error, ClientError::NoLog { .. } | ClientError::StaleHead { .. }),
        _ => false,
    }
}

fn refusal(place: &str, error: &Error) -> Value {
    let detail = error.detail();
    json!({
        "place": place,
        "code": error.kind().code(),
        "message": error.to_string(),
        "rule": detail.rule,
        "got": detail.got,
        "expected": detail.expected,
    })
}

/// Where in a file something stands; a file of one needs no number.
pub(crate) fn place(path: &Path, index: usize, count: usize) -> String {
    match count {
        1 => path.display().to_string(),
        _ => format!("{} ({} of {count})", path.display(), index + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_head_is_refused_and_silence_is_not() {
        let stale = ClientError::StaleHead { age: 1801, limit: 1800 };
        let silence = ClientError::Unavailable { what: "nobody answers".to_owned() };
        assert!(!lacks_shape(&stale.into()));
        assert!(lacks_shape(&silence.into()));
    }
}
