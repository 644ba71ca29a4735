//! `sync` of the official vectors: a folder a case, forks named by their digests.

use super::{Case, Object, Report, Step, What, bytes, l1, word};
use crate::files::Files;
use crate::suites::spec_files::{ssz_snappy, yaml};
use metis_light::consensus::UpdateKind;
use metis_light::network::{ForkName, L1};
use metis_light::primitives::B256;
use metis_light::primitives::ssz::hash_nodes;
use serde_json::Value;

pub(super) fn run(files: &Files, report: &mut Report) {
    for (path, steps) in files.matching("lc_spec/", "/steps.yaml") {
        let folder = path.trim_end_matches("steps.yaml");
        let read = |name: &str| {
            let path = format!("{folder}{name}");
            let bytes = files.get(&path).unwrap_or_else(|| panic!("{path} is missing"));
            (path, bytes)
        };
        let document = |name: &str| {
            let (path, bytes) = read(name);
            yaml(&path, bytes)
        };
        let ssz = |name: &str| {
            let (path, bytes) = read(&format!("{name}.ssz_snappy"));
            ssz_snappy(&path, bytes)
        };
        let (config, meta) = (document("config.yaml"), document("meta.yaml"));
        let l1 = l1(&config, &meta["genesis_validators_root"]);
        let steps = yaml(path, steps);
        let steps = steps.as_array().expect("steps").iter().map(|entry| step(&l1, entry, &ssz)).collect();
        let case = Case {
            name: folder,
            trusted_block_root: word(&meta["trusted_block_root"]),
            bootstrap: Object { fork: Some(named(&l1, &meta["bootstrap_fork_digest"])), ssz: ssz("bootstrap") },
            steps,
            l1,
        };
        case.run(report);
    }
}

fn step(l1: &L1, entry: &Value, ssz: &dyn Fn(&str) -> Vec<u8>) -> Step {
    let current_slot = |step: &Value| step["current_slot"].as_u64().expect("a slot");
    let (what, step) = if let Some(step) = entry.get("process_update") {
        let name = step["update"].as_str().expect("a name");
        let object = Object { fork: Some(named(l1, &step["update_fork_digest"])), ssz: ssz(name.trim()) };
        let current_slot = current_slot(step);
        (What::Update { kind: UpdateKind::Full, object, current_slot, is_refused: false }, step)
    } else if let Some(step) = entry.get("force_update") {
        (What::Force { current_slot: current_slot(step) }, step)
    } else {
        (What::Upgrade, entry.get("upgrade_store").unwrap_or_else(|| panic!("{entry} is an unknown step")))
    };
    Step { what, checks: step["checks"].clone() }
}

/// The fork of a digest: the start of `hash_tree_root(ForkData(version, genesis_validators_root))`.
fn named(l1: &L1, digest: &Value) -> ForkName {
    let digest = bytes(digest);
    let is_named = |version: &[u8; 4]| {
        hash_nodes(B256::right_padding_from(version), l1.genesis_validators_root).starts_with(&digest)
    };
    let fork = l1.forks.iter().find(|fork| is_named(&fork.version));
    fork.unwrap_or_else(|| panic!("no fork has digest {digest:02x?}")).name
}
