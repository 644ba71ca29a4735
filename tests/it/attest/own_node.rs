//! An L2 node in this process, with the blocks of a recording, that can be behind, be wrong or be silent.

use crate::files::json;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What it is like now; tests change it while it runs.
#[derive(Clone, Default)]
pub(super) struct Nature {
    pub(super) chain_id: u64,
    pub(super) blocks: BTreeMap<u64, Value>,
    /// Whether it knows l2geth's call for a range.
    pub(super) has_ranges: bool,
    /// The newest block that it has; else all.
    pub(super) head: Option<u64>,
    /// The state root of a block is another one, in so many answers from now on.
    pub(super) wrong: Option<(u64, usize)>,
    /// Answers nothing but errors.
    pub(super) is_down: bool,
    /// The methods that were called.
    pub(super) called: Vec<String>,
}

pub(super) struct OwnNode {
    port: u16,
    pub(super) nature: Arc<Mutex<Nature>>,
}

impl OwnNode {
    pub(super) fn start(nature: Nature) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let nature = Arc::new(Mutex::new(nature));
        let shared = nature.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that hangs up is no failure of the server.
                let _ = answer(&stream, &shared);
            }
        });
        Self { port, nature }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(super) fn be(&self, change: impl FnOnce(&mut Nature)) {
        change(&mut self.nature.lock().expect("nobody panics with it"));
    }

    /// How often a method was called.
    pub(super) fn calls(&self, method: &str) -> usize {
        let nature = self.nature.lock().expect("nobody panics with it");
        nature.called.iter().filter(|called| *called == method).count()
    }
}

/// The body of a request; none where it breaks off.
pub(super) fn body(stream: &TcpStream) -> Option<Vec<u8>> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(body)
}

fn answer(stream: &TcpStream, nature: &Mutex<Nature>) -> std::io::Result<()> {
    let Some(body) = body(stream) else { return Ok(()) };
    let mut nature = nature.lock().expect("nobody panics with it");
    let answer = match json("request", &body) {
        Value::Array(calls) => calls.iter().map(|call| one(call, &mut nature)).collect(),
        call => one(&call, &mut nature),
    };
    let answer = answer.to_string();
    let mut stream = stream;
    write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}", answer.len())
}

fn one(call: &Value, nature: &mut Nature) -> Value {
    let method = call["method"].as_str().expect("a method").to_owned();
    nature.called.push(method.clone());
    let number = |place: usize| {
        let text = call["params"][place].as_str().expect("a number").trim_start_matches("0x").to_owned();
        u64::from_str_radix(&text, 16).expect("a number")
    };
    let result = match method.as_str() {
        _ if nature.is_down => None,
        "eth_chainId" => Some(json!(format!("{:#x}", nature.chain_id))),
        "eth_getBlockByNumber" => Some(nature.block(number(0)).unwrap_or_default()),
        "eth_getBlockRange" if nature.has_ranges => {
            let blocks: Option<Vec<Value>> = (number(0)..=number(1)).map(|number| nature.block(number)).collect();
            blocks.map(Value::from)
        }
        _ => None,
    };
    match result {
        Some(result) => json!({ "jsonrpc": "2.0", "id": call["id"], "result": result }),
        None => json!({ "jsonrpc": "2.0", "id": call["id"], "error": { "code": -32601, "message": "no" } }),
    }
}

impl Nature {
    fn block(&mut self, number: u64) -> Option<Value> {
        let mut block = self.blocks.get(&number).filter(|_| self.head.is_none_or(|head| number <= head))?.clone();
        if let Some((wrong, times)) = &mut self.wrong
            && *wrong == number
            && *times > 0
        {
            *times -= 1;
            block["stateRoot"] = json!(format!("0x{}", "bb".repeat(32)));
        }
        Some(block)
    }
}
