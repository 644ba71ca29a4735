//! Lies about the rollup: logs, calldata and headers of L1, blocks and receipts of L2.

use super::{Asked, How, Lie, Past};
use crate::client::Source;
use crate::error::Kind;
use serde_json::{Value, json};

pub(super) const LIES: &[Lie] = &[
    l1("withheld-logs", "no logs", &[Kind::Invalid], withheld_logs),
    l1("withheld-newest-log", "the newest log is missing", &[Kind::Invalid], withheld_newest),
    l1("stale-batch", "of each batch index the oldest announcement alone", &[Kind::Invalid], stale_batch),
    l1("added-log", "an invented batch behind the newest", &[Kind::Invalid], added_log),
    l1("another-batch-root", "batches with other roots", &[Kind::Invalid], batch_root),
    l1("another-batch-size", "batches that end one block later", &[Kind::Invalid], batch_size),
    l1("another-previous-total", "batches that begin one block later", &[Kind::Invalid], previous_total),
    l1("another-last-block-hash", "batches that name another last block", &[Kind::Invalid], last_hash),
    l1("another-last-block-number", "batches whose last block is not their total", &[Kind::Invalid], last_number),
    l1("log-of-another-emitter", "the logs of another contract", &[Kind::Invalid], emitter),
    l1("log-with-another-index", "batches under the next index", &[Kind::Invalid], batch_index),
    l1("log-of-another-transaction", "batches that no transaction appended", &[Kind::Unavailable], transaction),
    l1("short-log", "logs whose data is cut", &[Kind::Invalid, Kind::Malformed], short_log),
    l1(
        "calldata-of-another",
        "another transaction in the place of the append",
        &[Kind::Invalid, Kind::Malformed],
        other_calldata,
    ),
    l1("forged-calldata", "another last state root in the append", &[Kind::Invalid], forged_calldata),
    l1("unknown-append", "no such append transaction", &[Kind::Unavailable], unknown_transaction),
    l1("hash-of-another-header", "another header under the hash that was asked", &[Kind::Invalid], other_header),
    l1("forged-state-root", "another state root in a header", &[Kind::Invalid], state_root),
    l1("unknown-block", "no such block", &[Kind::Unavailable], unknown_block),
    l1("swapped-implementation", "other code behind a proxy, in the proof as well", &[Kind::Invalid], implementation),
    l1("re-pointed-name", "another address under a name, in the proof as well", &[Kind::Invalid], name),
    l2("transaction-left-out", "a block without its last transaction", &[Kind::Invalid], transaction_less),
    l2("transaction-twice", "a block with its last transaction again", &[Kind::Invalid], transaction_more),
    l2("forged-transaction", "a transaction with other data", &[Kind::Invalid], forged_transaction),
    l2(
        "unknown-transaction-type",
        "a transaction of a type that nobody knows",
        &[Kind::Invalid, Kind::Malformed, Kind::Unsupported],
        unknown_type,
    ),
    l2("another-l2-block", "another block in the place of the one that was asked", &[Kind::Invalid], other_block),
    l2("forged-l2-header", "a block with another parent", &[Kind::Invalid], forged_block),
    l2("receipt-left-out", "a block's receipts without the last", &[Kind::Invalid], receipt_less),
    l2("failed-receipt", "receipts of success as of failure", &[Kind::Invalid], failed_receipt),
    l2("forged-receipt-log", "a log with other data in a block's receipts", &[Kind::Invalid], forged_log),
    both("receipt-without-logs", "a receipt without its logs", &[Kind::Invalid], without_logs),
    both("receipt-with-forged-logs", "a receipt whose logs have other data", &[Kind::Invalid], with_forged_logs),
    both(
        "receipt-with-too-many-logs",
        "a receipt whose logs stand there 300 times",
        &[Kind::Unsupported],
        with_too_many_logs,
    ),
    both("receipt-of-the-block-before", "a receipt of one block earlier", &[Kind::Invalid], earlier),
    both("receipt-of-the-block-after", "a receipt of one block later", &[Kind::Invalid], later),
    both(
        "receipt-from-the-future",
        "a receipt of a block that is not posted yet",
        &[Kind::NotYet, Kind::Unavailable],
        not_posted,
    ),
    both("unknown-receipt", "no such receipt", &[Kind::Unavailable], unknown_receipt),
    both("receipt-of-another", "the receipt of another transaction", &[Kind::Invalid], other_receipt),
];

type Change = fn(&Asked, &mut Value, &Past) -> Option<()>;

const fn l1(name: &'static str, says: &'static str, deserves: &'static [Kind], change: Change) -> Lie {
    Lie { name, says, tellers: &[Source::L1], deserves, how: How::Answer(change) }
}

const fn l2(name: &'static str, says: &'static str, deserves: &'static [Kind], change: Change) -> Lie {
    Lie { name, says, tellers: &[Source::L2], deserves, how: How::Answer(change) }
}

const fn both(name: &'static str, says: &'static str, deserves: &'static [Kind], change: Change) -> Lie {
    Lie { name, says, tellers: &[Source::L1, Source::L2], deserves, how: How::Answer(change) }
}

/// Words of the data of a log of `StateBatchAppended`.
const ROOT: usize = 1;
const SIZE: usize = 2;
const PREVIOUS: usize = 3;
const LAST_HASH: usize = 8;
const LAST_NUMBER: usize = 9;

fn is(asked: &Asked, name: &str) -> Option<()> {
    (asked.name == name).then_some(())
}

/// The list that an answer to a method is.
fn list<'a>(asked: &Asked, name: &str, answer: &'a mut Value) -> Option<&'a mut Vec<Value>> {
    is(asked, name)?;
    answer.as_array_mut()
}

fn logs<'a>(asked: &Asked, answer: &'a mut Value) -> Option<&'a mut Vec<Value>> {
    list(asked, "eth_getLogs", answer)
}

/// Changes each of a list.
fn each(list: &mut [Value], change: impl Fn(&mut Value) -> Option<()>) -> Option<()> {
    list.iter_mut().fold(None, |changed, one| change(one).or(changed))
}

/// Changes the last digit of a word of hex data.
fn word(data: &mut Value, place: usize) -> Option<()> {
    let end = place.saturating_add(1).saturating_mul(64).saturating_add(2);
    let (before, after) = data.as_str()?.split_at_checked(end)?;
    let (before, digit) = before.split_at_checked(before.len().checked_sub(1)?)?;
    let digit = u8::from_str_radix(digit, 16).ok()?.wrapping_add(1) % 16;
    *data = format!("{before}{digit:x}{after}").into();
    Some(())
}

fn data(log: &mut Value, place: usize) -> Option<()> {
    word(log.get_mut("data")?, place)
}

fn withheld_logs(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    logs(asked, answer).map(Vec::clear)
}

fn withheld_newest(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    logs(asked, answer)?.pop().map(drop)
}

fn stale_batch(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    let logs = logs(asked, answer)?;
    let mut seen = Vec::new();
    logs.retain(|log| {
        let index = log.pointer("/topics/1").cloned();
        let is_first = !seen.contains(&index);
        seen.push(index);
        is_first
    });
    Some(())
}

fn added_log(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    let logs = logs(asked, answer)?;
    let mut invented = logs.last()?.clone();
    data(&mut invented, ROOT)?;
    logs.push(invented);
    Some(())
}

fn batch_root(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    each(logs(asked, answer)?, |log| data(log, ROOT))
}

fn batch_size(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    each(logs(asked, answer)?, |log| data(log, SIZE))
}

fn previous_total(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    each(logs(asked, answer)?, |log| data(log, PREVIOUS))
}

fn last_hash(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    each(logs(asked, answer)?, |log| data(log, LAST_HASH))
}

fn last_number(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    each(logs(asked, answer)?, |log| data(log, LAST_NUMBER))
}

fn emitter(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    let address = json!(format!("0x{}", "77".repeat(20)));
    each(logs(asked, answer)?, |log| log.get_mut("address").map(|emitter| *emitter = address.clone()))
}

fn batch_index(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    each(logs(asked, answer)?, |log| word(log.pointer_mut("/topics/1")?, 0))
}

fn transaction(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    let hash = json!(format!("0x{}", "88".repeat(32)));
    each(logs(asked, answer)?, |log| log.get_mut("transactionHash").map(|named| *named = hash.clone()))
}

fn short_log(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    each(logs(asked, answer)?, |log| {
        let data = log.get_mut("data")?;
        let half = (data.as_str()?.len() / 4).saturating_mul(2);
        *data = data.as_str()?.get(..half)?.into();
        Some(())
    })
}

fn other_calldata(asked: &Asked, answer: &mut Value, past: &Past) -> Option<()> {
    is(asked, "eth_getTransactionByHash")?;
    *answer.get_mut("input")? =
        past.like(asked, |_, said| said.get("input") != answer.get("input"))?.get("input")?.clone();
    Some(())
}

fn forged_calldata(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    is(asked, "eth_getTransactionByHash")?;
    let input = answer.get_mut("input")?;
    // Roots stand behind the offsets and the count, wherever the overload puts those: the last word but some is one.
    let words = input.as_str()?.len().checked_sub(10)? / 64;
    let mut text = input.as_str()?.to_owned();
    let is_root = |word: &str| word.bytes().filter(|digit| *digit == b'0').count() < 24;
    let place = (0..words).rev().find(|place| text.get(word_at(*place)).is_some_and(is_root))?;
    let range = word_at(place);
    text.replace_range(range, &"13".repeat(32));
    *input = text.into();
    Some(())
}

/// Where a word of calldata stands, behind the selector.
fn word_at(place: usize) -> core::ops::Range<usize> {
    let start = place.saturating_mul(64).saturating_add(10);
    start..start.saturating_add(64)
}

fn unknown_transaction(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    is(asked, "eth_getTransactionByHash")?;
    *answer = Value::Null;
    Some(())
}

fn other_header(asked: &Asked, answer: &mut Value, past: &Past) -> Option<()> {
    is(asked, "eth_getBlockByHash")?;
    let hash = answer.get("hash")?.clone();
    *answer = past.like(asked, |_, said| said.get("hash") != Some(&hash))?.clone();
    *answer.get_mut("hash")? = hash;
    Some(())
}

fn state_root(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    is(asked, "eth_getBlockByHash")?;
    *answer.get_mut("stateRoot")? = json!(format!("0x{}", "44".repeat(32)));
    Some(())
}

fn unknown_block(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    is(asked, "eth_getBlockByHash")?;
    *answer = Value::Null;
    Some(())
}

/// Puts another address in the place of a slot's value, and of its bytes in the slot's proof.
fn re_point(asked: &Asked, answer: &mut Value, is_wanted: impl Fn(&str) -> bool) -> Option<()> {
    is(asked, "eth_getProof")?;
    each(answer.get_mut("storageProof")?.as_array_mut()?, |slot| {
        is_wanted(slot.get("key")?.as_str()?).then_some(())?;
        let address =
            slot.get("value")?.as_str()?.strip_prefix("0x").filter(|digits| digits.len() == 40)?.to_lowercase();
        let text = slot.to_string().to_lowercase().replace(&address, &"66".repeat(20));
        let mut spoiled: Value = serde_json::from_str(&text).ok()?;
        *slot.get_mut("value")? = spoiled.get_mut("value")?.take();
        *slot.get_mut("proof")? = spoiled.get_mut("proof")?.take();
        Some(())
    })
}

/// The beginning of EIP-1967's slot for a proxy's code.
const IMPLEMENTATION: &str = "0x360894";

fn implementation(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    re_point(asked, answer, |key| key.starts_with(IMPLEMENTATION))
}

fn name(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    // Names are filed under hashes; a contract's own variables under small numbers.
    re_point(asked, answer, |key| key.len() > 60 && !key.starts_with(IMPLEMENTATION) && !key.starts_with("0x00000000"))
}

fn transactions<'a>(asked: &Asked, answer: &'a mut Value) -> Option<&'a mut Vec<Value>> {
    is(asked, "eth_getBlockByNumber")?;
    answer.get_mut("transactions")?.as_array_mut().filter(|list| list.iter().all(Value::is_object))
}

fn transaction_less(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    transactions(asked, answer)?.pop().map(drop)
}

fn transaction_more(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    let list = transactions(asked, answer)?;
    list.push(list.last()?.clone());
    Some(())
}

fn forged_transaction(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    each(transactions(asked, answer)?, |transaction| {
        let input = transaction.get_mut("input")?;
        *input = format!("{}00", input.as_str()?).into();
        Some(())
    })
}

fn unknown_type(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    each(transactions(asked, answer)?, |transaction| {
        transaction.as_object_mut()?.insert("type".to_owned(), json!("0x7e"));
        Some(())
    })
}

fn other_block(asked: &Asked, answer: &mut Value, past: &Past) -> Option<()> {
    is(asked, "eth_getBlockByNumber")?;
    let is_other =
        |_: &Asked, said: &Value| said.get("hash") != answer.get("hash") && said.get("l1BlockNumber").is_none();
    *answer = past.like(asked, is_other)?.clone();
    Some(())
}

fn forged_block(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    is(asked, "eth_getBlockByNumber")?;
    *answer.get_mut("parentHash")? = json!(format!("0x{}", "55".repeat(32)));
    Some(())
}

fn receipts<'a>(asked: &Asked, answer: &'a mut Value) -> Option<&'a mut Vec<Value>> {
    list(asked, "eth_getTransactionReceiptsByBlock", answer)
}

fn receipt_less(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    receipts(asked, answer)?.pop().map(drop)
}

fn failed_receipt(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    each(receipts(asked, answer)?, |receipt| receipt.get_mut("status").map(|status| *status = json!("0x0")))
}

fn forged_log(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    each(receipts(asked, answer)?, |receipt| each(receipt.get_mut("logs")?.as_array_mut()?, |log| data(log, 0)))
}

fn receipt<'a>(asked: &Asked, answer: &'a mut Value) -> Option<&'a mut Value> {
    is(asked, "eth_getTransactionReceipt")?;
    (!answer.is_null()).then_some(answer)
}

fn without_logs(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    receipt(asked, answer)?.get_mut("logs")?.as_array_mut().map(Vec::clear)
}

fn with_forged_logs(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    each(receipt(asked, answer)?.get_mut("logs")?.as_array_mut()?, |log| data(log, 0))
}

fn with_too_many_logs(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    let logs = receipt(asked, answer)?.get_mut("logs")?.as_array_mut()?;
    *logs = core::iter::repeat_n(logs.clone(), 300).flatten().collect();
    Some(())
}

fn number(asked: &Asked, answer: &mut Value, change: impl Fn(u64) -> u64) -> Option<()> {
    let number = receipt(asked, answer)?.get_mut("blockNumber")?;
    let block = u64::from_str_radix(number.as_str()?.strip_prefix("0x")?, 16).ok()?;
    *number = json!(format!("{:#x}", change(block)));
    Some(())
}

fn earlier(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    number(asked, answer, |block| block.saturating_sub(1))
}

fn later(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    number(asked, answer, |block| block.saturating_add(1))
}

fn not_posted(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    number(asked, answer, |_| 0xffff_ffff)
}

fn unknown_receipt(asked: &Asked, answer: &mut Value, _: &Past) -> Option<()> {
    *receipt(asked, answer)? = Value::Null;
    Some(())
}

fn other_receipt(asked: &Asked, answer: &mut Value, past: &Past) -> Option<()> {
    let answer = receipt(asked, answer)?;
    let logs = |said: &Value| said.get("logs").and_then(Value::as_array).map_or(0, Vec::len);
    let is_other =
        |_: &Asked, said: &Value| logs(said) > 1 && said.get("transactionHash") != answer.get("transactionHash");
    *answer = past.like(asked, is_other)?.clone();
    Some(())
}
