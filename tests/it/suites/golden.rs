//! `golden/`: complete flows over a local L1 and L2, every request and reply, with what is true at each phase.
//!
//! A recording is a folder with `network.json`, `expected.json` and `calls.json`. For each of its phases the finalized L1
//! header is climbed to from the recording's checkpoint, and everything above from there.

mod answers;
mod balance;
mod batch;
mod branch;
mod consensus;
mod contracts;
mod lies;
mod message;
mod phase;

use super::Report;
use super::metis::check::Check;
use super::metis::json::{list, text};
use super::recording::Recording;
use crate::files::{Files, json};
use consensus::Beacon;
use core::cell::RefCell;
use metis_light::network::Network;
use metis_light::primitives::B256;
use phase::Phase;
use serde_json::Value;
use std::collections::BTreeSet;

pub(super) const ROOTS: &[&str] = &["golden/"];

pub(super) fn run(files: &Files) -> Report {
    let mut check = Check::default();
    for (path, network) in files.matching("golden/", "/network.json") {
        let folder = path.trim_end_matches("network.json");
        let read = |name: &str| files.json(&format!("{folder}{name}.json"));
        let (Some(expected), Some(calls)) = (read("expected"), read("calls")) else { continue };
        let (file, evil) = (json(path, network), read("evil-l2-calls"));
        let story = Story {
            network: check.ok("network file", Network::from_json(network)),
            phases: file["phases"].clone(),
            beacon: Beacon::new(&file, &calls),
            expected,
            calls: Recording::new(&calls),
            evil: evil.as_ref().map(Recording::new),
            judged: RefCell::default(),
        };
        story.run(&mut check);
        for (path, lies) in files.matching("golden/", "/lies.json") {
            lies::run(&mut check, text(&file["scenario"]), &story, &json(path, lies));
        }
    }
    check.report
}

/// One recording.
struct Story<'a> {
    network: Network,
    phases: Value,
    expected: Value,
    calls: Recording<'a>,
    beacon: Beacon<'a>,
    /// What a dishonest L2 answers of the branch behind a false batch.
    evil: Option<Recording<'a>>,
    /// L2 blocks whose bodies were judged: the phases share most of them.
    judged: RefCell<BTreeSet<B256>>,
}

impl Story<'_> {
    fn run(&self, check: &mut Check) {
        answers::run(check, self);
        let names: Vec<&str> = list(&self.phases).iter().map(text).collect();
        let expected: Vec<&str> = list(&self.expected["phases"]).iter().map(|phase| text(&phase["name"])).collect();
        check.eq("phases", &names, &expected);
        let phases: Vec<Phase<'_>> =
            list(&self.expected["phases"]).iter().map(|phase| Phase::new(check, self, phase)).collect();
        consensus::run(check, self, &phases);
        for (place, phase) in phases.iter().enumerate() {
            contracts::values(check, phase, place == 0);
            let others: Vec<&Phase<'_>> = phases.iter().filter(|other| other.name() != phase.name()).collect();
            phase.run(check, &others);
        }
    }
}
