//! The same flows where some answers are false. No flow may give another value than over the true ones; one must fail as
//! the lie deserves, or, where a tolerant client may finish, all give what is true.

use super::{Recording, driven, list, word};
use crate::client::{
    BlockOf, FindBatch, Head, MetisBalanceOf, RollupHead, Sync, Synced, Task, Wanted, WithdrawalState, WithdrawalsOf,
};
use crate::consensus::Checkpoint;
use crate::error::{Error, Kind};
use crate::primitives::Address;
use crate::rollup::Accepted;
use crate::shell::{Transcript, Transport};
use serde_json::Value;
use std::collections::BTreeMap;

/// What came of a lie.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Told {
    /// The lie's name.
    pub id: String,
    /// What is false in it.
    pub title: String,
    /// Where the client did not do as it should; empty where it did.
    pub differences: Vec<String>,
}

/// What each flow gave, or the class of its error.
type Outcomes = BTreeMap<String, Result<String, &'static str>>;

impl Recording {
    /// Tells each lie of a list that is about this recording.
    pub fn tell(&self, lies: &Value) -> Vec<Told> {
        let mut honest: BTreeMap<&str, Option<(Outcomes, Synced)>> = BTreeMap::new();
        let about_this = list(lies).iter().filter(|lie| lie["base"].as_str() == Some(&self.scenario));
        let tell = |lie| {
            let said = |member: &str| text(lie, member).to_owned();
            let phase = text(lie, "phase");
            let honest = honest.entry(phase).or_insert_with(|| self.truth(phase));
            let differences = match (honest, self.false_calls(lie), self.phase(phase)) {
                (Some((honest, synced)), Some(calls), Some(phase)) => {
                    let sources = self.sources(phase, &calls);
                    let judged = match text(lie, "stage") {
                        "beacon" => self.told_of_l1(lie, &sources, synced),
                        _ => judge(lie, honest, &self.outcomes(&sources, synced)),
                    };
                    judged.err().into_iter().collect()
                }
                (None, ..) => vec!["its phase does not play".to_owned()],
                (_, None, _) => vec!["its replacements are no calls".to_owned()],
                (.., None) => vec!["there is no such phase".to_owned()],
            };
            Told { id: said("id"), title: said("title"), differences }
        };
        about_this.map(tell).collect()
    }

    /// What is true at a phase.
    fn truth(&self, phase: &str) -> Option<(Outcomes, Synced)> {
        let sources = self.sources(self.phase(phase)?, &self.calls);
        let synced = self.sync(&sources).ok()?;
        Some((self.outcomes(&sources, &synced), synced))
    }

    fn false_calls(&self, lie: &Value) -> Option<Transcript> {
        let mut calls = self.calls.clone();
        let replacements = list(&lie["replacements"]);
        for replacement in replacements {
            calls.replace(replacement)?;
        }
        (!replacements.is_empty()).then_some(calls)
    }

    fn sync(&self, sources: &Transcript) -> Result<Synced, Error> {
        driven(Sync::from_checkpoint(&self.network.l1, Checkpoint::new(self.checkpoint)), sources).output
    }

    /// A lie about the beacon chain: the same heads, an older one of them, or an error of the right class.
    fn told_of_l1(&self, lie: &Value, sources: &Transcript, honest: &Synced) -> Result<(), String> {
        let accepted = accepted(lie);
        match self.sync(sources) {
            Err(error) if accepted.contains(&class(&error)) => Ok(()),
            Err(error) => Err(format!("{error}: {}, not {accepted:?}", class(&error))),
            Ok(_) if !accepted.contains(&"not-newer") => Err("it was taken in".to_owned()),
            Ok(synced) if synced.finalized.number() > honest.finalized.number() => Err("ahead of the truth".to_owned()),
            Ok(_) => Ok(()),
        }
    }

    /// Everything above L1.
    fn outcomes(&self, sources: &Transcript, synced: &Synced) -> Outcomes {
        let mut outcomes = Outcomes::new();
        let heads = run_to_end(Sync::from_store(synced.store.clone(), sources.now()), sources, |synced| {
            format!("{} {:?}", synced.finalized.hash(), synced.optimistic.map(|head| head.hash()))
        });
        let is_synced = heads.is_ok();
        outcomes.insert("sync".into(), heads);
        if !is_synced {
            return outcomes;
        }
        let head = driven(Head::new(synced.finalized, &self.network, &Accepted::none()), sources).output;
        outcomes.insert("head".into(), head.as_ref().map(told_of_head).map_err(class));
        let Ok(head) = head else { return outcomes };
        for index in 0..head.registry.context().length {
            self.batch(sources, &head, index, &mut outcomes);
        }
        for transaction in list(&self.expected["messages"]).iter().filter_map(|message| word(&message["txHash"])) {
            let states = run_to_end(WithdrawalsOf::new(&head, transaction), sources, |states| {
                let state = |state: &WithdrawalState| format!("{} {}", state.hash(), state.status);
                states.iter().map(state).collect::<Vec<_>>().join(", ")
            });
            outcomes.insert(format!("withdrawals of {transaction}"), states);
        }
        outcomes
    }

    /// A batch, the blocks in it, and the balances at them.
    fn batch(&self, sources: &Transcript, head: &RollupHead, index: u64, outcomes: &mut Outcomes) {
        let Ok(find) = FindBatch::new(&head.registry, Wanted::Index(index)) else { return };
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
        for balance in list(&self.expected["balances"]) {
            let (Some(block), Some(who)) = (balance["l2Block"].as_u64(), word::<Address>(&balance["account"])) else {
                continue;
            };
            let Ok((at, _)) = batch.state_root(block) else { continue };
            let told = run_to_end(MetisBalanceOf { at, who }, sources, |balance| balance.value().wei.to_string());
            outcomes.insert(format!("balance of {who} at {block}"), told);
        }
    }
}

/// Whether what was told over a lie is what is true, or an end that it deserves.
fn judge(lie: &Value, honest: &Outcomes, told: &Outcomes) -> Result<(), String> {
    let accepted = accepted(lie);
    let mut is_seen = false;
    for (flow, outcome) in told {
        match (outcome, honest.get(flow)) {
            (Ok(value), Some(Ok(truth))) if value != truth => return Err(format!("{flow} was taken in")),
            (Ok(_), Some(Ok(_))) | (Err(_), Some(Err(_))) => {}
            // A false header has another hash, and the recording cannot know the dispute flag of that.
            (Err(UNRECORDED), Some(Ok(_))) if text(lie, "stage") == "batch" && flow.starts_with("batch") => {
                is_seen = true;
            }
            // What needs that batch fails with it.
            (Err(UNRECORDED), Some(Ok(_))) if is_seen => {}
            (Err(class), Some(Ok(_))) if accepted.contains(class) => is_seen = true,
            (Err(class), Some(Ok(_))) => return Err(format!("{flow} ends with {class}, not {accepted:?}")),
            (Ok(value), Some(Err(class))) => return Err(format!("{flow} gives {value}, and truly ends with {class}")),
            (_, None) => return Err(format!("{flow} is there, and truly is not")),
        }
    }
    let may_finish = lie["where"]["optional"] == true || lie["expect"]["where"]["optional"] == true;
    if is_seen || may_finish { Ok(()) } else { Err("nobody noticed".to_owned()) }
}

fn accepted(lie: &Value) -> Vec<&str> {
    list(&lie["expect"]["accept"]).iter().filter_map(Value::as_str).collect()
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

fn text<'a>(lie: &'a Value, member: &str) -> &'a str {
    lie[member].as_str().unwrap_or_default()
}
