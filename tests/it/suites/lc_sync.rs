//! Light-client stores as the executable specification moves them: the official vectors, with an assertion after every
//! step, and those that the same specification made for Gloas (`tests/data/gloas`), refusals included.
//!
//! Every update that holds has twins with one bit changed, of which none may move the store.

mod gloas;
mod official;
mod ranking;

use super::Report;
use super::spoil::{Seed, flipped};
use crate::files::Files;
use alloy_primitives::hex;
use metis_light::consensus::force::SpecStore;
use metis_light::consensus::{Bootstrap, Checkpoint, Execution, LightClientHeader, Update, UpdateKind};
use metis_light::network::{ForkName, L1};
use metis_light::primitives::B256;
use metis_light::primitives::ssz::hash_nodes;
use serde_json::{Map, Value, json};

pub(super) const ROOTS: &[&str] = &["lc_spec/", "tests/data/gloas/"];

pub(super) fn run(files: &Files) -> Report {
    let mut report = Report::default();
    official::run(files, &mut report);
    gloas::run(files, &mut report);
    ranking::run(files, &mut report);
    report
}

/// A store's life.
struct Case<'a> {
    name: &'a str,
    l1: L1,
    trusted_block_root: B256,
    bootstrap: Object,
    steps: Vec<Step>,
}

/// A message in the shape of a fork.
struct Object {
    fork: Option<ForkName>,
    ssz: Vec<u8>,
}

struct Step {
    what: What,
    /// What the store's headers are afterwards.
    checks: Value,
}

enum What {
    Update {
        kind: UpdateKind,
        object: Object,
        current_slot: u64,
        is_refused: bool,
    },
    Force {
        current_slot: u64,
    },
    /// The specification rewrites its store for a fork; this one needs nothing.
    Upgrade,
}

impl Case<'_> {
    fn run(&self, report: &mut Report) {
        let name = self.name;
        let bootstrap = Bootstrap::from_ssz(&self.l1, self.bootstrap.fork, &self.bootstrap.ssz);
        let bootstrap = bootstrap.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(bootstrap.to_ssz(), self.bootstrap.ssz, "{name}: the bootstrap is written as it was read");
        let checkpoint = Checkpoint::new(self.trusted_block_root);
        let store = SpecStore::initialize(&self.l1, checkpoint, &bootstrap);
        let mut store = store.unwrap_or_else(|error| panic!("{name}: {error}"));
        report.cases += 1;
        self.refuse_bootstraps(report);
        for (number, step) in self.steps.iter().enumerate() {
            let name = format!("{name}, step {number}");
            match &step.what {
                What::Update { kind, object, current_slot, is_refused: false } => {
                    let update = self.update(*kind, object).unwrap_or_else(|error| panic!("{name}: {error}"));
                    assert_eq!(update.to_ssz(), object.ssz, "{name}: the update is written as it was read");
                    self.refuse_updates(&name, &store, *kind, object, *current_slot, report);
                    let moved = store.process_update(&update, *current_slot);
                    moved.unwrap_or_else(|error| panic!("{name}: {error}"));
                }
                What::Update { kind, object, current_slot, is_refused: true } => {
                    let outcome = self.update(*kind, object).and_then(|update| {
                        store.process_update(&update, *current_slot).map_err(|error| error.to_string())
                    });
                    assert!(outcome.is_err(), "{name}: was to be refused");
                    report.refused += 1;
                }
                What::Force { current_slot } => store.force_update(*current_slot),
                What::Upgrade => {}
            }
            check_header(&name, &self.l1, store.store().finalized_header(), &step.checks["finalized_header"]);
            check_header(&name, &self.l1, store.store().optimistic_header(), &step.checks["optimistic_header"]);
            report.cases += 1;
        }
    }

    fn update(&self, kind: UpdateKind, object: &Object) -> Result<Update, String> {
        Update::from_ssz(&self.l1, kind, object.fork, &object.ssz).map_err(|error| error.to_string())
    }

    fn refuse_bootstraps(&self, report: &mut Report) {
        let mut seed = Seed::new(report.cases as u64);
        for _ in 0..16 {
            let place = seed.below(self.bootstrap.ssz.len());
            let spoiled = flipped(&self.bootstrap.ssz, place);
            let checkpoint = Checkpoint::new(self.trusted_block_root);
            let outcome = Bootstrap::from_ssz(&self.l1, self.bootstrap.fork, &spoiled)
                .and_then(|bootstrap| SpecStore::initialize(&self.l1, checkpoint, &bootstrap));
            assert!(outcome.is_err(), "{}: a bootstrap with byte {place} changed was accepted", self.name);
            report.refused += 1;
        }
    }

    fn refuse_updates(
        &self,
        name: &str,
        store: &SpecStore,
        kind: UpdateKind,
        object: &Object,
        current_slot: u64,
        report: &mut Report,
    ) {
        let mut seed = Seed::new(report.cases as u64);
        for _ in 0..8 {
            let place = seed.below(object.ssz.len());
            let spoiled = Object { fork: object.fork, ssz: flipped(&object.ssz, place) };
            let outcome = self.update(kind, &spoiled).and_then(|update| {
                store.clone().process_update(&update, current_slot).map_err(|error| error.to_string())
            });
            // The slot of the signature is not signed: it tells who signed, and moving it within a period says the same.
            let is_signature_slot = place + 8 >= object.ssz.len() || is_before_tail(&object.ssz, place);
            assert!(outcome.is_err() || is_signature_slot, "{name}: byte {place} changed, and it was accepted");
            report.refused += usize::from(outcome.is_err());
        }
    }
}

/// Whether a byte may be of the signature's slot where headers of variable size stand behind it.
fn is_before_tail(ssz: &[u8], place: usize) -> bool {
    let offset = u32::from_le_bytes(ssz[..4].try_into().expect("four bytes")) as usize;
    (offset.saturating_sub(8)..offset).contains(&place)
}

fn check_header(name: &str, l1: &L1, header: &LightClientHeader, check: &Value) {
    assert_eq!(header.beacon.slot, check["slot"].as_u64().expect("a slot"), "{name}: slot");
    assert_eq!(header.beacon.root(), word(&check["beacon_root"]), "{name}: beacon root");
    if let Some(expected) = check.get("execution_root") {
        assert_eq!(execution_root(l1, header), word(expected), "{name}: execution root");
    }
}

/// `get_lc_execution_root`: of the execution payload's header in the form of the slot's fork, or a block's hash.
fn execution_root(l1: &L1, header: &LightClientHeader) -> B256 {
    let fork = l1.fork_at(l1.epoch_at(header.beacon.slot)).expect("a fork").name;
    match &header.execution {
        _ if fork < ForkName::Capella => B256::ZERO,
        Execution::Absent => B256::ZERO,
        Execution::Payload { header, .. } => header.root(header.blob_gas.filter(|_| fork >= ForkName::Deneb)),
        Execution::BlockHash { hash, .. } if fork >= ForkName::Gloas => *hash,
        Execution::BlockHash { hash, branch } => {
            // The hash is field 12 of a header with 16 or 32 leaves; the last four nodes lead on into the body.
            let depth = if fork >= ForkName::Deneb { 5 } else { 4 };
            let inner = &branch[branch.len() - 4 - depth..branch.len() - 4];
            inner.iter().enumerate().fold(*hash, |node, (height, sibling)| match (12 >> height) & 1 {
                1 => hash_nodes(*sibling, node),
                _ => hash_nodes(node, *sibling),
            })
        }
    }
}

/// The consensus of a configuration file of the specification and the constants of its preset.
fn l1(config: &Value, genesis_validators_root: &Value) -> L1 {
    let mut spec: Map<String, Value> = config.as_object().expect("a configuration").clone();
    // Versions that are not quoted are numbers.
    for (name, value) in &mut spec {
        if let Some(number) = value.as_u64().filter(|_| name.ends_with("_FORK_VERSION")) {
            *value = json!(format!("0x{number:08x}"));
        }
    }
    // Forks of which the files know more than the client have no date in them.
    let is_known = |name: &String| {
        ForkName::ALL.iter().any(|fork| name.starts_with(&fork.as_str().to_uppercase()))
            || !name.ends_with("_FORK_EPOCH")
    };
    spec.retain(|name, value| is_known(name) || *value != json!(u64::MAX));
    for (name, constant) in
        [("SLOTS_PER_EPOCH", 8), ("EPOCHS_PER_SYNC_COMMITTEE_PERIOD", 8), ("SYNC_COMMITTEE_SIZE", 32)]
    {
        spec.insert(name.to_owned(), json!(constant));
    }
    spec.entry("DEPOSIT_CHAIN_ID").or_insert(json!(5));
    let genesis = json!({ "data": { "genesis_time": "0", "genesis_validators_root": genesis_validators_root } });
    let spec = json!({ "data": spec }).to_string();
    L1::from_beacon_api(spec.as_bytes(), genesis.to_string().as_bytes()).expect("a configuration")
}

fn word(value: &Value) -> B256 {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{value} is no hash"))
}

fn bytes(value: &Value) -> Vec<u8> {
    value.as_str().and_then(|text| hex::decode(text).ok()).unwrap_or_else(|| panic!("{value} is no hex"))
}

fn fork(value: &Value) -> ForkName {
    let name = value.as_str().unwrap_or_else(|| panic!("{value} is no fork"));
    ForkName::ALL.into_iter().find(|fork| fork.as_str() == name).unwrap_or_else(|| panic!("{name} is no fork"))
}
