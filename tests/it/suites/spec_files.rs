//! The files that the consensus specs' tests are made of: YAML, and SSZ in blocks of snappy.

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};

/// Reads YAML as JSON, naming the file where it is none.
///
/// What is not quoted is null, true, false or a number as YAML 1.2 has it, `0x01000001` too. A number of more than
/// 64 bits stays text, as written, and so does hex of more than 16 digits, which is meant as bytes whatever its value.
/// Fractions do not occur and stay text as well.
pub(super) fn yaml(path: &str, bytes: &[u8]) -> Value {
    let text = std::str::from_utf8(bytes).unwrap_or_else(|error| panic!("{path} is no text: {error}"));
    let events = Parser::new_from_str(text).map(|event| match event {
        Ok((event, _)) => event,
        Err(error) => panic!("{path} is no yaml: {error}"),
    });
    let is_frame = |event: &Event<'_>| matches!(event, Event::StreamStart | Event::DocumentStart(_));
    let mut events = events.skip_while(is_frame);
    let value = node(path, &mut events);
    assert!(matches!(events.next(), Some(Event::DocumentEnd)), "{path} goes on after its value");
    assert!(matches!(events.next(), Some(Event::StreamEnd)), "{path} is one document");
    value
}

/// Unpacks SSZ. The name promises a frame format, but it is one raw block.
pub(super) fn ssz_snappy(path: &str, bytes: &[u8]) -> Vec<u8> {
    snap::raw::Decoder::new().decompress_vec(bytes).unwrap_or_else(|error| panic!("{path} is no snappy block: {error}"))
}

/// The value that the next events tell of.
fn node<'a>(path: &str, events: &mut impl Iterator<Item = Event<'a>>) -> Value {
    let event = events.next().unwrap_or_else(|| panic!("{path} ends early"));
    opened(path, event, events)
}

fn opened<'a>(path: &str, event: Event<'a>, events: &mut impl Iterator<Item = Event<'a>>) -> Value {
    match event {
        Event::Scalar(text, ScalarStyle::Plain, _, None) => plain(&text),
        Event::Scalar(text, _, _, None) => Value::String(text.into_owned()),
        Event::SequenceStart(_, None) => Value::Array(sequence(path, events)),
        Event::MappingStart(_, None) => Value::Object(mapping(path, events)),
        // Nobody writes tags and aliases into these files, so nothing has to guess what they mean.
        other => panic!("{path} has {other:?}"),
    }
}

fn sequence<'a>(path: &str, events: &mut impl Iterator<Item = Event<'a>>) -> Vec<Value> {
    let mut items = Vec::new();
    loop {
        match events.next() {
            Some(Event::SequenceEnd) => return items,
            Some(event) => items.push(opened(path, event, events)),
            None => panic!("{path} ends within a sequence"),
        }
    }
}

fn mapping<'a>(path: &str, events: &mut impl Iterator<Item = Event<'a>>) -> Map<String, Value> {
    let mut members = Map::new();
    loop {
        match events.next() {
            Some(Event::MappingEnd) => return members,
            Some(Event::Scalar(name, ..)) => {
                let value = node(path, events);
                assert!(members.insert(name.to_string(), value).is_none(), "{path} has {name} twice");
            }
            other => panic!("{path} has {other:?} for a name"),
        }
    }
}

/// What unquoted text stands for.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).unwrap_or_else(|| Value::String(text.to_owned())),
    }
}

fn number(text: &str) -> Option<Value> {
    match text.strip_prefix("0x") {
        Some(digits) if digits.len() <= 16 => u64::from_str_radix(digits, 16).ok().map(Value::from),
        Some(_) => None,
        None => text.parse::<u64>().map(Value::from).or_else(|_| text.parse::<i64>().map(Value::from)).ok(),
    }
}
