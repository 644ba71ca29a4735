//! `update_ranking`: updates from the best to the worst.

use super::{Report, bytes, fork, l1};
use crate::files::{Files, json};
use crate::suites::spec_files::{ssz_snappy, yaml};
use metis_light::consensus::{Update, UpdateKind};
use metis_light::network::{ForkName, L1};
use serde_json::json;

pub(super) fn run(files: &Files, report: &mut Report) {
    for (path, meta) in files.matching("lc_spec/", "/update_ranking/meta.yaml") {
        let folder = path.trim_end_matches("meta.yaml");
        let count = yaml(path, meta)["updates_count"].as_u64().expect("a count");
        let l1 = l1_at_genesis(fork_of(folder));
        let update = |number| {
            let path = format!("{folder}updates_{number}.ssz_snappy");
            let bytes = files.get(&path).unwrap_or_else(|| panic!("{path} is missing"));
            read(&path, &l1, &ssz_snappy(&path, bytes))
        };
        check(folder, &l1, &(0..count).map(update).collect::<Vec<_>>(), report);
    }
    for (path, ranking) in files.matching("tests/data/gloas/", "/update_ranking.json") {
        let ranking = json(path, ranking);
        let l1 = l1_at_genesis(fork(&ranking["fork"]));
        let updates = ranking["updates"].as_array().expect("updates");
        let updates: Vec<_> = updates.iter().map(|update| read(path, &l1, &bytes(update))).collect();
        check(path, &l1, &updates, report);
    }
}

/// Every pair, in both directions.
fn check(name: &str, l1: &L1, updates: &[Update], report: &mut Report) {
    for (place, better) in updates.iter().enumerate() {
        for worse in &updates[place + 1..] {
            assert!(better.is_better_than(worse, l1), "{name}: {place} is better");
            assert!(!worse.is_better_than(better, l1), "{name}: {place} is not worse");
        }
        assert!(!better.is_better_than(better, l1), "{name}: {place} is no better than itself");
        report.cases += 1;
    }
}

fn read(name: &str, l1: &L1, ssz: &[u8]) -> Update {
    Update::from_ssz(l1, UpdateKind::Full, None, ssz).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The folder after the preset's is the fork's.
fn fork_of(folder: &str) -> ForkName {
    let mut names = folder.split('/').filter_map(|name| ForkName::ALL.into_iter().find(|fork| fork.as_str() == name));
    names.next_back().unwrap_or_else(|| panic!("{folder} names no fork"))
}

fn l1_at_genesis(newest: ForkName) -> L1 {
    let mut config = json!({ "SECONDS_PER_SLOT": 6, "GENESIS_FORK_VERSION": "0x00000001" });
    for fork in ForkName::ALL.into_iter().filter(|fork| (ForkName::Altair..=newest).contains(fork)) {
        let name = fork.as_str().to_uppercase();
        config[format!("{name}_FORK_VERSION")] = json!("0x01000001");
        config[format!("{name}_FORK_EPOCH")] = json!(0);
    }
    l1(&config, &json!(format!("0x{}", "00".repeat(32))))
}
