//! `ovm_unit/`: the contracts' own library tests, and recorded messages and batches of an OVM chain.
//!
//! Not run, because this crate has nothing of the kind: `Lib_BytesUtils` and `Lib_Bytes32Utils` (slices and casts of
//! memory), the sequencer's transaction batches (`appendSequencerBatch`, whose calldata nothing here is proven from), and
//! the call traces but for the message that they pass.

mod messages;
mod reader;
mod sequencer;
mod trees;

use super::Report;
use super::mpt_spec::{contract, rlp, values};
use crate::files::{Files, json};

pub(super) const ROOTS: &[&str] = &["ovm_unit/"];

pub(super) fn run(files: &Files) -> Report {
    let mut report = Report::default();
    trees::run(files, &mut report);
    for (path, bytes) in files.matching("ovm_unit/", "Lib_MerkleTrie.test.json") {
        contract::judge(path, &json(path, bytes), &mut report);
    }
    for (path, bytes) in files.matching("ovm_unit/", "Lib_RLPWriter.test.json") {
        // What the contract writes is canonical: the same cases as in ethereum/tests.
        for (name, case) in values::members(&json(path, bytes)["tests"]) {
            rlp::judge(&format!("{path} {name}"), &case["in"], &values::data(&case["out"]), &mut report);
        }
    }
    reader::run(files, &mut report);
    messages::run(files, &mut report);
    sequencer::run(files, &mut report);
    report
}
