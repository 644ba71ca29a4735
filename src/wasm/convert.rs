use crate::error::Error;
use crate::network::{self, Network};
use js_sys::{JSON, Number, Object, Reflect, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// What is thrown.
#[derive(Serialize)]
pub(super) struct Refusal {
    code: &'static str,
    message: String,
    data: Data,
}

#[derive(Serialize)]
struct Data {
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<usize>,
    /// When it may be tried again, by L1 time in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<u64>,
    #[serde(flatten)]
    detail: crate::error::Detail,
}

impl Refusal {
    /// An item of the input does not hold.
    #[cfg(feature = "wasm")]
    pub(super) fn of_item(item: usize, error: &Error) -> Self {
        Self {
            code: error.kind().code(),
            message: error.to_string(),
            data: Data { item: Some(item), until: error.until(), detail: error.detail() },
        }
    }

    /// The input lacks the shape.
    pub(super) fn of_input(error: impl Into<Error>) -> Self {
        let error = error.into();
        Self {
            code: error.kind().code(),
            message: error.to_string(),
            data: Data { item: None, until: error.until(), detail: error.detail() },
        }
    }

    /// The call itself is wrong.
    pub(super) fn misuse(message: impl Into<String>) -> Self {
        let detail = crate::error::Detail { rule: "call.arguments", got: None, expected: None };
        Self { code: "MISUSE", message: message.into(), data: Data { item: None, until: None, detail } }
    }
}

/// A number that is whole, not negative and exact.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the number is checked to be whole and safe"
)]
pub(super) fn whole(name: &str, value: &JsValue) -> Result<u64, String> {
    let number = value.as_f64().unwrap_or(f64::NAN);
    if number.fract() != 0.0 || !(0.0..=Number::MAX_SAFE_INTEGER).contains(&number) {
        return Err(format!("{name} must be a whole number"));
    }
    Ok(number as u64)
}

pub(super) fn check_members(value: &JsValue, known: &[&str]) -> Result<(), String> {
    let object = value.dyn_ref::<Object>().ok_or("the question must be an object")?;
    for name in Object::keys(object) {
        let name = name.as_string().unwrap_or_default();
        if !known.contains(&name.as_str()) {
            return Err(format!("the question has no member {name}"));
        }
    }
    Ok(())
}

/// A member that may be absent and is a string.
#[inline(never)]
pub(super) fn text(value: &JsValue, name: &str) -> Result<Option<String>, String> {
    let member = member(value, name)?;
    if member.is_undefined() || member.is_null() {
        return Ok(None);
    }
    member.as_string().map(Some).ok_or_else(|| format!("{name} must be a string"))
}

pub(super) fn member(value: &JsValue, name: &str) -> Result<JsValue, String> {
    Reflect::get(value, &name.into()).map_err(|_| format!("{name} cannot be read"))
}

pub(super) fn parsed<T: core::str::FromStr>(member: &str, text: &str) -> Result<T, String> {
    let hex = text.starts_with("0x").then(|| text.parse().ok()).flatten();
    hex.ok_or_else(|| format!("{member} is malformed: {text} is not hex of its length with 0x"))
}

/// A built-in network by name, else a network file's text.
pub(super) fn named_network(text: &str) -> Result<Network, JsValue> {
    match network::built_in(text) {
        Some(network) => Ok(network),
        None => Network::from_json(text.as_bytes()).map_err(|error| Refusal::of_input(error).into()),
    }
}

/// The bytes of a `Uint8Array` or of a string.
pub(super) fn bytes(input: &JsValue) -> Result<Vec<u8>, JsValue> {
    if let Some(text) = input.as_string() {
        return Ok(text.into_bytes());
    }
    match input.dyn_ref::<Uint8Array>() {
        Some(array) => Ok(array.to_vec()),
        None => Err(Refusal::misuse("the input must be a Uint8Array or a string").into()),
    }
}

/// JSON text: numbers as numbers (none is above 2^53), absent members absent.
pub(super) fn json(value: &impl Serialize) -> String {
    // Only maps whose keys are no strings, and writers that fail, can fail here.
    serde_json::to_string(value).unwrap_or_default()
}

/// A plain object of JSON text, which was measured to cost less code than one made member by member.
pub(super) fn parsed_json(text: &str) -> Result<JsValue, JsValue> {
    JSON::parse(text)
}

impl From<Refusal> for JsValue {
    fn from(refusal: Refusal) -> Self {
        parsed_json(&json(&refusal)).unwrap_or_else(|error| error)
    }
}
