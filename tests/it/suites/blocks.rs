//! Blocks under the block hash that their batch names, over the recordings of `golden/`: each posted block by its number, its
//! hash and its transactions, and the logs of all of them. Then one question, of which a node spoils one place after the
//! other, alone and beside an honest node.

use super::Report;
use super::metis::json::{address, bytes, list, small, text, word, words};
use crate::files::{Files, json};
use core::future::Future;
use core::ops::RangeInclusive;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use metis_light::client::{
    BlockBy, BlocksIn, ClientError, CommittedBlock, Firmness, LogFilter, Named, Reply, Request, RollupHead, Source,
    Task,
};
use metis_light::consensus::Checkpoint;
use metis_light::error::{Error, Kind};
use metis_light::network::Network;
use metis_light::primitives::{B256, UnixTime};
use metis_light::rollup::{Finality, QueueOrigin, RollupError};
use metis_light::shell::{Failure, Limits, Session, Standing, Transcript, Transport, drive};
use serde_json::{Value, json};

pub(super) const ROOTS: &[&str] = &["golden/"];

pub(super) fn run(files: &Files) -> Report {
    let mut report = Report::default();
    for (path, network) in files.matching("golden/", "/network.json") {
        let folder = path.trim_end_matches("network.json");
        let read = |name: &str| files.json(&format!("{folder}{name}.json"));
        let (Some(expected), Some(calls)) = (read("expected"), read("calls")) else { continue };
        let (world, head) = newest(path, network, &calls, &expected);
        every_block(&world, &head, &expected, &mut report);
        every_log(&world, &head, &calls, &mut report);
        beyond(&world, &head, &mut report);
        if folder.ends_with("1-happy/") {
            spoiled(&world, &head, &expected, &mut report);
        }
    }
    report
}

/// The newest phase whose contracts are those that the network's data pins.
fn newest(path: &str, network: &[u8], calls: &Value, expected: &Value) -> (Transcript, RollupHead) {
    let checkpoint = word(&json(path, network)["l1"]["checkpointRoot"]);
    let network = Network::from_json(network).expect("a network file");
    let transcript = Transcript::new(calls).expect("calls");
    let at = |phase: &Value| {
        let world = transcript.at(text(&phase["name"]), UnixTime(small(&phase["suggestedWallClock"])));
        let session = Session::from_checkpoint(network.clone(), Checkpoint::new(checkpoint), world.clone());
        ready(session.head()).ok().map(|heads| (world, heads.rollup))
    };
    list(&expected["phases"]).iter().rev().find_map(at).unwrap_or_else(|| panic!("{path}: no phase has a head"))
}

fn blocks(
    world: &impl Transport,
    head: &RollupHead,
    wanted: RangeInclusive<u64>,
    firmness: Firmness,
) -> Result<Vec<CommittedBlock>, Error> {
    let found = ask(world, BlocksIn::new(head.clone(), wanted.clone(), firmness)?)?;
    let by_numbers = ask(world, BlockBy::numbers(head.clone(), wanted, firmness)?)?;
    assert_eq!(by_numbers.iter().map(said).collect::<Vec<_>>(), found.iter().map(said).collect::<Vec<_>>());
    Ok(found)
}

fn block_by(world: &impl Transport, head: &RollupHead, named: Named) -> Result<CommittedBlock, Error> {
    let mut found = ask(world, BlockBy::new(head.clone(), named, Firmness::Posted))?;
    assert_eq!(found.len(), 1);
    Ok(found.remove(0))
}

pub(super) fn ask<T: Task>(world: &impl Transport, task: T) -> Result<T::Output, Error> {
    ready(drive(task, world, Limits::default(), &mut Standing::default())).output
}

/// The first block whose batch names a block: nothing leads to those before.
fn first_named(world: &Transcript, head: &RollupHead, report: &mut Report) -> u64 {
    let posted = head.registry.context().total_elements;
    let is_unnamed = |block: &u64| match blocks(world, head, *block..=*block, Firmness::Posted) {
        Ok(_) => false,
        Err(error) => {
            assert_eq!(error, RollupError::NoLastBlock.into(), "block {block}");
            true
        }
    };
    let unnamed = (1..=posted).take_while(is_unnamed).count();
    report.refused += unnamed;
    unnamed as u64 + 1
}

fn every_block(world: &Transcript, head: &RollupHead, expected: &Value, report: &mut Report) {
    let posted = head.registry.context().total_elements;
    let first = first_named(world, head, report);
    assert!(first < posted, "no block is named");
    for header in list(&expected["l2Headers"]) {
        let number = small(&header["number"]);
        if number < first || number > posted {
            continue;
        }
        let found = blocks(world, head, number..=number, Firmness::Posted).expect("it was recorded");
        let [block] = found.as_slice() else { panic!("one block") };
        assert_eq!(block.header().hash(), word(&header["hash"]));
        assert_eq!(block.header().header().state_root, word(&header["stateRoot"]));
        let by_hash = block_by(world, head, Named::Hash(block.header().hash())).expect("it was recorded");
        assert_eq!(by_hash.header().hash(), block.header().hash());
        every_transaction(world, head, block, expected);
        // What is disputed is refused to whoever does not ask for it.
        let is_disputed = matches!(block.header().batch().finality(), Finality::Disputed(_));
        let is_final = matches!(block.header().batch().finality(), Finality::Final { .. });
        for (firmness, is_taken) in [(Firmness::Undisputed, !is_disputed), (Firmness::Final, is_final)] {
            let outcome = blocks(world, head, number..=number, firmness);
            assert_eq!(outcome.is_ok(), is_taken, "block {number}, {firmness:?}");
            assert!(outcome.is_ok_and(|_| true) || !is_taken);
        }
        report.cases += 1;
    }
}

fn every_transaction(world: &Transcript, head: &RollupHead, block: &CommittedBlock, expected: &Value) {
    let number = block.header().header().number;
    let told: Vec<_> = list(&expected["l2Transactions"]).iter().filter(|it| small(&it["block"]) == number).collect();
    assert_eq!(told.len(), block.transactions.value().len(), "block {number}");
    for told in told {
        let hash = word(&told["hash"]);
        let found = block_by(world, head, Named::Transaction(hash)).expect("it was recorded");
        assert_eq!(found.header().hash(), block.header().hash());
        let place = found.place_of(hash).expect("it has it");
        assert_eq!(place as u64, small(&told["index"]));
        let transaction = &found.transactions.value()[place];
        if transaction.metadata.queue_origin == QueueOrigin::Sequencer {
            assert_eq!(transaction.signed.sender(), Ok(address(&told["sender"])));
        }
    }
}

/// All logs of all blocks that lead somewhere, in one question: what the node gave for the same range.
fn every_log(world: &Transcript, head: &RollupHead, calls: &Value, report: &mut Report) {
    let posted = head.registry.context().total_elements;
    let first = first_named(world, head, &mut Report::default());
    let is_whole = |call: &&Value| {
        call["source"] == "l2" && call["request"]["method"] == "eth_getLogs" && {
            let filter = &call["request"]["params"][0];
            filter["address"].is_null() && filter["topics"].is_null()
        }
    };
    let recorded = list(calls).iter().find(is_whole).expect("a question for all logs");
    let told = list(&recorded["response"]["result"]).iter();
    let told: Vec<_> = told.filter(|log| (first..=posted).contains(&small(&log["blockNumber"]))).collect();
    let found = blocks(world, head, first..=posted, Firmness::Posted).expect("it was recorded");
    assert_eq!(found.len() as u64, posted - first + 1);
    let logs: Vec<_> = found.iter().flat_map(|block| block.logs().map(move |log| (block, log))).collect();
    assert_eq!(logs.len(), told.len());
    assert!(logs.len() > 10, "{} logs", logs.len());
    let nothing = LogFilter { topics: vec![vec![B256::repeat_byte(1)]], ..LogFilter::default() };
    for ((block, placed), told) in logs.iter().zip(&told) {
        assert_eq!(block.header().hash(), word(&told["blockHash"]));
        assert_eq!(placed.place as u64, small(&told["logIndex"]));
        assert_eq!(placed.log.address, address(&told["address"]));
        assert_eq!(placed.log.topics, words(&told["topics"]));
        assert_eq!(placed.log.data, bytes(&told["data"]));
        let transaction = &block.transactions.value()[placed.transaction];
        assert_eq!(transaction.signed.hash(), word(&told["transactionHash"]));
        let topics = placed.log.topics.iter().map(|topic| vec![*topic]).collect();
        assert!(LogFilter { addresses: vec![placed.log.address], topics }.takes(placed.log));
        assert!(!nothing.takes(placed.log));
        report.cases += 1;
    }
}

/// What is not there, or is too much.
fn beyond(world: &Transcript, head: &RollupHead, report: &mut Report) {
    let posted = head.registry.context().total_elements;
    let outside = |got, last| Error::from(RollupError::BlockOutsideBatch { got, first: 1, last });
    for (range, error) in [
        (posted..=posted + 1, ClientError::NotPosted { block: posted + 1, posted }.into()),
        (0..=posted, outside(0, posted)),
        (posted..=posted - 1, outside(posted, posted - 1)),
        (1..=129, ClientError::TooMany { what: "blocks", got: 129, limit: 128 }.into()),
        (1..=u64::MAX, ClientError::TooMany { what: "blocks", got: u64::MAX, limit: 128 }.into()),
    ] {
        assert_eq!(blocks(world, head, range, Firmness::Posted).expect_err("it is refused"), error);
        report.refused += 1;
    }
}

/// One place that a node spoils, and what becomes of it.
struct Spoil {
    method: &'static str,
    /// The first parameter of the call that is answered falsely.
    of: Value,
    pointer: &'static str,
    value: fn(&Value) -> Value,
}

const fn spoil(method: &'static str, of: Value, pointer: &'static str, value: fn(&Value) -> Value) -> Spoil {
    Spoil { method, of, pointer, value }
}

fn spoiled(world: &Transcript, head: &RollupHead, expected: &Value, report: &mut Report) {
    const BLOCK: &str = "eth_getBlockByNumber";
    const RECEIPTS: &str = "eth_getTransactionReceiptsByBlock";
    let posted = head.registry.context().total_elements;
    let last = |number: u64| json!(format!("{number:#x}"));
    let told = list(&expected["l2Transactions"]).iter().find(|it| small(&it["block"]) == posted).expect("one");
    let transaction = word(&told["hash"]);
    let hash = block_by(world, head, Named::Transaction(transaction)).expect("it was recorded").header().hash();
    let flipped = |value: &Value| {
        let text = text(value);
        let (rest, digit) = text.split_at(text.len() - 1);
        json!(format!("{rest}{}", if digit == "0" { "1" } else { "0" }))
    };
    let swapped = |value: &Value| Value::Array(list(value).iter().rev().cloned().collect());
    let shortened = |value: &Value| Value::Array(list(value)[1..].to_vec());
    let doubled = |value: &Value| Value::Array(list(value).iter().chain(&list(value)[..1]).cloned().collect());
    let null = |_: &Value| Value::Null;
    let seven = |_: &Value| json!("0x7");
    let is_refused = [
        spoil(BLOCK, last(posted), "/stateRoot", flipped),
        spoil(BLOCK, last(posted), "/parentHash", flipped),
        spoil(BLOCK, last(posted), "/transactionsRoot", flipped),
        spoil(BLOCK, last(posted), "/receiptsRoot", flipped),
        spoil(BLOCK, last(posted), "/timestamp", flipped),
        spoil(BLOCK, last(posted), "/number", seven),
        spoil(BLOCK, last(posted), "/baseFeePerGas", seven),
        spoil(BLOCK, last(posted), "", null),
        spoil(BLOCK, last(posted - 1), "/logsBloom", flipped),
        spoil(BLOCK, last(posted - 1), "", null),
        spoil(BLOCK, last(posted), "/transactions/0/value", seven),
        spoil(BLOCK, last(posted), "/transactions/0/nonce", flipped),
        spoil(BLOCK, last(posted), "/transactions/0/r", flipped),
        spoil(BLOCK, last(posted), "/transactions/0/l1BlockNumber", flipped),
        spoil(BLOCK, last(posted), "/transactions/0/queueOrigin", |_| json!("l1")),
        spoil(BLOCK, last(posted), "/transactions", swapped),
        spoil(BLOCK, last(posted), "/transactions", shortened),
        spoil(BLOCK, last(posted), "/transactions", doubled),
        spoil(BLOCK, last(posted), "/transactions", |_| json!([])),
        spoil(RECEIPTS, last(posted), "/0/status", |_| json!("0x0")),
        spoil(RECEIPTS, last(posted), "/0/cumulativeGasUsed", flipped),
        spoil(RECEIPTS, last(posted), "/0/logs/0/address", flipped),
        spoil(RECEIPTS, last(posted), "/0/logs/0/topics/0", flipped),
        spoil(RECEIPTS, last(posted), "/0/logs/0/topics", shortened),
        spoil(RECEIPTS, last(posted), "/0/logs/0/data", flipped),
        spoil(RECEIPTS, last(posted), "/0/logs", shortened),
        spoil(RECEIPTS, last(posted), "/0/logs", doubled),
        spoil(RECEIPTS, last(posted), "", swapped),
        spoil(RECEIPTS, last(posted), "", shortened),
        spoil(RECEIPTS, last(posted), "", null),
        spoil(RECEIPTS, last(posted - 1), "/0/logs", |_| json!([])),
        spoil("eth_getTransactionReceipt", json!(transaction), "/blockNumber", flipped),
        spoil("eth_getTransactionReceipt", json!(transaction), "/blockNumber", seven),
        spoil("eth_getTransactionReceipt", json!(transaction), "", null),
        spoil("eth_getBlockByHash", json!(hash), "/number", seven),
        spoil("eth_getBlockByHash", json!(hash), "/stateRoot", flipped),
        spoil("eth_getBlockByHash", json!(hash), "", null),
    ];
    // Nobody reads these, so nobody is misled by them: they are made anew of what is proven.
    let is_passed_over = [
        spoil(BLOCK, last(posted), "/hash", flipped),
        spoil(BLOCK, last(posted), "/size", flipped),
        spoil(BLOCK, last(posted), "/transactions/0/from", flipped),
        spoil(BLOCK, last(posted), "/transactions/0/hash", flipped),
        spoil(RECEIPTS, last(posted), "/0/gasUsed", flipped),
        spoil(RECEIPTS, last(posted), "/0/from", flipped),
        spoil(RECEIPTS, last(posted), "/0/transactionHash", flipped),
        spoil(RECEIPTS, last(posted), "/0/logs/0/logIndex", seven),
        spoil("eth_getTransactionReceipt", json!(transaction), "/status", |_| json!("0x0")),
    ];
    let run = |nodes: &Nodes<'_>| {
        let range = blocks(nodes, head, posted - 1..=posted, Firmness::Posted)?;
        let by_hash = block_by(nodes, head, Named::Hash(hash))?;
        let by_transaction = block_by(nodes, head, Named::Transaction(transaction))?;
        Ok::<_, Error>([range, vec![by_hash, by_transaction]].concat().iter().map(said).collect::<Vec<_>>())
    };
    let honest = run(&Nodes { world, spoil: None, has_second: false }).expect("honest answers");
    for spoil in &is_refused {
        let Spoil { method, pointer, .. } = spoil;
        let nodes = Nodes { world, spoil: Some(spoil), has_second: false };
        let error = run(&nodes).expect_err(&format!("{method} {pointer} was taken"));
        let kinds = [Kind::Invalid, Kind::Malformed, Kind::NotYet, Kind::Unavailable, Kind::Misuse];
        assert!(kinds.contains(&error.kind()), "{method} {pointer}: {error}");
        let mended = run(&Nodes { has_second: true, ..nodes });
        assert_eq!(mended.as_ref(), Ok(&honest), "{method} {pointer} was not mended");
        report.refused += 1;
    }
    // That a block is not posted yet may be true, for all that one node says.
    let not_yet = spoil("eth_getTransactionReceipt", json!(transaction), "/blockNumber", |_| json!("0xffffff"));
    let nodes = Nodes { world, spoil: Some(&not_yet), has_second: false };
    assert_eq!(run(&nodes), Err(ClientError::NotPosted { block: 0xff_ffff, posted }.into()));
    assert_eq!(run(&Nodes { has_second: true, ..nodes }).as_ref(), Ok(&honest));
    report.refused += 1;
    for spoil in &is_passed_over {
        let nodes = Nodes { world, spoil: Some(spoil), has_second: false };
        assert_eq!(run(&nodes).as_ref(), Ok(&honest), "{} {}", spoil.method, spoil.pointer);
        report.cases += 1;
    }
}

/// All that is proven of a block.
fn said(block: &CommittedBlock) -> String {
    format!("{} {:?} {:?}", block.header().hash(), block.transactions.value(), block.receipts.value())
}

/// Nodes of L2 of which the first spoils one place.
struct Nodes<'a> {
    world: &'a Transcript,
    spoil: Option<&'a Spoil>,
    has_second: bool,
}

impl Transport for Nodes<'_> {
    fn sources(&self, kind: Source) -> usize {
        if self.has_second && kind == Source::L2 { 2 } else { 1 }
    }

    async fn fetch(&self, kind: Source, source: usize, requests: &[Request]) -> Vec<Result<Reply, Failure>> {
        let mut replies = self.world.fetch(kind, 0, requests).await;
        let Some(spoil) = self.spoil.filter(|_| source == 0) else { return replies };
        for (request, reply) in requests.iter().zip(&mut replies) {
            let Request::L2(call) = request else { continue };
            let params = json("params", call.params.as_bytes());
            if call.method != spoil.method || params[0] != spoil.of {
                continue;
            }
            let mut told = json("reply", reply.as_ref().expect("it was recorded"));
            match told.pointer_mut(spoil.pointer) {
                Some(place) => *place = (spoil.value)(place),
                // A member that is not there is put there.
                None => told[spoil.pointer.trim_start_matches('/')] = (spoil.value)(&Value::Null),
            }
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

pub(super) fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a recording answers at once"),
    }
}
