//! Messages at one phase: from their flag on L2 to what the L1 messenger would say to their relay.

use super::batch::Live;
use super::contracts::is_stale;
use super::phase::Phase;
use crate::suites::metis::check::Check;
use crate::suites::metis::json::{address, bytes, list, number, small, text, word};
use crate::suites::metis::twins::{Layer, twins};
use crate::suites::spoil::Seed;
use metis_light::bridge::{
    BridgeError, Message, Messenger, Withdrawal, WithdrawalStatus, messenger_questions, withdrawal_question,
};
use metis_light::execution::AccountProof;
use metis_light::primitives::{B256, U256, UnixTime, keccak256};
use metis_light::rollup::{Registry, RollupError};
use serde_json::Value;

pub(super) fn run(check: &mut Check, phase: &Phase<'_>, registry: &Registry, batches: &[Live], others: &[&Phase<'_>]) {
    for verdict in list(&phase.expected["messages"]) {
        let is_fake = verdict["fake"] == true;
        let list_name = if is_fake { "fakeMessages" } else { "messages" };
        let mut all = list(&phase.story.expected[list_name]).iter();
        let recorded = all.find(|message| message["tag"] == verdict["tag"]).expect("a message of the recording");
        let message = derived(check, recorded, verdict);
        let block = small(&verdict["l2Block"]);
        let status = text(&verdict["status"]);
        let Some(live) = batches.iter().find(|live| live.covers(block)) else {
            check.eq("no batch covers the message", matches!(status, "not-committed" | "batch-refused"), true);
            check.eq("the chain ends before it", registry.context().total_elements < block, true);
            continue;
        };
        if status == "batch-refused" {
            invented(check, phase, live, &message, block);
            continue;
        }
        check.eq("batch", live.batch.index(), small(&verdict["batchIndex"]));
        let proof = l2_proof(phase, live, &message, block, is_fake);
        let withdrawal = check.ok("withdrawal", live.state_root(block).withdrawal(message.clone(), &proof));
        let questions = messenger_questions(registry.basis(), &message);
        let proofs = questions.map(|question| phase.answer(&question));
        let messenger = check.ok("messenger", registry.messenger(&message, &proofs));
        let got = check.ok("status", withdrawal.status(&messenger));
        check.eq("status", got, expected_status(phase, verdict));
        let says = &verdict["contractSays"]["ok"];
        check.eq("what the contract says", Some(got == WithdrawalStatus::ReadyToRelay), says.as_bool());
        relay(check, recorded, live, &withdrawal, &messenger, &proof);
        spoiled(check, phase, registry, &withdrawal, &proof, &proofs, others);
    }
}

/// The message and everything computed from it.
fn derived(check: &mut Check, recorded: &Value, verdict: &Value) -> Message {
    let message = Message {
        target: address(&recorded["target"]),
        sender: address(&recorded["sender"]),
        message: bytes(&recorded["message"]),
        message_nonce: number(&recorded["messageNonce"]),
    };
    check.eq("hash", message.hash(), word(&recorded["messageHash"]));
    check.eq("hash", message.hash(), word(&verdict["messageHash"]));
    check.eq("slot in the message passer", message.passer_slot().0, word(&recorded["passerSlot"]));
    if let Some(slot) = recorded.get("l1SuccessfulMessagesSlot") {
        check.eq("slot in the messenger", message.successful_slot().0, word(slot));
    }
    if let Some(calldata) = recorded.get("xDomainCalldata") {
        check.eq("calldata", message.x_domain_calldata(), bytes(calldata).to_vec());
        check.eq("calldata", keccak256(bytes(calldata)), message.hash());
    }
    message
}

/// The flag's proof: of the dishonest L2 for the message that only it has.
fn l2_proof(phase: &Phase<'_>, live: &Live, message: &Message, block: u64, is_fake: bool) -> AccountProof {
    let question = withdrawal_question(live.batch.basis().network(), message);
    let calls = if is_fake { phase.story.evil.as_ref().expect("a dishonest l2") } else { &phase.story.calls };
    let hash = calls.hash_of("l2", block).expect("the block was recorded");
    calls.proof(phase.name(), "l2", hash, &question).expect("the proof was recorded")
}

fn expected_status(phase: &Phase<'_>, verdict: &Value) -> WithdrawalStatus {
    let ready_at = UnixTime(phase.l1.timestamp().0 + small(&verdict["secondsLeft"]));
    match text(&verdict["status"]) {
        "disputed" => WithdrawalStatus::Disputed,
        "in-window" => WithdrawalStatus::InChallengePeriod { ready_at },
        "ready" => WithdrawalStatus::ReadyToRelay,
        "relayed" => WithdrawalStatus::Relayed,
        other => panic!("{other} is no status of a message whose batch is there"),
    }
}

/// A message that only the deleted batch had: its proof does not hold under the batch that took the place.
fn invented(check: &mut Check, phase: &Phase<'_>, live: &Live, message: &Message, block: u64) {
    let proof = l2_proof(phase, live, message, block, true);
    let refusal = live.state_root(block).withdrawal(message.clone(), &proof);
    check.err(
        "a message of a deleted batch",
        refusal,
        |error| matches!(error, BridgeError::Execution(error) if is_stale(error)),
    );
}

/// The calldata byte for byte; it is made at once when the contract would take it, else only for later.
fn relay(
    check: &mut Check,
    recorded: &Value,
    live: &Live,
    withdrawal: &Withdrawal,
    messenger: &Messenger,
    proof: &AccountProof,
) {
    let siblings = live.siblings(withdrawal.at().block());
    let later = check.ok("relay", withdrawal.relay_when_ready(&siblings, proof));
    check.eq("receiver", later.to(), live.batch.basis().network().contracts.messenger);
    let status = withdrawal.status(messenger).expect("it was read above");
    let now = withdrawal.relay(messenger, &siblings, proof);
    if status == WithdrawalStatus::ReadyToRelay {
        check.eq("the same call", check_calldata(now), Some(later.calldata()));
    } else {
        check.err("not now", now, |error| *error == BridgeError::NotRelayable { status });
    }
    let expected = &recorded["relay"];
    if !expected.is_null() && word(&expected["batchHeaderHash"]) == live.batch.header_hash() {
        check.eq("calldata", later.calldata(), bytes(&expected["calldata"]).to_vec());
        check.eq("receiver", later.to(), address(&expected["to"]));
        check.eq("block of the proof", withdrawal.at().block(), small(&expected["l2BlockOfProof"]));
        check.eq("siblings", siblings.len(), list(&expected["siblings"]).len());
    }
    if let Some(expected) = recorded.get("relayCalldataAgainstDeletedBatch") {
        check.eq("calldata", later.calldata(), bytes(expected).to_vec());
    }
    check.eq("calldata for the default chain", later.calldata_for_default_chain(), without_chain_id(&later.calldata()));

    for turn in 0..siblings.len() {
        let mut twin = siblings.clone();
        twin[turn] = B256::ZERO;
        check.refused("another branch", withdrawal.relay_when_ready(&twin, proof), |error| {
            matches!(error, BridgeError::Rollup(RollupError::Merkle(_)))
        });
    }
}

fn check_calldata<E>(relay: Result<metis_light::bridge::Relay, E>) -> Option<Vec<u8>> {
    relay.ok().map(|relay| relay.calldata())
}

/// The call without its first argument: another selector, and offsets that are a word smaller.
fn without_chain_id(calldata: &[u8]) -> Vec<u8> {
    let words: Vec<U256> = calldata[4..].chunks(32).map(U256::from_be_slice).collect();
    let word = U256::from(32);
    let head = [words[1], words[2], words[3] - word, words[4], words[5] - word];
    let selector = [0xd7, 0xfd, 0x19, 0xdd].to_vec();
    let head: Vec<u8> = head.iter().flat_map(|word| word.to_be_bytes::<32>()).collect();
    [selector, head, calldata[4 + 6 * 32..].to_vec()].concat()
}

fn spoiled(
    check: &mut Check,
    phase: &Phase<'_>,
    registry: &Registry,
    withdrawal: &Withdrawal,
    proof: &AccountProof,
    proofs: &[AccountProof; 2],
    others: &[&Phase<'_>],
) {
    let (message, root) = (withdrawal.value(), withdrawal.at());
    let mut seed = Seed::new(phase.l1.number() ^ root.block() << 32);
    for twin in twins(proof, Layer::L2, 8, &mut seed) {
        check.refused(
            twin.what,
            root.withdrawal(message.clone(), &twin.proof),
            |error| matches!(error, BridgeError::Execution(error) if twin.is_met_by(error)),
        );
    }
    let later = Message { message_nonce: message.message_nonce + U256::from(1_000_000), ..message.clone() };
    check.refused("a message that was not sent", root.withdrawal(later.clone(), proof), |error| {
        matches!(error, BridgeError::Execution(_))
    });
    let questions = messenger_questions(registry.basis(), message);
    for place in 0..2 {
        let with = |proof: AccountProof| {
            let mut twins = proofs.clone();
            twins[place] = proof;
            registry.messenger(message, &twins)
        };
        for twin in twins(&proofs[place], Layer::L1, 6, &mut seed) {
            check.refused(
                twin.what,
                with(twin.proof.clone()),
                |error| matches!(error, BridgeError::Rollup(RollupError::Execution(error)) if twin.is_met_by(error)),
            );
        }
        for other in others {
            check.refused(
                "an answer of another phase",
                with(other.answer(&questions[place])),
                |error| matches!(error, BridgeError::Rollup(RollupError::Execution(error)) if is_stale(error)),
            );
        }
    }
    // The flags of one message are not those of another.
    check.refused("asked about another message", registry.messenger(&later, proofs), |error| {
        matches!(error, BridgeError::Rollup(RollupError::Execution(_)))
    });
}
