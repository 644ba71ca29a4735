//! Withdrawals of an L2 transaction, where they stand, and the calls that relay them.

#![allow(clippy::result_large_err, reason = "an outcome is returned once a run")]

use crate::args::LiveArgs;
use crate::ask::{Ended, ended};
use crate::live::{Live, finality};
use crate::outcome::Outcome;
use crate::verify_withdrawal::pays;
use alloy_primitives::hex;
use metis_light::bridge::WithdrawalStatus;
use metis_light::client::{ClientError, Estimate, MessagesOf, RollupHead, WithdrawalState, WithdrawalsOf};
use metis_light::consistent::TokenFacts;
use metis_light::error::Error;
use metis_light::primitives::B256;
use metis_light::shell::Heads;
use serde_json::json;

/// Nor who sent a withdrawal: a receipt is told by the node, and only the messages in it are looked up by proof.
pub(crate) const NOT_CHECKED_OF_WITHDRAWALS: &[&str] = &[
    "that state roots are the right ones: they are what was posted and nobody disputed",
    "that this transaction sent these messages and no others: its receipt is the node's word",
];

const PRUNED: &str = "the state of the message's own block is not to be had: it is proven at the last posted block, whose window \
closes later";

/// What remains once the sender is proven.
const NOT_CHECKED_OF_PROVEN_SENDERS: &[&str] =
    &["that state roots and block hashes are the right ones: they are what was posted and nobody disputed"];

pub(crate) fn run(transaction: B256, prove_sender: bool, args: &LiveArgs) -> Outcome {
    ended(if prove_sender { with_sender(transaction, args) } else { with_hint(transaction, args) })
}

fn with_hint(transaction: B256, args: &LiveArgs) -> Ended {
    let begun = Outcome::new("withdrawal", NOT_CHECKED_OF_WITHDRAWALS);
    let (live, heads, outcome) = Live::head(args, begun)?;
    let (states, mut outcome) = withdrawals_under(&live, &heads.rollup, "withdrawal", transaction, outcome)?;
    states.iter().for_each(|state| tell(&mut outcome, state));
    hear(&live, &heads, &states, outcome)
}

/// Proves besides, by the transaction's own receipt, that it sent these messages and no others.
fn with_sender(transaction: B256, args: &LiveArgs) -> Ended {
    let begun = Outcome::new("withdrawal", NOT_CHECKED_OF_PROVEN_SENDERS);
    let (live, heads, outcome) = Live::head(args, begun)?;
    let head = &heads.rollup;
    let (messages, outcome) = live.drive(MessagesOf::new(head.clone(), transaction), "withdrawal", outcome)?;
    let (states, mut outcome) = withdrawals_under(&live, head, "withdrawal", transaction, outcome)?;
    let sent: Vec<B256> = messages.value().iter().map(|message| message.hash()).collect();
    let told: Vec<B256> = states.iter().map(WithdrawalState::hash).collect();
    if sent != told {
        let message = "the node's receipt tells of other messages than the proven one".to_owned();
        return Err(outcome.misuse(transaction.to_string(), message));
    }
    let header = messages.at();
    let lines = vec![
        ("block", format!("l2 block {} {}", header.header().number, header.hash())),
        ("messages", sent.len().to_string()),
    ];
    let facts = json!({ "transaction": transaction, "l2Block": header.header().number, "l2BlockHash": header.hash() });
    outcome.holds(format!("transaction {transaction}, by its receipt"), lines, &facts);
    states.iter().for_each(|state| tell(&mut outcome, state));
    hear(&live, &heads, &states, outcome)
}

/// While their window is open, what verifiers say of their batch: one transaction's withdrawals are in one.
fn hear(live: &Live, heads: &Heads, states: &[WithdrawalState], outcome: Outcome) -> Ended {
    match states.first() {
        Some(state) => live.hear(heads, state.withdrawal.at().batch(), outcome),
        None => Ok(outcome),
    }
}

pub(crate) fn relay_calldata(transaction: B256, args: &LiveArgs) -> Outcome {
    ended(prove_relay(transaction, args))
}

fn prove_relay(transaction: B256, args: &LiveArgs) -> Ended {
    const COMMAND: &str = "relay-calldata";
    let (live, heads, outcome) = Live::head(args, Outcome::new(COMMAND, NOT_CHECKED_OF_WITHDRAWALS))?;
    let (states, outcome) = withdrawals_under(&live, &heads.rollup, COMMAND, transaction, outcome)?;
    relay(&states, outcome)
}

/// The withdrawals of a transaction under the rollup's head: at least one.
pub(crate) fn withdrawals_under(
    live: &Live,
    head: &RollupHead,
    command: &'static str,
    transaction: B256,
    mut outcome: Outcome,
) -> Result<(Vec<WithdrawalState>, Outcome), Outcome> {
    let task = WithdrawalsOf::new(head, transaction);
    let states = match live.ask(task, &mut outcome) {
        Ok(states) => states,
        Err(error) => {
            outcome.note(projected(head, &error));
            return Err(outcome.refused(command, error));
        }
    };
    outcome.note(states.iter().any(|state| state.is_at_last_block).then(|| PRUNED.to_owned()));
    if states.is_empty() {
        return Err(outcome.misuse(transaction.to_string(), "the node's receipt tells of no message to l1".to_owned()));
    }
    Ok((states, outcome))
}

pub(crate) fn tell(outcome: &mut Outcome, state: &WithdrawalState) {
    let (message, at) = (state.withdrawal.value(), state.withdrawal.at());
    let batch = at.batch();
    let token = message.token_withdrawal().map(TokenFacts::new);
    let mut lines = vec![
        ("status", state.status.to_string()),
        ("finality", finality(batch.finality())),
        ("sender on l2", message.sender.to_string()),
        ("target on l1", message.target.to_string()),
        ("sent", format!("by l2 block {}, in batch {}", at.block(), batch.index())),
    ];
    lines.extend(token.as_ref().map(|token| ("pays", pays(token))));
    let facts = json!({
        "pays": token,
        "readyAt": ready_at(state.estimate()),
        "messageHash": state.hash(),
        "status": state.status.to_string(),
        "phase": phase(state.status),
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

/// The calls, each made from what was just proven.
pub(crate) fn relay(states: &[WithdrawalState], mut outcome: Outcome) -> Ended {
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

/// For what is not posted yet: when it may be ready.
fn projected(head: &RollupHead, error: &Error) -> Option<String> {
    match (error, head.estimate_unposted()) {
        (Error::Client(ClientError::NotPosted { .. }), Estimate::Projected(at)) => {
            Some(format!("going by the newest batches it can be relayed about {} (l1 time)", at.0))
        }
        _ => None,
    }
}

const fn ready_at(estimate: Estimate) -> Option<u64> {
    match estimate {
        Estimate::Exact(at) => Some(at.0),
        Estimate::Projected(_) | Estimate::None => None,
    }
}
