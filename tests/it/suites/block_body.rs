//! Whole beacon blocks of mainnet: a schema that gets one thing wrong finds another root than everybody else did.
//!
//! A block and its child also make the update that light clients would have been told.

use super::mpt_spec::values::{data, hash, list, text};
use super::schema::beacon::{self, BlockParts, Fork, MAINNET};
use super::schema::fold;
use super::{Report, spec_files, spoil};
use crate::files::Files;
use metis_light::primitives::{B256, U256};
use std::collections::BTreeMap;

pub(super) const ROOTS: &[&str] = &[SESSIONS, PROOFS];

const SESSIONS: &str = "e2e_mainnet/";
const PROOFS: &str = "lc_real/beacon_block_body_proofs_portal/";

pub(super) fn run(files: &Files) -> Report {
    let mut report = Report::default();
    sessions(files, &mut report);
    let blocks = whole_blocks(files);
    for (path, bytes) in files.matching(PROOFS, ".yaml") {
        block_hash_proof(path, bytes, &blocks, &mut report);
    }
    report
}

/// The blocks of the recorded sessions, against the index of their roots. Not every session it lists is there.
fn sessions(files: &Files, report: &mut Report) {
    let mut blocks = BTreeMap::new();
    let index = files.json("e2e_mainnet/index.json").unwrap_or_default();
    for entry in index.as_array().into_iter().flatten() {
        let path = format!("{SESSIONS}{}/{}", text(&entry["dir"]), text(&entry["file"]));
        let Some(bytes) = files.get(path.trim_end_matches(".gz")) else { continue };
        let fork = Fork::named(text(&entry["fork"])).expect("a fork of mainnet");
        let parts = beacon::block_parts(fork, bytes);
        is_as_listed(&parts, entry);
        report.cases += 1;
        report.refused += refused_twins(fork, bytes, parts.root);
        blocks.insert(parts.root, parts);
    }
    for child in blocks.values() {
        if let Some(parent) = blocks.get(&child.parent_root) {
            makes_an_update(parent, child);
            report.cases += 1;
        }
    }
}

fn is_as_listed(parts: &BlockParts, entry: &serde_json::Value) {
    assert_eq!(parts.root, hash(&entry["beacon_root"]), "{entry}");
    assert_eq!(Some(parts.slot), entry["slot"].as_u64(), "{entry}");
    for name in ["block_hash", "state_root", "receipts_root"] {
        assert_eq!(parts.execution_field(name), data(&entry[name]), "{name} of {entry}");
    }
    let number = U256::from_le_slice(parts.execution_field("block_number"));
    assert_eq!(Some(number), entry["block_number"].as_u64().map(U256::from), "{entry}");
    let kind = beacon::named("ExecutionPayloadHeader", parts.fork, &MAINNET).expect("it is written down");
    let header = parts.execution_header();
    let payload_root = kind.read(&header).expect("the header that was laid out is one").root();
    let body_root = fold(payload_root, &parts.execution_branch, beacon::EXECUTION_PAYLOAD_GINDEX);
    assert_eq!(body_root, parts.body_root, "{entry}: header and payload have the same root");
}

/// The block and its twins with one bit flipped have nothing in common: not a block at all, or another root.
fn refused_twins(fork: Fork, bytes: &[u8], root: B256) -> usize {
    let kind = beacon::named("SignedBeaconBlock", fork, &MAINNET).expect("it is written down");
    let message = kind.read(bytes).expect("it was read before").at("message").bytes();
    let kind = beacon::named("BeaconBlock", fork, &MAINNET).expect("it is written down");
    let places = spoil::places(message.len(), 8, &mut spoil::Seed::new(0xb10c));
    for place in &places {
        let twin = spoil::flipped(message, *place);
        assert!(kind.read(&twin).map_or(true, |twin| twin.root() != root), "{root} with a bit flipped at {place}");
    }
    places.len()
}

/// What the child says of its parent is an update as the specs define it.
fn makes_an_update(parent: &BlockParts, child: &BlockParts) {
    let bytes = parent.optimistic_update(child);
    let kind = beacon::named("LightClientOptimisticUpdate", parent.fork, &MAINNET).expect("it is written down");
    let update = kind.read(&bytes).expect("the update that was laid out is one");
    assert_eq!(update.at("attested_header.beacon").root(), child.parent_root);
    assert_eq!(update.at("attested_header.execution.block_hash").bytes(), parent.execution_field("block_hash"));
    assert_eq!(update.at("signature_slot").uint(), child.slot);
    assert_eq!(update.at("sync_aggregate.sync_committee_bits").bytes(), child.sync_committee_bits);
}

/// Whole blocks by their execution blocks' numbers, which name their folders.
fn whole_blocks<'a>(files: &'a Files) -> BTreeMap<&'a str, &'a [u8]> {
    let numbered = |(path, bytes): (&'a str, &'a [u8])| (path.rsplit('/').nth(1).expect("a block has a folder"), bytes);
    files.matching(PROOFS, "/block.ssz").map(numbered).collect()
}

/// A proof that an execution block is in a beacon block; where that one is there in whole, it gives the same proof.
fn block_hash_proof(path: &str, bytes: &[u8], blocks: &BTreeMap<&str, &[u8]>, report: &mut Report) {
    let proof = spec_files::yaml(path, bytes);
    let (block_hash, root) = (hash(&proof["execution_block_header"]), hash(&proof["beacon_block_root"]));
    let branch: Vec<B256> = list(&proof["execution_block_proof"]).iter().map(hash).collect();
    let fork = path[PROOFS.len()..].trim_start_matches("block_proofs_").split('/').next().expect("a folder");
    let fork = Fork::named(fork).unwrap_or_else(|| panic!("{path} is of an unknown fork"));
    let kind = beacon::named("BeaconBlock", fork, &MAINNET).expect("it is written down");
    let gindex = kind.gindex("body.execution_payload.block_hash");
    assert_eq!(branch.len(), gindex.ilog2() as usize, "{path}");
    assert_eq!(fold(block_hash, &branch, gindex), root, "{path}");
    report.cases += 1;
    let number = path.trim_end_matches(".yaml").rsplit('-').next().expect("a number");
    if let Some(bytes) = blocks.get(number) {
        let block = kind.read(bytes).unwrap_or_else(|refusal| panic!("{path}: {refusal}"));
        assert_eq!(
            (block.root(), block.node(gindex), block.branch(gindex)),
            (root, Some(block_hash), Some(branch)),
            "{path}"
        );
        assert_eq!(Some(block.at("slot").uint()), proof["slot"].as_u64(), "{path}");
        report.cases += 1;
    }
}
