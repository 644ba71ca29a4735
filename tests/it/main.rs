//! The integration tests: one binary.
//!
//! The suites under `suites/` run over data made by others, in the directory that `METIS_LIGHT_VECTORS` names
//! (`../shared/vectors` by default). They find their cases by walking it, so that more data needs no change here. The same
//! suites are compiled to WebAssembly and run in Node and in a browser, which is why they take files as values.

#![allow(clippy::disallowed_methods, reason = "tests read files and the environment")]
#![allow(clippy::print_stdout, reason = "each suite says how many cases it ran")]

#[cfg(feature = "native")]
mod attest;
#[cfg(feature = "native")]
mod bundle;
#[cfg(feature = "native")]
mod cli;
#[cfg(feature = "native")]
mod config;
#[cfg(feature = "native")]
mod damage;
mod docs;
mod files;
#[cfg(feature = "native")]
mod kill;
#[cfg(feature = "native")]
mod lies;
#[cfg(feature = "native")]
mod live;
#[cfg(feature = "native")]
mod readme;
#[cfg(feature = "native")]
mod replay;
mod suites;

use files::Files;
use std::path::{Path, PathBuf};
use suites::{Report, Suite};

/// Runs a suite, prints its counts, and fails where its folder is there and gave no case.
fn run(name: &str) {
    let suite = suites::all().into_iter().find(|suite| suite.name == name).expect("the suite is listed");
    let Some(files) = read(&suite) else { return };
    let report = (suite.run)(&files);
    println!("suite {name}: {} cases, {} refused (native)", report.cases, report.refused);
    assert!(report.cases > 0, "suite {name} found no case");
    record(name, &report);
}

/// A folder of the vectors; none where they are not there, which only passes outside CI.
fn vectors(folder: &str, whose: &str) -> Option<PathBuf> {
    let root = std::env::var("METIS_LIGHT_VECTORS").unwrap_or_else(|_| "../shared/vectors".into());
    let path = Path::new(&root).join(folder);
    if !path.is_dir() {
        assert!(std::env::var_os("CI").is_none(), "{folder:?} of the vectors is not at {root}");
        println!("{whose}: skipped, {folder:?} of the vectors is not at {root}");
        return None;
    }
    Some(path)
}

/// The suite's files; none where the vectors are not there, which only passes outside CI.
fn read(suite: &Suite) -> Option<Files> {
    if suite.roots.is_empty() {
        return Some(Files::default());
    }
    let root = vectors("", suite.name)?;
    let (own, others): (Vec<&str>, Vec<&str>) = suite.roots.iter().partition(|root| root.starts_with("tests/data/"));
    Some(Files::read(&root, &others).and(Files::read(".".as_ref(), &own)))
}

/// Leaves the counts for the runs in WebAssembly to be compared with.
fn record(name: &str, report: &Report) {
    let directory = Path::new("target/suites-native");
    std::fs::create_dir_all(directory).expect("target can be written");
    let line = format!("{{\"cases\":{},\"refused\":{}}}\n", report.cases, report.refused);
    std::fs::write(directory.join(format!("{name}.json")), line).expect("target can be written");
}

macro_rules! suites {
    ($($name:ident),* $(,)?) => {
        $(#[test]
        fn $name() {
            run(stringify!($name));
        })*

        #[test]
        fn every_suite_is_a_test() {
            let listed: Vec<&str> = suites::all().iter().map(|suite| suite.name).collect();
            assert_eq!(listed, [$(stringify!($name)),*]);
        }
    };
}

suites!(
    attested,
    block_body,
    blocks,
    bundle,
    client,
    clocks,
    damage,
    deletions,
    devnet,
    disputes,
    e2e_mainnet,
    golden,
    keccak,
    l1_formulas,
    lc_real,
    lc_rules,
    lc_sync,
    lies,
    metis,
    mpt_real,
    mpt_spec,
    ovm,
    ovm_unit,
    relays,
    signatures,
    single_merkle_proof,
    ssz_generic,
);
