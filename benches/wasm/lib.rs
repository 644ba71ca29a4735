//! The hot paths as a WebAssembly module, built in the profile that is shipped. `js/bench` measures it in Node.
//!
//! Every function runs `n` rounds inside, so that the call from JavaScript does not count, and returns something that
//! depends on each of them, so that none is left out.

pub mod chain;
#[path = "../fixture/mod.rs"]
mod fixture;

use fixture::{Fixture, hash_pairs, leaves};
use metis_light::execution::AccountProof;
use metis_light::primitives::ovm_merkle;
use metis_light::wire::ProofReply;
use std::cell::OnceCell;
use std::hint::black_box;
use wasm_bindgen::prelude::*;

thread_local! {
    static PROOF: OnceCell<Fixture> = const { OnceCell::new() };
}

/// Takes the bytes of `tests/data/bench-proof.json`, once.
#[wasm_bindgen]
pub fn load_proof(json: &[u8]) {
    PROOF.with(|proof| proof.set(Fixture::parse(json)).expect("the proof is loaded once"));
}

/// Verifies the account proof and the storage proof; returns how often they gave the word that the file names.
#[wasm_bindgen]
pub fn bench_proof(n: u32) -> u32 {
    with_proof(|proof| rounds(n, || u32::from(black_box(proof).verify() == proof.value)))
}

/// Hashes the nodes of both proofs.
#[wasm_bindgen]
pub fn bench_keccak_nodes(n: u32) -> u32 {
    with_proof(|proof| rounds(n, || black_box(proof).hash_nodes().into()))
}

/// Computes the root of a batch of so many state roots.
#[wasm_bindgen]
pub fn bench_tree(leaf_count: u32, n: u32) -> u32 {
    let leaves = leaves(leaf_count);
    rounds(n, || ovm_merkle::root(black_box(&leaves)).map_or(0, |root| root[0].into()))
}

/// Hashes 64 bytes `count` times.
#[wasm_bindgen]
pub fn bench_keccak64(count: u32, n: u32) -> u32 {
    rounds(n, || hash_pairs(black_box(count))[0].into())
}

/// Reads an answer of `eth_getProof`; returns how many nodes it has, summed up.
#[wasm_bindgen]
pub fn bench_parse(json: &[u8], n: u32) -> u32 {
    rounds(n, || ProofReply::parse(black_box(json)).map_or(0, |answers| answers.iter().map(node_count).sum()))
}

fn node_count(answer: &AccountProof) -> u32 {
    u32::try_from(answer.nodes.len()).unwrap_or(u32::MAX)
}

fn with_proof<T>(read: impl FnOnce(&Fixture) -> T) -> T {
    PROOF.with(|proof| read(proof.get().expect("load_proof comes first")))
}

fn rounds(n: u32, mut round: impl FnMut() -> u32) -> u32 {
    (0..n).fold(0, |sum, _| sum.wrapping_add(round()))
}
