//! Bundles of what the recordings of `golden/` prove: each is written, read and verified again, gives the same facts, and
//! no other ones whatever is changed in it.

mod made;
mod makers;
mod twins;

use super::Report;
use super::metis::json::{list, small, text, word};
use crate::files::Files;
use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use made::{Made, Scene};
use metis_light::Error;
use metis_light::client::Task;
use metis_light::network::Network;
use metis_light::primitives::UnixTime;
use metis_light::shell::{Limits, Standing, Transcript, drive};
use serde_json::Value;
use twins::Depth;

pub(super) const ROOTS: &[&str] = &["golden/"];

pub(super) fn run(files: &Files) -> Report {
    let mut report = Report::default();
    let mut is_first = true;
    for (path, network) in files.matching("golden/", "/network.json") {
        let folder = path.trim_end_matches("network.json");
        let read = |name: &str| files.json(&format!("{folder}{name}.json"));
        let (Some(expected), Some(calls)) = (read("expected"), read("calls")) else { continue };
        let file: Value = serde_json::from_slice(network).expect("json");
        let checkpoint = word(&file["l1"]["checkpointRoot"]);
        let network = Network::from_json(network).expect("a network file");
        let calls = Transcript::new(&calls).expect("calls");
        let mut scenes = Vec::new();
        for phase in list(&expected["phases"]) {
            let sources = calls.at(text(&phase["name"]), UnixTime(small(&phase["suggestedWallClock"])));
            // Where the contracts are refused there is nothing to bundle.
            scenes.extend(Scene::new(&network, checkpoint, sources));
        }
        let made: Vec<Vec<Made>> = scenes.iter().map(|scene| scene.bundles(&expected, &mut report)).collect();
        let (last, others) = made.split_last().expect("a phase");
        let scene = scenes.last().expect("a phase");
        assert!(last.iter().any(|made| made.what == "withdrawals") && last.iter().any(|made| made.what == "balance"));
        makers::run(scene, scenes.first().expect("a phase"), last, &mut report);
        // What all share is changed in one recording; the checks behind it are the same in the others.
        let depth = if is_first { Depth::Whole } else { Depth::Answer };
        twins::run(scene, last, others.first().unwrap_or(last), depth, &mut report);
        is_first = false;
    }
    report
}

/// Runs a flow to its end: a transcript answers at once.
fn driven<T: Task>(task: T, sources: &Transcript) -> Result<T::Output, Error> {
    let mut standing = Standing::default();
    let mut future = pin!(drive(task, sources, Limits::default(), &mut standing));
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(driven) => driven.output,
        Poll::Pending => panic!("a transcript made wait"),
    }
}
