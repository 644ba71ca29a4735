//! From an L1 state root to an L2 state root.
//!
//! Metis posts the state roots of its blocks to Ethereum in batches. The state commitment chain (SCC) keeps, for each
//! batch, the hash of a header in a storage container; the header holds the Merkle root over the batch's state roots.
//! So the climb is: names and proxies as expected ([`Registry`]), then a batch whose header hash the container holds
//! ([`StateBatch`]), then a leaf of it ([`L2StateRoot`]), or the block whose hash the proposer put beside the root
//! ([`L2Header`]).
//!
//! What can go wrong, and is checked here:
//! - Deleting batches only lowers the container's length; stale elements stay in storage and still prove.
//! - The header's hash does not cover the batch's index: the index is the slot that was proven.
//! - Names can be re-pointed, proxies swapped and slots written without an event: lookups, back-pointers and
//!   implementations are proven against the network's pins, and a change is refused until that very value is accepted.
//! - The fraud proof window and the earliest disputed block can change at once: they are read under the same root.
//! - The last block's hash in a header is the proposer's word, which L1 does not check; what rests on it has a type of
//!   its own.
//!
//! Source: Metis' contracts (`StateCommitmentChain`, `ChainStorageContainer`, `Lib_AddressManager`, `Lib_MerkleTree`).

mod balance;
mod batch;
mod calldata;
mod change;
mod committed;
mod container;
mod deletion;
mod error;
mod event;
mod finality;
mod header;
mod l1;
mod registry;
mod root;
#[cfg(test)]
pub(crate) mod tests;
mod transaction;

pub use balance::{MetisBalance, balance_questions, metis_balance_slot};
pub use batch::{BatchHeader, ExtraData, LastBlock, StateBatch};
pub use calldata::AppendCall;
pub use change::{Accepted, Change, Changed};
pub use committed::CommittedBatch;
pub use container::{Context, context_slot, element_slot};
pub use deletion::DeletedBatch;
pub use error::RollupError;
pub use event::{StateBatchAppended, StateBatchDeleted};
pub use finality::{Dispute, Finality, Relayable};
pub use header::L2Header;
pub use registry::{Basis, Registry, Window, name_hash, name_slot, registry_questions};
pub use root::L2StateRoot;
pub use transaction::{L2Transaction, Metadata, QueueOrigin, SequencerSignature};

pub(crate) use balance::read_balance;
pub(crate) use batch::{count, header_hash};
pub(crate) use change::Pins;
pub(crate) use registry::{IMPLEMENTATION, LIB_ADDRESS_MANAGER, check_asked, read_contract, read_words};
