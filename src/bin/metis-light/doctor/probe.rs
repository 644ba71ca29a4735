//! Single questions to a server, with what its answer says beside the body.

use reqwest::header::{ACCEPT, ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE, HeaderMap, ORIGIN};
use reqwest::{Client, RequestBuilder, Url, redirect};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const DEADLINE: Duration = Duration::from_secs(15);

/// More than any answer that is asked for here: an update of the mainnet is 57 KB of JSON.
const MAX_BODY: usize = 1 << 20;

pub(super) struct Probe {
    client: Client,
    url: Url,
}

/// An answer of any status.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: String,
    /// Whether a page of any origin may read it.
    pub(super) is_open: bool,
    pub(super) body: Vec<u8>,
    pub(super) took: Duration,
}

/// What a source is called: its URL without what may be secret in it.
pub(super) fn name(url: &str) -> String {
    match url.parse::<Url>() {
        Ok(url) => url.origin().ascii_serialization(),
        Err(_) => "a source without a url".to_owned(),
    }
}

impl Probe {
    pub(super) fn new(url: &str) -> Result<Self, String> {
        let url = url.parse().map_err(|error| format!("it is no url: {error}"))?;
        metis_light::shell::install_tls();
        let client = Client::builder().timeout(DEADLINE).redirect(redirect::Policy::none());
        let client = client.build().map_err(|error| format!("there is no http client: {error}"))?;
        Ok(Self { client, url })
    }

    pub(super) async fn get(&self, path: &str, accept: &str) -> Result<Answer, String> {
        let url = format!("{}{path}", self.url.as_str().trim_end_matches('/'));
        ask(self.client.get(url).header(ACCEPT, accept)).await
    }

    /// The body of a good answer as JSON.
    pub(super) async fn json(&self, path: &str) -> Result<Value, String> {
        let answer = self.get(path, "application/json").await?;
        if answer.status != 200 {
            return Err(format!("status {}", answer.status));
        }
        serde_json::from_slice(&answer.body).map_err(|_| format!("no json, but {}", answer.content_type))
    }

    pub(super) async fn post(&self, body: &Value) -> Result<Answer, String> {
        let request = self.client.post(self.url.clone()).header(CONTENT_TYPE, "application/json");
        ask(request.body(body.to_string())).await
    }

    /// One JSON-RPC call's result.
    pub(super) async fn call(&self, method: &str, params: Value) -> Result<Value, String> {
        let answer = self.post(&call(0, method, &params)).await?;
        let envelope: Value = serde_json::from_slice(&answer.body)
            .map_err(|_| format!("status {}, no json, but {}", answer.status, answer.content_type))?;
        match envelope.get("result") {
            Some(result) if !result.is_null() => Ok(result.clone()),
            _ => Err(envelope["error"]["message"].as_str().unwrap_or("no result").chars().take(100).collect()),
        }
    }

    /// Whether a batch of so many calls is answered in full.
    pub(super) async fn takes_batch(&self, size: usize) -> bool {
        let batch: Vec<Value> = (0..size).map(|id| call(id, "eth_chainId", &json!([]))).collect();
        let Ok(answer) = self.post(&Value::Array(batch)).await else { return false };
        let answers: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        answers.as_array().is_some_and(|all| all.len() == size && all.iter().all(|one| one.get("result").is_some()))
    }
}

fn call(id: usize, method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}

async fn ask(request: RequestBuilder) -> Result<Answer, String> {
    // The url may hold a key: it is not for messages.
    let told = |error: reqwest::Error| error.without_url().to_string();
    let began = Instant::now();
    let mut response = request.header(ORIGIN, "https://example.org").send().await.map_err(told)?;
    let status = response.status().as_u16();
    let header = |headers: &HeaderMap, name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let content_type = header(response.headers(), CONTENT_TYPE).unwrap_or_else(|| "no content type".to_owned());
    let origin = header(response.headers(), ACCESS_CONTROL_ALLOW_ORIGIN);
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(told)? {
        if body.len() + chunk.len() > MAX_BODY {
            return Err(format!("the answer is longer than {MAX_BODY} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    let is_open = origin.is_some_and(|origin| origin == "*" || origin == "https://example.org");
    Ok(Answer { status, content_type, is_open, body, took: began.elapsed() })
}
