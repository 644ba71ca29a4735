//! Relays that were tried, over the recordings of `golden/`: one that failed is found by the messenger's logs and by its
//! transaction, one that did not fail is no failure, and what sources say falsely of them finds nothing or is refused.

use super::Report;
use super::blocks::{ask, ready};
use super::metis::json::{address, bytes, list, number, small, text, word};
use crate::files::{Files, json};
use core::cell::Cell;
use core::time::Duration;
use metis_light::bridge::{Message, RelayTry};
use metis_light::client::{FailedRelayOf, Reply, Request, RollupHead, Source};
use metis_light::consensus::Checkpoint;
use metis_light::error::Kind;
use metis_light::network::Network;
use metis_light::primitives::{B256, UnixTime};
use metis_light::shell::{Failure, Session, Transcript, Transport};
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
        let transcript = Transcript::new(&by_topic(calls)).expect("calls");
        for phase in list(&expected["phases"]) {
            let world = transcript.at(text(&phase["name"]), UnixTime(small(&phase["suggestedWallClock"])));
            let session = Session::from_checkpoint(network.clone(), checkpoint, world.clone());
            // In some phases the contracts are not those that the network's data pins.
            let Ok(head) = ready(session.head()).map(|heads| heads.rollup) else { continue };
            for relay in expected["relays"].as_array().into_iter().flatten() {
                found += usize::from(is_told(&world, &head, relay, &expected, &mut report));
            }
        }
    }
    assert!(found > 0, "no recording has a relay that failed");
    report
}

/// Logs that were asked for by one of several topics, as they would have been by each.
fn by_topic(mut calls: Value) -> Value {
    let mut asked_apart = Vec::new();
    for call in list(&calls) {
        let (topics, logs) = (&call["request"]["params"][0]["topics"][0], &call["response"]["result"]);
        let (Some(topics), Some(logs)) = (topics.as_array(), logs.as_array()) else { continue };
        for topic in topics {
            let mut apart = call.clone();
            apart["request"]["params"][0]["topics"] = json!([topic]);
            let logs = logs.iter().filter(|log| log["topics"][0] == *topic);
            apart["response"]["result"] = logs.cloned().collect();
            asked_apart.push(apart);
        }
    }
    calls.as_array_mut().expect("calls").extend(asked_apart);
    calls
}

/// Whether it failed, and is told so.
fn is_told(world: &Transcript, head: &RollupHead, relay: &Value, expected: &Value, report: &mut Report) -> bool {
    let mut messages = list(&expected["messages"]).iter();
    let told = messages.find(|message| message["messageHash"] == relay["messageHash"]).expect("its message");
    let message = message_of(told);
    assert_eq!(message.hash(), word(&relay["messageHash"]));
    let tried = RelayTry { relayer: address(&relay["relayer"]), l1_block: small(&relay["l1Block"]) };
    let has_failed =
        relay["outcome"] == "FailedRelayedMessage" && tried.l1_block <= head.registry.basis().l1().number();
    let transaction = word(&relay["l1Tx"]);
    for named in [None, Some(transaction)] {
        let task = FailedRelayOf::new(&head.registry, &message, named);
        let outcome = match ask(world, task) {
            Ok(outcome) => outcome,
            // The slot of a try that is to come was not recorded.
            Err(error) if error.kind() == Kind::Unavailable && !has_failed => continue,
            Err(error) => panic!("{relay}: {error}"),
        };
        assert_eq!(outcome.map(|failed| failed.tried()), has_failed.then_some(tried), "{relay}");
        report.cases += 1;
    }
    if has_failed {
        spoiled(world, head, &message, transaction, report);
    }
    has_failed
}

fn message_of(told: &Value) -> Message {
    Message {
        target: address(&told["target"]),
        sender: address(&told["sender"]),
        message: bytes(&told["message"]),
        message_nonce: number(&told["messageNonce"]),
    }
}

/// Of which method, at which place, what; and the kind of error that it deserves, where it is refused.
type Lie<'a> = (&'a str, &'a str, &'a dyn Fn(&Value) -> Value, Option<Kind>);

/// A false hint finds nothing, and no proof of another word is taken.
fn spoiled(world: &Transcript, head: &RollupHead, message: &Message, transaction: B256, report: &mut Report) {
    const PROOF: &str = "eth_getProof";
    const TRANSACTION: &str = "eth_getTransactionByHash";
    let flip = |value: &Value| {
        let text = text(value);
        let (rest, digit) = text.split_at(text.len() - 1);
        json!(format!("{rest}{}", if digit == "0" { "1" } else { "0" }))
    };
    let lies: [Lie<'_>; 9] = [
        ("eth_getLogs", "", &|_| json!([]), None),
        (TRANSACTION, "", &|_| Value::Null, None),
        (TRANSACTION, "/blockNumber", &|_| Value::Null, None),
        (TRANSACTION, "/blockNumber", &|_| json!("0xffffff"), None),
        (TRANSACTION, "/from", &|_| json!("0x12"), Some(Kind::Malformed)),
        (PROOF, "/storageProof/0/value", &|_| json!("0x0"), Some(Kind::Invalid)),
        (PROOF, "/storageProof/1/value", &|_| json!("0x1"), Some(Kind::Invalid)),
        (PROOF, "/storageProof/0/proof", &|_| json!([]), Some(Kind::Invalid)),
        (PROOF, "/accountProof/0", &flip, Some(Kind::Invalid)),
    ];
    for (method, pointer, value, kind) in lies {
        let named = (method != "eth_getLogs").then_some(transaction);
        let liar = Liar { world, method, pointer, value, is_told: Cell::new(false) };
        let outcome = ask(&liar, FailedRelayOf::new(&head.registry, message, named));
        assert!(liar.is_told.get(), "{method} {pointer} was not told");
        match (outcome, kind) {
            (Ok(None), None) => {}
            (Err(error), Some(kind)) => assert_eq!(error.kind(), kind, "{method} {pointer}: {error}"),
            (outcome, _) => panic!("{method} {pointer}: {outcome:?}"),
        }
        report.refused += 1;
    }
}

/// Sources of which one method is answered falsely.
struct Liar<'a> {
    world: &'a Transcript,
    method: &'a str,
    pointer: &'a str,
    value: &'a dyn Fn(&Value) -> Value,
    is_told: Cell<bool>,
}

impl Transport for Liar<'_> {
    fn sources(&self, _: Source) -> usize {
        1
    }

    async fn fetch(&self, kind: Source, _: usize, requests: &[Request]) -> Vec<Result<Reply, Failure>> {
        let mut replies = self.world.fetch(kind, 0, requests).await;
        for (request, reply) in requests.iter().zip(&mut replies) {
            let (Request::L1(call), Ok(honest)) = (request, &reply) else { continue };
            let mut told = json("reply", honest);
            let place = told.pointer_mut(self.pointer).filter(|_| call.method == self.method);
            let Some(place) = place else { continue };
            *place = (self.value)(place);
            self.is_told.set(true);
            *reply = Ok(told.to_string().into_bytes());
        }
        replies
    }

    async fn sleep(&self, _: Duration) {}

    fn jitter(&self) -> u32 {
        0
    }

    fn now(&self) -> UnixTime {
        self.world.now()
    }
}
