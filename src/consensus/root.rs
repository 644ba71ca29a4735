use crate::primitives::{B256, StateRoot, UnixTime};

/// How firmly L1 said so.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum L1Status {
    /// A sync committee signed for the head; it may still be reorganised away.
    Optimistic,
    /// Finalized by the beacon chain.
    Finalized,
}

/// The state root of an L1 block that a chain of sync committees from the checkpoint stands behind, with what its
/// execution header says besides.
///
/// ```compile_fail
/// // No rung is read from bytes, ...
/// let forged: metis_light::consensus::L1StateRoot = serde_json::from_str("{}").unwrap();
/// ```
/// ```compile_fail
/// // ... made by default ...
/// let forged = metis_light::consensus::L1StateRoot::default();
/// ```
/// ```compile_fail
/// // ... or made outside the test build from a header of one's own.
/// fn forge(header: &metis_light::primitives::header::Header) -> metis_light::consensus::L1StateRoot {
///     metis_light::consensus::L1StateRoot::for_tests(header, metis_light::consensus::L1Status::Finalized)
/// }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct L1StateRoot {
    state_root: StateRoot,
    transactions_root: B256,
    receipts_root: B256,
    number: u64,
    hash: B256,
    timestamp: UnixTime,
    status: L1Status,
}

impl L1StateRoot {
    /// Takes a header's word for it. Exists in the test build only.
    #[cfg(any(test, metis_light_test))]
    pub fn for_tests(header: &crate::primitives::header::Header, status: L1Status) -> Self {
        Self {
            state_root: StateRoot::new(header.state_root),
            transactions_root: header.transactions_root,
            receipts_root: header.receipts_root,
            number: header.number,
            hash: header.hash(),
            timestamp: UnixTime(header.timestamp),
            status,
        }
    }

    /// The state root.
    pub const fn state_root(&self) -> StateRoot {
        self.state_root
    }

    pub(crate) const fn transactions_root(&self) -> B256 {
        self.transactions_root
    }

    pub(crate) const fn receipts_root(&self) -> B256 {
        self.receipts_root
    }

    /// The L1 block's number.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The L1 block's hash.
    pub const fn hash(&self) -> B256 {
        self.hash
    }

    /// The L1 block's time, by which finality is judged.
    pub const fn timestamp(&self) -> UnixTime {
        self.timestamp
    }

    /// Whether the block is finalized.
    pub const fn status(&self) -> L1Status {
        self.status
    }
}
