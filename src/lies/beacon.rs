//! Lies of a server of the Beacon API.

use super::{Asked, How, Lie, Past};
use crate::client::Source;
use crate::error::Kind;
use alloy_primitives::hex;
use serde_json::{Value, json};

pub(super) const LIES: &[Lie] = &[
    lie("another-checkpoint", "the bootstrap of another checkpoint", &[Kind::Invalid], another_checkpoint),
    lie("shuffled-committee", "a committee with two members in each other's place", &[Kind::Invalid], shuffled),
    lie("forged-next-committee", "a next committee with two members exchanged", &[Kind::Invalid], forged_next),
    lie("two-thirds-minus-one", "one signature fewer than two thirds", &[Kind::Invalid], two_thirds_minus_one),
    lie("one-signer-left-out", "one of those who signed is not counted", &[Kind::Invalid], one_left_out),
    lie("one-signer-added", "one who did not sign is counted", &[Kind::Invalid], one_added),
    lie("nobody-signed", "nobody's signature: no bits and the point at infinity", &[Kind::Invalid], nobody_signed),
    lie("signature-of-another", "the signature of another header", &[Kind::Invalid], other_signature),
    lie("signature-slot-moved", "signed one slot later", &[Kind::Invalid], signature_slot),
    lie("header-from-the-future", "a signed header of a slot that has not come", &[Kind::Invalid], future),
    lie("forged-header", "a signed header with another state root", &[Kind::Invalid], forged_header),
    lie("wrong-fork", "the name of an earlier fork", &[Kind::Invalid, Kind::Malformed], wrong_fork),
    lie("unknown-fork", "the name of a fork that nobody knows", &[Kind::Unsupported], unknown_fork),
    lie("finality-branch-of-another", "the finality branch of another header", &[Kind::Invalid], finality_branch),
    lie("finalized-header-of-another", "the signed header as the finalized one", &[Kind::Invalid], finalized_header),
    lie("execution-of-another-header", "the execution block of another header", &[Kind::Invalid], execution),
    lie("forged-execution-hash", "another execution block hash", &[Kind::Invalid], execution_hash),
    lie("stale-head", "everything as it was before", &[Kind::Stale], stale),
    lie("withheld-finality", "the finality update of before beside a new head", &[Kind::Stale], stale_finality),
    lie("withheld-updates", "no updates", &[Kind::Invalid, Kind::Stale], no_updates),
    lie("update-left-out", "a period's update is missing between two", &[Kind::Invalid, Kind::Stale], one_update_less),
    lie("updates-reversed", "updates from the newest to the oldest", &[Kind::Invalid], reversed),
];

const fn lie(
    name: &'static str,
    says: &'static str,
    deserves: &'static [Kind],
    change: fn(&Asked, &mut Value, &Past) -> Option<()>,
) -> Lie {
    Lie { name, says, tellers: &[Source::Beacon], deserves, how: How::Answer(change) }
}

const LIGHT_CLIENT: &str = "/eth/v1/beacon/light_client/";

fn is(asked: &Asked, what: &str) -> Option<()> {
    asked.name.strip_prefix(LIGHT_CLIENT)?.starts_with(what).then_some(())
}

/// Changes each update of an answer, of one or of several.
fn updates(answer: &mut Value, change: impl Fn(&mut Value) -> Option<()>) -> Option<()> {
    let each: Vec<&mut Value> = match answer {
        Value::Array(list) => list.iter_mut().collect(),
        one => vec![one],
    };
    let mut changed = None;
    for update in each {
        let data = update.get_mut("data")?;
        data.get("attested_header")?;
        changed = change(data).or(changed);
    }
    changed
}

fn exchange(members: &mut Value) -> Option<()> {
    let [first, second, ..] = members.as_array_mut()?.as_mut_slice() else { return None };
    core::mem::swap(first, second);
    Some(())
}

fn another_checkpoint(asked: &Asked, answer: &mut Value, past: &Past) -> Option<()> {
    is(asked, "bootstrap")?;
    *answer = past.path(asked, &format!("{LIGHT_CLIENT}bootstrap"))?.clone();
    answer.get("data").map(drop)
}

fn shuffled(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    is(asked, "bootstrap")?;
    exchange(answer.pointer_mut("/data/current_sync_committee/pubkeys")?)
}

fn forged_next(_: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    updates(answer, |update| exchange(update.pointer_mut("/next_sync_committee/pubkeys")?))
}

/// Changes who is said to have signed.
fn signers(answer: &mut Value, change: impl Fn(&mut Vec<bool>) -> Option<()>) -> Option<()> {
    updates(answer, |update| {
        let bits = update.pointer_mut("/sync_aggregate/sync_committee_bits")?;
        let bytes = hex::decode(bits.as_str()?).ok()?;
        let mut signed: Vec<bool> =
            bytes.iter().flat_map(|byte| (0..8).map(move |bit| byte & (1 << bit) != 0)).collect();
        change(&mut signed)?;
        let byte = |bits: &[bool]| bits.iter().rev().fold(0_u8, |byte, bit| (byte << 1) | u8::from(*bit));
        *bits = hex::encode_prefixed(signed.chunks(8).map(byte).collect::<Vec<_>>()).into();
        Some(())
    })
}

fn two_thirds_minus_one(_: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    signers(answer, |signed| {
        let enough = signed.len().saturating_mul(2).div_ceil(3);
        let surplus = signed.iter().filter(|bit| **bit).count().checked_sub(enough)?.saturating_add(1);
        signed.iter_mut().filter(|bit| **bit).take(surplus).for_each(|bit| *bit = false);
        Some(())
    })
}

fn one_left_out(_: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    signers(answer, |signed| signed.iter_mut().find(|bit| **bit).map(|bit| *bit = false))
}

fn one_added(_: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    signers(answer, |signed| signed.iter_mut().find(|bit| !**bit).map(|bit| *bit = true))
}

fn nobody_signed(_: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    signers(answer, |signed| {
        signed.fill(false);
        Some(())
    })?;
    let infinity = format!("0xc0{}", "00".repeat(95));
    updates(answer, |update| put(update, "/sync_aggregate/sync_committee_signature", json!(infinity)))
}

fn other_signature(asked: &Asked, answer: &mut Value, past: &Past) -> Option<()> {
    let of = |answer: &Value| answer.pointer("/data/sync_aggregate/sync_committee_signature").cloned();
    if let Value::Array(updates) = answer {
        let signature = updates.last().and_then(of)?;
        return put(updates.first_mut()?, "/data/sync_aggregate/sync_committee_signature", signature);
    }
    let signature = past.older(asked, answer).and_then(of)?;
    put(answer, "/data/sync_aggregate/sync_committee_signature", signature)
}

fn signature_slot(_: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    updates(answer, |update| add(update.get_mut("signature_slot")?, 1))
}

fn future(_: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    updates(answer, |update| {
        add(update.pointer_mut("/attested_header/beacon/slot")?, 1_000_000)?;
        add(update.get_mut("signature_slot")?, 1_000_000)
    })
}

fn forged_header(_: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    updates(answer, |update| put(update, "/attested_header/beacon/state_root", json!(format!("0x{}", "11".repeat(32)))))
}

fn renamed(answer: &mut Value, fork: &str) -> Option<()> {
    match answer {
        Value::Array(updates) => updates.iter_mut().map(|update| renamed(update, fork)).collect(),
        one => put(one, "/version", json!(fork)),
    }
}

fn wrong_fork(_: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    renamed(answer, "altair")
}

fn unknown_fork(_: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    renamed(answer, "atlantis")
}

fn finality_branch(asked: &Asked, answer: &mut Value, past: &Past) -> Option<()> {
    is(asked, "finality_update")?;
    let branch = past.older(asked, answer)?.pointer("/data/finality_branch")?.clone();
    put(answer, "/data/finality_branch", branch)
}

fn finalized_header(_: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    updates(answer, |update| {
        let attested = update.get("attested_header")?.clone();
        put(update, "/finalized_header", attested)
    })
}

fn execution(_: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    updates(answer, |update| {
        let attested = update.pointer("/attested_header/execution")?.clone();
        put(update, "/finalized_header/execution", attested)
    })
}

fn execution_hash(_: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    let hash = json!(format!("0x{}", "22".repeat(32)));
    updates(answer, |update| put(update, "/attested_header/execution/block_hash", hash.clone()))
}

fn stale(asked: &Asked, answer: &mut Value, past: &Past) -> Option<()> {
    *answer = past.older(asked, answer)?.clone();
    Some(())
}

fn stale_finality(asked: &Asked, answer: &mut Value, past: &Past) -> Option<()> {
    is(asked, "finality_update")?;
    stale(asked, answer, past)
}

fn no_updates(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    is(asked, "updates")?;
    answer.as_array_mut().map(Vec::clear)
}

fn one_update_less(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    is(asked, "updates")?;
    let list = answer.as_array_mut()?;
    (list.len() > 2).then(|| drop(list.remove(1)))
}

fn reversed(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    is(asked, "updates")?;
    answer.as_array_mut().map(|list| list.reverse())
}

/// Puts a value in the place of the one that is there.
fn put(value: &mut Value, pointer: &str, new: Value) -> Option<()> {
    *value.pointer_mut(pointer)? = new;
    Some(())
}

/// Adds to a number that is written as text.
fn add(number: &mut Value, more: u64) -> Option<()> {
    let sum = number.as_str()?.parse::<u64>().ok()?.saturating_add(more);
    *number = json!(sum.to_string());
    Some(())
}
