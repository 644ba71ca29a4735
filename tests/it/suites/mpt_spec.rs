//! `mpt_spec/`: what RLP, tries and proofs are, by the test suites of others.
//!
//! The hex-prefix cases of ethereum/tests lie with that repository's basic tests, in another folder.

pub(super) mod contract;
mod portal;
mod proofs;
pub(super) mod rlp;
mod tries;
pub(super) mod twins;
pub(super) mod values;

use super::Report;
use crate::files::Files;

pub(super) const ROOTS: &[&str] = &["mpt_spec/", "signatures/ethereum_tests/BasicTests_hexencodetest"];

pub(super) fn run(files: &Files) -> Report {
    let mut report = Report::default();
    rlp::run(files, &mut report);
    tries::run(files, &mut report);
    proofs::run(files, &mut report);
    contract::run(files, &mut report);
    portal::run(files, &mut report);
    report
}
