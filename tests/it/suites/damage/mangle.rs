//! Honest replies made into others: bytes of them, members of their JSON, numbers of their SSZ, or all of it.
//!
//! JSON that `serde_json` would not write (members twice, numbers beyond any type, deep nesting) is put in as text, in the
//! place of a mark.

use super::tape::Tape;
use serde_json::Value;

/// The longest reply that is made here, in bytes, besides what was honest.
pub(crate) const MAX_GROWTH: usize = 4 << 20;

/// A reply with bytes changed, put in, left out or repeated.
pub(crate) fn bytes(tape: &mut Tape<'_>, honest: &[u8]) -> Vec<u8> {
    let mut reply = honest.to_vec();
    for _ in 0..=tape.below(4) {
        let place = tape.below(reply.len());
        let end = (place + 1 + tape.below(64)).min(reply.len());
        match tape.below(8) {
            0 => reply[place..end].iter_mut().take(1).for_each(|byte| *byte ^= 1 << tape.below(8)),
            1 => reply[place..end].iter_mut().take(1).for_each(|byte| *byte = tape.below(256).to_le_bytes()[0]),
            2 => drop(reply.drain(place..end)),
            3 => reply.truncate(place),
            4 => drop(reply.splice(place..place, tape.noise(end - place))),
            5 => {
                let again = reply[place..end].to_vec();
                reply.splice(place..place, again);
            }
            // Offsets, lengths and numbers of SSZ lie at even places.
            _ => number(tape, &mut reply, place / 4 * 4),
        }
    }
    reply
}

/// A number of four or eight bytes, little endian, at the edge of something.
fn number(tape: &mut Tape<'_>, reply: &mut [u8], place: usize) {
    let length = reply.len() as u64;
    let edges = [0, 1, length, length.wrapping_sub(1), length + 1, u64::from(u32::MAX), u64::MAX, 1 << 31, 1 << 63];
    let number = tape.one_of(&edges).to_le_bytes();
    let width = *tape.one_of(&[4, 8]);
    reply.iter_mut().skip(place).zip(&number[..width]).for_each(|(byte, new)| *byte = *new);
}

/// A reply with members of its JSON changed, left out, repeated or exchanged.
pub(crate) fn json(tape: &mut Tape<'_>, honest: &[u8]) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice(honest) else { return bytes(tape, honest) };
    let mut texts = Vec::new();
    for _ in 0..=tape.below(3) {
        let path = path(tape, &value);
        edit(tape, &mut value, &path, &mut texts);
    }
    let mut reply = value.to_string();
    for (mark, text) in texts.iter().enumerate() {
        reply = reply.replacen(&self::mark(mark).to_string(), text, 1);
    }
    reply.into_bytes()
}

/// Bytes that were never honest: of any kind, or words of JSON in any order.
pub(crate) fn noise(tape: &mut Tape<'_>) -> Vec<u8> {
    let length = *tape.one_of(&[0, 1, 3, 32, 100, 1_000, 1 << 16]);
    match tape.below(3) {
        0 => tape.noise(length),
        1 => (0..length.min(256)).flat_map(|_| tape.one_of(WORDS).bytes()).collect(),
        _ => vec![*tape.one_of(b"[{\"0 -\\\x00\xff"); length],
    }
}

const WORDS: &[&str] = &[
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "\"",
    "\"0x",
    "null",
    "true",
    "1",
    "-",
    "1e9",
    "\\",
    "\"result\"",
    "\"data\"",
    "\"slot\"",
];

/// Where a value stands: members by name, items by place.
fn path(tape: &mut Tape<'_>, value: &Value) -> String {
    let mut path = String::new();
    let mut at = value;
    loop {
        let names: Vec<String> = match at {
            Value::Array(items) => (0..items.len()).map(|place| place.to_string()).collect(),
            Value::Object(members) => members.keys().map(|name| name.replace('~', "~0").replace('/', "~1")).collect(),
            _ => return path,
        };
        if names.is_empty() || tape.below(8) == 7 {
            return path;
        }
        path = format!("{path}/{}", tape.one_of(&names));
        at = value.pointer(&path).expect("it was just listed");
    }
}

fn edit(tape: &mut Tape<'_>, value: &mut Value, place: &str, texts: &mut Vec<String>) {
    let other = path(tape, value);
    let other = value.pointer(&other).cloned().unwrap_or_default();
    let (parent, name) = place.rsplit_once('/').unwrap_or_default();
    let kind = tape.below(10);
    if kind < 3
        && let Some(around) = value.pointer_mut(parent).filter(|_| !place.is_empty())
    {
        return among(tape, around, name, &other, texts);
    }
    let Some(here) = value.pointer_mut(place) else { return };
    match kind {
        0..=4 => {
            texts.push((*tape.one_of(OTHERS)).to_owned());
            *here = mark(texts.len() - 1);
        }
        5 => *here = other,
        6 => {
            texts.push(nested(tape, here));
            *here = mark(texts.len() - 1);
        }
        7 => items(tape, here),
        _ => leaf(tape, here),
    }
}

/// A member or item left out, or there once more.
fn among(tape: &mut Tape<'_>, around: &mut Value, name: &str, other: &Value, texts: &mut Vec<String>) {
    let is_dropped = tape.below(2) == 0;
    match around {
        Value::Array(items) => {
            let Some(place) = name.parse().ok().filter(|place| *place < items.len()) else { return };
            match is_dropped {
                true => drop(items.remove(place)),
                false => items.insert(place, other.clone()),
            }
        }
        Value::Object(members) => {
            let Some(value) = members.remove(name) else { return };
            if !is_dropped {
                texts.push(format!("{value},{}:{other}", Value::from(name)));
                members.insert(name.to_owned(), mark(texts.len() - 1));
            }
        }
        _ => {}
    }
}

/// A value in so many brackets; the first beyond what a parser takes, the others beyond what a stack does.
fn nested(tape: &mut Tape<'_>, value: &Value) -> String {
    let depth = *tape.one_of(&[1, 126, 127, 128, 129, 1_000, 100_000]);
    match tape.below(3) {
        0 => format!("{}{value}{}", "[".repeat(depth), "]".repeat(depth)),
        1 => format!("{}{value}{}", "{\"a\":".repeat(depth), "}".repeat(depth)),
        _ => "[".repeat(depth),
    }
}

/// A list emptied, turned, cut, or repeated; anything else is left.
fn items(tape: &mut Tape<'_>, value: &mut Value) {
    let Value::Array(items) = value else { return };
    match tape.below(4) {
        0 => items.clear(),
        1 => items.reverse(),
        2 => items.truncate(tape.below(items.len() + 1)),
        _ => {
            let size = items.iter().map(|item| item.to_string().len()).sum::<usize>().max(1);
            let times = (*tape.one_of(&[2, 3, 17, 129, 1_000, 10_000])).min(MAX_GROWTH / 8 / size).max(1);
            *items = core::iter::repeat_n(&*items, times).flatten().cloned().collect();
        }
    }
}

/// Another text: hex with another digit, shorter or longer, and quantities beside the honest one.
fn leaf(tape: &mut Tape<'_>, value: &mut Value) {
    let Value::String(text) = value else { return };
    let place = tape.below(text.len() + 1);
    let is_within = text.is_char_boundary(place);
    match tape.below(8) {
        0 if is_within => text.insert(place, '0'),
        1 if is_within => text.truncate(place),
        2 => *text = text.to_uppercase(),
        3 => *text = format!("{text}{}", text.strip_prefix("0x").unwrap_or(text)),
        4 => *text = format!("0x{}", "f".repeat(*tape.one_of(&[1, 16, 17, 64, 65, 1 << 16, 1 << 20]))),
        5 => *text = text.strip_prefix("0x").unwrap_or("0x").to_owned(),
        // One more or less: blocks beside the honest one, and digits of hashes.
        _ => {
            let Some(last) = text.pop() else { return };
            let next = char::from_digit((last.to_digit(16).unwrap_or_default() + 1) % 16, 16).unwrap_or('0');
            text.push(next);
        }
    }
}

fn mark(number: usize) -> Value {
    format!("@text {number}@").into()
}

/// Other types, and numbers at and beyond the edges of types.
const OTHERS: &[&str] = &[
    "null",
    "true",
    "0",
    "1",
    "-1",
    "1.5",
    "1e999",
    "18446744073709551615",
    "18446744073709551616",
    "99999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999",
    "\"\"",
    "\"0x\"",
    "\"0x0\"",
    "\"0xffffffffffffffff\"",
    "\"0x10000000000000000\"",
    "\"0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\"",
    "\"0x0000000000000000000000000000000000000000000000000000000000000000\"",
    "\"18446744073709551615\"",
    "\"-1\"",
    "\"latest\"",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "[]",
    "{}",
    "[[]]",
    "[null]",
    "NaN",
    "",
];
