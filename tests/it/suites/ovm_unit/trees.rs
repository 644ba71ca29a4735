//! Roots of `Lib_MerkleTree`. Leaf `i` is the hash of `i` in as few bytes as hold it, of one byte for 0.

use super::super::Report;
use super::values::{hash, list};
use crate::files::{Files, json};
use metis_light::primitives::ovm_merkle::{OvmMerkleError, branch, branch_length, root, verify};
use metis_light::primitives::{B256, U256, keccak256};

pub(super) fn run(files: &Files, report: &mut Report) {
    for (path, bytes) in files.matching("ovm_unit/derived_Lib_MerkleTree_roots", ".json") {
        for case in list(&json(path, bytes)["roots"]) {
            let size = case["size"].as_u64().expect("a size");
            judge(&format!("{path} size {size}"), size, hash(&case["root"]), report);
        }
    }
}

fn judge(name: &str, size: u64, expected: B256, report: &mut Report) {
    let leaves: Vec<B256> = (0..size).map(leaf).collect();
    assert_eq!(root(&leaves), Ok(expected), "{name}");
    report.cases += 1;
    for index in [0, 1, size / 2, size.saturating_sub(2), size - 1] {
        let Some(&leaf) = usize::try_from(index).ok().and_then(|index| leaves.get(index)) else { continue };
        let siblings = branch(&leaves, usize::try_from(index).expect("it fits")).expect("the leaf is there");
        assert_eq!(siblings.len(), branch_length(size), "{name}");
        assert_eq!(verify(expected, leaf, index, &siblings, size), Ok(()), "{name} leaf {index}");
        report.cases += 1;
        report.refused += spoiled(name, expected, leaf, index, &siblings, size);
    }
}

fn spoiled(name: &str, root: B256, leaf: B256, index: u64, siblings: &[B256], size: u64) -> usize {
    let other = |hash: B256| hash ^ B256::with_last_byte(1);
    let mut verdicts = vec![
        (Wanted::Root, verify(root, other(leaf), index, siblings, size)),
        (Wanted::Root, verify(other(root), leaf, index, siblings, size)),
        (Wanted::Count, verify(root, leaf, index, &[siblings, &[leaf]].concat(), size)),
        (Wanted::Range, verify(root, leaf, size, siblings, size)),
        (Wanted::Range, verify(root, leaf, u64::MAX, siblings, size)),
        (Wanted::Empty, verify(root, leaf, index, siblings, 0)),
    ];
    for place in 0..siblings.len() {
        let mut twin = siblings.to_vec();
        twin[place] = other(twin[place]);
        verdicts.push((Wanted::Root, verify(root, leaf, index, &twin, size)));
        twin.remove(place);
        verdicts.push((Wanted::Count, verify(root, leaf, index, &twin, size)));
        let place = u32::try_from(place).expect("a branch is short");
        let moved = index ^ (1 << place);
        let wanted = if moved < size { Wanted::Root } else { Wanted::Range };
        verdicts.push((wanted, verify(root, leaf, moved, siblings, size)));
    }
    for (wanted, verdict) in &verdicts {
        assert!(wanted.is(verdict), "{name} leaf {index}: {wanted:?} is wanted, not {verdict:?}");
    }
    verdicts.len()
}

#[derive(Debug)]
enum Wanted {
    Count,
    Empty,
    Range,
    Root,
}

impl Wanted {
    const fn is(&self, verdict: &Result<(), OvmMerkleError>) -> bool {
        matches!(
            (self, verdict),
            (Self::Count, Err(OvmMerkleError::SiblingCount { .. }))
                | (Self::Empty, Err(OvmMerkleError::Empty))
                | (Self::Range, Err(OvmMerkleError::IndexOutOfRange { .. }))
                | (Self::Root, Err(OvmMerkleError::RootMismatch { .. }))
        )
    }
}

fn leaf(number: u64) -> B256 {
    let digits = U256::from(number).to_be_bytes_trimmed_vec();
    keccak256(if digits.is_empty() { vec![0] } else { digits })
}
