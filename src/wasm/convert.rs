use crate::consensus::Checkpoint;
use crate::consistent::ProofQuestion;
use crate::error::Error;
use crate::network::{self, L1};
use crate::primitives::{Address, B256, StorageSlot, UnixTime};
use js_sys::{Array, Date, JSON, Number, Object, Reflect, Uint8Array};
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
    #[serde(flatten)]
    detail: crate::error::Detail,
}

impl Refusal {
    /// An item of the input does not hold.
    pub(super) fn of_item(item: usize, error: &Error) -> Self {
        Self {
            code: error.kind().code(),
            message: error.to_string(),
            data: Data { item: Some(item), detail: error.detail() },
        }
    }

    /// The input lacks the shape.
    pub(super) fn of_input(error: impl Into<Error>) -> Self {
        let error = error.into();
        Self {
            code: error.kind().code(),
            message: error.to_string(),
            data: Data { item: None, detail: error.detail() },
        }
    }

    /// The call itself is wrong.
    pub(super) fn misuse(message: impl Into<String>) -> Self {
        let detail = crate::error::Detail { rule: "call.arguments", got: None, expected: None };
        Self { code: "MISUSE", message: message.into(), data: Data { item: None, detail } }
    }
}

/// What `verifyProof` is asked.
pub(super) enum Question {
    Account(ProofQuestion),
    Metis { state_root: B256, who: Address, network: String },
}

/// What `verifyConsensus` is asked.
pub(super) struct Climb {
    pub(super) l1: L1,
    pub(super) checkpoint: Checkpoint,
    pub(super) now: UnixTime,
}

/// Reads `{ checkpoint, network, now, allowOldCheckpoint }`; the clock is the host's where `now` is absent.
pub(super) fn climb(value: &JsValue) -> Result<Climb, JsValue> {
    read_climb(value).map_err(|message| Refusal::misuse(message).into())
}

fn read_climb(value: &JsValue) -> Result<Climb, String> {
    check_members(value, &["checkpoint", "network", "now", "allowOldCheckpoint"])?;
    let root = parsed("checkpoint", &text(value, "checkpoint")?.ok_or("checkpoint is missing")?)?;
    let any_age = member(value, "allowOldCheckpoint")?.is_truthy();
    let network = text(value, "network")?.unwrap_or_else(|| "mainnet".into());
    let l1 = match network::built_in_l1(&network) {
        Some(l1) => l1,
        None => L1::from_json(network.as_bytes()).map_err(|error| error.to_string())?,
    };
    Ok(Climb {
        l1,
        checkpoint: if any_age { Checkpoint::of_any_age(root) } else { Checkpoint::new(root) },
        now: now(&member(value, "now")?)?,
    })
}

/// Whole seconds: a time in milliseconds is so far ahead that nothing holds at it.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float keeps within its bounds")]
fn now(value: &JsValue) -> Result<UnixTime, String> {
    if value.is_undefined() {
        return Ok(UnixTime((Date::now() / 1000.0) as u64));
    }
    whole("now", value).map(UnixTime)
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

/// Reads the question object; members that it does not know are a mistake, not a wish for later.
pub(super) fn question(value: &JsValue) -> Result<Question, JsValue> {
    read_question(value).map_err(|message| Refusal::misuse(message).into())
}

fn read_question(value: &JsValue) -> Result<Question, String> {
    check_members(value, &["stateRoot", "address", "slots", "metisBalance", "network"])?;
    let state_root = parsed("stateRoot", &text(value, "stateRoot")?.ok_or("stateRoot is missing")?)?;
    if let Some(who) = text(value, "metisBalance")? {
        let network = text(value, "network")?.unwrap_or_else(|| "andromeda".into());
        return Ok(Question::Metis { state_root, who: parsed("metisBalance", &who)?, network });
    }
    let address = text(value, "address")?.map(|address| parsed("address", &address)).transpose()?;
    Ok(Question::Account(ProofQuestion { state_root, address, slots: slots(value)? }))
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

fn slots(value: &JsValue) -> Result<Vec<StorageSlot>, String> {
    let member = member(value, "slots")?;
    if member.is_undefined() || member.is_null() {
        return Ok(Vec::new());
    }
    let list = member.dyn_ref::<Array>().ok_or("slots must be an array of strings")?;
    let slot = |slot: JsValue| slot.as_string().and_then(|slot| slot.parse().ok());
    let slots: Option<Vec<StorageSlot>> = list.iter().map(slot).collect();
    slots.ok_or_else(|| "a slot must be a decimal number, or hex with 0x, below 2^256".into())
}

pub(super) fn member(value: &JsValue, name: &str) -> Result<JsValue, String> {
    Reflect::get(value, &name.into()).map_err(|_| format!("{name} cannot be read"))
}

pub(super) fn parsed<T: core::str::FromStr>(member: &str, text: &str) -> Result<T, String> {
    let hex = text.starts_with("0x").then(|| text.parse().ok()).flatten();
    hex.ok_or_else(|| format!("{member} is malformed: {text} is not hex of its length with 0x"))
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
