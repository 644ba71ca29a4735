//! `metis/`: recorded data of Andromeda and Metis Sepolia.
//!
//! The recordings hold no L1 proofs, so their batches are put on an L1 of the test's own, at the addresses and with the
//! values that the built-in networks pin; everything on L2 is as it was recorded.

mod attestations;
mod batch;
pub(super) mod check;
mod climb;
mod genesis;
pub(super) mod header;
pub(super) mod json;
#[path = "../../support/rollup_on_l1.rs"]
pub(super) mod l1;
pub(super) mod transaction;
#[path = "../../support/trie.rs"]
pub(super) mod trie;
pub(super) mod twins;
mod withdrawal;

use super::Report;
use crate::files::{Files, json as parsed};
use check::Check;
use metis_light::network::{Network, andromeda, metis_sepolia};

pub(super) const ROOTS: &[&str] = &["metis/"];

pub(super) fn run(files: &Files) -> Report {
    let mut check = Check::default();
    for (path, bytes) in files.matching("metis/", ".json") {
        let name = path.trim_start_matches("metis/");
        let begins = |kind: &str| name.starts_with(kind);
        if begins("withdrawal-") {
            withdrawal::run(&mut check, bytes, &parsed(path, bytes));
        } else if begins("state-batch-") {
            batch::run(&mut check, bytes, &parsed(path, bytes));
        } else if begins("blocks-") || begins("ovm-header-") {
            header::run(&mut check, &parsed(path, bytes));
        } else if begins("attestations-") {
            attestations::run(&mut check, files, &parsed(path, bytes));
        } else if begins("genesis-") {
            genesis::run(&mut check, &parsed(path, bytes));
        } else if begins("transactions-") {
            transaction::run(&mut check, &parsed(path, bytes));
        } else if begins("receipt-") || begins("deploy-receipts-") {
            transaction::receipts(&mut check, &parsed(path, bytes));
        } else if begins("enqueue-events-") {
            transaction::deposits(&mut check, &parsed(path, bytes));
        }
    }
    check.report
}

/// The built-in network with this chain id.
pub(super) fn network(chain_id: u64) -> Network {
    let networks = [andromeda(), metis_sepolia()];
    networks.into_iter().find(|network| network.l2.chain_id == chain_id).expect("a built-in network")
}
