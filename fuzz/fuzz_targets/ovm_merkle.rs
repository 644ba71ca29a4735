//! The batch tree: root, branch and check agree on every leaf, and on nothing else.

#![no_main]

use alloy_primitives::B256;
use libfuzzer_sys::fuzz_target;
use metis_light::primitives::ovm_merkle;
use metis_light_fuzz::Input;

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input(bytes);
    let (count, index, place) = (usize::from(input.byte()) + 1, usize::from(input.byte()), usize::from(input.byte()));
    let leaves: Vec<B256> = (0..count).map(|_| B256::new(input.word())).collect();
    let root = ovm_merkle::root(&leaves).expect("there is a leaf");
    let Ok(branch) = ovm_merkle::branch(&leaves, index) else {
        assert!(index >= count);
        return;
    };
    let (leaf, index, size) = (leaves[index], index as u64, count as u64);
    assert_eq!(branch.len(), ovm_merkle::branch_length(size));
    assert_eq!(ovm_merkle::verify(root, leaf, index, &branch, size), Ok(()));

    let other = |hash: B256| B256::new(hash.0.map(|byte| byte ^ 1));
    assert!(ovm_merkle::verify(other(root), leaf, index, &branch, size).is_err());
    assert!(ovm_merkle::verify(root, other(leaf), index, &branch, size).is_err());
    assert!(ovm_merkle::verify(root, leaf, index, &branch, index).is_err());
    assert!(ovm_merkle::verify(root, leaf, index, &[&branch[..], &[leaf]].concat(), size).is_err());
    if !branch.is_empty() {
        let mut spoiled = branch.clone();
        let place = place % spoiled.len();
        spoiled[place] = other(spoiled[place]);
        assert!(ovm_merkle::verify(root, leaf, index, &spoiled, size).is_err());
        assert!(ovm_merkle::verify(root, leaf, index, &branch[1..], size).is_err());
    }
});
