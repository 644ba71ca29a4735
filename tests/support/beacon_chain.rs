//! A small beacon chain of one's own: committees with known secrets, blocks whose states and bodies are trees of which only
//! the needed nodes mean anything, and updates signed by whom one likes.
//!
//! For tests and for the generator of test data. It is honest by default; what a test spoils it spoils afterwards and has
//! signed again.

#![allow(dead_code, reason = "each of those who include this needs a part of it")]

use bls12_381::hash_to_curve::{ExpandMsgXmd, HashToCurve};
use bls12_381::{G1Affine, G1Projective, G2Affine, G2Projective, Scalar};
use metis_light::consensus::{
    BeaconBlockHeader, BlobGas, Bootstrap, Branched, Execution, ExecutionPayloadHeader, LightClientHeader,
    SyncAggregate, SyncCommittee, Update,
};
use metis_light::network::{Fork, ForkName, L1};
use metis_light::primitives::header::Header;
use metis_light::primitives::ssz::{hash_bytes, hash_nodes};
use metis_light::primitives::{B256, U256, keccak256};
use std::collections::BTreeMap;

/// Stands in for a hash that nobody needs the preimage of.
pub(crate) fn filler(label: &str, n: u64) -> B256 {
    keccak256(format!("beacon chain {label} {n}"))
}

/// An L1 whose forks begin at the given epochs; those after the last one never begin.
pub(crate) fn l1(sync_committee_size: u64, forks: &[(ForkName, u64)]) -> L1 {
    let version = |name: ForkName| {
        let number = ForkName::ALL.iter().position(|known| *known == name).expect("every fork is in the list");
        [u8::try_from(number).expect("there are few forks"), 0, 0, 0x4d]
    };
    let genesis = [(ForkName::Phase0, 0)];
    L1 {
        chain_id: 900,
        genesis_time: GENESIS_TIME,
        genesis_validators_root: filler("genesis validators", 0),
        seconds_per_slot: 12,
        slots_per_epoch: 8,
        epochs_per_sync_committee_period: 4,
        sync_committee_size,
        forks: genesis
            .iter()
            .chain(forks)
            .map(|&(name, epoch)| Fork { name, version: version(name), epoch, weak_subjectivity_epochs: None })
            .collect(),
        blob_schedule: Vec::new(),
    }
}

pub(crate) const GENESIS_TIME: u64 = 1_700_000_000;

/// A committee whose members' secrets are known.
#[derive(Clone)]
pub(crate) struct Committee {
    pub(crate) secrets: Vec<Scalar>,
    pub(crate) keys: SyncCommittee,
}

impl Committee {
    /// The committee with a number.
    pub(crate) fn new(size: u64, number: u64) -> Self {
        Self::of((0..size).map(|member| secret(number * 10_000 + member)).collect())
    }

    /// The committee with these secrets.
    pub(crate) fn of(secrets: Vec<Scalar>) -> Self {
        let keys: Vec<_> = secrets.iter().map(|secret| G1Projective::generator() * secret).collect();
        let aggregate = keys.iter().fold(G1Projective::identity(), |sum, key| sum + key);
        let keys = SyncCommittee {
            pubkeys: keys.iter().map(|key| G1Affine::from(key).to_compressed()).collect(),
            aggregate_pubkey: G1Affine::from(aggregate).to_compressed(),
        };
        Self { secrets, keys }
    }

    /// The aggregate of those members' signatures who are to sign.
    pub(crate) fn sign(&self, message: B256, signs: impl Fn(usize) -> bool) -> SyncAggregate {
        let mut bits = vec![0; self.secrets.len().div_ceil(8)];
        let mut sum = Scalar::zero();
        for (member, secret) in self.secrets.iter().enumerate().filter(|(member, _)| signs(*member)) {
            bits[member / 8] |= 1 << (member % 8);
            sum += secret;
        }
        SyncAggregate {
            sync_committee_bits: bits,
            sync_committee_signature: G2Affine::from(hash_to_g2(message) * sum).to_compressed(),
        }
    }
}

fn secret(number: u64) -> Scalar {
    let mut wide = [0; 64];
    wide[..32].copy_from_slice(filler("secret", number).as_slice());
    Scalar::from_bytes_wide(&wide)
}

fn hash_to_g2(message: B256) -> G2Projective {
    const DOMAIN: &[u8] = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";
    <G2Projective as HashToCurve<ExpandMsgXmd<sha2::Sha256>>>::hash_to_curve([message.as_slice()], DOMAIN)
}

/// A Merkle tree of which some nodes are given; the others stand for nothing.
#[derive(Clone)]
pub(crate) struct Tree {
    label: u64,
    nodes: BTreeMap<u64, B256>,
}

impl Tree {
    fn new(label: u64) -> Self {
        Self { label, nodes: BTreeMap::new() }
    }

    fn with(mut self, gindex: u64, node: B256) -> Self {
        self.nodes.insert(gindex, node);
        self
    }

    pub(crate) fn root(&self) -> B256 {
        self.node(1)
    }

    fn node(&self, gindex: u64) -> B256 {
        if let Some(node) = self.nodes.get(&gindex) {
            return *node;
        }
        let is_below =
            |given: &u64| given.ilog2() > gindex.ilog2() && given >> (given.ilog2() - gindex.ilog2()) == gindex;
        if self.nodes.keys().any(is_below) {
            return hash_nodes(self.node(2 * gindex), self.node(2 * gindex + 1));
        }
        filler("node", self.label * 100_000 + gindex)
    }

    /// The siblings from a node upward.
    pub(crate) fn branch(&self, gindex: u64) -> Vec<B256> {
        (0..gindex.ilog2()).map(|height| self.node((gindex >> height) ^ 1)).collect()
    }
}

/// Where things stand in a fork, written down here a second time.
#[derive(Clone, Copy)]
pub(crate) struct Places {
    pub(crate) finalized_root: u64,
    pub(crate) current_sync_committee: u64,
    pub(crate) next_sync_committee: u64,
}

pub(crate) fn places(fork: ForkName) -> Places {
    let (finalized_root, current_sync_committee, next_sync_committee) = match fork {
        ForkName::Gloas => (735, 2945, 2946),
        ForkName::Electra | ForkName::Fulu => (169, 86, 87),
        _ => (105, 54, 55),
    };
    Places { finalized_root, current_sync_committee, next_sync_committee }
}

/// A block, its state and its body.
#[derive(Clone)]
pub(crate) struct Block {
    pub(crate) fork: ForkName,
    pub(crate) header: LightClientHeader,
    pub(crate) state: Tree,
    pub(crate) execution: Header,
}

/// What a block's state says.
pub(crate) struct State<'a> {
    pub(crate) finalized: Option<&'a Block>,
    pub(crate) current: &'a SyncCommittee,
    pub(crate) next: &'a SyncCommittee,
}

/// Makes a block at a slot over an execution block, in the shape of the slot's fork.
pub(crate) fn block(l1: &L1, slot: u64, state: &State<'_>, execution: &Header) -> Block {
    block_with(l1, slot, state, execution, payload_header(fork_at(l1, slot), execution))
}

/// As [`block`], with a payload header that may say something else than the execution block.
pub(crate) fn block_with(
    l1: &L1,
    slot: u64,
    state: &State<'_>,
    execution: &Header,
    payload: ExecutionPayloadHeader,
) -> Block {
    let fork = fork_at(l1, slot);
    let places = places(fork);
    let finalized = state.finalized.map_or(B256::ZERO, |block| block.header.beacon.root());
    let state = Tree::new(slot)
        .with(places.finalized_root, finalized)
        .with(places.current_sync_committee, state.current.root())
        .with(places.next_sync_committee, state.next.root());
    let (body, execution_part) = body(fork, slot, payload);
    let header = LightClientHeader {
        beacon: BeaconBlockHeader {
            slot,
            proposer_index: slot % 5,
            parent_root: filler("parent", slot),
            state_root: state.root(),
            body_root: body.root(),
        },
        execution: execution_part,
    };
    Block { fork, header, state, execution: execution.clone() }
}

fn body(fork: ForkName, slot: u64, payload: ExecutionPayloadHeader) -> (Tree, Execution) {
    const PAYLOAD: u64 = 25;
    const BLOCK_HASH_GLOAS: u64 = 2856;
    let body = Tree::new(slot + 1_000_000);
    if fork >= ForkName::Gloas {
        let body = body.with(BLOCK_HASH_GLOAS, payload.block_hash);
        let branch = body.branch(BLOCK_HASH_GLOAS);
        return (body, Execution::BlockHash { hash: payload.block_hash, branch });
    }
    if fork >= ForkName::Capella {
        let body = body.with(PAYLOAD, payload.root(payload.blob_gas));
        let branch = body.branch(PAYLOAD);
        return (body, Execution::Payload { header: Box::new(payload), branch });
    }
    (body, Execution::Absent)
}

/// What the beacon chain keeps of an execution block's header.
pub(crate) fn payload_header(fork: ForkName, header: &Header) -> ExecutionPayloadHeader {
    let london = header.london.as_ref();
    let cancun = london.and_then(|london| london.shanghai.as_ref()).and_then(|shanghai| shanghai.cancun.as_ref());
    let blob_gas = BlobGas {
        used: cancun.map_or(0, |cancun| cancun.blob_gas_used),
        excess: cancun.map_or(0, |cancun| cancun.excess_blob_gas),
    };
    ExecutionPayloadHeader {
        parent_hash: header.parent_hash,
        fee_recipient: header.beneficiary,
        state_root: header.state_root,
        receipts_root: header.receipts_root,
        logs_bloom: header.logs_bloom,
        prev_randao: header.mix_hash,
        block_number: header.number,
        gas_limit: header.gas_limit,
        gas_used: header.gas_used,
        timestamp: header.timestamp,
        extra_data: header.extra_data.clone(),
        base_fee_per_gas: U256::from(london.map_or(0, |london| london.base_fee_per_gas)),
        block_hash: header.hash(),
        transactions_root: filler("transactions", header.number),
        withdrawals_root: filler("withdrawals", header.number),
        blob_gas: (fork >= ForkName::Deneb).then_some(blob_gas),
    }
}

pub(crate) fn bootstrap(block: &Block, current: &SyncCommittee) -> Bootstrap {
    Bootstrap {
        fork: block.fork,
        header: block.header.clone(),
        current_sync_committee: current.clone(),
        current_sync_committee_branch: block.state.branch(places(block.fork).current_sync_committee),
    }
}

/// An update that says what a block's state says, signed by nobody yet.
pub(crate) fn update(attested: &Block, finalized: Option<&Block>, next: Option<&SyncCommittee>) -> Update {
    let places = places(attested.fork);
    Update {
        fork: attested.fork,
        attested_header: attested.header.clone(),
        next_sync_committee: next
            .map(|next| Branched { value: next.clone(), branch: attested.state.branch(places.next_sync_committee) }),
        finalized_header: finalized.map(|finalized| Branched {
            value: finalized.header.clone(),
            branch: attested.state.branch(places.finalized_root),
        }),
        sync_aggregate: SyncAggregate { sync_committee_bits: Vec::new(), sync_committee_signature: [0; 96] },
        signature_slot: attested.header.beacon.slot + 1,
        claimed_fork_digest: None,
    }
}

/// Signs an update in its own form, by those members of a committee who are to sign.
pub(crate) fn sign(l1: &L1, update: &mut Update, committee: &Committee, signs: impl Fn(usize) -> bool) {
    let version = l1.fork_at(l1.epoch_at(update.signature_slot.max(1) - 1)).expect("forks begin at 0").version;
    update.sync_aggregate = committee.sign(signing_root(l1, update, version), signs);
}

/// What a committee signs: the attested header's root in the domain of a fork's version.
pub(crate) fn signing_root(l1: &L1, update: &Update, version: [u8; 4]) -> B256 {
    let mut padded = [0; 64];
    padded[..4].copy_from_slice(&version);
    padded[32..].copy_from_slice(l1.genesis_validators_root.as_slice());
    let mut domain = [7, 0, 0, 0].to_vec();
    domain.extend_from_slice(&hash_bytes(&padded)[..28]);
    hash_nodes(update.attested_header.beacon.root(), B256::from_slice(&domain))
}

pub(crate) fn fork_at(l1: &L1, slot: u64) -> ForkName {
    l1.fork_at(l1.epoch_at(slot)).expect("forks begin at 0").name
}
