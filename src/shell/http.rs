//! What HTTP sources have in common on every platform: urls, batches, and what an answer amounts to.
//!
//! Servers differ. A batch may be refused, in many ways; a server that did so is asked call by call from then on. Errors may
//! come with any status, and an honest answer under any content type. What is no answer is told apart: a web page, a
//! redirect, a request to come back later.

use super::wait::all;
use super::{Again, Failure};
use crate::client::rpc::{self, shown};
use crate::client::{Call, Reply, Request, Source};
use crate::wire::{MAX_ATTESTATIONS_REPLY, MAX_INPUT};
use core::future::Future;
use core::time::Duration;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What a platform does: one exchange. No redirect is followed, and no more bytes are read than the message says.
pub(super) trait Exchange {
    fn send(&self, message: Message) -> impl Future<Output = Result<Answer, Failure>>;
}

/// What is asked of one source in one round, until its answers are too long together.
struct Bounded<'a, E> {
    over: &'a E,
    left: AtomicUsize,
}

impl<E: Exchange> Exchange for Bounded<'_, E> {
    async fn send(&self, message: Message) -> Result<Answer, Failure> {
        let too_long = || Failure::never(format!("the answers are longer than {MAX_ROUND} bytes together"));
        if self.left.load(Ordering::Relaxed) == 0 {
            return Err(too_long());
        }
        let answer = self.over.send(message).await?;
        let take = |left: usize| Some(left.saturating_sub(answer.body.len()));
        let before = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).unwrap_or_default();
        if answer.body.len() > before { Err(too_long()) } else { Ok(answer) }
    }
}

/// A GET, or a POST of JSON where there is a body.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) url: String,
    pub(super) accept: &'static str,
    pub(super) body: Option<String>,
    /// How many bytes of the answer are read, unpacked ones counted.
    pub(super) limit: usize,
}

#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: Option<String>,
    pub(super) retry_after: Option<String>,
    pub(super) body: Vec<u8>,
}

/// Sources by their URLs.
#[derive(Clone, Debug, Default)]
pub(super) struct Endpoints {
    attestations: Vec<Endpoint>,
    beacon: Vec<Endpoint>,
    l1: Vec<Endpoint>,
    l2: Vec<Endpoint>,
    json_only: bool,
}

#[derive(Clone, Debug)]
struct Endpoint {
    url: String,
    refuses_batches: Arc<AtomicBool>,
}

/// Calls in one request: what public nodes take.
const BATCH: usize = 100;

/// The longest answer to one round, in bytes: all of it is kept until it is checked. The longest honest ones are the receipts
/// of a large block, and 256 proofs three times over, of 10 KB each.
const MAX_ROUND: usize = 2 * MAX_INPUT;

/// Requests to one source at once: as many as a browser makes.
const AT_ONCE: usize = 6;

const JSON: &str = "application/json";

/// SSZ is a third of JSON's size; what a server has is up to it.
const SSZ_OR_JSON: &str = "application/octet-stream;q=1.0,application/json;q=0.9";

impl Endpoints {
    pub(super) fn add(&mut self, kind: Source, url: String) {
        let list = match kind {
            Source::Attestations => &mut self.attestations,
            Source::Beacon => &mut self.beacon,
            Source::L1 => &mut self.l1,
            Source::L2 => &mut self.l2,
        };
        list.push(Endpoint { url, refuses_batches: Arc::default() });
    }

    #[cfg(feature = "native")]
    pub(super) fn json_only(&mut self) {
        self.json_only = true;
    }

    pub(super) fn count(&self, kind: Source) -> usize {
        self.of(kind).len()
    }

    fn of(&self, kind: Source) -> &[Endpoint] {
        match kind {
            Source::Attestations => &self.attestations,
            Source::Beacon => &self.beacon,
            Source::L1 => &self.l1,
            Source::L2 => &self.l2,
        }
    }

    /// What a source is called in messages: its URL without what may be secret in it.
    pub(super) fn name(&self, kind: Source, source: usize) -> String {
        let host = |url: &str| {
            let (scheme, rest) = url.split_once(':')?;
            let authority = rest.strip_prefix("//")?.split(['/', '?', '#']).next()?;
            // Forwards, for one way through text is enough for the WebAssembly.
            Some(format!("{scheme}://{}", authority.split('@').fold("", |_, part| part)))
        };
        let endpoint = self.of(kind).get(source);
        endpoint.and_then(|endpoint| host(&endpoint.url)).unwrap_or_else(|| "a source without a url".to_owned())
    }

    /// Asks one source.
    pub(super) async fn fetch(
        &self,
        over: &impl Exchange,
        kind: Source,
        source: usize,
        requests: &[Request],
    ) -> Vec<Result<Reply, Failure>> {
        let Some(endpoint) = self.of(kind).get(source) else {
            return vec![Err(Failure::never(format!("no {kind} source is configured"))); requests.len()];
        };
        // Requests of a kind are all of one sort: paths, or calls.
        let mut replies = Vec::with_capacity(requests.len());
        let over = &Bounded { over, left: AtomicUsize::new(MAX_ROUND) };
        for batch in requests.chunks(BATCH) {
            let calls: Vec<&Call> = batch.iter().filter_map(call).collect();
            let is_refused = calls.len() < 2 || endpoint.refuses_batches.load(Ordering::Relaxed);
            match if is_refused { None } else { endpoint.post(over, &calls).await } {
                Some(answers) => replies.extend(answers),
                None => {
                    let each = batch.iter().map(|request| endpoint.one(over, request, self.json_only)).collect();
                    let answers = all(each, AT_ONCE).await;
                    // Only then was it about the batch.
                    if calls.len() > 1 && answers.iter().any(Result::is_ok) {
                        endpoint.refuses_batches.store(true, Ordering::Relaxed);
                    }
                    replies.extend(answers);
                }
            }
        }
        replies
    }
}

const fn call(request: &Request) -> Option<&Call> {
    match request {
        Request::L1(call) | Request::L2(call) => Some(call),
        Request::Attestations { .. } | Request::Beacon { .. } => None,
    }
}

impl Endpoint {
    async fn one(&self, over: &impl Exchange, request: &Request, json_only: bool) -> Result<Reply, Failure> {
        match request {
            Request::Attestations { path } => {
                let message = Message { limit: MAX_ATTESTATIONS_REPLY, ..self.get(path, JSON) };
                over.send(message).await?.body_if_any()
            }
            Request::Beacon { path } => {
                let accept = if json_only { JSON } else { SSZ_OR_JSON };
                over.send(self.get(path, accept)).await?.body()
            }
            Request::L1(call) | Request::L2(call) => {
                let mut answers = self.post(over, &[call]).await.unwrap_or_default();
                answers.pop().unwrap_or_else(|| Err(Failure::never("there is no answer")))
            }
        }
    }

    fn get(&self, path: &str, accept: &'static str) -> Message {
        let url = format!("{}{path}", self.url.trim_end_matches('/'));
        Message { url, accept, body: None, limit: MAX_INPUT }
    }

    /// Calls in one request. None where the server takes no batches.
    async fn post(&self, over: &impl Exchange, calls: &[&Call]) -> Option<Vec<Result<Reply, Failure>>> {
        let body = Some(rpc::body(calls));
        let message = Message { url: self.url.clone(), accept: JSON, body, limit: MAX_INPUT };
        match over.send(message).await.and_then(|answer| answer.results(calls.len())) {
            Ok(Some(results)) => Some(results),
            Ok(None) => None,
            Err(failure) => Some(vec![Err(failure); calls.len()]),
        }
    }
}

impl Answer {
    /// What the Beacon API answered.
    fn body(self) -> Result<Reply, Failure> {
        if !self.is_success() || self.is_page() {
            return Err(self.failure());
        }
        Ok(self.body)
    }

    /// What came back for so many calls; none for a batch that was refused as such.
    fn results(&self, count: usize) -> Result<Option<Vec<Result<Reply, Failure>>>, Failure> {
        if self.asks_for_patience() {
            return Err(self.failure());
        }
        // Errors are told with any status.
        if let Some(results) = rpc::results(&self.body, count) {
            let failure = |error: rpc::CallError| Failure {
                what: error.message,
                again: if error.is_busy { Again::Soon } else { Again::Never },
            };
            return Ok(Some(results.into_iter().map(|result| result.map_err(failure)).collect()));
        }
        match rpc::refusal(&self.body) {
            Some(error) if error.is_busy => Err(Failure::soon(error.message)),
            Some(_) if count > 1 => Ok(None),
            _ if count > 1 && self.status < 500 && !self.is_page() => Ok(None),
            _ if self.is_success() && !self.is_page() => Err(Failure::never("the answer is no json-rpc")),
            _ => Err(self.failure()),
        }
    }

    const fn is_success(&self) -> bool {
        self.status / 100 == 2
    }

    const fn asks_for_patience(&self) -> bool {
        matches!(self.status, 429 | 503)
    }

    /// The body, or nothing where the server says that there is nothing by that name.
    fn body_if_any(self) -> Result<Reply, Failure> {
        if self.status == 404 { Ok(Reply::new()) } else { self.body() }
    }

    /// Whether it is made for people, whatever it is called: no JSON begins so, and SSZ says what it is.
    fn is_page(&self) -> bool {
        let is_ssz = self.content_type.as_ref().is_some_and(|kind| kind.starts_with("application/octet-stream"));
        let body = self.body.trim_ascii_start();
        !is_ssz
            && body.first() == Some(&b'<')
            && body.get(1).is_some_and(|byte| matches!(byte, b'!' | b'?' | b'a'..=b'z' | b'A'..=b'Z'))
    }

    fn failure(&self) -> Failure {
        let status = self.status;
        let what = match status {
            // Pages do not learn more of a redirect.
            0 => "redirects are not followed".into(),
            300..400 => format!("status {status}: redirects are not followed"),
            _ if self.is_page() => {
                let kind = self.content_type.as_deref().unwrap_or("no content type");
                format!("status {status}: the answer is a web page ({})", shown(kind.as_bytes()))
            }
            _ if self.body.is_empty() => format!("status {status}"),
            _ => format!("status {status}: {}", shown(&self.body)),
        };
        let seconds = self.retry_after.as_ref().and_then(|value| value.trim().parse().ok());
        let again = match (status, seconds) {
            (429 | 503, Some(seconds)) => Again::After(Duration::from_secs(seconds)),
            (408 | 425 | 429 | 500..600, _) => Again::Soon,
            _ => Again::Never,
        };
        Failure { what, again }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::future::ready;
    use core::pin::pin;
    use core::task::{Context, Poll, Waker};

    /// Answers each call by itself, each as long as one answer may be.
    struct Endless(AtomicUsize);

    impl Exchange for Endless {
        fn send(&self, _: Message) -> impl Future<Output = Result<Answer, Failure>> {
            self.0.fetch_add(1, Ordering::Relaxed);
            let mut body = b"{\"id\":0,\"result\":\"".to_vec();
            body.resize(MAX_INPUT - 2, b'0');
            body.extend(b"\"}");
            ready(Ok(Answer { status: 200, body, ..Answer::default() }))
        }
    }

    #[test]
    fn a_round_ends_where_its_answers_are_too_long_together() {
        let requests = vec![Request::L1(Call { method: "one", params: "[]".to_owned() }); 20];
        for (count, fit) in [(1, 1), (2, 1), (20, 1)] {
            let over = Endless(AtomicUsize::new(0));
            let mut endpoints = Endpoints::default();
            endpoints.add(Source::L1, "http://127.0.0.1".to_owned());
            let replies = pin!(endpoints.fetch(&over, Source::L1, 0, &requests[..count]));
            let Poll::Ready(replies) = replies.poll(&mut Context::from_waker(Waker::noop())) else {
                panic!("nothing waits");
            };
            assert_eq!((replies.len(), replies.iter().filter(|reply| reply.is_ok()).count()), (count, fit));
            assert!(over.0.load(Ordering::Relaxed) <= 4, "and no more is asked for");
        }
    }
}
