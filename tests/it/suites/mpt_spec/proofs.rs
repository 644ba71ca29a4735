//! Proofs by node: lodestar's storage proofs, and the chains and corner cases of m-reynaldo35.
//!
//! Where a case gives nodes without their key, the key is put together from the way that the nodes take ([`path`]).

use super::super::Report;
use super::twins;
use super::values::{data, data_list, hash, list, members, quantity, text};
use crate::files::{Files, json};
use metis_light::primitives::mpt::{self, ProofError};
use metis_light::primitives::rlp::{self, Item, encode_list};
use metis_light::primitives::{B256, StorageSlot, U256, keccak256};
use serde_json::Value;
use std::collections::BTreeMap;

/// Longer than any value of these cases.
const MAX_VALUE: usize = 2048;

pub(super) fn run(files: &Files, report: &mut Report) {
    for (path, bytes) in files.matching("mpt_spec/lodestar_el_proof/", ".json") {
        for (name, case) in members(&json(path, bytes)) {
            storage_proofs(&format!("{path} {name}"), !name.starts_with("invalid"), case, report);
        }
    }
    for (path, bytes) in files.matching("mpt_spec/rlp_misc/", "rlp_nodes.json") {
        chains(path, &json(path, bytes), report);
    }
    for (path, bytes) in files.matching("mpt_spec/rlp_misc/", "mpt_nodes.json") {
        scenarios(path, &json(path, bytes), report);
    }
    for (path, bytes) in files.matching("signatures/ethereum_tests/BasicTests_hexencodetest", ".json") {
        for (name, case) in members(&json(path, bytes)) {
            hex_prefix_is_read(&format!("{path} {name}"), case);
            report.cases += 1;
        }
    }
}

/// The storage part of an `eth_getProof` answer.
fn storage_proofs(name: &str, is_valid: bool, case: &Value, report: &mut Report) {
    let root = hash(&case["storageHash"]);
    for proof in list(&case["storageProof"]) {
        let nodes = data_list(&proof["proof"]);
        let key = StorageSlot(hash(&proof["key"])).trie_key();
        let verify = |nodes: &[Vec<u8>]| word(root, key, nodes);
        report.cases += 1;
        if is_valid {
            assert_eq!(verify(&nodes), Ok(quantity(&proof["value"])), "{name}");
            report.refused += twins::refused(name, &nodes, |nodes| verify(nodes).map(drop));
        } else {
            let verdict = verify(&nodes);
            assert!(matches!(verdict, Err(ProofError::HashMismatch { .. })), "{name} gives {verdict:?}");
        }
    }
}

/// The word that nodes prove; an absent one is zero.
fn word(root: B256, key: B256, nodes: &[Vec<u8>]) -> Result<U256, ProofError> {
    let leaf = mpt::verify(root, key.as_slice(), nodes, 33)?;
    Ok(leaf.map_or(U256::ZERO, |leaf| {
        let word = Item::parse(leaf).and_then(|item| item.string()).and_then(rlp::integer::<32>);
        U256::from_be_bytes(word.expect("a storage leaf is an integer"))
    }))
}

/// Nodes whose labels differ in a number at the end form a chain from a root that the file names.
fn chains(name: &str, file: &Value, report: &mut Report) {
    let mut chains: BTreeMap<&str, Vec<Vec<u8>>> = BTreeMap::new();
    for node in list(&file["nodes"]) {
        if let Some((chain, _)) = text(&node["label"]).strip_suffix(']').and_then(|label| label.rsplit_once('[')) {
            chains.entry(chain).or_default().push(data(&node["hex"]));
        }
    }
    for (label, nodes) in &chains {
        let root = match *label {
            "accountProof" => hash(&file["state_root"]),
            "receipt_proof.nodes" => hash(&file["receipts_root"]),
            _ => storage_root(&chains["accountProof"]),
        };
        leads_to_its_leaf(&format!("{name} {label}"), root, nodes, report);
    }
}

/// The third field of the account at the end of a proof.
fn storage_root(account: &[Vec<u8>]) -> B256 {
    let leaf = account.last().map(|node| pair(node).1).expect("the proof ends in an account");
    let mut fields = rlp::list(&leaf).expect("an account is a list");
    (fields.u64(), fields.u256(), fields.hash()).2.expect("a storage root")
}

fn leads_to_its_leaf(name: &str, root: B256, nodes: &[Vec<u8>], report: &mut Report) {
    let (key, value) = (packed(&path(nodes)), pair(nodes.last().expect("a chain has nodes")).1);
    let verify = |nodes: &[Vec<u8>]| mpt::verify(root, &key, nodes, MAX_VALUE).map(|value| value.map(<[u8]>::to_vec));
    assert_eq!(verify(nodes), Ok(Some(value)), "{name}");
    report.cases += 1;
    report.refused += twins::refused(name, nodes, |nodes| verify(nodes).map(drop));

    // Another key leaves the path at the place where its nibble differs.
    for place in 0..key.len() {
        let mut other = key.clone();
        other[place] ^= 0x10;
        let verdict = mpt::verify(root, &other, nodes, MAX_VALUE);
        let is_refused = matches!(verdict, Err(ProofError::HashMismatch { .. } | ProofError::UnusedNodes { .. }));
        assert!(is_refused || verdict == Ok(None), "{name}, byte {place} of the key changed, gives {verdict:?}");
        report.refused += usize::from(is_refused);
    }
}

/// Tries of few nodes, asked for keys that are there and for keys that leave the path in every way. Status 1 is presence,
/// every other one a kind of absence. A key of an odd number of nibbles is no key of bytes and is passed over.
fn scenarios(name: &str, file: &Value, report: &mut Report) {
    let nodes: BTreeMap<&str, Vec<u8>> =
        list(&file["nodes"]).iter().map(|node| (text(&node["label"]), data(&node["hex"]))).collect();
    for scenario in list(&file["scenarios"]) {
        let name = format!("{name} {}", scenario["name"]);
        let root = hash(&scenario["root"]);
        let nodes: Vec<Vec<u8>> = list(&scenario["nodes"]).iter().map(|label| nodes[text(label)].clone()).collect();
        for (key, question) in questions(scenario) {
            let expected = (question["expected_status"] == 1).then(|| data(&question["expected_value"]));
            let verdict = mpt::verify(root, &key, &nodes, MAX_VALUE);
            assert_eq!(verdict, Ok(expected.as_deref()), "{name}: key {key:02x?}");
            report.cases += 1;
            report.refused +=
                twins::refused(&name, &nodes, |nodes| mpt::verify(root, &key, nodes, MAX_VALUE).map(drop));
        }
    }
}

fn questions(scenario: &Value) -> Vec<(Vec<u8>, &Value)> {
    let inner = members(scenario).flat_map(|(_, member)| match member {
        Value::Array(values) => values.iter().collect(),
        value => vec![value],
    });
    inner
        .map(|question| (question, "key", "key_nibs"))
        .chain([(scenario, "honest_key", "honest_key_nibs")])
        .filter(|(question, key, _)| question.get(key).is_some())
        .map(|(question, key, nibbles)| (data(&question[key]), question[nibbles].as_u64(), question))
        .filter(|(key, nibbles, _)| *nibbles == Some(key.len() as u64 * 2))
        .map(|(key, _, question)| (key, question))
        .collect()
}

/// A path in hex-prefix leads where its nibbles do: to a value where the terminator is set, else into a branch.
fn hex_prefix_is_read(name: &str, case: &Value) {
    let nibbles: Vec<u8> = list(&case["seq"]).iter().map(nibble).collect();
    let (end, key) = match case["term"] == true {
        true => (string(b"v"), nibbles),
        false => (branch(&[(4, leaf(b"v")), (5, leaf(b"w"))]), [&nibbles[..], &[4]].concat()),
    };
    let node = encode_list(&[string(&data(&case["out"])), end].concat());
    // A key is made of bytes: where the number of nibbles is odd, a branch above makes it even.
    let (root, key) = match key.len() % 2 {
        0 => (node, key),
        _ => (branch(&[(0, node), (1, leaf(b"w"))]), [&[0], &key[..]].concat()),
    };
    let (hash, nodes) = (keccak256(&root), [root]);
    let verdict = mpt::verify(hash, &packed(&key), &nodes, MAX_VALUE);
    assert_eq!(verdict, Ok(Some(&b"v"[..])), "{name}");
}

fn nibble(value: &Value) -> u8 {
    value.as_u64().and_then(|nibble| u8::try_from(nibble).ok()).expect("a nibble")
}

fn leaf(value: &[u8]) -> Vec<u8> {
    encode_list(&[string(&[0x20]), string(value)].concat())
}

/// A branch in which nodes below 32 bytes stand, and no value.
fn branch(children: &[(usize, Vec<u8>)]) -> Vec<u8> {
    let mut items = vec![string(b""); 17];
    for (nibble, child) in children {
        items[*nibble].clone_from(child);
    }
    encode_list(&items.concat())
}

fn string(bytes: &[u8]) -> Vec<u8> {
    alloy_rlp::encode(bytes)
}

/// The nibbles that a chain of nodes covers, from the root to the end of its last node.
pub(super) fn path(nodes: &[Vec<u8>]) -> Vec<u8> {
    let mut path = Vec::new();
    for (depth, node) in nodes.iter().enumerate() {
        let mut items = rlp::list(node).expect("a node is a list");
        let items: Vec<Item<'_>> =
            core::iter::from_fn(|| (!items.is_empty()).then(|| items.item().ok())).flatten().collect();
        match items.as_slice() {
            [_, _] => path.extend(suffix(node).0),
            _ => {
                let Some(next) = nodes.get(depth + 1) else { break };
                let hash = keccak256(next);
                let chosen = items.iter().position(|item| item.string() == Ok(hash.as_slice()));
                path.push(u8::try_from(chosen.expect("a branch names the node below it")).expect("one of sixteen"));
            }
        }
    }
    path
}

/// The nibbles of a leaf or an extension, and whether it is a leaf; nothing of a branch.
pub(super) fn suffix(node: &[u8]) -> (Vec<u8>, bool) {
    let (prefix, _) = pair(node);
    let nibbles: Vec<u8> = prefix.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]).collect();
    let (flag, nibbles) = nibbles.split_first().expect("a path has a first nibble");
    let skipped = usize::from(flag % 2 == 0);
    (nibbles[skipped..].to_vec(), *flag >= 2)
}

/// The two strings of a leaf.
pub(super) fn pair(node: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut items = rlp::list(node).expect("a node is a list");
    let (path, value) = (items.string().expect("a path"), items.item().expect("a value"));
    let value = if value.is_list() { value.raw() } else { value.string().expect("a value") };
    assert!(items.is_empty(), "a leaf has two items");
    (path.to_vec(), value.to_vec())
}

/// Nibbles as bytes, two by two.
pub(super) fn packed(nibbles: &[u8]) -> Vec<u8> {
    nibbles.chunks(2).map(|pair| pair.iter().fold(0, |byte, nibble| byte << 4 | nibble)).collect()
}
