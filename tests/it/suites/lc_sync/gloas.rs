//! The cases that the executable specification made for Gloas; `tests/data/gloas/README.md` tells how.

use super::{Case, Object, Report, Step, What, bytes, fork, l1, word};
use crate::files::{Files, json};
use metis_light::consensus::UpdateKind;
use serde_json::Value;

pub(super) fn run(files: &Files, report: &mut Report) {
    for (path, case) in files.matching("tests/data/gloas/", ".json") {
        let case = json(path, case);
        if case.get("steps").is_some() {
            sync(path, &case, report);
        }
    }
}

fn sync(path: &str, case: &Value, report: &mut Report) {
    let l1 = l1(&case["config"], &case["genesis_validators_root"]);
    let case = Case {
        name: path,
        trusted_block_root: word(&case["trusted_block_root"]),
        bootstrap: object(&case["bootstrap"]),
        steps: case["steps"].as_array().expect("steps").iter().map(step).collect(),
        l1,
    };
    case.run(report);
}

fn object(object: &Value) -> Object {
    Object { fork: Some(fork(&object["fork"])), ssz: bytes(&object["ssz"]) }
}

fn step(step: &Value) -> Step {
    let current_slot = || step["current_slot"].as_u64().unwrap_or_else(|| panic!("{step} has no slot"));
    let kinds = [
        ("process_update", UpdateKind::Full),
        ("process_finality_update", UpdateKind::Finality),
        ("process_optimistic_update", UpdateKind::Optimistic),
    ];
    let update = kinds.into_iter().find_map(|(name, kind)| Some((kind, step.get(name)?)));
    let what = match update {
        Some((kind, update)) => {
            let is_refused = step.get("refused").is_some();
            What::Update { kind, object: object(update), current_slot: current_slot(), is_refused }
        }
        None if step.get("force_update").is_some() => What::Force { current_slot: current_slot() },
        None => What::Upgrade,
    };
    Step { what, checks: step["checks"].clone() }
}
