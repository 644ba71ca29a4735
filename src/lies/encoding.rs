//! Answers that are no answers: text that is not JSON, and JSON of another shape.

use super::{How, Lie, written};
use crate::client::Source;
use crate::error::Kind;
use serde_json::{Value, json};

pub(super) const LIES: &[Lie] = &[
    lie("broken-json", "half of the answer", half),
    lie("trailing-bytes", "an answer and then something", trailing),
    lie("deep-nesting", "a hundred thousand lists in each other", deep),
    lie("nested-objects", "ten thousand objects in each other", nested),
    lie("another-shape", "a number in place of the answer", |_| Some(b"7".to_vec())),
    lie("numbers-for-text", "numbers wherever there was text", numbers),
    lie("lists-for-text", "lists wherever there was text", lists),
    lie("duplicate-keys", "members twice, with two values", twice),
    lie("no-members", "an object without members", |_| Some(b"{}".to_vec())),
    lie("empty-answer", "nothing at all", |_| Some(Vec::new())),
    lie("not-text", "bytes that no text has", |_| Some(vec![0xff; 64])),
    lie("unending-text", "text that is not closed", |_| Some(b"\"0x00".to_vec())),
    lie("long-numbers", "numbers of a thousand digits", long_numbers),
    lie("odd-hex", "hex with half a byte more", odd),
    lie("long-hex", "hex of a thousand bytes more", long),
    lie("byte-order-mark", "an answer behind a mark that JSON does not have", mark),
];

const fn lie(name: &'static str, says: &'static str, write: fn(&Value) -> Option<Vec<u8>>) -> Lie {
    let tellers = &[Source::Beacon, Source::L1, Source::L2];
    Lie { name, says, tellers, deserves: &[Kind::Invalid, Kind::Malformed, Kind::Unavailable], how: How::Text(write) }
}

fn half(answer: &Value) -> Option<Vec<u8>> {
    let mut text = written(answer);
    text.truncate(text.len() / 2);
    Some(text)
}

fn trailing(answer: &Value) -> Option<Vec<u8>> {
    Some([written(answer), b" , null".to_vec()].concat())
}

fn deep(_: &Value) -> Option<Vec<u8>> {
    Some(vec![b'['; 100_000])
}

fn nested(_: &Value) -> Option<Vec<u8>> {
    Some([b"{\"data\":".repeat(10_000), b"1".to_vec(), b"}".repeat(10_000)].concat())
}

/// Puts something in the place of every text.
fn texts(answer: &Value, new: &impl Fn(&str) -> Value) -> Value {
    match answer {
        Value::String(text) => new(text),
        Value::Array(list) => list.iter().map(|one| texts(one, new)).collect(),
        Value::Object(members) => members.iter().map(|(name, one)| (name.clone(), texts(one, new))).collect(),
        other => other.clone(),
    }
}

fn numbers(answer: &Value) -> Option<Vec<u8>> {
    Some(written(&texts(answer, &|text| json!(text.len()))))
}

fn lists(answer: &Value) -> Option<Vec<u8>> {
    Some(written(&texts(answer, &|text| json!([text]))))
}

fn twice(answer: &Value) -> Option<Vec<u8>> {
    Some(repeated(answer).into_bytes())
}

/// Every object's members once more in front, as null.
fn repeated(answer: &Value) -> String {
    match answer {
        Value::Array(list) => format!("[{}]", list.iter().map(repeated).collect::<Vec<_>>().join(",")),
        Value::Object(members) => {
            let null = members.keys().map(|name| format!("{}:null", json!(name)));
            let again = members.iter().map(|(name, one)| format!("{}:{}", json!(name), repeated(one)));
            format!("{{{}}}", null.chain(again).collect::<Vec<_>>().join(","))
        }
        other => other.to_string(),
    }
}

fn long_numbers(answer: &Value) -> Option<Vec<u8>> {
    Some(written(&texts(answer, &|_| "9".repeat(1_000).into())))
}

/// Adds digits to all hex.
fn hex(answer: &Value, more: &str) -> Vec<u8> {
    written(&texts(answer, &|text| if text.starts_with("0x") { format!("{text}{more}").into() } else { text.into() }))
}

fn odd(answer: &Value) -> Option<Vec<u8>> {
    Some(hex(answer, "0"))
}

fn long(answer: &Value) -> Option<Vec<u8>> {
    Some(hex(answer, &"00".repeat(1_000)))
}

fn mark(answer: &Value) -> Option<Vec<u8>> {
    Some([b"\xef\xbb\xbf".to_vec(), written(answer)].concat())
}
