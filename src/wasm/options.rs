//! What the engine is told: a checkpoint or a store, sources, limits.

use super::convert::{bytes, check_members, member, parsed, text, whole};
use crate::client::Source;
use crate::consensus::Checkpoint;
use crate::primitives::B256;
use crate::rollup::{Accepted, Change};
use crate::shell::{Floor, Limits, Web};
use core::time::Duration;
use js_sys::{Array, Function};
use wasm_bindgen::{JsCast, JsValue};

/// What the constructor is told.
pub(super) struct Options {
    pub(super) checkpoint: Option<Checkpoint>,
    pub(super) store: Option<Vec<u8>>,
    pub(super) web: Web,
    pub(super) limits: Limits,
    pub(super) floor: Floor,
    pub(super) accepted: Accepted,
}

impl Options {
    /// Reads them; members that are not known are a mistake.
    pub(super) fn read(value: &JsValue) -> Result<Self, String> {
        check_members(value, MEMBERS)?;
        let of =
            if member(value, "allowOldCheckpoint")?.is_truthy() { Checkpoint::of_any_age } else { Checkpoint::new };
        let checkpoint = text(value, "checkpoint")?.map(|root| parsed("checkpoint", &root).map(of)).transpose()?;
        let store = Some(member(value, "store")?).filter(|store| !store.is_undefined() && !store.is_null());
        let store = store.map(|store| bytes(&store).map_err(|_| "store must be a Uint8Array")).transpose()?;
        let mut web = sources(&member(value, "sources")?)?;
        if let Some(clock) = function(value, "clock")? {
            web.set_clock(clock);
        }
        if let Some(listener) = function(value, "onProgress")? {
            web.set_listener(listener);
        }
        let floor = match text(value, "minFinality")?.as_deref() {
            None | Some("posted") => Floor::Posted,
            Some("final") => Floor::Final,
            Some(other) => return Err(format!("minFinality must be posted or final, and is {other}")),
        };
        let limits = limits(&member(value, "limits")?)?;
        Ok(Self { checkpoint, store, web, limits, floor, accepted: accepted(&member(value, "accept")?)? })
    }
}

const MEMBERS: &[&str] =
    &["checkpoint", "store", "sources", "limits", "clock", "onProgress", "minFinality", "accept", "allowOldCheckpoint"];

fn function(value: &JsValue, name: &str) -> Result<Option<Function>, String> {
    let member = member(value, name)?;
    if member.is_undefined() {
        return Ok(None);
    }
    member.dyn_into().map(Some).map_err(|_| format!("{name} must be a function"))
}

/// Reads `[{ what, value }]`: changes by their names, each with the very word that is accepted.
pub(super) fn accepted(value: &JsValue) -> Result<Accepted, String> {
    let mut accepted = Accepted::none();
    if value.is_undefined() {
        return Ok(accepted);
    }
    let list = value.dyn_ref::<Array>().ok_or("accept must be an array")?;
    for item in list.iter() {
        let name = text(&item, "what")?.unwrap_or_default();
        let change = Change::ALL.into_iter().find(|change| change.name() == name);
        let value: B256 = parsed("value", &text(&item, "value")?.unwrap_or_default())?;
        accepted = accepted.accept(change.ok_or_else(|| format!("accept: there is no change named {name}"))?, value);
    }
    Ok(accepted)
}

/// Reads `{ whole, answer, hedge, retries }`, the first three in milliseconds.
fn limits(value: &JsValue) -> Result<Limits, String> {
    let mut limits = Limits::default();
    if value.is_undefined() {
        return Ok(limits);
    }
    check_members(value, &["whole", "answer", "hedge", "retries"])?;
    let number = |name| {
        let member = member(value, name)?;
        if member.is_undefined() { Ok(None) } else { whole(name, &member).map(Some) }
    };
    for (name, limit) in [("whole", &mut limits.whole), ("answer", &mut limits.answer), ("hedge", &mut limits.hedge)] {
        *limit = number(name)?.map_or(*limit, Duration::from_millis);
    }
    let retries = number("retries")?.map(|retries| u32::try_from(retries).unwrap_or(u32::MAX));
    limits.retries = retries.unwrap_or(limits.retries);
    Ok(limits)
}

/// Reads `{ beacon, l1, l2 }`: each a list of urls and functions.
fn sources(value: &JsValue) -> Result<Web, String> {
    check_members(value, &["beacon", "l1", "l2"])?;
    let mut web = Web::default();
    for (name, kind) in [("beacon", Source::Beacon), ("l1", Source::L1), ("l2", Source::L2)] {
        let member = member(value, name)?;
        if member.is_undefined() {
            continue;
        }
        let list = member.dyn_ref::<Array>().ok_or_else(|| format!("{name} must be an array"))?;
        for source in list.iter() {
            match (source.as_string(), source.dyn_into::<Function>()) {
                (Some(url), _) if url.starts_with("https://") || url.starts_with("http://") => web.add_url(kind, url),
                (_, Ok(function)) => web.add_function(kind, function),
                _ => return Err(format!("a source of {name} must be a url with its scheme, or a function")),
            }
        }
    }
    Ok(web)
}
