//! Requests for a dispute game: anyone may ask for one about an L2 block, and if nobody makes it in time the batch is flagged.
//!
//! They are filed under a hash and listed nowhere, so only a request about a known block can be looked up. The layout is known
//! from source alone.

use super::facts::{Found, Reader};
use super::storage::address;
use crate::primitives::{Address, B256, StorageSlot, U256, keccak256};

/// The factory's `disputeGameCreationRequests`: type and sender in one word, the bond, the hash of an L1 block.
const REQUESTS: StorageSlot = StorageSlot::at(155);
/// The factory's `disputeRequestTimestamps`.
const TIMESTAMPS: StorageSlot = StorageSlot::at(156);

/// The fault proof game, the only type that is known to be played.
pub const FAULT_GAME: u32 = 0;

/// A request that waits for its game, by a layout that is unconfirmed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DisputeRequest {
    /// The type of game that is asked for.
    pub game_type: u32,
    /// The L2 block that it is about.
    pub l2_block: u64,
    /// Who asks.
    pub requester: Address,
    /// What was paid for it, in METIS' smallest unit.
    pub bond: U256,
    /// The hash of the L1 block before.
    pub l1_head: B256,
    /// When it was asked for, by L1 time in seconds.
    pub requested: U256,
}

/// `keccak256(abi.encodePacked(uint32 gameType, uint256 l2Block))`, the key that a request is filed under.
pub fn request_uuid(game_type: u32, l2_block: u64) -> B256 {
    let block = B256::from(U256::from(l2_block));
    keccak256([&game_type.to_be_bytes()[..], block.as_slice()].concat())
}

/// The request about a block, if there is one: the factory itself knows it by the hash of an L1 block that is not zero.
pub(super) fn read(reader: &mut Reader<'_>, factory: Address, l2_block: u64) -> Found<Option<DisputeRequest>> {
    let uuid = request_uuid(FAULT_GAME, l2_block);
    let entry = REQUESTS.entry(uuid);
    let slots = [entry, entry.offset(1), entry.offset(2), TIMESTAMPS.entry(uuid)];
    let [kind, bond, l1_head, requested] = reader.words(factory, slots)?;
    let requester = address(kind.wrapping_shr(32));
    Ok((!l1_head.is_zero()).then(|| DisputeRequest {
        game_type: kind.wrapping_to::<u32>(),
        l2_block,
        requester,
        bond,
        l1_head: l1_head.into(),
        requested,
    }))
}
