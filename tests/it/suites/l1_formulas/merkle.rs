//! Merkle roots and branches of `metis/l1-formulas.json`.

use crate::suites::metis::check::Check;
use crate::suites::metis::json::{list, small, word, words};
use crate::suites::spoil::{Seed, flipped, places};
use metis_light::primitives::ovm_merkle::{self, OvmMerkleError};
use metis_light::primitives::{B256, keccak256};
use serde_json::Value;

/// The defaults of all levels. The code uses the first fifteen: it takes no tree that needs more.
pub(super) fn zero_hashes(check: &mut Check, expected: &[B256]) {
    let mut default = keccak256(B256::ZERO);
    for zero_hash in expected {
        check.eq("zero hash", default, *zero_hash);
        default = keccak256([default, default].concat());
    }
    // The last leaf of 2^15 + 1 stands alone on every level.
    let leaves = vec![B256::ZERO; (1 << 15) + 1];
    let siblings = ovm_merkle::branch(&leaves, 1 << 15).expect("a leaf of the tree");
    check.eq("defaults", &siblings[..15], &expected[..15]);
}

/// A tree with all its branches, or branches alone where the leaves are not known.
pub(super) fn tree(check: &mut Check, entry: &Value) {
    let (root, leaves) = (word(&entry["root"]), words(&entry["leaves"]));
    let size = entry.get("batchSize").map_or(leaves.len() as u64, small);
    if !leaves.is_empty() {
        check.eq("merkle root", ovm_merkle::root(&leaves), Ok(root));
    }
    for proof in list(&entry["proofs"]) {
        let (index, siblings) = (small(&proof["index"]), words(&proof["siblings"]));
        let place = usize::try_from(index).expect("an index");
        let leaf = proof.get("leaf").map_or_else(|| leaves[place], word);
        if !leaves.is_empty() {
            check.eq("branch", ovm_merkle::branch(&leaves, place).as_ref(), Ok(&siblings));
        }
        check.eq("inclusion", ovm_merkle::verify(root, leaf, index, &siblings, size), Ok(()));
        spoiled(check, root, leaf, index, &siblings, size);
    }
}

/// One twin for each place where a branch can be false.
fn spoiled(check: &mut Check, root: B256, leaf: B256, index: u64, siblings: &[B256], size: u64) {
    let mut seed = Seed::new(index ^ size << 32);
    let mut is_other_root = |what: &str, root: B256, leaf: B256, index: u64, siblings: &[B256]| {
        let refusal = ovm_merkle::verify(root, leaf, index, siblings, size);
        check.refused(what, refusal, |error| matches!(error, OvmMerkleError::RootMismatch { .. }));
    };
    for place in places(32, 2, &mut seed) {
        is_other_root("another leaf", root, flip(leaf, place), index, siblings);
        is_other_root("another root", flip(root, place), leaf, index, siblings);
        for turn in 0..siblings.len() {
            let mut twin = siblings.to_vec();
            twin[turn] = flip(twin[turn], place);
            is_other_root("another sibling", root, leaf, index, &twin);
        }
    }
    if index ^ 1 < size && siblings.first().is_some_and(|sibling| *sibling != leaf) {
        is_other_root("the neighbour's index", root, leaf, index ^ 1, siblings);
    }
    let refusal = ovm_merkle::verify(root, leaf, size, siblings, size);
    check.refused("an index outside", refusal, |error| *error == OvmMerkleError::IndexOutOfRange { index: size, size });
    let longer = [siblings, &[B256::ZERO]].concat();
    let (got, expected) = (longer.len(), siblings.len());
    let refusal = ovm_merkle::verify(root, leaf, index, &longer, size);
    check.refused("one sibling more", refusal, |error| *error == OvmMerkleError::SiblingCount { got, expected });
    if let Some((_, shorter)) = siblings.split_last() {
        let got = shorter.len();
        let refusal = ovm_merkle::verify(root, leaf, index, shorter, size);
        check.refused("one sibling less", refusal, |error| *error == OvmMerkleError::SiblingCount { got, expected });
    }
}

fn flip(word: B256, place: usize) -> B256 {
    B256::from_slice(&flipped(word.as_slice(), place))
}
