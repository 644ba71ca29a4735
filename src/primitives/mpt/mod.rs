//! Merkle-Patricia trie proofs (Ethereum yellow paper, appendix D), inclusion and exclusion, and roots over known entries.
//!
//! A proof is the list of nodes from the root towards the key. Each is hashed and compared with what its parent names, so
//! nothing in it is believed; a child shorter than 32 bytes stands inside its parent and is no item of the list.
//!
//! What can go wrong: a verifier that tolerates a second encoding of a node, stops before the key ends, skips a node or
//! leaves one unread can be led to call a present key absent. So the walk accepts one form only: canonical RLP and
//! hex-prefix, a trie that Ethereum could have built (a branch has two entries or more, an extension leads to a branch,
//! no empty value is kept, what fits inside its parent stands there), and every node used exactly once.

mod build;
mod nibbles;
mod node;

pub use build::{ordered_root, root};

use alloy_primitives::{B256, b256, keccak256};
use nibbles::Nibbles;
use node::{Child, Node};

/// `keccak256(rlp(""))`: the root of a trie without entries.
pub const EMPTY_ROOT: B256 = b256!("0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");

/// A path of 64 nibbles passes 64 inner nodes at most and ends in one more.
pub const MAX_NODES: usize = 65;

/// What a node needs besides its value: a branch of 16 hashes has 532 bytes, a leaf with a path of 32 bytes 40.
const NODE_OVERHEAD: usize = 540;

/// A node shorter than this stands inside its parent.
const HASH_SIZE: usize = 32;

/// A way in which nodes are not a proof. `depth` counts the nodes of the list from the root, 0.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// A node is not the one that its parent, or the root, names.
    #[error("trie node {depth} has hash {got}, expected {expected}")]
    HashMismatch {
        /// The node's place in the list.
        depth: usize,
        /// Its hash.
        got: B256,
        /// The hash that is wanted there.
        expected: B256,
    },
    /// The list ends before the path does.
    #[error("trie node {depth} is missing: {expected} is wanted there")]
    MissingNode {
        /// The place where the list ends.
        depth: usize,
        /// The hash that is wanted there.
        expected: B256,
    },
    /// The trie breaks a rule of how tries are built.
    #[error("trie node {depth} is not canonical: {rule}")]
    NotCanonical {
        /// The place of the node, or of the listed node that it stands in.
        depth: usize,
        /// The rule.
        rule: NodeError,
    },
    /// A node is longer than anything a proof of this kind holds.
    #[error("trie node {depth} has {got} bytes, at most {limit} are allowed")]
    NodeTooLong {
        /// The node's place in the list.
        depth: usize,
        /// Its length.
        got: usize,
        /// The limit.
        limit: usize,
    },
    /// The list is longer than any path.
    #[error("trie proof has {got} nodes, at most {limit} are allowed")]
    TooManyNodes {
        /// How many there are.
        got: usize,
        /// [`MAX_NODES`].
        limit: usize,
    },
    /// The list goes on after the path ended.
    #[error("trie proof has {got} nodes, its path uses {used}")]
    UnusedNodes {
        /// How many there are.
        got: usize,
        /// How many the path needs.
        used: usize,
    },
}

pub use node::NodeError;

/// Shows what a trie with this `root` holds under `key`: the value, or `None` where the key is proven absent.
///
/// `max_value` bounds the value's length in bytes, and with it every node's.
///
/// # Errors
/// [`ProofError`] where `nodes` are not exactly the path of `key` in such a trie.
pub fn verify<'a, N: AsRef<[u8]>>(
    root: B256,
    key: &[u8],
    nodes: &'a [N],
    max_value: usize,
) -> Result<Option<&'a [u8]>, ProofError> {
    let walk = Walk::to(root, key, nodes, max_value)?;
    match walk.used {
        used if used < nodes.len() => Err(ProofError::UnusedNodes { got: nodes.len(), used }),
        _ => Ok(walk.value),
    }
}

/// Where a walk through `nodes` ends.
pub(crate) struct Walk<'a> {
    /// The value, or `None` where the key is absent.
    pub(crate) value: Option<&'a [u8]>,
    /// How many nodes of the list the path uses; the rest is for the caller to judge.
    pub(crate) used: usize,
    /// The nodes on the path that stand inside their parents.
    pub(crate) inlined: Vec<&'a [u8]>,
}

impl<'a> Walk<'a> {
    /// Walks from `root` towards `key`.
    pub(crate) fn to<N: AsRef<[u8]>>(
        root: B256,
        key: &[u8],
        nodes: &'a [N],
        max_value: usize,
    ) -> Result<Self, ProofError> {
        if nodes.len() > MAX_NODES {
            return Err(ProofError::TooManyNodes { got: nodes.len(), limit: MAX_NODES });
        }
        if root == EMPTY_ROOT {
            return Ok(Self { value: None, used: empty_proof(nodes), inlined: Vec::new() });
        }
        let mut walk = Self { value: None, used: 0, inlined: Vec::new() };
        walk.run(root, Nibbles::of(key), nodes, max_value)?;
        Ok(walk)
    }

    /// Ends, because every turn takes a node off the list or one that lies inside the node before.
    fn run<N: AsRef<[u8]>>(
        &mut self,
        root: B256,
        mut path: Nibbles<'_>,
        nodes: &'a [N],
        max_value: usize,
    ) -> Result<(), ProofError> {
        let mut bytes = self.take(nodes, root, max_value)?;
        let mut branch_is_due = false;
        loop {
            let depth = self.used.saturating_sub(1);
            let node = Node::parse(bytes, path.first()).map_err(|rule| ProofError::NotCanonical { depth, rule })?;
            if branch_is_due && !matches!(node, Node::Branch { .. }) {
                return Err(ProofError::NotCanonical { depth, rule: NodeError::ExtensionWithoutBranch });
            }
            branch_is_due = matches!(node, Node::Extension { .. });
            let child = match node {
                Node::Branch { chosen, value } => {
                    if !path.skip() {
                        self.value = value;
                        return Ok(());
                    }
                    chosen
                }
                Node::Extension { nibbles, child } => {
                    if !path.strip(nibbles) {
                        return Ok(());
                    }
                    child
                }
                Node::Leaf { nibbles, value } => {
                    self.value = (path == nibbles).then_some(value);
                    return Ok(());
                }
            };
            bytes = match child {
                Child::Empty => return Ok(()),
                Child::Hash(expected) => self.take(nodes, *expected, max_value)?,
                Child::Inline(bytes) => {
                    self.inlined.push(bytes);
                    bytes
                }
            };
        }
    }

    /// Takes the next node off the list, if it is the one with this hash.
    fn take<N: AsRef<[u8]>>(
        &mut self,
        nodes: &'a [N],
        expected: B256,
        max_value: usize,
    ) -> Result<&'a [u8], ProofError> {
        let depth = self.used;
        let bytes = nodes.get(depth).ok_or(ProofError::MissingNode { depth, expected })?.as_ref();
        let limit = max_value.saturating_add(NODE_OVERHEAD);
        if bytes.len() > limit {
            return Err(ProofError::NodeTooLong { depth, got: bytes.len(), limit });
        }
        let got = keccak256(bytes);
        if got != expected {
            return Err(ProofError::HashMismatch { depth, got, expected });
        }
        if depth > 0 && bytes.len() < HASH_SIZE {
            return Err(ProofError::NotCanonical { depth, rule: NodeError::ShortNodeByHash { got: bytes.len() } });
        }
        self.used = depth.saturating_add(1);
        Ok(bytes)
    }
}

/// An empty trie is shown by no node, or by its root node, the empty string, as some servers do.
fn empty_proof<N: AsRef<[u8]>>(nodes: &[N]) -> usize {
    match nodes.first() {
        Some(node) if node.as_ref() == [alloy_rlp::EMPTY_STRING_CODE] => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
