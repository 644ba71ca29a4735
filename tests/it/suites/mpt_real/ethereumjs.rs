//! Answers of mainnet, Goerli and Ropsten nodes, from the test data of ethereumjs: found in its files by their shape.

use super::super::Report;
use super::super::mpt_spec::values::{address, data, list};
use super::accounts::{header_with, slots_of};
use super::{accounts, blocks};
use crate::files::{Files, json};
use metis_light::primitives::keccak256;
use serde_json::Value;

pub(super) fn run(files: &Files, report: &mut Report) {
    for (path, bytes) in files.matching("mpt_real/ethereumjs/", ".json") {
        find(path, &json(path, bytes), report);
    }
}

fn find(name: &str, value: &Value, report: &mut Report) {
    match value {
        Value::Object(members) if members.contains_key("accountProof") => {
            // No header is recorded with the answers: their first node is the root's.
            let root = keccak256(data(&list(&value["accountProof"])[0]));
            accounts::judge(name, &header_with(root), address(&value["address"]), &slots_of(value), value, report);
        }
        Value::Object(members) if members.contains_key("stateRoot") => {
            blocks::judge(name, value, report);
        }
        Value::Object(members) => {
            for (member, value) in members {
                find(&format!("{name} {member}"), value, report);
            }
        }
        _ => (),
    }
}
