use super::body::Told;
use flate2::Compression;
use flate2::write::GzEncoder;
use http_body_util::{BodyExt, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{ACCEPT, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use hyper::{Method, Request, Response, StatusCode};
use metis_light::lies::{Asked, Lie, Manner, Past};
use metis_light::shell::install_tls;
use metis_light::wire::MAX_INPUT;
use reqwest::{Client, Url};
use serde_json::{Value, json};
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

/// An honest source and the lie that is told in its name.
pub(crate) struct Proxy {
    client: Client,
    upstream: Url,
    lie: &'static Lie,
    past: Mutex<Past>,
}

type Outcome = Result<Response<Told>, io::Error>;

impl Proxy {
    pub(crate) fn new(upstream: &str, lie: &'static Lie) -> Result<Self, String> {
        install_tls();
        let upstream = upstream.parse().map_err(|error| format!("{upstream} is no url: {error}"))?;
        Ok(Self { client: Client::new(), upstream, lie, past: Mutex::default() })
    }

    /// Answers one request.
    pub(crate) async fn answer(&self, request: Request<Incoming>) -> Outcome {
        match self.lie.manner() {
            Some(Manner::Stall) => std::future::pending().await,
            Some(Manner::Oversized) => plain(Told::Filler(MAX_INPUT as u64 + 1)),
            Some(Manner::Endless) => plain(Told::Filler(u64::MAX)),
            Some(Manner::Page) => whole("application/json", "<!doctype html><title>Welcome</title>".into()),
            Some(Manner::GarbageGzip) => gzip("this is no gzip".into()),
            Some(Manner::Bomb) => gzip(bomb()?),
            Some(Manner::Redirect) => {
                let elsewhere = response().status(StatusCode::FOUND).header(LOCATION, "/elsewhere");
                elsewhere.body(Told::Whole(Bytes::new())).map_err(io::Error::other)
            }
            Some(Manner::Status(status)) => {
                let code = StatusCode::from_u16(status).map_err(io::Error::other)?;
                response().status(code).body(Told::Whole("no".into())).map_err(io::Error::other)
            }
            manner => {
                let honest = self.honest(request).await.map_err(io::Error::other)?;
                mannered(manner, honest)
            }
        }
    }

    /// The upstream's answer, with the lie in it.
    async fn honest(&self, request: Request<Incoming>) -> Result<Answer, Box<dyn core::error::Error + Send + Sync>> {
        let path = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
        let mut url = self.upstream.clone();
        let is_call = request.method() == Method::POST;
        let body = Limited::new(request.into_body(), MAX_INPUT).collect().await?.to_bytes();
        let sent = if is_call {
            self.client.post(url).header(CONTENT_TYPE, "application/json").body(body.clone())
        } else {
            let base = url.path().trim_end_matches('/').to_owned();
            let (path, query) = path.split_once('?').map_or((path.as_str(), None), |(path, query)| (path, Some(query)));
            url.set_path(&format!("{base}{path}"));
            url.set_query(query);
            self.client.get(url).header(ACCEPT, "application/json")
        };
        let answered = sent.send().await?;
        let status = answered.status();
        let answer = answered.bytes().await?;
        // What is no answer is handed on: there is nothing in it to lie about.
        let told = match serde_json::from_slice(&answer) {
            Ok(answer) if status.is_success() && is_call => self.calls(serde_json::from_slice(&body)?, answer),
            Ok(answer) if status.is_success() => {
                self.tell(&[Asked { name: path, params: Value::Null }], &[answer]).pop()
            }
            _ => None,
        };
        Ok(Answer { status, is_call, body: told.map_or(answer, Bytes::from) })
    }

    /// What is told in place of honest answers; they themselves, where nothing of them can be made false.
    fn tell(&self, asked: &[Asked], honest: &[Value]) -> Vec<Vec<u8>> {
        let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        let told = self.lie.tell(asked, honest, &past);
        for (asked, answer) in asked.iter().zip(honest) {
            past.remember(asked, answer);
        }
        told.unwrap_or_else(|| honest.iter().map(|answer| answer.to_string().into_bytes()).collect())
    }

    /// The body that answers one call, or several.
    fn calls(&self, asked: Value, answer: Value) -> Option<Vec<u8>> {
        let is_batch = asked.is_array();
        let (asked, answers) = (list(asked), list(answer));
        let of = |call: &Value| answers.iter().find(|answer| answer.get("id") == call.get("id"));
        let results: Vec<(&Value, &Value)> =
            asked.iter().filter_map(|call| Some((call, of(call)?.get("result")?))).collect();
        let names: Vec<Asked> = results.iter().map(|(call, _)| named(call)).collect();
        let honest: Vec<Value> = results.iter().map(|(_, result)| (*result).clone()).collect();
        let told = self.tell(&names, &honest);
        let mut lies = results.iter().map(|(call, _)| *call).zip(told);
        let mut bodies: Vec<Vec<u8>> = asked
            .iter()
            .filter_map(|call| match of(call)? {
                answer if answer.get("result").is_none() => Some(answer.to_string().into_bytes()),
                _ => lies.next().map(|(call, result)| envelope(call.get("id"), &result)),
            })
            .collect();
        match self.lie.manner() {
            Some(Manner::Error) => bodies = asked.iter().map(error).collect(),
            Some(Manner::OtherIds) => bodies = under_other_ids(&honest),
            Some(Manner::LeavesOut) => drop(bodies.pop()),
            _ => {}
        }
        if is_batch { Some([b"[".to_vec(), bodies.join(&b','), b"]".to_vec()].concat()) } else { bodies.pop() }
    }
}

/// What upstream says.
struct Answer {
    status: StatusCode,
    is_call: bool,
    body: Bytes,
}

fn mannered(manner: Option<Manner>, Answer { status, is_call, body }: Answer) -> Outcome {
    let told = response().status(status);
    let told = match manner {
        Some(Manner::Slow) => told.header(CONTENT_LENGTH, body.len()).body(Told::slow(body)),
        Some(Manner::Truncated) => {
            told.header(CONTENT_LENGTH, body.len()).body(Told::Broken(body.slice(..body.len() / 2)))
        }
        Some(Manner::ContentType) => told.header(CONTENT_TYPE, "image/png").body(Told::Whole(body)),
        Some(Manner::Error) if !is_call => {
            let body = json!({ "code": 500, "message": "internal error" }).to_string();
            told.status(StatusCode::INTERNAL_SERVER_ERROR).body(Told::Whole(body.into()))
        }
        _ => told.header(CONTENT_TYPE, "application/json").body(Told::Whole(body)),
    };
    told.map_err(io::Error::other)
}

fn response() -> hyper::http::response::Builder {
    Response::builder()
}

fn plain(body: Told) -> Outcome {
    response().header(CONTENT_TYPE, "application/json").body(body).map_err(io::Error::other)
}

fn whole(content_type: &str, body: Bytes) -> Outcome {
    response().header(CONTENT_TYPE, content_type).body(Told::Whole(body)).map_err(io::Error::other)
}

fn gzip(body: Bytes) -> Outcome {
    let told = response().header(CONTENT_TYPE, "application/json").header(CONTENT_ENCODING, "gzip");
    told.body(Told::Whole(body)).map_err(io::Error::other)
}

/// Twice what any answer may have, packed.
fn bomb() -> io::Result<Bytes> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    let part = vec![b' '; 1 << 20];
    for _ in 0..MAX_INPUT / part.len() * 2 {
        packed.write_all(&part)?;
    }
    packed.finish().map(Bytes::from)
}

fn list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(list) => list,
        one => vec![one],
    }
}

fn named(call: &Value) -> Asked {
    let name = call.get("method").and_then(Value::as_str).unwrap_or_default().to_owned();
    Asked { name, params: call.get("params").cloned().unwrap_or_default() }
}

/// A result under an id, though the result be no JSON.
fn envelope(id: Option<&Value>, result: &[u8]) -> Vec<u8> {
    let id = id.cloned().unwrap_or_default();
    [format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":").as_bytes(), result, b"}"].concat()
}

fn error(call: &Value) -> Vec<u8> {
    let error = json!({ "code": -32000, "message": "not today" });
    json!({ "jsonrpc": "2.0", "id": call.get("id"), "error": error }).to_string().into_bytes()
}

fn under_other_ids(honest: &[Value]) -> Vec<Vec<u8>> {
    let under = |(place, result): (usize, &Value)| envelope(Some(&json!(place + 1_000)), result.to_string().as_bytes());
    honest.iter().enumerate().map(under).collect()
}
