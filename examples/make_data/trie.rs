//! A small secure trie with proofs, built by another implementation than the one that is to be tested.

use alloy_trie::proof::{ProofRetainer, verify_proof};
use alloy_trie::{HashBuilder, Nibbles};
use metis_light::primitives::{B256, Bytes, mpt};
use std::collections::BTreeMap;

/// Leaves under the hashes of their keys.
#[derive(Debug, Default)]
pub(crate) struct Trie {
    leaves: BTreeMap<B256, Vec<u8>>,
}

impl Trie {
    /// Puts a leaf at the hashed key `key`.
    pub(crate) fn insert(&mut self, key: B256, leaf: Vec<u8>) {
        self.leaves.insert(key, leaf);
    }

    pub(crate) fn len(&self) -> usize {
        self.leaves.len()
    }

    /// The root, on which both implementations agree.
    pub(crate) fn root(&self) -> B256 {
        let root = self.build(Vec::new()).root();
        let leaves = self.leaves.iter().map(|(key, leaf)| (key.to_vec(), leaf.clone())).collect();
        assert_eq!(root, mpt::root(&leaves));
        root
    }

    /// The nodes from the root towards the hashed key `key`, as `eth_getProof` lists them.
    pub(crate) fn proof(&self, key: B256) -> Vec<Bytes> {
        let path = Nibbles::unpack(key);
        let mut builder = self.build(vec![path]);
        let root = builder.root();
        let nodes: Vec<Bytes> =
            builder.take_proof_nodes().matching_nodes_sorted(&path).into_iter().map(|(_, node)| node).collect();
        verify_proof(root, path, self.leaves.get(&key).cloned(), &nodes).expect("its own proof holds");
        nodes
    }

    fn build(&self, targets: Vec<Nibbles>) -> HashBuilder {
        let mut builder = HashBuilder::default().with_proof_retainer(ProofRetainer::new(targets));
        for (key, leaf) in &self.leaves {
            builder.add_leaf(Nibbles::unpack(key), leaf);
        }
        builder
    }
}
