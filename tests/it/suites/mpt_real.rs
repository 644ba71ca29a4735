//! `mpt_real/`: recorded blocks, receipts and `eth_getProof` answers of real chains, and of one that has every fork.

mod accounts;
mod blocks;
mod compat;
mod ethereumjs;
mod helios;
mod portal;

use super::Report;
use crate::files::Files;

pub(super) const ROOTS: &[&str] = &["mpt_real/"];

pub(super) fn run(files: &Files) -> Report {
    let mut report = Report::default();
    ethereumjs::run(files, &mut report);
    portal::run(files, &mut report);
    compat::run(files, &mut report);
    helios::run(files, &mut report);
    report
}
