//! Batches at one phase: which are there, how firmly, and what is in them.

use super::branch;
use super::contracts::{self, is_stale};
use super::phase::Phase;
use crate::suites::metis::check::Check;
use crate::suites::metis::json::{address, bytes, list, number, small, text, word, words};
use crate::suites::metis::twins::{Layer, twins};
use crate::suites::spoil::{Seed, flipped};
use metis_light::execution::{AccountProof, ExecutionError};
use metis_light::primitives::ovm_merkle::{self, OvmMerkleError};
use metis_light::primitives::{B256, U256, UnixTime};
use metis_light::rollup::{BatchHeader, Dispute, Finality, L2StateRoot, Registry, Relayable, RollupError, StateBatch};
use serde_json::Value;

/// A batch of this phase with its state roots.
pub(super) struct Live {
    pub(super) batch: StateBatch,
    pub(super) roots: Vec<B256>,
}

impl Live {
    pub(super) fn covers(&self, block: u64) -> bool {
        self.batch.header().index_of(block).is_ok()
    }

    /// The branch of a block's state root.
    pub(super) fn siblings(&self, block: u64) -> Vec<B256> {
        ovm_merkle::branch(&self.roots, self.place(block)).expect("a leaf")
    }

    pub(super) fn state_root(&self, block: u64) -> L2StateRoot {
        self.batch.state_root(block, self.roots[self.place(block)], &self.siblings(block)).expect("a leaf")
    }

    fn place(&self, block: u64) -> usize {
        self.batch.header().index_of(block).expect("a block of the batch").try_into().expect("a place")
    }
}

/// Judges every batch of the recording, and gives those that are there.
pub(super) fn run(check: &mut Check, phase: &Phase<'_>, registry: &Registry, others: &[&Phase<'_>]) -> Vec<Live> {
    let mut live = Vec::new();
    let pinned = contracts::with_pinned_window(check, phase, registry);
    for verdict in list(&phase.expected["batches"]) {
        let recorded = phase.batch(word(&verdict["headerHash"]));
        let header = header_of(check, recorded);
        let index = small(&verdict["index"]);
        let proofs = registry.batch_questions(index, &header).map(|question| phase.answer(&question));
        let outcome = registry.state_batch(index, header.clone(), &proofs);
        element(check, phase, registry, verdict, &header);
        if verdict["live"] != true || verdict["elementMatches"] != true {
            check.err("a batch that is gone", outcome, |error| is_right_refusal(error, registry, verdict));
            continue;
        }
        let batch = check.ok("batch", outcome);
        check.eq("index", (batch.index(), batch.header_hash()), (index, header.hash()));
        finality(check, phase, &batch, verdict);
        let careful = check.ok("batch", pinned.state_batch(index, header.clone(), &proofs));
        careful_finality(check, phase, &batch, &careful);
        let roots = words(&recorded["stateRoots"]);
        leaves(check, &batch, &roots);
        spoiled(check, phase, registry, &batch, &proofs, others);
        let batch = Live { batch, roots };
        branch::run(check, phase, &batch);
        live.push(batch);
    }
    live
}

/// The header, by what the recording says of the batch.
fn header_of(check: &mut Check, recorded: &Value) -> BatchHeader {
    let [size, previous] = ["batchSize", "prevTotalElements"].map(|member| number(&recorded[member]));
    let header = BatchHeader::new(word(&recorded["batchRoot"]), size, previous, bytes(&recorded["extraData"]));
    let header = check.ok("header", header);
    check.eq("header hash", header.hash(), word(&recorded["headerHash"]));
    let range = ["firstL2Block", "lastL2Block"].map(|member| small(&recorded[member]));
    check.eq("blocks", [header.first_block(), header.last_block()], range);
    let extra_data = header.extra_data();
    check.eq("timestamp", extra_data.timestamp().0, small(&recorded["timestamp"]));
    check.eq("submitter", extra_data.submitter(), address(&recorded["submitter"]));
    let last = &recorded["lastL2BlockHash"];
    check.eq("last block", extra_data.last_block().map(|last| last.hash), (!last.is_null()).then(|| word(last)));
    header
}

/// The element is there, deleted or not: that it proves says nothing yet.
fn element(check: &mut Check, phase: &Phase<'_>, registry: &Registry, verdict: &Value, header: &BatchHeader) {
    let [question, _] = registry.batch_questions(small(&verdict["index"]), header);
    let proven = phase.l1.storage(question.address, &question.slots, &phase.answer(&question));
    let element = check.ok("element", proven).value()[0];
    check.eq("element", B256::from(element), word(&verdict["storedElement"]));
    let matches = B256::from(element) == header.hash();
    check.eq("element matches", Some(matches), verdict["elementMatches"].as_bool());
}

/// Above the length by its index, below it by its hash.
fn is_right_refusal(error: &RollupError, registry: &Registry, verdict: &Value) -> bool {
    let (index, length) = (small(&verdict["index"]), registry.context().length);
    if index >= length {
        return *error == RollupError::NoSuchBatch { index, length };
    }
    let [got, expected] = ["headerHash", "storedElement"].map(|member| word(&verdict[member]));
    *error == RollupError::ElementMismatch { index, got, expected }
}

fn finality(check: &mut Check, phase: &Phase<'_>, batch: &StateBatch, verdict: &Value) {
    let (finality, relayable) = (batch.finality(), batch.relayable());
    let now = phase.l1.timestamp().0;
    let earliest = number(&phase.expected["scc"]["earliestDisputedBlockNumber"]);
    let seconds_left = small(&verdict["secondsLeft"]);
    match text(&verdict["verdict"]) {
        "final" => {
            assert!(matches!(finality, Finality::Final { since } if since.0 <= now), "{finality:?}");
            check.eq("relayable", relayable, Relayable::Yes);
        }
        "in-window" => {
            let closes = UnixTime(now + seconds_left);
            check.eq("finality", finality, Finality::Posted { closes });
            check.eq("relayable", relayable, Relayable::InWindow { closes });
        }
        "disputed" => {
            check.eq("finality", finality, Finality::Disputed(Dispute::Block { earliest }));
            check.eq("relayable", relayable, Relayable::Disputed);
            let closes = batch.header().extra_data().timestamp().0 + batch.basis().window().contract;
            check.eq("seconds left", closes.saturating_sub(now), seconds_left);
        }
        other => panic!("{other} is no verdict of a batch that is there"),
    }
}

/// A lowered window lets the contract relay earlier, and makes nothing final.
fn careful_finality(check: &mut Check, phase: &Phase<'_>, batch: &StateBatch, careful: &StateBatch) {
    check.eq("relayable", careful.relayable(), batch.relayable());
    let closes = batch.header().extra_data().timestamp().0 + careful.basis().window().seconds();
    let expected = match batch.finality() {
        Finality::Disputed(dispute) => Finality::Disputed(dispute),
        _ if closes <= phase.l1.timestamp().0 => Finality::Final { since: UnixTime(closes) },
        _ => Finality::Posted { closes: UnixTime(closes) },
    };
    check.eq("finality", careful.finality(), expected);
}

/// Every state root is the leaf of its block.
fn leaves(check: &mut Check, batch: &StateBatch, roots: &[B256]) {
    let header = batch.header();
    check.eq("roots", ovm_merkle::root(roots), Ok(header.batch_root()));
    for (place, root) in roots.iter().enumerate() {
        let block = header.first_block() + place as u64;
        let siblings = ovm_merkle::branch(roots, place).expect("a leaf");
        let proven = check.ok("leaf", batch.state_root(block, *root, &siblings));
        check.eq("leaf", (proven.block(), proven.state_root().hash()), (block, *root));
        let twin = B256::from_slice(&flipped(root.as_slice(), place % 32));
        let is_other = |error: &RollupError| matches!(error, RollupError::Merkle(OvmMerkleError::RootMismatch { .. }));
        check.refused("another root", batch.state_root(block, twin, &siblings), is_other);
        for turn in 0..siblings.len() {
            let mut twin = siblings.clone();
            twin[turn] = B256::from_slice(&flipped(twin[turn].as_slice(), place % 32));
            check.refused("another sibling", batch.state_root(block, *root, &twin), is_other);
        }
        let longer = [&siblings[..], &[B256::ZERO]].concat();
        check.refused("a sibling more", batch.state_root(block, *root, &longer), |error| {
            matches!(error, RollupError::Merkle(OvmMerkleError::SiblingCount { .. }))
        });
    }
    for got in [header.first_block() - 1, header.last_block() + 1] {
        let (first, last) = (header.first_block(), header.last_block());
        check.refused("a block outside", batch.state_root(got, roots[0], &[]), |error| {
            *error == RollupError::BlockOutsideBatch { got, first, last }
        });
    }
}

fn spoiled(
    check: &mut Check,
    phase: &Phase<'_>,
    registry: &Registry,
    batch: &StateBatch,
    proofs: &[AccountProof; 2],
    others: &[&Phase<'_>],
) {
    let (index, header) = (batch.index(), batch.header());
    let questions = registry.batch_questions(index, header);
    let mut seed = Seed::new(phase.l1.number() ^ index << 32);
    for place in 0..2 {
        let with = |proof: AccountProof| {
            let mut twins = proofs.clone();
            twins[place] = proof;
            registry.state_batch(index, header.clone(), &twins)
        };
        for twin in twins(&proofs[place], Layer::L1, 6, &mut seed) {
            check.refused(
                twin.what,
                with(twin.proof.clone()),
                |error| matches!(error, RollupError::Execution(error) if twin.is_met_by(error)),
            );
        }
        for proof in others.iter().filter_map(|other| other.recorded(&questions[place])) {
            check.refused(
                "an answer of another phase",
                with(proof),
                |error| matches!(error, RollupError::Execution(error) if is_stale(error)),
            );
        }
        check.refused("the other answer", with(proofs[1 - place].clone()), |error| {
            matches!(error, RollupError::Execution(ExecutionError::Proof { .. }))
        });
    }
    let header_with = |size: u64, previous: u64, extra_data: &[u8]| {
        let extra_data = extra_data.to_vec().into();
        BatchHeader::new(header.batch_root(), U256::from(size), U256::from(previous), extra_data).expect("a header")
    };
    let (size, previous, extra_data) = (header.batch_size(), header.prev_total_elements(), header.extra_data().bytes());
    let headers = [
        header_with(size + 1, previous, extra_data),
        header_with(size, previous + 1, extra_data),
        header_with(size, previous, &flipped(extra_data, 31)),
        header_with(size, previous, &flipped(extra_data, 63)),
    ];
    for other in headers {
        // The flag that is asked for is another header's then; without it the element decides.
        let mut twins = proofs.clone();
        if let Some(flag) = phase.recorded(&registry.batch_questions(index, &other)[1]) {
            twins[1] = flag;
        }
        check.refused("another header", registry.state_batch(index, other, &twins), |error| {
            matches!(error, RollupError::ElementMismatch { .. } | RollupError::Execution(_))
        });
    }
    let length = registry.context().length;
    check.refused("an index above the length", registry.state_batch(length, header.clone(), proofs), |error| {
        *error == RollupError::NoSuchBatch { index: length, length }
    });
}
