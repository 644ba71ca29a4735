//! A recorded L1 over HTTP, an own node, a key in the set, and the command that attests between them.

use super::own_node::{Nature, OwnNode};
use crate::files::json;
use crate::live::{Server, scratch};
use flate2::read::GzDecoder;
use metis_light::attestation::{Attestation, Domain};
use metis_light::network::Network;
use metis_light::primitives::{Address, UnixTime};
use metis_light::shell::Transcript;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long something may take that must come: a loaded machine is slow.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);

pub(super) const PASSWORD: &str = "open";

pub(super) struct World {
    recording: PathBuf,
    transcript: Transcript,
    expected: Value,
    checkpoint: String,
    phase: Value,
    server: Server,
    pub(super) own: OwnNode,
    pub(super) folder: PathBuf,
    pub(super) address: Address,
}

impl World {
    /// A phase of a recording, with a key that is a third of the set; none where the vectors are not there.
    pub(super) fn read(name: &str, recording: &str, phase: &str) -> Option<Self> {
        let recording = crate::vectors(&format!("golden/{recording}"), "attest")?;
        let read = |name: &str| json(name, &unpacked(std::fs::read(recording.join(name)).expect("it is complete")));
        let (expected, network, calls) = (read("expected.json"), read("network.json"), read("calls.json.gz"));
        let folder = scratch(&format!("attest-{name}"));
        std::fs::write(folder.join("password"), format!("{PASSWORD}\n")).expect("it can be written");
        std::fs::write(folder.join("secret"), format!("0x{}\n", "01".repeat(32))).expect("it can be written");
        let address = import(&folder);
        let world = Self {
            transcript: Transcript::new(&calls).expect("calls"),
            server: Server::start(&Transcript::default()),
            own: OwnNode::start(Nature {
                chain_id: network["l2"]["chainId"].as_u64().expect("a number"),
                blocks: blocks(&calls),
                ..Nature::default()
            }),
            checkpoint: network["l1"]["checkpointRoot"].as_str().expect("a root").to_owned(),
            phase: Value::Null,
            recording,
            expected,
            folder,
            address,
        };
        let world = world.at(phase);
        world.set_members(&[address, Address::repeat_byte(1), Address::repeat_byte(2)]);
        Some(world)
    }

    /// The same at another phase.
    pub(super) fn at(mut self, name: &str) -> Self {
        let phases = self.expected["phases"].as_array().expect("phases");
        self.phase = phases.iter().find(|phase| phase["name"] == name).expect("the phase").clone();
        self.server = Server::start(&self.transcript.at(name, UnixTime(self.now())));
        self
    }

    pub(super) fn now(&self) -> u64 {
        self.phase["suggestedWallClock"].as_u64().expect("a time")
    }

    /// The batches that L1 holds at this phase.
    pub(super) fn batches(&self) -> Vec<Value> {
        let held = self.phase["batches"].as_array().expect("batches");
        let held = held.iter().filter(|batch| batch["live"] == json!(true));
        let all = self.expected["batches"].as_array().expect("batches");
        held.map(|held| all.iter().find(|batch| batch["headerHash"] == held["headerHash"]).expect("it is told").clone())
            .collect()
    }

    /// The index of the last of them.
    pub(super) fn newest(&self) -> u64 {
        self.batches().len() as u64 - 1
    }

    /// The first block of a batch whose state root is another one at the own node, and the root there.
    pub(super) fn first_difference(&self, batch: &Value) -> Option<(u64, Value)> {
        let first = batch["firstL2Block"].as_u64().expect("a number");
        let nature = self.own.nature.lock().expect("nobody panics with it");
        let posted = (first..).zip(batch["stateRoots"].as_array().expect("roots"));
        let mut own = posted.map(|(block, posted)| (block, posted, nature.blocks[&block]["stateRoot"].clone()));
        own.find(|(_, posted, own)| *posted != own).map(|(block, _, own)| (block, own))
    }

    pub(super) fn set_members(&self, members: &[Address]) {
        let mut network = self.network_file();
        let members: Vec<Value> = members.iter().map(|address| json!({ "address": address, "weight": "1" })).collect();
        network["verifiers"] = json!(members);
        std::fs::write(self.folder.join("network.json"), network.to_string()).expect("it can be written");
    }

    fn network_file(&self) -> Value {
        json("network", &std::fs::read(self.recording.join("network.json")).expect("it is there"))
    }

    pub(super) fn domain(&self) -> Domain {
        Domain::of_network(&Network::from_json(self.network_file().to_string().as_bytes()).expect("a network"))
    }

    pub(super) fn chain_id(&self) -> u64 {
        self.network_file()["l2"]["chainId"].as_u64().expect("a number")
    }

    /// Starts the command, and waits until it says where it serves, or ends.
    pub(super) fn start(&self, more: &[&str]) -> Result<Running, (ExitStatus, String)> {
        let mut run = command();
        run.args(["attest", "--every", "1", "--recheck-after", "0", "--listen", "127.0.0.1:0"]);
        run.args(["--checkpoint", &self.checkpoint, "--now", &self.now().to_string()]);
        run.args(["--own-node", &self.own.url()]);
        for (flag, name) in
            [("--network", "network.json"), ("--key", "key.json"), ("--password-file", "password"), ("--data", "data")]
        {
            run.arg(flag).arg(self.folder.join(name));
        }
        for (flag, url) in self.server.urls().into_iter().filter(|(flag, _)| *flag != "--l2") {
            run.args([flag, &url]);
        }
        Running::of(run.args(more))
    }

    pub(super) fn started(&self, more: &[&str]) -> Running {
        self.start(more).unwrap_or_else(|(status, said)| panic!("{status}: {said}"))
    }
}

pub(super) fn command() -> Command {
    let mut run = Command::new(env!("CARGO_BIN_EXE_metis-light"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("METIS_LIGHT_") {
            run.env_remove(name);
        }
    }
    run
}

fn import(folder: &Path) -> Address {
    let mut run = command();
    run.args(["--json", "key", "import", "--light"]).arg(folder.join("key.json"));
    run.arg("--secret").arg(folder.join("secret")).arg("--password-file").arg(folder.join("password"));
    let output = run.output().expect("the binary starts");
    let report: Value = serde_json::from_slice(&output.stdout).expect("json");
    report["checked"][0]["address"].as_str().unwrap_or_else(|| panic!("{report}")).parse().expect("an address")
}

/// The headers of L2 that a recording holds.
fn blocks(calls: &Value) -> std::collections::BTreeMap<u64, Value> {
    let calls = calls.as_array().expect("calls").iter();
    let of = |call: &Value| call["source"] == "l2" && call["request"]["method"] == "eth_getBlockByNumber";
    let blocks = calls.filter(|call| of(call)).map(|call| call["response"]["result"].clone());
    let number = |block: &Value| u64::from_str_radix(block["number"].as_str()?.trim_start_matches("0x"), 16).ok();
    blocks.filter_map(|block| Some((number(&block)?, block))).collect()
}

fn unpacked(bytes: Vec<u8>) -> Vec<u8> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return bytes;
    }
    let mut plain = Vec::new();
    GzDecoder::new(&bytes[..]).read_to_end(&mut plain).expect("gzip");
    plain
}

/// A node that runs, until it is dropped.
pub(super) struct Running {
    child: Child,
    pub(super) url: String,
    said: Arc<Mutex<String>>,
    listening: Option<JoinHandle<()>>,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: String,
    pub(super) body: String,
}

impl Running {
    fn of(run: &mut Command) -> Result<Self, (ExitStatus, String)> {
        let mut child = run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let (said, mut errors) = (Arc::new(Mutex::new(String::new())), child.stderr.take().expect("it is piped"));
        let heard = said.clone();
        let listening = std::thread::spawn(move || {
            let mut lines = BufReader::new(&mut errors);
            let mut line = String::new();
            while lines.read_line(&mut line).is_ok_and(|length| length > 0) {
                heard.lock().expect("nobody panics with it").push_str(&std::mem::take(&mut line));
            }
        });
        let mut url = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
        out.read_line(&mut url).expect("it says something or ends");
        if url.is_empty() {
            let status = child.wait().expect("it has ended");
            listening.join().expect("it ends with the process");
            let said = said.lock().expect("nobody panics with it").clone();
            return Err((status, said));
        }
        let address = url.trim();
        let told: Option<Value> = serde_json::from_str(address).ok();
        let url = told.and_then(|told| told["url"].as_str().map(str::to_owned)).unwrap_or_else(|| address.to_owned());
        Ok(Self { child, url, said, listening: Some(listening) })
    }

    /// What it has written on its error stream.
    pub(super) fn said(&self) -> String {
        self.said.lock().expect("nobody panics with it").clone()
    }

    /// Waits until something holds that must come to hold.
    pub(super) fn until<T>(&mut self, what: &str, look: impl Fn(&Self) -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            if let Some(status) = self.child.try_wait().expect("it is ours") {
                panic!("it ended with {status} before {what}: {}", self.said());
            }
            assert!(began.elapsed() < PATIENCE, "{what} never comes: {}", self.said());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub(super) fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path} HTTP/1.1\r\nhost: node\r\nconnection: close\r\n\r\n"), b"")
    }

    pub(super) fn get_with(&self, path: &str, headers: &str) -> Answer {
        self.send(&format!("GET {path} HTTP/1.1\r\nhost: node\r\n{headers}connection: close\r\n\r\n"), b"")
    }

    pub(super) fn post(&self, body: &[u8]) -> Answer {
        let length = body.len();
        let head = format!(
            "POST /v1/attestations HTTP/1.1\r\nhost: node\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        );
        self.send(&head, body)
    }

    pub(super) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.url.trim_start_matches("http://")).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("it is a socket");
        stream
    }

    /// Sends bytes as they are.
    pub(super) fn send(&self, head: &str, body: &[u8]) -> Answer {
        let mut stream = self.connect();
        stream.write_all(head.as_bytes()).expect("it is sent");
        // One that does not want so much may hang up before it has all.
        let _ = stream.write_all(body);
        answer(stream)
    }

    /// What is said about a batch.
    pub(super) fn about(&self, world: &World, batch: u64) -> Vec<Attestation> {
        let answer = self.get(&format!("/v1/attestations/{}/{batch}", world.chain_id()));
        assert_eq!(answer.status, 200, "{answer:?}");
        Attestation::parse_reply(answer.body.as_bytes()).expect("a reply")
    }

    /// Waits until so much is said about a batch.
    pub(super) fn until_said(&mut self, world: &World, batch: u64, count: usize) -> Vec<Attestation> {
        self.until(&format!("{count} statements about batch {batch}"), |node| {
            Some(node.about(world, batch)).filter(|said| said.len() == count)
        })
    }

    /// The value of a number, by its name and labels; none of any size before it is told.
    pub(super) fn number(&self, name: &str) -> f64 {
        let text = self.get("/metrics").body;
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("metis_light_{name} ")));
        line.map_or(f64::NAN, |line| line.parse().expect("a number"))
    }

    /// Asks it to stop, and waits for its end.
    pub(super) fn stop(self) -> (ExitStatus, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill is there").success());
        self.wait()
    }

    /// Waits until it ends by itself.
    pub(super) fn wait(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().expect("it ends");
        (status, self.kill())
    }

    /// Ends it without a warning. What it had written on its error stream.
    pub(super) fn kill(mut self) -> String {
        // It may have ended.
        let _ = self.child.kill();
        self.child.wait().expect("it has ended");
        if let Some(listening) = self.listening.take() {
            listening.join().expect("it ends with the process");
        }
        self.said()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn answer(mut stream: TcpStream) -> Answer {
    let mut text = Vec::new();
    // A connection that is cut leaves what came.
    let _ = stream.read_to_end(&mut text);
    let text = String::from_utf8_lossy(&text).into_owned();
    let (headers, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = headers.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Answer { status, headers: headers.to_lowercase(), body: body.to_owned() }
}
