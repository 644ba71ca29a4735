//! State data of the Portal network: nodes of accounts and of storage, and code, each with its proof from a block's header.
//!
//! A content key names a node by its path and hash, an offer carries the nodes from the root to it (both SSZ), and a
//! retrieval the node alone. A leaf's key is its path and what the leaf adds; for an inner node every key that begins
//! with the path must end there: either the node below is missing, or there is none.

use super::super::Report;
use super::proofs::{packed, pair, suffix};
use super::twins;
use super::values::{Entry, entries, member};
use crate::files::Files;
use metis_light::primitives::header::Header;
use metis_light::primitives::mpt::{self, ProofError};
use metis_light::primitives::{B256, keccak256, rlp};
use std::collections::BTreeMap;

/// Longer than any leaf of the state.
const MAX_VALUE: usize = 128;

const FOLDER: &str = "mpt_spec/portal_state_proofs/";

pub(super) fn run(files: &Files, report: &mut Report) {
    let entries: Vec<(&str, Entry)> = files
        .matching(FOLDER, ".yaml")
        .flat_map(|(path, yaml)| entries(yaml).into_iter().map(move |entry| (path, entry)))
        .collect();
    let headers = headers(&entries);
    for (path, entry) in &entries {
        match entry.get("content_key") {
            Some(_) => content(path, entry, report),
            None => offer_with_parts(path, entry, &headers, report),
        }
    }
}

/// State roots by the hash of their block.
fn headers(entries: &[(&str, Entry)]) -> BTreeMap<B256, B256> {
    let headers = entries.iter().filter_map(|(_, entry)| entry.get("block_header")).flatten();
    headers
        .map(|bytes| {
            let header = Header::decode(bytes).expect("a header");
            assert_eq!(header.encode(), *bytes, "the header has one encoding");
            (header.hash(), header.state_root)
        })
        .collect()
}

/// What a key asks for.
enum Key {
    Account { node: B256, path: Vec<u8> },
    Storage { account: B256, node: B256, path: Vec<u8> },
    Code { account: B256, hash: B256 },
}

/// An offer's parts.
struct Offer {
    block: B256,
    /// A storage proof, or code as the only part.
    first: Vec<Vec<u8>>,
    account: Vec<Vec<u8>>,
}

fn content(path: &str, entry: &Entry, report: &mut Report) {
    let header = Header::decode(member(entry, "block_header")).expect("a header");
    let key = Key::read(member(entry, "content_key"));
    let offer = Offer::read(key.has_first(), member(entry, "content_value_offer"), matches!(key, Key::Code { .. }));
    assert_eq!(offer.block, header.hash(), "{path}: the offer's block");
    // A retrieval is a container of one part, which begins behind its offset.
    let retrieved = &member(entry, "content_value_retrieval")[4..];
    match key {
        Key::Account { node, path: nibbles } => {
            assert_eq!(keccak256(retrieved), node, "{path}");
            assert_eq!(offer.account.last().map(Vec::as_slice), Some(retrieved), "{path}");
            ends_at(path, header.state_root, &nibbles, &offer.account, report);
        }
        Key::Storage { account, node, path: nibbles } => {
            assert_eq!(keccak256(retrieved), node, "{path}");
            assert_eq!(offer.first.last().map(Vec::as_slice), Some(retrieved), "{path}");
            let (storage_root, _) = read_account(path, header.state_root, account, &offer.account, report);
            ends_at(path, storage_root, &nibbles, &offer.first, report);
        }
        Key::Code { account, hash } => {
            assert_eq!(keccak256(retrieved), hash, "{path}");
            assert_eq!(offer.first, [retrieved], "{path}");
            let (_, code_hash) = read_account(path, header.state_root, account, &offer.account, report);
            assert_eq!(code_hash, hash, "{path}");
        }
    }
    report.cases += 1;
}

/// An offer beside its parts: the parts are the offer's, and form a chain from the state root of the block that it names.
fn offer_with_parts(path: &str, entry: &Entry, headers: &BTreeMap<B256, B256>, report: &mut Report) {
    let code = entry.get("bytecode");
    let first = code.or(entry.get("storage_proof"));
    let account = entry.get("account_proof").or(entry.get("proof")).expect("an account proof");
    let offer = Offer::read(first.is_some(), member(entry, "content_value"), code.is_some());
    assert_eq!(offer.block.as_slice(), member(entry, "block_hash"), "{path}");
    assert_eq!((&offer.first, &offer.account), (first.unwrap_or(&Vec::new()), account), "{path}");

    let state_root = headers.get(&offer.block).copied().expect("the block's header is among the others");
    let key = B256::from_slice(&packed(&super::proofs::path(account)));
    let (storage_root, code_hash) = read_account(path, state_root, key, account, report);
    if let Some(code) = code {
        assert_eq!(keccak256(&code[0]), code_hash, "{path}");
    } else if let Some(storage) = first {
        let leaf = storage.last().expect("a proof has nodes");
        let key = super::proofs::path(storage);
        let above = key.len() - suffix(leaf).0.len();
        ends_at(path, storage_root, &key[..above], storage, report);
    }
    report.cases += 1;
}

/// Proves an account's leaf and reads its storage root and code hash.
fn read_account(path: &str, root: B256, key: B256, nodes: &[Vec<u8>], report: &mut Report) -> (B256, B256) {
    let verify =
        |nodes: &[Vec<u8>]| mpt::verify(root, key.as_slice(), nodes, MAX_VALUE).map(|value| value.map(<[u8]>::to_vec));
    let leaf = verify(nodes).unwrap_or_else(|error| panic!("{path}: {error}")).expect("the account is there");
    report.refused += twins::refused(path, nodes, |nodes| verify(nodes).map(drop));
    let mut fields = rlp::list(&leaf).expect("an account is a list");
    let (nonce, balance) = (fields.u64(), fields.u256());
    assert!(nonce.is_ok() && balance.is_ok(), "{path}: nonce and balance are integers");
    let hashes = (fields.hash().expect("a storage root"), fields.hash().expect("a code hash"));
    assert_eq!(fields.end(4), Ok(()), "{path}");
    hashes
}

/// The nodes lead from `root` along `path` and no further.
fn ends_at(name: &str, root: B256, path: &[u8], nodes: &[Vec<u8>], report: &mut Report) {
    let last = nodes.last().expect("a proof has nodes");
    let missing = Err(ProofError::MissingNode { depth: nodes.len(), expected: B256::ZERO });
    let verify = |nibbles: &[u8], nodes: &[Vec<u8>]| {
        let mut key = [path, nibbles].concat();
        key.resize(64, 0);
        match mpt::verify(root, &packed(&key), nodes, MAX_VALUE) {
            Err(ProofError::MissingNode { depth, .. }) => Err(ProofError::MissingNode { depth, expected: B256::ZERO }),
            verdict => verdict.map(|value| value.map(<[u8]>::to_vec)),
        }
    };
    if rlp::list(last).is_ok_and(|mut items| items.item().is_ok() && items.item().is_ok() && items.is_empty()) {
        let (nibbles, is_leaf) = suffix(last);
        let expected = if is_leaf { Ok(Some(pair(last).1)) } else { missing };
        assert_eq!(verify(&nibbles, nodes), expected, "{name}");
        if is_leaf {
            report.refused += twins::refused(name, nodes, |nodes| verify(&nibbles, nodes).map(drop));
        }
        return;
    }
    let verdicts: Vec<_> = (0..16).map(|nibble| verify(&[nibble], nodes)).collect();
    assert!(verdicts.iter().all(|verdict| *verdict == missing || *verdict == Ok(None)), "{name}: {verdicts:?}");
    assert!(verdicts.iter().filter(|verdict| **verdict == missing).count() > 1, "{name}: a branch has two children");
}

impl Key {
    /// A selector, then the container: hashes in place, a path behind an offset at the end.
    fn read(bytes: &[u8]) -> Self {
        let word = |start: usize| B256::from_slice(&bytes[start..start + 32]);
        match bytes[0] {
            0x20 => Self::Account { node: word(5), path: unpacked(&bytes[37..]) },
            0x21 => Self::Storage { account: word(1), node: word(37), path: unpacked(&bytes[69..]) },
            0x22 => Self::Code { account: word(1), hash: word(33) },
            selector => panic!("{selector:#x} is no selector of state data"),
        }
    }

    const fn has_first(&self) -> bool {
        !matches!(self, Self::Account { .. })
    }
}

impl Offer {
    /// A container: offsets of the parts, the block's hash, the parts.
    fn read(has_first: bool, bytes: &[u8], is_code: bool) -> Self {
        if !has_first {
            let account = ssz_list(&bytes[offset(bytes, 0)..]);
            return Self { block: B256::from_slice(&bytes[4..36]), first: Vec::new(), account };
        }
        let (first, account) = (offset(bytes, 0), offset(bytes, 4));
        let part = &bytes[first..account];
        let first = if is_code { vec![part.to_vec()] } else { ssz_list(part) };
        Self { block: B256::from_slice(&bytes[8..40]), first, account: ssz_list(&bytes[account..]) }
    }
}

/// A list of byte lists: their offsets, then they.
fn ssz_list(bytes: &[u8]) -> Vec<Vec<u8>> {
    let size = if bytes.is_empty() { 0 } else { offset(bytes, 0) / 4 };
    let end = |index: usize| if index < size { offset(bytes, index * 4) } else { bytes.len() };
    (0..size).map(|index| bytes[end(index)..end(index + 1)].to_vec()).collect()
}

fn offset(bytes: &[u8], at: usize) -> usize {
    let (offset, _) = bytes[at..].split_first_chunk().expect("an offset has four bytes");
    usize::try_from(u32::from_le_bytes(*offset)).expect("it fits")
}

/// Nibbles packed as hex-prefix packs them: behind 0 an even number, with 1 an odd one.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let nibbles: Vec<u8> = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]).collect();
    nibbles[if nibbles[0] == 0 { 2 } else { 1 }..].to_vec()
}
