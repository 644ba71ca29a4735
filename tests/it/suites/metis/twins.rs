//! Spoiled twins of an answer to `eth_getProof`, each false in a single place, with the refusal that is right for it.

use crate::suites::spoil::{Seed, flipped};
use metis_light::execution::{AccountProof, ExecutionError, SlotProof};
use metis_light::primitives::mpt::ProofError;
use metis_light::primitives::{Address, B256, Bytes, U256};

/// A false answer.
pub(crate) struct Twin {
    pub(crate) what: &'static str,
    pub(crate) proof: AccountProof,
    wrong: Wrong,
}

#[derive(Clone, Copy)]
enum Wrong {
    Claim(&'static str),
    Hash,
    Missing,
    SlotCount,
    Unused,
}

impl Twin {
    /// Whether `error` says what is wrong with the twin.
    pub(crate) fn is_met_by(&self, error: &ExecutionError) -> bool {
        match (self.wrong, error) {
            (Wrong::Claim(wrong), ExecutionError::FalseClaim { member, .. }) => wrong == *member,
            (Wrong::Hash, ExecutionError::Proof { rule: ProofError::HashMismatch { .. }, .. })
            | (Wrong::Missing, ExecutionError::Proof { rule: ProofError::MissingNode { .. }, .. })
            | (Wrong::Unused, ExecutionError::Proof { rule: ProofError::UnusedNodes { .. }, .. })
            | (Wrong::SlotCount, ExecutionError::SlotCount { .. }) => true,
            _ => false,
        }
    }
}

/// Where the balance in clear is compared with the leaf.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Layer {
    L1,
    L2,
}

/// Twins of an accepted answer: `flips` bits in each list of nodes, and every other place once.
pub(crate) fn twins(accepted: &AccountProof, layer: Layer, flips: usize, seed: &mut Seed) -> Vec<Twin> {
    let mut twins = Vec::new();
    let mut add = |what, wrong, change: &dyn Fn(&mut AccountProof)| {
        let mut proof = accepted.clone();
        change(&mut proof);
        twins.push(Twin { what, proof, wrong });
    };
    for (what, wrong, nodes) in node_lists(&accepted.nodes, flips, seed) {
        add(what, wrong, &|proof| proof.nodes = nodes.clone());
    }
    for (place, slot) in accepted.slots.iter().enumerate() {
        for (what, wrong, nodes) in node_lists(&slot.nodes, flips, seed) {
            add(what, wrong, &|proof| proof.slots[place].nodes = nodes.clone());
        }
        if let Some(key) = slot.key {
            add("key", Wrong::Claim("storageProof.key"), &|proof| proof.slots[place].key = Some(other(key)));
        }
        if let Some(value) = slot.value {
            let value = value ^ U256::ONE;
            add("value", Wrong::Claim("storageProof.value"), &|proof| proof.slots[place].value = Some(value));
        }
    }
    add("a slot more", Wrong::SlotCount, &|proof| proof.slots.push(SlotProof::default()));
    if !accepted.slots.is_empty() {
        add("a slot less", Wrong::SlotCount, &|proof| drop(proof.slots.pop()));
    }
    let claims = accepted.claims;
    if claims.address.is_some() {
        let address = Some(Address::repeat_byte(0xfe));
        add("address", Wrong::Claim("address"), &|proof| proof.claims.address = address);
    }
    if let Some(nonce) = claims.nonce {
        add("nonce", Wrong::Claim("nonce"), &|proof| proof.claims.nonce = Some(nonce ^ 1));
    }
    if let Some(balance) = claims.balance.filter(|_| layer == Layer::L1) {
        add("balance", Wrong::Claim("balance"), &|proof| proof.claims.balance = Some(balance ^ U256::ONE));
    }
    if let Some(hash) = claims.code_hash {
        add("code hash", Wrong::Claim("codeHash"), &|proof| proof.claims.code_hash = Some(other(hash)));
    }
    if let Some(hash) = claims.storage_hash {
        add("storage hash", Wrong::Claim("storageHash"), &|proof| proof.claims.storage_hash = Some(other(hash)));
    }
    twins
}

/// Lists of nodes of which none is the path any more.
fn node_lists(nodes: &[Bytes], flips: usize, seed: &mut Seed) -> Vec<(&'static str, Wrong, Vec<Bytes>)> {
    // An empty trie is shown by no nodes; nothing can be taken away, and what is added is seen elsewhere.
    let [first, ..] = nodes else { return Vec::new() };
    let mut lists = Vec::new();
    for _ in 0..flips {
        let mut list = nodes.to_vec();
        let place = seed.below(list.len());
        list[place] = flipped(&list[place], seed.below(list[place].len())).into();
        lists.push(("a flipped bit", Wrong::Hash, list));
    }
    let without_last = nodes[..nodes.len() - 1].to_vec();
    lists.push(("the last node missing", Wrong::Missing, without_last));
    if nodes.len() > 1 {
        lists.push(("the first node missing", Wrong::Hash, nodes[1..].to_vec()));
    }
    lists.push(("a node more", Wrong::Unused, [nodes, core::slice::from_ref(first)].concat()));
    lists
}

fn other(word: B256) -> B256 {
    B256::from_slice(&flipped(word.as_slice(), 31))
}
