//! The root over entries that are all known, such as the transactions of a block.

use super::EMPTY_ROOT;
use crate::primitives::rlp::encode_list;
use alloy_primitives::{B256, keccak256};
use alloy_rlp::EMPTY_STRING_CODE;
use std::collections::BTreeMap;

/// The root of the trie that holds each item under the RLP of its index: the form of a block's transactions and receipts.
pub fn ordered_root<V: AsRef<[u8]>>(items: &[V]) -> B256 {
    let entry = |(index, item): (usize, &V)| (alloy_rlp::encode(index), item.as_ref().to_vec());
    root(&items.iter().enumerate().map(entry).collect())
}

/// The root of the trie that holds exactly `entries`. Keys are taken as they are; an empty value is no entry.
pub fn root(entries: &BTreeMap<Vec<u8>, Vec<u8>>) -> B256 {
    let entries: Vec<Entry<'_>> = entries
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| Entry { path: nibbles(key), value })
        .collect();
    if entries.is_empty() {
        return EMPTY_ROOT;
    }
    keccak256(node(&entries, 0))
}

struct Entry<'a> {
    path: Vec<u8>,
    value: &'a [u8],
}

impl Entry<'_> {
    /// The nibbles from `depth` on.
    fn rest(&self, depth: usize) -> &[u8] {
        self.path.get(depth..).unwrap_or_default()
    }
}

/// Encodes the node that holds `entries`, sorted by path and all alike in their first `depth` nibbles.
fn node(entries: &[Entry<'_>], depth: usize) -> Vec<u8> {
    let ([first, ..], Some(last)) = (entries, entries.last()) else { return vec![EMPTY_STRING_CODE] };
    if entries.len() == 1 {
        return list(&[string(&hex_prefix(first.rest(depth), true)), string(first.value)]);
    }
    let shared = common(first.rest(depth), last.rest(depth));
    if shared == 0 {
        return branch(entries, depth);
    }
    let prefix = first.rest(depth).get(..shared).unwrap_or_default();
    let below = branch(entries, depth.saturating_add(shared));
    list(&[string(&hex_prefix(prefix, false)), reference(below)])
}

fn branch(entries: &[Entry<'_>], depth: usize) -> Vec<u8> {
    // Sorted paths: the entry that ends here, if any, is the first.
    let (value, mut rest) = match entries.split_first() {
        Some((first, rest)) if first.rest(depth).is_empty() => (first.value, rest),
        _ => (&[][..], entries),
    };
    let mut items = Vec::with_capacity(17);
    for nibble in 0..16 {
        let size = rest.iter().take_while(|entry| entry.rest(depth).first() == Some(&nibble)).count();
        let (below, others) = rest.split_at(size);
        rest = others;
        items.push(match below {
            [] => vec![EMPTY_STRING_CODE],
            _ => reference(node(below, depth.saturating_add(1))),
        });
    }
    items.push(string(value));
    list(&items)
}

/// How a parent names a node: in full below 32 bytes, else by hash.
fn reference(node: Vec<u8>) -> Vec<u8> {
    if node.len() < super::HASH_SIZE { node } else { string(keccak256(node).as_slice()) }
}

fn string(bytes: &[u8]) -> Vec<u8> {
    alloy_rlp::encode(bytes)
}

fn list(items: &[Vec<u8>]) -> Vec<u8> {
    encode_list(&items.concat())
}

fn hex_prefix(nibbles: &[u8], is_leaf: bool) -> Vec<u8> {
    let flag = if is_leaf { 0x20 } else { 0x00 };
    let (first, even) = match nibbles.split_first() {
        Some((odd, rest)) if nibbles.len() % 2 == 1 => (flag | 0x10 | odd, rest),
        _ => (flag, nibbles),
    };
    let pairs = even.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, nibble| (byte << 4) | nibble));
    core::iter::once(first).chain(pairs).collect()
}

fn nibbles(key: &[u8]) -> Vec<u8> {
    key.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]).collect()
}

fn common(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}
