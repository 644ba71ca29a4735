//! Light-client objects from and to SSZ.
//!
//! The shape of a message is that of the fork its attested header's slot is under, so the slot is read first: it stands at
//! the start, or behind an offset where headers are of variable size. A source that names the fork instead may name a later
//! one, into whose shape the specification upgrades older data.
//!
//! Lists of updates come framed, each with its length and fork digest. Parameters for blobs change the digest without a
//! fork, so it is not what tells the shape.
//!
//! Sources: consensus-specs `specs/*/light-client/{sync-protocol,p2p-interface}.md`; the Beacon API's
//! `getLightClientUpdatesByRange` for the framing.

use super::fork::{Rules, Shape, check_named_fork, depth, knows_digest, rules_at, rules_of};
use super::types::{
    BeaconBlockHeader, BlobGas, Bootstrap, Branched, Execution, ExecutionPayloadHeader, LightClientHeader,
    SyncAggregate, SyncCommittee, Update,
};
use super::{ConsensusError, Message};
use crate::network::{ForkName, L1};
use crate::primitives::bls::is_set;
use crate::primitives::ssz::{Container, SszError};
use crate::primitives::{Address, B256, Bytes, U256};
use alloy_primitives::Bloom;

/// `MAX_REQUEST_LIGHT_CLIENT_UPDATES`: the most updates that one answer may hold.
pub const MAX_UPDATES: usize = 128;

/// `MAX_EXTRA_DATA_BYTES`.
const MAX_EXTRA_DATA: usize = 32;

/// The size of `BeaconBlockHeader`.
const BEACON_BLOCK_HEADER_SIZE: usize = 112;

/// The depth of `EXECUTION_PAYLOAD_GINDEX`, Capella to Fulu.
const EXECUTION_BRANCH: usize = 4;

/// The depth of `EXECUTION_BLOCK_HASH_GINDEX_GLOAS`.
pub(super) const EXECUTION_BRANCH_GLOAS: usize = 11;

/// Which of the three messages an [`Update`] is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UpdateKind {
    /// `LightClientUpdate`: with the next committee.
    Full,
    /// `LightClientFinalityUpdate`: with a finalized header.
    Finality,
    /// `LightClientOptimisticUpdate`: the attested header alone.
    Optimistic,
}

impl Bootstrap {
    /// Reads a bootstrap; the fork is that of its slot unless the source names one.
    ///
    /// # Errors
    /// [`ConsensusError::Ssz`] where the bytes have not the fork's shape, [`ConsensusError::UnknownFork`] where the fork is
    /// not scheduled or older than the slot's.
    pub fn from_ssz(l1: &L1, fork: Option<ForkName>, bytes: &[u8]) -> Result<Self, ConsensusError> {
        let read = |fork, rules| bootstrap(l1, fork, rules, bytes);
        in_shape("bootstrap", l1, fork, bytes, read, |read| read.header.beacon.slot)
    }

    /// The bootstrap's only encoding in the shape of a fork.
    pub fn to_ssz(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.header(&self.header);
        out.committee(&self.current_sync_committee);
        out.hashes(&self.current_sync_committee_branch);
        out.end()
    }
}

impl Update {
    /// Reads an update of a kind; the fork is that of its attested header's slot unless the source names one.
    ///
    /// # Errors
    /// As for [`Bootstrap::from_ssz`].
    pub fn from_ssz(l1: &L1, kind: UpdateKind, fork: Option<ForkName>, bytes: &[u8]) -> Result<Self, ConsensusError> {
        let read = |fork, rules| update(l1, fork, rules, kind, bytes);
        in_shape(kind.name(), l1, fork, bytes, read, |read| read.attested_header.beacon.slot)
    }

    /// Reads a list of full updates as the Beacon API frames them.
    ///
    /// # Errors
    /// As for [`Update::from_ssz`]; also where a frame is cut off, or there are more than [`MAX_UPDATES`].
    pub fn list_from_ssz(l1: &L1, bytes: &[u8]) -> Result<Vec<Self>, ConsensusError> {
        let mut updates = Vec::new();
        let mut left = Container::new(bytes);
        while !left.is_empty() {
            if updates.len() == MAX_UPDATES {
                return Err(ConsensusError::TooManyUpdates { limit: MAX_UPDATES });
            }
            let (digest, payload) = frame(&mut left).map_err(|rule| ConsensusError::Ssz { what: "updates", rule })?;
            let update = Self::from_ssz(l1, UpdateKind::Full, None, payload).map_err(|error| {
                if knows_digest(l1, digest) { error } else { ConsensusError::unknown_digest(digest) }
            })?;
            updates.push(Self { claimed_fork_digest: Some(digest), ..update });
        }
        Ok(updates)
    }

    /// The update's only encoding in the shape of its fork.
    pub fn to_ssz(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.header(&self.attested_header);
        if let Some(next) = &self.next_sync_committee {
            out.committee(&next.value);
            out.hashes(&next.branch);
        }
        if let Some(finalized) = &self.finalized_header {
            out.header(&finalized.value);
            out.hashes(&finalized.branch);
        }
        out.bytes(&self.sync_aggregate.sync_committee_bits);
        out.bytes(&self.sync_aggregate.sync_committee_signature);
        out.bytes(&self.signature_slot.to_le_bytes());
        out.end()
    }

    /// Which message it is.
    pub const fn kind(&self) -> UpdateKind {
        match (&self.next_sync_committee, &self.finalized_header) {
            (Some(_), _) => UpdateKind::Full,
            (None, Some(_)) => UpdateKind::Finality,
            (None, None) => UpdateKind::Optimistic,
        }
    }
}

impl Message {
    /// Reads any message, told apart by its shape; a framed list gives several.
    ///
    /// # Errors
    /// As for [`Update::list_from_ssz`]. Where nothing fits, the error is the one that a framed list gives.
    pub fn list_from_ssz(l1: &L1, bytes: &[u8]) -> Result<Vec<Self>, ConsensusError> {
        if let Ok(bootstrap) = Bootstrap::from_ssz(l1, None, bytes) {
            return Ok(vec![Self::Bootstrap(Box::new(bootstrap))]);
        }
        for kind in [UpdateKind::Full, UpdateKind::Finality, UpdateKind::Optimistic] {
            if let Ok(update) = Update::from_ssz(l1, kind, None, bytes) {
                return Ok(vec![Self::Update(Box::new(update))]);
            }
        }
        Ok(Update::list_from_ssz(l1, bytes)?.into_iter().map(|update| Self::Update(Box::new(update))).collect())
    }
}

impl UpdateKind {
    /// What errors call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "update",
            Self::Finality => "finality update",
            Self::Optimistic => "optimistic update",
        }
    }
}

/// Reads a message in the shape of the fork that its own slot is under, or that the source names.
fn in_shape<T>(
    what: &'static str,
    l1: &L1,
    named: Option<ForkName>,
    bytes: &[u8],
    read: impl Fn(ForkName, &'static Rules) -> Result<T, SszError>,
    slot_of: impl Fn(&T) -> u64,
) -> Result<T, ConsensusError> {
    let refused = |rule| ConsensusError::Ssz { what, rule };
    if let Some(fork) = named {
        let message = read(fork, rules_of(l1, fork)?).map_err(refused)?;
        check_named_fork(l1, fork, slot_of(&message))?;
        return Ok(message);
    }
    // Where headers are of variable size the slot is found through the first offset.
    let mut error = None;
    for slot in [slot_at(bytes, 0), slot_at(bytes, offset(bytes))].into_iter().flatten() {
        let Ok((fork, rules)) = rules_at(l1, slot) else { continue };
        match read(fork, rules) {
            Ok(message) if slot_of(&message) == slot => return Ok(message),
            Ok(_) => {}
            Err(rule) => error = Some(rule),
        }
    }
    Err(refused(error.unwrap_or(SszError::Short { got: bytes.len(), expected: 8 })))
}

/// The slot of the header that starts at an offset.
fn slot_at(bytes: &[u8], offset: usize) -> Option<u64> {
    let slot = bytes.get(offset..)?.first_chunk()?;
    Some(u64::from_le_bytes(*slot))
}

fn offset(bytes: &[u8]) -> usize {
    bytes.first_chunk().map_or(0, |offset| u32::from_le_bytes(*offset) as usize)
}

/// A frame's fork digest and payload. Its length counts the digest.
fn frame<'a>(list: &mut Container<'a>) -> Result<([u8; 4], &'a [u8]), SszError> {
    let length = usize::try_from(list.uint()?).unwrap_or(usize::MAX);
    let digest = list.fixed()?;
    let payload = length.checked_sub(digest.len()).ok_or(SszError::Short { got: length, expected: digest.len() })?;
    Ok((digest, list.take(payload)?))
}

fn bootstrap(l1: &L1, fork: ForkName, rules: &Rules, bytes: &[u8]) -> Result<Bootstrap, SszError> {
    let mut fields = Container::new(bytes);
    let header = fields.part(header_size(rules.header))?;
    let current_sync_committee = committee(l1, &mut fields)?;
    let current_sync_committee_branch = fields.hashes(depth(rules.current_sync_committee))?;
    let parts = fields.end()?;
    Ok(Bootstrap {
        fork,
        header: light_client_header(rules.header, header.bytes(&parts))?,
        current_sync_committee,
        current_sync_committee_branch,
    })
}

fn update(l1: &L1, fork: ForkName, rules: &Rules, kind: UpdateKind, bytes: &[u8]) -> Result<Update, SszError> {
    let mut fields = Container::new(bytes);
    let attested = fields.part(header_size(rules.header))?;
    let next_sync_committee = match kind {
        UpdateKind::Full => Some(Branched {
            value: committee(l1, &mut fields)?,
            branch: fields.hashes(depth(rules.next_sync_committee))?,
        }),
        UpdateKind::Finality | UpdateKind::Optimistic => None,
    };
    let finalized = match kind {
        UpdateKind::Full | UpdateKind::Finality => {
            Some((fields.part(header_size(rules.header))?, fields.hashes(depth(rules.finalized_root))?))
        }
        UpdateKind::Optimistic => None,
    };
    let sync_aggregate = sync_aggregate(l1, &mut fields)?;
    let signature_slot = fields.uint()?;
    let parts = fields.end()?;
    let finalized_header = match finalized {
        Some((header, branch)) => {
            Some(Branched { value: light_client_header(rules.header, header.bytes(&parts))?, branch })
        }
        None => None,
    };
    Ok(Update {
        fork,
        attested_header: light_client_header(rules.header, attested.bytes(&parts))?,
        next_sync_committee,
        finalized_header,
        sync_aggregate,
        signature_slot,
        claimed_fork_digest: None,
    })
}

/// The size of a header inside a message; none where it varies.
const fn header_size(shape: Shape) -> Option<usize> {
    match shape {
        Shape::Beacon => Some(BEACON_BLOCK_HEADER_SIZE),
        Shape::Payload { .. } => None,
        Shape::BlockHash => Some(BEACON_BLOCK_HEADER_SIZE + 32 + 32 * EXECUTION_BRANCH_GLOAS),
    }
}

fn light_client_header(shape: Shape, bytes: &[u8]) -> Result<LightClientHeader, SszError> {
    let mut fields = Container::new(bytes);
    let beacon = beacon_block_header(&mut fields);
    let execution = match shape {
        Shape::Beacon => {
            fields.end()?;
            Execution::Absent
        }
        Shape::Payload { has_blobs } => {
            let payload = fields.part(None)?;
            let branch = fields.hashes(EXECUTION_BRANCH)?;
            let header = execution_payload_header(has_blobs, payload.bytes(&fields.end()?))?;
            Execution::Payload { header: Box::new(header), branch }
        }
        Shape::BlockHash => {
            let hash = fields.hash()?;
            let branch = fields.hashes(EXECUTION_BRANCH_GLOAS)?;
            fields.end()?;
            Execution::BlockHash { hash, branch }
        }
    };
    Ok(LightClientHeader { beacon, execution })
}

fn beacon_block_header(fields: &mut Container<'_>) -> BeaconBlockHeader {
    BeaconBlockHeader {
        slot: fields.next_uint(),
        proposer_index: fields.next_uint(),
        parent_root: fields.next_hash(),
        state_root: fields.next_hash(),
        body_root: fields.next_hash(),
    }
}

fn execution_payload_header(has_blobs: bool, bytes: &[u8]) -> Result<ExecutionPayloadHeader, SszError> {
    let mut fields = Container::new(bytes);
    let mut header = ExecutionPayloadHeader {
        parent_hash: fields.next_hash(),
        fee_recipient: Address::new(fields.next()),
        state_root: fields.next_hash(),
        receipts_root: fields.next_hash(),
        logs_bloom: Bloom::new(fields.next()),
        prev_randao: fields.next_hash(),
        block_number: fields.next_uint(),
        gas_limit: fields.next_uint(),
        gas_used: fields.next_uint(),
        timestamp: fields.next_uint(),
        ..ExecutionPayloadHeader::default()
    };
    let extra_data = fields.part(None)?;
    header.base_fee_per_gas = U256::from_le_bytes::<32>(fields.next());
    header.block_hash = fields.next_hash();
    header.transactions_root = fields.next_hash();
    header.withdrawals_root = fields.next_hash();
    if has_blobs {
        header.blob_gas = Some(BlobGas { used: fields.next_uint(), excess: fields.next_uint() });
    }
    let parts = fields.end()?;
    let extra_data = extra_data.bytes(&parts);
    if extra_data.len() > MAX_EXTRA_DATA {
        return Err(SszError::TooLong { got: extra_data.len(), limit: MAX_EXTRA_DATA });
    }
    header.extra_data = Bytes::copy_from_slice(extra_data);
    Ok(header)
}

fn committee(l1: &L1, fields: &mut Container<'_>) -> Result<SyncCommittee, SszError> {
    // Taken in one piece, so that a size that the bytes do not have allocates nothing.
    let (pubkeys, _) = fields.take(committee_size(l1).saturating_mul(48))?.as_chunks();
    Ok(SyncCommittee { pubkeys: pubkeys.to_vec(), aggregate_pubkey: fields.fixed()? })
}

fn sync_aggregate(l1: &L1, fields: &mut Container<'_>) -> Result<SyncAggregate, SszError> {
    let size = committee_size(l1);
    let bits = fields.take(size.div_ceil(8))?;
    if !are_bits_of(size, bits) {
        return Err(SszError::Bits { len: size });
    }
    Ok(SyncAggregate { sync_committee_bits: bits.to_vec(), sync_committee_signature: fields.fixed()? })
}

/// Whether bytes are the bits of a vector of that many, with none set beyond its end.
pub(super) fn are_bits_of(size: usize, bits: &[u8]) -> bool {
    let beyond = size..bits.len().saturating_mul(8);
    bits.len() == size.div_ceil(8) && beyond.into_iter().all(|index| !is_set(bits, index))
}

pub(super) fn committee_size(l1: &L1) -> usize {
    usize::try_from(l1.sync_committee_size).unwrap_or(usize::MAX)
}

/// Writes a container: its fixed part, and behind it the headers of variable size.
#[derive(Debug, Default)]
struct Writer {
    fixed: Vec<u8>,
    /// Where in the fixed part an offset belongs, and the bytes it leads to.
    behind: Vec<(usize, Vec<u8>)>,
}

impl Writer {
    fn bytes(&mut self, bytes: &[u8]) {
        self.fixed.extend_from_slice(bytes);
    }

    fn uint(&mut self, number: u64) {
        self.bytes(&number.to_le_bytes());
    }

    fn hashes(&mut self, hashes: &[B256]) {
        hashes.iter().for_each(|hash| self.bytes(hash.as_slice()));
    }

    fn variable(&mut self, bytes: Vec<u8>) {
        self.behind.push((self.fixed.len(), bytes));
        self.bytes(&[0; 4]);
    }

    fn committee(&mut self, committee: &SyncCommittee) {
        self.bytes(committee.pubkeys.as_flattened());
        self.bytes(&committee.aggregate_pubkey);
    }

    fn header(&mut self, header: &LightClientHeader) {
        let mut out = Self::default();
        out.uint(header.beacon.slot);
        out.uint(header.beacon.proposer_index);
        out.hashes(&[header.beacon.parent_root, header.beacon.state_root, header.beacon.body_root]);
        match &header.execution {
            Execution::Absent => self.bytes(&out.end()),
            Execution::Payload { header, branch } => {
                let mut payload = Self::default();
                payload.payload_header(header);
                out.variable(payload.end());
                out.hashes(branch);
                self.variable(out.end());
            }
            Execution::BlockHash { hash, branch } => {
                out.hashes(&[*hash]);
                out.hashes(branch);
                self.bytes(&out.end());
            }
        }
    }

    fn payload_header(&mut self, header: &ExecutionPayloadHeader) {
        self.hashes(&[header.parent_hash]);
        self.bytes(header.fee_recipient.as_slice());
        self.hashes(&[header.state_root, header.receipts_root]);
        self.bytes(header.logs_bloom.as_slice());
        self.hashes(&[header.prev_randao]);
        for number in [header.block_number, header.gas_limit, header.gas_used, header.timestamp] {
            self.uint(number);
        }
        self.variable(header.extra_data.to_vec());
        self.bytes(&header.base_fee_per_gas.to_le_bytes::<32>());
        self.hashes(&[header.block_hash, header.transactions_root, header.withdrawals_root]);
        if let Some(gas) = header.blob_gas {
            self.uint(gas.used);
            self.uint(gas.excess);
        }
    }

    fn end(self) -> Vec<u8> {
        let mut out = self.fixed;
        for (place, bytes) in self.behind {
            let offset = u32::try_from(out.len()).unwrap_or(u32::MAX).to_le_bytes();
            if let Some(hole) = out.get_mut(place..).and_then(|rest| rest.first_chunk_mut()) {
                *hole = offset;
            }
            out.extend(bytes);
        }
        out
    }
}
