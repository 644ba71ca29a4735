//! A state that nobody recorded: Merkle-Patricia tries with proofs, built from entries that are all known.
//!
//! The other side of the verifier, written apart from it: nothing of the crate under test is used here.

#![allow(dead_code, reason = "each of those who include this needs a part of it")]

use alloy_primitives::{Address, B256, Bytes, U256, b256, keccak256};
use std::collections::BTreeMap;

const EMPTY_ROOT: B256 = b256!("0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
const EMPTY_CODE: B256 = b256!("0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");

/// A trie over entries of which no key begins another.
#[derive(Clone, Debug)]
pub(crate) struct Trie(Vec<Entry>);

#[derive(Clone, Debug)]
struct Entry {
    nibbles: Vec<u8>,
    value: Vec<u8>,
}

impl Trie {
    /// Takes keys as they are.
    pub(crate) fn new(entries: impl IntoIterator<Item = (Vec<u8>, Vec<u8>)>) -> Self {
        let sorted: BTreeMap<_, _> = entries.into_iter().collect();
        Self(sorted.into_iter().map(|(key, value)| Entry { nibbles: nibbles(&key), value }).collect())
    }

    /// The trie of a block's transactions or receipts: each item under the RLP of its index.
    pub(crate) fn ordered(items: &[Vec<u8>]) -> Self {
        Self::new(items.iter().enumerate().map(|(index, item)| (alloy_rlp::encode(index), item.clone())))
    }

    pub(crate) fn root(&self) -> B256 {
        if self.0.is_empty() { EMPTY_ROOT } else { keccak256(node(&self.0, 0, None, &mut Vec::new())) }
    }

    /// The nodes from the root towards `key`, with those that stand inside their parents.
    pub(crate) fn path(&self, key: &[u8]) -> Vec<Bytes> {
        let mut path = Vec::new();
        if !self.0.is_empty() {
            node(&self.0, 0, Some(&nibbles(key)), &mut path);
        }
        path.into_iter().rev().map(Bytes::from).collect()
    }

    /// The same as `eth_getProof` lists them: without those that stand inside their parents.
    pub(crate) fn proof(&self, key: &[u8]) -> Vec<Bytes> {
        let is_listed = |(place, node): &(usize, Bytes)| *place == 0 || node.len() >= 32;
        self.path(key).into_iter().enumerate().filter(is_listed).map(|(_, node)| node).collect()
    }
}

/// Encodes the node over `entries`, alike in their first `depth` nibbles. Nodes on the way to `key` are put into `path`,
/// the deepest first.
fn node(entries: &[Entry], depth: usize, key: Option<&[u8]>, path: &mut Vec<Vec<u8>>) -> Vec<u8> {
    let (first, last) = (&entries[0].nibbles[depth..], &entries[entries.len() - 1].nibbles[depth..]);
    let shared = first.iter().zip(last).take_while(|(one, other)| one == other).count();
    let encoded = if let [only] = entries {
        list(&[string(&hex_prefix(first, true)), string(&only.value)])
    } else if shared > 0 {
        let key = key.filter(|key| key[depth..].starts_with(&first[..shared]));
        let below = node(entries, depth + shared, key, path);
        list(&[string(&hex_prefix(&first[..shared], false)), reference(below)])
    } else {
        branch(entries, depth, key, path)
    };
    if key.is_some() {
        path.push(encoded.clone());
    }
    encoded
}

fn branch(entries: &[Entry], depth: usize, key: Option<&[u8]>, path: &mut Vec<Vec<u8>>) -> Vec<u8> {
    let mut items = Vec::new();
    for nibble in 0..16 {
        let begin = entries.partition_point(|entry| entry.nibbles[depth] < nibble);
        let end = entries.partition_point(|entry| entry.nibbles[depth] <= nibble);
        let key = key.filter(|key| key[depth] == nibble);
        let is_empty = begin == end;
        items.push(if is_empty { string(&[]) } else { reference(node(&entries[begin..end], depth + 1, key, path)) });
    }
    items.push(string(&[]));
    list(&items)
}

fn reference(node: Vec<u8>) -> Vec<u8> {
    if node.len() < 32 { node } else { string(keccak256(node).as_slice()) }
}

fn string(bytes: &[u8]) -> Vec<u8> {
    alloy_rlp::encode(bytes)
}

fn list(items: &[Vec<u8>]) -> Vec<u8> {
    let payload = items.concat();
    let mut out = Vec::new();
    alloy_rlp::Header { list: true, payload_length: payload.len() }.encode(&mut out);
    [out, payload].concat()
}

fn nibbles(key: &[u8]) -> Vec<u8> {
    key.iter().flat_map(|byte| [byte >> 4, byte & 15]).collect()
}

fn hex_prefix(nibbles: &[u8], is_leaf: bool) -> Vec<u8> {
    let flag = if is_leaf { 2 } else { 0 };
    let head = if nibbles.len() % 2 == 1 { vec![flag | 1] } else { vec![flag, 0] };
    let all = [head, nibbles.to_vec()].concat();
    all.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// Accounts and their storage.
#[derive(Clone, Debug, Default)]
pub(crate) struct State(BTreeMap<Address, Contract>);

/// An account with its storage. It comes without code, balance and transactions.
#[derive(Clone, Debug)]
pub(crate) struct Contract {
    pub(crate) nonce: u64,
    pub(crate) balance: U256,
    pub(crate) code_hash: B256,
    words: BTreeMap<B256, U256>,
}

impl State {
    /// The account of `who`, which is there from now on.
    pub(crate) fn contract(&mut self, who: Address) -> &mut Contract {
        self.0.entry(who).or_default()
    }

    /// Takes the account of `who` away.
    pub(crate) fn remove(&mut self, who: Address) {
        self.0.remove(&who);
    }

    /// Writes a word of storage; zero deletes, as on Ethereum.
    pub(crate) fn set(&mut self, who: Address, slot: B256, word: impl Into<U256>) {
        let word = word.into();
        let words = &mut self.contract(who).words;
        if word.is_zero() {
            words.remove(&slot)
        } else {
            words.insert(slot, word)
        };
    }

    pub(crate) fn get(&self, who: Address) -> Option<&Contract> {
        self.0.get(&who)
    }

    pub(crate) fn root(&self) -> B256 {
        self.trie().root()
    }

    /// The account proof of `who`.
    pub(crate) fn proof(&self, who: Address) -> Vec<Bytes> {
        self.trie().proof(keccak256(who).as_slice())
    }

    fn trie(&self) -> Trie {
        Trie::new(self.0.iter().map(|(who, contract)| (keccak256(who).to_vec(), contract.leaf())))
    }
}

impl Contract {
    pub(crate) fn word(&self, slot: B256) -> U256 {
        self.words.get(&slot).copied().unwrap_or_default()
    }

    pub(crate) fn storage_root(&self) -> B256 {
        self.storage().root()
    }

    /// The storage trie, under the hashes of the slots.
    pub(crate) fn storage(&self) -> Trie {
        Trie::new(self.words.iter().map(|(slot, word)| (keccak256(slot).to_vec(), alloy_rlp::encode(word))))
    }

    fn leaf(&self) -> Vec<u8> {
        list(&[
            alloy_rlp::encode(self.nonce),
            alloy_rlp::encode(self.balance),
            string(self.storage_root().as_slice()),
            string(self.code_hash.as_slice()),
        ])
    }
}

impl Default for Contract {
    fn default() -> Self {
        Self { nonce: 0, balance: U256::ZERO, code_hash: EMPTY_CODE, words: BTreeMap::new() }
    }
}
