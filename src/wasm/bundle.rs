//! Portable proofs: made of what the session proves, and verified without one.

use super::bridge;
use super::convert::{Refusal, bytes, check_members, json, member, named_network, parsed, parsed_json, text, whole};
use super::options::accepted;
use super::told;
use crate::bundle::{Answer, Bundle, Verified};
use crate::consensus::Checkpoint;
use crate::primitives::{Address, B256, UnixTime};
use crate::rollup::Accepted;
use crate::shell::host_now;
use serde::Serialize;
use wasm_bindgen::prelude::*;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Facts<T> {
    checkpoint: B256,
    /// Seconds from its L1 block to the caller's time.
    age: u64,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Address>,
    answer: T,
}

/// What a bundle is verified with, all of it the caller's.
struct Trusted {
    checkpoint: Checkpoint,
    network: String,
    accepted: Accepted,
    now: UnixTime,
}

/// Verifies a portable proof with `{ checkpoint, network, now, accept, allowOldCheckpoint }`; the clock is the host's where
/// `now` is absent.
#[wasm_bindgen(js_name = verifyBundle)]
pub fn verify_bundle(bundle: JsValue, with: &JsValue) -> Result<JsValue, JsValue> {
    let Trusted { checkpoint, network, accepted, now } = trusted(with).map_err(Refusal::misuse)?;
    let network = named_network(&network)?;
    let bundle = Bundle::parse(&bytes(&bundle)?).map_err(Refusal::of_input)?;
    let verified = bundle.verify(&network, checkpoint, &accepted, now).map_err(Refusal::of_input)?;
    parsed_json(&facts(&verified))
}

fn trusted(with: &JsValue) -> Result<Trusted, String> {
    check_members(with, &["checkpoint", "network", "now", "accept", "allowOldCheckpoint"])?;
    let root = parsed("checkpoint", &text(with, "checkpoint")?.ok_or("checkpoint is missing")?)?;
    let any_age = member(with, "allowOldCheckpoint")?.is_truthy();
    let now = member(with, "now")?;
    Ok(Trusted {
        checkpoint: if any_age { Checkpoint::of_any_age(root) } else { Checkpoint::new(root) },
        network: text(with, "network")?.unwrap_or_else(|| "andromeda".into()),
        accepted: accepted(&member(with, "accept")?)?,
        now: if now.is_undefined() { host_now() } else { UnixTime(whole("now", &now)?) },
    })
}

fn facts(verified: &Verified) -> String {
    match verified.answer() {
        Answer::Account { who, account } => told(verified, "account", Some(*who), told::leaf(account)),
        Answer::Balance { who, balance } => told(verified, "balance", Some(*who), told::balance(balance)),
        Answer::StateRoot => told(verified, "stateRoot", None, told::root(verified.at())),
        Answer::Storage { who, slots, words } => told(verified, "storage", Some(*who), told::words(slots, words)),
        Answer::Withdrawals(states) => told(verified, "withdrawals", None, bridge::withdrawals(states)),
    }
}

fn told(verified: &Verified, kind: &'static str, address: Option<Address>, answer: impl Serialize) -> String {
    json(&Facts { checkpoint: verified.checkpoint().root(), age: verified.age(), kind, address, answer })
}
