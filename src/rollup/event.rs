use super::{BatchHeader, RollupError};
use crate::execution::Log;
use crate::primitives::{B256, U256, abi};
use alloy_primitives::b256;

/// The SCC's event for a new batch: where a header can be learnt. A hint; L1's storage decides.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StateBatchAppended {
    /// The L2 chain; one SCC may serve several, and no topic tells them apart.
    pub chain_id: U256,
    /// The batch's index.
    pub batch_index: U256,
    /// Its header.
    pub header: BatchHeader,
}

/// The SCC's event for a deletion: this batch and all later ones are gone.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StateBatchDeleted {
    /// The L2 chain.
    pub chain_id: U256,
    /// The index of the first batch that is gone.
    pub batch_index: U256,
    /// Its root.
    pub batch_root: B256,
}

impl StateBatchAppended {
    /// The event's first topic: `StateBatchAppended(uint256,uint256,bytes32,uint256,uint256,bytes)`.
    pub const TOPIC: B256 = b256!("0xbaa1d762384057169afd12b625998a5a7ed502c2e229acdbead30f3f6496399d");

    /// Reads the event; the caller sees to it that the SCC emitted the log.
    ///
    /// # Errors
    /// [`RollupError::WrongEncoding`] where the log is not this event, and the errors of [`BatchHeader::new`].
    pub fn parse(log: &Log) -> Result<Self, RollupError> {
        let batch_index = indexed(log, Self::TOPIC, "StateBatchAppended")?;
        let ([chain_id, batch_root, size, previous], extra_data) =
            abi::words_and_bytes(&log.data).ok_or(RollupError::WrongEncoding { what: "StateBatchAppended" })?;
        let header = BatchHeader::new(batch_root, size.into(), previous.into(), extra_data)?;
        Ok(Self { chain_id: chain_id.into(), batch_index, header })
    }
}

impl StateBatchDeleted {
    /// The event's first topic: `StateBatchDeleted(uint256,uint256,bytes32)`.
    pub const TOPIC: B256 = b256!("0x6e9c082632d809680ee6227e58afd9a7c24ee8a43d61577b2e98f9e185fc630d");

    /// Reads the event; the caller sees to it that the SCC emitted the log.
    pub fn parse(log: &Log) -> Result<Self, RollupError> {
        let batch_index = indexed(log, Self::TOPIC, "StateBatchDeleted")?;
        let [chain_id, batch_root] =
            abi::words(&log.data).ok_or(RollupError::WrongEncoding { what: "StateBatchDeleted" })?;
        Ok(Self { chain_id: chain_id.into(), batch_index, batch_root })
    }
}

/// The batch index, the one indexed argument of both events.
fn indexed(log: &Log, topic: B256, what: &'static str) -> Result<U256, RollupError> {
    match *log.topics {
        [first, index] if first == topic => Ok(index.into()),
        _ => Err(RollupError::WrongEncoding { what }),
    }
}
