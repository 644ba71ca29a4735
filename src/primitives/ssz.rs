//! Simple Serialize: SHA-256 Merkle trees, branches, and a strict reader of containers.
//!
//! Only what light-client objects need: containers of fixed fields, in which some fields may be of variable size and then
//! stand behind all others, found by offsets. There is one encoding of a value: the first offset is the length of the
//! fixed part, offsets do not fall, nothing is left over, and nothing is longer than its limit.
//!
//! What can go wrong: an offset that points back lets one field's bytes be read as another's; a branch of a length that the
//! prover chooses lets an inner node pass for a leaf. Both are refused: lengths come from the fork's rules.
//!
//! Source: consensus-specs `ssz/simple-serialize.md`, `ssz/merkle-proofs.md`.

use super::B256;
use sha2::{Digest, Sha256};

/// A way in which bytes are not the SSZ they should be.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SszError {
    /// Bits are set beyond the end of a bit vector.
    #[error("ssz bit vector has bits set beyond its {len} bits")]
    Bits {
        /// Its length, in bits.
        len: usize,
    },
    /// An offset is not where the part before it ends.
    #[error("ssz offset is {got}, expected {expected}")]
    Offset {
        /// The offset.
        got: usize,
        /// Where the fixed part ends, or the least that it may be.
        expected: usize,
    },
    /// The bytes end before the value does.
    #[error("ssz value ends early: {got} bytes are there, it needs {expected}")]
    Short {
        /// Bytes that are left.
        got: usize,
        /// Bytes that are needed.
        expected: usize,
    },
    /// A list is longer than its type allows.
    #[error("ssz list has {got} elements, at most {limit} are allowed")]
    TooLong {
        /// Its length.
        got: usize,
        /// The limit.
        limit: usize,
    },
    /// Bytes follow the value.
    #[error("ssz value is followed by {extra} bytes")]
    Trailing {
        /// How many.
        extra: usize,
    },
}

/// SHA-256.
pub fn hash_bytes(bytes: &[u8]) -> B256 {
    B256::new(Sha256::digest(bytes).into())
}

/// SHA-256 of two nodes.
pub fn hash_nodes(left: B256, right: B256) -> B256 {
    let mut hasher = Sha256::new();
    hasher.update(left);
    hasher.update(right);
    B256::new(hasher.finalize().into())
}

/// The root over some leaves, filled up with zero leaves to a power of two.
pub fn merkle_root(mut nodes: Vec<B256>) -> B256 {
    nodes.resize(nodes.len().next_power_of_two(), B256::ZERO);
    while nodes.len() > 1 {
        nodes = nodes.chunks(2).map(parent).collect();
    }
    nodes.first().copied().unwrap_or_default()
}

fn parent(pair: &[B256]) -> B256 {
    match pair {
        [left, right] => hash_nodes(*left, *right),
        // The number of nodes is a power of two above one.
        _ => B256::ZERO,
    }
}

/// The root of a vector of bytes.
pub fn bytes_root(bytes: &[u8]) -> B256 {
    merkle_root(bytes.chunks(32).map(B256::right_padding_from).collect())
}

/// The leaf of an integer.
pub fn uint_leaf(number: u64) -> B256 {
    B256::right_padding_from(&number.to_le_bytes())
}

/// Whether `leaf` stands at a generalized index under `root`: `is_valid_merkle_branch`.
///
/// The branch lists siblings from the leaf upward, and has as many nodes as the index is deep.
pub fn is_valid_merkle_branch(leaf: B256, branch: &[B256], gindex: u64, root: B256) -> bool {
    let mut index = gindex;
    let mut node = leaf;
    for sibling in branch {
        // A branch that is too long.
        if index <= 1 {
            return false;
        }
        node = if index & 1 == 1 { hash_nodes(*sibling, node) } else { hash_nodes(node, *sibling) };
        index >>= 1;
    }
    index == 1 && node == root
}

/// `is_valid_normalized_merkle_branch`: as [`is_valid_merkle_branch`], but a branch from a shallower fork may have been
/// brought to the length of a deeper one by zero nodes at its start.
pub fn is_valid_normalized_merkle_branch(leaf: B256, branch: &[B256], gindex: u64, root: B256) -> bool {
    let depth = gindex.checked_ilog2().unwrap_or_default();
    let extra = branch.len().saturating_sub(depth as usize);
    let (padding, branch) = branch.split_at(extra);
    padding.iter().all(B256::is_zero) && is_valid_merkle_branch(leaf, branch, gindex, root)
}

/// Reads the fixed part of a container.
#[derive(Debug)]
pub(crate) struct Container<'a> {
    bytes: &'a [u8],
    at: usize,
    offsets: Vec<usize>,
    /// What was missing first: all that comes after it fails alike.
    missing: Option<SszError>,
}

/// A field of a container that may be of variable size, and then stands behind the fixed part.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part<'a> {
    /// It is of fixed size and here.
    Here(&'a [u8]),
    /// It is the part of variable size with this number.
    Behind(usize),
}

impl<'a> Container<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, offsets: Vec::new(), missing: None }
    }

    /// Whether everything is read.
    pub(crate) const fn is_empty(&self) -> bool {
        self.at == self.bytes.len()
    }

    /// The next bytes of the fixed part.
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], SszError> {
        let left = self.bytes.get(self.at..).unwrap_or_default();
        match (self.missing, left.get(..count)) {
            (None, Some(taken)) => {
                self.at = self.at.saturating_add(count);
                Ok(taken)
            }
            (missing, _) => {
                Err(*self.missing.insert(missing.unwrap_or(SszError::Short { got: left.len(), expected: count })))
            }
        }
    }

    /// The next bytes, or zeros: that they are missing is told at the [end](Self::end), which costs the WebAssembly less than
    /// to ask at each field.
    #[inline(never)]
    pub(crate) fn next<const N: usize>(&mut self) -> [u8; N] {
        self.fixed().unwrap_or([0; N])
    }

    pub(crate) fn next_hash(&mut self) -> B256 {
        B256::new(self.next())
    }

    pub(crate) fn next_uint(&mut self) -> u64 {
        u64::from_le_bytes(self.next())
    }

    pub(crate) fn fixed<const N: usize>(&mut self) -> Result<[u8; N], SszError> {
        let bytes = self.take(N)?;
        bytes.try_into().map_err(|_| SszError::Short { got: bytes.len(), expected: N })
    }

    pub(crate) fn hash(&mut self) -> Result<B256, SszError> {
        self.fixed().map(B256::new)
    }

    pub(crate) fn uint(&mut self) -> Result<u64, SszError> {
        self.fixed().map(u64::from_le_bytes)
    }

    pub(crate) fn hashes(&mut self, count: usize) -> Result<Vec<B256>, SszError> {
        (0..count).map(|_| self.hash()).collect()
    }

    /// A field of a fixed size, or of variable size where there is none.
    pub(crate) fn part(&mut self, size: Option<usize>) -> Result<Part<'a>, SszError> {
        if let Some(size) = size {
            return self.take(size).map(Part::Here);
        }
        let offset = self.fixed().map(u32::from_le_bytes)? as usize;
        self.offsets.push(offset);
        Ok(Part::Behind(self.offsets.len().saturating_sub(1)))
    }

    /// Ends the fixed part: the parts of variable size, in order.
    pub(crate) fn end(self) -> Result<Vec<&'a [u8]>, SszError> {
        if let Some(missing) = self.missing {
            return Err(missing);
        }
        let mut least = self.at;
        if let Some(first) = self.offsets.first()
            && *first != least
        {
            return Err(SszError::Offset { got: *first, expected: least });
        }
        if self.offsets.is_empty() {
            return match self.bytes.len().saturating_sub(self.at) {
                0 => Ok(Vec::new()),
                extra => Err(SszError::Trailing { extra }),
            };
        }
        let ends = self.offsets.iter().copied().skip(1).chain([self.bytes.len()]);
        let mut parts = Vec::with_capacity(self.offsets.len());
        for end in ends {
            let part = self.bytes.get(least..end).ok_or(SszError::Offset { got: end, expected: least })?;
            parts.push(part);
            least = end;
        }
        Ok(parts)
    }
}

impl<'a> Part<'a> {
    /// The field's bytes, given the parts of variable size.
    pub(crate) fn bytes(self, parts: &[&'a [u8]]) -> &'a [u8] {
        match self {
            Self::Here(bytes) => bytes,
            Self::Behind(number) => parts.get(number).copied().unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests;
