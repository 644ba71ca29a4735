//! The rules of `validate_light_client_update`, one function each, in the order of the specification.
//!
//! Three are stricter than there. Two thirds of the committee must have signed whatever an update is for: the
//! specification would move its optimistic header on one signature right after a bootstrap. The clock's drift has a bound.
//! And an update that the store cannot use because a period went by without finality says so.
//!
//! Sources: consensus-specs `specs/altair/light-client/sync-protocol.md` and its successors to Gloas.

use super::codec::{EXECUTION_BRANCH_GLOAS, are_bits_of, committee_size};
use super::fork::{EXECUTION_PAYLOAD, Rules, Shape, check_named_fork, depth, domain, knows_digest, rules_at, rules_of};
use super::types::{BlobGas, Bootstrap, Execution, LightClientHeader, SyncCommittee, Update};
use super::{ConsensusError, Store};
use crate::network::{ForkName, L1};
use crate::primitives::B256;
use crate::primitives::bls::{BlsError, verify_by_members};
use crate::primitives::ssz::{hash_nodes, is_valid_normalized_merkle_branch};

type Checked = Result<(), ConsensusError>;

/// Every rule for a bootstrap: `initialize_light_client_store`.
pub(super) fn check_bootstrap(l1: &L1, checkpoint: B256, bootstrap: &Bootstrap) -> Checked {
    check_bootstrap_shape(l1, bootstrap)?;
    check_header(l1, BOOTSTRAP_HEADER, &bootstrap.header)?;
    check_checkpoint(checkpoint, bootstrap)?;
    check_current_committee(l1, bootstrap)
}

/// Every rule for an update that at least so many must have signed.
pub(super) fn check_update(store: &Store, update: &Update, current_slot: u64, least: u64) -> Checked {
    check_update_shape(store.l1(), update)?;
    check_participation(store.l1(), update, least)?;
    check_header(store.l1(), ATTESTED_HEADER, &update.attested_header)?;
    check_slots(update, current_slot)?;
    check_period(store, update)?;
    check_relevance(store, update)?;
    check_finality(store.l1(), update)?;
    check_next_committee(store, update)?;
    check_signature(store, update)
}

/// Whoever made the parts, they have the shape of the fork that the bootstrap is said to be of.
fn check_bootstrap_shape(l1: &L1, bootstrap: &Bootstrap) -> Checked {
    let rules = rules_of(l1, bootstrap.fork)?;
    check_named_fork(l1, bootstrap.fork, bootstrap.header.beacon.slot)?;
    check_header_shape(BOOTSTRAP_HEADER, bootstrap.fork, rules, &bootstrap.header)?;
    check_committee_size(l1, CURRENT_COMMITTEE, &bootstrap.current_sync_committee)?;
    check_branch_length(CURRENT_COMMITTEE, &bootstrap.current_sync_committee_branch, rules.current_sync_committee)
}

/// As [`check_bootstrap_shape`], and the bits are as many as the committee's members.
fn check_update_shape(l1: &L1, update: &Update) -> Checked {
    let rules = rules_of(l1, update.fork)?;
    check_named_fork(l1, update.fork, update.attested_header.beacon.slot)?;
    check_header_shape(ATTESTED_HEADER, update.fork, rules, &update.attested_header)?;
    if let Some(finalized) = &update.finalized_header {
        check_header_shape(FINALIZED_HEADER, update.fork, rules, &finalized.value)?;
        check_branch_length(FINALIZED_HEADER, &finalized.branch, rules.finalized_root)?;
    }
    if let Some(next) = &update.next_sync_committee {
        check_committee_size(l1, NEXT_COMMITTEE, &next.value)?;
        check_branch_length(NEXT_COMMITTEE, &next.branch, rules.next_sync_committee)?;
    }
    let (bits, expected) = (&update.sync_aggregate.sync_committee_bits, committee_size(l1));
    if !are_bits_of(expected, bits) {
        let got = bits.len().saturating_mul(8);
        return Err(ConsensusError::CommitteeSize { what: "sync aggregate", got, expected });
    }
    Ok(())
}

fn check_header_shape(what: &'static str, fork: ForkName, rules: &Rules, header: &LightClientHeader) -> Checked {
    let fits = match (&header.execution, rules.header) {
        (Execution::Absent, Shape::Beacon) => true,
        (Execution::Payload { header, branch }, Shape::Payload { has_blobs }) => {
            header.blob_gas.is_some() == has_blobs && branch.len() == depth(EXECUTION_PAYLOAD)
        }
        (Execution::BlockHash { branch, .. }, Shape::BlockHash) => branch.len() == EXECUTION_BRANCH_GLOAS,
        _ => false,
    };
    if !fits {
        return Err(ConsensusError::ExecutionShape { what, slot: header.beacon.slot, fork });
    }
    Ok(())
}

fn check_branch_length(what: &'static str, branch: &[B256], gindex: u64) -> Checked {
    let (got, expected) = (branch.len(), depth(gindex));
    if got != expected {
        return Err(ConsensusError::BranchLength { what, got, expected });
    }
    Ok(())
}

fn check_committee_size(l1: &L1, what: &'static str, committee: &SyncCommittee) -> Checked {
    let (got, expected) = (committee.pubkeys.len(), committee_size(l1));
    if got != expected {
        return Err(ConsensusError::CommitteeSize { what, got, expected });
    }
    Ok(())
}

fn check_checkpoint(expected: B256, bootstrap: &Bootstrap) -> Checked {
    let got = bootstrap.header.beacon.root();
    if got != expected {
        return Err(ConsensusError::CheckpointMismatch { got, expected });
    }
    Ok(())
}

fn check_current_committee(l1: &L1, bootstrap: &Bootstrap) -> Checked {
    let (_, rules) = rules_at(l1, bootstrap.header.beacon.slot)?;
    check_branch(
        CURRENT_COMMITTEE,
        bootstrap.current_sync_committee.root(),
        &bootstrap.current_sync_committee_branch,
        rules.current_sync_committee,
        bootstrap.header.beacon.state_root,
    )
}

/// Enough of the committee signed.
fn check_participation(l1: &L1, update: &Update, least: u64) -> Checked {
    let (got, of) = (update.sync_aggregate.participants(), l1.sync_committee_size);
    if got < least {
        return Err(ConsensusError::Participation { got, of, expected: least });
    }
    Ok(())
}

/// Two thirds of a committee: what this client wants for anything.
pub(super) const fn two_thirds(l1: &L1) -> u64 {
    l1.sync_committee_size.saturating_mul(2).div_ceil(3)
}

/// `is_valid_light_client_header`: what a header says of execution is in the block's body, in its own slot's fork's form.
fn check_header(l1: &L1, what: &'static str, header: &LightClientHeader) -> Checked {
    let slot = header.beacon.slot;
    let (fork, rules) = rules_at(l1, slot)?;
    let wrong_shape = ConsensusError::ExecutionShape { what, slot, fork };
    let body = header.beacon.body_root;
    match (&header.execution, rules.execution_block_hash) {
        (execution, None) if execution.is_empty() => Ok(()),
        (Execution::Payload { header, branch }, Some(_)) if fork < ForkName::Gloas => {
            let root = match header.blob_gas {
                blob_gas @ Some(_) if fork >= ForkName::Deneb => header.root(blob_gas),
                // A block from before Deneb, whose root is over the fields that it had.
                None | Some(BlobGas { used: 0, excess: 0 }) if fork < ForkName::Deneb => header.root(None),
                _ => return Err(wrong_shape),
            };
            check_branch(what, root, branch, EXECUTION_PAYLOAD, body)
        }
        (Execution::BlockHash { hash, branch }, Some(gindex)) => check_branch(what, *hash, branch, gindex, body),
        _ => Err(wrong_shape),
    }
}

/// Signature after attested, attested at or after finalized, nothing from the future.
fn check_slots(update: &Update, current_slot: u64) -> Checked {
    let (finalized, attested) = (update.finalized_slot(), update.attested_header.beacon.slot);
    let signature = update.signature_slot;
    if signature > current_slot {
        return Err(ConsensusError::FutureSlot { got: signature, now: current_slot });
    }
    if signature <= attested || attested < finalized {
        return Err(ConsensusError::SlotOrder { finalized, attested, signature });
    }
    Ok(())
}

/// The signature is by a committee that the store knows.
fn check_period(store: &Store, update: &Update) -> Checked {
    let got = store.l1().period_at(update.signature_slot);
    let first = store.period();
    let last = if store.next_committee().is_some() { first.saturating_add(1) } else { first };
    if !(first..=last).contains(&got) {
        return Err(ConsensusError::UnknownCommittee { got, first, last });
    }
    Ok(())
}

/// The update is newer than what is finalized, or brings the committee that is missing.
fn check_relevance(store: &Store, update: &Update) -> Checked {
    let (got, finalized) = (update.attested_header.beacon.slot, store.finalized_header().beacon.slot);
    let brings_committee = store.next_committee().is_none()
        && update.proposed_committee().is_some()
        && store.l1().period_at(got) == store.period();
    if got <= finalized && !brings_committee {
        return Err(ConsensusError::NotNewer { got, finalized });
    }
    Ok(())
}

/// The finalized header is the one in the attested header's state.
fn check_finality(l1: &L1, update: &Update) -> Checked {
    let Some(finalized) = update.proposed_finality() else {
        return match &update.finalized_header {
            Some(finalized) if !finalized.value.is_empty() => Err(ConsensusError::NotEmpty { what: FINALIZED_HEADER }),
            _ => Ok(()),
        };
    };
    let root = if finalized.value.beacon.slot == GENESIS_SLOT {
        // Until something is finalized, the checkpoint's root is zero.
        if !finalized.value.is_empty() {
            return Err(ConsensusError::NotEmpty { what: FINALIZED_HEADER });
        }
        B256::ZERO
    } else {
        check_header(l1, FINALIZED_HEADER, &finalized.value)?;
        finalized.value.beacon.root()
    };
    let attested = update.attested_header.beacon;
    let (_, rules) = rules_at(l1, attested.slot)?;
    check_branch(FINALIZED_HEADER, root, &finalized.branch, rules.finalized_root, attested.state_root)
}

/// The next committee is the one in the attested header's state, and the known one if one is known.
fn check_next_committee(store: &Store, update: &Update) -> Checked {
    let Some(next) = update.proposed_committee() else {
        return match &update.next_sync_committee {
            Some(next) if !next.value.is_empty() => Err(ConsensusError::NotEmpty { what: NEXT_COMMITTEE }),
            _ => Ok(()),
        };
    };
    let attested = update.attested_header.beacon;
    let got = next.value.root();
    if let Some(known) = store.next_committee()
        && store.l1().period_at(attested.slot) == store.period()
        && *known != next.value
    {
        return Err(ConsensusError::CommitteeDiffers { got, expected: known.root() });
    }
    let (_, rules) = rules_at(store.l1(), attested.slot)?;
    check_branch(NEXT_COMMITTEE, got, &next.branch, rules.next_sync_committee, attested.state_root)
}

/// The committee of the signature's period signed the attested header.
fn check_signature(store: &Store, update: &Update) -> Checked {
    let slot = update.signature_slot;
    let committee = match store.next_committee() {
        Some(next) if store.l1().period_at(slot) != store.period() => next,
        _ => store.current_committee(),
    };
    let message = hash_nodes(update.attested_header.beacon.root(), domain(store.l1(), slot)?);
    verify_by_members(
        &committee.pubkeys,
        &committee.aggregate_pubkey,
        &update.sync_aggregate.sync_committee_bits,
        message,
        &update.sync_aggregate.sync_committee_signature,
    )
    .map_err(|rule| match update.claimed_fork_digest {
        // A fork that changed nothing but its version would look like a forged signature.
        Some(digest) if rule == BlsError::Mismatch && !knows_digest(store.l1(), digest) => {
            ConsensusError::unknown_digest(digest)
        }
        _ => ConsensusError::Signature { slot, rule },
    })
}

/// A branch that may come from a message in the shape of a later, deeper fork.
fn check_branch(what: &'static str, leaf: B256, branch: &[B256], gindex: u64, expected: B256) -> Checked {
    if !is_valid_normalized_merkle_branch(leaf, branch, gindex, expected) {
        return Err(ConsensusError::Branch { what, expected });
    }
    Ok(())
}

const ATTESTED_HEADER: &str = "attested header";
const BOOTSTRAP_HEADER: &str = "bootstrap header";
const CURRENT_COMMITTEE: &str = "current sync committee";
const FINALIZED_HEADER: &str = "finalized header";
const NEXT_COMMITTEE: &str = "next sync committee";

/// `GENESIS_SLOT`.
const GENESIS_SLOT: u64 = 0;
