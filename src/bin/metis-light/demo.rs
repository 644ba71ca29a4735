//! A walk over embedded data, so that a newcomer sees in ten seconds what this does.
//!
//! The data is a small made-up rollup state (`cargo run --example make_data` makes it again). There is no L1 in it, so
//! what is shown is consistency, and the output says so.

use crate::outcome::Outcome;
use crate::{verify_batch, verify_proof, verify_withdrawal};
use metis_light::consistent::{self, BatchFacts, MetisFacts, WithdrawalFacts};
use metis_light::error::Error;
use metis_light::network;
use metis_light::primitives::ovm_merkle::OvmMerkleError;
use metis_light::primitives::{Address, B256};
use metis_light::wire::{BatchClaim, ProofReply, WithdrawalClaim};
use serde::Deserialize;
use serde_json::Value;

const DATA: &[u8] = include_bytes!("../../../tests/data/demo.json");

/// What the demo does not show.
const NOT_CHECKED: &[&str] = &[
    "that any L1 holds this batch header: the data is made up, and this is consistency, not proof",
    "the climb from a checkpoint of Ethereum to the batch, which comes with the consensus part",
];

const INTRO: &str = "\
What a server says of a rollup can be checked. Here is the upper part of the climb, on a small made-up rollup.
Each line that holds was computed from proofs; what is only somebody's word says so.

";

#[derive(Deserialize)]
struct Data {
    batch: Value,
    balance: Balance,
    withdrawal: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Balance {
    address: Address,
    state_root: B256,
    proofs: Value,
}

pub(crate) fn run() -> Outcome {
    let mut outcome = Outcome::new("demo", NOT_CHECKED).intro(INTRO);
    let Ok(data) = serde_json::from_slice::<Data>(DATA) else {
        return outcome.broken("the embedded data cannot be read");
    };
    match climb(&data) {
        Err(error) => return outcome.refused("demo", error),
        Ok((batch, balance, withdrawal)) => {
            let title = format!("1. the batch: its {} state roots give the root in its header", batch.batch_size);
            outcome.holds(title, verify_batch::lines(&batch), &batch);
            let title =
                format!("2. the withdrawal: sent by l2 block {}, whose state root is one of them", withdrawal.l2_block);
            outcome.holds(title, verify_withdrawal::lines(&withdrawal), &withdrawal);
            let title = format!("3. the balance of {} under that state root", balance.address);
            outcome.holds(title, verify_proof::metis_lines(&balance), &balance);
        }
    }
    match spoiled(&data) {
        Ok(_) => outcome.broken("a proof with a changed byte was taken for whole"),
        Err(error) => {
            outcome.refuses("4. the same balance, with one byte of its proof changed".into(), &error);
            outcome
        }
    }
}

fn climb(data: &Data) -> Result<(BatchFacts, MetisFacts, WithdrawalFacts), Error> {
    let batch = first(BatchClaim::parse(&bytes(&data.batch))?, consistent::batch)?;
    let withdrawal = first(WithdrawalClaim::parse(&bytes(&data.withdrawal))?, consistent::withdrawal)?;
    let balance = metis(data, &bytes(&data.balance.proofs))?;
    check_one_climb(&batch, &balance, &withdrawal)?;
    Ok((batch, balance, withdrawal))
}

/// The three speak of one batch and one state root.
fn check_one_climb(batch: &BatchFacts, balance: &MetisFacts, withdrawal: &WithdrawalFacts) -> Result<(), Error> {
    let pairs = [(withdrawal.batch.header_hash, batch.header_hash), (balance.state_root, withdrawal.state_root)];
    match pairs.into_iter().find(|(got, expected)| got != expected) {
        Some((got, expected)) => Err(OvmMerkleError::RootMismatch { got, expected }.into()),
        None => Ok(()),
    }
}

/// The balance again, with the last hex digit of the predeploy's first node changed.
fn spoiled(data: &Data) -> Result<MetisFacts, Error> {
    let mut proofs = data.balance.proofs.clone();
    if let Some(Value::String(node)) = proofs.pointer_mut("/0/accountProof/0") {
        let last = node.pop();
        node.push(if last == Some('0') { '1' } else { '0' });
    }
    metis(data, &bytes(&proofs))
}

fn metis(data: &Data, proofs: &[u8]) -> Result<MetisFacts, Error> {
    let Balance { address, state_root, .. } = data.balance;
    let answers = ProofReply::parse(proofs)?;
    consistent::metis_balance(state_root, &network::andromeda(), address, &answers)
        .map(consistent::Consistent::into_value)
}

/// Checks the one item that there is.
fn first<C, T>(claims: Vec<C>, check: impl Fn(&C) -> Result<consistent::Consistent<T>, Error>) -> Result<T, Error> {
    let claim = claims.first().ok_or(metis_light::wire::WireError::Empty { what: "the embedded data" })?;
    check(claim).map(consistent::Consistent::into_value)
}

fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}
