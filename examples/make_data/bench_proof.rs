//! A proof of the size that mainnet has, for the benches.
//!
//! The shapes are those of an account among some 250 million and of a slot among some eight million. The trie around them
//! is not built: off the path stand made-up hashes, and the nodes are put together from the leaf up, which gives a root
//! under which they hold.

use crate::{address, hash};
use alloy_rlp::Encodable;
use alloy_trie::Nibbles;
use alloy_trie::proof::verify_proof;
use metis_light::execution::EMPTY_CODE_HASH;
use metis_light::primitives::rlp::encode_list;
use metis_light::primitives::{B256, Bytes, StorageSlot, U256, keccak256, mpt};
use serde_json::{Value, json};

/// How many children the branches have, root first: nodes of 532, 436 and 83 bytes.
const ACCOUNT_BRANCHES: [u8; 8] = [16, 16, 16, 16, 16, 16, 13, 2];
const ACCOUNT_SIZES: [usize; 9] = [532, 532, 532, 532, 532, 532, 436, 83, 114];

/// Nodes of 532 and 179 bytes.
const STORAGE_BRANCHES: [u8; 6] = [16, 16, 16, 16, 16, 5];
const STORAGE_SIZES: [usize; 7] = [532, 532, 532, 532, 532, 179, 44];

/// Ten bytes, as amounts of a token with 18 decimals have.
const VALUE: U256 = U256::from_limbs([0x1f2e_3d4c_5b6a_7988, 0x1234, 0, 0]);

pub(crate) fn make() -> Value {
    let owner = address("bench owner", 0);
    let contract = address("bench contract", 0);
    let slot = StorageSlot::at(0).entry_of(owner);
    let value = alloy_rlp::encode(VALUE);
    let storage_proof = path("bench storage", slot.trie_key(), &STORAGE_BRANCHES, value.clone());
    let account = account_leaf(root(&storage_proof));
    let account_proof = path("bench account", keccak256(contract), &ACCOUNT_BRANCHES, account.clone());
    check(keccak256(contract), &account, &account_proof, &ACCOUNT_SIZES);
    check(slot.trie_key(), &value, &storage_proof, &STORAGE_SIZES);
    json!({
        "stateRoot": root(&account_proof),
        "address": contract,
        "accountProof": account_proof,
        "slot": slot.0,
        "storageProof": storage_proof,
        "value": VALUE,
    })
}

/// A nonce of two bytes and a balance of eight.
fn account_leaf(storage_root: B256) -> Vec<u8> {
    let mut fields = Vec::new();
    0x1234_u64.encode(&mut fields);
    1_500_000_000_000_000_000_u64.encode(&mut fields);
    storage_root.encode(&mut fields);
    EMPTY_CODE_HASH.encode(&mut fields);
    encode_list(&fields)
}

/// The nodes towards `key`: branches with so many `children` each, then the leaf.
fn path(label: &str, key: B256, children: &[u8], value: Vec<u8>) -> Vec<Bytes> {
    let nibbles = Nibbles::unpack(key);
    let mut nodes: Vec<Bytes> = vec![leaf(&nibbles.slice(children.len()..), &value).into()];
    for (depth, count) in children.iter().enumerate().rev() {
        let below = nodes.last().map(keccak256).expect("the leaf is there");
        let chosen = nibbles.get(depth).expect("a path is longer than its branches");
        nodes.push(branch(chosen, below, *count, |nibble| hash(&format!("{label} {depth}"), nibble.into())).into());
    }
    nodes.reverse();
    nodes
}

/// A branch with the hash `below` at nibble `chosen` and others at the nibbles after it.
fn branch(chosen: u8, below: B256, count: u8, other: impl Fn(u8) -> B256) -> Vec<u8> {
    let mut items = Vec::new();
    for nibble in 0..16 {
        match (16 + nibble - chosen) % 16 {
            0 => below.encode(&mut items),
            distance if distance < count => other(nibble).encode(&mut items),
            _ => items.push(alloy_rlp::EMPTY_STRING_CODE),
        }
    }
    items.push(alloy_rlp::EMPTY_STRING_CODE);
    encode_list(&items)
}

/// A leaf at the end of a path of even length.
fn leaf(rest: &Nibbles, value: &[u8]) -> Vec<u8> {
    let path: Vec<u8> = [0x20].into_iter().chain(rest.pack()).collect();
    let mut items = alloy_rlp::encode(path.as_slice());
    value.encode(&mut items);
    encode_list(&items)
}

fn root(nodes: &[Bytes]) -> B256 {
    nodes.first().map(keccak256).expect("a proof has nodes")
}

fn check(key: B256, value: &[u8], nodes: &[Bytes], sizes: &[usize]) {
    assert!(nodes.iter().map(|node| node.len()).eq(sizes.iter().copied()), "the nodes have other sizes than wanted");
    let proven = mpt::verify(root(nodes), key.as_slice(), nodes, value.len());
    assert_eq!(proven, Ok(Some(value)));
    verify_proof(root(nodes), Nibbles::unpack(key), Some(value.to_vec()), nodes).expect("the proof holds");
}
