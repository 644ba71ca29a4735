//! What L1 still shows of deleted batches, in each phase of the recordings of `golden/`: a batch that was posted and is no
//! longer counted, and has none in its place, is found; nothing else is.

use super::Report;
use super::blocks::{ask, ready};
use super::metis::json::{list, small, text, word};
use crate::files::{Files, json};
use metis_light::client::{Call, LastDeleted, Request, RollupHead, Task};
use metis_light::consensus::Checkpoint;
use metis_light::error::Kind;
use metis_light::network::Network;
use metis_light::primitives::{B256, UnixTime};
use metis_light::shell::{Session, Transcript};
use metis_light::wire::ProofReply;
use serde_json::{Value, json};

pub(super) const ROOTS: &[&str] = &["golden/"];

pub(super) fn run(files: &Files) -> Report {
    let mut report = Report::default();
    let mut found = 0;
    for (path, network) in files.matching("golden/", "/network.json") {
        let folder = path.trim_end_matches("network.json");
        let read = |name: &str| files.json(&format!("{folder}{name}.json"));
        let (Some(expected), Some(calls)) = (read("expected"), read("calls")) else { continue };
        let checkpoint = Checkpoint::new(word(&json(path, network)["l1"]["checkpointRoot"]));
        let network = Network::from_json(network).expect("a network file");
        let transcript = Transcript::new(&calls).expect("calls");
        for phase in list(&expected["phases"]) {
            let world = transcript.at(text(&phase["name"]), UnixTime(small(&phase["suggestedWallClock"])));
            let session = Session::from_checkpoint(network.clone(), checkpoint, world.clone());
            // In some phases the contracts are not those that the network's data pins.
            let Ok(head) = ready(session.head()).map(|heads| heads.rollup) else { continue };
            let told = match ask(&world, LastDeleted { registry: head.registry.clone() }) {
                Ok(told) => told,
                // Not every element was recorded, least of all one that never was.
                Err(error) if error.kind() == Kind::Unavailable => continue,
                Err(error) => panic!("{folder}{}: {error}", phase["name"]),
            };
            assert_eq!(
                told.map(|deleted| deleted.header_hash()),
                deleted(&expected, phase),
                "{folder}{}",
                phase["name"]
            );
            report.cases += 1;
            if told.is_some() {
                found += 1;
                report.refused += spoiled(&calls, &head);
            }
        }
    }
    assert!(found > 0, "no recording has a deletion");
    report
}

/// The header hash of the last batch that was posted where the next one is to stand.
fn deleted(expected: &Value, phase: &Value) -> Option<B256> {
    let (finalized, length) = (small(&phase["finalized"]["blockNumber"]), small(&phase["scc"]["batchCount"]));
    let was_there = |batch: &&Value| small(&batch["index"]) == length && small(&batch["l1Block"]) <= finalized;
    list(&expected["batches"]).iter().rfind(was_there).map(|batch| word(&batch["headerHash"]))
}

/// The proof says nothing but what it proves: each node is spoiled, and what stands in clear beside it.
fn spoiled(calls: &Value, head: &RollupHead) -> usize {
    let task = LastDeleted { registry: head.registry.clone() };
    let [Request::L1(Call { params, .. })] = &task.requests()[..] else { panic!("one request") };
    let asked = json("params", params.as_bytes());
    let slot = text(&asked[1][0]).to_owned();
    let answer = list(calls).iter().find_map(|call| {
        let (request, result) = (&call["request"], &call["response"]["result"]);
        let of = request["params"][0].as_str().filter(|of| of.eq_ignore_ascii_case(text(&asked[0])));
        let is_here = request["method"] == "eth_getProof" && request["params"][2] == asked[2] && of.is_some();
        let proof = list(is_here.then_some(&result["storageProof"])?);
        let proof = proof.iter().find(|proof| word_of(&proof["key"]) == word_of(&json!(slot)))?;
        Some(
            json!({ "accountProof": result["accountProof"], "address": result["address"], "balance": result["balance"],
            "codeHash": result["codeHash"], "nonce": result["nonce"], "storageHash": result["storageHash"],
            "storageProof": [proof] }),
        )
    });
    let answer = answer.expect("it was recorded");
    let resumed = |answer: &Value| task.resume(&[answer.to_string().into_bytes()], UnixTime(0));
    assert!(resumed(&answer).is_ok());
    assert!(ProofReply::parse(answer.to_string().as_bytes()).is_ok());
    let mut refused = 0;
    for pointer in ["/storageProof/0/value", "/storageProof/0/proof/0", "/accountProof/0", "/storageHash", "/codeHash"]
    {
        let mut lie = answer.clone();
        let place = lie.pointer_mut(pointer).expect("a member");
        let last = if text(place).ends_with('0') { "1" } else { "0" };
        *place = json!(format!("{}{last}", &text(place)[..text(place).len() - 1]));
        let fault = resumed(&lie).expect_err("it is refused");
        assert_eq!((fault.request, fault.error.kind()), (Some(0), Kind::Invalid), "{pointer}");
        refused += 1;
    }
    for pointer in ["/storageProof/0/proof", "/accountProof"] {
        let mut lie = answer.clone();
        lie.pointer_mut(pointer).and_then(Value::as_array_mut).expect("a list").pop();
        assert_eq!(resumed(&lie).expect_err("it is refused").request, Some(0), "{pointer}");
        refused += 1;
    }
    assert_eq!(task.resume(&[], UnixTime(0)).expect_err("no reply").request, None);
    refused + 1
}

fn word_of(key: &Value) -> B256 {
    super::metis::json::padded(key)
}
