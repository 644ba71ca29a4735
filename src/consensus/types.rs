//! Light-client objects, as in consensus-specs: bytes of strangers in a known shape, and nothing more.
//!
//! Their fields are public and anyone may make them; what makes something of them is [`Store`](super::Store).

use crate::network::ForkName;
use crate::primitives::bls::{PublicKeyBytes, SignatureBytes, is_set};
use crate::primitives::ssz::{bytes_root, hash_nodes, merkle_root, uint_leaf};
use crate::primitives::{Address, B256, Bytes, U256};
use alloy_primitives::Bloom;

/// `BeaconBlockHeader`: a beacon block by its roots.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct BeaconBlockHeader {
    /// When the block was due, in slots since genesis.
    pub slot: u64,
    /// Who proposed it.
    pub proposer_index: u64,
    /// The root of the block before it.
    pub parent_root: B256,
    /// The root of the beacon state after it.
    pub state_root: B256,
    /// The root of its body.
    pub body_root: B256,
}

/// `LightClientHeader`: a beacon block's header, and what it says of an execution block.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LightClientHeader {
    /// The beacon block's header.
    pub beacon: BeaconBlockHeader,
    /// The execution block that it commits to.
    pub execution: Execution,
}

/// What a light-client header says of an execution block; the shape changed with the forks.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Execution {
    /// Altair and Bellatrix: nothing.
    Absent,
    /// Capella to Fulu: the payload's header, and its branch to the block's body.
    Payload {
        /// The payload's header.
        header: Box<ExecutionPayloadHeader>,
        /// Siblings from the payload upward.
        branch: Vec<B256>,
    },
    /// From Gloas: the hash of the newest execution block that counts, which is not the block's own but its parent's; and
    /// its branch to the block's body.
    BlockHash {
        /// The execution block's hash.
        hash: B256,
        /// Siblings from the hash upward; zero nodes come first where the header is of a fork with shorter branches.
        branch: Vec<B256>,
    },
}

/// `ExecutionPayloadHeader`, of Capella and, with blob gas, of Deneb.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ExecutionPayloadHeader {
    /// Hash of the parent's header.
    pub parent_hash: B256,
    /// Who receives the fees.
    pub fee_recipient: Address,
    /// Root of the state trie after the block.
    pub state_root: B256,
    /// Root of the receipts trie.
    pub receipts_root: B256,
    /// Bloom filter over the receipts' logs.
    pub logs_bloom: Bloom,
    /// The beacon chain's randomness, `mixHash` in the execution header.
    pub prev_randao: B256,
    /// The block's number.
    pub block_number: u64,
    /// Gas that the block may use.
    pub gas_limit: u64,
    /// Gas that it used.
    pub gas_used: u64,
    /// Seconds since the Unix epoch.
    pub timestamp: u64,
    /// At most 32 bytes.
    pub extra_data: Bytes,
    /// In wei.
    pub base_fee_per_gas: U256,
    /// The block's hash.
    pub block_hash: B256,
    /// The SSZ root of the transactions, which is not that of their trie.
    pub transactions_root: B256,
    /// The SSZ root of the withdrawals.
    pub withdrawals_root: B256,
    /// What Deneb appended; none in the shape of Capella, and zero for an older block in a later shape.
    pub blob_gas: Option<BlobGas>,
}

/// The fields of `ExecutionPayloadHeader` that came with blobs.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct BlobGas {
    /// `blob_gas_used`.
    pub used: u64,
    /// `excess_blob_gas`.
    pub excess: u64,
}

/// `SyncCommittee`: the validators that sign for the head during a period.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SyncCommittee {
    /// The members' keys, compressed.
    pub pubkeys: Vec<PublicKeyBytes>,
    /// Their sum.
    pub aggregate_pubkey: PublicKeyBytes,
}

/// `SyncAggregate`: who of a committee signed, and the sum of their signatures.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SyncAggregate {
    /// A bit for each member, from the lowest of the first byte.
    pub sync_committee_bits: Vec<u8>,
    /// The signature.
    pub sync_committee_signature: SignatureBytes,
}

/// `LightClientBootstrap`: what a store starts from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Bootstrap {
    /// The fork in whose shape it is: that of its header's slot, or a later one.
    pub fork: ForkName,
    /// The header of the checkpoint's block.
    pub header: LightClientHeader,
    /// The committee of its period.
    pub current_sync_committee: SyncCommittee,
    /// Siblings from the committee to the block's state.
    pub current_sync_committee_branch: Vec<B256>,
}

/// `LightClientUpdate`, `LightClientFinalityUpdate` or `LightClientOptimisticUpdate`: the second lacks a committee, the
/// third a finalized header as well.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Update {
    /// The fork in whose shape it is: that of the attested header's slot, or a later one.
    pub fork: ForkName,
    /// The header that was signed.
    pub attested_header: LightClientHeader,
    /// The committee after the one of the attested header's period.
    pub next_sync_committee: Option<Branched<SyncCommittee>>,
    /// The header that is finalized in the attested header's state.
    pub finalized_header: Option<Branched<LightClientHeader>>,
    /// Who signed.
    pub sync_aggregate: SyncAggregate,
    /// The slot of the block with the signature, after that of the attested header.
    pub signature_slot: u64,
    /// The digest by which the source names the fork, where it does: looked at to tell an unknown fork from a bad
    /// signature, and for nothing else.
    pub claimed_fork_digest: Option<[u8; 4]>,
}

/// Something and its branch to the attested header's state. Servers fill both with zeros where there is nothing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Branched<T> {
    /// The thing.
    pub value: T,
    /// Siblings from it upward.
    pub branch: Vec<B256>,
}

impl BeaconBlockHeader {
    /// The block's root.
    pub fn root(&self) -> B256 {
        merkle_root(vec![
            uint_leaf(self.slot),
            uint_leaf(self.proposer_index),
            self.parent_root,
            self.state_root,
            self.body_root,
        ])
    }
}

impl LightClientHeader {
    /// The execution block that the header commits to; none before Capella.
    pub fn execution_block_hash(&self) -> Option<B256> {
        match &self.execution {
            Execution::Absent => None,
            Execution::Payload { header, .. } => Some(header.block_hash),
            Execution::BlockHash { hash, .. } => Some(*hash),
        }
    }

    /// Whether every field is zero, which stands for no header.
    pub(super) fn is_empty(&self) -> bool {
        self.beacon == BeaconBlockHeader::default() && self.execution.is_empty()
    }
}

impl Execution {
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Absent => true,
            Self::Payload { header, branch } => header.is_empty() && is_zero(branch),
            Self::BlockHash { hash, branch } => hash.is_zero() && is_zero(branch),
        }
    }
}

impl ExecutionPayloadHeader {
    fn is_empty(&self) -> bool {
        let blob_gas = self.blob_gas.map(|_| BlobGas::default());
        *self == Self { blob_gas, ..Self::default() }
    }

    /// The root with some blob gas or, in the shape of Capella, without.
    pub fn root(&self, blob_gas: Option<BlobGas>) -> B256 {
        let mut leaves = vec![
            self.parent_hash,
            B256::right_padding_from(self.fee_recipient.as_slice()),
            self.state_root,
            self.receipts_root,
            bytes_root(self.logs_bloom.as_slice()),
            self.prev_randao,
            uint_leaf(self.block_number),
            uint_leaf(self.gas_limit),
            uint_leaf(self.gas_used),
            uint_leaf(self.timestamp),
            hash_nodes(bytes_root(&self.extra_data), uint_leaf(self.extra_data.len() as u64)),
            B256::new(self.base_fee_per_gas.to_le_bytes()),
            self.block_hash,
            self.transactions_root,
            self.withdrawals_root,
        ];
        if let Some(gas) = blob_gas {
            leaves.extend([uint_leaf(gas.used), uint_leaf(gas.excess)]);
        }
        merkle_root(leaves)
    }
}

impl SyncCommittee {
    /// The root over the keys and their sum.
    pub fn root(&self) -> B256 {
        let keys = merkle_root(self.pubkeys.iter().map(|key| bytes_root(key)).collect());
        hash_nodes(keys, bytes_root(&self.aggregate_pubkey))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.aggregate_pubkey.iter().chain(self.pubkeys.iter().flatten()).all(|byte| *byte == 0)
    }
}

impl SyncAggregate {
    /// How many signed.
    pub fn participants(&self) -> u64 {
        self.sync_committee_bits.iter().map(|byte| u64::from(byte.count_ones())).sum()
    }

    /// Whether the member at a place of the committee signed.
    pub fn has_signed(&self, index: usize) -> bool {
        is_set(&self.sync_committee_bits, index)
    }
}

impl Update {
    /// The next committee, unless zeros stand for none: `is_sync_committee_update`.
    pub fn proposed_committee(&self) -> Option<&Branched<SyncCommittee>> {
        self.next_sync_committee.as_ref().filter(|next| !is_zero(&next.branch))
    }

    /// The finalized header, unless zeros stand for none: `is_finality_update`.
    pub fn proposed_finality(&self) -> Option<&Branched<LightClientHeader>> {
        self.finalized_header.as_ref().filter(|finalized| !is_zero(&finalized.branch))
    }

    /// The slot of the finalized header; zero where there is none.
    pub(super) fn finalized_slot(&self) -> u64 {
        self.finalized_header.as_ref().map_or(0, |finalized| finalized.value.beacon.slot)
    }
}

fn is_zero(branch: &[B256]) -> bool {
    branch.iter().all(B256::is_zero)
}
