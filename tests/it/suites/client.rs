//! The client's flows over the recordings of `golden/`: every request that a flow makes is answered as it was recorded, and
//! what comes out is compared with what was true.

mod flows;
mod lies;

use super::Report;
use crate::files::{Files, json};
use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use flows::Flows;
use metis_light::client::Task;
use metis_light::network::Network;
use metis_light::primitives::UnixTime;
use metis_light::shell::{Driven, Limits, Transcript, drive};
use serde_json::Value;

pub(super) const ROOTS: &[&str] = &["golden/"];

pub(super) fn run(files: &Files) -> Report {
    let mut report = Report::default();
    for (path, network) in files.matching("golden/", "/network.json") {
        let folder = path.trim_end_matches("network.json");
        let read = |name: &str| files.json(&format!("{folder}{name}.json"));
        let (Some(expected), Some(calls)) = (read("expected"), read("calls")) else { continue };
        let file = json(path, network);
        let network = Network::from_json(network).unwrap_or_else(|error| panic!("{path}: {error}"));
        let transcript = Transcript::new(&calls).unwrap_or_else(|| panic!("{path}: no transcript"));
        for phase in expected["phases"].as_array().expect("phases") {
            let (name, now) = (text(&phase["name"]), UnixTime(number(&phase["suggestedWallClock"])));
            let flows = Flows {
                name: format!("{folder}{name}"),
                network: &network,
                checkpoint: word(&file["l1"]["checkpointRoot"]),
                expected: &expected,
                phase,
                sources: transcript.at(name, now),
            };
            flows.run(&mut report);
        }
        let truth = lies::Truth {
            network: &network,
            checkpoint: word(&file["l1"]["checkpointRoot"]),
            expected: &expected,
            calls: &transcript,
        };
        for (path, lies) in files.matching("golden/", "/lies.json") {
            lies::run(&truth, text(&file["scenario"]), &json(path, lies), &mut report);
        }
    }
    report
}

/// Runs a flow to its end. Nothing here waits, so neither does this.
fn driven<T: Task>(task: T, sources: &Transcript) -> Driven<T::Output> {
    let mut future = pin!(drive(task, sources, Limits::default()));
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(driven) => driven,
        Poll::Pending => panic!("a transcript answers at once"),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn word<T: core::str::FromStr>(value: &Value) -> T {
    text(value).parse().unwrap_or_else(|_| panic!("{value} is malformed"))
}
