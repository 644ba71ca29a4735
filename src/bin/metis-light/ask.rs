//! The commands that ask sources. Sources are not believed: what is printed was proven from the checkpoint on.

#![allow(clippy::result_large_err, reason = "an outcome is returned once a run")]

use crate::args::LiveArgs;
use crate::live::{Live, finality};
use crate::outcome::Outcome;
use crate::paper::coins;
use metis_light::client::{MetisBalanceOf, WithdrawalState, WithdrawalsOf};
use metis_light::primitives::{Address, B256};
use serde_json::json;

/// What none of the answers says.
const NOT_CHECKED: &[&str] = &["that state roots are the right ones: they are what was posted and nobody disputed"];

type Ended = Result<Outcome, Outcome>;

pub(crate) fn sync(args: &LiveArgs) -> Outcome {
    Live::sync(args, Outcome::new("sync", &[])).map_or_else(|ended| ended, |(_, _, outcome)| outcome)
}

pub(crate) fn head(args: &LiveArgs) -> Outcome {
    Live::head(args, Outcome::new("head", NOT_CHECKED)).map_or_else(|ended| ended, |(_, _, outcome)| outcome)
}

pub(crate) fn balance(who: Address, args: &LiveArgs) -> Outcome {
    ended(prove_balance(who, args))
}

fn prove_balance(who: Address, args: &LiveArgs) -> Ended {
    let (live, head, outcome) = Live::head(args, Outcome::new("balance", NOT_CHECKED))?;
    let Some(last) = &head.last else {
        return Err(outcome.misuse("balance", "no batch is posted yet".to_owned()));
    };
    let at = match last.state_root(last.batch().header().last_block()) {
        Err(error) => return Err(outcome.refused("balance", error)),
        Ok((at, _)) => at,
    };
    let block = at.block();
    let (balance, mut outcome) = live.drive(MetisBalanceOf { at, who }, "balance", outcome)?;
    let wei = balance.value().wei;
    let finality = finality(last.batch().finality());
    let lines = vec![
        ("balance", format!("{} METIS ({wei} wei)", coins(wei))),
        ("as of", format!("l2 block {block}, in batch {}", last.batch().index())),
        ("finality", finality.clone()),
    ];
    let facts = json!({
        "address": who,
        "wei": wei.to_string(),
        "l2Block": block,
        "batchIndex": last.batch().index(),
        "finality": finality,
    });
    outcome.holds(format!("balance of {who}"), lines, &facts);
    Ok(outcome)
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
    let (live, head, outcome) = Live::head(args, Outcome::new(command, NOT_CHECKED))?;
    let (states, outcome) = live.drive(WithdrawalsOf::new(&head, transaction), command, outcome)?;
    if states.is_empty() {
        return Err(outcome.misuse(transaction.to_string(), "this transaction sent no message to l1".to_owned()));
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
        "finality": finality(batch.finality()),
        "sender": message.sender,
        "target": message.target,
        "l2Block": at.block(),
        "batchIndex": batch.index(),
    });
    outcome.holds(format!("withdrawal {}", state.hash()), lines, &facts);
}

/// The calls, each made from what was just proven.
fn relay(states: &[WithdrawalState], mut outcome: Outcome) -> Ended {
    for state in states {
        let call = match state.relay() {
            Err(error) => return Err(outcome.refused("relay-calldata", error.into())),
            Ok(call) => call,
        };
        let calldata = alloy_primitives::hex::encode_prefixed(call.calldata());
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
