//! `ChainStorageContainer`: where L1 keeps the batches' header hashes.

use crate::primitives::{StorageSlot, U256};

/// `buffers`, the container's mapping from chain id to context word and elements.
const BUFFERS: StorageSlot = StorageSlot::at(2);

/// The slot of the context word of an L2 chain.
pub fn context_slot(chain_id: u64) -> StorageSlot {
    BUFFERS.entry_at(chain_id)
}

/// The slot of the element `index` of an L2 chain.
pub fn element_slot(chain_id: u64, index: u64) -> StorageSlot {
    context_slot(chain_id).offset(1).entry_at(index)
}

/// The context word: how many elements count, and the SCC's metadata of 27 bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Context {
    /// Number of batches. Elements at and above it are stale.
    pub length: u64,
    /// Number of state roots in all batches, which is also the last posted L2 block.
    pub total_elements: u64,
    /// L1 time of the last append in seconds; 0 right after a deletion.
    pub last_sequencer_timestamp: u64,
}

impl Context {
    /// Reads the word: three integers of 40 bits from the low end.
    pub fn from_word(word: U256) -> Self {
        let field = |place: usize| {
            let low = word.wrapping_shr(place).as_limbs()[0];
            low & ((1 << 40) - 1)
        };
        Self { length: field(0), total_elements: field(40), last_sequencer_timestamp: field(80) }
    }
}
