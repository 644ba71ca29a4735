//! Where Solidity keeps a variable.
//!
//! A key that is proven comes from the question, so slots are computed here and never taken from a reply. Layout rules:
//! Solidity documentation, "Layout of State Variables in Storage".

use super::decimal::parse_quantity;
use alloy_primitives::{Address, B256, U256, keccak256};

/// A 32-byte storage key as contracts name it; its path in the trie is the hash of it.
///
/// Not to be confused with the beacon chain's slot, which is time.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct StorageSlot(pub B256);

impl StorageSlot {
    /// The slot of the `n`-th declared variable.
    pub const fn at(n: u64) -> Self {
        Self(B256::new(U256::from_limbs([n, 0, 0, 0]).to_be_bytes()))
    }

    /// `keccak256(key ‖ slot)`: the entry of a mapping that stands at this slot.
    pub fn entry(self, key: B256) -> Self {
        Self(hash_pair(key, self.0))
    }

    /// The entry of a mapping keyed by address.
    pub fn entry_of(self, key: Address) -> Self {
        self.entry(key.into_word())
    }

    /// The entry of a mapping keyed by an unsigned integer.
    pub fn entry_at(self, key: u64) -> Self {
        self.entry(Self::at(key).0)
    }

    /// `keccak256(slot)`: where the elements of a dynamic array at this slot begin.
    pub fn elements(self) -> Self {
        Self(keccak256(self.0))
    }

    /// The slot `n` after this one, modulo 2^256 as in the EVM.
    pub fn offset(self, n: u64) -> Self {
        let slot = U256::from_be_bytes(self.0.0).wrapping_add(U256::from(n));
        Self(B256::new(slot.to_be_bytes()))
    }

    /// The key of the storage trie.
    pub fn trie_key(self) -> B256 {
        keccak256(self.0)
    }
}

impl From<u64> for StorageSlot {
    fn from(n: u64) -> Self {
        Self::at(n)
    }
}

/// Not a slot: neither a decimal number nor hex with `0x`, or above 2^256 - 1.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no slot: it must be a decimal number, or hex with 0x, below 2^256")]
pub struct NoSlot;

impl core::str::FromStr for StorageSlot {
    type Err = NoSlot;

    fn from_str(text: &str) -> Result<Self, NoSlot> {
        parse_quantity(text).map(|slot| Self(slot.into())).ok_or(NoSlot)
    }
}

impl core::fmt::Display for StorageSlot {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.fmt(f)
    }
}

/// keccak256 of two words, as inner nodes of a Merkle tree and mapping entries need it.
pub(crate) fn hash_pair(left: B256, right: B256) -> B256 {
    let mut pair = [0; 64];
    let (first, second) = pair.split_at_mut(32);
    first.copy_from_slice(left.as_slice());
    second.copy_from_slice(right.as_slice());
    keccak256(pair)
}

#[cfg(test)]
mod tests;
