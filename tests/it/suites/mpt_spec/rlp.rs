//! RLP: ethereum/tests `RLPTests`, the cases of ethers, and trie nodes with the places of their items.
//!
//! A case is read by the crate's reader, recursively, and written again; both ways must agree with the case. Whatever the
//! reader accepts, spoiled or not, it must write back to the very bytes: an item has one encoding.

use super::super::Report;
use super::values::{data, hash, list, members};
use crate::files::{Files, json};
use alloy_primitives::U512;
use metis_light::primitives::rlp::{self, Item, RlpError, encode_list};
use metis_light::primitives::{U256, keccak256};
use serde_json::Value;

pub(super) fn run(files: &Files, report: &mut Report) {
    for (path, bytes) in files.matching("mpt_spec/ethereum_tests_RLPTests/", ".json") {
        for (name, case) in members(&json(path, bytes)) {
            judge(&format!("{path} {name}"), &case["in"], &data(&case["out"]), report);
        }
    }
    for (path, bytes) in files.matching("mpt_spec/rlp_misc/", "_rlp.json") {
        for case in list(&json(path, bytes)) {
            let name = format!("{path} {}", case["name"]);
            holds(&name, &Tree::from_hex(&case["decoded"]), &data(&case["encoded"]), report);
        }
    }
    for (path, bytes) in files.matching("mpt_spec/rlp_misc/", "rlp_nodes.json") {
        for node in list(&json(path, bytes)["nodes"]) {
            items_lie_where_they_should(&format!("{path} {}", node["label"]), node);
            report.cases += 1;
        }
    }
}

/// An item with all that is in it.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Tree {
    String(Vec<u8>),
    List(Vec<Self>),
}

/// Runs one case in the form of ethereum/tests.
pub(crate) fn judge(name: &str, value: &Value, encoding: &[u8], report: &mut Report) {
    match value.as_str() {
        Some("INVALID") => {
            assert!(Tree::read(encoding).is_err(), "{name} is read although it is invalid");
            report.cases += 1;
        }
        Some("VALID") => {
            let tree = Tree::read(encoding).unwrap_or_else(|error| panic!("{name}: {error}"));
            holds(name, &tree, encoding, report);
        }
        _ => {
            holds(name, &Tree::from_case(value), encoding, report);
            if let Some(number) = number(value) {
                integers_are_read(name, number, encoding);
            }
        }
    }
}

/// The encoding is read as `tree`, `tree` is written as the encoding, and no spoiled twin passes for it.
fn holds(name: &str, tree: &Tree, encoding: &[u8], report: &mut Report) {
    assert_eq!(Tree::read(encoding).as_ref(), Ok(tree), "{name} is read");
    assert_eq!(tree.write(), encoding, "{name} is written");
    report.cases += 1;

    for end in 0..encoding.len() {
        let verdict = Tree::read(&encoding[..end]);
        assert!(matches!(verdict, Err(RlpError::Short { .. })), "{name}, cut to {end} bytes, gives {verdict:?}");
        report.refused += 1;
    }
    let verdict = Tree::read(&[encoding, &[0]].concat());
    assert_eq!(verdict, Err(RlpError::Trailing { extra: 1 }), "{name} with a byte behind it");
    report.refused += 1;

    let mut twin = encoding.to_vec();
    for place in 0..twin.len() {
        for bit in 0..8 {
            twin[place] ^= 1 << bit;
            match Tree::read(&twin) {
                Ok(other) => {
                    assert_ne!(&other, tree, "{name} has a second encoding: bit {bit} of byte {place} flipped");
                    assert_eq!(other.write(), twin, "{name}, bit {bit} of byte {place} flipped, has two encodings");
                }
                Err(_) => report.refused += 1,
            }
            twin[place] ^= 1 << bit;
        }
    }
}

/// The typed readers agree: a number is read as one, and one of 2^256 or more is refused.
fn integers_are_read(name: &str, number: U512, encoding: &[u8]) {
    let framed = encode_list(encoding);
    let read = |framed| rlp::list(framed).and_then(|mut items| items.u256());
    if number.bit_len() <= 256 {
        assert_eq!(read(&framed), Ok(number.to::<U256>()), "{name} as an integer");
    } else {
        let got = number.byte_len();
        assert_eq!(read(&framed), Err(RlpError::WrongLength { got, expected: 32 }), "{name} as an integer");
    }
}

/// A node's items begin where the case says, and hold what lies there; a list is taken with its prefix (kind 2).
fn items_lie_where_they_should(name: &str, node: &Value) {
    let bytes = data(&node["hex"]);
    assert_eq!(keccak256(&bytes), hash(&node["keccak256"]), "{name}");
    let mut items = rlp::list(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    for place in list(&node["items"]) {
        let number = |member: &str| place[member].as_u64().and_then(|number| usize::try_from(number).ok());
        let start = number("content_off").expect("where the content begins");
        let content = &bytes[start..start + number("content_len").expect("how long it is")];
        let item = items.item().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(item.is_list(), number("kind") == Some(2), "{name}: kind of {place}");
        assert_eq!(if item.is_list() { Ok(item.raw()) } else { item.string() }, Ok(content), "{name}: {place}");
    }
    assert!(items.is_empty(), "{name}: the items named are all there are");
}

impl Tree {
    fn read(bytes: &[u8]) -> Result<Self, RlpError> {
        Self::of(Item::parse(bytes)?)
    }

    fn of(item: Item<'_>) -> Result<Self, RlpError> {
        if !item.is_list() {
            return Ok(Self::String(item.string()?.to_vec()));
        }
        let (mut items, mut trees) = (item.list()?, Vec::new());
        while !items.is_empty() {
            trees.push(Self::of(items.item()?)?);
        }
        Ok(Self::List(trees))
    }

    fn write(&self) -> Vec<u8> {
        match self {
            Self::String(bytes) => alloy_rlp::encode(bytes.as_slice()),
            Self::List(trees) => encode_list(&trees.iter().flat_map(Self::write).collect::<Vec<u8>>()),
        }
    }

    /// As ethereum/tests writes it: text, numbers, `#` and a decimal number, arrays.
    fn from_case(value: &Value) -> Self {
        match (value, number(value)) {
            (_, Some(number)) => Self::String(number.to_be_bytes_trimmed_vec()),
            (Value::String(text), _) => Self::String(text.as_bytes().to_vec()),
            (Value::Array(values), _) => Self::List(values.iter().map(Self::from_case).collect()),
            _ => panic!("{value} is no case"),
        }
    }

    /// As ethers writes it: hex and arrays.
    fn from_hex(value: &Value) -> Self {
        match value {
            Value::Array(values) => Self::List(values.iter().map(Self::from_hex).collect()),
            _ => Self::String(data(value)),
        }
    }
}

fn number(value: &Value) -> Option<U512> {
    match value {
        Value::Number(number) => number.as_u64().map(U512::from),
        Value::String(text) => text.strip_prefix('#').map(|digits| digits.parse().expect("a decimal number")),
        _ => None,
    }
}
