//! Makes the test data that the project makes itself: `cargo run --example make_data`.
//!
//! Every value follows from constants and from hashes of labels, so that each run writes the same bytes; `tests/data` says
//! what is in which file. Nothing here is from a chain, and nothing is written that the library does not accept.

#![allow(clippy::disallowed_methods, reason = "a generator writes files")]
#![allow(clippy::print_stdout, reason = "and says which")]

mod bench_proof;
mod demo;
mod ladder;
mod trie;

use metis_light::primitives::{Address, B256, keccak256};
use serde_json::Value;

const DIRECTORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");

fn main() -> std::io::Result<()> {
    for (name, text) in files() {
        std::fs::write(format!("{DIRECTORY}/{name}"), &text)?;
        println!("tests/data/{name}: {} bytes", text.len());
    }
    Ok(())
}

fn files() -> [(&'static str, String); 2] {
    [("bench-proof.json", text(&bench_proof::make())), ("demo.json", text(&demo::make()))]
}

/// Members are sorted, because that is how the map behind a JSON object is kept.
fn text(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("a JSON value can be written");
    text.push('\n');
    text
}

/// Stands in for a hash that nobody needs the preimage of.
fn hash(label: &str, n: u64) -> B256 {
    keccak256(format!("metis-light {label} {n}"))
}

/// Stands in for an account that nobody has the key of.
fn address(label: &str, n: u64) -> Address {
    Address::from_word(hash(label, n))
}

#[test]
fn the_committed_files_are_the_ones_that_are_made() {
    for (name, text) in files() {
        let committed = std::fs::read_to_string(format!("{DIRECTORY}/{name}")).expect("the file is committed");
        assert!(committed == text, "tests/data/{name} is not what `cargo run --example make_data` writes");
    }
}
