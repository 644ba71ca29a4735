//! Sources where WebAssembly runs: URLs, by the host's `fetch`, and functions of its own, side by side.

use super::fetch::Fetch;
use super::http::Endpoints;
use super::{Failure, Transport, callback, host};
use crate::client::{Reply, Request, Source};
use crate::primitives::UnixTime;
use core::time::Duration;
use js_sys::Function;

/// Sources by their URLs, or as functions.
#[derive(Clone, Debug, Default)]
pub struct Web {
    /// A function has its place among the endpoints as well, under a name that is no url.
    endpoints: Endpoints,
    functions: Vec<(Source, usize, Function)>,
    now: Option<UnixTime>,
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

    /// With a time that stands still, in place of the host's clock.
    pub const fn at(mut self, now: UnixTime) -> Self {
        self.now = Some(now);
        self
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
        self.now.unwrap_or_else(host::now)
    }

    async fn sleep(&self, time: Duration) {
        host::sleep(time).await;
    }

    fn jitter(&self) -> u32 {
        host::jitter()
    }
}
