//! What the engine is told: a checkpoint or a store, sources, limits.

use super::convert::{bytes, check_members, member, parsed, text, whole};
#[cfg(feature = "engine")]
use crate::attestation::{Lowered, Policy, QuorumRule};
use crate::client::Source;
use crate::consensus::Checkpoint;
#[cfg(feature = "engine")]
use crate::network::Verifier;
use crate::primitives::B256;
#[cfg(feature = "engine")]
use crate::primitives::U256;
use crate::rollup::{Accepted, Change};
#[cfg(feature = "engine")]
use crate::shell::Transport;
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
    #[cfg(feature = "engine")]
    pub(super) policy: Option<Policy>,
    #[cfg(feature = "engine")]
    pub(super) quorum: Option<QuorumRule>,
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
            #[cfg(feature = "engine")]
            Some("attested") => attested(&web)?,
            Some("final") => Floor::Final,
            Some(other) => return Err(format!("minFinality must be {FLOORS}, and is {other}")),
        };
        Ok(Self {
            checkpoint,
            store,
            web,
            limits: limits(&member(value, "limits")?)?,
            floor,
            accepted: accepted(&member(value, "accept")?)?,
            #[cfg(feature = "engine")]
            policy: policy(&member(value, "verifiers")?)?,
            #[cfg(feature = "engine")]
            quorum: quorum(&member(value, "quorum")?)?,
        })
    }
}

#[cfg(not(feature = "engine"))]
const FLOORS: &str = "posted or final";
#[cfg(feature = "engine")]
const FLOORS: &str = "posted, attested or final";

const MEMBERS: &[&str] = &[
    "checkpoint",
    "store",
    "sources",
    "limits",
    "clock",
    "onProgress",
    "minFinality",
    "accept",
    "allowOldCheckpoint",
    #[cfg(feature = "engine")]
    "verifiers",
    #[cfg(feature = "engine")]
    "quorum",
];

const KINDS: &[(&str, Source)] = &[
    ("beacon", Source::Beacon),
    ("l1", Source::L1),
    ("l2", Source::L2),
    #[cfg(feature = "engine")]
    ("attestations", Source::Attestations),
];

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

/// Without anybody to ask nothing would ever be attested, and whoever asks for it may think that it is.
#[cfg(feature = "engine")]
fn attested(web: &Web) -> Result<Floor, String> {
    match web.sources(Source::Attestations) {
        0 => Err("minFinality is attested, but there is no source of attestations".into()),
        _ => Ok(Floor::Attested),
    }
}

/// Reads `locking-pool`, `mvm-verifier`, or `[{ address, weight }]` with each weight as a decimal string.
#[cfg(feature = "engine")]
fn policy(value: &JsValue) -> Result<Option<Policy>, String> {
    if value.is_undefined() {
        return Ok(None);
    }
    match (value.as_string().as_deref(), value.dyn_ref::<Array>()) {
        (Some("locking-pool"), _) => Ok(Some(Policy::LockingPool)),
        (Some("mvm-verifier"), _) => Ok(Some(Policy::MvmVerifier)),
        (_, Some(list)) => {
            list.iter().map(|item| verifier(&item)).collect::<Result<_, _>>().map(Policy::List).map(Some)
        }
        _ => Err("verifiers must be locking-pool, mvm-verifier, or a list of { address, weight }".into()),
    }
}

#[cfg(feature = "engine")]
fn verifier(value: &JsValue) -> Result<Verifier, String> {
    check_members(value, &["address", "weight"])?;
    let address = parsed("address", &text(value, "address")?.unwrap_or_default())?;
    let weight = text(value, "weight")?.and_then(|weight| U256::from_str_radix(&weight, 10).ok());
    Ok(Verifier { address, weight: weight.ok_or("weight must be a whole number below 2^256")? })
}

/// Reads `{ moreThan, of, signers, lowered }`, of which what is absent is as in the default.
#[cfg(feature = "engine")]
fn quorum(value: &JsValue) -> Result<Option<QuorumRule>, String> {
    if value.is_undefined() {
        return Ok(None);
    }
    check_members(value, &["moreThan", "of", "signers", "lowered"])?;
    let default = QuorumRule::default();
    let number = |name, default| {
        let member = member(value, name)?;
        if member.is_undefined() { Ok(default) } else { whole(name, &member) }
    };
    let (more_than, of) = (number("moreThan", default.share().0)?, number("of", default.share().1)?);
    let signers = number("signers", default.signers() as u64)?;
    let signers = usize::try_from(signers).unwrap_or(usize::MAX);
    let rule = if member(value, "lowered")?.is_truthy() {
        QuorumRule::lowered(more_than, of, signers, Lowered)
    } else {
        QuorumRule::new(more_than, of, signers)
    };
    rule.map(Some).map_err(|error| format!("quorum: {error}"))
}

/// Reads `{ beacon, l1, l2 }`: each a list of urls and functions.
fn sources(value: &JsValue) -> Result<Web, String> {
    let names: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
    check_members(value, &names)?;
    let mut web = Web::default();
    for &(name, kind) in KINDS {
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
