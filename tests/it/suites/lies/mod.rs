//! Each lie told to each flow over the recordings of `golden/`: alone, and beside an honest source.
//!
//! Alone no flow may give what is not true, and the error is of a kind that the lie deserves. Beside an honest source the flow
//! gives what is true, and nobody but the liar is blamed. What came of it is [`docs/lies.md`](../../../../docs/lies.md), which
//! is compared with what is found here, in each host that runs this.

mod absent;
mod flows;
mod liar;

use super::Report;
use crate::files::Files;
use core::fmt::Write;
use flows::{Flow, World};
use liar::{Liar, Run};
use metis_light::client::Source;
use metis_light::error::Kind;
use metis_light::lies::Lie;
use metis_light::shell::Blame;

pub(super) const ROOTS: &[&str] = &["golden/1-happy/", "golden/3-deleted/"];

/// What a flow takes from one source as a hint, and says so: what such a lie changes is no proven value.
const HINTS: &[(&str, &str, &str)] = &[
    ("receipt-without-logs", "withdrawal", "hint"),
    ("receipt-without-logs", "deposit", "hint"),
    ("receipt-with-forged-logs", "deposit", "hint"),
    ("receipt-of-the-block-before", "withdrawal", "hint"),
    ("receipt-of-the-block-after", "withdrawal", "hint"),
    ("receipt-of-another", "withdrawal", "hint"),
    ("receipt-of-another", "deposit", "hint"),
];

/// Where one liar still ends a flow, beside an honest source: what it says is taken for what every source would say.
const OPEN: &[(&str, &str)] = &[
    ("unknown-fork", "sync"),
    ("receipt-from-the-future", "withdrawal"),
    ("receipt-from-the-future", "sender"),
    ("receipt-from-the-future", "receipt"),
    ("log-of-another-transaction", "head"),
    ("log-of-another-transaction", "final"),
    ("log-of-another-transaction", "batch"),
    ("log-of-another-transaction", "logs"),
    ("log-of-another-transaction", "withdrawal"),
    ("log-of-another-transaction", "deposit"),
    ("log-of-another-transaction", "replaced"),
];

pub(super) fn run(files: &Files) -> Report {
    let (table, report) = table(files);
    let written = include_str!("../../../../docs/lies.md");
    assert!(
        written.contains(&table),
        "docs/lies.md is not what was found: write it anew with METIS_LIGHT_WRITE_LIES=1"
    );
    report
}

/// The table, a row for each lie and teller that had something to tell.
pub(crate) fn table(files: &Files) -> (String, Report) {
    let happy = World::read(files, "1-happy", "in-window", "ready");
    let deleted = World::read(files, "3-deleted", "flagged", "replaced-ready");
    let mut columns: Vec<Column<'_>> = happy.flows().into_iter().map(|flow| Column::new(&happy, flow)).collect();
    columns.extend(deleted.replaced().into_iter().map(|flow| Column::new(&deleted, flow)));
    let (mut table, mut report, mut faults) = (String::new(), Report::default(), Vec::new());
    let names: Vec<&str> = columns.iter().map(|column| column.flow.name).collect();
    line(&mut table, "lie", "told by", &names);
    line(&mut table, "---", "---", &vec!["---"; names.len()]);
    for lie in Lie::all().filter(|lie| lie.manner().is_none()) {
        let before = report.cases;
        for teller in lie.tellers {
            let cells: Vec<String> =
                columns.iter().map(|column| column.tell(lie, *teller, &mut report, &mut faults)).collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                line(&mut table, &format!("`{}`", lie.name), &teller.to_string(), &cells);
            }
        }
        if report.cases == before {
            faults.push(format!("{}: nobody could tell it", lie.name));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    (table, report)
}

fn line(table: &mut String, lie: &str, teller: &str, cells: &[impl AsRef<str>]) {
    let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
    writeln!(table, "| {lie} | {teller} | {} |", cells.join(" | ")).expect("text grows");
}

/// A flow, what it gives over honest answers, and whom it asks.
struct Column<'a> {
    world: &'a World,
    flow: Flow,
    truth: String,
    asks: Vec<Source>,
}

impl<'a> Column<'a> {
    fn new(world: &'a World, flow: Flow) -> Self {
        let sources = Liar::honest(world);
        let Run { output, blamed } = (flow.run)(&sources);
        let truth = output.unwrap_or_else(|error| panic!("{}: {error}", flow.name));
        assert!(blamed.is_empty(), "{}: {blamed:?}", flow.name);
        Self { world, flow, truth, asks: sources.asked() }
    }

    /// What came of a lie, in a word; nothing where it could not be told.
    fn tell(&self, lie: &'static Lie, teller: Source, report: &mut Report, faults: &mut Vec<String>) -> String {
        if !self.asks.contains(&teller) {
            return String::new();
        }
        let sources = || Liar::honest(self.world).alone(lie, teller);
        let alone = sources();
        let run = (self.flow.run)(&alone);
        if !alone.is_told() {
            return String::new();
        }
        report.cases += 1;
        let hint = HINTS.iter().find(|(name, flow, _)| (*name, *flow) == (lie.name, self.flow.name));
        let mut fault = |what: String| faults.push(format!("{} of {teller} to {}: {what}", lie.name, self.flow.name));
        let word = match (&run.output, hint) {
            (Ok(value), _) if *value == self.truth => "harmless",
            (Ok(_), Some((.., word))) => word,
            (Ok(value), None) => {
                fault(format!("it was taken in: {value}"));
                "taken in"
            }
            (Err(error), _) => {
                report.refused += 1;
                if !lie.deserves.contains(&error.kind()) {
                    fault(format!("it ends with {:?}: {error}", error.kind()));
                }
                kind(error.kind())
            }
        };
        if OPEN.contains(&(lie.name, self.flow.name)) {
            let both = (self.flow.run)(&sources().with_second());
            if both.output.is_ok() || run.output.is_ok() {
                fault("it is not open any more".to_owned());
            }
            return format!("{word}, ends it");
        }
        if let (Err(_), false) = (&run.output, is_liar_named(&run.blamed, teller)) {
            fault(format!("alone the blamed are {:?}", run.blamed));
        }
        let both = (self.flow.run)(&sources().with_second());
        match &both.output {
            Ok(value) if *value == self.truth || hint.is_some() && run.output.is_ok() => {}
            other => fault(format!("beside an honest source: {other:?}")),
        }
        // Which states a recording lacks is no source's fault.
        let is_recorded = |blame: &&Blame| !blame.error.to_string().contains("was not recorded");
        if both.blamed.iter().filter(is_recorded).any(|blame| (blame.kind, blame.source) != (teller, 0)) {
            fault(format!("beside an honest source the blamed are {:?}", both.blamed));
        }
        if run.output.is_err() && both.blamed.is_empty() {
            fault("beside an honest source nobody is blamed".to_owned());
        }
        word.to_owned()
    }
}

fn is_liar_named(blamed: &[Blame], teller: Source) -> bool {
    !blamed.is_empty() && blamed.iter().all(|blame| (blame.kind, blame.source) == (teller, 0))
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Invalid => "invalid",
        Kind::Malformed => "malformed",
        Kind::NotYet => "not yet",
        Kind::Stale => "stale",
        Kind::Unavailable => "unavailable",
        Kind::Unsupported => "unsupported",
        _ => "another",
    }
}
