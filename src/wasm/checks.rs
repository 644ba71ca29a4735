//! The checks of `metis-light verify` as functions: bytes or a string in, a plain object out.

use super::asked::{Climb, Question, climb, question};
use super::convert::{Refusal, bytes, json, named_network, parsed_json};
use crate::consistent::{self, BATCH_NOT_CHECKED, Consistent, PROOF_NOT_CHECKED, WITHDRAWAL_NOT_CHECKED};
use crate::error::Error;
use crate::follow;
use crate::wire::{BatchClaim, ProofReply, WithdrawalClaim};
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// Checks withdrawals: the arguments of `relayMessage`, one object or an array.
#[wasm_bindgen(js_name = verifyWithdrawal)]
pub fn verify_withdrawal(input: JsValue) -> Result<JsValue, JsValue> {
    let claims = WithdrawalClaim::parse(&bytes(&input)?).map_err(Refusal::of_input)?;
    report(WITHDRAWAL_NOT_CHECKED, &mut claims.iter().map(|claim| facts(consistent::withdrawal(claim))))
}

/// Checks state batches: header and state roots, one object or an array.
#[wasm_bindgen(js_name = verifyBatch)]
pub fn verify_batch(input: JsValue) -> Result<JsValue, JsValue> {
    let claims = BatchClaim::parse(&bytes(&input)?).map_err(Refusal::of_input)?;
    report(BATCH_NOT_CHECKED, &mut claims.iter().map(|claim| facts(consistent::batch(claim))))
}

/// Checks `eth_getProof` answers under a state root, as accounts with slots or as a METIS balance.
#[wasm_bindgen(js_name = verifyProof)]
pub fn verify_proof(asked: JsValue, input: JsValue) -> Result<JsValue, JsValue> {
    let asked = question(&asked)?;
    let answers = ProofReply::parse(&bytes(&input)?).map_err(Refusal::of_input)?;
    match asked {
        Question::Account(asked) => {
            report(PROOF_NOT_CHECKED, &mut answers.iter().map(|answer| facts(consistent::proof(&asked, answer))))
        }
        Question::Metis { state_root, who, network } => {
            let network = named_network(&network)?;
            let balance = consistent::metis_balance(state_root, &network, who, &answers);
            report(PROOF_NOT_CHECKED, &mut core::iter::once(facts(balance)))
        }
    }
}

/// Follows light-client data from a checkpoint: a bootstrap, then updates in order.
#[wasm_bindgen(js_name = verifyConsensus)]
pub fn verify_consensus(asked: JsValue, bootstrap: JsValue, updates: Vec<JsValue>) -> Result<JsValue, JsValue> {
    let Climb { l1, checkpoint, now } = climb(&asked)?;
    let begun = follow::begin(&l1, checkpoint, &bytes(&bootstrap)?, now);
    let (mut store, begun) = begun.map_err(|error| Refusal::of_item(0, &error))?;
    let mut checked = vec![Ok(json(&begun))];
    for (index, input) in updates.iter().enumerate() {
        let item = index.saturating_add(1);
        let taken = follow::updates(&l1, &bytes(input)?).map_err(|error| Refusal::of_item(item, &error.into()))?;
        for update in &taken {
            let facts = follow::take(&mut store, update, now).map_err(|error| Refusal::of_item(item, &error))?;
            checked.push(Ok(json(&facts)));
        }
    }
    checked.extend(follow::heads(&store).iter().map(|facts| Ok(json(facts))));
    report(follow::NOT_CHECKED, &mut checked.into_iter())
}

/// What a check found, as JSON.
fn facts<T: Serialize>(checked: Result<Consistent<T>, Error>) -> Result<String, Error> {
    checked.map(|facts| json(facts.value()))
}

/// `{ checked, notChecked }`; the first item that is refused ends it.
fn report(
    not_checked: &'static [&'static str],
    items: &mut dyn Iterator<Item = Result<String, Error>>,
) -> Result<JsValue, JsValue> {
    let mut text = String::from("{\"checked\":[");
    for (item, facts) in items.enumerate() {
        if item > 0 {
            text.push(',');
        }
        text.push_str(&facts.map_err(|error| Refusal::of_item(item, &error))?);
    }
    text.push_str("],\"notChecked\":");
    text.push_str(&json(&not_checked));
    text.push('}');
    parsed_json(&text)
}
