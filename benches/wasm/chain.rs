//! Light-client data of mainnet, whose bytes come from JavaScript.

use crate::fixture::chain::{Chain, Step, count_messages, sha256_pairs};
use crate::rounds;
use std::cell::OnceCell;
use std::hint::black_box;
use wasm_bindgen::prelude::*;

thread_local! {
    static SSZ: OnceCell<(Chain, Step)> = const { OnceCell::new() };
    static JSON: OnceCell<Chain> = const { OnceCell::new() };
}

/// Takes a bootstrap and the updates after it, once for SSZ; the step is theirs.
#[wasm_bindgen]
pub fn load_chain_ssz(bootstrap: &[u8], updates: &[u8]) {
    let chain = Chain::new(bootstrap.to_vec(), updates.to_vec());
    let step = chain.step();
    SSZ.with(|loaded| assert!(loaded.set((chain, step)).is_ok(), "it is loaded once"));
}

/// Takes a bootstrap and the updates after it, once for JSON.
#[wasm_bindgen]
pub fn load_chain_json(bootstrap: &[u8], updates: &[u8]) {
    let chain = Chain::new(bootstrap.to_vec(), updates.to_vec());
    JSON.with(|loaded| assert!(loaded.set(chain).is_ok(), "it is loaded once"));
}

/// What another library needs to check the step's signature: message, signature, sum of all keys, absent keys.
#[wasm_bindgen]
pub fn signature_parts() -> Vec<u8> {
    with_step(|step| {
        let absent = step.committee.pubkeys.iter().filter(|key| !step.signers.contains(key));
        let mut parts = [step.message.as_slice(), step.signature(), &step.committee.aggregate_pubkey].concat();
        parts.extend(absent.flatten());
        parts
    })
}

/// The step's update in SSZ.
#[wasm_bindgen]
pub fn update_ssz() -> Vec<u8> {
    with_step(Step::update_ssz)
}

/// Checks an update in full and moves a copy of the store; returns how often it held.
#[wasm_bindgen]
pub fn bench_advance(n: u32) -> u32 {
    with_step(|step| rounds(n, || step.advance().into()))
}

/// Copies the store.
#[wasm_bindgen]
pub fn bench_store_copy(n: u32) -> u32 {
    with_step(|step| rounds(n, || u32::from(black_box(step.copy()).knows_next_committee())))
}

/// Checks the update's signature by the sum of all keys less the absent one; returns how often it held.
#[wasm_bindgen]
pub fn bench_signature_by_members(n: u32) -> u32 {
    with_step(|step| rounds(n, || step.verify_by_members().into()))
}

/// Checks the update's signature by the keys that signed; returns how often it held.
#[wasm_bindgen]
pub fn bench_signature_by_all_keys(n: u32) -> u32 {
    with_step(|step| rounds(n, || step.verify_by_all_keys().into()))
}

/// Computes the root of a committee.
#[wasm_bindgen]
pub fn bench_committee_root(n: u32) -> u32 {
    with_step(|step| rounds(n, || step.committee_root()[0].into()))
}

/// SHA-256 of 64 bytes `count` times.
#[wasm_bindgen]
pub fn bench_sha256(count: u32, n: u32) -> u32 {
    rounds(n, || sha256_pairs(black_box(count))[0].into())
}

/// Takes so many updates of the chain in SSZ; returns how many were taken, summed up.
#[wasm_bindgen]
pub fn bench_climb_ssz(count: usize, n: u32) -> u32 {
    SSZ.with(|loaded| rounds(n, || climb(&loaded.get().expect("load_chain_ssz comes first").0, count)))
}

/// Takes so many updates of the chain in JSON; returns how many were taken, summed up.
#[wasm_bindgen]
pub fn bench_climb_json(count: usize, n: u32) -> u32 {
    JSON.with(|loaded| rounds(n, || climb(loaded.get().expect("load_chain_json comes first"), count)))
}

/// Reads light-client messages; returns how many there are, summed up.
#[wasm_bindgen]
pub fn bench_messages(bytes: &[u8], n: u32) -> u32 {
    rounds(n, || u32::try_from(count_messages(black_box(bytes))).unwrap_or(u32::MAX))
}

fn climb(chain: &Chain, count: usize) -> u32 {
    u32::try_from(chain.climb(count)).unwrap_or(u32::MAX)
}

fn with_step<T>(read: impl FnOnce(&Step) -> T) -> T {
    SSZ.with(|loaded| read(&loaded.get().expect("load_chain_ssz comes first").1))
}
