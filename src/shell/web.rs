//! Sources where WebAssembly runs: URLs, by the host's `fetch`, and functions of its own, side by side.

use super::fetch::Fetch;
use super::http::Endpoints;
use super::{Failure, Transport, callback, host};
use crate::client::{Progress, Reply, Request, Source};
use crate::primitives::UnixTime;
use core::time::Duration;
use js_sys::{Function, JsString};
use wasm_bindgen::JsValue;

/// Sources by their URLs, or as functions.
#[derive(Clone, Debug, Default)]
pub struct Web {
    /// A function has its place among the endpoints as well, under a name that is no url.
    endpoints: Endpoints,
    functions: Vec<(Source, usize, Function)>,
    clock: Option<Function>,
    listener: Option<Function>,
}

impl Web {
    /// Adds a source by its URL. The first of a kind is asked first.
    pub fn add_url(&mut self, kind: Source, url: String) {
        self.endpoints.add(kind, url);
    }

    /// Adds a function `(source, index, requests, signal) => replies` as a source.
    pub fn add_function(&mut self, kind: Source, function: Function) {
        self.functions.push((kind, self.endpoints.count(kind), function));
        self.endpoints.add(kind, String::new());
    }

    /// Asks a function for the time, in seconds since 1970, in place of the host's clock.
    pub fn set_clock(&mut self, clock: Function) {
        self.clock = Some(clock);
    }

    /// Calls a function with `(what, done, of)` as flows go on.
    pub fn set_listener(&mut self, listener: Function) {
        self.listener = Some(listener);
    }

    fn function(&self, kind: Source, source: usize) -> Option<&Function> {
        let found = self.functions.iter().find(|(of, which, _)| (*of, *which) == (kind, source));
        found.map(|(.., function)| function)
    }

    /// What a source is called in messages: its URL without what may be secret in it.
    pub fn name(&self, kind: Source, source: usize) -> String {
        match self.function(kind, source) {
            Some(_) => "a function".to_owned(),
            None => self.endpoints.name(kind, source),
        }
    }
}

impl Transport for Web {
    fn sources(&self, kind: Source) -> usize {
        self.endpoints.count(kind)
    }

    async fn fetch(&self, kind: Source, source: usize, requests: &[Request]) -> Vec<Result<Reply, Failure>> {
        match self.function(kind, source) {
            Some(function) => callback::ask(function, kind, source, requests).await,
            None => self.endpoints.fetch(&Fetch, kind, source, requests).await,
        }
    }

    fn now(&self) -> UnixTime {
        // A clock that fails or gives no number is none.
        let told = self.clock.as_ref().and_then(|clock| clock.call0(&JsValue::NULL).ok()?.as_f64());
        told.map_or_else(host::now, host::seconds)
    }

    fn progress(&self, Progress { what, done, of }: Progress) {
        if let Some(listener) = &self.listener {
            // Counts of rounds and periods, far below 2^53. What a listener throws is its own affair.
            let [done, of] = [done, of].map(|count| JsValue::from_f64(count as f64));
            let _ = listener.call3(&JsValue::NULL, &JsString::from(what), &done, &of);
        }
    }

    async fn sleep(&self, time: Duration) {
        host::sleep(time).await;
    }

    fn jitter(&self) -> u32 {
        host::jitter()
    }
}
