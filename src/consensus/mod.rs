//! From a checkpoint to an L1 state root: Ethereum's light-client protocol.
//!
//! The idea: each period (27 hours on mainnet) a committee of 512 validators signs the head of the chain. A [`Bootstrap`]
//! proves the committee of the checkpoint's period; an [`Update`] is signed by a known committee and proves the next one.
//! So a [`Store`] climbs from a [`Checkpoint`] to the present by one update a period, and a header that it reached commits
//! to an execution block, whose header gives an [`L1StateRoot`].
//!
//! What can go wrong: committees are not slashed for signing nonsense, so two thirds of one are trusted to be honest; old
//! committees are worth nothing once their stake is gone, so a checkpoint has an age; a source that withholds updates
//! freezes the store, which whoever holds a clock must notice; and a fork that this code does not know must not be taken
//! for a lie.

mod check;
mod codec;
mod error;
#[cfg(any(test, metis_light_test))]
pub mod force;
mod fork;
mod ranking;
mod root;
mod saved;
mod store;
mod types;

pub use codec::{MAX_UPDATES, UpdateKind};
pub use error::ConsensusError;
pub(crate) use fork::{Rules, Shape, named_rules};
pub use root::{L1StateRoot, L1Status};
pub use saved::Loaded;
pub use store::{Advance, Checkpoint, MAX_CLOCK_DRIFT, Store};
pub use types::{
    BeaconBlockHeader, BlobGas, Bootstrap, Branched, Execution, ExecutionPayloadHeader, LightClientHeader,
    SyncAggregate, SyncCommittee, Update,
};

/// Anything that a source of light-client data sends.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Message {
    /// `LightClientBootstrap`.
    Bootstrap(Box<Bootstrap>),
    /// One of the three kinds of updates.
    Update(Box<Update>),
}
