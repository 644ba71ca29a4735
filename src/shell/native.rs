//! HTTP by `reqwest`, for the command line and for Rust applications.
//!
//! What can go wrong: a source that redirects elsewhere, never ends or answers with a bomb. No redirect is followed, and an
//! answer is read up to what the parsers take, unpacked bytes counted. One that stalls is given up by the loop's limits.

use super::http::{Answer, Endpoints, Exchange, Message};
use super::{Failure, Transport};
use crate::client::{Progress, Reply, Request, Source};
use crate::primitives::UnixTime;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderName, RETRY_AFTER};
use reqwest::{Client, Response, Url, redirect};
use std::sync::Once;
use std::time::{Duration, SystemTime};

/// How long a connection may take: less than an answer, so that a dead address is told apart from a slow server.
const CONNECT: Duration = Duration::from_secs(10);

/// Makes TLS work for every `reqwest` client of the process: a provider is chosen, unless the application has chosen one.
pub fn install_tls() {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
}

/// Sources by their URLs.
#[derive(Clone, Debug)]
pub struct Native {
    client: Client,
    sources: Endpoints,
    now: Option<UnixTime>,
    progress: Option<fn(Progress)>,
}

impl Native {
    /// Takes the URLs of each kind of source, in the order in which they are to be asked.
    ///
    /// # Errors
    /// A sentence where a URL is none, or the platform gives no TLS.
    pub fn new(sources: impl IntoIterator<Item = (Source, String)>) -> Result<Self, String> {
        install_tls();
        let client = Client::builder().connect_timeout(CONNECT).redirect(redirect::Policy::none());
        let client = client.build().map_err(|error| format!("there is no http client: {error}"))?;
        let mut endpoints = Endpoints::default();
        for (kind, url) in sources {
            let parsed: Url = url.parse().map_err(|error| format!("{url} is no url: {error}"))?;
            endpoints.add(kind, parsed.into());
        }
        Ok(Self { client, sources: endpoints, now: None, progress: None })
    }

    /// With somebody to be told how far a task is.
    pub const fn telling(mut self, told: fn(Progress)) -> Self {
        self.progress = Some(told);
        self
    }

    /// With a time that stands still, in place of the clock.
    pub const fn at(mut self, now: UnixTime) -> Self {
        self.now = Some(now);
        self
    }

    /// Asks for JSON where SSZ may be had as well: what is to be recorded is text.
    pub fn json_only(mut self) -> Self {
        self.sources.json_only();
        self
    }

    /// What a source is called in messages: its URL without what may be secret in it.
    pub fn name(&self, kind: Source, source: usize) -> String {
        self.sources.name(kind, source)
    }
}

impl Exchange for Client {
    async fn send(&self, message: Message) -> Result<Answer, Failure> {
        let request = match message.body {
            Some(body) => self.post(&message.url).header(CONTENT_TYPE, "application/json").body(body),
            None => self.get(&message.url),
        };
        let mut response = request.header(ACCEPT, message.accept).send().await.map_err(told)?;
        let mut answer = Answer {
            status: response.status().as_u16(),
            content_type: header(&response, &CONTENT_TYPE),
            retry_after: header(&response, &RETRY_AFTER),
            body: Vec::new(),
        };
        while let Some(chunk) = response.chunk().await.map_err(told)? {
            if answer.body.len().saturating_add(chunk.len()) > message.limit {
                return Err(Failure::never(format!("the answer is longer than {} bytes", message.limit)));
            }
            answer.body.extend_from_slice(&chunk);
        }
        Ok(answer)
    }
}

fn header(response: &Response, name: &HeaderName) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
}

/// With the cause, which says more, and without the url, which may hold a key.
fn told(error: reqwest::Error) -> Failure {
    let error = error.without_url();
    let mut what = error.to_string();
    let mut cause = core::error::Error::source(&error);
    while let Some(next) = cause {
        what = format!("{what}: {next}");
        cause = next.source();
    }
    Failure::soon(what)
}

impl Transport for Native {
    fn sources(&self, kind: Source) -> usize {
        self.sources.count(kind)
    }

    async fn fetch(&self, kind: Source, source: usize, requests: &[Request]) -> Vec<Result<Reply, Failure>> {
        self.sources.fetch(&self.client, kind, source, requests).await
    }

    #[allow(clippy::disallowed_methods, reason = "this is the platform's clock, which flows are told as an argument")]
    fn now(&self) -> UnixTime {
        self.now.unwrap_or_else(|| UnixTime(since_1970().as_secs()))
    }

    fn progress(&self, progress: Progress) {
        if let Some(told) = self.progress {
            told(progress);
        }
    }

    async fn sleep(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    /// The clock's last digits: even enough to part clients that failed together.
    fn jitter(&self) -> u32 {
        since_1970().subsec_nanos().wrapping_mul(0x9e37_79b1)
    }
}

#[allow(clippy::disallowed_methods, reason = "this is the platform's clock")]
fn since_1970() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}
