//! A strict, zero-copy reader of RLP (Ethereum yellow paper, appendix B).
//!
//! Trie nodes and headers arrive from strangers and are authenticated by hash, so every value must have exactly one
//! encoding: a reader that tolerates a second one lets two byte strings pass for one thing. What is refused: lengths
//! that do not fit or have leading zeros, a long form where the short one would do, a single byte below 0x80 with a
//! prefix, and bytes after the end. Encoding is left to `alloy-rlp`.

use alloy_primitives::{Address, B256, U256};

/// A way in which bytes are not the RLP they should be.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RlpError {
    /// An integer has leading zero bytes.
    #[error("rlp integer has leading zeros")]
    LeadingZeros,
    /// A list has another number of items than its type.
    #[error("rlp list is wrong: it must have {expected} items")]
    ItemCount {
        /// The number of items that the type has.
        expected: usize,
    },
    /// A length is written in a form longer than needed.
    #[error("rlp length is not in its shortest form")]
    LongLength,
    /// A byte below 0x80 is written with a prefix.
    #[error("rlp byte below 0x80 has a prefix")]
    PrefixedByte,
    /// The bytes end before the item does.
    #[error("rlp item ends early: {got} bytes are there, it needs {expected}")]
    Short {
        /// Bytes that are left.
        got: usize,
        /// Bytes that the prefix announces.
        expected: usize,
    },
    /// Bytes follow the item.
    #[error("rlp item is followed by {extra} bytes")]
    Trailing {
        /// How many.
        extra: usize,
    },
    /// A list stands where a string must, or the other way round.
    #[error("rlp item is of the wrong kind: a {expected} is expected")]
    WrongKind {
        /// `list` or `string`.
        expected: &'static str,
    },
    /// A string of fixed size has another length, or an integer is too large.
    #[error("rlp string has {got} bytes, {expected} are allowed")]
    WrongLength {
        /// The string's length.
        got: usize,
        /// The length of the type.
        expected: usize,
    },
}

/// One item, still encoded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Item<'a> {
    raw: &'a [u8],
    payload: &'a [u8],
    is_list: bool,
}

impl<'a> Item<'a> {
    /// Reads `bytes` as exactly one item.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, RlpError> {
        let (item, rest) = split_item(bytes)?;
        match rest.len() {
            0 => Ok(item),
            extra => Err(RlpError::Trailing { extra }),
        }
    }

    /// The whole encoding, prefix included.
    pub const fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// Whether the item is a list.
    pub const fn is_list(&self) -> bool {
        self.is_list
    }

    /// The string's bytes.
    pub const fn string(&self) -> Result<&'a [u8], RlpError> {
        if self.is_list {
            return Err(RlpError::WrongKind { expected: "string" });
        }
        Ok(self.payload)
    }

    /// The list's items, to be read one by one.
    pub const fn list(&self) -> Result<Items<'a>, RlpError> {
        if !self.is_list {
            return Err(RlpError::WrongKind { expected: "list" });
        }
        Ok(Items { rest: self.payload })
    }
}

/// Reads `bytes` as exactly one list.
pub fn list(bytes: &[u8]) -> Result<Items<'_>, RlpError> {
    Item::parse(bytes)?.list()
}

/// The items of a list that have not been read yet.
#[derive(Clone, Copy, Debug)]
pub struct Items<'a> {
    rest: &'a [u8],
}

impl<'a> Items<'a> {
    /// Whether all items have been read.
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next item; its absence is [`RlpError::Short`].
    pub fn item(&mut self) -> Result<Item<'a>, RlpError> {
        let (item, rest) = split_item(self.rest)?;
        self.rest = rest;
        Ok(item)
    }

    /// The next item, if its first byte shows that it is the empty string or one of 32 bytes: what nearly all children of
    /// a trie node are.
    pub(crate) fn empty_or_word(&mut self) -> Option<&'a [u8]> {
        let length = match self.rest.first()? {
            0x80 => 1,
            0xa0 => 33,
            _ => return None,
        };
        let (item, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        item.get(1..)
    }

    /// The next item, a string.
    pub fn string(&mut self) -> Result<&'a [u8], RlpError> {
        self.item()?.string()
    }

    /// The next item, a list.
    pub fn list(&mut self) -> Result<Items<'a>, RlpError> {
        self.item()?.list()
    }

    /// The next item, a string of exactly `N` bytes.
    pub fn fixed<const N: usize>(&mut self) -> Result<[u8; N], RlpError> {
        fixed(self.string()?)
    }

    /// The next item, a hash.
    pub fn hash(&mut self) -> Result<B256, RlpError> {
        self.fixed().map(B256::new)
    }

    /// The next item, an address.
    pub fn address(&mut self) -> Result<Address, RlpError> {
        self.fixed().map(Address::new)
    }

    /// The next item, an address or the empty string.
    pub fn optional_address(&mut self) -> Result<Option<Address>, RlpError> {
        match self.string()? {
            [] => Ok(None),
            bytes => fixed(bytes).map(|bytes| Some(Address::new(bytes))),
        }
    }

    /// The next item, an integer below 2^64.
    pub fn u64(&mut self) -> Result<u64, RlpError> {
        let bytes = integer::<8>(self.string()?)?;
        Ok(u64::from_be_bytes(bytes))
    }

    /// The next item, an integer below 2^256.
    pub fn u256(&mut self) -> Result<U256, RlpError> {
        let bytes = integer::<32>(self.string()?)?;
        Ok(U256::from_be_bytes(bytes))
    }

    /// Ends a list of `expected` items: nothing may be left.
    pub const fn end(&self, expected: usize) -> Result<(), RlpError> {
        if self.rest.is_empty() { Ok(()) } else { Err(RlpError::ItemCount { expected }) }
    }
}

/// A string as exactly `N` bytes.
pub fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N], RlpError> {
    bytes.try_into().map_err(|_| RlpError::WrongLength { got: bytes.len(), expected: N })
}

/// A string as an integer of at most `N` bytes, padded on the left.
pub fn integer<const N: usize>(bytes: &[u8]) -> Result<[u8; N], RlpError> {
    if bytes.first() == Some(&0) {
        return Err(RlpError::LeadingZeros);
    }
    let mut padded = [0; N];
    N.checked_sub(bytes.len())
        .and_then(|start| padded.get_mut(start..))
        .ok_or(RlpError::WrongLength { got: bytes.len(), expected: N })?
        .copy_from_slice(bytes);
    Ok(padded)
}

/// Splits the first item off `bytes`.
fn split_item(bytes: &[u8]) -> Result<(Item<'_>, &[u8]), RlpError> {
    let &prefix = bytes.first().ok_or(RlpError::Short { got: 0, expected: 1 })?;
    let (header, length, is_list) = match prefix {
        0..=0x7f => (0, 1, false),
        0x80..=0xb7 => (1, usize::from(prefix.wrapping_sub(0x80)), false),
        0xb8..=0xbf => long_length(bytes, prefix.wrapping_sub(0xb7), false)?,
        0xc0..=0xf7 => (1, usize::from(prefix.wrapping_sub(0xc0)), true),
        0xf8..=0xff => long_length(bytes, prefix.wrapping_sub(0xf7), true)?,
    };
    let end = length.saturating_add(header);
    let short = RlpError::Short { got: bytes.len(), expected: end };
    let (raw, rest) = bytes.split_at_checked(end).ok_or(short)?;
    let payload = raw.get(header..).ok_or(short)?;
    if header == 1 && !is_list && matches!(payload, [0..=0x7f]) {
        return Err(RlpError::PrefixedByte);
    }
    Ok((Item { raw, payload, is_list }, rest))
}

/// Reads a length of `size` bytes behind the prefix; only lengths above 55 are written so.
fn long_length(bytes: &[u8], size: u8, is_list: bool) -> Result<(usize, usize, bool), RlpError> {
    let header = usize::from(size).saturating_add(1);
    let digits = bytes.get(1..header).ok_or(RlpError::Short { got: bytes.len(), expected: header })?;
    let length = integer::<8>(digits).map_err(|_| RlpError::LongLength)?;
    let length = usize::try_from(u64::from_be_bytes(length))
        .map_err(|_| RlpError::Short { got: bytes.len(), expected: usize::MAX })?;
    if length <= 55 {
        return Err(RlpError::LongLength);
    }
    Ok((header, length, is_list))
}

/// The encoding of a list whose items are encoded already.
pub fn encode_list(items: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(items.len().saturating_add(9));
    alloy_rlp::Header { list: true, payload_length: items.len() }.encode(&mut out);
    out.extend_from_slice(items);
    out
}

#[cfg(test)]
mod tests;
