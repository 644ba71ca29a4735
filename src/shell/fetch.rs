//! HTTP by the host's `fetch`, wherever WebAssembly runs.
//!
//! What can go wrong is what can natively: the body is read piece by piece and given up when it is too long. A redirect is
//! not followed: pages are handed an answer without a status in its place, and other hosts the redirect itself. (That the
//! host may take it for an error is not asked for, because edge hosts refuse the request for it.) No credentials are sent,
//! nothing is cached, and no page is told to the source.

use super::Failure;
use super::host::Abort;
use super::http::{Answer, Exchange, Message};
use crate::client::rpc::shown;
use gloo_net::http::{Request, RequestBuilder, Response};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStream, ReadableStreamDefaultReader, RequestCache, RequestCredentials, RequestRedirect};

/// The global `fetch`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fetch;

impl Exchange for Fetch {
    async fn send(&self, message: Message) -> Result<Answer, Failure> {
        // Whatever ends this, the request ends with it.
        let abort = Abort::new();
        let response = request(&message, &abort).map_err(told)?.send().await.map_err(told)?;
        let body = match response.body() {
            Some(stream) => read(&stream, message.limit).await?,
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

fn request(message: &Message, abort: &Abort) -> Result<Request, gloo_net::Error> {
    let common = |request: RequestBuilder| {
        request
            .abort_signal(abort.signal().as_ref())
            .redirect(RequestRedirect::Manual)
            .credentials(RequestCredentials::Omit)
            .cache(RequestCache::NoStore)
            .referrer("")
            .header("accept", message.accept)
    };
    match &message.body {
        None => common(Request::get(&message.url)).build(),
        Some(body) => {
            common(Request::post(&message.url)).header("content-type", "application/json").body(body.as_str())
        }
    }
}

fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name)
}

/// All of a body, as long as it is not too long.
async fn read(stream: &ReadableStream, limit: usize) -> Result<Vec<u8>, Failure> {
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
        if usize::try_from(part.length()).unwrap_or(usize::MAX).saturating_add(body.len()) > limit {
            return Err(Failure::never(format!("the answer is longer than {limit} bytes")));
        }
        body.extend(part.to_vec());
    }
}

/// Hosts say little of why.
fn told(error: gloo_net::Error) -> Failure {
    let what = match error {
        gloo_net::Error::JsError(error) => error.message,
        other => other.to_string(),
    };
    Failure::soon(shown(what.as_bytes()))
}
