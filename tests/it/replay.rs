//! The command `replay`: it agrees with recordings, and notices when one expects something else.

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The recordings; none where the vectors are not there, which only passes outside CI.
fn golden() -> Option<PathBuf> {
    crate::vectors("golden", "replay")
}

/// The recording that comes with the repository.
fn own() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/devnet-1")
}

fn replay(directory: &Path) -> (Option<i32>, Value, String) {
    let mut run = Command::new(env!("CARGO_BIN_EXE_metis-light"));
    let Output { status, stdout, stderr } =
        run.args(["--json", "replay"]).arg(directory).output().expect("the binary starts");
    let text = String::from_utf8_lossy(&stdout).into_owned();
    let errors = String::from_utf8_lossy(&stderr).into_owned();
    let report = serde_json::from_str(&text).unwrap_or_else(|_| panic!("no json: {text}{errors}"));
    (status.code(), report, errors)
}

/// A copy of a recording, with one file that can be written.
fn copy(golden: &Path, scenario: &str, name: &str) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name).join(scenario);
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).expect("the target directory can be written");
    for file in std::fs::read_dir(golden.join(scenario)).expect("it is there") {
        let file = file.expect("an entry");
        let bytes = std::fs::read(file.path()).expect("it can be read");
        std::fs::write(directory.join(file.file_name()), bytes).expect("it can be written");
    }
    directory
}

fn edit(path: &Path, pointer: &str, value: Value) {
    let mut file: Value = serde_json::from_slice(&std::fs::read(path).expect("it is there")).expect("json");
    *file.pointer_mut(pointer).expect("a member") = value;
    std::fs::write(path, file.to_string()).expect("it can be written");
}

#[test]
fn the_repositorys_own_recording_agrees_phase_by_phase() {
    let (code, report, _) = replay(&own());
    assert_eq!(code, Some(0), "{report}");
    let phases = report["checked"].as_array().expect("phases");
    let names: Vec<_> = phases.iter().filter_map(|phase| phase["phase"].as_str()).collect();
    assert_eq!(names, ["not-posted", "in-window", "ready", "relayed"]);
    assert_eq!((&phases[0]["agreed"]["messages"], &phases[0]["refused"]), (&json!(0), &json!(1)), "it is not posted");
    for phase in &phases[1..] {
        let agreed = phase["agreed"].as_object().expect("rows");
        assert!(agreed.values().all(|count| count.as_u64() > Some(0)), "{phase}");
    }
}

#[test]
fn a_false_expectation_of_the_repositorys_own_recording_is_noticed() {
    let data = own().join("..");
    let hash = json!(format!("0x{}", "11".repeat(32)));
    for (pointer, value) in [
        ("/phases/0/messages/0/status", json!("ready")),
        ("/phases/1/messages/0/secondsLeft", json!(1)),
        ("/phases/2/messages/0/status", json!("relayed")),
        ("/phases/3/messages/0/status", json!("ready")),
        ("/phases/3/finalized/blockHash", hash.clone()),
        ("/messages/0/relay/calldata", json!("0x")),
        ("/deposits/0/l2Block", json!(1)),
        ("/balances/7/metis", json!("1")),
        ("/l2Headers/4/stateRoot", hash),
    ] {
        let directory = copy(&data, "devnet-1", "replay-own");
        edit(&directory.join("expected.json"), pointer, value);
        let (code, report, _) = replay(&directory);
        assert_eq!((code, &report["holds"]), (Some(1), &json!(false)), "{pointer}");
    }
}

#[test]
fn recordings_agree_phase_by_phase() {
    let Some(golden) = golden() else { return };
    let (code, report, _) = replay(&golden.join("6-governance"));
    assert_eq!(code, Some(0), "{report}");
    let phases = report["checked"].as_array().expect("phases");
    assert_eq!(phases.iter().filter_map(|phase| phase["phase"].as_str()).collect::<Vec<_>>(), PHASES);
    assert!(phases.iter().all(|phase| phase["differences"] == json!([]) && phase["agreed"]["l1"] == 2));
    let of = |name: &str| phases.iter().find(|phase| phase["phase"] == name).expect("a phase");
    assert_eq!(of("implementation-changed")["accepted"].as_array().expect("a list").len(), 1);
    assert_eq!((&of("renamed")["agreed"]["head"], &of("renamed")["refused"]), (&json!(0), &json!(1)));
}

const PHASES: [&str; 5] = ["ready", "window-raised", "window-lowered", "implementation-changed", "renamed"];

#[test]
fn a_false_expectation_is_noticed() {
    let Some(golden) = golden() else { return };
    let directory = copy(&golden, "2-in-window", "replay-false");
    edit(&directory.join("expected.json"), "/phases/0/messages/1/status", json!("ready"));
    let (code, report, _) = replay(&directory);
    assert_eq!((code, &report["holds"]), (Some(1), &json!(false)), "{report}");
    let differences = &report["checked"][0]["differences"];
    assert_eq!(differences[0], r#"message W1-metis: "in-window", expected "ready""#, "{differences}");
    assert_eq!(differences.as_array().map(Vec::len), Some(1), "{differences}");
}

#[test]
fn lies_are_told_about_the_recordings_beside_them() {
    let Some(golden) = golden() else { return };
    let (code, report, _) = replay(&golden.join("5-lies"));
    assert_eq!((code, report["checked"].as_array().map(Vec::len)), (Some(0), Some(101)), "{}", report["error"]);

    // One that would not be a lie is noticed by nobody, and said so.
    let directory = copy(&golden, "5-lies", "replay-lies");
    copy(&golden, "2-in-window", "replay-lies");
    let calls = golden.join("2-in-window/calls.json.gz");
    let mut unpacked = Vec::new();
    let mut packed = flate2::read::GzDecoder::new(std::fs::File::open(calls).expect("it is there"));
    std::io::Read::read_to_end(&mut packed, &mut unpacked).expect("gzip");
    let calls: Vec<Value> = serde_json::from_slice(&unpacked).expect("json");
    let is_proof = |call: &&Value| call["source"] == "l2" && call["request"]["method"] == "eth_getProof";
    let truth = calls.iter().find(is_proof).expect("a proof was recorded");
    let lie = |base: &str| {
        json!([{ "id": "t01", "title": "no lie", "stage": "l2-proof", "base": base, "phase": "in-window",
                 "expect": { "accept": ["invalid-proof"] }, "replacements": [truth] }])
    };
    std::fs::remove_file(directory.join("lies.json.gz")).expect("it was copied");
    std::fs::write(directory.join("lies.json"), lie("2-in-window").to_string()).expect("it can be written");
    let (code, report, _) = replay(&directory);
    assert_eq!((code, &report["checked"][0]["lie"]), (Some(1), &json!("t01")), "{report}");
    for base in ["../2-in-window", "..", "/", "", "nowhere"] {
        std::fs::write(directory.join("lies.json"), lie(base).to_string()).expect("it can be written");
        let (code, report, _) = replay(&directory);
        assert_eq!(code, Some(2), "{base}: {report}");
    }
}

#[test]
fn what_is_no_recording_is_misuse() {
    let Some(golden) = golden() else { return };
    let (code, report, _) = replay(&golden);
    assert_eq!(code, Some(2), "{report}");
    let directory = copy(&golden, "2-in-window", "replay-broken");
    for (pointer, value) in [
        ("/phases", json!([])),
        ("/phases/0/messages", json!(null)),
        ("/phases/0/suggestedWallClock", json!("now")),
        ("/l2Headers", json!({})),
    ] {
        copy(&golden, "2-in-window", "replay-broken");
        edit(&directory.join("expected.json"), pointer, value);
        let (code, report, _) = replay(&directory);
        let message = report["error"]["message"].to_string();
        assert!(code == Some(2) && message.contains("is missing"), "{pointer}: {report}");
    }
}
