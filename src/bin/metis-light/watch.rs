//! The rollup as it goes on: a line for each thing that changes, until it is interrupted.
//!
//! Each look goes on from the last one's store and proves everything anew. A source that fails or lies is told of once and
//! asked again at the next look; what was proven stays what it was, with its own L1 time.

use crate::args::WatchArgs;
use crate::attestations;
use crate::head::disputes;
use crate::live::{A_CHECKPOINT, Live, NO_CHECKPOINT, needs_checkpoint};
use crate::outcome::Outcome;
use metis_light::client::{CommittedBatch, Head, LastFinal, RollupHead, Sync, Synced, WithdrawalsOf};
use metis_light::consensus::Store;
use metis_light::error::{Error, Kind};
use metis_light::primitives::B256;
use metis_light::rollup::{Accepted, Finality};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::thread;
use std::time::Duration;

/// What was seen at a look, by name; each with its words and its facts.
type Seen = BTreeMap<String, (String, Value)>;

pub(crate) fn run(args: &WatchArgs, as_json: bool) -> Outcome {
    watch(args, as_json).unwrap_or_else(|ended| ended)
}

#[allow(clippy::result_large_err, reason = "an outcome is returned once a run")]
fn watch(args: &WatchArgs, as_json: bool) -> Result<Outcome, Outcome> {
    let (live, mut outcome) = Live::open(&args.live, Outcome::new("watch", &[]))?;
    let (task, mut of_store) = live.start();
    let Some(mut task) = task else {
        outcome.note(of_store);
        return Err(outcome.misuse("--checkpoint", NO_CHECKPOINT.to_owned() + A_CHECKPOINT));
    };
    let mut before = Seen::new();
    let mut store = None;
    let mut looks = 0;
    loop {
        let mut notes = Outcome::new("watch", &[]);
        let mut seen = Seen::new();
        match look(&live, task.clone(), &args.withdrawals, &mut seen, &mut notes) {
            Ok(newest) => store = Some(newest),
            // What is wrong from the start is wrong with what the user gave.
            Err(error) if store.is_none() && error.kind() != Kind::Unavailable => {
                outcome.note(of_store);
                outcome.note(needs_checkpoint(&error));
                return Err(outcome.refused("watch", error));
            }
            Err(error) => {
                // What was seen before still holds of its own time.
                seen = before.clone();
                seen.insert("trouble".to_owned(), (error.to_string(), json!({ "code": error.kind().code() })));
            }
        }
        for note in notes.into_notes() {
            seen.insert(format!("source: {note}"), (note, Value::Null));
        }
        if let Some(words) = of_store.take() {
            note(&mut seen, "store", words, Value::Null);
        }
        if tell(&before, &seen, live.now().0, as_json).is_err() {
            // Whoever reads has gone.
            return Ok(Outcome::new("watch", &[]));
        }
        before = seen;
        if let Some(store) = &store {
            of_store = live.keep(store);
            task = Sync::from_store(store.clone(), live.now());
        }
        looks += 1;
        if args.looks.is_some_and(|limit| looks >= limit) {
            return Ok(Outcome::new("watch", &[]));
        }
        thread::sleep(Duration::from_secs(args.every));
    }
}

/// Proves everything once.
fn look(live: &Live, task: Sync, withdrawals: &[B256], seen: &mut Seen, notes: &mut Outcome) -> Result<Store, Error> {
    let synced = live.ask(task, notes)?;
    let finalized = synced.finalized;
    let facts = json!({ "number": finalized.number(), "hash": finalized.hash(), "timestamp": finalized.timestamp().0 });
    note(
        seen,
        "l1",
        format!("finalized block {}, of {} (l1 time)", finalized.number(), finalized.timestamp().0),
        facts,
    );
    let head = live.ask(Head::new(finalized, live.network(), &Accepted::none()), notes)?;
    let last_final = live.ask(LastFinal::new(&head.registry), notes)?;
    rollup(&head, last_final.as_ref(), seen);
    verifiers(live, &synced, &head, seen, notes)?;
    for hash in withdrawals {
        withdrawal(live, &head, *hash, seen, notes);
    }
    Ok(synced.store)
}

fn rollup(head: &RollupHead, last_final: Option<&CommittedBatch>, seen: &mut Seen) {
    let (basis, context) = (head.registry.basis(), head.registry.context());
    note(seen, "window", format!("{} seconds", basis.window().seconds()), basis.window().seconds().into());
    let earliest = basis.earliest_disputed_block();
    note(seen, "disputes", disputes(basis), json!((!earliest.is_zero()).then(|| earliest.to_string())));
    if let Some(last) = &head.last {
        let (batch, header) = (last.batch(), last.batch().header());
        let words = format!("{}, l2 blocks {} to {}", batch.index(), header.first_block(), header.last_block());
        let facts = json!({
            "index": batch.index(),
            "headerHash": batch.header_hash(),
            "firstL2Block": header.first_block(),
            "lastL2Block": header.last_block(),
        });
        note(seen, "last batch", words, facts);
    }
    note(seen, "batches", context.length.to_string(), context.length.into());
    let is_final = |batch: &&CommittedBatch| matches!(batch.batch().finality(), Finality::Final { .. });
    if let Some(last) = last_final.filter(is_final) {
        let block = last.batch().header().last_block();
        note(seen, "final", format!("l2 block {block}"), block.into());
    }
}

/// What verifiers say of the last batch, where there is anybody to ask.
fn verifiers(
    live: &Live,
    synced: &Synced,
    head: &RollupHead,
    seen: &mut Seen,
    notes: &mut Outcome,
) -> Result<(), Error> {
    let Some(last) = head.last.as_ref().filter(|_| live.has_attestations()) else { return Ok(()) };
    let session = live.session_under(synced)?;
    let tally = live.wait(&session, session.attestations_under(head, last), notes)?;
    let weights = [tally.weight(), tally.contested(), tally.set().total()].map(|weight| weight.to_string());
    let [weight, contested, of] = weights;
    let facts = json!({ "weight": weight, "contested": contested, "of": of, "attested": tally.is_attested() });
    note(seen, "verifiers", attestations::in_short(&tally), facts);
    for signer in tally.offenders() {
        let facts = json!({ "signer": signer });
        note(
            seen,
            &format!("verifier {signer}"),
            "has signed what contradicts itself, or what is final".to_owned(),
            facts,
        );
    }
    Ok(())
}

fn withdrawal(live: &Live, head: &RollupHead, hash: B256, seen: &mut Seen, notes: &mut Outcome) {
    match live.ask(WithdrawalsOf::new(head, hash), notes) {
        Ok(states) => {
            for state in states {
                let facts = json!({ "messageHash": state.hash(), "status": state.status.to_string() });
                note(seen, &format!("withdrawal {}", state.hash()), state.status.to_string(), facts);
            }
        }
        Err(error) => {
            let facts = json!({ "transaction": hash, "code": error.kind().code() });
            note(seen, &format!("withdrawals of {hash}"), error.to_string(), facts);
        }
    }
}

fn note(seen: &mut Seen, name: &str, words: String, facts: Value) {
    seen.insert(name.to_owned(), (words, facts));
}

/// A line for each thing that is new or other than before, and for trouble that is over.
fn tell(before: &Seen, seen: &Seen, now: u64, as_json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for (name, (words, facts)) in seen.iter().filter(|(name, entry)| before.get(*name) != Some(entry)) {
        match as_json {
            true => writeln!(out, "{}", json!({ "at": now, "what": name, "is": words, "facts": facts }))?,
            false => writeln!(out, "{now}  {name}: {words}")?,
        }
    }
    if before.contains_key("trouble") && !seen.contains_key("trouble") {
        match as_json {
            true => writeln!(out, "{}", json!({ "at": now, "what": "trouble", "is": "over", "facts": null }))?,
            false => writeln!(out, "{now}  trouble: over")?,
        }
    }
    out.flush()
}
