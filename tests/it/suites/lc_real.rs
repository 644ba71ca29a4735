//! `lc_real/`: what light clients of mainnet and of others' devnets were told, in every framing that they were told it in.
//!
//! Not here: `beacon_block_body_proofs_portal`, which is the suite `block_body`'s.

mod beacon_api;
mod bellatrix;
mod capella;
mod ibc;
mod payload;
mod portal;

use super::Report;
use super::metis::check::Check;
use crate::files::Files;
use metis_light::network::{L1, built_in_l1};

pub(super) const ROOTS: &[&str] = &["lc_real/mainnet_", "lc_real/devnet_"];

pub(super) fn run(files: &Files) -> Report {
    let mut check = Check::default();
    beacon_api::run(&mut check, files);
    capella::run(&mut check, files);
    portal::run(&mut check, files);
    bellatrix::run(&mut check, files);
    ibc::run(&mut check, files);
    check.report
}

fn mainnet() -> L1 {
    built_in_l1("mainnet").expect("mainnet is built in")
}
