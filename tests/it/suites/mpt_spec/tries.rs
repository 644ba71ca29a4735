//! Roots: ethereum/tests `TrieTests`, and the copies of them with the contracts.
//!
//! In the secure variants keys are hashed. `null` deletes, so that only what is left counts. `trietestnextprev` tests an
//! iterator over a trie's keys, which this crate does not have; it is passed over.

use super::super::Report;
use super::values::{bytes, hash, members, text};
use crate::files::{Files, json};
use metis_light::primitives::{keccak256, mpt};
use serde_json::Value;
use std::collections::BTreeMap;

type Entries = BTreeMap<Vec<u8>, Vec<u8>>;

pub(super) fn run(files: &Files, report: &mut Report) {
    let folders = ["mpt_spec/ethereum_tests_TrieTests/", "mpt_spec/mvm_optimism_merkletrie/trie"];
    for (path, file) in folders.iter().flat_map(|folder| files.matching(folder, ".json")) {
        let file = json(path, file);
        let is_secure = path.to_lowercase().contains("secure");
        for (name, case) in members(file.get("tests").unwrap_or(&file)).filter(|(_, case)| case.get("root").is_some()) {
            let entries = entries(&case["in"], is_secure);
            assert_eq!(mpt::root(&entries), hash(&case["root"]), "{path} {name}");
            report.cases += 1;
            report.refused += spoiled(&format!("{path} {name}"), &entries);
        }
    }
}

/// What the trie holds in the end.
fn entries(case: &Value, is_secure: bool) -> Entries {
    let steps: Vec<(&Value, &Value)> = match case {
        Value::Array(steps) => steps.iter().map(|step| (&step[0], &step[1])).collect(),
        _ => Vec::new(),
    };
    let steps = steps.into_iter().map(|(key, value)| (text(key), value));
    let members = case.as_object().into_iter().flatten().map(|(key, value)| (key.as_str(), value));
    let mut entries = Entries::new();
    for (key, value) in steps.chain(members) {
        let key = if is_secure { keccak256(plain(key)).to_vec() } else { plain(key) };
        match value {
            Value::Null => entries.remove(&key),
            value => entries.insert(key, plain(text(value))),
        };
    }
    entries
}

/// Any entry left out or changed gives another root.
fn spoiled(name: &str, entries: &Entries) -> usize {
    let root = mpt::root(entries);
    for (key, value) in entries {
        let mut twin = entries.clone();
        twin.remove(key);
        assert_ne!(mpt::root(&twin), root, "{name} without an entry");
        twin.insert(key.clone(), [value.as_slice(), b"!"].concat());
        assert_ne!(mpt::root(&twin), root, "{name} with another value");
    }
    entries.len() * 2
}

fn plain(text: &str) -> Vec<u8> {
    if text.starts_with("0x") { bytes(text) } else { text.as_bytes().to_vec() }
}
