use super::*;
use proptest::prelude::*;

fn leaf(n: usize) -> B256 {
    B256::with_last_byte(u8::try_from(n + 1).expect("few leaves"))
}

/// The root by the definition: the padded leaves in halves.
fn root(leaves: &[B256], depth: u32) -> B256 {
    if depth == 0 {
        return leaves.first().copied().unwrap_or_default();
    }
    let (left, right) = leaves.split_at(leaves.len().min(1 << (depth - 1)));
    hash_nodes(root(left, depth - 1), root(right, depth - 1))
}

#[test]
fn roots_are_over_the_next_power_of_two() {
    assert_eq!(merkle_root(Vec::new()), B256::ZERO);
    for count in 1..40_usize {
        let leaves: Vec<_> = (0..count).map(leaf).collect();
        assert_eq!(merkle_root(leaves.clone()), root(&leaves, count.next_power_of_two().ilog2()), "{count}");
    }
}

#[test]
fn a_branch_is_as_long_as_its_index_is_deep() {
    let leaves: Vec<_> = (0..8).map(leaf).collect();
    let tree = root(&leaves, 3);
    // The branch of leaf 5, generalized index 13.
    let branch = [leaves[4], root(&leaves[6..], 1), root(&leaves[..4], 2)];
    assert!(is_valid_merkle_branch(leaves[5], &branch, 13, tree));
    assert!(is_valid_normalized_merkle_branch(leaves[5], &branch, 13, tree));
    let pair = hash_nodes(leaves[4], leaves[5]);
    // An inner node passes for a leaf only at its own index.
    assert!(is_valid_merkle_branch(pair, &branch[1..], 6, tree));
    for (node, branch, gindex) in [
        (leaves[5], &branch[..], 12),
        (leaves[5], &branch[..], 5),
        (leaves[5], &branch[..], 29),
        (leaves[5], &branch[..2], 13),
        (pair, &branch[1..], 13),
        (leaves[4], &branch[..], 13),
        (tree, &[], 0),
        (tree, &[], 2),
    ] {
        assert!(!is_valid_merkle_branch(node, branch, gindex, tree), "{gindex}");
        assert!(!is_valid_normalized_merkle_branch(node, branch, gindex, tree), "{gindex}");
    }
    // The root stands at its own place.
    assert!(is_valid_merkle_branch(tree, &[], 1, tree));

    let padded = [&[B256::ZERO; 2][..], &branch].concat();
    assert!(is_valid_normalized_merkle_branch(leaves[5], &padded, 13, tree));
    assert!(!is_valid_merkle_branch(leaves[5], &padded, 13, tree));
    let mut filled = padded;
    filled[0] = B256::with_last_byte(1);
    assert!(!is_valid_normalized_merkle_branch(leaves[5], &filled, 13, tree));
}

#[test]
fn parts_of_variable_size_follow_one_another() {
    let bytes = |first: u32, second: u32| {
        let mut out = first.to_le_bytes().to_vec();
        out.extend(second.to_le_bytes());
        out.extend([1, 2, 3]);
        out
    };
    let read = |bytes: &[u8]| {
        let mut fields = Container::new(bytes);
        let (first, second) = (fields.part(None)?, fields.part(None)?);
        let parts = fields.end()?;
        Ok::<_, SszError>((first.bytes(&parts).to_vec(), second.bytes(&parts).to_vec()))
    };
    assert_eq!(read(&bytes(8, 9)), Ok((vec![1], vec![2, 3])));
    assert_eq!(read(&bytes(8, 8)), Ok((vec![], vec![1, 2, 3])));
    assert_eq!(read(&bytes(8, 11)), Ok((vec![1, 2, 3], vec![])));
    assert_eq!(read(&bytes(7, 9)), Err(SszError::Offset { got: 7, expected: 8 }));
    assert_eq!(read(&bytes(9, 9)), Err(SszError::Offset { got: 9, expected: 8 }));
    assert_eq!(read(&bytes(8, 7)), Err(SszError::Offset { got: 7, expected: 8 }));
    assert_eq!(read(&bytes(8, 12)), Err(SszError::Offset { got: 12, expected: 8 }));
    assert_eq!(read(&bytes(8, u32::MAX)), Err(SszError::Offset { got: 0xffff_ffff, expected: 8 }));
    assert_eq!(read(&[8, 0, 0]), Err(SszError::Short { got: 3, expected: 4 }));
}

#[test]
fn what_is_missing_first_is_told_at_the_end() {
    let bytes = [1; 44];
    let mut fields = Container::new(&bytes);
    assert_eq!((fields.next_hash(), fields.next_uint()), (B256::repeat_byte(1), 0x0101_0101_0101_0101));
    let short = SszError::Short { got: 4, expected: 8 };
    // Four bytes are there, and yet nothing is read any more.
    assert_eq!((fields.next_uint(), fields.next::<2>(), fields.take(1)), (0, [0; 2], Err(short)));
    assert_eq!(fields.end(), Err(short));
}

#[test]
fn nothing_may_be_left_over() {
    let mut fields = Container::new(&[1; 9]);
    assert_eq!(fields.uint(), Ok(0x0101_0101_0101_0101));
    assert_eq!(fields.end(), Err(SszError::Trailing { extra: 1 }));
}

proptest! {
    #[test]
    fn a_leaf_of_any_tree_has_its_branch_and_no_other(
        depth in 1_u32..6,
        place in any::<prop::sample::Index>(),
        spoil in any::<prop::sample::Index>(),
    ) {
        let leaves: Vec<_> = (0..1 << depth).map(leaf).collect();
        let place = place.index(leaves.len());
        let mut branch = Vec::new();
        let mut level = leaves.clone();
        let mut index = place;
        while level.len() > 1 {
            branch.push(level[index ^ 1]);
            level = level.chunks(2).map(|pair| hash_nodes(pair[0], pair[1])).collect();
            index /= 2;
        }
        let gindex = u64::try_from((1 << depth) + place).expect("small");
        prop_assert!(is_valid_merkle_branch(leaves[place], &branch, gindex, level[0]));
        prop_assert!(!is_valid_merkle_branch(leaves[place], &branch, gindex ^ 1, level[0]));
        let spoil = spoil.index(branch.len());
        branch[spoil].0[31] ^= 0x80;
        prop_assert!(!is_valid_merkle_branch(leaves[place], &branch, gindex, level[0]));
    }
}
