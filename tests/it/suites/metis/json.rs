//! Values as the vectors' JSON writes them. A file that lacks the shape is a fault of the test, so everything panics.

use metis_light::primitives::{Address, B256, Bytes, U256};
use serde_json::Value;

/// Hex digits after `0x`, of any length.
#[track_caller]
pub(crate) fn bytes(value: &Value) -> Bytes {
    let text = text(value);
    text.parse().unwrap_or_else(|error| panic!("{text} is not hex: {error}"))
}

/// Exactly 32 bytes.
#[track_caller]
pub(crate) fn word(value: &Value) -> B256 {
    B256::from_slice(&bytes(value))
}

/// A number as a word of 32 bytes: slots and values are written short or padded.
#[track_caller]
pub(crate) fn padded(value: &Value) -> B256 {
    number(value).into()
}

#[track_caller]
pub(crate) fn address(value: &Value) -> Address {
    Address::from_slice(&bytes(value))
}

/// A JSON number, a decimal string or a hex string.
#[track_caller]
pub(crate) fn number(value: &Value) -> U256 {
    match value {
        Value::Number(number) => U256::from(number.as_u64().expect("an integer below 2^64")),
        value => {
            let text = text(value);
            let (digits, radix) = text.strip_prefix("0x").map_or((text, 10), |digits| (digits, 16));
            U256::from_str_radix(digits, radix).unwrap_or_else(|error| panic!("{text} is no number: {error}"))
        }
    }
}

/// A number below 2^64.
#[track_caller]
pub(crate) fn small(value: &Value) -> u64 {
    number(value).try_into().expect("a number below 2^64")
}

#[track_caller]
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no string"))
}

#[track_caller]
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

/// The members of an object.
#[track_caller]
pub(crate) fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let object = value.as_object().unwrap_or_else(|| panic!("{value} is no object"));
    object.iter().map(|(name, value)| (name.as_str(), value))
}

#[track_caller]
pub(crate) fn words(value: &Value) -> Vec<B256> {
    list(value).iter().map(word).collect()
}

#[track_caller]
pub(crate) fn nodes(value: &Value) -> Vec<Bytes> {
    list(value).iter().map(bytes).collect()
}

/// The JSON again as bytes, for the parser doors.
pub(crate) fn raw(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).expect("a value can be written")
}
