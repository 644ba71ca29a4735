//! Sources as JavaScript functions: one's own `fetch`, a viem transport, an EIP-1193 provider.
//!
//! A function is called with `(source, index, requests, signal)` and gives, or promises, an array with a reply to each
//! request in its place: a `Uint8Array` or a string, or an `Error` where there is none. A reply is the body of the Beacon
//! API, or the JSON text of a call's `result`. What it throws, or what its promise is rejected with, counts as silence,
//! and it is asked again; a `retryAfter` there, in seconds, is honoured.

use super::host::{self, Abort};
use super::{Again, Failure};
use crate::client::rpc::shown;
use crate::client::{Call, Reply, Request, Source};
use crate::wire::MAX_INPUT;
use js_sys::{Array, Error, Function, JSON, JsString, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Asks a function.
pub(super) async fn ask(
    function: &Function,
    kind: Source,
    index: usize,
    requests: &[Request],
) -> Vec<Result<Reply, Failure>> {
    let abort = Abort::new();
    match replies(function, kind, index, requests, &abort).await {
        Ok(replies) => replies.iter().map(|value| reply(&value)).collect(),
        Err(thrown) => vec![Err(silence(&thrown)); requests.len()],
    }
}

async fn replies(
    function: &Function,
    kind: Source,
    index: usize,
    requests: &[Request],
    abort: &Abort,
) -> Result<Array, JsValue> {
    let asked: Array = requests.iter().map(request).collect::<Result<_, _>>()?;
    let signal = abort.signal().map_or(JsValue::UNDEFINED, JsValue::from);
    let index = u32::try_from(index).unwrap_or(u32::MAX);
    let arguments = Array::of4(&kind.to_string().into(), &index.into(), &asked, &signal);
    let given = function.apply(&JsValue::NULL, &arguments)?;
    let given = JsFuture::from(Promise::resolve(&given)).await?;
    given.dyn_into().map_err(|_| Error::new("the function gave no array of replies").into())
}

/// `{ method: 'GET', path }` or `{ method, params }`.
fn request(request: &Request) -> Result<JsValue, JsValue> {
    let object = Object::new();
    let (method, name, value) = match request {
        Request::Attestations { path } | Request::Beacon { path } => ("GET", "path", path.into()),
        Request::L1(Call { method, params }) | Request::L2(Call { method, params }) => {
            (*method, "params", JSON::parse(params)?)
        }
    };
    Reflect::set(&object, &"method".into(), &method.into())?;
    Reflect::set(&object, &name.into(), &value)?;
    Ok(object.into())
}

fn reply(value: &JsValue) -> Result<Reply, Failure> {
    let too_long = || Failure::never(format!("the answer is longer than {MAX_INPUT} bytes"));
    let is_short = |length: u32| usize::try_from(length).is_ok_and(|length| length <= MAX_INPUT);
    if let Some(text) = value.dyn_ref::<JsString>() {
        return if is_short(text.length()) { Ok(String::from(text).into_bytes()) } else { Err(too_long()) };
    }
    if let Some(bytes) = value.dyn_ref::<Uint8Array>() {
        return if is_short(bytes.length()) { Ok(bytes.to_vec()) } else { Err(too_long()) };
    }
    match value.dyn_ref::<Error>() {
        Some(_) => Err(Failure { again: Again::Never, ..silence(value) }),
        None => Err(Failure::never("a reply is neither a Uint8Array, a string nor an Error")),
    }
}

/// What was thrown, as a failure.
pub(super) fn silence(thrown: &JsValue) -> Failure {
    let member = |name: &str| Reflect::get(thrown, &name.into()).ok();
    let what = thrown.as_string().or_else(|| member("message")?.as_string());
    let what = what.unwrap_or_else(|| "it failed without a word".to_owned());
    let after = member("retryAfter").and_then(|seconds| seconds.as_f64()).filter(|seconds| *seconds >= 0.0);
    let again = after.map_or(Again::Soon, |seconds| Again::After(host::duration(seconds)));
    Failure { what: shown(what.as_bytes()), again }
}
