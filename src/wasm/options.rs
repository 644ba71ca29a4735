//! What the engine is told: a checkpoint or a store, sources, limits.

use super::convert::{bytes, check_members, member, parsed, text, whole};
use crate::client::Source;
use crate::consensus::Checkpoint;
use crate::primitives::UnixTime;
use crate::shell::{Limits, Web};
use core::time::Duration;
use js_sys::{Array, Function};
use wasm_bindgen::{JsCast, JsValue};

/// What the constructor is told.
pub(super) struct Options {
    pub(super) checkpoint: Option<Checkpoint>,
    pub(super) store: Option<Vec<u8>>,
    pub(super) web: Web,
    pub(super) limits: Limits,
}

impl Options {
    /// Reads them; members that are not known are a mistake.
    pub(super) fn read(value: &JsValue) -> Result<Self, String> {
        check_members(value, &["checkpoint", "store", "sources", "limits", "now", "allowOldCheckpoint"])?;
        let of =
            if member(value, "allowOldCheckpoint")?.is_truthy() { Checkpoint::of_any_age } else { Checkpoint::new };
        let checkpoint = text(value, "checkpoint")?.map(|root| parsed("checkpoint", &root).map(of)).transpose()?;
        let store = Some(member(value, "store")?).filter(|store| !store.is_undefined() && !store.is_null());
        let store = store.map(|store| bytes(&store).map_err(|_| "store must be a Uint8Array")).transpose()?;
        let web = sources(&member(value, "sources")?)?;
        let now = Some(member(value, "now")?).filter(|now| !now.is_undefined());
        let now = now.map(|now| whole("now", &now).map(UnixTime)).transpose()?;
        let web = now.map_or(web.clone(), |now| web.at(now));
        let limits = limits(&member(value, "limits")?)?;
        Ok(Self { checkpoint, store, web, limits })
    }
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
