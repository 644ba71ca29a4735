//! From files to a store: what `verify consensus` does, the same for the command line and the bindings.
//!
//! The bootstrap comes first, then updates of any kind in the order in which they are to be taken.

use crate::consensus::{Checkpoint, Execution, LightClientHeader, Message, Store, Update, UpdateKind};
use crate::error::Error;
use crate::network::L1;
use crate::primitives::{B256, UnixTime};
use crate::wire::WireError;
use serde::Serialize;

/// What a check of light-client data does not say.
pub const NOT_CHECKED: &[&str] = &[
    "that nothing newer was withheld: whoever holds a clock compares the heads with it",
    "the execution block behind its hash: its header is checked when it is fetched",
];

/// Where a store begins.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BootstrapFacts {
    /// The root that was taken on faith.
    pub checkpoint: B256,
    /// Its slot.
    pub slot: u64,
    /// Its sync committee period.
    pub period: u64,
    /// Its age, in epochs.
    pub age_epochs: u64,
    /// The weak subjectivity period, in epochs.
    pub weak_subjectivity_epochs: u64,
    /// Whether the age was waived: [`Checkpoint::of_any_age`].
    pub allow_old_checkpoint: bool,
}

/// An update that the store took.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateFacts {
    /// `update`, `finality update` or `optimistic update`.
    pub kind: &'static str,
    /// The slot of the header that was signed.
    pub attested_slot: u64,
    /// The slot of the block with the signature.
    pub signature_slot: u64,
    /// How many signed.
    pub participants: u64,
    /// The size of the committee.
    pub committee_size: u64,
    /// The finalized slot after it.
    pub finalized_slot: u64,
    /// The optimistic slot after it.
    pub optimistic_slot: u64,
    /// Whether it brought a committee.
    pub brought_committee: bool,
}

/// A header that the store reached.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HeaderFacts {
    /// `finalized` or `optimistic`.
    pub status: &'static str,
    /// The beacon block's slot.
    pub slot: u64,
    /// When that slot began, in Unix seconds.
    pub time: u64,
    /// The beacon block's root.
    pub root: B256,
    /// The execution block that it commits to; none before Capella.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_block_hash: Option<B256>,
    /// That block's number; before Gloas the header says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_block_number: Option<u64>,
    /// That block's state root; before Gloas the header says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_state_root: Option<B256>,
    /// Whether it rests on a checkpoint whose age was waived.
    pub from_old_checkpoint: bool,
}

/// Starts a store from the bytes of a bootstrap.
///
/// # Errors
/// [`Error`] where they hold none, or it is not the checkpoint's.
pub fn begin(l1: &L1, checkpoint: Checkpoint, bytes: &[u8], now: UnixTime) -> Result<(Store, BootstrapFacts), Error> {
    let messages = Message::parse_all(l1, bytes)?;
    let [Message::Bootstrap(bootstrap)] = messages.as_slice() else {
        return Err(WireError::Missing { what: "bootstrap", member: "current_sync_committee" }.into());
    };
    let store = Store::bootstrap(l1, checkpoint, bootstrap, now)?;
    let slot = bootstrap.header.beacon.slot;
    let (first, last) = (l1.epoch_at(slot), l1.epoch_at(l1.slot_at(now)));
    let facts = BootstrapFacts {
        checkpoint: checkpoint.root(),
        slot,
        period: l1.period_at(slot),
        age_epochs: last.saturating_sub(first),
        weak_subjectivity_epochs: l1.weak_subjectivity_between(first, last).epochs(),
        allow_old_checkpoint: checkpoint.is_of_any_age(),
    };
    Ok((store, facts))
}

/// The updates in some bytes.
///
/// # Errors
/// [`WireError`] where there is anything else.
pub fn updates(l1: &L1, bytes: &[u8]) -> Result<Vec<Update>, WireError> {
    Message::parse_all(l1, bytes)?.into_iter().map(as_update).collect()
}

/// The one update of a kind that some bytes hold, and nothing else.
///
/// # Errors
/// [`WireError`] where there is anything else, a list of one included.
pub fn update(l1: &L1, kind: UpdateKind, bytes: &[u8]) -> Result<Update, WireError> {
    let is_list = bytes.is_ascii() && bytes.trim_ascii_start().starts_with(b"[");
    let mut updates = if is_list { Vec::new() } else { updates(l1, bytes)? };
    match (updates.pop(), updates.is_empty()) {
        (Some(update), true) if update.kind() == kind => Ok(update),
        _ => Err(WireError::Missing { what: kind.name(), member: "attested_header" }),
    }
}

fn as_update(message: Message) -> Result<Update, WireError> {
    match message {
        Message::Update(update) => Ok(*update),
        Message::Bootstrap(_) => Err(WireError::Missing { what: "update", member: "attested_header" }),
    }
}

/// Takes an update.
///
/// # Errors
/// [`Error`], the first rule that is broken.
pub fn take(store: &mut Store, update: &Update, now: UnixTime) -> Result<UpdateFacts, Error> {
    let moved = store.advance(update, now)?;
    Ok(UpdateFacts {
        kind: update.kind().name(),
        attested_slot: update.attested_header.beacon.slot,
        signature_slot: update.signature_slot,
        participants: update.sync_aggregate.participants(),
        committee_size: store.l1().sync_committee_size,
        finalized_slot: store.finalized_header().beacon.slot,
        optimistic_slot: store.optimistic_header().beacon.slot,
        brought_committee: moved.committee,
    })
}

/// Where a store is: its finalized and its optimistic header.
pub fn heads(store: &Store) -> [HeaderFacts; 2] {
    [head(store, "finalized", store.finalized_header()), head(store, "optimistic", store.optimistic_header())]
}

fn head(store: &Store, status: &'static str, header: &LightClientHeader) -> HeaderFacts {
    let l1 = store.l1();
    let slot = header.beacon.slot;
    let payload = match &header.execution {
        Execution::Payload { header, .. } if !header.block_hash.is_zero() => Some(header),
        _ => None,
    };
    HeaderFacts {
        status,
        slot,
        time: l1.genesis_time.saturating_add(slot.saturating_mul(l1.seconds_per_slot)),
        root: header.beacon.root(),
        execution_block_hash: header.execution_block_hash().filter(|hash| !hash.is_zero()),
        execution_block_number: payload.map(|payload| payload.block_number),
        execution_state_root: payload.map(|payload| payload.state_root),
        from_old_checkpoint: store.checkpoint().is_of_any_age(),
    }
}
