//! Light-client chains to start from: those that the executable specification made, of `tests/data/gloas`.

use alloy_primitives::{B256, hex};
use metis_light::consensus::{Bootstrap, Checkpoint, LightClientHeader, Update, UpdateKind};
use metis_light::network::{Fork, ForkName, L1, built_in_l1};
use metis_light::primitives::UnixTime;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// A bootstrap, the updates after it, and what is true.
#[derive(Debug)]
pub struct Chain {
    /// What they are of.
    pub l1: L1,
    /// Where they begin.
    pub checkpoint: Checkpoint,
    /// The bootstrap.
    pub bootstrap: Bootstrap,
    /// The updates, of every kind, in the order in which they hold.
    pub updates: Vec<Update>,
    /// Every header in them, by the block's root and the execution block that it names.
    headers: BTreeSet<(B256, Option<B256>)>,
}

impl Chain {
    /// Whether a header is one of the chain's own.
    pub fn has(&self, header: &LightClientHeader) -> bool {
        self.headers.contains(&key(header))
    }

    /// When a slot begins.
    pub fn time(&self, slot: u64) -> UnixTime {
        UnixTime(self.l1.genesis_time.saturating_add(slot.saturating_mul(self.l1.seconds_per_slot)))
    }

    /// A time after all of it, some periods later.
    pub fn end(&self) -> UnixTime {
        let last = self.updates.iter().map(|update| update.signature_slot).max().unwrap_or_default();
        let period = self.l1.slots_per_epoch * self.l1.epochs_per_sync_committee_period;
        self.time(last.max(self.bootstrap.header.beacon.slot) + 4 * period)
    }

    fn parse(json: &str) -> Self {
        let case: Value = serde_json::from_str(json).expect("a case");
        let l1 = l1(&case["config"], word(&case["genesis_validators_root"]));
        let (fork, ssz) = object(&case["bootstrap"]);
        let bootstrap = Bootstrap::from_ssz(&l1, Some(fork), &ssz).expect("a bootstrap");
        let steps = case["steps"].as_array().expect("steps");
        let updates: Vec<Update> = steps.iter().filter_map(|step| update(&l1, step)).collect();
        let finalized =
            updates.iter().filter_map(|update| update.finalized_header.as_ref()).map(|header| &header.value);
        let attested = updates.iter().map(|update| &update.attested_header);
        let headers = attested.chain(finalized).chain([&bootstrap.header]).map(key).collect();
        let checkpoint = Checkpoint::of_any_age(word(&case["trusted_block_root"]));
        Self { l1, checkpoint, bootstrap, updates, headers }
    }
}

/// The chains; a byte of an input chooses one.
pub fn chain(choice: u8) -> &'static Chain {
    static CHAINS: LazyLock<Vec<Chain>> = LazyLock::new(|| CASES.iter().map(|case| Chain::parse(case)).collect());
    &CHAINS[usize::from(choice) % CHAINS.len()]
}

/// Ethereum's mainnet.
pub fn mainnet() -> L1 {
    built_in_l1("mainnet").expect("it is built in")
}

/// A network of the minimal preset that begins in a fork. Later forks have dates, so that a source can name them.
pub fn minimal(first: ForkName) -> L1 {
    let epoch = |name: ForkName| if name <= first { 0 } else { 1 << 32 };
    let fork = |name: ForkName| Fork {
        name,
        version: [name as u8, 0, 0, 1],
        epoch: epoch(name),
        weak_subjectivity_epochs: None,
    };
    minimal_preset(ForkName::ALL.map(fork).to_vec(), B256::ZERO)
}

fn minimal_preset(forks: Vec<Fork>, genesis_validators_root: B256) -> L1 {
    L1 {
        chain_id: 5,
        genesis_time: 1_578_009_600,
        genesis_validators_root,
        seconds_per_slot: 6,
        slots_per_epoch: 8,
        epochs_per_sync_committee_period: 8,
        sync_committee_size: 32,
        forks,
        blob_schedule: Vec::new(),
    }
}

/// The cases whose headers are all of honest chains. `fuzz/seed.mjs` numbers them alike.
const CASES: [&str; 8] = [
    include_str!("../../tests/data/gloas/finality_and_optimistic.json"),
    include_str!("../../tests/data/gloas/fork_capella_gloas_finality.json"),
    include_str!("../../tests/data/gloas/fork_deneb_gloas_stalled.json"),
    include_str!("../../tests/data/gloas/fork_fulu_gloas_finality.json"),
    include_str!("../../tests/data/gloas/legacy_altair_gloas_store.json"),
    include_str!("../../tests/data/gloas/sync_advance_finality_without_sync_committee.json"),
    include_str!("../../tests/data/gloas/sync_light_client_sync.json"),
    include_str!("../../tests/data/gloas/sync_supply_sync_committee_from_past_update.json"),
];

/// A header before Capella says nothing of execution, or zeros in a later shape.
fn key(header: &LightClientHeader) -> (B256, Option<B256>) {
    (header.beacon.root(), header.execution_block_hash().filter(|hash| !hash.is_zero()))
}

fn l1(config: &Value, genesis_validators_root: B256) -> L1 {
    let version = |name: &str| {
        let member = if name == "PHASE0" { "GENESIS_FORK_VERSION".to_owned() } else { format!("{name}_FORK_VERSION") };
        bytes(&config[member]).try_into().expect("four bytes")
    };
    let fork = |fork: ForkName| {
        let name = fork.as_str().to_uppercase();
        let epoch = config[format!("{name}_FORK_EPOCH")].as_str().map_or(0, |epoch| epoch.parse().expect("an epoch"));
        let scheduled = || Fork { name: fork, version: version(&name), epoch, weak_subjectivity_epochs: None };
        (epoch != u64::MAX).then(scheduled)
    };
    minimal_preset(ForkName::ALL.into_iter().filter_map(fork).collect(), genesis_validators_root)
}

fn update(l1: &L1, step: &Value) -> Option<Update> {
    let kinds = [
        ("process_update", UpdateKind::Full),
        ("process_finality_update", UpdateKind::Finality),
        ("process_optimistic_update", UpdateKind::Optimistic),
    ];
    let (kind, value) = kinds.into_iter().find_map(|(name, kind)| Some((kind, step.get(name)?)))?;
    let (fork, ssz) = object(value);
    Some(Update::from_ssz(l1, kind, Some(fork), &ssz).expect("an update"))
}

fn object(object: &Value) -> (ForkName, Vec<u8>) {
    let name = object["fork"].as_str().expect("a fork");
    let fork = ForkName::ALL.into_iter().find(|fork| fork.as_str() == name).expect("a known fork");
    (fork, bytes(&object["ssz"]))
}

fn word(value: &Value) -> B256 {
    B256::from_slice(&bytes(value))
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().expect("hex")).expect("hex")
}
