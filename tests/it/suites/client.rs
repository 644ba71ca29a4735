//! The client's flows over the recordings of `golden/`: every request that a flow makes is answered as it was recorded, and
//! what comes out is compared with what was true.

use super::Report;
use crate::files::{Files, json};
use metis_light::replay::{ROWS, Recording, Tally};
use serde_json::{Value, json};

pub(super) const ROOTS: &[&str] = &["golden/"];

pub(super) fn run(files: &Files) -> Report {
    let mut report = Report::default();
    for (path, network) in files.matching("golden/", "/network.json") {
        let folder = path.trim_end_matches("network.json");
        let read = |name: &str| files.json(&format!("{folder}{name}.json"));
        let (Some(expected), Some(calls)) = (read("expected"), read("calls")) else { continue };
        let new = |expected| Recording::new(network, &calls, expected);
        let recording = new(expected.clone()).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut total = Tally::default();
        for phase in recording.phases() {
            let tally = recording.play(phase).expect("it names its own phases");
            assert!(tally.differences().is_empty(), "{folder}{phase}: {:#?}", tally.differences());
            report.cases += tally.total();
            report.refused += tally.refused();
            total = tally;
        }
        // The last phase has something of everything, but where its contracts are refused.
        let is_refused = total.agreed("head") == 0;
        let empty: Vec<_> = ROWS.into_iter().filter(|row| total.agreed(row) == 0).collect();
        assert!(empty.is_empty() || is_refused && total.refused() > 0, "{folder}: nothing of {empty:?}");
        for (path, lies) in files.matching("golden/", "/lies.json") {
            for told in recording.tell(&json(path, lies)) {
                assert!(told.differences.is_empty(), "{}, {}: {:?}", told.id, told.title, told.differences);
                report.refused += 1;
            }
        }
        notices(folder, &expected, &new, &mut report);
    }
    report
}

/// A replay that expects something false says so: each kind of expectation is spoiled once.
fn notices<E: core::fmt::Debug>(
    folder: &str,
    expected: &Value,
    new: &impl Fn(Value) -> Result<Recording, E>,
    report: &mut Report,
) {
    let hash = json!(format!("0x{}", "11".repeat(32)));
    // The first batches name no block, so nothing leads to what is in theirs: the newest one's that is posted at the start.
    let posted = expected["phases"][0]["scc"]["totalElements"].as_u64().expect("a number");
    let newest = |name: &str, number: &str| {
        let list = expected[name].as_array().unwrap_or_else(|| panic!("{folder}: no {name}"));
        let is_posted = |value: &Value| value[number].as_u64().is_some_and(|number| number <= posted);
        let place = list.iter().rposition(is_posted).unwrap_or_else(|| panic!("{folder}: no {name} is posted"));
        format!("/{name}/{place}/hash")
    };
    let (header, transaction) = (newest("l2Headers", "number"), newest("l2Transactions", "block"));
    for (pointer, value) in [
        ("/phases/0/finalized/blockHash", hash.clone()),
        ("/phases/0/optimistic/blockNumber", json!(1)),
        ("/phases/0/scc/batchCount", json!(1)),
        ("/phases/0/batches/0/headerHash", hash.clone()),
        ("/phases/0/batches/0/verdict", json!("lost")),
        ("/phases/0/messages/0/status", json!("lost")),
        ("/batches/0/stateRoots/0", hash.clone()),
        (&*header, hash.clone()),
        (&*transaction, hash.clone()),
        ("/deposits/0/messageHash", hash.clone()),
        ("/deposits/0/transactionHash", hash.clone()),
        ("/deposits/0/l2SuccessSlot", hash.clone()),
        ("/deposits/0/l1Block", json!(1)),
        ("/deposits/0/l2Block", json!(9)),
        ("/deposits/1/l1Tx", json!(null)),
        ("/balances/0/metis", json!("1")),
        ("/balances/0/account", json!(null)),
    ] {
        let mut spoiled = expected.clone();
        *spoiled.pointer_mut(pointer).unwrap_or_else(|| panic!("{folder}: no {pointer}")) = value;
        let recording = new(spoiled).unwrap_or_else(|error| panic!("{folder}: {pointer}: {error:?}"));
        let phases: Vec<_> = recording.phases().collect();
        let differs = |phase: &&str| !recording.play(phase).expect("a phase").differences().is_empty();
        assert!(phases.iter().any(differs), "{folder}: another {pointer} was not noticed");
        report.refused += 1;
    }
    for pointer in ["/phases", "/batches", "/phases/0/messages", "/l2Headers"] {
        let mut spoiled = expected.clone();
        *spoiled.pointer_mut(pointer).unwrap_or_else(|| panic!("{folder}: no {pointer}")) = json!(null);
        assert!(new(spoiled).is_err(), "{folder}: it lacks {pointer}");
        report.refused += 1;
    }
}
