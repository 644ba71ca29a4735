//! Values out of JSON and of the few YAML files, whose simple form is read line by line.

use alloy_primitives::hex;
use metis_light::primitives::{Address, B256, U256};
use serde_json::Value;
use std::collections::BTreeMap;

/// Bytes in hex, with or without `0x`.
pub(crate) fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap_or_else(|error| panic!("{text} is not hex: {error}"))
}

/// A JSON string.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no string"))
}

/// A JSON string of hex.
pub(crate) fn data(value: &Value) -> Vec<u8> {
    bytes(text(value))
}

/// A JSON array of hex.
pub(crate) fn data_list(value: &Value) -> Vec<Vec<u8>> {
    list(value).iter().map(data).collect()
}

/// A JSON array.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no array"))
}

/// The members of a JSON object.
pub(crate) fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let object = value.as_object().unwrap_or_else(|| panic!("{value} is no object"));
    object.iter().map(|(name, member)| (name.as_str(), member))
}

/// A JSON string of 32 bytes.
pub(crate) fn hash(value: &Value) -> B256 {
    B256::from_slice(&data(value))
}

/// A JSON string of 20 bytes.
pub(crate) fn address(value: &Value) -> Address {
    Address::from_slice(&data(value))
}

/// A quantity in hex, short or padded.
pub(crate) fn quantity(value: &Value) -> U256 {
    let digits = text(value).trim_start_matches("0x");
    U256::from_str_radix(digits, 16).unwrap_or_else(|error| panic!("{value} is no quantity: {error}"))
}

/// The JSON text of a value, as a server would have sent it.
pub(crate) fn reply(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).expect("a json value can be written")
}

/// One entry of a YAML file: members with one hex value or a list of them.
pub(crate) type Entry = BTreeMap<String, Vec<Vec<u8>>>;

/// Reads YAML whose values are hex: a mapping, or a sequence of mappings whose first members follow a dash.
pub(crate) fn entries(yaml: &[u8]) -> Vec<Entry> {
    let yaml = core::str::from_utf8(yaml).expect("yaml is text");
    let (mut entries, mut last) = (vec![Entry::new()], String::new());
    for line in yaml.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        if line.starts_with("- ") && !entries.last().is_some_and(BTreeMap::is_empty) {
            entries.push(Entry::new());
        }
        let entry = entries.last_mut().expect("there is one from the start");
        let member = line.trim_start_matches(['-', ' ']);
        match member.split_once(':') {
            Some((name, value)) => {
                last = name.to_owned();
                let values = entry.entry(last.clone()).or_default();
                values.extend(unquoted(value).map(bytes));
            }
            None => entry.entry(last.clone()).or_default().extend(unquoted(member).map(bytes)),
        }
    }
    entries
}

/// The one value of a member.
pub(crate) fn member<'a>(entry: &'a Entry, name: &str) -> &'a [u8] {
    match entry.get(name).map(Vec::as_slice) {
        Some([value]) => value,
        _ => panic!("{name} is there once"),
    }
}

fn unquoted(value: &str) -> Option<&str> {
    let value = value.trim().trim_matches(['\'', '"']);
    (!value.is_empty()).then_some(value)
}
