//! The commands `bundle` and `verify bundle`: what is written over HTTP is verified without a network, by the caller's word
//! and nobody else's.

use crate::live::{Recording, Server, held, report, scratch};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The withdrawal whose calldata is recorded.
fn withdrawal(recording: &Recording) -> Value {
    let messages = recording.expected["messages"].as_array().expect("messages");
    messages.iter().find(|message| message["tag"] == "W1-metis").expect("the message").clone()
}

fn balance(recording: &Recording) -> Value {
    let balances = recording.expected["balances"].as_array().expect("balances");
    balances.iter().find(|balance| balance["l2Block"] == 55).expect("one at the last posted block").clone()
}

/// Writes a bundle; the server is asked for nothing after.
fn written(recording: &Recording, what: &[&str], name: &str) -> PathBuf {
    let path = scratch(name).join("proof.json.gz");
    let server = Server::start(&recording.transcript);
    let command = [&["bundle"], what].concat();
    let report = held(&recording.ask(&command, &server, &["--output", text(&path)]));
    let written = report["checked"].as_array().and_then(|checked| checked.last()).expect("it is told");
    assert_eq!(written["checkpoint"], recording.checkpoint);
    assert_eq!(written["bytes"], std::fs::metadata(&path).expect("it was written").len());
    path
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}

fn verify(recording: &Recording, path: &Path, more: &[&str]) -> Output {
    recording.run(&["verify", "bundle", text(path)], more)
}

fn fact<'a>(report: &'a Value, member: &str) -> &'a Value {
    let facts = report["checked"].as_array().expect("a list");
    facts.iter().rev().find(|fact| !fact[member].is_null()).expect("it is told")
}

#[test]
fn a_withdrawal_is_verified_without_a_network() {
    let Some(recording) = Recording::read() else { return };
    let message = withdrawal(&recording);
    let path = written(&recording, &["withdrawal", message["txHash"].as_str().expect("a hash")], "bw");
    let checkpoint = ["--checkpoint", &recording.checkpoint];
    let report = held(&verify(&recording, &path, &[&checkpoint[..], &["--relay-calldata"]].concat()));
    let ground = &report["checked"][0];
    let phases = recording.expected["phases"].as_array().expect("phases");
    let phase = phases.iter().find(|phase| phase["name"] == "ready").expect("the phase");
    assert_eq!(ground["l1"]["hash"], phase["finalized"]["blockHash"]);
    let age = recording.now - ground["l1"]["timestamp"].as_u64().expect("a time");
    assert_eq!((&ground["age"], &ground["checkpoint"]), (&json!(age), &json!(recording.checkpoint)));
    let told = report["checked"].as_array().expect("a list");
    let told = told.iter().find(|fact| fact["messageHash"] == message["messageHash"]).expect("it was found");
    assert_eq!((&told["status"], &told["l2Block"]), (&json!("it is ready"), &message["l2Block"]));
    assert!(fact(&report, "calldata")["calldata"] == message["relay"]["calldata"], "another call");
    let not_checked = report["notChecked"].to_string();
    assert!(not_checked.contains("after that l1 block"), "{not_checked}");
}

#[test]
fn a_balance_and_storage_are_verified_without_a_network() {
    let Some(recording) = Recording::read() else { return };
    let checkpoint = ["--checkpoint", &recording.checkpoint];
    let balance = balance(&recording);
    let account = balance["account"].as_str().expect("an address");
    let path = written(&recording, &["balance", account], "bb");
    let report = held(&verify(&recording, &path, &checkpoint));
    assert_eq!(fact(&report, "wei")["wei"], balance["metis"]);

    let network = std::fs::read(recording.folder.join("network.json")).expect("it was there before");
    let network: Value = serde_json::from_slice(&network).expect("json");
    let metis = network["l2"]["predeploys"]["metis"].as_str().expect("an address");
    let slot = balance["metisSlot"].as_str().expect("a slot");
    let path = written(&recording, &["storage", metis, slot, "--block", "55"], "bs");
    let report = held(&verify(&recording, &path, &checkpoint));
    let word = fact(&report, "slots")["slots"][0]["word"].as_str().expect("a word").trim_start_matches("0x").to_owned();
    let wei = balance["metis"].as_str().expect("a number").parse::<u128>().expect("a number");
    assert_eq!(u128::from_str_radix(&word, 16), Ok(wei));
}

#[test]
fn without_output_the_document_is_all_that_is_printed() {
    let Some(recording) = Recording::read() else { return };
    let server = Server::start(&recording.transcript);
    let balance = balance(&recording);
    let account = balance["account"].as_str().expect("an address");
    let urls = server.urls();
    let network = recording.folder.join("network.json");
    let now = recording.now.to_string();
    let mut bundle = Command::new(env!("CARGO_BIN_EXE_metis-light"));
    bundle.args(["bundle", "balance", account, "--network", text(&network), "--now", &now]);
    bundle.args(["--checkpoint", &recording.checkpoint]);
    bundle.args(urls.iter().flat_map(|(flag, url)| [*flag, url.as_str()]));
    let document = bundle.env_remove("METIS_LIGHT_STORE").output().expect("the binary starts").stdout;
    let printed: Value = serde_json::from_slice(&document).expect("a document");
    assert_eq!(printed["format"], "metis-light-bundle-1");

    // With --json it stands among the facts; and it is read from a pipe.
    let report = held(&recording.ask(&["bundle", "balance", account], &server, &[]));
    assert!(report["bundle"] == printed, "another document");
    let mut verify = Command::new(env!("CARGO_BIN_EXE_metis-light"));
    verify.args(["verify", "bundle", "-", "--network", text(&network), "--now", &now]);
    verify.args(["--checkpoint", &recording.checkpoint]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = verify.spawn().expect("the binary starts");
    std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), &document).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let told = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("seconds before now") && told.contains("METIS"), "{told}");
}

#[test]
fn the_checkpoint_is_the_callers() {
    let Some(recording) = Recording::read() else { return };
    let balance = balance(&recording);
    let path = written(&recording, &["balance", balance["account"].as_str().expect("an address")], "bc");
    let without = verify(&recording, &path, &[]);
    let message = report(&without)["error"]["message"].to_string();
    assert_eq!(without.status.code(), Some(2), "{message}");
    assert!(message.contains(&recording.checkpoint) && message.contains("compare"), "{message}");

    let other = format!("0x{}", "11".repeat(32));
    let refused = verify(&recording, &path, &["--checkpoint", &other]);
    assert_eq!((refused.status.code(), rule(&refused)), (Some(1), json!("consensus.checkpoint")));
    assert_eq!(report(&refused)["refusal"]["got"], recording.checkpoint);

    let checkpoint = ["--checkpoint", recording.checkpoint.as_str()];
    let later = Recording { now: recording.now + 400 * 86_400, ..Recording::read().expect("it was there") };
    let refused = verify(&later, &path, &checkpoint);
    assert_eq!((refused.status.code(), rule(&refused)), (Some(1), json!("consensus.checkpoint-too-old")));
    let waived = held(&verify(&later, &path, &[&checkpoint[..], &["--allow-old-checkpoint"]].concat()));
    assert_eq!(waived["checked"][0]["fromOldCheckpoint"], true);
}

#[test]
fn the_network_and_what_is_accepted_are_the_callers() {
    let Some(recording) = Recording::read() else { return };
    let balance = balance(&recording);
    let path = written(&recording, &["balance", balance["account"].as_str().expect("an address")], "bn");
    let run = |args: &[&str]| {
        let mut run = Command::new(env!("CARGO_BIN_EXE_metis-light"));
        run.env_remove("METIS_LIGHT_NETWORK").args(["--json", "verify", "bundle", text(&path)]);
        run.args(["--checkpoint", &recording.checkpoint]).args(args).output().expect("the binary starts")
    };
    let andromeda = run(&[]);
    assert_ne!(andromeda.status.code(), Some(0), "it is of another network");
    let notes = report(&andromeda)["notes"].to_string();
    assert!(notes.contains("checked as one of"), "{notes}");

    let network = recording.folder.join("network.json");
    let now = recording.now.to_string();
    let ours = ["--network", text(&network), "--now", &now];
    let accept = |value: &str| run(&[&ours[..], &["--accept", value]].concat());
    // What is accepted is asked at: there is no such contract.
    let address = "0x1111111111111111111111111111111111111111";
    let elsewhere = accept(&format!("stateCommitmentChain={address}"));
    assert_eq!(elsewhere.status.code(), Some(1), "{}", report(&elsewhere));
    let told = held(&accept(&format!("metisCode=0x{}", "22".repeat(32))));
    assert_eq!(told["checked"][0]["accepted"][0]["what"], "metisCode");
    for nonsense in ["metisCode", "metisCode=1", &format!("nothing={address}")] {
        assert_eq!(accept(nonsense).status.code(), Some(2), "{nonsense}");
    }
}

#[test]
fn what_was_changed_is_refused() {
    let Some(recording) = Recording::read() else { return };
    let balance = balance(&recording);
    let path = written(&recording, &["balance", balance["account"].as_str().expect("an address")], "bx");
    let mut packed = flate2::read::GzDecoder::new(std::fs::File::open(&path).expect("it was written"));
    let mut plain = String::new();
    std::io::Read::read_to_string(&mut packed, &mut plain).expect("gzip");
    let verify = |document: &str| {
        let twin = path.with_file_name("twin.json");
        std::fs::write(&twin, document).expect("it can be written");
        verify(&recording, &twin, &["--checkpoint", &recording.checkpoint])
    };
    held(&verify(&plain));
    let mut twin: Value = serde_json::from_str(&plain).expect("json");
    twin["batch"]["index"] = json!(twin["batch"]["index"].as_u64().expect("a number") - 1);
    assert_eq!(verify(&twin.to_string()).status.code(), Some(1), "another batch");
    for shapeless in ["", "{}", "[]", &plain[..plain.len() / 2], &plain.replace("-bundle-1", "-bundle-2")] {
        assert_eq!(verify(shapeless).status.code(), Some(2), "no bundle");
    }
}

fn rule(output: &Output) -> Value {
    report(output)["refusal"]["rule"].clone()
}
