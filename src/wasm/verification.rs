//! What an answer rests on, beside every answer: trust is data.

#[cfg(feature = "engine")]
use super::attested::Attestation;
#[cfg(feature = "engine")]
use crate::attestation::{Tally, VerifierSet};
use crate::consensus::{L1StateRoot, L1Status};
use crate::primitives::B256;
#[cfg(feature = "engine")]
use crate::rollup::L2Header;
use crate::rollup::{Basis, Change, Finality, L2StateRoot, StateBatch};
use serde::Serialize;
use std::borrow::Cow;

/// What no answer says.
const CORRECTNESS: &str = "that state roots are the right ones: they are what was posted and nobody disputed";
/// Nor where a quorum signed.
#[cfg(feature = "engine")]
const ATTESTED: &str =
    "that verifiers tell the truth: nothing on L1 slashes a false statement, and L1 relays nothing the earlier for it";
/// Nor of a list that no contract keeps.
#[cfg(feature = "engine")]
const LISTED: &str = "that verifiers have staked anything: who counts, and how much, is the caller's own list";
/// Nor under a block hash.
#[cfg(feature = "engine")]
const BLOCK_HASH: &str = "that the block hash is the right one: it is what the proposer said and nobody disputed";
/// Nor who sent a message.
#[cfg(feature = "engine")]
const RECEIPT: &str = "that this transaction sent these messages and no others: its receipt is the node's word";
/// Nor, of a block that is not posted, what is in it.
#[cfg(feature = "engine")]
const BLOCK: &str =
    "that the transaction is in the block that the node names, and sends anything: that block is not posted";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Verification {
    basis: &'static str,
    network: String,
    /// Absent where nothing of L2 is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    finality: Option<&'static str>,
    /// When the window closes, or closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    window_closes: Option<u64>,
    l1: L1Block,
    #[serde(skip_serializing_if = "Option::is_none")]
    l2: Option<L2Block>,
    #[serde(skip_serializing_if = "Option::is_none")]
    batch: Option<Batch>,
    /// What verifiers say, where the window is open and somebody was asked.
    #[cfg(feature = "engine")]
    #[serde(skip_serializing_if = "Option::is_none")]
    attestation: Option<Attestation>,
    window: Window,
    accepted: Vec<AcceptedChange>,
    overrides: Vec<&'static str>,
    unpinned: Vec<&'static str>,
    not_checked: Vec<Cow<'static, str>>,
}

#[derive(Serialize)]
pub(super) struct L1Block {
    number: u64,
    hash: B256,
    timestamp: u64,
    status: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct L2Block {
    number: u64,
    state_root: B256,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<B256>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Batch {
    index: u64,
    first_block: u64,
    last_block: u64,
}

#[derive(Serialize)]
struct Window {
    seconds: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<u64>,
}

#[derive(Serialize)]
struct AcceptedChange {
    what: &'static str,
    value: B256,
}

impl Verification {
    /// Of what is read under a state root.
    pub(super) fn of_root(root: &L2StateRoot) -> Self {
        let block = L2Block { number: root.block(), state_root: root.state_root().hash(), hash: None };
        Self::of_block("state-root", block, root.batch(), CORRECTNESS)
    }

    /// Of what is read under a header.
    #[cfg(feature = "engine")]
    pub(super) fn of_header(header: &L2Header) -> Self {
        let (fields, hash) = (header.header(), Some(header.hash()));
        let block = L2Block { number: fields.number, state_root: fields.state_root, hash };
        Self::of_block("block-hash", block, header.batch(), BLOCK_HASH)
    }

    fn of_block(basis: &'static str, block: L2Block, batch: &StateBatch, not_checked: &'static str) -> Self {
        Self { basis, l2: Some(block), not_checked: vec![not_checked.into()], ..Self::of_batch(batch) }
    }

    /// Of what L1 holds of a batch.
    pub(super) fn of_batch(batch: &StateBatch) -> Self {
        let (finality, closes) = match batch.finality() {
            Finality::Posted { closes } => ("posted", Some(closes.0)),
            Finality::Final { since } => ("final", Some(since.0)),
            Finality::Disputed(_) => ("disputed", None),
        };
        let header = batch.header();
        let of = Batch { index: batch.index(), first_block: header.first_block(), last_block: header.last_block() };
        Self { finality: Some(finality), window_closes: closes, batch: Some(of), ..Self::of_l1(batch.basis()) }
    }

    /// Of what is read under L1 alone.
    pub(super) fn of_l1(basis: &Basis) -> Self {
        let window = basis.window();
        let overrides = if basis.l1().is_from_old_checkpoint() { vec!["old-checkpoint"] } else { Vec::new() };
        let bare = Self {
            basis: "l1",
            network: basis.network().name.clone(),
            finality: None,
            window_closes: None,
            l1: l1_block(basis.l1()),
            l2: None,
            batch: None,
            #[cfg(feature = "engine")]
            attestation: None,
            window: Window { seconds: window.contract, expected: window.expected },
            accepted: Vec::new(),
            overrides,
            unpinned: basis.unpinned().to_vec(),
            not_checked: Vec::new(),
        };
        bare.and_accepted(basis.changes())
    }

    /// Of a set of verifiers.
    #[cfg(feature = "engine")]
    pub(super) fn of_verifiers(set: &VerifierSet) -> Self {
        Self::of_l1(set.basis()).and_verifiers(set)
    }

    /// With what verifiers say of its batch. Under a block hash it is attested only where a quorum signed that hash.
    #[cfg(feature = "engine")]
    pub(super) fn with_tally(mut self, tally: &Tally) -> Self {
        let is_attested = if self.basis == "block-hash" { tally.attests_block_hash() } else { tally.is_attested() };
        if self.finality == Some("posted") && is_attested {
            self.finality = Some("attested");
            self.not_checked.push(ATTESTED.into());
        }
        self.attestation = Some(tally.into());
        self.and_verifiers(tally.set())
    }

    /// With why nothing is known of verifiers.
    #[cfg(feature = "engine")]
    pub(super) fn without_verifiers(mut self, error: &crate::error::Error) -> Self {
        self.not_checked.push(format!("what verifiers say: {error}").into());
        self
    }

    #[cfg(feature = "engine")]
    fn and_verifiers(mut self, set: &VerifierSet) -> Self {
        if set.rule().is_lowered() {
            self.overrides.push("lowered-quorum");
        }
        if matches!(set.policy(), crate::attestation::Policy::List(_)) {
            self.not_checked.push(LISTED.into());
        }
        self.unpinned.extend(set.unpinned());
        self.and_accepted(set.changes())
    }

    pub(super) fn and_accepted(mut self, changes: &[(Change, B256)]) -> Self {
        let accepted = |(what, value): &(Change, B256)| AcceptedChange { what: what.name(), value: *value };
        self.accepted.extend(changes.iter().map(accepted));
        self
    }

    #[cfg(feature = "engine")]
    pub(super) fn with_hinted_block(mut self) -> Self {
        self.not_checked.push(BLOCK.into());
        self
    }

    #[cfg(feature = "engine")]
    pub(super) fn with_hinted_receipt(mut self) -> Self {
        self.not_checked.push(RECEIPT.into());
        self
    }
}

pub(super) fn l1_block(root: &L1StateRoot) -> L1Block {
    let status = match root.status() {
        L1Status::Finalized => "finalized",
        L1Status::Optimistic => "optimistic",
    };
    L1Block { number: root.number(), hash: root.hash(), timestamp: root.timestamp().0, status }
}
