//! What the checks are asked, read from plain objects.

use super::convert::{Refusal, check_members, member, parsed, text, whole};
use crate::consensus::Checkpoint;
use crate::consistent::ProofQuestion;
use crate::network::{self, L1};
use crate::primitives::{Address, B256, StorageSlot, UnixTime};
use js_sys::{Array, Date};
use wasm_bindgen::prelude::*;

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
