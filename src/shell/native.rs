//! HTTP by `reqwest`, for the command line and for Rust applications.
//!
//! What can go wrong: a source that stalls, redirects elsewhere, never ends or answers with a bomb. Every request has a
//! deadline, follows no redirect, and is read up to what the parsers take, unpacked bytes counted.

use super::Transport;
use crate::client::{Call, Reply, Request, Source, rpc};
use crate::primitives::UnixTime;
use crate::wire::MAX_INPUT;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Client, RequestBuilder, Url, redirect};
use std::collections::BTreeMap;
use std::sync::Once;
use std::time::{Duration, SystemTime};

/// How long one request may take.
const DEADLINE: Duration = Duration::from_secs(20);

/// SSZ is a third of JSON's size; what a server has is up to it.
const SSZ_OR_JSON: &str = "application/octet-stream;q=1.0,application/json;q=0.9";

/// Makes TLS work for every `reqwest` client of the process: a provider is chosen, unless the application has chosen one.
pub fn install_tls() {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
}

/// Sources by their URLs.
#[derive(Clone, Debug)]
pub struct Native {
    client: Client,
    sources: BTreeMap<Source, Vec<Url>>,
    now: Option<UnixTime>,
}

impl Native {
    /// Takes the URLs of each kind of source, in the order in which they are to be asked.
    ///
    /// # Errors
    /// A sentence where a URL is none, or the platform gives no TLS.
    pub fn new(sources: impl IntoIterator<Item = (Source, String)>) -> Result<Self, String> {
        install_tls();
        let client = Client::builder().timeout(DEADLINE).redirect(redirect::Policy::none());
        let client = client.build().map_err(|error| format!("there is no http client: {error}"))?;
        let mut by_kind: BTreeMap<Source, Vec<Url>> = BTreeMap::new();
        for (kind, url) in sources {
            let parsed = url.parse().map_err(|error| format!("{url} is no url: {error}"))?;
            by_kind.entry(kind).or_default().push(parsed);
        }
        Ok(Self { client, sources: by_kind, now: None })
    }

    /// With a time that stands still, in place of the clock.
    pub const fn at(mut self, now: UnixTime) -> Self {
        self.now = Some(now);
        self
    }

    /// What a source is called in messages: its URL without what may be secret in it.
    pub fn name(&self, kind: Source, source: usize) -> String {
        let url = self.sources.get(&kind).and_then(|urls| urls.get(source));
        let host = url.and_then(|url| Some((url.scheme(), url.host_str()?, url.port())));
        match host {
            Some((scheme, host, Some(port))) => format!("{scheme}://{host}:{port}"),
            Some((scheme, host, None)) => format!("{scheme}://{host}"),
            None => "a source without a url".to_owned(),
        }
    }

    async fn get(&self, url: &Url, path: &str) -> Result<Reply, String> {
        let base = url.as_str().trim_end_matches('/');
        let url: Url = format!("{base}{path}").parse().map_err(|_| format!("{path} makes no url"))?;
        self.read(self.client.get(url).header(ACCEPT, SSZ_OR_JSON)).await
    }

    async fn post(&self, url: &Url, calls: &[&Call]) -> Result<Vec<Result<Reply, String>>, String> {
        let request = self.client.post(url.clone()).header(CONTENT_TYPE, "application/json").body(rpc::body(calls));
        let body = self.read(request).await?;
        rpc::results(&body, calls.len()).ok_or_else(|| "the answer is no json-rpc".to_owned())
    }

    /// All calls in one request, or one after another where the server takes no batches.
    async fn calls(&self, url: &Url, calls: &[&Call]) -> Vec<Result<Reply, String>> {
        match self.post(url, calls).await {
            Ok(replies) => replies,
            Err(error) if calls.len() == 1 => vec![Err(error)],
            Err(_) => {
                let mut replies = Vec::with_capacity(calls.len());
                for call in calls {
                    let reply = self
                        .post(url, &[call])
                        .await
                        .and_then(|mut replies| replies.pop().unwrap_or_else(|| Err("there is no answer".to_owned())));
                    replies.push(reply);
                }
                replies
            }
        }
    }

    async fn read(&self, request: RequestBuilder) -> Result<Reply, String> {
        // The url may hold a key: it is not for messages.
        let told = |error: reqwest::Error| error.without_url().to_string();
        let mut response = request.send().await.map_err(told)?;
        if !response.status().is_success() {
            return Err(format!("status {}", response.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(told)? {
            if body.len().saturating_add(chunk.len()) > MAX_INPUT {
                return Err(format!("the answer is longer than {MAX_INPUT} bytes"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

impl Transport for Native {
    fn sources(&self, kind: Source) -> usize {
        self.sources.get(&kind).map_or(0, Vec::len)
    }

    async fn fetch(&self, kind: Source, source: usize, requests: &[Request]) -> Vec<Result<Reply, String>> {
        let Some(url) = self.sources.get(&kind).and_then(|urls| urls.get(source)) else {
            return requests.iter().map(|_| Err(format!("no {kind} source is configured"))).collect();
        };
        let mut replies = Vec::with_capacity(requests.len());
        let mut calls = Vec::new();
        for request in requests {
            match request {
                Request::Beacon { path } => replies.push(self.get(url, path).await),
                Request::L1(call) | Request::L2(call) => calls.push(call),
            }
        }
        if !calls.is_empty() {
            replies.extend(self.calls(url, &calls).await);
        }
        replies
    }

    #[allow(clippy::disallowed_methods, reason = "this is the platform's clock, which flows are told as an argument")]
    fn now(&self) -> UnixTime {
        self.now.unwrap_or_else(|| {
            let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
            UnixTime(since.map_or(0, |since| since.as_secs()))
        })
    }
}
