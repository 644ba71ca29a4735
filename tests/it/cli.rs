//! The command line as its user meets it: exit codes, text and JSON, files of every kind.
//!
//! Its data is in the repository (`tests/data`), so these run everywhere.

use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

struct Output {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Output {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("no json ({error}): {}", self.out))
    }

    fn refusal(&self) -> Value {
        assert_eq!(self.code, Some(1), "{}{}", self.out, self.err);
        let report = self.json();
        assert_eq!(report["holds"], false);
        report["refusal"].clone()
    }
}

fn command_with(args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_metis-light"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // A command that does not want its input may be gone before all of it is written.
    let _ = child.stdin.take().expect("stdin is piped").write_all(input);
    let output = child.wait_with_output().expect("the binary ends");
    let text = |bytes| String::from_utf8(bytes).expect("output is text");
    Output { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn command(args: &[&str]) -> Output {
    command_with(args, b"")
}

fn data(name: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    serde_json::from_slice(&std::fs::read(path).expect("test data is in the repository")).expect("it is json")
}

fn demo(member: &str) -> Value {
    data("demo.json")[member].clone()
}

fn verify(command: &str, value: &Value) -> Output {
    command_with(&["--json", "verify", command, "-"], value.to_string().as_bytes())
}

/// Changes the last hex digit of the string at `pointer`.
fn spoil(value: &mut Value, pointer: &str) {
    let Some(Value::String(text)) = value.pointer_mut(pointer) else { panic!("no string at {pointer}") };
    let last = text.pop();
    text.push(if last == Some('0') { '1' } else { '0' });
}

#[test]
fn a_withdrawal_holds_and_says_what_was_not_checked() {
    let run = verify("withdrawal", &demo("withdrawal"));
    assert_eq!(run.code, Some(0), "{}", run.err);
    let report = run.json();
    assert_eq!(report["holds"], true);
    assert_eq!(report["checked"][0]["token"]["asset"], "METIS");
    assert!(report["notChecked"][0].as_str().expect("a sentence").contains("L1"));
}

#[test]
fn text_says_so_as_well() {
    let withdrawal = demo("withdrawal").to_string();
    let run = command_with(&["verify", "withdrawal", "-"], withdrawal.as_bytes());
    assert_eq!(run.code, Some(0));
    assert!(run.out.starts_with("holds withdrawal 0x"), "{}", run.out);
    assert!(run.out.contains("not checked:"), "{}", run.out);
    assert!(!run.out.contains('\u{1b}'), "colours are for terminals");
}

#[test]
fn an_array_and_several_files_are_checked_whole() {
    let one = demo("withdrawal");
    let report = verify("withdrawal", &json!([one, one])).json();
    assert_eq!(report["checked"].as_array().expect("a list").len(), 2);

    let mut spoiled = one.clone();
    spoil(&mut spoiled, "/proof/stateRoot");
    let run = verify("withdrawal", &json!([one, spoiled]));
    let refusal = run.refusal();
    assert!(refusal["place"].as_str().expect("a place").contains("2 of 2"), "{refusal}");
    assert_eq!(run.json()["checked"].as_array().expect("what held before").len(), 1);

    let path = std::env::temp_dir().join(format!("metis-light-{}.json", std::process::id()));
    std::fs::write(&path, one.to_string()).expect("a file can be written");
    let path_text = path.to_str().expect("a plain path");
    let both = command(&["--json", "verify", "withdrawal", path_text, path_text]);
    std::fs::remove_file(&path).expect("it can be removed");
    assert_eq!(both.json()["checked"].as_array().expect("a list").len(), 2);
}

#[test]
fn the_nested_shape_and_every_form_of_number_are_read() {
    let flat = demo("withdrawal");
    let mut fields = flat.clone();
    fields.as_object_mut().expect("an object").remove("proof");
    let nested = json!({ "chainId": 1088, "message": fields, "proof": flat["proof"] });
    assert_eq!(verify("withdrawal", &nested).json()["checked"], verify("withdrawal", &flat).json()["checked"]);

    let mut decimal = flat.clone();
    let index = flat["proof"]["stateRootProof"]["index"].as_u64().expect("a number");
    decimal["proof"]["stateRootProof"]["index"] = json!(index.to_string());
    decimal["messageNonce"] = json!(format!("0x{:064x}", flat["messageNonce"].as_u64().expect("a number")));
    assert_eq!(verify("withdrawal", &decimal).code, Some(0));
}

#[test]
fn each_spoiled_field_of_a_withdrawal_is_refused_with_its_rule() {
    // Another message has another slot: its path leaves the witness, or ends where this trie holds nothing.
    for pointer in ["/target", "/sender", "/message"] {
        let mut withdrawal = demo("withdrawal");
        spoil(&mut withdrawal, pointer);
        let refusal = verify("withdrawal", &withdrawal).refusal();
        let rules = ["trie.hash-mismatch", "bridge.witness-nodes", "bridge.not-sent"];
        assert!(rules.contains(&refusal["rule"].as_str().expect("a rule")), "{pointer}: {refusal}");
    }
    let cases = [
        ("/proof/stateRoot", "merkle.root-mismatch"),
        ("/proof/stateRootBatchHeader/batchRoot", "merkle.root-mismatch"),
        ("/proof/stateRootProof/siblings/0", "merkle.root-mismatch"),
        ("/proof/stateTrieWitness", "trie.hash-mismatch"),
        ("/proof/storageTrieWitness", "trie.hash-mismatch"),
    ];
    for (pointer, rule) in cases {
        let mut withdrawal = demo("withdrawal");
        spoil(&mut withdrawal, pointer);
        let refusal = verify("withdrawal", &withdrawal).refusal();
        assert_eq!(refusal["rule"], rule, "{pointer}");
        assert_eq!(refusal["code"], "INVALID_PROOF", "{pointer}");
    }
    let numbers = [
        ("/proof/stateRootProof/index", json!(0)),
        ("/proof/stateRootProof/index", json!(1_000_000)),
        ("/proof/stateRootBatchHeader/batchSize", json!(1)),
        ("/proof/stateRootBatchHeader/batchSize", json!(0)),
        ("/proof/stateRootBatchHeader/prevTotalElements", json!("0xffffffffffffffffffffffffffffffff")),
        ("/proof/stateRootBatchHeader/extraData", json!("0x00")),
        ("/messageNonce", json!(1)),
    ];
    for (pointer, value) in numbers {
        let mut withdrawal = demo("withdrawal");
        *withdrawal.pointer_mut(pointer).expect("it is there") = value;
        let refusal = verify("withdrawal", &withdrawal).refusal();
        assert!(refusal["got"].is_string() || refusal["rule"].is_string(), "{pointer}: {refusal}");
    }
}

#[test]
fn non_canonical_rlp_is_a_refusal_and_bad_hex_is_no_shape() {
    let mut withdrawal = demo("withdrawal");
    withdrawal["proof"]["stateTrieWitness"] = json!("0xf80180");
    assert_eq!(verify("withdrawal", &withdrawal).refusal()["rule"], "rlp.long-length");
    withdrawal["proof"]["stateTrieWitness"] = json!("0xf8018");
    let run = verify("withdrawal", &withdrawal);
    assert_eq!(run.code, Some(2));
    assert!(run.json()["error"]["message"].as_str().expect("a message").contains("proof.stateTrieWitness"));
}

#[test]
fn input_without_the_shape_ends_with_2() {
    let cases: [&[u8]; 8] = [
        b"",
        b"no json",
        b"[]",
        b"{}",
        b"3",
        b"{\"target\":",
        br#"{"target":"0x00","sender":"0x00","message":"0x","messageNonce":-1,"proof":{}}"#,
        &[0xff, 0xfe],
    ];
    for input in cases {
        for command in ["withdrawal", "batch"] {
            let run = command_with(&["--json", "verify", command, "-"], input);
            assert_eq!(run.code, Some(2), "{command}: {input:?}");
            assert_eq!(run.json()["holds"], false);
        }
    }
    let deep = "[".repeat(100_000);
    assert_eq!(command_with(&["verify", "batch", "-"], deep.as_bytes()).code, Some(2));
    let twice = demo("batch").to_string().replacen('{', "{\"batch\":{},", 1);
    assert_eq!(command_with(&["verify", "batch", "-"], twice.as_bytes()).code, Some(2));
}

#[test]
fn misuse_ends_with_2_and_says_why() {
    let unknown: &[&[&str]] = &[
        &[],
        &["prove"],
        &["verify"],
        &["verify", "withdrawal"],
        &["verify", "withdrawal", "no-such-file.json"],
        &["verify", "proof", "-"],
        &["verify", "proof", "--state-root", "0x00", "-"],
        &["verify", "proof", "--state-root", "00", "-"],
    ];
    for args in unknown {
        let output = command(args);
        assert_eq!(output.code, Some(2), "{args:?}");
        assert!(!output.err.is_empty(), "{args:?}");
    }
    assert_eq!(command(&["--help"]).code, Some(0));
    assert_eq!(command(&["--version"]).code, Some(0));
}

#[test]
fn gzipped_files_are_read_and_a_bomb_is_not() {
    let packed = gzip(demo("batch").to_string().as_bytes());
    assert_eq!(command_with(&["verify", "batch", "-"], &packed).code, Some(0));
    assert_eq!(command_with(&["verify", "batch", "-"], &packed[..packed.len() / 2]).code, Some(2));

    let bomb = gzip(&vec![b' '; 100 << 20]);
    let run = command_with(&["--json", "verify", "batch", "-"], &bomb);
    assert_eq!(run.code, Some(2));
    assert!(run.json()["error"]["message"].as_str().expect("a message").contains("at most"), "{}", run.out);
}

#[test]
fn a_batch_holds_under_both_sets_of_names_and_its_spoiled_twins_do_not() {
    let batch = demo("batch");
    let wrapped = json!({ "response": batch });
    assert_eq!(verify("batch", &wrapped).json()["checked"], verify("batch", &batch).json()["checked"]);

    let header = &batch["batch"];
    let renamed = json!({
        "batch": {
            "batchRoot": header["root"],
            "batchSize": header["size"],
            "prevTotalElements": header["prevTotalElements"],
            "extraData": header["extraData"],
        },
        "stateRoots": batch["stateRoots"],
    });
    assert_eq!(verify("batch", &renamed).code, Some(0));

    let mut spoiled = batch.clone();
    spoil(&mut spoiled, "/stateRoots/7");
    assert_eq!(verify("batch", &spoiled).refusal()["rule"], "merkle.root-mismatch");
    let mut short = batch.clone();
    short["stateRoots"].as_array_mut().expect("a list").pop();
    assert_eq!(verify("batch", &short).refusal()["rule"], "rollup.root-count");
}

#[test]
fn a_metis_balance_needs_both_answers_and_the_pinned_code() {
    let balance = demo("balance");
    let (who, root) =
        (balance["address"].as_str().expect("hex").to_owned(), balance["stateRoot"].as_str().expect("hex").to_owned());
    let ask = |proofs: &Value, more: &[&str]| {
        let mut args = vec!["--json", "verify", "proof", "--state-root", &root, "--metis-balance", &who];
        args.extend_from_slice(more);
        args.push("-");
        command_with(&args, proofs.to_string().as_bytes())
    };
    let proofs = &balance["proofs"];
    let report = ask(proofs, &[]).json();
    assert_eq!(report["checked"][0]["codeIsPinned"], true);
    let swapped = json!([proofs[1], proofs[0]]);
    assert_eq!(ask(&swapped, &[]).json()["checked"], report["checked"], "the order does not matter");

    assert_eq!(ask(&proofs[0], &[]).code, Some(2), "the account's own proof is missing");
    let mut spoiled = proofs.clone();
    spoil(&mut spoiled, "/0/storageProof/0/proof/0");
    assert_eq!(ask(&spoiled, &[]).refusal()["rule"], "trie.hash-mismatch");
    let mut lying = proofs.clone();
    lying[0]["storageProof"][0]["value"] = json!("0xffffffffffffffffffff");
    assert_eq!(ask(&lying, &[]).refusal()["rule"], "execution.false-claim");

    let network = std::env::temp_dir().join(format!("metis-light-network-{}.json", std::process::id()));
    std::fs::write(&network, other_network().to_string()).expect("a file can be written");
    let path = network.to_str().expect("a plain path");
    let refusal = ask(proofs, &["--network", path]).refusal();
    std::fs::remove_file(&network).expect("it can be removed");
    assert_eq!((refusal["code"].as_str(), refusal["rule"].as_str()), (Some("UNSUPPORTED"), Some("rollup.changed")));
    assert_eq!(ask(proofs, &["--network", "no-such-network"]).code, Some(2));
}

/// The documented example of a network file, with another METIS code pinned.
fn other_network() -> Value {
    let page = include_str!("../../docs/network-file.md");
    let start = page.find("```json\n").expect("an example") + 8;
    let end = start + page[start..].find("```").expect("its end");
    let mut network: Value = serde_json::from_str(&page[start..end]).expect("the example is json");
    network["l2"]["predeploys"]["metis"] = json!("0xDeadDeAddeAddEAddeadDEaDDEAdDeaDDeAD0000");
    network["l2"]["metisCodeHashes"] = json!([format!("0x{}", "11".repeat(32))]);
    network
}

#[test]
fn an_account_proof_holds_for_the_question_and_for_no_other() {
    let fixture = data("bench-proof.json");
    let text = |member: &str| fixture[member].as_str().expect("hex").to_owned();
    let (root, address, slot) = (text("stateRoot"), text("address"), text("slot"));
    let answer = json!({
        "accountProof": fixture["accountProof"],
        "storageProof": [{ "key": slot, "value": fixture["value"], "proof": fixture["storageProof"] }],
    });
    let ask = |args: &[&str], answer: &Value| {
        let mut all = vec!["--json", "verify", "proof", "--state-root", &root];
        all.extend_from_slice(args);
        all.push("-");
        command_with(&all, answer.to_string().as_bytes())
    };
    let run = ask(&["--address", &address, "--slot", &slot], &answer);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    assert_eq!(run.json()["checked"][0]["storage"][0]["slot"], slot.as_str());

    let wrapped = json!({ "jsonrpc": "2.0", "id": 1, "result": answer });
    assert_eq!(ask(&["--address", &address], &wrapped).code, Some(0), "in the envelope, slots by their names");
    assert_eq!(ask(&[], &answer).code, Some(2), "nobody says which account");
    let other = format!("0x{}", "11".repeat(20));
    assert_eq!(ask(&["--address", &other], &answer).code, Some(1), "the proof of another account");
    assert_eq!(ask(&["--address", &address, "--slot", "0"], &answer).code, Some(1), "of another slot");
    let failed = json!({ "jsonrpc": "2.0", "id": 1, "error": { "code": -32000, "message": "no" } });
    assert_eq!(ask(&["--address", &address], &failed).code, Some(2));
}

#[test]
fn the_demo_holds_and_shows_a_refusal() {
    let text = command(&["demo"]);
    assert_eq!(text.code, Some(0), "{}", text.err);
    for word in ["checkpoint", "signed slot", "l1 block", "state batch", "METIS", "withdrawal", "a lie", "made up"] {
        assert!(text.out.contains(word), "{word}: {}", text.out);
    }
    let report = command(&["--json", "demo"]).json();
    let checked = report["checked"].as_array().expect("a list");
    assert_eq!(checked.len(), 11, "a checkpoint, two updates, six rungs and two lies");
    let rules: Vec<_> = checked.iter().filter_map(|fact| fact["rule"].as_str()).collect();
    assert_eq!(rules, ["bls.mismatch", "trie.hash-mismatch"]);
}

/// The demo's light-client data as files: the network, the bootstrap, the updates.
struct Files {
    directory: PathBuf,
}

impl Files {
    fn new(name: &str) -> Self {
        let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&directory).expect("the target directory can be written");
        let l1 = demo("l1");
        let files = Self { directory };
        files.write("network.json", l1["network"].to_string().as_bytes());
        files.write("bootstrap.ssz", &hex(&l1["bootstrap"]));
        for (number, update) in l1["updates"].as_array().expect("updates").iter().enumerate() {
            files.write(&format!("update-{number}.ssz"), &hex(update));
        }
        files
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.directory.join(name), bytes).expect("the target directory can be written");
    }

    fn path(&self, name: &str) -> String {
        self.directory.join(name).to_str().expect("a path of text").to_owned()
    }

    /// `verify consensus` from the demo's checkpoint over some files, with more arguments.
    fn verify(&self, more: &[&str], files: &[&str]) -> Output {
        let l1 = demo("l1");
        let (checkpoint, now) = (l1["checkpoint"].as_str().expect("a root"), l1["now"].to_string());
        let paths: Vec<_> = files.iter().map(|name| self.path(name)).collect();
        let mut args = vec!["--json", "verify", "consensus"];
        let (network, bootstrap) = (self.path("network.json"), self.path("bootstrap.ssz"));
        for (name, value) in
            [("--checkpoint", checkpoint), ("--network", &network), ("--bootstrap", &bootstrap), ("--now", &now)]
        {
            if !more.contains(&name) {
                args.extend([name, value]);
            }
        }
        args.extend(more);
        args.extend(paths.iter().map(String::as_str));
        command(&args)
    }
}

#[test]
fn light_client_data_leads_from_a_checkpoint_to_a_header() {
    let files = Files::new("follow");
    let run = files.verify(&[], &["update-0.ssz", "update-1.ssz"]);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    let report = run.json();
    let checked = report["checked"].as_array().expect("a list");
    let kinds: Vec<_> = checked.iter().filter_map(|fact| fact["kind"].as_str()).collect();
    assert_eq!(kinds, ["update", "update"]);
    let [finalized, optimistic] = &checked[checked.len() - 2..] else { panic!("two heads come last") };
    assert_eq!((&finalized["status"], &optimistic["status"]), (&json!("finalized"), &json!("optimistic")));
    let header = &demo("l1")["executionHeader"];
    assert_eq!(finalized["executionBlockHash"], header["hash"]);
    assert_eq!(finalized["executionStateRoot"], header["stateRoot"]);
    assert_eq!(finalized["fromOldCheckpoint"], false);

    // The same as text, framed into one file, and packed.
    let framed: Vec<u8> = demo("l1")["updates"]
        .as_array()
        .expect("updates")
        .iter()
        .flat_map(|update| {
            let ssz = hex(update);
            [&(ssz.len() as u64 + 4).to_le_bytes()[..], &[0; 4], &ssz].concat()
        })
        .collect();
    files.write("framed.ssz", &framed);
    files.write("framed.ssz.gz", &gzip(&framed));
    for name in ["framed.ssz", "framed.ssz.gz"] {
        assert_eq!(files.verify(&[], &[name]).json()["checked"], report["checked"], "{name}");
    }
    let bare = files.verify(&[], &[]);
    assert_eq!(bare.json()["checked"].as_array().expect("a list").len(), 3, "a bootstrap alone is enough");
}

#[test]
fn light_client_data_that_does_not_hold_is_refused() {
    let files = Files::new("refuse");
    let rule = |more: &[&str], names: &[&str]| files.verify(more, names).refusal()["rule"].clone();
    assert_eq!(rule(&[], &["update-1.ssz"]), "consensus.unknown-committee", "one was left out");
    assert_eq!(
        rule(&[], &["update-0.ssz", "update-0.ssz", "update-1.ssz", "update-0.ssz"]),
        "consensus.unknown-committee"
    );
    let zero = format!("0x{}", "00".repeat(32));
    assert_eq!(rule(&["--checkpoint", &zero], &[]), "consensus.checkpoint");
    let mut spoiled = hex(&demo("l1")["updates"][0]);
    let last = spoiled.len() - 1;
    spoiled[last] ^= 1;
    files.write("spoiled.ssz", &spoiled);
    assert_eq!(rule(&[], &["spoiled.ssz"]), "consensus.branch");

    // Time: before the signature, and long after.
    let now = demo("l1")["now"].as_u64().expect("a time");
    let early = (now - 200).to_string();
    assert_eq!(rule(&["--now", &early], &["update-0.ssz", "update-1.ssz"]), "consensus.future-slot");
    let late = (now + 3600 * 8 * 12).to_string();
    assert_eq!(rule(&["--now", &late], &[]), "consensus.checkpoint-too-old");
    let waived = files.verify(&["--now", &late, "--allow-old-checkpoint"], &["update-0.ssz", "update-1.ssz"]);
    assert_eq!(waived.code, Some(0), "{}{}", waived.out, waived.err);
    let checked = waived.json()["checked"].clone();
    assert_eq!(checked[0]["allowOldCheckpoint"], true);
    assert_eq!(checked[3]["fromOldCheckpoint"], true);

    // Another network's data.
    assert_eq!(files.verify(&["--network", "mainnet"], &[]).code, Some(2), "its committees have another size");
}

#[test]
fn light_client_data_without_the_shape_is_misuse() {
    let files = Files::new("misuse");
    files.write("noise", &[7; 300]);
    files.write("text", b"{ \"version\": \"fulu\", \"data\": {} }");
    files.write("broken", b"{ \"version\": ");
    files.write("none", b"[]");
    files.write("absent", br#"{ "code": 404, "message": "bootstrap unavailable" }"#);
    for name in ["noise", "text", "broken", "none", "absent", "bootstrap.ssz", "missing"] {
        let run = files.verify(&[], &[name]);
        assert_eq!(run.code, Some(2), "{name}: {}{}", run.out, run.err);
    }
    assert_eq!(files.verify(&["--bootstrap", &files.path("update-0.ssz")], &[]).code, Some(2), "no bootstrap");
    assert_eq!(files.verify(&["--network", &files.path("noise")], &[]).code, Some(2), "no network");
    assert_eq!(files.verify(&["--network", "atlantis"], &[]).code, Some(2), "no such file");
    files.write("heze", br#"{ "version": "heze", "data": { "attested_header": { "beacon": { "slot": "1" } } } }"#);
    assert_eq!(files.verify(&[], &["heze"]).refusal()["code"], "UNSUPPORTED", "an unknown fork is no lie");
}

fn hex(value: &Value) -> Vec<u8> {
    alloy_primitives::hex::decode(value.as_str().expect("hex")).expect("hex")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("memory can be written");
    encoder.finish().expect("memory can be written")
}
