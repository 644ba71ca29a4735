//! The commands that ask sources. Sources are not believed: what is printed was proven from the checkpoint on.

#![allow(clippy::result_large_err, reason = "an outcome is returned once a run")]

use crate::args::{At, LiveArgs};
use crate::live::{Live, finality};
use crate::outcome::Outcome;
use crate::paper::coins;
use alloy_primitives::{hex, keccak256};
use metis_light::bridge::WithdrawalStatus;
use metis_light::client::{ClientError, CodeOf, MetisBalanceOf, StorageOf, WithdrawalState, WithdrawalsOf};
use metis_light::error::Error;
use metis_light::primitives::{Address, B256, StorageSlot};
use metis_light::rollup::L2StateRoot;
use serde_json::{Value, json};

/// What none of the answers says.
const NOT_CHECKED: &[&str] = &["that state roots are the right ones: they are what was posted and nobody disputed"];

/// Nor who sent a withdrawal: a receipt is told by the node, and only the messages in it are looked up by proof.
const NOT_CHECKED_OF_WITHDRAWALS: &[&str] = &[
    "that state roots are the right ones: they are what was posted and nobody disputed",
    "that this transaction sent these messages and no others: its receipt is the node's word",
];

const PRUNED: &str = "the state of the message's own block is not to be had: asking at the last posted block, whose window \
closes later";

type Ended = Result<Outcome, Outcome>;

pub(crate) fn sync(args: &LiveArgs) -> Outcome {
    Live::sync(args, Outcome::new("sync", &[])).map_or_else(|ended| ended, |(_, _, outcome)| outcome)
}

pub(crate) fn balance(who: Address, at: At, args: &LiveArgs) -> Outcome {
    ended(prove_balance(who, at, args))
}

fn prove_balance(who: Address, at: At, args: &LiveArgs) -> Ended {
    let (live, at, outcome) = Live::state_root(args, at, Outcome::new("balance", NOT_CHECKED))?;
    let (balance, mut outcome) = live.drive(MetisBalanceOf { at: at.clone(), who }, "balance", outcome)?;
    let wei = balance.value().wei;
    let lines = vec![("balance", format!("{} METIS ({wei} wei)", coins(wei)))];
    tell_at(&mut outcome, format!("balance of {who}"), lines, json!({ "address": who, "wei": wei.to_string() }), &at);
    Ok(outcome)
}

pub(crate) fn storage(who: Address, slots: Vec<StorageSlot>, at: At, args: &LiveArgs) -> Outcome {
    ended(prove_storage(who, slots, at, args))
}

fn prove_storage(who: Address, slots: Vec<StorageSlot>, at: At, args: &LiveArgs) -> Ended {
    let (live, at, outcome) = Live::state_root(args, at, Outcome::new("storage", NOT_CHECKED))?;
    let task = StorageOf { at: at.clone(), who, slots: slots.clone() };
    let (words, mut outcome) = live.drive(task, "storage", outcome)?;
    let words: Vec<B256> = words.value().iter().map(|word| B256::from(*word)).collect();
    let lines = slots.iter().zip(&words).map(|(slot, word)| ("word", format!("{word} at slot {}", slot.0))).collect();
    let slots: Vec<_> = slots.iter().zip(&words).map(|(slot, word)| json!({ "slot": slot.0, "word": word })).collect();
    tell_at(&mut outcome, format!("storage of {who}"), lines, json!({ "address": who, "slots": slots }), &at);
    Ok(outcome)
}

pub(crate) fn code(who: Address, at: At, args: &LiveArgs) -> Outcome {
    ended(prove_code(who, at, args))
}

fn prove_code(who: Address, at: At, args: &LiveArgs) -> Ended {
    let (live, at, outcome) = Live::state_root(args, at, Outcome::new("code", NOT_CHECKED))?;
    let (code, mut outcome) = live.drive(CodeOf { at: at.clone(), who }, "code", outcome)?;
    let (code, hash) = (code.value(), keccak256(code.value()));
    let hex = hex::encode_prefixed(code);
    let lines = vec![("bytes", code.len().to_string()), ("hash", hash.to_string()), ("code", hex.clone())];
    tell_at(&mut outcome, format!("code of {who}"), lines, json!({ "address": who, "hash": hash, "code": hex }), &at);
    Ok(outcome)
}

/// Tells what holds at a block of L2, and how firmly that stands.
fn tell_at(
    outcome: &mut Outcome,
    title: String,
    mut lines: Vec<(&'static str, String)>,
    mut facts: Value,
    at: &L2StateRoot,
) {
    let finality = finality(at.batch().finality());
    lines.push(("as of", format!("l2 block {}, in batch {}", at.block(), at.batch().index())));
    lines.push(("finality", finality.clone()));
    facts["l2Block"] = at.block().into();
    facts["batchIndex"] = at.batch().index().into();
    facts["finality"] = finality.into();
    outcome.holds(title, lines, &facts);
}

pub(crate) fn withdrawal(transaction: B256, args: &LiveArgs) -> Outcome {
    ended(prove_withdrawals("withdrawal", transaction, args).map(|(states, mut outcome)| {
        states.iter().for_each(|state| tell(&mut outcome, state));
        outcome
    }))
}

pub(crate) fn relay_calldata(transaction: B256, args: &LiveArgs) -> Outcome {
    ended(prove_withdrawals("relay-calldata", transaction, args).and_then(|(states, outcome)| relay(&states, outcome)))
}

fn prove_withdrawals(
    command: &'static str,
    transaction: B256,
    args: &LiveArgs,
) -> Result<(Vec<WithdrawalState>, Outcome), Outcome> {
    let (live, head, mut outcome) = Live::head(args, Outcome::new(command, NOT_CHECKED_OF_WITHDRAWALS))?;
    let task = WithdrawalsOf::new(&head, transaction);
    let states = match live.ask(task.clone(), &mut outcome) {
        Ok(states) => states,
        // Most nodes keep the states of the newest blocks alone.
        Err(Error::Client(ClientError::Unavailable { .. })) => {
            outcome.note(Some(PRUNED.to_owned()));
            let (states, after) = live.drive(task.at_last_block(), command, outcome)?;
            outcome = after;
            states
        }
        Err(error) => return Err(outcome.refused(command, error)),
    };
    if states.is_empty() {
        return Err(outcome.misuse(transaction.to_string(), "the node's receipt tells of no message to l1".to_owned()));
    }
    Ok((states, outcome))
}

fn tell(outcome: &mut Outcome, state: &WithdrawalState) {
    let (message, at) = (state.withdrawal.value(), state.withdrawal.at());
    let batch = at.batch();
    let lines = vec![
        ("status", state.status.to_string()),
        ("finality", finality(batch.finality())),
        ("sender on l2", message.sender.to_string()),
        ("target on l1", message.target.to_string()),
        ("sent", format!("by l2 block {}, in batch {}", at.block(), batch.index())),
    ];
    let facts = json!({
        "messageHash": state.hash(),
        "status": state.status.to_string(),
        "phase": phase(state.status),
        "readyAt": ready_at(state.status),
        "finality": finality(batch.finality()),
        "sender": message.sender,
        "target": message.target,
        "l2Block": at.block(),
        "batchIndex": batch.index(),
    });
    outcome.holds(format!("withdrawal {}", state.hash()), lines, &facts);
}

/// The status in a word, for machines.
const fn phase(status: WithdrawalStatus) -> &'static str {
    match status {
        WithdrawalStatus::Relayed => "relayed",
        WithdrawalStatus::Blocked(_) => "blocked",
        WithdrawalStatus::Disputed => "disputed",
        WithdrawalStatus::InChallengePeriod { .. } => "in-window",
        WithdrawalStatus::ReadyToRelay => "ready",
    }
}

/// When an open window closes, by L1 time.
const fn ready_at(status: WithdrawalStatus) -> Option<u64> {
    match status {
        WithdrawalStatus::InChallengePeriod { ready_at } => Some(ready_at.0),
        _ => None,
    }
}

/// The calls, each made from what was just proven.
fn relay(states: &[WithdrawalState], mut outcome: Outcome) -> Ended {
    for state in states {
        let call = match state.relay() {
            Err(error) => return Err(outcome.refused("relay-calldata", error.into())),
            Ok(call) => call,
        };
        let calldata = hex::encode_prefixed(call.calldata());
        let lines = vec![
            ("status", state.status.to_string()),
            ("to", call.to().to_string()),
            ("value", "0".to_owned()),
            ("calldata", calldata.clone()),
        ];
        let facts = json!({
            "messageHash": state.hash(),
            "status": state.status.to_string(),
            "to": call.to(),
            "calldata": calldata,
        });
        outcome.holds(format!("the call that relays {}", state.hash()), lines, &facts);
    }
    Ok(outcome)
}

fn ended(outcome: Ended) -> Outcome {
    outcome.unwrap_or_else(|ended| ended)
}
