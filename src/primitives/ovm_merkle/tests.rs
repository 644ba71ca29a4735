use super::{MAX_LEAVES, OvmMerkleError, branch, branch_length, root, verify};
use crate::primitives::storage_slot::hash_pair;
use alloy_primitives::{B256, keccak256};

fn leaves(size: u64) -> Vec<B256> {
    (0..size).map(|index| keccak256(index.to_be_bytes())).collect()
}

fn other(hash: B256) -> B256 {
    hash ^ B256::with_last_byte(1)
}

#[test]
fn a_single_leaf_is_the_root() {
    let leaf = B256::repeat_byte(0x11);
    assert_eq!(root(&[leaf]), Ok(leaf));
    assert_eq!(branch(&[leaf], 0), Ok(vec![]));
    assert_eq!(verify(leaf, leaf, 0, &[], 1), Ok(()));
}

#[test]
fn a_missing_node_is_its_levels_default() {
    let [a, b, c] = [1, 2, 3].map(B256::repeat_byte);
    let default = keccak256([0; 32]);
    assert_eq!(root(&[a, b]), Ok(hash_pair(a, b)));
    assert_eq!(root(&[a, b, c]), Ok(hash_pair(hash_pair(a, b), hash_pair(c, default))));
    // Five leaves: on the second level a default pairs as well.
    let above = hash_pair(default, default);
    let left = hash_pair(hash_pair(a, b), hash_pair(c, a));
    assert_eq!(root(&[a, b, c, a, b]), Ok(hash_pair(left, hash_pair(hash_pair(b, default), above))));
}

#[test]
fn every_leaf_of_every_small_tree_is_proven_and_its_twins_are_not() {
    for size in 1..=70 {
        let leaves = leaves(size);
        let root = root(&leaves).expect("there are leaves");
        for (index, &leaf) in (0..).zip(&leaves) {
            let siblings = branch(&leaves, usize::try_from(index).expect("it fits")).expect("the leaf is there");
            assert_eq!(siblings.len(), branch_length(size));
            assert_eq!(verify(root, leaf, index, &siblings, size), Ok(()));
            spoiled(root, leaf, index, &siblings, size);
        }
    }
}

fn spoiled(root: B256, leaf: B256, index: u64, siblings: &[B256], size: u64) {
    let mismatch = |verdict| assert!(matches!(verdict, Err(OvmMerkleError::RootMismatch { .. })), "{verdict:?}");
    mismatch(verify(root, other(leaf), index, siblings, size));
    mismatch(verify(other(root), leaf, index, siblings, size));
    for place in 0..siblings.len() {
        let mut twin = siblings.to_vec();
        twin[place] = other(twin[place]);
        mismatch(verify(root, leaf, index, &twin, size));
        let mut shorter = siblings.to_vec();
        shorter.remove(place);
        let expected = OvmMerkleError::SiblingCount { got: shorter.len(), expected: siblings.len() };
        assert_eq!(verify(root, leaf, index, &shorter, size), Err(expected));
    }
    for moved in (0..size).filter(|moved| *moved != index) {
        mismatch(verify(root, leaf, moved, siblings, size));
    }
    let longer = [siblings, &[leaf]].concat();
    let expected = OvmMerkleError::SiblingCount { got: longer.len(), expected: siblings.len() };
    assert_eq!(verify(root, leaf, index, &longer, size), Err(expected));
    let expected = OvmMerkleError::IndexOutOfRange { index: size, size };
    assert_eq!(verify(root, leaf, size, siblings, size), Err(expected));
}

#[test]
fn the_mismatch_names_both_roots() {
    let [a, b] = [1, 2].map(B256::repeat_byte);
    let (got, expected) = (hash_pair(b, a), hash_pair(a, b));
    assert_eq!(verify(expected, b, 0, &[a], 2), Err(OvmMerkleError::RootMismatch { got, expected }));
}

#[test]
fn an_inner_node_is_no_leaf_of_the_same_tree() {
    let leaves = leaves(8);
    let siblings = branch(&leaves, 0).expect("the leaf is there");
    let inner = hash_pair(leaves[0], leaves[1]);
    let expected = OvmMerkleError::SiblingCount { got: 2, expected: 3 };
    assert_eq!(verify(root(&leaves).expect("leaves"), inner, 0, &siblings[1..], 8), Err(expected));
}

#[test]
fn a_default_is_a_leaf_only_below_the_size() {
    let leaves = leaves(3);
    let root = root(&leaves).expect("leaves");
    let siblings = [leaves[2], hash_pair(leaves[0], leaves[1])];
    let default = keccak256([0; 32]);
    assert_eq!(verify(root, default, 3, &siblings, 3), Err(OvmMerkleError::IndexOutOfRange { index: 3, size: 3 }));
    // The same branch under the size of another batch: that is why the size is proven with the root.
    assert_eq!(verify(root, default, 3, &siblings, 4), Ok(()));
}

#[test]
fn an_empty_tree_is_refused() {
    assert_eq!(root(&[]), Err(OvmMerkleError::Empty));
    assert_eq!(branch(&[], 0), Err(OvmMerkleError::Empty));
    assert_eq!(verify(B256::ZERO, B256::ZERO, 0, &[], 0), Err(OvmMerkleError::Empty));
}

#[test]
fn a_leaf_beyond_the_tree_has_no_branch() {
    assert_eq!(branch(&leaves(3), 3), Err(OvmMerkleError::IndexOutOfRange { index: 3, size: 3 }));
}

#[test]
fn the_largest_tree_has_sixteen_levels() {
    let most = vec![B256::ZERO; MAX_LEAVES];
    // All leaves alike: each level is one hash.
    let expected = (0..16).fold(B256::ZERO, |node, _| hash_pair(node, node));
    assert_eq!(root(&most), Ok(expected));
    let more = vec![B256::ZERO; MAX_LEAVES + 1];
    let refused = OvmMerkleError::TooManyLeaves { got: MAX_LEAVES + 1, limit: MAX_LEAVES };
    assert_eq!(root(&more), Err(refused.clone()));
    assert_eq!(branch(&more, 0), Err(refused));
}

#[test]
fn a_branch_is_as_long_as_the_tree_is_high() {
    let lengths = [(0, 0), (1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (8, 3), (9, 4), (1 << 16, 16), ((1 << 16) + 1, 17)];
    for (size, length) in lengths {
        assert_eq!(branch_length(size), length, "{size} leaves");
    }
    assert_eq!(branch_length(u64::MAX), 64);
    assert_eq!(branch_length(1 << 63), 63);
}
