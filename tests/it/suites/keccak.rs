//! `misc/keccak/`: inputs and their hashes, from ethers' test cases.

use super::Report;
use super::mpt_spec::values::{data, hash, list};
use crate::files::{Files, json};
use metis_light::primitives::keccak256;

pub(super) const ROOTS: &[&str] = &["misc/keccak/"];

pub(super) fn run(files: &Files) -> Report {
    let mut report = Report::default();
    for (path, bytes) in files.matching("misc/keccak/", ".json") {
        for case in list(&json(path, bytes)) {
            let (input, expected) = (data(&case["data"]), hash(&case["keccak256"]));
            assert_eq!(keccak256(&input), expected, "{path} {}", case["name"]);
            report.cases += 1;
        }
    }
    report
}
