//! The suites, each a function from files to counts that panics where a case fails.

mod attested;
#[path = "../../support/beacon_chain.rs"]
mod beacon_chain;
mod block_body;
mod blocks;
mod bundle;
mod client;
mod clocks;
pub(crate) mod damage;
mod deletions;
mod devnet;
mod disputes;
mod e2e_mainnet;
mod golden;
mod keccak;
mod l1_formulas;
mod lc_real;
mod lc_rules;
mod lc_sync;
pub(crate) mod lies;
mod light_client;
mod metis;
mod mpt_real;
mod mpt_spec;
mod ovm;
mod ovm_unit;
mod recording;
mod relays;
mod schema;
mod signatures;
mod single_merkle_proof;
mod spec_files;
mod spoil;
mod ssz_generic;

use crate::files::Files;

/// A suite, and which files it wants.
pub(crate) struct Suite {
    /// Its name, also that of its test.
    pub(crate) name: &'static str,
    /// Prefixes of the paths of its files.
    pub(crate) roots: &'static [&'static str],
    /// Runs it.
    pub(crate) run: fn(&Files) -> Report,
}

/// How many cases ran, and how many spoiled ones were refused.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Report {
    /// Cases that held as they should, or failed as they should.
    pub(crate) cases: usize,
    /// Generated cases that were refused.
    pub(crate) refused: usize,
}

/// All suites, in the order of the list in `main.rs`.
pub(crate) fn all() -> Vec<Suite> {
    vec![
        Suite { name: "attested", roots: attested::ROOTS, run: attested::run },
        Suite { name: "block_body", roots: block_body::ROOTS, run: block_body::run },
        Suite { name: "blocks", roots: blocks::ROOTS, run: blocks::run },
        Suite { name: "bundle", roots: bundle::ROOTS, run: bundle::run },
        Suite { name: "client", roots: client::ROOTS, run: client::run },
        Suite { name: "clocks", roots: clocks::ROOTS, run: clocks::run },
        Suite { name: "damage", roots: damage::ROOTS, run: damage::run },
        Suite { name: "deletions", roots: deletions::ROOTS, run: deletions::run },
        Suite { name: "devnet", roots: devnet::ROOTS, run: devnet::run },
        Suite { name: "disputes", roots: disputes::ROOTS, run: disputes::run },
        Suite { name: "e2e_mainnet", roots: e2e_mainnet::ROOTS, run: e2e_mainnet::run },
        Suite { name: "golden", roots: golden::ROOTS, run: golden::run },
        Suite { name: "keccak", roots: keccak::ROOTS, run: keccak::run },
        Suite { name: "l1_formulas", roots: l1_formulas::ROOTS, run: l1_formulas::run },
        Suite { name: "lc_real", roots: lc_real::ROOTS, run: lc_real::run },
        Suite { name: "lc_rules", roots: lc_rules::ROOTS, run: lc_rules::run },
        Suite { name: "lc_sync", roots: lc_sync::ROOTS, run: lc_sync::run },
        Suite { name: "lies", roots: lies::ROOTS, run: lies::run },
        Suite { name: "metis", roots: metis::ROOTS, run: metis::run },
        Suite { name: "mpt_real", roots: mpt_real::ROOTS, run: mpt_real::run },
        Suite { name: "mpt_spec", roots: mpt_spec::ROOTS, run: mpt_spec::run },
        Suite { name: "ovm", roots: ovm::ROOTS, run: ovm::run },
        Suite { name: "ovm_unit", roots: ovm_unit::ROOTS, run: ovm_unit::run },
        Suite { name: "relays", roots: relays::ROOTS, run: relays::run },
        Suite { name: "signatures", roots: signatures::ROOTS, run: signatures::run },
        Suite { name: "single_merkle_proof", roots: single_merkle_proof::ROOTS, run: single_merkle_proof::run },
        Suite { name: "ssz_generic", roots: ssz_generic::ROOTS, run: ssz_generic::run },
    ]
}
