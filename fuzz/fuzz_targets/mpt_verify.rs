//! Trie proofs: never a panic, and nothing is accepted that the reference implementation would not accept as well.
//!
//! The first byte says how the rest is read. In one kind of input the nodes stand as they are; in another 32 bytes of 0xff
//! in a node are replaced by the hash of the node after it, so that the fuzzer gets past the hashes; in the third a trie is
//! built from entries, and its proofs must hold, but not when a bit of them is flipped.

#![no_main]

use alloy_primitives::{B256, Bytes, keccak256};
use alloy_trie::proof::{ProofRetainer, verify_proof};
use alloy_trie::{HashBuilder, Nibbles};
use libfuzzer_sys::fuzz_target;
use metis_light::primitives::mpt;
use metis_light::primitives::rlp::{self, Item};
use metis_light_fuzz::Input;
use std::collections::BTreeMap;

const MAX_VALUE: usize = 128;
const PLACEHOLDER: [u8; 32] = [0xff; 32];

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input(bytes);
    match input.byte() % 4 {
        0 => built(input),
        1 => listed(input, false, false),
        2 => listed(input, true, false),
        _ => listed(input, true, true),
    }
});

/// A key and nodes as the fuzzer has them.
fn listed(mut input: Input<'_>, is_linked: bool, is_hashed: bool) {
    let raw_key = input.chunk();
    let key = if is_hashed { keccak256(raw_key).to_vec() } else { raw_key.to_vec() };
    let mut nodes: Vec<Bytes> = input.chunks().into_iter().map(Bytes::copy_from_slice).collect();
    if is_linked {
        link(&mut nodes);
    }
    let root = nodes.first().map_or(mpt::EMPTY_ROOT, keccak256);
    let Ok(value) = mpt::verify(root, &key, &nodes, MAX_VALUE) else { return };
    assert!(value.is_none_or(|value| value.len() <= MAX_VALUE + 540));
    if key.len() <= 32 && is_known_to_the_reference(&nodes) {
        let value = value.map(<[u8]>::to_vec);
        verify_proof(root, Nibbles::unpack(&key), value, &nodes).expect("the reference accepts it as well");
    }
    assert!(mpt::verify(root, &key, &[&nodes[..], &[Bytes::new()]].concat(), MAX_VALUE).is_err());
}

/// From the last node up, puts the hash of each node where the one before has the placeholder.
fn link(nodes: &mut [Bytes]) {
    for place in (1..nodes.len()).rev() {
        let hash = keccak256(&nodes[place]);
        let above = &nodes[place - 1];
        let Some(start) = above.windows(32).position(|window| window == PLACEHOLDER) else { continue };
        let mut linked = above.to_vec();
        linked[start..start + 32].copy_from_slice(hash.as_slice());
        nodes[place - 1] = linked.into();
    }
}

/// The reference knows neither values in branches nor paths of more than 64 nibbles (it panics at those), and does not hash
/// a root node below 32 bytes.
fn is_known_to_the_reference(nodes: &[Bytes]) -> bool {
    if nodes.first().is_some_and(|root| root.len() < 32) {
        return false;
    }
    let lengths = nodes.iter().map(|node| longest_path(node));
    lengths.sum::<Option<usize>>().is_some_and(|nibbles| nibbles <= 64)
}

/// How many nibbles a node and those inside it can take from a path; none where a branch has a value.
fn longest_path(node: &[u8]) -> Option<usize> {
    let mut items = rlp::list(node).ok()?;
    let mut all: Vec<Item<'_>> = Vec::new();
    while !items.is_empty() {
        all.push(items.item().ok()?);
    }
    let inside = all.iter().filter(|item| item.is_list()).map(|item| longest_path(item.raw()));
    let inside = inside.collect::<Option<Vec<usize>>>()?.into_iter().max().unwrap_or(0);
    match all.as_slice() {
        [path, _] => Some(path.string().ok()?.len() * 2 + inside),
        [.., value] if value.string() == Ok(&[]) => Some(1 + inside),
        _ => None,
    }
}

/// A trie of entries whose keys all have one length, and the proof of one key, kept there or not.
fn built(mut input: Input<'_>) {
    let (length, chosen, node, bit) = (input.byte() % 32 + 1, input.byte(), input.byte(), input.chunk().len());
    let wanted = input.bytes(length.into()).to_vec();
    let mut entries = BTreeMap::new();
    while input.0.len() > usize::from(length) && entries.len() < 64 {
        let key = input.bytes(length.into()).to_vec();
        let value_length = usize::from(input.byte() % 64) + 1;
        let value = input.bytes(value_length).to_vec();
        if !value.is_empty() {
            entries.insert(key, value);
        }
    }
    let wanted = entries.keys().nth(chosen.into()).cloned().unwrap_or(wanted);
    if wanted.len() != usize::from(length) {
        return;
    }
    let (root, nodes) = prove(&entries, &wanted);
    assert_eq!(mpt::root(&entries), root);
    assert_eq!(mpt::verify(root, &wanted, &nodes, MAX_VALUE), Ok(entries.get(&wanted).map(Vec::as_slice)));
    if root != mpt::EMPTY_ROOT {
        check_spoiled(root, &wanted, nodes, node.into(), bit);
    }
}

fn prove(entries: &BTreeMap<Vec<u8>, Vec<u8>>, wanted: &[u8]) -> (B256, Vec<Bytes>) {
    let target = Nibbles::unpack(wanted);
    let mut builder = HashBuilder::default().with_proof_retainer(ProofRetainer::new(vec![target]));
    for (key, value) in entries {
        builder.add_leaf(Nibbles::unpack(key), value);
    }
    let root = builder.root();
    let nodes = builder.take_proof_nodes().matching_nodes_sorted(&target);
    // The builder also names the nodes that stand inside others, which `eth_getProof` does not list.
    let is_listed = |(path, node): &(Nibbles, Bytes)| path.is_empty() || node.len() >= 32;
    (root, nodes.into_iter().filter(is_listed).map(|(_, node)| node).collect())
}

fn check_spoiled(root: B256, key: &[u8], nodes: Vec<Bytes>, node: usize, bit: usize) {
    assert!(mpt::verify(root, key, &nodes[1..], MAX_VALUE).is_err());
    assert!(mpt::verify(root, key, &nodes[..nodes.len() - 1], MAX_VALUE).is_err());
    let mut spoiled: Vec<Vec<u8>> = nodes.iter().map(|node| node.to_vec()).collect();
    let node = node % spoiled.len();
    let byte = bit / 8 % spoiled[node].len();
    spoiled[node][byte] ^= 1 << (bit % 8);
    assert!(mpt::verify(root, key, &spoiled, MAX_VALUE).is_err());
}
