//! `5-lies`: the same flows over a recording in which some answers are false. No flow may give another value than over the
//! true one; one must fail as the lie deserves, or, where a tolerant client may finish, all give what is true.

use super::{driven, number, text, word};
use crate::suites::Report;
use metis_light::client::{
    BlockOf, FindBatch, Head, MetisBalanceOf, RollupHead, Sync, Synced, Task, Wanted, WithdrawalsOf,
};
use metis_light::consensus::Checkpoint;
use metis_light::network::Network;
use metis_light::primitives::{Address, B256, UnixTime};
use metis_light::rollup::Accepted;
use metis_light::shell::{Transcript, Transport};
use metis_light::{Error, Kind};
use serde_json::Value;
use std::collections::BTreeMap;

/// A recording, and what is true of it.
pub(super) struct Truth<'a> {
    pub(super) network: &'a Network,
    pub(super) checkpoint: B256,
    pub(super) expected: &'a Value,
    pub(super) calls: &'a Transcript,
}

/// What each flow gave, or the class of its error.
type Outcomes = BTreeMap<String, Result<String, &'static str>>;

/// Every lie about a recording.
pub(super) fn run(truth: &Truth<'_>, scenario: &str, lies: &Value, report: &mut Report) {
    let mut honest: BTreeMap<&str, (Outcomes, Synced)> = BTreeMap::new();
    for lie in lies.as_array().expect("lies").iter().filter(|lie| lie["base"] == scenario) {
        let name = format!("{}: {}", text(&lie["id"]), text(&lie["title"]));
        let phase = text(&lie["phase"]);
        let (honest, synced) = honest.entry(phase).or_insert_with(|| {
            let sources = truth.sources(phase, truth.calls);
            let synced = truth.sync(&sources).unwrap_or_else(|error| panic!("{phase}: {error}"));
            let mut outcomes = Outcomes::new();
            truth.finish(&sources, &synced, &mut outcomes);
            (outcomes, synced)
        });
        let mut calls = truth.calls.clone();
        for replacement in lie["replacements"].as_array().expect("replacements") {
            calls.replace(replacement).unwrap_or_else(|| panic!("{name}: no call"));
        }
        let sources = truth.sources(phase, &calls);
        let mut told = Outcomes::new();
        if lie["stage"] == "beacon" {
            truth.told_of_l1(&name, lie, &sources, synced, report);
            continue;
        }
        truth.finish(&sources, synced, &mut told);
        judge(&name, lie, honest, &told);
        report.refused += 1;
    }
}

fn judge(name: &str, lie: &Value, honest: &Outcomes, told: &Outcomes) {
    let accepted: Vec<&str> = lie["expect"]["accept"].as_array().expect("classes").iter().map(text).collect();
    let mut is_seen = false;
    for (flow, outcome) in told {
        match (outcome, &honest[flow]) {
            (Ok(value), Ok(truth)) => assert_eq!(value, truth, "{name}: {flow} was taken in"),
            // A false header has another hash, and the recording cannot know the dispute flag of that.
            (Err(UNRECORDED), Ok(_)) if lie["stage"] == "batch" && flow.starts_with("batch") => is_seen = true,
            // What needs that batch fails with it.
            (Err(UNRECORDED), Ok(_)) if is_seen => {}
            (Err(class), Ok(_)) => {
                assert!(accepted.contains(class), "{name}: {flow} ends with {class}, not {accepted:?}");
                is_seen = true;
            }
            (Ok(value), Err(class)) => panic!("{name}: {flow} gives {value}, and truly ends with {class}"),
            (Err(_), Err(_)) => {}
        }
    }
    let may_finish = lie["where"]["optional"] == true || lie["expect"]["where"]["optional"] == true;
    assert!(is_seen || may_finish, "{name}: nobody noticed");
}

impl Truth<'_> {
    fn sources(&self, phase: &str, calls: &Transcript) -> Transcript {
        let mut phases = self.expected["phases"].as_array().expect("phases").iter();
        let expected = phases.find(|expected| expected["name"] == phase).expect("a phase of the recording");
        calls.at(phase, UnixTime(number(&expected["suggestedWallClock"])))
    }

    fn sync(&self, sources: &Transcript) -> Result<Synced, Error> {
        driven(Sync::from_checkpoint(&self.network.l1, Checkpoint::new(self.checkpoint)), sources).output
    }

    /// A lie about the beacon chain: the same heads, an older one of them, or an error of the right class.
    fn told_of_l1(&self, name: &str, lie: &Value, sources: &Transcript, honest: &Synced, report: &mut Report) {
        let accepted: Vec<&str> = lie["expect"]["accept"].as_array().expect("classes").iter().map(text).collect();
        match self.sync(sources) {
            Err(error) => {
                let class = class(&error);
                assert!(accepted.contains(&class), "{name}: {error}, which is {class}, not {accepted:?}");
            }
            Ok(synced) => {
                assert!(accepted.contains(&"not-newer"), "{name}: accepted");
                assert!(synced.finalized.number() <= honest.finalized.number(), "{name}: ahead of the truth");
            }
        }
        report.refused += 1;
    }

    /// Everything above L1.
    fn finish(&self, sources: &Transcript, synced: &Synced, outcomes: &mut Outcomes) {
        let now = sources.now();
        let heads = run_to_end(Sync::from_store(synced.store.clone(), now), sources, |synced| {
            format!("{} {}", synced.finalized.hash(), synced.optimistic.hash())
        });
        let is_synced = heads.is_ok();
        outcomes.insert("sync".into(), heads);
        if !is_synced {
            return;
        }
        let head = driven(Head::new(synced.finalized, self.network, &Accepted::none()), sources).output;
        let told = head.as_ref().map(told_of_head).map_err(class);
        outcomes.insert("head".into(), told);
        let Ok(head) = head else { return };
        for index in 0..head.registry.context().length {
            self.batch(sources, &head, index, outcomes);
        }
        for message in self.expected["messages"].as_array().expect("messages") {
            let Some(transaction) = message["txHash"].as_str() else { continue };
            let task = WithdrawalsOf::new(&head, transaction.parse().expect("a hash"));
            let states = run_to_end(task, sources, |states| {
                let state = |state: &metis_light::client::WithdrawalState| format!("{} {}", state.hash(), state.status);
                states.iter().map(state).collect::<Vec<_>>().join(", ")
            });
            outcomes.insert(format!("withdrawals of {transaction}"), states);
        }
    }

    /// A batch, the blocks in it, and the balances at them.
    fn batch(&self, sources: &Transcript, head: &RollupHead, index: u64, outcomes: &mut Outcomes) {
        let find = FindBatch::new(&head.registry, Wanted::Index(index)).expect("it is below the length");
        let batch = driven(find, sources).output;
        let told = batch.as_ref().map(|batch| batch.batch().header_hash().to_string()).map_err(class);
        outcomes.insert(format!("batch {index}"), told);
        let Ok(batch) = batch else { return };
        let header = batch.batch().header();
        for block in header.first_block()..=header.last_block() {
            let Ok(task) = BlockOf::new(&batch, block) else { continue };
            let told = run_to_end(task, sources, |block| {
                let hashes = block.transactions.value().iter().map(|transaction| transaction.signed.hash().to_string());
                format!("{} {:?}", block.header().hash(), hashes.collect::<Vec<_>>())
            });
            outcomes.insert(format!("block {block}"), told);
        }
        for balance in self.expected["balances"].as_array().expect("balances") {
            let block = number(&balance["l2Block"]);
            let Ok((at, _)) = batch.state_root(block) else { continue };
            let task = MetisBalanceOf { at, who: word::<Address>(&balance["account"]) };
            let told = run_to_end(task, sources, |balance| balance.value().wei.to_string());
            outcomes.insert(format!("balance of {} at {block}", text(&balance["account"])), told);
        }
    }
}

fn told_of_head(head: &RollupHead) -> String {
    let basis = head.registry.basis();
    let last = head.last.as_ref().map(|last| last.batch().header_hash());
    let (context, window) = (head.registry.context(), basis.window());
    format!("{context:?} {window:?} {} {last:?}", basis.earliest_disputed_block())
}

fn run_to_end<T: Task>(
    task: T,
    sources: &Transcript,
    tell: impl Fn(&T::Output) -> String,
) -> Result<String, &'static str> {
    driven(task, sources).output.as_ref().map(tell).map_err(class)
}

const UNRECORDED: &str = "unrecorded";

/// The recordings' name for the kind of an error.
fn class(error: &Error) -> &'static str {
    match error.kind() {
        Kind::Invalid => "invalid-proof",
        Kind::Malformed => "malformed",
        _ if error.to_string().contains("was not recorded") => UNRECORDED,
        Kind::NotYet | Kind::Unavailable => "not-found",
        _ => "none of these",
    }
}
