//! A second opinion on every light-client object: the schemas read what the crate wrote, find the same roots in it, and
//! know from the state's own layout where its branches lead.

use crate::suites::schema::beacon::{self, Fork, MAINNET, MINIMAL, Preset};
use crate::suites::schema::{Type, Value, fold};
use metis_light::consensus::{Bootstrap, Execution, LightClientHeader, SyncCommittee, Update, UpdateKind};
use metis_light::network::{ForkName, L1};
use metis_light::primitives::B256;

/// A bootstrap that is written and read again is the same to both readers, and its committee is in the state.
pub(crate) fn bootstrap(name: &str, l1: &L1, bootstrap: &Bootstrap) {
    let (ssz, fork) = (bootstrap.to_ssz(), bootstrap.fork);
    for named in [Some(fork), None] {
        assert_eq!(Bootstrap::from_ssz(l1, named, &ssz).as_ref(), Ok(bootstrap), "{name}: read again");
    }
    let kind = kind("LightClientBootstrap", fork, l1);
    let value = kind.read(&ssz).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
    header(name, value.at("header"), &bootstrap.header);
    committee(name, value.at("current_sync_committee"), &bootstrap.current_sync_committee);
    branch(name, value.at("current_sync_committee_branch"), &bootstrap.current_sync_committee_branch);
    let root = value.at("current_sync_committee").root();
    let leads = fold(root, &bootstrap.current_sync_committee_branch, gindex(l1, fork, "current_sync_committee"));
    assert_eq!(leads, bootstrap.header.beacon.state_root, "{name}: the committee is in the state");
}

/// An update that is written and read again is the same to both readers, and its parts are in the attested state.
pub(crate) fn update(name: &str, l1: &L1, update: &Update) {
    let (ssz, fork) = (update.to_ssz(), update.fork);
    let unnamed = Update { claimed_fork_digest: None, ..update.clone() };
    for named in [Some(fork), None] {
        assert_eq!(Update::from_ssz(l1, update.kind(), named, &ssz).as_ref(), Ok(&unnamed), "{name}: read again");
    }
    let kind = kind(class(update.kind()), fork, l1);
    let value = kind.read(&ssz).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
    header(name, value.at("attested_header"), &update.attested_header);
    let attested_state = update.attested_header.beacon.state_root;
    if let Some(next) = &update.next_sync_committee {
        committee(name, value.at("next_sync_committee"), &next.value);
        branch(name, value.at("next_sync_committee_branch"), &next.branch);
        let root = value.at("next_sync_committee").root();
        let leads = fold(root, &next.branch, gindex(l1, fork, "next_sync_committee"));
        assert_eq!(leads, attested_state, "{name}: the next committee is in the state");
    }
    if let Some(finalized) = &update.finalized_header {
        header(name, value.at("finalized_header"), &finalized.value);
        branch(name, value.at("finality_branch"), &finalized.branch);
        let root = value.at("finalized_header.beacon").root();
        let leads = fold(root, &finalized.branch, gindex(l1, fork, "finalized_checkpoint.root"));
        assert_eq!(leads, attested_state, "{name}: the finalized root is in the state");
    }
    let aggregate = [&update.sync_aggregate.sync_committee_bits[..], &update.sync_aggregate.sync_committee_signature];
    assert_eq!(value.at("sync_aggregate").bytes(), aggregate.concat(), "{name}: sync aggregate");
    assert_eq!(value.at("signature_slot").uint(), update.signature_slot, "{name}: signature slot");
}

const fn class(kind: UpdateKind) -> &'static str {
    match kind {
        UpdateKind::Full => "LightClientUpdate",
        UpdateKind::Finality => "LightClientFinalityUpdate",
        UpdateKind::Optimistic => "LightClientOptimisticUpdate",
    }
}

fn kind(class: &str, fork: ForkName, l1: &L1) -> Type {
    beacon::named(class, schema_fork(fork), preset(l1)).unwrap_or_else(|| panic!("{class} of {fork} is written down"))
}

/// Where something stands in the state of a fork, by the state's fields.
fn gindex(l1: &L1, fork: ForkName, path: &str) -> u64 {
    kind("BeaconState", fork, l1).gindex(path)
}

fn schema_fork(fork: ForkName) -> Fork {
    Fork::named(fork.as_str()).unwrap_or_else(|| panic!("{fork} has light clients"))
}

const fn preset(l1: &L1) -> &'static Preset {
    if l1.sync_committee_size == 512 { &MAINNET } else { &MINIMAL }
}

/// The beacon header, and what it says of execution. All headers of one message have the message's form.
fn header(name: &str, value: &Value<'_>, header: &LightClientHeader) {
    assert_eq!(value.at("beacon").root(), header.beacon.root(), "{name}: beacon root");
    assert_eq!(value.at("beacon.slot").uint(), header.beacon.slot, "{name}: slot");
    if let Execution::Payload { header: payload, branch: siblings } = &header.execution {
        assert_eq!(value.at("execution").root(), payload.root(payload.blob_gas), "{name}: execution root");
        assert_eq!(value.at("execution.block_hash").hash(), payload.block_hash, "{name}: block hash");
        branch(name, value.at("execution_branch"), siblings);
    }
}

fn committee(name: &str, value: &Value<'_>, committee: &SyncCommittee) {
    assert_eq!(value.root(), committee.root(), "{name}: committee root");
}

fn branch(name: &str, value: &Value<'_>, branch: &[B256]) {
    assert_eq!(value.bytes(), branch.iter().flat_map(|node| node.0).collect::<Vec<_>>(), "{name}: branch");
}
