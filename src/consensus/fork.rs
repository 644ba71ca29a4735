//! What differs between forks, in one table: the shape of headers and where things stand in state and body.
//!
//! The shape of a message follows from the fork of its attested header's slot (that of its only header in a bootstrap); so
//! do the places of committees and of finality. What a header proves of its execution block follows from the header's own
//! slot, which may be of an older fork than the message that carries it.
//!
//! Sources: consensus-specs `specs/{altair,capella,deneb,electra,gloas}/light-client/sync-protocol.md`; Fulu has none and
//! keeps Electra's.

use super::ConsensusError;
use crate::network::{BlobParameters, ForkName, L1};
use crate::primitives::B256;
use crate::primitives::ssz::{hash_bytes, hash_nodes};

/// How light-client messages of a fork look, and where their branches lead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// The shape of headers in messages of this fork.
    pub(crate) header: Shape,
    /// `FINALIZED_ROOT_GINDEX`: the finalized checkpoint's root, in the state.
    pub(super) finalized_root: u64,
    /// `CURRENT_SYNC_COMMITTEE_GINDEX`: in the state.
    pub(super) current_sync_committee: u64,
    /// `NEXT_SYNC_COMMITTEE_GINDEX`: in the state.
    pub(super) next_sync_committee: u64,
    /// `EXECUTION_BLOCK_HASH_GINDEX`: in the block's body; none where headers say nothing of execution.
    pub(super) execution_block_hash: Option<u64>,
}

/// What a light-client header holds besides the beacon block's header.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Shape {
    /// Nothing.
    Beacon,
    /// The execution payload's header, with blob gas or without, and its branch.
    Payload { has_blobs: bool },
    /// The hash of an execution block and its branch.
    BlockHash,
}

/// `EXECUTION_PAYLOAD_GINDEX`: the execution payload in a block's body, Capella to Fulu.
pub(super) const EXECUTION_PAYLOAD: u64 = 25;

/// How much of an unknown name an error shows.
const MAX_SHOWN: usize = 40;

/// `DOMAIN_SYNC_COMMITTEE`.
const DOMAIN_SYNC_COMMITTEE: [u8; 4] = [7, 0, 0, 0];

/// `MAX_BLOBS_PER_BLOCK_ELECTRA`, the same on every public network.
const MAX_BLOBS_ELECTRA: u64 = 9;

const ALTAIR: Rules = Rules {
    header: Shape::Beacon,
    finalized_root: 105,
    current_sync_committee: 54,
    next_sync_committee: 55,
    execution_block_hash: None,
};

const CAPELLA: Rules = Rules { header: Shape::Payload { has_blobs: false }, execution_block_hash: Some(412), ..ALTAIR };

const DENEB: Rules = Rules { header: Shape::Payload { has_blobs: true }, execution_block_hash: Some(812), ..ALTAIR };

const ELECTRA: Rules = Rules { finalized_root: 169, current_sync_committee: 86, next_sync_committee: 87, ..DENEB };

const GLOAS: Rules = Rules {
    header: Shape::BlockHash,
    finalized_root: 735,
    current_sync_committee: 2945,
    next_sync_committee: 2946,
    execution_block_hash: Some(2856),
};

/// The table; none before there were sync committees.
const fn rules(fork: ForkName) -> Option<&'static Rules> {
    match fork {
        ForkName::Phase0 => None,
        ForkName::Altair | ForkName::Bellatrix => Some(&ALTAIR),
        ForkName::Capella => Some(&CAPELLA),
        ForkName::Deneb => Some(&DENEB),
        ForkName::Electra | ForkName::Fulu => Some(&ELECTRA),
        ForkName::Gloas => Some(&GLOAS),
    }
}

/// The fork and the rules at a slot.
///
/// # Errors
/// [`ConsensusError::NoSyncCommittee`] before Altair.
pub(super) fn rules_at(l1: &L1, slot: u64) -> Result<(ForkName, &'static Rules), ConsensusError> {
    let fork = l1.fork_at(l1.epoch_at(slot)).map_or(ForkName::Phase0, |fork| fork.name);
    let rules = rules(fork).ok_or(ConsensusError::NoSyncCommittee { slot })?;
    Ok((fork, rules))
}

/// The rules of a fork that a source names.
///
/// # Errors
/// [`ConsensusError::UnknownFork`] where the network has no date for it.
pub(super) fn rules_of(l1: &L1, named: ForkName) -> Result<&'static Rules, ConsensusError> {
    let is_scheduled = l1.forks.iter().any(|fork| fork.name == named);
    let rules = rules(named).filter(|_| is_scheduled);
    rules.ok_or_else(|| ConsensusError::UnknownFork { named: named.to_string() })
}

/// The fork and the rules of a message by the name that its source gives the fork, if it does, and by its slot.
///
/// # Errors
/// [`ConsensusError::UnknownFork`] for a name that is not known, [`ConsensusError::OldFork`] where the slot is of a later
/// fork.
pub(crate) fn named_rules(
    l1: &L1,
    name: Option<&str>,
    slot: u64,
) -> Result<(ForkName, &'static Rules), ConsensusError> {
    let Some(name) = name else { return rules_at(l1, slot) };
    let known = ForkName::ALL.into_iter().find(|fork| fork.as_str() == name);
    let fork = known.ok_or_else(|| ConsensusError::UnknownFork { named: name.chars().take(MAX_SHOWN).collect() })?;
    let rules = rules_of(l1, fork)?;
    check_named_fork(l1, fork, slot)?;
    Ok((fork, rules))
}

/// A message may be in the shape of a later fork than its slot's, never of an earlier one.
pub(super) fn check_named_fork(l1: &L1, named: ForkName, slot: u64) -> Result<(), ConsensusError> {
    let (expected, _) = rules_at(l1, slot)?;
    if named < expected {
        return Err(ConsensusError::OldFork { got: named, expected });
    }
    Ok(())
}

/// `compute_domain` for the signature of a sync committee in a block of a slot: the version counts that was in force one
/// slot earlier.
pub(super) fn domain(l1: &L1, signature_slot: u64) -> Result<B256, ConsensusError> {
    let slot = signature_slot.max(1).saturating_sub(1);
    let fork = l1.fork_at(l1.epoch_at(slot)).ok_or(ConsensusError::NoSyncCommittee { slot })?;
    let mut domain = fork_data_root(l1, fork.version);
    // The type comes first, and 28 bytes of the root after it.
    domain.copy_within(..28, 4);
    if let Some(start) = domain.first_chunk_mut() {
        *start = DOMAIN_SYNC_COMMITTEE;
    }
    Ok(domain)
}

/// Whether a fork digest belongs to a fork and blob parameters that the network's data names.
pub(super) fn knows_digest(l1: &L1, digest: [u8; 4]) -> bool {
    l1.forks.iter().any(|fork| {
        let base = fork_data_root(l1, fork.version);
        match fork.name < ForkName::Fulu {
            true => base.starts_with(&digest),
            false => blob_parameters(l1).any(|parameters| {
                let mask = parameters.digest_mask();
                base.iter().zip(mask).map(|(byte, mask)| byte ^ mask).eq(digest)
            }),
        }
    })
}

/// The blob parameters that a fork digest may be mixed with: the schedule's, and Electra's before the first of them.
fn blob_parameters(l1: &L1) -> impl Iterator<Item = BlobParameters> {
    let electra = l1.forks.iter().find(|fork| fork.name == ForkName::Electra);
    let before = electra.map(|fork| BlobParameters { epoch: fork.epoch, max_blobs_per_block: MAX_BLOBS_ELECTRA });
    l1.blob_schedule.iter().copied().chain(before)
}

impl BlobParameters {
    /// What a fork digest is combined with from Fulu on: `compute_fork_digest`.
    fn digest_mask(self) -> [u8; 4] {
        let root = hash_bytes(&[self.epoch.to_le_bytes(), self.max_blobs_per_block.to_le_bytes()].concat());
        root.first_chunk().copied().unwrap_or_default()
    }
}

fn fork_data_root(l1: &L1, version: [u8; 4]) -> B256 {
    hash_nodes(B256::right_padding_from(&version), l1.genesis_validators_root)
}

/// The number of nodes of a branch to a generalized index.
pub(super) const fn depth(gindex: u64) -> usize {
    match gindex.checked_ilog2() {
        Some(depth) => depth as usize,
        None => 0,
    }
}
