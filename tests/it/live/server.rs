//! A server in this process that answers as a recording did, with the manners that servers have.

use crate::files::json;
use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use metis_light::client::{Call, Request, Source};
use metis_light::shell::{Failure, Transcript, Transport};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How a server behaves besides.
#[derive(Clone, Copy, Default)]
pub(super) struct Manners {
    pub(super) refuses_batches: bool,
    pub(super) redirects: bool,
    pub(super) never_ends: bool,
    /// Answers nothing, ever.
    pub(super) stalls: bool,
    /// Answers with a page for people, called JSON.
    pub(super) is_a_page: bool,
    /// Answers with a small body that unpacks to a large one.
    pub(super) is_a_bomb: bool,
    /// How many requests it first answers with a status and a `Retry-After` of so many seconds.
    pub(super) busy: Option<(usize, u16, Option<u64>)>,
    /// Leaves the last call of a batch out of its answer.
    pub(super) leaves_one_out: bool,
    /// Answers calls that fail with this status.
    pub(super) error_status: Option<u16>,
    /// Takes so long for each request.
    pub(super) takes: Duration,
    /// The state of L2 that is left: from which block on.
    pub(super) pruned_before: u64,
    /// What every account's code is said to be.
    pub(super) code: Option<&'static str>,
}

/// What a server has seen.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) requests: AtomicUsize,
    pub(super) batches: AtomicUsize,
    at_once: AtomicUsize,
    pub(super) most_at_once: AtomicUsize,
}

pub(crate) struct Server {
    port: u16,
    pub(super) seen: Arc<Seen>,
}

impl Server {
    pub(crate) fn start(transcript: &Transcript) -> Self {
        Self::with(transcript, Manners::default())
    }

    pub(super) fn with(transcript: &Transcript, manners: Manners) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let seen = Arc::new(Seen::default());
        let (transcript, counts) = (Arc::new(transcript.clone()), seen.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (transcript, counts) = (transcript.clone(), counts.clone());
                std::thread::spawn(move || {
                    let now = counts.at_once.fetch_add(1, Ordering::Relaxed) + 1;
                    counts.most_at_once.fetch_max(now, Ordering::Relaxed);
                    // A client that hangs up is no failure of the server.
                    let _ = answer(&stream, &transcript, manners, &counts);
                    counts.at_once.fetch_sub(1, Ordering::Relaxed);
                });
            }
        });
        Self { port, seen }
    }

    pub(crate) fn urls(&self) -> [(&'static str, String); 3] {
        ["beacon", "l1", "l2"].map(|kind| (flag(kind), self.url(kind)))
    }

    pub(crate) fn url(&self, kind: &str) -> String {
        format!("http://127.0.0.1:{}/{kind}", self.port)
    }
}

/// The url of a port that nobody listens at.
pub(super) fn closed() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    format!("http://127.0.0.1:{}", listener.local_addr().expect("it has an address").port())
}

fn flag(kind: &str) -> &'static str {
    match kind {
        "beacon" => "--beacon",
        "l1" => "--l1",
        _ => "--l2",
    }
}

/// One request, one connection.
fn answer(stream: &TcpStream, transcript: &Transcript, manners: Manners, seen: &Seen) -> std::io::Result<()> {
    let (path, body) = request(stream)?;
    let before = seen.requests.fetch_add(1, Ordering::Relaxed);
    std::thread::sleep(manners.takes);
    let mut stream = stream;
    let mut send = |status: &str, headers: &str, body: &[u8]| {
        let length = body.len();
        write!(stream, "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n")?;
        stream.write_all(body)
    };
    if let Some((times, status, retry_after)) = manners.busy.filter(|(times, ..)| before < *times) {
        let header = retry_after.map_or(String::new(), |seconds| format!("retry-after: {seconds}\r\n"));
        return send(&format!("{status} Busy ({times})"), &header, b"not now");
    }
    if manners.redirects {
        return send("302 Found", &format!("location: {path}\r\n"), b"");
    }
    if manners.is_a_page {
        return send("200 OK", "content-type: application/json\r\n", b"<!doctype html><title>Welcome</title>");
    }
    if manners.is_a_bomb {
        return send("200 OK", "content-encoding: gzip\r\n", &bomb());
    }
    if manners.stalls {
        std::thread::sleep(Duration::from_secs(600));
        return Ok(());
    }
    if manners.never_ends {
        write!(stream, "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n[")?;
        loop {
            stream.write_all(&[b' '; 1 << 16])?;
        }
    }
    match path.strip_prefix("/beacon") {
        Some(path) => match reply(transcript, Request::Beacon { path: path.to_owned() }) {
            Ok(body) => send("200 OK", "", &body),
            Err(_) => send("404 Not Found", "", br#"{"code":404,"message":"unknown"}"#),
        },
        None => {
            let answer = rpc(transcript, &path, &body, manners, seen);
            let status = manners.error_status.filter(|_| answer.get("error").is_some()).unwrap_or(200);
            send(&format!("{status} Said"), "", answer.to_string().as_bytes())
        }
    }
}

/// The path and the body of a request.
fn request(stream: &TcpStream) -> std::io::Result<(String, Vec<u8>)> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            // A client that was killed in the middle of its request.
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok((first.split(' ').nth(1).unwrap_or_default().to_owned(), body))
}

/// 64 MiB of zeros, packed.
fn bomb() -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..64 {
        packed.write_all(&vec![0; 1 << 20]).expect("memory");
    }
    packed.finish().expect("memory")
}

fn rpc(transcript: &Transcript, path: &str, body: &[u8], manners: Manners, seen: &Seen) -> Value {
    let one = |call: &Value| {
        if let (Some(code), "eth_getCode") = (manners.code, call["method"].as_str().expect("a method")) {
            return json!({ "jsonrpc": "2.0", "id": call["id"], "result": code });
        }
        let method = call["method"].as_str().expect("a method").to_owned().leak();
        if path == "/l2" && method == "eth_getProof" {
            let block = call["params"][2].as_str().expect("a block").trim_start_matches("0x");
            if u64::from_str_radix(block, 16).expect("a number") < manners.pruned_before {
                let error = json!({ "code": -32000, "message": "missing trie node" });
                return json!({ "jsonrpc": "2.0", "id": call["id"], "error": error });
            }
        }
        let asked = Call { method, params: call["params"].to_string() };
        let request = if path == "/l1" { Request::L1(asked) } else { Request::L2(asked) };
        match reply(transcript, request) {
            Ok(result) => json!({ "jsonrpc": "2.0", "id": call["id"], "result": json("result", &result) }),
            Err(error) => {
                let error = json!({ "code": -32000, "message": error.what });
                json!({ "jsonrpc": "2.0", "id": call["id"], "error": error })
            }
        }
    };
    match json("request", body) {
        Value::Array(calls) => {
            seen.batches.fetch_add(1, Ordering::Relaxed);
            if manners.refuses_batches {
                return json!({ "jsonrpc": "2.0", "id": null, "error": { "code": -32600, "message": "no batches" } });
            }
            let given = calls.len() - usize::from(manners.leaves_one_out);
            calls.iter().take(given).map(one).collect()
        }
        call => one(&call),
    }
}

fn reply(transcript: &Transcript, request: Request) -> Result<Vec<u8>, Failure> {
    let requests = [request];
    let mut future = pin!(transcript.fetch(Source::L1, 0, &requests));
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(mut replies) => replies.pop().expect("one reply"),
        Poll::Pending => panic!("a transcript answers at once"),
    }
}
