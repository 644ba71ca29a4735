//! The commands that ask sources. Sources are not believed: what is printed was proven from the checkpoint on.

#![allow(clippy::result_large_err, reason = "an outcome is returned once a run")]

use crate::args::{At, LiveArgs};
use crate::live::{Live, finality};
use crate::outcome::Outcome;
use crate::paper::coins;
use alloy_primitives::{hex, keccak256};
use metis_light::client::{CodeOf, MetisBalanceOf, StorageOf};
use metis_light::primitives::{Address, B256, StorageSlot, U256};
use metis_light::rollup::L2StateRoot;
use serde_json::{Value, json};

/// What none of the answers says.
pub(crate) const NOT_CHECKED: &[&str] =
    &["that state roots are the right ones: they are what was posted and nobody disputed"];

pub(crate) type Ended = Result<Outcome, Outcome>;

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
    tell_balance(&mut outcome, who, wei, &at);
    Ok(outcome)
}

pub(crate) fn tell_balance(outcome: &mut Outcome, who: Address, wei: U256, at: &L2StateRoot) {
    let lines = vec![("balance", format!("{} METIS ({wei} wei)", coins(wei)))];
    tell_at(outcome, format!("balance of {who}"), lines, json!({ "address": who, "wei": wei.to_string() }), at);
}

pub(crate) fn storage(who: Address, slots: Vec<StorageSlot>, at: At, args: &LiveArgs) -> Outcome {
    ended(prove_storage(who, slots, at, args))
}

fn prove_storage(who: Address, slots: Vec<StorageSlot>, at: At, args: &LiveArgs) -> Ended {
    let (live, at, outcome) = Live::state_root(args, at, Outcome::new("storage", NOT_CHECKED))?;
    let task = StorageOf { at: at.clone(), who, slots: slots.clone() };
    let (words, mut outcome) = live.drive(task, "storage", outcome)?;
    tell_storage(&mut outcome, who, &slots, words.value(), &at);
    Ok(outcome)
}

pub(crate) fn tell_storage(
    outcome: &mut Outcome,
    who: Address,
    slots: &[StorageSlot],
    words: &[U256],
    at: &L2StateRoot,
) {
    let words: Vec<B256> = words.iter().map(|word| B256::from(*word)).collect();
    let lines = slots.iter().zip(&words).map(|(slot, word)| ("word", format!("{word} at slot {}", slot.0))).collect();
    let slots: Vec<_> = slots.iter().zip(&words).map(|(slot, word)| json!({ "slot": slot.0, "word": word })).collect();
    tell_at(outcome, format!("storage of {who}"), lines, json!({ "address": who, "slots": slots }), at);
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
pub(crate) fn tell_at(
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

pub(crate) fn ended(outcome: Ended) -> Outcome {
    outcome.unwrap_or_else(|ended| ended)
}
