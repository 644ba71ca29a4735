//! The beacon chain's types by fork and preset, as the classes of the executable consensus specs define them, and
//! what light clients are told, taken out of whole blocks.
//!
//! States and block bodies only ever grew until Fulu, so each is one list of fields, cut off where a fork ends it.

use super::{Field, Type, Value, byte_list, bytes, container, list, uint, vector};
use metis_light::primitives::B256;

/// The forks that light clients see.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Fork {
    Altair,
    Bellatrix,
    Capella,
    Deneb,
    Electra,
    Fulu,
    Gloas,
}

impl Fork {
    /// A fork by its name in lower case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        const NAMES: [(&str, Fork); 7] = [
            ("altair", Fork::Altair),
            ("bellatrix", Fork::Bellatrix),
            ("capella", Fork::Capella),
            ("deneb", Fork::Deneb),
            ("electra", Fork::Electra),
            ("fulu", Fork::Fulu),
            ("gloas", Fork::Gloas),
        ];
        NAMES.into_iter().find(|(known, _)| *known == name).map(|(_, fork)| fork)
    }

    /// Depths of the branches to the sync committees and to the finalized root in a state.
    const fn depths(self) -> (usize, usize) {
        match self {
            Self::Altair | Self::Bellatrix | Self::Capella | Self::Deneb => (5, 6),
            Self::Electra | Self::Fulu => (6, 7),
            Self::Gloas => (11, 9),
        }
    }
}

/// Where the presets differ.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Preset {
    pub(crate) slots_per_epoch: usize,
    pub(crate) epochs_per_eth1_voting_period: u64,
    pub(crate) slots_per_historical_root: usize,
    pub(crate) epochs_per_historical_vector: usize,
    pub(crate) epochs_per_slashings_vector: usize,
    pub(crate) max_committees_per_slot: usize,
    pub(crate) sync_committee_size: usize,
    pub(crate) max_withdrawals_per_payload: u64,
    pub(crate) pending_partial_withdrawals_limit: u64,
    pub(crate) pending_consolidations_limit: u64,
}

pub(crate) const MINIMAL: Preset = Preset {
    slots_per_epoch: 8,
    epochs_per_eth1_voting_period: 4,
    slots_per_historical_root: 64,
    epochs_per_historical_vector: 64,
    epochs_per_slashings_vector: 64,
    max_committees_per_slot: 4,
    sync_committee_size: 32,
    max_withdrawals_per_payload: 4,
    pending_partial_withdrawals_limit: 64,
    pending_consolidations_limit: 64,
};

pub(crate) const MAINNET: Preset = Preset {
    slots_per_epoch: 32,
    epochs_per_eth1_voting_period: 64,
    slots_per_historical_root: 8192,
    epochs_per_historical_vector: 65_536,
    epochs_per_slashings_vector: 8192,
    max_committees_per_slot: 64,
    sync_committee_size: 512,
    max_withdrawals_per_payload: 16,
    pending_partial_withdrawals_limit: 1 << 27,
    pending_consolidations_limit: 1 << 18,
};

const HISTORICAL_ROOTS_LIMIT: u64 = 1 << 24;
const MAX_VALIDATORS_PER_COMMITTEE: u64 = 2048;
const VALIDATOR_REGISTRY_LIMIT: u64 = 1 << 40;

/// A type by the name of its class, if it is one that has been written down for this fork.
pub(crate) fn named(name: &str, fork: Fork, preset: &Preset) -> Option<Type> {
    // Gloas rebuilt states and bodies out of progressive lists, of which there are none here.
    let has_payload = (Fork::Bellatrix..Fork::Gloas).contains(&fork);
    Some(match name {
        "BeaconState" if fork < Fork::Gloas => state(fork, preset),
        "BeaconBlockBody" if has_payload => block_body(fork, preset),
        "BeaconBlock" if has_payload => block(fork, preset),
        "SignedBeaconBlock" if has_payload => signed(block(fork, preset)),
        "ExecutionPayload" if has_payload => payload(fork, preset),
        "ExecutionPayloadHeader" if has_payload => payload_header(fork),
        "BeaconBlockHeader" => block_header(),
        "SyncAggregate" => sync_aggregate(preset),
        "SyncCommittee" => sync_committee(preset),
        "LightClientHeader" => light_client_header(fork),
        "LightClientBootstrap" => bootstrap(fork, preset),
        "LightClientUpdate" => update(fork, preset),
        "LightClientFinalityUpdate" => finality_update(fork, preset),
        "LightClientOptimisticUpdate" => optimistic_update(fork, preset),
        _ => return None,
    })
}

fn address() -> Type {
    bytes(20)
}

fn root() -> Type {
    bytes(32)
}

fn public_key() -> Type {
    bytes(48)
}

fn signature() -> Type {
    bytes(96)
}

/// A message and a signature over it.
fn signed(message: Type) -> Type {
    container([("message", message), ("signature", signature())])
}

fn checkpoint() -> Type {
    container([("epoch", uint(64)), ("root", root())])
}

fn eth1_data() -> Type {
    container([("deposit_root", root()), ("deposit_count", uint(64)), ("block_hash", root())])
}

fn block_header() -> Type {
    container([
        ("slot", uint(64)),
        ("proposer_index", uint(64)),
        ("parent_root", root()),
        ("state_root", root()),
        ("body_root", root()),
    ])
}

fn sync_committee(preset: &Preset) -> Type {
    container([("pubkeys", vector(public_key(), preset.sync_committee_size)), ("aggregate_pubkey", public_key())])
}

fn sync_aggregate(preset: &Preset) -> Type {
    container([
        ("sync_committee_bits", Type::Bitvector(preset.sync_committee_size)),
        ("sync_committee_signature", signature()),
    ])
}

// Execution.

fn payload(fork: Fork, preset: &Preset) -> Type {
    let withdrawal =
        container([("index", uint(64)), ("validator_index", uint(64)), ("address", address()), ("amount", uint(64))]);
    let transactions = ("transactions", list(byte_list(1 << 30), 1 << 20));
    let withdrawals = ("withdrawals", list(withdrawal, preset.max_withdrawals_per_payload));
    payload_with(fork, transactions, withdrawals)
}

/// The payload with roots in the place of its lists.
fn payload_header(fork: Fork) -> Type {
    payload_with(fork, ("transactions_root", root()), ("withdrawals_root", root()))
}

fn payload_with(fork: Fork, transactions: (&str, Type), withdrawals: (&str, Type)) -> Type {
    let mut fields = vec![
        ("parent_hash", root()),
        ("fee_recipient", address()),
        ("state_root", root()),
        ("receipts_root", root()),
        ("logs_bloom", bytes(256)),
        ("prev_randao", root()),
        ("block_number", uint(64)),
        ("gas_limit", uint(64)),
        ("gas_used", uint(64)),
        ("timestamp", uint(64)),
        ("extra_data", byte_list(32)),
        ("base_fee_per_gas", uint(256)),
        ("block_hash", root()),
        transactions,
    ];
    if fork >= Fork::Capella {
        fields.push(withdrawals);
    }
    if fork >= Fork::Deneb {
        fields.extend([("blob_gas_used", uint(64)), ("excess_blob_gas", uint(64))]);
    }
    container(fields)
}

fn execution_requests() -> Type {
    let deposit = container([
        ("pubkey", public_key()),
        ("withdrawal_credentials", root()),
        ("amount", uint(64)),
        ("signature", signature()),
        ("index", uint(64)),
    ]);
    let withdrawal =
        container([("source_address", address()), ("validator_pubkey", public_key()), ("amount", uint(64))]);
    let consolidation =
        container([("source_address", address()), ("source_pubkey", public_key()), ("target_pubkey", public_key())]);
    container([
        ("deposits", list(deposit, 8192)),
        ("withdrawals", list(withdrawal, 16)),
        ("consolidations", list(consolidation, 2)),
    ])
}

// Blocks.

fn block(fork: Fork, preset: &Preset) -> Type {
    container([
        ("slot", uint(64)),
        ("proposer_index", uint(64)),
        ("parent_root", root()),
        ("state_root", root()),
        ("body", block_body(fork, preset)),
    ])
}

fn block_body(fork: Fork, preset: &Preset) -> Type {
    let (max_attester_slashings, max_attestations) = if fork < Fork::Electra { (2, 128) } else { (1, 8) };
    let mut fields = vec![
        ("randao_reveal", signature()),
        ("eth1_data", eth1_data()),
        ("graffiti", root()),
        ("proposer_slashings", list(proposer_slashing(), 16)),
        ("attester_slashings", list(attester_slashing(fork, preset), max_attester_slashings)),
        ("attestations", list(attestation(fork, preset), max_attestations)),
        ("deposits", list(deposit(), 16)),
        ("voluntary_exits", list(voluntary_exit(), 16)),
        ("sync_aggregate", sync_aggregate(preset)),
        ("execution_payload", payload(fork, preset)),
    ];
    if fork >= Fork::Capella {
        fields.push(("bls_to_execution_changes", list(bls_to_execution_change(), 16)));
    }
    if fork >= Fork::Deneb {
        fields.push(("blob_kzg_commitments", list(bytes(48), 4096)));
    }
    if fork >= Fork::Electra {
        fields.push(("execution_requests", execution_requests()));
    }
    container(fields)
}

fn proposer_slashing() -> Type {
    container([("signed_header_1", signed(block_header())), ("signed_header_2", signed(block_header()))])
}

/// How many validators may be named at once: those of a committee, and of all of a slot's from Electra.
fn max_attesters(fork: Fork, preset: &Preset) -> u64 {
    let committees = if fork < Fork::Electra { 1 } else { preset.max_committees_per_slot as u64 };
    MAX_VALIDATORS_PER_COMMITTEE * committees
}

fn attestation_data() -> Type {
    container([
        ("slot", uint(64)),
        ("index", uint(64)),
        ("beacon_block_root", root()),
        ("source", checkpoint()),
        ("target", checkpoint()),
    ])
}

fn attester_slashing(fork: Fork, preset: &Preset) -> Type {
    let indexed = || {
        container([
            ("attesting_indices", list(uint(64), max_attesters(fork, preset))),
            ("data", attestation_data()),
            ("signature", signature()),
        ])
    };
    container([("attestation_1", indexed()), ("attestation_2", indexed())])
}

fn attestation(fork: Fork, preset: &Preset) -> Type {
    let mut fields = vec![
        ("aggregation_bits", Type::Bitlist(max_attesters(fork, preset))),
        ("data", attestation_data()),
        ("signature", signature()),
    ];
    if fork >= Fork::Electra {
        fields.push(("committee_bits", Type::Bitvector(preset.max_committees_per_slot)));
    }
    container(fields)
}

fn deposit() -> Type {
    let data = container([
        ("pubkey", public_key()),
        ("withdrawal_credentials", root()),
        ("amount", uint(64)),
        ("signature", signature()),
    ]);
    // One node more than the deposit tree is deep: the count is mixed in.
    container([("proof", vector(root(), 33)), ("data", data)])
}

fn voluntary_exit() -> Type {
    signed(container([("epoch", uint(64)), ("validator_index", uint(64))]))
}

fn bls_to_execution_change() -> Type {
    signed(container([
        ("validator_index", uint(64)),
        ("from_bls_pubkey", public_key()),
        ("to_execution_address", address()),
    ]))
}

// States.

fn state(fork: Fork, preset: &Preset) -> Type {
    let mut fields = altair_state(preset);
    if fork >= Fork::Bellatrix {
        fields.push(("latest_execution_payload_header", payload_header(fork)));
    }
    if fork >= Fork::Capella {
        let summary = container([("block_summary_root", root()), ("state_summary_root", root())]);
        fields.extend([
            ("next_withdrawal_index", uint(64)),
            ("next_withdrawal_validator_index", uint(64)),
            ("historical_summaries", list(summary, HISTORICAL_ROOTS_LIMIT)),
        ]);
    }
    if fork >= Fork::Electra {
        fields.extend(electra_queues(preset));
    }
    if fork >= Fork::Fulu {
        fields.push(("proposer_lookahead", vector(uint(64), 2 * preset.slots_per_epoch)));
    }
    container(fields)
}

fn altair_state(preset: &Preset) -> Vec<(&'static str, Type)> {
    let fork = container([("previous_version", bytes(4)), ("current_version", bytes(4)), ("epoch", uint(64))]);
    let votes = preset.epochs_per_eth1_voting_period * preset.slots_per_epoch as u64;
    let flags = || list(uint(8), VALIDATOR_REGISTRY_LIMIT);
    vec![
        ("genesis_time", uint(64)),
        ("genesis_validators_root", root()),
        ("slot", uint(64)),
        ("fork", fork),
        ("latest_block_header", block_header()),
        ("block_roots", vector(root(), preset.slots_per_historical_root)),
        ("state_roots", vector(root(), preset.slots_per_historical_root)),
        ("historical_roots", list(root(), HISTORICAL_ROOTS_LIMIT)),
        ("eth1_data", eth1_data()),
        ("eth1_data_votes", list(eth1_data(), votes)),
        ("eth1_deposit_index", uint(64)),
        ("validators", list(validator(), VALIDATOR_REGISTRY_LIMIT)),
        ("balances", list(uint(64), VALIDATOR_REGISTRY_LIMIT)),
        ("randao_mixes", vector(root(), preset.epochs_per_historical_vector)),
        ("slashings", vector(uint(64), preset.epochs_per_slashings_vector)),
        ("previous_epoch_participation", flags()),
        ("current_epoch_participation", flags()),
        ("justification_bits", Type::Bitvector(4)),
        ("previous_justified_checkpoint", checkpoint()),
        ("current_justified_checkpoint", checkpoint()),
        ("finalized_checkpoint", checkpoint()),
        ("inactivity_scores", list(uint(64), VALIDATOR_REGISTRY_LIMIT)),
        ("current_sync_committee", sync_committee(preset)),
        ("next_sync_committee", sync_committee(preset)),
    ]
}

fn validator() -> Type {
    container([
        ("pubkey", public_key()),
        ("withdrawal_credentials", root()),
        ("effective_balance", uint(64)),
        ("slashed", Type::Boolean),
        ("activation_eligibility_epoch", uint(64)),
        ("activation_epoch", uint(64)),
        ("exit_epoch", uint(64)),
        ("withdrawable_epoch", uint(64)),
    ])
}

fn electra_queues(preset: &Preset) -> Vec<(&'static str, Type)> {
    let deposit = container([
        ("pubkey", public_key()),
        ("withdrawal_credentials", root()),
        ("amount", uint(64)),
        ("signature", signature()),
        ("slot", uint(64)),
    ]);
    let withdrawal = container([("validator_index", uint(64)), ("amount", uint(64)), ("withdrawable_epoch", uint(64))]);
    let consolidation = container([("source_index", uint(64)), ("target_index", uint(64))]);
    vec![
        ("deposit_requests_start_index", uint(64)),
        ("deposit_balance_to_consume", uint(64)),
        ("exit_balance_to_consume", uint(64)),
        ("earliest_exit_epoch", uint(64)),
        ("consolidation_balance_to_consume", uint(64)),
        ("earliest_consolidation_epoch", uint(64)),
        ("pending_deposits", list(deposit, 1 << 27)),
        ("pending_partial_withdrawals", list(withdrawal, preset.pending_partial_withdrawals_limit)),
        ("pending_consolidations", list(consolidation, preset.pending_consolidations_limit)),
    ]
}

// What light clients are told.

/// A header: the beacon block's alone at first, then with the payload's, in Gloas with no more than its hash.
fn light_client_header(fork: Fork) -> Type {
    let beacon = ("beacon", block_header());
    match fork {
        Fork::Altair | Fork::Bellatrix => container([beacon]),
        Fork::Capella | Fork::Deneb | Fork::Electra | Fork::Fulu => {
            container([beacon, ("execution", payload_header(fork)), ("execution_branch", branch(4))])
        }
        Fork::Gloas => container([beacon, ("execution_block_hash", root()), ("execution_branch", branch(11))]),
    }
}

fn branch(depth: usize) -> Type {
    vector(root(), depth)
}

fn bootstrap(fork: Fork, preset: &Preset) -> Type {
    container([
        ("header", light_client_header(fork)),
        ("current_sync_committee", sync_committee(preset)),
        ("current_sync_committee_branch", branch(fork.depths().0)),
    ])
}

fn update(fork: Fork, preset: &Preset) -> Type {
    container([
        ("attested_header", light_client_header(fork)),
        ("next_sync_committee", sync_committee(preset)),
        ("next_sync_committee_branch", branch(fork.depths().0)),
        ("finalized_header", light_client_header(fork)),
        ("finality_branch", branch(fork.depths().1)),
        ("sync_aggregate", sync_aggregate(preset)),
        ("signature_slot", uint(64)),
    ])
}

fn finality_update(fork: Fork, preset: &Preset) -> Type {
    container([
        ("attested_header", light_client_header(fork)),
        ("finalized_header", light_client_header(fork)),
        ("finality_branch", branch(fork.depths().1)),
        ("sync_aggregate", sync_aggregate(preset)),
        ("signature_slot", uint(64)),
    ])
}

fn optimistic_update(fork: Fork, preset: &Preset) -> Type {
    container([
        ("attested_header", light_client_header(fork)),
        ("sync_aggregate", sync_aggregate(preset)),
        ("signature_slot", uint(64)),
    ])
}

// Parts of blocks.

/// The execution payload in a block body, from Bellatrix to Fulu.
pub(crate) const EXECUTION_PAYLOAD_GINDEX: u64 = 25;

/// What a mainnet block tells about itself and, by its sync aggregate, about its parent.
#[derive(Clone, Debug)]
pub(crate) struct BlockParts {
    pub(crate) fork: Fork,
    pub(crate) slot: u64,
    pub(crate) proposer_index: u64,
    pub(crate) parent_root: B256,
    pub(crate) state_root: B256,
    pub(crate) body_root: B256,
    /// The root of the block, and of its header.
    pub(crate) root: B256,
    /// The bits as they serialize.
    pub(crate) sync_committee_bits: Vec<u8>,
    pub(crate) sync_committee_signature: Vec<u8>,
    /// The fields of the `ExecutionPayloadHeader` in their order, as they serialize.
    pub(crate) execution: Vec<(String, Vec<u8>)>,
    /// From the payload up to the body's root.
    pub(crate) execution_branch: Vec<B256>,
}

/// Takes a mainnet `SignedBeaconBlock` of Bellatrix to Fulu apart.
pub(crate) fn block_parts(fork: Fork, bytes: &[u8]) -> BlockParts {
    let kind = signed(block(fork, &MAINNET));
    let signed = kind.read(bytes).unwrap_or_else(|refusal| panic!("no block of {fork:?}: {refusal}"));
    BlockParts::of(fork, signed.at("message"))
}

impl BlockParts {
    /// Takes a `BeaconBlock` apart.
    pub(crate) fn of(fork: Fork, block: &Value<'_>) -> Self {
        let body = block.at("body");
        Self {
            fork,
            slot: block.at("slot").uint(),
            proposer_index: block.at("proposer_index").uint(),
            parent_root: block.at("parent_root").hash(),
            state_root: block.at("state_root").hash(),
            body_root: body.root(),
            root: block.root(),
            sync_committee_bits: body.at("sync_aggregate.sync_committee_bits").bytes().to_vec(),
            sync_committee_signature: body.at("sync_aggregate.sync_committee_signature").bytes().to_vec(),
            execution: header_fields(fork, body.at("execution_payload")),
            execution_branch: body.branch(EXECUTION_PAYLOAD_GINDEX).expect("a body has a payload"),
        }
    }

    /// The `BeaconBlockHeader`.
    pub(crate) fn beacon_header(&self) -> Vec<u8> {
        let numbers = [self.slot, self.proposer_index].map(u64::to_le_bytes).concat();
        [numbers, joined(&[self.parent_root, self.state_root, self.body_root])].concat()
    }

    /// The `ExecutionPayloadHeader`.
    pub(crate) fn execution_header(&self) -> Vec<u8> {
        let fields: Vec<_> = self.execution.iter().map(|(_, field)| field).collect();
        payload_header(self.fork).lay_out(&fields)
    }

    /// A field of the `ExecutionPayloadHeader`, as it serializes.
    pub(crate) fn execution_field(&self, name: &str) -> &[u8] {
        let field = self.execution.iter().find(|(field, _)| field == name);
        field.map(|(_, bytes)| bytes.as_slice()).unwrap_or_else(|| panic!("no {name} in a payload of {:?}", self.fork))
    }

    /// The `SyncAggregate`: what the committee said of the parent.
    pub(crate) fn sync_aggregate(&self) -> Vec<u8> {
        [self.sync_committee_bits.as_slice(), &self.sync_committee_signature].concat()
    }

    /// The `LightClientHeader`, from Capella.
    pub(crate) fn light_client_header(&self) -> Vec<u8> {
        let fields = [self.beacon_header(), self.execution_header(), joined(&self.execution_branch)];
        light_client_header(self.fork).lay_out(&fields)
    }

    /// The `LightClientOptimisticUpdate` that `child` makes of this block, from Capella.
    pub(crate) fn optimistic_update(&self, child: &Self) -> Vec<u8> {
        let signature_slot = child.slot.to_le_bytes().to_vec();
        let fields = [self.light_client_header(), child.sync_aggregate(), signature_slot];
        optimistic_update(self.fork, &MAINNET).lay_out(&fields)
    }
}

/// The payload's fields, its lists replaced by their roots.
fn header_fields(fork: Fork, payload: &Value<'_>) -> Vec<(String, Vec<u8>)> {
    let field = |(name, _): &Field| {
        let value = match name.strip_suffix("_root") {
            Some(list @ ("transactions" | "withdrawals")) => payload.at(list).root().to_vec(),
            _ => payload.at(name).bytes().to_vec(),
        };
        (name.clone(), value)
    };
    payload_header(fork).fields().iter().map(field).collect()
}

fn joined(nodes: &[B256]) -> Vec<u8> {
    nodes.iter().flat_map(|node| node.0).collect()
}
