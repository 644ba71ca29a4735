//! One trie node, read strictly.

use super::HASH_SIZE;
use super::nibbles::Nibbles;
use crate::primitives::rlp::{Item, Items, RlpError};
use alloy_primitives::B256;

/// A rule of the trie that a node breaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NodeError {
    /// A reference to a child is neither empty, nor a hash, nor a node that fits.
    #[error("a child is empty, a hash of 32 bytes or a node of less, not {got} bytes")]
    ChildLength {
        /// The reference's length in bytes.
        got: usize,
    },
    /// A leaf holds the empty string, which stands for no value.
    #[error("a leaf must not hold an empty value")]
    EmptyLeaf,
    /// An extension without nibbles, or without a child.
    #[error("an extension has at least one nibble and a child")]
    EmptyExtension,
    /// An extension leads to something else than a branch.
    #[error("an extension must lead to a branch")]
    ExtensionWithoutBranch,
    /// The hex-prefix of a path is not one of the four forms.
    #[error("path prefix {got:#04x} is none of 0x00, 0x1_, 0x20, 0x3_")]
    HexPrefix {
        /// The path's first byte, 0 where it is empty.
        got: u8,
    },
    /// A node is neither a pair nor a list of 17.
    #[error("a node has 2 or 17 items, not {got}")]
    ItemCount {
        /// How many it has; counted to 18 at most.
        got: usize,
    },
    /// A branch that should have been merged with its only entry.
    #[error("a branch has two entries or more, not {got}")]
    LonelyBranch {
        /// How many entries it has.
        got: usize,
    },
    /// The bytes are not canonical RLP.
    #[error(transparent)]
    Rlp(#[from] RlpError),
    /// A node named by its hash is so short that it belongs inside its parent.
    #[error("a node of {got} bytes stands inside its parent, not behind a hash")]
    ShortNodeByHash {
        /// The node's length in bytes.
        got: usize,
    },
}

/// A node, of whose children only the wanted one is kept.
#[derive(Debug)]
pub(super) enum Node<'a> {
    Branch { chosen: Child<'a>, value: Option<&'a [u8]> },
    Extension { nibbles: Nibbles<'a>, child: Child<'a> },
    Leaf { nibbles: Nibbles<'a>, value: &'a [u8] },
}

/// How a node names another.
#[derive(Clone, Copy, Debug)]
pub(super) enum Child<'a> {
    Empty,
    Hash(&'a B256),
    Inline(&'a [u8]),
}

impl<'a> Node<'a> {
    /// Reads a node; of a branch's children it keeps the one at `nibble`.
    pub(super) fn parse(bytes: &'a [u8], nibble: Option<u8>) -> Result<Self, NodeError> {
        let items = Item::parse(bytes)?.list()?;
        let mut rest = items;
        let first = next(&mut rest, 0)?;
        let second = next(&mut rest, 1)?;
        if rest.is_empty() {
            return Self::pair(first.string()?, second);
        }
        Self::branch(items, nibble)
    }

    fn pair(path: &'a [u8], item: Item<'a>) -> Result<Self, NodeError> {
        let (is_leaf, nibbles) = hex_prefix(path)?;
        if is_leaf {
            return match item.string()? {
                [] => Err(NodeError::EmptyLeaf),
                value => Ok(Self::Leaf { nibbles, value }),
            };
        }
        match Child::parse(item)? {
            Child::Empty => Err(NodeError::EmptyExtension),
            _ if nibbles.is_empty() => Err(NodeError::EmptyExtension),
            child => {
                if let Child::Inline(inner) = child {
                    check_is_branch(inner)?;
                }
                Ok(Self::Extension { nibbles, child })
            }
        }
    }

    fn branch(mut items: Items<'a>, nibble: Option<u8>) -> Result<Self, NodeError> {
        let (mut chosen, mut entries) = (Child::Empty, 0_usize);
        for place in 0..16 {
            let child = match items.empty_or_word() {
                Some(word) => Child::name(word)?,
                None => Child::parse(next(&mut items, usize::from(place))?)?,
            };
            if !matches!(child, Child::Empty) {
                entries = entries.saturating_add(1);
            }
            if nibble == Some(place) {
                chosen = child;
            }
        }
        let value = next(&mut items, 16)?.string()?;
        let value = (!value.is_empty()).then_some(value);
        entries = entries.saturating_add(usize::from(value.is_some()));
        if !items.is_empty() {
            return Err(NodeError::ItemCount { got: 18 });
        }
        if entries < 2 {
            return Err(NodeError::LonelyBranch { got: entries });
        }
        Ok(Self::Branch { chosen, value })
    }
}

impl<'a> Child<'a> {
    /// Reads a reference. A node that stands inside is read through, so that nothing in a listed node stays unchecked;
    /// the recursion ends because what is inside is shorter than 32 bytes and than what it is in.
    fn parse(item: Item<'a>) -> Result<Self, NodeError> {
        if item.is_list() {
            let bytes = item.raw();
            if bytes.len() >= HASH_SIZE {
                return Err(NodeError::ChildLength { got: bytes.len() });
            }
            Node::parse(bytes, None)?;
            return Ok(Self::Inline(bytes));
        }
        Self::name(item.string()?)
    }

    /// Reads a reference that is no node.
    fn name(bytes: &'a [u8]) -> Result<Self, NodeError> {
        match bytes {
            [] => Ok(Self::Empty),
            bytes => match <&B256>::try_from(bytes) {
                Ok(hash) => Ok(Self::Hash(hash)),
                Err(_) => Err(NodeError::ChildLength { got: bytes.len() }),
            },
        }
    }
}

fn check_is_branch(bytes: &[u8]) -> Result<(), NodeError> {
    match Node::parse(bytes, None)? {
        Node::Branch { .. } => Ok(()),
        _ => Err(NodeError::ExtensionWithoutBranch),
    }
}

/// The item at `place` of a node that may be shorter than a node can be.
fn next<'a>(items: &mut Items<'a>, place: usize) -> Result<Item<'a>, NodeError> {
    if items.is_empty() {
        return Err(NodeError::ItemCount { got: place });
    }
    Ok(items.item()?)
}

/// Hex-prefix encoding: whether the path ends in a leaf, and its nibbles.
fn hex_prefix(path: &[u8]) -> Result<(bool, Nibbles<'_>), NodeError> {
    let &prefix = path.first().ok_or(NodeError::HexPrefix { got: 0 })?;
    let even = path.get(1..).unwrap_or_default();
    match prefix {
        0x00 => Ok((false, Nibbles::of(even))),
        0x10..=0x1f => Ok((false, Nibbles::from_low_half(path))),
        0x20 => Ok((true, Nibbles::of(even))),
        0x30..=0x3f => Ok((true, Nibbles::from_low_half(path))),
        got => Err(NodeError::HexPrefix { got }),
    }
}
