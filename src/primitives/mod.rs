//! The ground floor: values and pure functions that every floor above may name.
//!
//! Nothing here knows of Ethereum's consensus, of Metis or of trust, with one exception: a [`StateRoot`] is a trie root
//! worth reading under, and only the trusted roots of the floors above hand one out.

pub(crate) mod abi;
pub mod bls;
pub(crate) mod decimal;
pub mod ecdsa;
pub mod header;
pub mod json;
pub mod mpt;
pub mod ovm_merkle;
pub mod rlp;
pub mod ssz;
pub mod storage_slot;

pub use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
pub use storage_slot::StorageSlot;

/// Seconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct UnixTime(pub u64);

/// The root of a state trie that something above vouches for.
///
/// ```compile_fail
/// // Nobody outside the crate makes one from a hash.
/// metis_light::primitives::StateRoot::new(metis_light::primitives::B256::ZERO);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StateRoot(B256);

impl StateRoot {
    pub(crate) const fn new(root: B256) -> Self {
        Self(root)
    }

    /// The root's hash.
    pub const fn hash(&self) -> B256 {
        self.0
    }
}
