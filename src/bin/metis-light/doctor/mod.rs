//! What each source can do, before anything is asked of it in earnest: a table for whoever chooses sources.
//!
//! Nothing here is proof. A source that passes may still lie, and is found out when it does; one that fails would be of
//! little use.

mod beacon;
mod node;
mod probe;

use crate::args::LiveArgs;
use crate::config::{self, Unusable};
use crate::live;
use crate::outcome::Outcome;
use metis_light::network::Network;
use metis_light::primitives::UnixTime;
use probe::Probe;
use serde_json::{Map, Value};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::runtime::Builder;

const NOT_CHECKED: &[&str] = &["that a source tells the truth: every answer is proven when it is used"];

/// What was found of one source.
#[derive(Default)]
struct Findings {
    lines: Vec<(&'static str, String)>,
    facts: Map<String, Value>,
    /// What makes it of little use.
    problems: Vec<String>,
}

impl Findings {
    /// Notes a fact under one name for people and one for machines.
    fn note(&mut self, label: &'static str, fact: &str, text: impl Into<String>, value: impl Into<Value>) {
        self.lines.push((label, text.into()));
        self.facts.insert(fact.to_owned(), value.into());
    }

    fn problem(&mut self, text: impl Into<String>) {
        self.problems.push(text.into());
    }
}

pub(crate) fn run(args: &LiveArgs) -> Outcome {
    let mut outcome = Outcome::new("doctor", NOT_CHECKED);
    let args = match config::complete(args) {
        Err(Unusable { path, message }) => return outcome.misuse(path.display().to_string(), message),
        Ok(args) => args,
    };
    let network = match live::network(args.network()) {
        Err(error) => return outcome.unreadable(Path::new(args.network()), &error),
        Ok(Err(error)) => return outcome.refused(args.network(), error),
        Ok(Ok(network)) => network,
    };
    if [&args.beacon, &args.l1, &args.l2].into_iter().all(Vec::is_empty) {
        return outcome.misuse("sources", "there is none: name some with --beacon, --l1 and --l2".to_owned());
    }
    let runtime = match Builder::new_current_thread().enable_all().build() {
        Err(error) => return outcome.misuse("runtime", error.to_string()),
        Ok(runtime) => runtime,
    };
    let now = UnixTime(args.now.unwrap_or_else(clock));
    runtime.block_on(async {
        for (kind, urls) in [("beacon", &args.beacon), ("l1", &args.l1), ("l2", &args.l2)] {
            for url in urls {
                let findings = examine(kind, url, &network, &args, now).await;
                tell(&mut outcome, kind, url, findings);
            }
        }
    });
    outcome
}

async fn examine(kind: &str, url: &str, network: &Network, args: &LiveArgs, now: UnixTime) -> Findings {
    let mut findings = Findings::default();
    match Probe::new(url) {
        Err(error) => findings.problem(error),
        Ok(probe) => match kind {
            "beacon" => beacon::examine(&probe, &network.l1, args.checkpoint, now, &mut findings).await,
            "l1" => node::l1(&probe, network, now, &mut findings).await,
            _ => node::l2(&probe, network, now, &mut findings).await,
        },
    }
    findings
}

fn tell(outcome: &mut Outcome, kind: &str, url: &str, Findings { lines, mut facts, problems }: Findings) {
    let name = probe::name(url);
    let title = format!("{kind} {name}");
    facts.insert("kind".to_owned(), kind.into());
    facts.insert("source".to_owned(), name.into());
    facts.insert("problems".to_owned(), problems.clone().into());
    match problems.as_slice() {
        [] => outcome.holds(title, lines, &facts),
        problems => {
            let lines: Vec<_> = lines.iter().map(|(label, text)| format!("{label}: {text}")).collect();
            outcome.differs(title, &[problems, &lines].concat(), &facts);
        }
    }
}

fn clock() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
