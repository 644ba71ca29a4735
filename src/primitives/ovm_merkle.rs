//! The Merkle tree of a state batch, as `Lib_MerkleTree` of Metis' contracts builds it.
//!
//! Leaves are the 32-byte state roots themselves, not their hashes; an inner node is `keccak256(left ‖ right)`, by
//! position. Where a level has an odd length its last node is paired with that level's default, `d0 = keccak256(0³²)`,
//! `d(k+1) = keccak256(dk ‖ dk)`. A single leaf is the root.
//!
//! What can go wrong: leaves are not told apart from inner nodes by their hash, so the length of a branch is part of the
//! rule: it must be exactly `⌈log2(size)⌉`, and the index below the size.

use super::storage_slot::hash_pair;
use alloy_primitives::{B256, keccak256};

/// The largest batch a root is computed for: the contract has defaults for 16 levels, and calldata of one L1 transaction
/// holds about 4,000 roots.
pub const MAX_LEAVES: usize = 1 << 16;

/// A way in which leaves or a branch do not give a batch root.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OvmMerkleError {
    /// The tree has no leaves.
    #[error("merkle tree is empty: a batch has at least one state root")]
    Empty,
    /// The index is not below the number of leaves.
    #[error("merkle index {index} is not below the batch size {size}")]
    IndexOutOfRange {
        /// The leaf's index.
        index: u64,
        /// The number of leaves.
        size: u64,
    },
    /// The branch does not lead to the root.
    #[error("merkle root is {got}, expected {expected}")]
    RootMismatch {
        /// The root that leaf and branch give.
        got: B256,
        /// The root to be shown.
        expected: B256,
    },
    /// The branch is too long or too short for the number of leaves.
    #[error("merkle branch has {got} siblings, a batch of this size has {expected}")]
    SiblingCount {
        /// The branch's length.
        got: usize,
        /// `⌈log2(size)⌉`.
        expected: usize,
    },
    /// More leaves than [`MAX_LEAVES`].
    #[error("merkle tree has {got} leaves, at most {limit} are allowed")]
    TooManyLeaves {
        /// How many there are.
        got: usize,
        /// [`MAX_LEAVES`].
        limit: usize,
    },
}

/// The root over `leaves`.
pub fn root(leaves: &[B256]) -> Result<B256, OvmMerkleError> {
    let (mut row, mut default) = (checked(leaves)?.to_vec(), default_leaf());
    while let [_, _, ..] = *row {
        (row, default) = (above(&row, default), hash_pair(default, default));
    }
    row.first().copied().ok_or(OvmMerkleError::Empty)
}

/// The siblings of leaf `index`, from the bottom up.
pub fn branch(leaves: &[B256], mut index: usize) -> Result<Vec<B256>, OvmMerkleError> {
    let (mut row, mut default) = (checked(leaves)?.to_vec(), default_leaf());
    if index >= row.len() {
        return Err(OvmMerkleError::IndexOutOfRange { index: index as u64, size: row.len() as u64 });
    }
    let mut siblings = Vec::with_capacity(branch_length(row.len() as u64));
    while let [_, _, ..] = *row {
        siblings.push(row.get(index ^ 1).copied().unwrap_or(default));
        (row, default) = (above(&row, default), hash_pair(default, default));
        index /= 2;
    }
    Ok(siblings)
}

/// Shows that `leaf` is leaf `index` of the `size` leaves under `root`.
pub fn verify(root: B256, leaf: B256, index: u64, siblings: &[B256], size: u64) -> Result<(), OvmMerkleError> {
    check_place(index, siblings.len(), size)?;
    let (mut node, mut index) = (leaf, index);
    for &sibling in siblings {
        node = if index % 2 == 1 { hash_pair(sibling, node) } else { hash_pair(node, sibling) };
        index /= 2;
    }
    if node != root {
        return Err(OvmMerkleError::RootMismatch { got: node, expected: root });
    }
    Ok(())
}

/// The length of a branch in a tree of `size` leaves: `⌈log2(size)⌉`.
pub const fn branch_length(size: u64) -> usize {
    u64::BITS.saturating_sub(size.saturating_sub(1).leading_zeros()) as usize
}

fn check_place(index: u64, got: usize, size: u64) -> Result<(), OvmMerkleError> {
    if size == 0 {
        return Err(OvmMerkleError::Empty);
    }
    if index >= size {
        return Err(OvmMerkleError::IndexOutOfRange { index, size });
    }
    let expected = branch_length(size);
    if got != expected {
        return Err(OvmMerkleError::SiblingCount { got, expected });
    }
    Ok(())
}

fn checked(leaves: &[B256]) -> Result<&[B256], OvmMerkleError> {
    match leaves.len() {
        0 => Err(OvmMerkleError::Empty),
        got if got > MAX_LEAVES => Err(OvmMerkleError::TooManyLeaves { got, limit: MAX_LEAVES }),
        _ => Ok(leaves),
    }
}

/// The row above `row`.
fn above(row: &[B256], default: B256) -> Vec<B256> {
    let parent = |pair: &[B256]| match *pair {
        [left, right] => hash_pair(left, right),
        [left] => hash_pair(left, default),
        _ => default,
    };
    row.chunks(2).map(parent).collect()
}

fn default_leaf() -> B256 {
    keccak256([0; 32])
}

#[cfg(test)]
mod tests;
