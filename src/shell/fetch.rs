//! HTTP by the host's `fetch`, wherever WebAssembly runs.
//!
//! What can go wrong is what can natively: the body is read piece by piece and given up when it is too long. A redirect is
//! not followed: pages are handed an answer without a status in its place, and other hosts the redirect itself. (That the
//! host may take it for an error is not asked for, because edge hosts refuse the request for it.) No credentials are sent,
//! nothing is cached, and no page is told to the source.

use super::Failure;
use super::callback::silence;
use super::host::Abort;
use super::http::{Answer, Exchange, Message};
use crate::wire::MAX_INPUT;
use js_sys::{Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStream, ReadableStreamDefaultReader, Response};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = fetch)]
    fn global_fetch(url: &str, options: &Object) -> Result<Promise, JsValue>;
}

/// The global `fetch`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fetch;

impl Exchange for Fetch {
    async fn send(&self, message: Message) -> Result<Answer, Failure> {
        // Whatever ends this, the request ends with it.
        let abort = Abort::new();
        // Hosts say little of why.
        let response = respond(&message, &abort).await.map_err(|thrown| silence(&thrown))?;
        let body = match response.body() {
            Some(stream) => read(&stream).await?,
            None => Vec::new(),
        };
        Ok(Answer {
            status: response.status(),
            content_type: header(&response, "content-type"),
            retry_after: header(&response, "retry-after"),
            body,
        })
    }
}

async fn respond(message: &Message, abort: &Abort) -> Result<Response, JsValue> {
    let headers = object(&[("accept", message.accept)])?;
    let options = object(&[("redirect", "manual"), ("credentials", "omit"), ("cache", "no-store"), ("referrer", "")])?;
    if let Some(body) = &message.body {
        set(&headers, "content-type", &"application/json".into())?;
        set(&options, "method", &"POST".into())?;
        set(&options, "body", &body.into())?;
    }
    set(&options, "headers", &headers)?;
    if let Some(signal) = abort.signal() {
        set(&options, "signal", &signal)?;
    }
    JsFuture::from(global_fetch(&message.url, &options)?).await?.dyn_into()
}

fn object(members: &[(&str, &str)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in members {
        set(&object, name, &(*value).into())?;
    }
    Ok(object)
}

fn set(object: &Object, name: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(object, &name.into(), value).map(drop)
}

fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name).ok().flatten()
}

/// All of a body, as long as it is not too long.
async fn read(stream: &ReadableStream) -> Result<Vec<u8>, Failure> {
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut body = Vec::new();
    loop {
        let broke = |_| Failure::soon("the answer broke off");
        let part = JsFuture::from(reader.read()).await.map_err(broke)?;
        if Reflect::get(&part, &"done".into()).is_ok_and(|done| done.is_truthy()) {
            return Ok(body);
        }
        let part = Reflect::get(&part, &"value".into()).map_err(broke)?;
        let part: Uint8Array = part.dyn_into().map_err(broke)?;
        if usize::try_from(part.length()).unwrap_or(usize::MAX).saturating_add(body.len()) > MAX_INPUT {
            return Err(Failure::never(format!("the answer is longer than {MAX_INPUT} bytes")));
        }
        body.extend(part.to_vec());
    }
}
