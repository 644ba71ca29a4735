//! The flow over a node that answers from tries of its own, honestly or not. What is read is tested where it is read.

use super::*;
use crate::dispute::tests::world::{Opened, World, batch, opened, subject, who};
use crate::error::Kind;
use crate::execution::{AccountProof, Question};
use crate::primitives::{Address, B256, Bytes, StorageSlot, U256};
use crate::shell::{Driven, Failure, Limits, Standing, Transport, drive};
use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use serde_json::{Value, json};
use std::cell::RefCell;

/// What a node does with its answers: the method, and what it would say.
type Manners = fn(&str, Value) -> Value;

/// Nodes of L1 over one world.
struct Nodes {
    world: World,
    manners: Vec<Manners>,
    asked: RefCell<Vec<String>>,
}

impl Nodes {
    fn new(world: &World, manners: &[Manners]) -> Self {
        Self { world: world.clone(), manners: manners.to_vec(), asked: RefCell::default() }
    }

    fn drive(&self, block: Option<u64>) -> Driven<Disputes> {
        let task = DisputesOf::new(&self.world.registry(), block).expect("begun");
        ready(drive(task, self, Limits::default(), &mut Standing::default()))
    }

    /// The honest answer.
    fn answer(&self, call: &Call) -> Value {
        let params: Value = serde_json::from_str(&call.params).expect("json");
        let who: Address = text(&params[0]).parse().expect("an address");
        match call.method {
            "eth_getCode" => json!(self.world.codes.get(&who).cloned().unwrap_or_default()),
            "eth_getProof" => {
                let slots = params[1].as_array().expect("a list");
                let slots: Vec<_> = slots.iter().map(|slot| StorageSlot(text(slot).parse().expect("a slot"))).collect();
                said(&self.world.chain.answer(&Question::new(who, slots)))
            }
            method => panic!("{method} is not asked for"),
        }
    }
}

impl Transport for Nodes {
    fn sources(&self, kind: crate::client::Source) -> usize {
        if kind == crate::client::Source::L1 { self.manners.len() } else { 0 }
    }

    async fn fetch(
        &self,
        _: crate::client::Source,
        source: usize,
        requests: &[Request],
    ) -> Vec<Result<Reply, Failure>> {
        let answer = |request: &Request| {
            let Request::L1(call) = request else { panic!("only l1 is asked") };
            self.asked.borrow_mut().push(call.method.to_owned());
            Ok(self.manners[source](call.method, self.answer(call)).to_string().into_bytes())
        };
        requests.iter().map(answer).collect()
    }

    fn now(&self) -> UnixTime {
        UnixTime(self.world.chain.time)
    }

    async fn sleep(&self, _: Duration) {
        core::future::pending().await
    }

    fn jitter(&self) -> u32 {
        0
    }
}

fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

fn said(proof: &AccountProof) -> Value {
    let slot =
        |slot: &crate::execution::SlotProof| json!({ "key": slot.key, "value": slot.value, "proof": slot.nodes });
    let claims = &proof.claims;
    json!({
        "address": claims.address,
        "accountProof": proof.nodes,
        "balance": claims.balance,
        "codeHash": claims.code_hash,
        "nonce": claims.nonce.map(U256::from),
        "storageHash": claims.storage_hash,
        "storageProof": proof.slots.iter().map(slot).collect::<Vec<_>>(),
    })
}

/// Verifiers, a challenge in which somebody has revealed, a game, and a request about block 13.
fn busy() -> World {
    let mut world = World::new();
    world.chain.append(0, &batch());
    world.stake(&[who(1), who(2)], 200);
    world.open(0, &Opened { revealed: vec![who(3)], ..opened() });
    world.commit(0, who(3), &[7; 32], &[9; 32], b"key");
    world.play(0, &subject(), 0);
    world.request(13, who(7));
    world
}

const HONEST: Manners = |_, answer| answer;

#[test]
fn where_nothing_is_disputed_it_takes_one_round_of_three_proofs() {
    let nodes = Nodes::new(&World::new(), &[HONEST]);
    let driven = nodes.drive(None);
    assert_eq!((driven.rounds, driven.blamed.len()), (1, 0));
    assert_eq!(*nodes.asked.borrow(), ["eth_getProof"; 3]);
    assert_eq!(driven.output.expect("it is read").games().map(|games| games.count), Some(0));
}

#[test]
fn everything_there_is_takes_five_rounds() {
    let nodes = Nodes::new(&busy(), &[HONEST]);
    let driven = nodes.drive(Some(13));
    assert_eq!(driven.rounds, Inquiry::MAX_ROUNDS);
    let disputes = driven.output.expect("it is read");
    assert_eq!(disputes.games().expect("named").games[0].subject, Some(subject()));
    assert!(disputes.request().is_some());
    let challenge = &disputes.mvm_verifier().expect("named").challenges[0];
    assert!(challenge.participants.iter().any(|one| one.address == who(3) && one.has_revealed()));
    assert_eq!(nodes.asked.borrow().iter().filter(|method| *method == "eth_getCode").count(), 1);
}

/// Lies about everything that is asked for, in each way that a node can.
const LIES: [Manners; 6] = [
    |_, _| Value::Null,
    |_, _| json!("0x"),
    |method, answer| if method == "eth_getCode" { json!("0x60") } else { answer },
    |_, answer| with(answer, "/storageProof/0/value", json!("0x1234")),
    |_, answer| with(answer, "/accountProof", json!([])),
    |_, answer| with(answer, "/storageProof", json!([])),
];

fn with(mut answer: Value, place: &str, value: Value) -> Value {
    if let Some(member) = answer.pointer_mut(place) {
        *member = value;
    }
    answer
}

#[test]
fn a_node_that_lies_is_blamed_and_passed_over() {
    let truth = format!("{:?}", Nodes::new(&busy(), &[HONEST]).drive(Some(13)).output.expect("it is read"));
    for (place, lie) in LIES.into_iter().enumerate() {
        let alone = Nodes::new(&busy(), &[lie]).drive(Some(13));
        let error = alone.output.expect_err("nobody else is there");
        assert!(matches!(error.kind(), Kind::Invalid | Kind::Malformed), "{place}: {error}");
        let beside = Nodes::new(&busy(), &[lie, HONEST]).drive(Some(13));
        assert_eq!(format!("{:?}", beside.output.expect("one is honest")), truth, "{place}");
        assert_eq!(beside.blamed.iter().map(|blame| blame.source).collect::<Vec<_>>(), [0], "{place}");
    }
}

#[test]
fn what_is_proven_and_cannot_be_taken_is_nobodys_fault() {
    let mut world = World::new();
    world.set(13, U256::MAX);
    let driven = Nodes::new(&world, &[HONEST, HONEST]).drive(None);
    assert_eq!(driven.blamed.len(), 0);
    let error = driven.output.expect_err("no list is that long");
    assert_eq!((error.kind(), error.detail().rule), (Kind::Unsupported, "dispute.too-long"));
}

#[test]
fn each_request_is_blamed_for_its_own_reply() {
    let nodes = Nodes::new(&busy(), &[HONEST]);
    let task = DisputesOf::new(&nodes.world.registry(), Some(13)).expect("begun");
    let honest: Vec<Reply> = task.requests().iter().map(|request| reply(&nodes, request)).collect();
    for place in 0..honest.len() {
        let mut replies = honest.clone();
        replies[place] = b"null".to_vec();
        let fault = task.resume(&replies, UnixTime(0)).expect_err("it is no proof");
        assert_eq!((fault.request, fault.error.kind()), (Some(place), Kind::Malformed));
    }
    for replies in [&honest[1..], &[]] {
        let fault = task.resume(replies, UnixTime(0)).expect_err("too few");
        assert_eq!((fault.request, fault.error.kind()), (None, Kind::Misuse));
    }
    assert!(matches!(task.resume(&honest, UnixTime(0)), Ok(Step::Ask(_))));
}

fn reply(nodes: &Nodes, request: &Request) -> Reply {
    let Request::L1(call) = request else { panic!("only l1 is asked") };
    nodes.answer(call).to_string().into_bytes()
}

#[test]
fn all_is_asked_at_the_l1_block_of_the_registry() {
    let task = DisputesOf::new(&busy().registry(), Some(13)).expect("begun");
    for request in task.requests() {
        let Request::L1(call) = request else { panic!("only l1 is asked") };
        assert!(call.params.ends_with("\"0x1\"]"), "{}", call.params);
    }
}

#[test]
fn the_nodes_of_this_test_speak_as_nodes_do() {
    let world = busy();
    let question = Question::new(world.verifier(), [StorageSlot::at(12), StorageSlot::at(99)]);
    let honest = world.chain.answer(&question);
    assert_eq!(proof(&said(&honest).to_string().into_bytes()), Ok(honest));
    assert_eq!(hint::code(b"\"0x\""), Ok(Bytes::new()));
    assert_ne!(B256::ZERO, world.registry().basis().l1().hash());
}
