//! Deposits of an L1 transaction, and what became of them on L2.

#![allow(clippy::result_large_err, reason = "an outcome is returned once a run")]

use crate::args::LiveArgs;
use crate::live::Live;
use crate::outcome::Outcome;
use crate::paper::coins;
use metis_light::bridge::{DepositOutcome, TokenDeposit};
use metis_light::client::{DepositState, DepositStatus, DepositsOf};
use metis_light::network::Predeploys;
use metis_light::primitives::B256;
use serde_json::{Value, json};

const NOT_CHECKED: &[&str] = &[
    "that state roots and block hashes are the right ones: they are what was posted and nobody disputed",
    "that this transaction made these deposits and no others: its receipt is the node's word",
];

pub(crate) fn run(transaction: B256, args: &LiveArgs) -> Outcome {
    prove(transaction, args).unwrap_or_else(|ended| ended)
}

fn prove(transaction: B256, args: &LiveArgs) -> Result<Outcome, Outcome> {
    let (live, heads, outcome) = Live::head(args, Outcome::new("deposit", NOT_CHECKED))?;
    let (states, mut outcome) = live.drive(DepositsOf::new(heads.rollup, transaction), "deposit", outcome)?;
    if states.is_empty() {
        return Err(outcome.misuse(transaction.to_string(), "the node's receipt tells of no message to l2".to_owned()));
    }
    states.iter().for_each(|state| tell(&mut outcome, state));
    Ok(outcome)
}

fn tell(outcome: &mut Outcome, DepositState { deposit, status }: &DepositState) {
    let message = deposit.message();
    let token = message.token_deposit(deposit.basis().network().contracts.bridge);
    let mut lines = vec![
        ("status", status.to_string()),
        ("queued", format!("at {} (l1 time), by l1 block {}", deposit.enqueued().0, deposit.l1_block())),
        ("message", message.message_hash().to_string()),
        ("on l2", format!("transaction {}", message.l2_transaction_hash())),
    ];
    if let Some(token) = &token {
        let amount = amount(token, &deposit.basis().network().l2.predeploys);
        lines.push(("pays", format!("{amount} from {} to {}", token.from, token.to)));
    }
    let facts = json!({
        "queueIndex": message.queue_index,
        "messageHash": message.message_hash(),
        "l2TransactionHash": message.l2_transaction_hash(),
        "enqueued": deposit.enqueued().0,
        "l1Block": deposit.l1_block(),
        "status": status.to_string(),
        "phase": phase(status),
        "l2Block": l2_block(status),
        "token": token.map_or(Value::Null, |token| json!({
            "l1Token": token.l1_token,
            "l2Token": token.l2_token,
            "from": token.from,
            "to": token.to,
            "amount": token.amount.to_string(),
        })),
    });
    outcome.holds(format!("deposit {}", message.queue_index), lines, &facts);
}

/// ETH and METIS have 18 decimals; what others have is not in the message.
fn amount(token: &TokenDeposit, predeploys: &Predeploys) -> String {
    match token.l2_token {
        l2_token if l2_token == predeploys.metis => format!("{} METIS", coins(token.amount)),
        l2_token if l2_token == predeploys.eth => format!("{} ETH", coins(token.amount)),
        l2_token => format!("{} units of {l2_token}", token.amount),
    }
}

const fn phase(status: &DepositStatus) -> &'static str {
    match status {
        DepositStatus::Queued => "queued",
        DepositStatus::Executed(_) => "executed",
        DepositStatus::Settled(DepositOutcome::Called, _) => "called",
        DepositStatus::Settled(DepositOutcome::Credited, _) => "credited",
        DepositStatus::Settled(DepositOutcome::NotCredited, _) => "not-credited",
        DepositStatus::Settled(DepositOutcome::Reverted, _) => "reverted",
    }
}

/// The block that settled it, or the one whose state has the flag.
fn l2_block(status: &DepositStatus) -> Option<u64> {
    match status {
        DepositStatus::Queued => None,
        DepositStatus::Executed(at) => Some(at.block()),
        DepositStatus::Settled(_, header) => Some(header.header().number),
    }
}
