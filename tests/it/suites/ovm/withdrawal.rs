//! Withdrawals with the proofs that their L1 messengers took.

use super::batch;
use crate::suites::metis::check::Check;
use crate::suites::metis::json::{list, small, word};
use crate::suites::spoil::{Seed, flipped, places};
use metis_light::bridge::{BridgeError, Message};
use metis_light::consistent::{self, Consistent, WithdrawalFacts};
use metis_light::error::Error;
use metis_light::primitives::mpt::ProofError;
use metis_light::primitives::ovm_merkle::OvmMerkleError;
use metis_light::primitives::{Address, B256, Bytes, U256, rlp};
use metis_light::rollup::RollupError;
use metis_light::wire::{InclusionClaim, WithdrawalClaim};
use serde_json::Value;

/// One withdrawal or a list of them; `events` are the batches of the same rollup, if they were recorded.
pub(super) fn run(check: &mut Check, bytes: &[u8], file: &Value, events: Option<&Value>) {
    let claims = check.ok("withdrawals", WithdrawalClaim::parse(bytes));
    let alone = core::slice::from_ref(file);
    let entries = file.as_array().map_or(alone, Vec::as_slice);
    assert_eq!(claims.len(), entries.len());
    for (claim, entry) in claims.iter().zip(entries) {
        let facts = check.ok("consistency", consistent::withdrawal(claim)).into_value();
        check.eq("message hash", facts.message_hash, word(&entry["msgHash"]));
        let batch = &entry["proof"]["stateRootBatchHeader"];
        check.eq("batch index", facts.claimed_batch_index, small(&batch["batchIndex"]));
        let index = small(&entry["proof"]["stateRootProof"]["index"]);
        check.eq("l2 block", facts.l2_block, small(&batch["prevTotalElements"]) + index + 1);
        if let Some(events) = events {
            let place = usize::try_from(facts.claimed_batch_index).expect("an index");
            let header = batch::header_of(&list(events)[place]).expect("a header of the chain");
            check.eq("the event's header hash", facts.batch.header_hash, header.hash());
        }
        let mut seed = Seed::new(facts.message_hash[0].into());
        header(check, claim, &facts);
        branch(check, claim);
        message(check, claim, &mut seed);
        witnesses(check, claim, &mut seed);
    }
}

type Outcome = Result<Consistent<WithdrawalFacts>, Error>;

fn with(claim: &WithdrawalClaim, change: impl FnOnce(&mut InclusionClaim)) -> Outcome {
    let mut twin = claim.clone();
    change(&mut twin.proof);
    consistent::withdrawal(&twin)
}

fn flip(word: B256, place: usize) -> B256 {
    B256::from_slice(&flipped(word.as_slice(), place))
}

fn is_other_root(error: &Error) -> bool {
    matches!(error, Error::Merkle(OvmMerkleError::RootMismatch { .. }))
}

/// What only L1 could refuse gives another header hash; the rest is refused here.
fn header(check: &mut Check, claim: &WithdrawalClaim, facts: &WithdrawalFacts) {
    let hash = |outcome: Outcome| outcome.map(|twin| twin.value().batch.header_hash);
    let accepted = Ok(facts.batch.header_hash);
    let twin = hash(with(claim, |proof| proof.prev_total_elements += U256::ONE));
    check.differs("another total", twin, accepted.clone());
    let twin = hash(with(claim, |proof| proof.extra_data = flipped(&proof.extra_data, 31).into()));
    check.differs("another timestamp", twin, accepted);

    let is_extra_data = |error: &Error| matches!(error, Error::Rollup(RollupError::ExtraData { .. }));
    let twin = with(claim, |proof| proof.extra_data = flipped(&proof.extra_data, 40).into());
    check.refused("a submitter that is no address", twin, is_extra_data);
    for length in [0, 32, 63, 65, 96, 127, 129, 160] {
        let bytes = vec![0; length];
        let twin = with(claim, |proof| proof.extra_data = bytes.into());
        check.refused("extraData of another length", twin, is_extra_data);
    }
    let is_too_large = |error: &Error| matches!(error, Error::Rollup(RollupError::TooLarge { .. }));
    let huge = U256::ONE << 40;
    check.refused("a huge size", with(claim, |proof| proof.batch_size = huge), is_too_large);
    check.refused("a huge total", with(claim, |proof| proof.prev_total_elements = huge), is_too_large);
    check.refused("a huge index", with(claim, |proof| proof.batch_index = huge), is_too_large);
    check.refused("a huge place", with(claim, |proof| proof.index = huge), is_too_large);
    let time = with(claim, |proof| proof.extra_data = flipped(&proof.extra_data, 8).into());
    check.refused("a huge timestamp", time, is_too_large);
    check.refused("an empty batch", with(claim, |proof| proof.batch_size = U256::ZERO), |error| {
        *error == Error::Rollup(RollupError::Merkle(OvmMerkleError::Empty))
    });
}

fn branch(check: &mut Check, claim: &WithdrawalClaim) {
    for place in [0, 13, 31] {
        let twin = with(claim, |proof| proof.state_root = flip(proof.state_root, place));
        check.refused("another state root", twin, is_other_root);
        let twin = with(claim, |proof| proof.batch_root = flip(proof.batch_root, place));
        check.refused("another batch root", twin, is_other_root);
        for turn in 0..claim.proof.siblings.len() {
            let twin = with(claim, |proof| proof.siblings[turn] = flip(proof.siblings[turn], place));
            check.refused("another sibling", twin, is_other_root);
        }
    }
    let is_count = |error: &Error| matches!(error, Error::Merkle(OvmMerkleError::SiblingCount { .. }));
    check.refused("a sibling more", with(claim, |proof| proof.siblings.push(B256::ZERO)), is_count);
    if !claim.proof.siblings.is_empty() {
        check.refused(
            "a sibling less",
            with(claim, |proof| proof.siblings.truncate(claim.proof.siblings.len() - 1)),
            is_count,
        );
        let twin = with(claim, |proof| proof.index ^= U256::ONE);
        check.refused("the neighbour's place", twin, |error| is_other_root(error) || is_outside(error));
    }
    let larger = (U256::ONE << claim.proof.siblings.len()) + U256::ONE;
    check.refused("a size with longer branches", with(claim, |proof| proof.batch_size = larger), is_count);
    check.refused("a place outside", with(claim, |proof| proof.index = proof.batch_size), is_outside);
}

fn is_outside(error: &Error) -> bool {
    matches!(error, Error::Merkle(OvmMerkleError::IndexOutOfRange { .. }))
}

/// Another message has another slot, which the storage witness does not lead to.
fn message(check: &mut Check, claim: &WithdrawalClaim, seed: &mut Seed) {
    let message = &claim.message;
    let mut twins = vec![
        Message { target: Address::repeat_byte(1), ..message.clone() },
        Message { sender: Address::repeat_byte(1), ..message.clone() },
        Message { message_nonce: message.message_nonce ^ U256::ONE, ..message.clone() },
    ];
    for place in places(message.message.len(), 4, seed) {
        twins.push(Message { message: flipped(&message.message, place).into(), ..message.clone() });
    }
    for message in twins {
        let twin = consistent::withdrawal(&WithdrawalClaim { message, ..claim.clone() });
        check.refused("another message", twin, |error| {
            use BridgeError::{NotSent, WitnessNodes, WitnessProof};
            matches!(error, Error::Bridge(WitnessProof { .. } | WitnessNodes { .. } | NotSent { .. }))
        });
    }
}

/// A witness with a bit flipped is no list of nodes, or one of other nodes; it takes each node exactly once.
fn witnesses(check: &mut Check, claim: &WithdrawalClaim, seed: &mut Seed) {
    type Place = fn(&mut InclusionClaim) -> &mut Bytes;
    let parts: [Place; 2] = [|proof| &mut proof.state_trie_witness, |proof| &mut proof.storage_trie_witness];
    for part in parts {
        let accepted = part(&mut claim.proof.clone()).clone();
        let change = |witness: Vec<u8>| with(claim, |proof| *part(proof) = witness.into());
        for place in places(accepted.len(), 64, seed) {
            check.refused("a flipped bit", change(flipped(&accepted, place)), |error| {
                matches!(error, Error::Bridge(BridgeError::Witness { .. }))
                    || is_rule(error, |rule| matches!(rule, ProofError::HashMismatch { .. }))
            });
        }
        let is_no_list = |error: &Error| matches!(error, Error::Bridge(BridgeError::Witness { .. }));
        check.refused("cut off", change(accepted[..accepted.len() - 1].to_vec()), is_no_list);
        check.refused("longer", change([&accepted[..], &[0]].concat()), is_no_list);
        check.refused("nothing", change(Vec::new()), is_no_list);

        let nodes = nodes_of(&accepted);
        let is_missing = |rule: &ProofError| matches!(rule, ProofError::MissingNode { .. });
        let twin = change(list_of(&nodes[..nodes.len() - 1]));
        check.refused("the last node missing", twin, |error| is_rule(error, is_missing));
        check.refused("no nodes", change(list_of(&[])), |error| is_rule(error, is_missing));
        let longer = [&nodes[..], &nodes[..1]].concat();
        let (got, expected) = (longer.len(), nodes.len());
        check.refused("a node more", change(list_of(&longer)), |error| {
            matches!(error, Error::Bridge(BridgeError::WitnessNodes { got: g, expected: e, .. })
                if (*g, *e) == (got, expected))
        });
    }
    let twin = with(claim, |proof| core::mem::swap(&mut proof.state_trie_witness, &mut proof.storage_trie_witness));
    check.refused("the other witness", twin, |error| {
        is_rule(error, |rule| matches!(rule, ProofError::HashMismatch { depth: 0, .. }))
    });
}

fn is_rule(error: &Error, is_right: impl Fn(&ProofError) -> bool) -> bool {
    matches!(error, Error::Bridge(BridgeError::WitnessProof { rule, .. }) if is_right(rule))
}

fn nodes_of(witness: &[u8]) -> Vec<Vec<u8>> {
    let mut items = rlp::list(witness).expect("a list");
    let mut nodes = Vec::new();
    while !items.is_empty() {
        nodes.push(items.string().expect("a node").to_vec());
    }
    nodes
}

fn list_of(nodes: &[Vec<u8>]) -> Vec<u8> {
    let items: Vec<u8> = nodes.iter().flat_map(|node| alloy_rlp::encode(node.as_slice())).collect();
    rlp::encode_list(&items)
}
