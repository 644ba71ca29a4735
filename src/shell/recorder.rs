//! Writes down what passes between a flow and its sources, in the form that [`Transcript`](super::Transcript) plays.
//!
//! Only answers are written, and of several to one request the last: where a source lied and the next one did not, that is
//! the one that the flow went on with.

use super::{Failure, Transport};
use crate::client::{Call, Reply, Request, Source};
use crate::primitives::UnixTime;
use core::time::Duration;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// A transport that is listened to.
#[derive(Debug)]
pub struct Recorder<T> {
    inner: T,
    phase: String,
    /// By source and request, as text.
    calls: Mutex<BTreeMap<(Source, String), Value>>,
}

impl<T: Transport> Recorder<T> {
    /// Listens to a transport, which must give JSON alone ([`Native::json_only`](super::Native::json_only)).
    pub fn new(inner: T, phase: &str) -> Self {
        Self { inner, phase: phase.to_owned(), calls: Mutex::default() }
    }

    /// The transport that is listened to.
    pub const fn inner(&self) -> &T {
        &self.inner
    }

    /// What was recorded: a list of `{ phase, source, request, response }`.
    pub fn into_calls(self) -> Value {
        let calls = self.calls.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        calls.into_values().collect()
    }

    fn record(&self, request: &Request, reply: &Reply) -> Result<(), Failure> {
        let not_json = |_| Failure::never("only json can be recorded, and the answer is none");
        let answer: Value = serde_json::from_slice(reply).map_err(not_json)?;
        let (asked, response) = match request {
            Request::Attestations { path } | Request::Beacon { path } => {
                (json!({ "method": "GET", "path": path }), json!({ "status": 200, "body": answer }))
            }
            Request::L1(Call { method, params }) | Request::L2(Call { method, params }) => {
                let params: Value = serde_json::from_str(params).map_err(not_json)?;
                (json!({ "method": method, "params": params }), json!({ "result": answer }))
            }
        };
        let source = request.source();
        let key = (source, asked.to_string());
        let call = json!({ "phase": self.phase, "source": source.to_string(), "request": asked, "response": response });
        let mut calls = self.calls.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        calls.insert(key, call);
        Ok(())
    }
}

impl<T: Transport> Transport for Recorder<T> {
    fn sources(&self, kind: Source) -> usize {
        self.inner.sources(kind)
    }

    async fn fetch(&self, kind: Source, source: usize, requests: &[Request]) -> Vec<Result<Reply, Failure>> {
        let replies = self.inner.fetch(kind, source, requests).await;
        let record = |(request, reply): (&Request, Result<Reply, Failure>)| {
            let reply = reply?;
            self.record(request, &reply)?;
            Ok(reply)
        };
        requests.iter().zip(replies).map(record).collect()
    }

    fn now(&self) -> UnixTime {
        self.inner.now()
    }

    async fn sleep(&self, time: Duration) {
        self.inner.sleep(time).await;
    }

    fn jitter(&self) -> u32 {
        self.inner.jitter()
    }
}
