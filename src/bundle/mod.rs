//! A portable proof: one document with everything that is needed to check a verdict again, anywhere and without a network.
//!
//! [`Bundle::new`] puts one together from what was just proven, [`Bundle::to_json`] writes it, [`Bundle::parse`] reads it
//! and [`Bundle::verify`] climbs the whole ladder again: the chain of sync committees from the caller's checkpoint, the
//! finalized L1 block, the rollup's contracts, the batch, the state root, and the answer under it. The format is in
//! `docs/bundle.md`.
//!
//! What can go wrong: a bundle comes from a stranger, so nothing in it is trusted. The checkpoint, the network with its
//! pins, the accepted changes and the time are the caller's.
//! - Its chain must begin at the caller's checkpoint itself. One that begins elsewhere and claims to pass the checkpoint
//!   rests on its maker's own committees ([`Store::retrace`](crate::consensus::Store::retrace)).
//! - What it answers is what *it* asked: a proof of another account's balance is no lie. Whoever expects an answer about
//!   somebody compares who it is about.
//! - It is as old as its L1 block. Finality is judged at that block's time; what changed since, it cannot say.
//! - It is at most [`MAX_BUNDLE`] bytes long, with at most [`MAX_UPDATES`](crate::consensus::MAX_UPDATES) updates, so
//!   checking one ends.

mod claim;
mod make;
pub(crate) mod read;
mod verify;
mod write;

pub use claim::{Answer, Claim, MessageClaim};
pub use make::{Asked, BundleOf};
pub use verify::Verified;

use crate::execution::AccountProof;
use crate::primitives::header::Header;
use crate::primitives::{B256, Bytes, U256};

/// The longest bundle that is read, in bytes, unpacked: a chain of 128 sync committee periods takes seven eighths of it.
pub const MAX_BUNDLE: usize = 8 << 20;

/// What `format` says; its last digit changes with the form.
pub const FORMAT: &str = "metis-light-bundle-1";

/// A bundle, read but not believed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Bundle {
    /// What its maker calls the network. A hint: it decides nothing.
    pub network: String,
    /// The chain from a checkpoint, as [`Store::save`](crate::consensus::Store::save) writes it.
    pub consensus: Bytes,
    /// The execution header of the block that the chain finalizes last.
    pub execution: Header,
    /// Answers to [`registry_questions`](crate::rollup::registry_questions).
    pub registry: [AccountProof; 3],
    /// The batch.
    pub batch: BatchPart,
    /// The block, whose state the answer is about.
    pub block: BlockPart,
    /// The question, and what is to prove its answer.
    pub claim: Claim,
}

/// A batch's index and header, and what is to show that L1 holds it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BatchPart {
    /// Its index.
    pub index: u64,
    /// The Merkle root over its state roots.
    pub batch_root: B256,
    /// How many state roots it has.
    pub batch_size: U256,
    /// How many stand before it.
    pub prev_total_elements: U256,
    /// What the contract wrote beside the root.
    pub extra_data: Bytes,
    /// Answers to [`Registry::batch_questions`](crate::rollup::Registry::batch_questions).
    pub proofs: [AccountProof; 2],
}

/// An L2 block's state root, and its branch in the batch.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BlockPart {
    /// The block's number.
    pub number: u64,
    /// Its state root.
    pub state_root: B256,
    /// The branch, from the bottom up.
    pub siblings: Vec<B256>,
}
