//! The commands that ask sources, over HTTP: a server in this process answers as a recording of `golden/` did, honestly or
//! not.

mod server;
pub(crate) mod sources;

use crate::files::json;
use metis_light::primitives::UnixTime;
use metis_light::shell::Transcript;
use serde_json::{Value, json};
use server::Manners;
pub(crate) use server::Server;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::atomic::Ordering;

/// The phase that is played.
const PHASE: &str = "ready";

pub(crate) struct Recording {
    pub(crate) folder: PathBuf,
    pub(crate) expected: Value,
    pub(crate) transcript: Transcript,
    pub(crate) now: u64,
    pub(crate) checkpoint: String,
}

impl Recording {
    /// The recording; none where the vectors are not there, which only passes outside CI.
    pub(crate) fn read() -> Option<Self> {
        let folder = crate::vectors("golden/1-happy", "live")?;
        let read = |name: &str| {
            let bytes = std::fs::read(folder.join(name)).expect("a recording is complete");
            json(name, &unpacked(bytes))
        };
        let (expected, network) = (read("expected.json"), read("network.json"));
        let phases = expected["phases"].as_array().expect("phases");
        let phase = phases.iter().find(|phase| phase["name"] == PHASE).expect("the phase");
        let now = phase["suggestedWallClock"].as_u64().expect("a time");
        let transcript = Transcript::new(&read("calls.json.gz")).expect("calls");
        let checkpoint = network["l1"]["checkpointRoot"].as_str().expect("a root").to_owned();
        Some(Self { folder, transcript: transcript.at(PHASE, UnixTime(now)), expected, now, checkpoint })
    }

    /// With the answers of a lie.
    fn lying(&self, id: &str) -> Transcript {
        let bytes = std::fs::read(self.folder.join("../5-lies/lies.json.gz")).expect("the lies are there");
        let lies = json("lies", &unpacked(bytes));
        let mut lies = lies.as_array().expect("lies").iter();
        let lie = lies.find(|lie| lie["id"] == id).expect("the lie is there");
        let mut transcript = self.transcript.clone();
        for replacement in lie["replacements"].as_array().expect("replacements") {
            transcript.replace(replacement).expect("a call");
        }
        transcript
    }

    pub(crate) fn run(&self, command: &[&str], more: &[&str]) -> Output {
        let network = self.folder.join("network.json");
        let network = network.to_str().expect("a path of text");
        let now = self.now.to_string();
        let mut args = vec!["--json"];
        args.extend(command);
        args.extend(["--network", network, "--now", &now]);
        args.extend(more);
        let mut run = Command::new(env!("CARGO_BIN_EXE_metis-light"));
        for name in ["NETWORK", "CHECKPOINT", "STORE", "BEACON", "L1", "L2"] {
            run.env_remove(format!("METIS_LIGHT_{name}"));
        }
        run.args(args).output().expect("the binary starts")
    }

    /// From the checkpoint, with one server for everything.
    pub(crate) fn ask(&self, command: &[&str], server: &Server, more: &[&str]) -> Output {
        let urls = server.urls();
        let mut args = vec!["--checkpoint", &self.checkpoint];
        args.extend(urls.iter().flat_map(|(flag, url)| [*flag, url.as_str()]));
        args.extend(more);
        self.run(command, &args)
    }
}

fn unpacked(bytes: Vec<u8>) -> Vec<u8> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return bytes;
    }
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut plain).expect("gzip");
    plain
}

/// What a command found.
pub(crate) fn report(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("no json: {text}{errors}"))
}

pub(crate) fn held(output: &Output) -> Value {
    let report = report(output);
    assert_eq!(output.status.code(), Some(0), "{report}");
    report
}

pub(crate) fn scratch(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("the target directory can be written");
    path
}

#[test]
fn the_head_is_the_recorded_one() {
    let Some(recording) = Recording::read() else { return };
    let server = Server::start(&recording.transcript);
    let report = held(&recording.ask(&["head"], &server, &[]));
    let phases = recording.expected["phases"].as_array().expect("phases");
    let phase = phases.iter().find(|phase| phase["name"] == PHASE).expect("the phase");
    let (l1, rollup) = (&report["checked"][0], &report["checked"][1]);
    assert_eq!(l1["finalized"]["hash"], phase["finalized"]["blockHash"]);
    assert_eq!(rollup["postedL2Block"], phase["scc"]["totalElements"]);
    assert_eq!(rollup["batches"], phase["scc"]["batchCount"]);
    let sync = held(&recording.ask(&["sync"], &server, &[]));
    assert_eq!(sync["rounds"], 3, "bootstrap; updates and heads; execution headers");
    assert!(report["rounds"].as_u64().is_some_and(|rounds| rounds > 3), "{}", report["rounds"]);
    assert_eq!(rollup["contractWindow"], rollup["fraudProofWindow"], "it was not lowered");
}

#[test]
fn disputes_are_proven_and_what_they_mean_for_a_batch() {
    let Some(recording) = Recording::read() else { return };
    let server = Server::start(&recording.transcript);
    let phases = recording.expected["l1Values"].as_array().expect("phases");
    let phase = phases.iter().find(|phase| phase["phase"] == PHASE).expect("the phase");
    let verifier = &phase["mvmVerifier"];
    let report = held(&recording.ask(&["disputes"], &server, &[]));
    let found = &report["checked"][2];
    assert_eq!(
        (&found["earliestDisputedBlock"], &found["games"], &found["request"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    let told = &found["mvmVerifier"];
    assert_eq!(told["qualifiedVerifiers"], json!(verifier["numQualifiedVerifiers"].to_string()));
    assert_eq!(told["verifiers"].as_array().map(Vec::len), verifier["verifiers"].as_array().map(Vec::len));
    assert_eq!((&told["isFraudVerifier"], &told["challenges"]), (&json!(false), &json!([])));
    assert_eq!(report["checked"].as_array().map(Vec::len), Some(3), "no batch was named");

    let of_batch = held(&recording.ask(&["disputes", "--batch", "3"], &server, &[]));
    let effect = &of_batch["checked"][3];
    assert_eq!((&effect["batchIndex"], &effect["withdrawals"]), (&json!(3), &json!("not-affected")));
    assert_eq!(
        (&effect["deletion"]["possible"], &effect["deletion"]["by"]),
        (&json!("if-flagged"), &found["fraudVerifier"])
    );
    let of_block = held(&recording.ask(&["disputes", "--block", "1"], &server, &[]));
    assert_eq!(of_block["checked"][3]["deletion"]["possible"], "no", "its window is over");

    assert_eq!(recording.ask(&["disputes", "--block", "99"], &server, &[]).status.code(), Some(2), "it is not posted");
    assert_eq!(recording.ask(&["disputes", "--batch", "99"], &server, &[]).status.code(), Some(2), "nor is it");
    let both = recording.ask(&["disputes", "--block", "1", "--batch", "0"], &server, &[]);
    assert_eq!(both.status.code(), Some(2), "one of them is meant");
}

#[test]
fn a_balance_and_a_withdrawal_are_proven() {
    let Some(recording) = Recording::read() else { return };
    let server = Server::start(&recording.transcript);
    let balances = recording.expected["balances"].as_array().expect("balances");
    let balance = balances.iter().find(|balance| balance["l2Block"] == 55).expect("one at the last posted block");
    let report = held(&recording.ask(&["balance", balance["account"].as_str().expect("an address")], &server, &[]));
    assert_eq!(report["checked"][2]["wei"], balance["metis"]);

    let messages = recording.expected["messages"].as_array().expect("messages");
    let message = messages.iter().find(|message| message["tag"] == "W1-metis").expect("the message");
    let transaction = message["txHash"].as_str().expect("a hash");
    let report = held(&recording.ask(&["withdrawal", transaction], &server, &[]));
    let found = report["checked"].as_array().expect("a list");
    let found = found.iter().find(|fact| fact["messageHash"] == message["messageHash"]).expect("it was found");
    assert_eq!((&found["status"], &found["phase"]), (&json!("it is ready"), &json!("ready")));
    let not_checked = report["notChecked"].as_array().expect("a list");
    assert!(not_checked.iter().any(|what| what.as_str().is_some_and(|what| what.contains("the node's word"))));

    let report = held(&recording.ask(&["relay-calldata", transaction], &server, &[]));
    let calls = report["checked"].as_array().expect("a list");
    let call = calls.iter().find(|fact| fact["messageHash"] == message["messageHash"]).expect("it was found");
    assert!(call["calldata"] == message["relay"]["calldata"], "another call");
    let unknown = recording.ask(&["withdrawal", &format!("0x{}", "11".repeat(32))], &server, &[]);
    assert_eq!(unknown.status.code(), Some(2), "nobody knows this transaction");
}

#[test]
fn a_withdrawal_is_proven_at_a_later_block_where_its_own_is_pruned() {
    let Some(recording) = Recording::read() else { return };
    let messages = recording.expected["messages"].as_array().expect("messages");
    let message = messages.iter().find(|message| message["tag"] == "W1-metis").expect("the message");
    let transaction = message["txHash"].as_str().expect("a hash");
    let found = |server: &Server| {
        let report = held(&recording.ask(&["withdrawal", transaction], server, &[]));
        let facts = report["checked"].as_array().expect("a list");
        let fact = facts.iter().find(|fact| fact["messageHash"] == message["messageHash"]).expect("it was found");
        (fact.clone(), report["notes"].clone())
    };
    let (own, notes) = found(&Server::start(&recording.transcript));
    assert_eq!((&own["l2Block"], &own["status"], notes), (&message["l2Block"], &json!("it is ready"), Value::Null));
    let (later, notes) =
        found(&Server::with(&recording.transcript, Manners { pruned_before: 55, ..Manners::default() }));
    assert_eq!(later["l2Block"], 55, "the last posted block");
    assert_eq!(
        (&own["phase"], &later["phase"]),
        (&json!("ready"), &json!("in-window")),
        "another batch, another window"
    );
    let closes = later["readyAt"].as_u64().expect("a time");
    assert!(later["status"].as_str().is_some_and(|status| status.contains(&closes.to_string())), "{later}");
    assert!(notes[1].as_str().is_some_and(|note| note.contains("last posted block")), "{notes}");
    let bare = Server::with(&recording.transcript, Manners { pruned_before: 56, ..Manners::default() });
    assert_eq!(recording.ask(&["withdrawal", transaction], &bare, &[]).status.code(), Some(2), "no state at all");
}

#[test]
fn storage_is_proven_at_any_posted_block() {
    let Some(recording) = Recording::read() else { return };
    let server = Server::start(&recording.transcript);
    let network: Value =
        json("network", &std::fs::read(recording.folder.join("network.json")).expect("it was there before"));
    let metis = network["l2"]["predeploys"]["metis"].as_str().expect("an address");
    let is_told = |balance: &&Value| balance["metisSlot"].is_string();
    let balances: Vec<_> =
        recording.expected["balances"].as_array().expect("balances").iter().filter(is_told).collect();
    let mut blocks: Vec<u64> = balances.iter().map(|balance| balance["l2Block"].as_u64().expect("a block")).collect();
    blocks.dedup();
    let posted = recording.ask(&["head"], &server, &[]);
    let posted = held(&posted)["checked"][1]["postedL2Block"].as_u64().expect("a block");
    blocks.retain(|block| *block <= posted);
    assert!(blocks.len() > 1, "more than the last block");
    for block in blocks {
        let balance = balances.iter().find(|balance| balance["l2Block"] == block).expect("it is one of them");
        let slot = balance["metisSlot"].as_str().expect("a slot");
        let command = ["storage", metis, slot, "--block", &block.to_string()];
        let report = held(&recording.ask(&command, &server, &[]));
        let found = &report["checked"][2];
        let word: alloy_primitives::U256 =
            found["slots"][0]["word"].as_str().expect("a word").parse().expect("a number");
        assert_eq!((Some(word.to_string().as_str()), &found["l2Block"]), (balance["metis"].as_str(), &json!(block)));
    }
    let late = recording.ask(&["storage", metis, "1", "--block", "99999"], &server, &[]);
    assert_eq!((late.status.code(), &report(&late)["error"]["code"]), (Some(2), &json!("NOT_YET")));
    for slot in ["0x", "x", "-1"] {
        assert_eq!(recording.ask(&["storage", metis, "--", slot], &server, &[]).status.code(), Some(2), "{slot}");
    }
}

#[test]
fn code_counts_if_it_has_the_accounts_code_hash() {
    let Some(recording) = Recording::read() else { return };
    let balances = recording.expected["balances"].as_array().expect("balances");
    let user = balances.iter().find(|balance| balance["who"] == "user1" && balance["l2Block"] == 55).expect("a user");
    let command = ["code", user["account"].as_str().expect("an address")];
    for (code, exit) in [(Some("0x"), 0), (Some("0x6000"), 1), (Some("0x0"), 2), (Some(""), 2), (None, 2)] {
        let server = Server::with(&recording.transcript, Manners { code, ..Manners::default() });
        let output = recording.ask(&command, &server, &[]);
        assert_eq!(output.status.code(), Some(exit), "{code:?}: {}", report(&output));
        if exit == 0 {
            assert_eq!(report(&output)["checked"][2]["code"], "0x");
        }
    }
}

#[test]
fn a_store_is_gone_on_from_and_a_damaged_one_is_set_aside() {
    let Some(recording) = Recording::read() else { return };
    let server = Server::start(&recording.transcript);
    let directory = scratch("stores");
    let path = directory.join("andromeda.store");
    let store = path.to_str().expect("a path of text");
    held(&recording.ask(&["sync"], &server, &["--store", store]));
    let names: Vec<_> =
        std::fs::read_dir(&directory).expect("it is there").flatten().map(|it| it.file_name()).collect();
    assert_eq!(names, ["andromeda.store"], "nothing unfinished is left");

    // Without a checkpoint, and without another bootstrap.
    let urls = server.urls();
    let mut sources: Vec<&str> = urls.iter().flat_map(|(flag, url)| [*flag, url.as_str()]).collect();
    sources.extend(["--store", store]);
    let before = server.seen.requests.load(Ordering::Relaxed);
    held(&recording.run(&["sync"], &sources));
    let asked = server.seen.requests.load(Ordering::Relaxed) - before;
    assert!(asked <= 4, "{asked} requests: two or three of the beacon chain, one of l1");

    let mut damaged = std::fs::read(&path).expect("the store is there");
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    std::fs::write(&path, &damaged).expect("it can be written");
    let lost = recording.run(&["sync"], &sources);
    assert_eq!(lost.status.code(), Some(2), "nothing to go on from: {}", report(&lost));
    assert!(directory.join("andromeda.set-aside").exists() && !path.exists());
    assert!(report(&lost)["notes"][0].as_str().is_some_and(|note| note.contains("set aside")));
    // With a checkpoint it begins anew.
    held(&recording.ask(&["sync"], &server, &["--store", store]));
    assert!(path.exists());
}

#[test]
fn another_source_mends_what_one_breaks() {
    let Some(recording) = Recording::read() else { return };
    let honest = Server::start(&recording.transcript);
    let beacon = honest.url("beacon");
    let l2 = honest.url("l2");
    let redirecting = Server::with(&recording.transcript, Manners { redirects: true, ..Manners::default() });
    let endless = Server::with(&recording.transcript, Manners { never_ends: true, ..Manners::default() });
    let lying = Server::start(&recording.lying("p01"));
    for (name, broken) in [
        ("closed", server::closed()),
        ("redirecting", redirecting.url("l1")),
        ("endless", endless.url("l1")),
        ("lying", lying.url("l1")),
    ] {
        let good = honest.url("l1");
        let args = ["--checkpoint", &recording.checkpoint, "--beacon", &beacon, "--l2", &l2, "--l1", &broken];
        let alone = recording.run(&["head"], &args);
        let code = if name == "lying" { 1 } else { 2 };
        assert_eq!(alone.status.code(), Some(code), "{name}: {}", report(&alone));
        let both = [&args[..], &["--l1", &good]].concat();
        let mended = held(&recording.run(&["head"], &both));
        let notes = mended["notes"].as_array().unwrap_or_else(|| panic!("{name}: nobody is blamed"));
        assert!(
            notes[0].as_str().is_some_and(|note| note.starts_with("l1 source http://127.0.0.1:")),
            "{name}: {notes:?}"
        );
    }
}

#[test]
fn a_server_without_batches_is_asked_one_by_one() {
    let Some(recording) = Recording::read() else { return };
    let server = Server::with(&recording.transcript, Manners { refuses_batches: true, ..Manners::default() });
    held(&recording.ask(&["head"], &server, &[]));
}

#[test]
fn nobody_is_blamed_for_an_old_checkpoint() {
    let Some(recording) = Recording::read() else { return };
    let server = Server::start(&recording.transcript);
    let later = Recording { now: recording.now + 400 * 86_400, ..recording };
    let run = later.ask(&["sync"], &server, &[]);
    let report = report(&run);
    assert_eq!(
        (run.status.code(), report["refusal"]["rule"].as_str()),
        (Some(1), Some("consensus.checkpoint-too-old"))
    );
    let notes = report["notes"].as_array().expect("a way on");
    assert!(notes.len() == 1 && notes[0].as_str().is_some_and(|note| note.contains("several")), "{notes:?}");
}

#[test]
fn a_checkpoint_is_never_taken_from_a_source() {
    let Some(recording) = Recording::read() else { return };
    let server = Server::start(&recording.transcript);
    let urls = server.urls();
    let sources: Vec<&str> = urls.iter().flat_map(|(flag, url)| [*flag, url.as_str()]).collect();
    let run = recording.run(&["head"], &sources);
    assert_eq!(run.status.code(), Some(2));
    let message = report(&run)["error"]["message"].to_string();
    assert!(message.contains("checkpoint") && message.contains("compare") || message.contains("several"), "{message}");
    assert_eq!(server.seen.requests.load(Ordering::Relaxed), 0, "nobody was asked");
}
