//! Lies of an execution node about an account or its storage: answers of `eth_getProof` and `eth_getCode`.

use super::{Asked, How, Lie, Past};
use crate::client::Source;
use crate::error::Kind;
use serde_json::{Value, json};

pub(super) const LIES: &[Lie] = &[
    lie(
        "another-account",
        "the proof of another account, under the name that was asked",
        &[Kind::Invalid],
        another_account,
    ),
    lie("another-block", "the proof as it was at another block", &[Kind::Invalid], another_block),
    Lie {
        name: "replies-exchanged",
        says: "the answers to two questions in each other's place",
        tellers: BOTH,
        deserves: &[Kind::Invalid, Kind::Malformed],
        how: How::Round(exchanged),
    },
    lie("short-trie", "the account's proof without its last node", &[Kind::Invalid], short_trie),
    lie("short-storage-trie", "the slots' proofs without their last nodes", &[Kind::Invalid], short_storage),
    lie("wrong-leaf", "another byte in the account's leaf", &[Kind::Invalid], wrong_leaf),
    lie("wrong-storage-leaf", "another byte in the slots' leaves", &[Kind::Invalid], wrong_storage_leaf),
    lie("extra-node", "a node behind the account's leaf", &[Kind::Invalid], extra_node),
    lie("no-nodes", "an account's proof without any node", &[Kind::Invalid, Kind::Malformed], no_nodes),
    lie("said-to-be-absent", "no such account, by the first node of its proof", &[Kind::Invalid], absent),
    lie("neighbour-slot", "a slot's value and proof under another slot's name", &[Kind::Invalid], neighbour),
    lie("slot-left-out", "one slot fewer than was asked", &[Kind::Invalid, Kind::Malformed], slot_left_out),
    lie("slots-reversed", "the slots in another order", &[Kind::Invalid], slots_reversed),
    lie("value-contradicts-proof", "another value beside an honest proof", &[Kind::Invalid], other_value),
    lie("nonce-contradicts-proof", "another nonce beside an honest proof", &[Kind::Invalid], other_nonce),
    lie("balance-contradicts-proof", "another balance beside an honest proof", &[Kind::Invalid], other_balance),
    lie("code-hash-contradicts-proof", "another code hash beside an honest proof", &[Kind::Invalid], other_code_hash),
    lie("storage-root-contradicts-proof", "another storage root beside an honest proof", &[Kind::Invalid], other_root),
    Lie {
        name: "code-of-another",
        says: "other code than the account has",
        tellers: &[Source::L2],
        deserves: &[Kind::Invalid],
        how: How::Answer(other_code),
    },
];

/// What is said of the account.
const MEMBERS: [&str; 5] = ["accountProof", "balance", "codeHash", "nonce", "storageHash"];

const BOTH: &[Source] = &[Source::L1, Source::L2];

const fn lie(
    name: &'static str,
    says: &'static str,
    deserves: &'static [Kind],
    change: fn(&Asked, &mut Value, &Past) -> Option<()>,
) -> Lie {
    Lie { name, says, tellers: BOTH, deserves, how: How::Answer(change) }
}

fn is_proof(asked: &Asked) -> Option<()> {
    (asked.name == "eth_getProof").then_some(())
}

fn lower(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).unwrap_or_default().to_lowercase()
}

/// Whose proof is asked for, and at which block.
fn place(asked: &Asked) -> (String, String) {
    (lower(asked.params.get(0)), lower(asked.params.get(2)))
}

fn another_account(asked: &Asked, answer: &mut Value, past: &Past) -> Option<()> {
    is_proof(asked)?;
    let (account, block) = place(asked);
    let is_other = |before: &Asked, said: &Value| {
        let (other, at) = place(before);
        other != account && at == block && said.get("accountProof") != answer.get("accountProof")
    };
    let other = past.like(asked, is_other)?.clone();
    for member in MEMBERS {
        *answer.get_mut(member)? = other.get(member)?.clone();
    }
    Some(())
}

fn another_block(asked: &Asked, answer: &mut Value, past: &Past) -> Option<()> {
    is_proof(asked)?;
    let (account, block) = place(asked);
    let is_other = |before: &Asked, said: &Value| {
        let (same, at) = place(before);
        same == account && at != block && said.get("accountProof") != answer.get("accountProof")
    };
    let other = past.like(asked, is_other)?.clone();
    for member in MEMBERS {
        *answer.get_mut(member)? = other.get(member)?.clone();
    }
    let known = other.get("storageProof").and_then(Value::as_array).cloned().unwrap_or_default();
    slots(asked, answer, |slot| {
        *slot = known.iter().find(|other| other.get("key") == slot.get("key"))?.clone();
        Some(())
    });
    Some(())
}

fn exchanged(answers: &mut [Value]) -> Option<()> {
    let [first, .., last] = answers else { return None };
    core::mem::swap(first, last);
    Some(())
}

fn nodes(answer: &mut Value) -> Option<&mut Vec<Value>> {
    answer.get_mut("accountProof")?.as_array_mut()
}

/// Changes each slot's entry.
fn slots(asked: &Asked, answer: &mut Value, change: impl Fn(&mut Value) -> Option<()>) -> Option<()> {
    is_proof(asked)?;
    let slots = answer.get_mut("storageProof")?.as_array_mut()?;
    slots.iter_mut().fold(None, |changed, slot| change(slot).or(changed))
}

fn short_trie(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    is_proof(asked)?;
    nodes(answer)?.pop().map(drop)
}

fn short_storage(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    slots(asked, answer, |slot| slot.get_mut("proof")?.as_array_mut()?.pop().map(drop))
}

/// Changes the last hex digit.
fn spoil(text: &mut Value) -> Option<()> {
    let spoiled = match text.as_str()?.split_at_checked(text.as_str()?.len().checked_sub(1)?)? {
        (rest, "0") => format!("{rest}1"),
        (rest, _) => format!("{rest}0"),
    };
    *text = spoiled.into();
    Some(())
}

fn wrong_leaf(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    is_proof(asked)?;
    spoil(nodes(answer)?.last_mut()?)
}

fn wrong_storage_leaf(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    slots(asked, answer, |slot| spoil(slot.get_mut("proof")?.as_array_mut()?.last_mut()?))
}

fn extra_node(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    is_proof(asked)?;
    let nodes = nodes(answer)?;
    let first = nodes.first()?.clone();
    nodes.push(first);
    Some(())
}

fn no_nodes(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    is_proof(asked)?;
    nodes(answer).map(Vec::clear)
}

fn absent(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    is_proof(asked)?;
    nodes(answer)?.truncate(1);
    let zero = json!(format!("0x{}", "00".repeat(32)));
    for (member, value) in
        [("balance", json!("0x0")), ("nonce", json!("0x0")), ("codeHash", zero.clone()), ("storageHash", zero)]
    {
        *answer.get_mut(member)? = value;
    }
    slots(asked, answer, |slot| {
        *slot.get_mut("value")? = json!("0x0");
        *slot.get_mut("proof")? = json!([]);
        Some(())
    });
    Some(())
}

fn neighbour(asked: &Asked, answer: &mut Value, past: &Past) -> Option<()> {
    is_proof(asked)?;
    let (account, block) = place(asked);
    let entries = |said: &Value| said.get("storageProof").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut known = entries(answer);
    known.extend(
        past.like(asked, |before, said| place(before) == (account.clone(), block.clone()) && !entries(said).is_empty())
            .map(entries)
            .unwrap_or_default(),
    );
    slots(asked, answer, |slot| {
        let other = known.iter().find(|other| other.get("value") != slot.get("value"))?;
        *slot.get_mut("value")? = other.get("value")?.clone();
        *slot.get_mut("proof")? = other.get("proof")?.clone();
        Some(())
    })
}

fn slot_left_out(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    is_proof(asked)?;
    answer.get_mut("storageProof")?.as_array_mut()?.pop().map(drop)
}

fn slots_reversed(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    is_proof(asked)?;
    answer.get_mut("storageProof")?.as_array_mut().map(|slots| slots.reverse())
}

fn other_value(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    slots(asked, answer, |slot| spoil(slot.get_mut("value")?))
}

fn other(asked: &Asked, answer: &mut Value, member: &str) -> Option<()> {
    is_proof(asked)?;
    spoil(answer.get_mut(member)?)
}

fn other_nonce(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    other(asked, answer, "nonce")
}

fn other_balance(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    other(asked, answer, "balance")
}

fn other_code_hash(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    other(asked, answer, "codeHash")
}

fn other_root(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    other(asked, answer, "storageHash")
}

fn other_code(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    (asked.name == "eth_getCode").then_some(())?;
    *answer = json!(format!("{}6001", answer.as_str()?));
    Some(())
}
