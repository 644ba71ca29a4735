//! `e2e_mainnet/`: from a sync committee of mainnet to an account, a receipt and a transaction.
//!
//! A block and its child make an optimistic update: the child holds what the committee said of the block. The committees
//! come from `lc_real/mainnet_deneb_electra/`, as far as bootstraps and updates there lead to the block's period. Where they
//! do not, the block's execution header is still rebuilt, which its hash judges, and what stands under it is read under its
//! word.
//!
//! Not used: states of the beacon chain that prove old blocks (`eth_v1_lodestar_states_*`, `nimbus_v1_debug_*`), for this
//! client proves none that way; `*_finality_checkpoints`, whose blocks are not here; `eth_v1_node_version`.

mod block;
mod committees;
mod session;

use super::Report;
use super::light_client::{advance, agree, signed_by, time_of, twins};
use super::metis::check::Check;
use super::metis::json::{text, word};
use crate::files::Files;
use block::Block;
use committees::Committees;
use metis_light::consensus::{ConsensusError, L1StateRoot, L1Status, Update, UpdateKind};
use metis_light::network::built_in_l1;
use metis_light::primitives::B256;
use session::Session;
use std::collections::BTreeMap;

pub(super) const ROOTS: &[&str] = &["e2e_mainnet/", committees::FOLDER];

const FOLDER: &str = "e2e_mainnet/";

pub(super) fn run(files: &Files) -> Report {
    let mut check = Check::default();
    let blocks = blocks(&mut check, files);
    let committees = Committees::new(files, built_in_l1("mainnet").expect("mainnet is built in"));
    for block in blocks.values() {
        let Some(child) = blocks.values().find(|child| child.parts.parent_root == block.parts.root) else { continue };
        let l1 = climbed(&mut check, &committees, block, child);
        Session { files, folder: block.folder.clone(), block, child, l1 }.run(&mut check);
    }
    check.report
}

/// The blocks of the index, by their roots: not every session that it lists is there, and some are there twice.
fn blocks(check: &mut Check, files: &Files) -> BTreeMap<B256, Block> {
    let index = files.json("e2e_mainnet/index.json").unwrap_or_default();
    let entries = index.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut blocks = BTreeMap::new();
    for entry in entries {
        let folder = format!("{FOLDER}{}/", text(&entry["dir"]));
        let path = format!("{folder}{}", text(&entry["file"]));
        let Some(bytes) = files.get(path.trim_end_matches(".gz")) else { continue };
        let block = Block::read(&folder, text(&entry["fork"]), bytes);
        check.eq(&path, block.header.hash(), word(&entry["block_hash"]));
        check.eq(&path, block.parts.root, word(&entry["beacon_root"]));
        blocks.insert(block.parts.root, block);
    }
    blocks
}

/// The L1 that a committee signed for, or where its members are not known, the one that the block's header tells of.
fn climbed(check: &mut Check, committees: &Committees, block: &Block, child: &Block) -> L1StateRoot {
    let (name, l1) = (format!("{}slot {}", block.folder, block.parts.slot), &committees.l1);
    let ssz = block.parts.optimistic_update(&child.parts);
    let update = check.ok(&name, Update::from_ssz(l1, UpdateKind::Optimistic, None, &ssz));
    agree::update(&name, l1, &update);
    check.eq(&name, update.to_ssz(), ssz);
    let now = time_of(l1, update.signature_slot);
    let period = l1.period_at(update.signature_slot);
    let Some(store) = committees.store(check, period) else {
        // An update without a chain to it still names the members, which is no proof, and enough to look at signatures.
        if let Some(committee) = committees.named(period) {
            check.ok(&name, signed_by(l1, &committee, &update));
        }
        return L1StateRoot::for_tests(&block.header, L1Status::Optimistic);
    };
    let mut store = store;
    twins::refused(check, &name, &store, &update, now);
    advance(check, &name, &mut store, &update, now);
    let proven = check.ok(&name, store.optimistic(&block.header));
    check.eq(&name, (proven.hash(), proven.status()), (block.header.hash(), L1Status::Optimistic));
    check.eq(&name, proven.state_root().hash(), block.header.state_root);
    for other in [store.optimistic(&child.header), store.finalized(&block.header)] {
        check.refused(&name, other, |error| matches!(error, ConsensusError::ExecutionHash { .. }));
    }
    proven
}
