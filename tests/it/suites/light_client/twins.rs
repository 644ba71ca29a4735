//! Spoiled twins of an update that holds, each false in one place, with the refusal that is right for it.

use super::super::metis::check::Check;
use super::time_of;
use metis_light::consensus::{ConsensusError, Execution, LightClientHeader, MAX_CLOCK_DRIFT, Store, Update};
use metis_light::primitives::bls::BlsError;
use metis_light::primitives::{B256, UnixTime};

/// A change to an update, and whether an error tells of it.
struct Twin {
    what: &'static str,
    spoil: fn(&mut Update),
    is_right: fn(&ConsensusError) -> bool,
}

/// Of whatever kind the update is.
const OF_ALL: &[Twin] = &[
    Twin { what: "a bit of the signature", spoil: signature_bit, is_right: is_bad_signature },
    Twin { what: "the signature negated", spoil: negated_signature, is_right: is_mismatch },
    Twin { what: "a signer less", spoil: signer_less, is_right: is_mismatch },
    Twin { what: "nobody signed", spoil: nobody_signed, is_right: is_participation },
    Twin { what: "the attested proposer", spoil: attested_proposer, is_right: is_mismatch },
    Twin { what: "the attested body", spoil: attested_body, is_right: |error| is_branch(error, ATTESTED) },
    Twin { what: "the attested state root", spoil: attested_state, is_right: is_other_state },
    Twin { what: "signed in the attested slot", spoil: signed_at_once, is_right: is_slot_order },
];

/// Where something is finalized.
const OF_FINALITY: &[Twin] = &[
    Twin { what: "the finalized proposer", spoil: finalized_proposer, is_right: |error| is_branch(error, FINALIZED) },
    Twin { what: "a node to the finalized root", spoil: finality_node, is_right: |error| is_branch(error, FINALIZED) },
    Twin { what: "the finalized block", spoil: finalized_execution, is_right: |error| is_branch(error, FINALIZED) },
    Twin { what: "attested before finalized", spoil: finalized_late, is_right: is_slot_order },
];

/// Where there is a next committee.
const OF_COMMITTEE: &[Twin] = &[
    Twin { what: "a bit of a key", spoil: key_bit, is_right: is_other_committee },
    Twin { what: "a bit of the aggregate key", spoil: aggregate_bit, is_right: is_other_committee },
    Twin { what: "two keys swapped", spoil: swapped_keys, is_right: is_other_committee },
    Twin { what: "a node to the committee", spoil: committee_node, is_right: |error| is_branch(error, NEXT) },
    Twin { what: "a committee without a branch", spoil: no_branch, is_right: is_without_branch },
];

/// Sees every twin of an update refused that the store would accept, and the store as it was.
pub(crate) fn refused(check: &mut Check, name: &str, store: &Store, update: &Update, now: UnixTime) {
    let finality = if update.proposed_finality().is_some() { OF_FINALITY } else { &[] };
    let committee = if update.proposed_committee().is_some() { OF_COMMITTEE } else { &[] };
    for twin in OF_ALL.iter().chain(finality).chain(committee) {
        let mut spoiled = update.clone();
        (twin.spoil)(&mut spoiled);
        if spoiled != *update {
            must_fail(check, &format!("{name}: {}", twin.what), store, &spoiled, now, twin.is_right);
        }
    }
    early(check, name, store, update);
    elsewhere(check, name, store, update);
    digests(check, name, store, update, now);
}

/// An update that a store has left behind.
pub(crate) fn is_old(check: &mut Check, name: &str, store: &Store, update: &Update, now: UnixTime) {
    must_fail(check, name, store, update, now, |error| {
        matches!(error, ConsensusError::NotNewer { .. } | ConsensusError::UnknownCommittee { .. })
    });
}

/// The refusal is the right one and the store has not moved.
fn must_fail(
    check: &mut Check,
    name: &str,
    store: &Store,
    update: &Update,
    now: UnixTime,
    is_right: impl Fn(&ConsensusError) -> bool,
) {
    let mut tried = store.clone();
    check.refused(name, tried.advance(update, now), is_right);
    let headers = |store: &Store| (store.finalized_header().clone(), store.optimistic_header().clone());
    assert_eq!(headers(&tried), headers(store), "{name}: and the store is as it was");
    assert_eq!(tried.knows_next_committee(), store.knows_next_committee(), "{name}: its committees are as they were");
}

/// A clock may be behind by so much and no more.
fn early(check: &mut Check, name: &str, store: &Store, update: &Update) {
    let begins = time_of(store.l1(), update.signature_slot);
    let too_early = UnixTime(begins.0 - MAX_CLOCK_DRIFT - 1);
    must_fail(check, &format!("{name}: a second too early"), store, update, too_early, |error| {
        matches!(error, ConsensusError::FutureSlot { .. })
    });
}

/// A signature of a period whose committee is two periods off.
fn elsewhere(check: &mut Check, name: &str, store: &Store, update: &Update) {
    let l1 = store.l1();
    let mut later = update.clone();
    later.signature_slot += 2 * l1.slots_per_epoch * l1.epochs_per_sync_committee_period;
    let now = time_of(l1, later.signature_slot);
    must_fail(check, &format!("{name}: signed two periods later"), store, &later, now, |error| {
        matches!(error, ConsensusError::UnknownCommittee { .. })
    });
}

/// A digest that nobody knows excuses a signature that does not fit, for a fork may have come; it excuses nothing else.
/// By itself it is no reason to refuse what is good.
fn digests(check: &mut Check, name: &str, store: &Store, update: &Update, now: UnixTime) {
    const UNKNOWN: Option<[u8; 4]> = Some(*b"none");
    let good = Update { claimed_fork_digest: UNKNOWN, ..update.clone() };
    check.ok(&format!("{name}: under an unknown digest"), store.clone().advance(&good, now));
    let mut bad = good.clone();
    negated_signature(&mut bad);
    must_fail(check, &format!("{name}: of an unknown fork"), store, &bad, now, is_unknown_fork);
    let mut bad = good;
    nobody_signed(&mut bad);
    must_fail(check, &format!("{name}: unsigned, of an unknown fork"), store, &bad, now, is_participation);
}

/// Any bit but the three flags in front.
fn signature_bit(update: &mut Update) {
    update.sync_aggregate.sync_committee_signature[50] ^= 0x10;
}

/// The flag that tells a point from its negative.
pub(crate) fn negated_signature(update: &mut Update) {
    update.sync_aggregate.sync_committee_signature[0] ^= 0x20;
}

fn signer_less(update: &mut Update) {
    let bits = &mut update.sync_aggregate.sync_committee_bits;
    let byte = bits.iter_mut().find(|byte| **byte != 0).expect("somebody signed");
    *byte &= *byte - 1;
}

fn nobody_signed(update: &mut Update) {
    update.sync_aggregate.sync_committee_bits.fill(0);
}

fn attested_proposer(update: &mut Update) {
    update.attested_header.beacon.proposer_index ^= 1;
}

fn attested_body(update: &mut Update) {
    // Before Capella nothing leads to the body.
    if update.attested_header.execution != Execution::Absent {
        update.attested_header.beacon.body_root.0[31] ^= 1;
    }
}

fn attested_state(update: &mut Update) {
    update.attested_header.beacon.state_root.0[0] ^= 0x80;
}

fn signed_at_once(update: &mut Update) {
    update.signature_slot = update.attested_header.beacon.slot;
}

fn finalized_proposer(update: &mut Update) {
    finalized(update).beacon.proposer_index ^= 1;
}

fn finality_node(update: &mut Update) {
    flip(&mut update.finalized_header.as_mut().expect("a finalized header").branch, 1);
}

fn finalized_execution(update: &mut Update) {
    match &mut finalized(update).execution {
        Execution::Absent => {}
        Execution::Payload { header, .. } => header.state_root.0[0] ^= 1,
        Execution::BlockHash { hash, .. } => hash.0[0] ^= 1,
    }
}

fn finalized_late(update: &mut Update) {
    finalized(update).beacon.slot = update.attested_header.beacon.slot + 1;
}

fn finalized(update: &mut Update) -> &mut LightClientHeader {
    &mut update.finalized_header.as_mut().expect("a finalized header").value
}

fn key_bit(update: &mut Update) {
    update.next_sync_committee.as_mut().expect("a committee").value.pubkeys[7][20] ^= 1;
}

fn aggregate_bit(update: &mut Update) {
    update.next_sync_committee.as_mut().expect("a committee").value.aggregate_pubkey[20] ^= 1;
}

fn swapped_keys(update: &mut Update) {
    let keys = &mut update.next_sync_committee.as_mut().expect("a committee").value.pubkeys;
    // A validator may have several seats.
    let other = keys.iter().position(|key| *key != keys[0]).expect("two members");
    keys.swap(0, other);
}

fn committee_node(update: &mut Update) {
    flip(&mut update.next_sync_committee.as_mut().expect("a committee").branch, 2);
}

fn no_branch(update: &mut Update) {
    update.next_sync_committee.as_mut().expect("a committee").branch.fill(B256::ZERO);
}

fn flip(branch: &mut [B256], place: usize) {
    branch[place].0[place] ^= 1;
}

const ATTESTED: &str = "attested header";
const FINALIZED: &str = "finalized header";
const NEXT: &str = "next sync committee";

fn is_branch(error: &ConsensusError, of: &str) -> bool {
    matches!(error, ConsensusError::Branch { what, .. } if *what == of)
}

fn is_bad_signature(error: &ConsensusError) -> bool {
    matches!(error, ConsensusError::Signature { rule: BlsError::Signature | BlsError::Mismatch, .. })
}

pub(crate) fn is_mismatch(error: &ConsensusError) -> bool {
    matches!(error, ConsensusError::Signature { rule: BlsError::Mismatch, .. })
}

const fn is_participation(error: &ConsensusError) -> bool {
    matches!(error, ConsensusError::Participation { got: 0, .. })
}

/// Branches are looked at before signatures, where there are any to the state.
fn is_other_state(error: &ConsensusError) -> bool {
    is_branch(error, FINALIZED) || is_branch(error, NEXT) || is_mismatch(error)
}

/// A committee that is known already is compared with before its branch is followed.
fn is_other_committee(error: &ConsensusError) -> bool {
    matches!(error, ConsensusError::CommitteeDiffers { .. }) || is_branch(error, NEXT)
}

/// Zeros for a branch mean that there is no committee; and without one an old header is of no use.
const fn is_without_branch(error: &ConsensusError) -> bool {
    matches!(error, ConsensusError::NotEmpty { .. } | ConsensusError::NotNewer { .. })
}

const fn is_slot_order(error: &ConsensusError) -> bool {
    matches!(error, ConsensusError::SlotOrder { .. })
}

const fn is_unknown_fork(error: &ConsensusError) -> bool {
    matches!(error, ConsensusError::UnknownFork { .. })
}
