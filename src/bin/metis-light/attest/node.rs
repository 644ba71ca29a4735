//! The loop: what L1 holds, what the own node has, and what is said of it.
//!
//! What can go wrong: the own node lags, restarts or is repaired while it is asked. It is asked again before a dissent, and as
//! long as it lacks blocks or its answers vary nothing is said. A batch is deleted and its index used again: the loop goes
//! down from the newest batch of which it has spoken until it meets one that L1 still holds. Being cut short: whatever the loop
//! awaits may be dropped, and what it says is said within one step (`Log::say`).

use super::own_node::OwnNode;
use super::state::{Progress, State, clock, lock};
use super::webhook::Webhook;
use crate::live::keep;
use metis_light::attest::{Check, KnownBatch, LogError, Posted, Said};
use metis_light::attestation::Attestation;
use metis_light::client::{All, FindBatch, Head, RollupHead, Wanted};
use metis_light::consensus::L1StateRoot;
use metis_light::error::{Error, Kind};
use metis_light::primitives::UnixTime;
use metis_light::rollup::{Accepted, CommittedBatch, Registry};
use metis_light::shell::{Native, Session, Transport};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

pub(crate) struct Node {
    pub(crate) session: Session<Native>,
    pub(crate) own: OwnNode,
    pub(crate) state: Arc<State>,
    pub(crate) webhook: Webhook,
    /// Under L1's newest head in place of its finalized one.
    pub(crate) is_optimistic: bool,
    /// How often the own node is asked again before it is said to differ, and after which pause.
    pub(crate) rechecks: u32,
    pub(crate) recheck_after: Duration,
    /// Where it begins when nothing was said yet; else at the newest batch.
    pub(crate) from: Cell<Option<u64>>,
    pub(crate) is_outsider_welcome: bool,
    pub(crate) has_looked: Cell<bool>,
    /// Dissents of before the start that are still to be looked at; none before they are read.
    pub(crate) dissents: RefCell<Option<Vec<Attestation>>>,
    /// Where what was verified of L1 is saved.
    pub(crate) store: Option<PathBuf>,
}

/// Why the loop ends by itself.
pub(crate) enum End {
    /// What L1 says is refused, from the start.
    Refused(Error),
    /// The log cannot be used any more.
    Log(LogError),
    /// The key's word would not count.
    Outside(String),
}

/// How many batches are asked for in one round.
const AT_ONCE: usize = 4;

/// How many dissents are looked at again at the start.
const MAX_DISSENTS: usize = 256;

impl Node {
    /// Looks again and again, `looks` times if that is said.
    pub(crate) async fn run(&self, every: Duration, looks: Option<u64>) -> Result<(), End> {
        let mut looked = 0;
        loop {
            let outcome = self.look().await;
            self.tell_blamed();
            match outcome {
                Ok(()) => {
                    self.state.metrics.add_labelled("looks_total", "outcome=\"held\"".to_owned());
                    self.state.tell.once("l1", "it is seen");
                }
                Err(Trouble::End(end)) => return Err(end),
                // What is wrong from the start is wrong with what the user gave.
                Err(Trouble::L1(error)) if !self.has_looked.get() && error.kind() != Kind::Unavailable => {
                    return Err(End::Refused(error));
                }
                Err(Trouble::L1(error)) => {
                    self.state.metrics.add_labelled("looks_total", "outcome=\"failed\"".to_owned());
                    self.state.tell.once("l1", &error.to_string());
                }
            }
            looked += 1;
            if looks.is_some_and(|limit| looked >= limit) {
                return Ok(());
            }
            sleep(every).await;
        }
    }

    async fn look(&self) -> Result<(), Trouble> {
        let head = self.head().await?;
        let registry = &head.registry;
        self.check_set(&head).await?;
        self.has_looked.set(true);
        let posted = registry.context().length;
        self.state.metrics.set("batches_posted", posted as f64);
        let Some(last) = head.last.as_ref().map(|last| last.batch().index()) else {
            self.note_progress(None, 0);
            return Ok(());
        };
        self.look_at_dissents(registry, last).await?;
        self.catch_up(&head, last).await
    }

    /// Follows L1 to the block that is attested under, and the rollup's head there.
    async fn head(&self) -> Result<RollupHead, Trouble> {
        let synced = self.session.sync().await?;
        if let Some(note) = keep(self.store.as_deref(), &synced.store) {
            self.state.tell.of("store", &note, Value::Null);
        }
        let newest = synced.optimistic.filter(|_| self.is_optimistic);
        let l1: L1StateRoot = newest.unwrap_or(synced.finalized);
        let head = self.session.ask(Head::new(l1, self.session.network(), &Accepted::none())).await?;
        self.state.move_on(|progress| {
            progress.looked = Some(clock());
            progress.l1 = Some(l1.timestamp().0);
        });
        Ok(head)
    }

    /// Reads whose word counts under this very L1 block.
    async fn check_set(&self, head: &RollupHead) -> Result<(), Trouble> {
        let set = match self.session.verifiers_under(head).await {
            Ok(set) => Some(set),
            // Where there is no set nobody's word counts.
            Err(error) if error.kind() != Kind::Unavailable => {
                self.state.tell.once("set", &format!("there is none that could be proven: {error}"));
                None
            }
            Err(error) => return Err(error.into()),
        };
        let signer = lock(&self.state.log).signer();
        let is_in = set.as_ref().is_some_and(|set| set.weight_of(signer).is_some());
        self.state.know_set(set.as_ref());
        if !is_in && !self.is_outsider_welcome && !self.has_looked.get() {
            let members = set.map_or(0, |set| set.members().count());
            let words =
                format!("signer {signer} is not among the {members} of the proven set, so its word would not count");
            return Err(Trouble::End(End::Outside(words)));
        }
        let words = if is_in { "the key is in it" } else { "the key is not in it: what it says does not count" };
        self.state.tell.once("set", words);
        Ok(())
    }

    /// Says what is to be said of each batch since the last one of which something was said.
    async fn catch_up(&self, head: &RollupHead, last: u64) -> Result<(), Trouble> {
        let registry = &head.registry;
        let mut index = self.first_pending(registry, head.last.as_ref(), last).await?;
        while index <= last {
            let upper = last.min(index + AT_ONCE as u64 - 1);
            for committed in self.batches(registry, index..=upper).await? {
                let timestamp = committed.batch().header().extra_data().timestamp();
                self.note_progress(Some(timestamp), last - index + 1);
                if !self.attend(&committed).await? {
                    return Ok(());
                }
                index += 1;
            }
        }
        self.note_progress(None, 0);
        Ok(())
    }

    /// The first batch of which nothing was said: behind the newest of which it was, and which L1 still holds.
    async fn first_pending(
        &self,
        registry: &Registry,
        newest: Option<&CommittedBatch>,
        last: u64,
    ) -> Result<u64, Trouble> {
        if let Some(newest) = newest
            && self.has_said(newest)
        {
            self.know(newest);
            return Ok(last + 1);
        }
        let Some((latest, lowest)) = self.spoken_of() else {
            // Nothing was said: it begins where it began to wait.
            let from = self.from.get().unwrap_or(last).min(last);
            self.from.set(Some(from));
            return Ok(from);
        };
        let mut index = latest.min(last);
        loop {
            let committed = self.batch(registry, index).await?;
            if self.has_said(&committed) {
                self.know(&committed);
                return Ok(index + 1);
            }
            if index <= lowest {
                return Ok(index);
            }
            self.state.tell.of("deleted", &format!("batch {index} is another one now"), json!({ "batch": index }));
            index -= 1;
        }
    }

    fn spoken_of(&self) -> Option<(u64, u64)> {
        let lowest = lock(&self.state.log).first_index()?;
        Some((self.state.latest()?, lowest))
    }

    /// Says what is to be said of a batch. False where the own node has nothing to say yet.
    async fn attend(&self, committed: &CommittedBatch) -> Result<bool, Trouble> {
        self.know(committed);
        if self.has_said(committed) {
            return Ok(true);
        }
        let posted = Posted::of(committed);
        let Some(check) = self.examine(&posted).await else { return Ok(false) };
        self.say(committed, &check, None)?;
        if check.difference.is_some() || check.is_own_hash == Some(false) {
            self.alarm(&posted, &check);
        }
        Ok(true)
    }

    /// What the own node says of a batch; none where that is not sure. A difference must come again each time that it is
    /// asked.
    async fn examine(&self, posted: &Posted<'_>) -> Option<Check> {
        let first = self.compare(posted).await?;
        if first.difference.is_none() && first.is_own_hash != Some(false) {
            return Some(first);
        }
        for _ in 0..self.rechecks {
            self.state.tell.of(
                "recheck",
                &format!("batch {} differs; the own node is asked again", posted.index),
                Value::Null,
            );
            sleep(self.recheck_after).await;
            let again = self.compare(posted).await?;
            if again != first {
                self.state.tell.of(
                    "recheck",
                    &format!("the own node says otherwise of batch {} now", posted.index),
                    Value::Null,
                );
                return None;
            }
        }
        Some(first)
    }

    async fn compare(&self, posted: &Posted<'_>) -> Option<Check> {
        let (first, last) = (posted.header.first_block(), posted.header.last_block());
        let blocks = match self.own.blocks(first, last).await {
            Ok(blocks) => blocks,
            Err(error) => return self.own_error(&error),
        };
        if (blocks.len() as u64) < last - first + 1 {
            self.state.metrics.add("own_node_waits_total");
            let words = format!("it lacks blocks of batch {}, which has {first} to {last}", posted.index);
            self.state.tell.once("own node", &words);
            return None;
        }
        match posted.check(&blocks) {
            Ok(check) => {
                self.state.tell.once("own node", "it answers");
                Some(check)
            }
            Err(error) => self.own_error(&error.to_string()),
        }
    }

    fn own_error(&self, words: &str) -> Option<Check> {
        self.state.metrics.add("own_node_errors_total");
        self.state.tell.once("own node", words);
        None
    }

    /// Dissents of before the start that were not taken back: the operator may have repaired the node. Each is looked at until
    /// the own node has answered about it once.
    async fn look_at_dissents(&self, registry: &Registry, last: u64) -> Result<(), Trouble> {
        let load = || lock(&self.state.log).dissents().rev().take(MAX_DISSENTS).copied().collect();
        let before: Vec<Attestation> = self.dissents.borrow().clone().unwrap_or_else(load);
        let mut left = Vec::new();
        for dissent in before {
            if !self.look_at(registry, last, &dissent).await? {
                left.push(dissent);
            }
        }
        *self.dissents.borrow_mut() = Some(left);
        Ok(())
    }

    /// Takes a dissent back if the own node agrees now. False where it does not answer.
    async fn look_at(&self, registry: &Registry, last: u64, dissent: &Attestation) -> Result<bool, Trouble> {
        let index = u64::try_from(dissent.statement.batch_index).unwrap_or(u64::MAX);
        if index > last {
            return Ok(true);
        }
        let committed = self.batch(registry, index).await?;
        if committed.batch().header_hash() != dissent.statement.batch_header_hash {
            return Ok(true);
        }
        self.know(&committed);
        let posted = Posted::of(&committed);
        match self.examine(&posted).await {
            Some(check) if check.difference.is_none() => {
                self.say(&committed, &check, Some(dissent.statement.issued_at))?;
            }
            Some(check) => self.alarm(&posted, &check),
            None => return Ok(false),
        }
        Ok(true)
    }

    fn say(&self, committed: &CommittedBatch, check: &Check, dissented: Option<UnixTime>) -> Result<(), Trouble> {
        let posted = Posted::of(committed);
        let statement = posted.statement(check, self.session.transport().now(), dissented);
        // As whoever reads it will judge it. That it does not hold would be a defect here, and nothing is signed then.
        if let Err(error) = statement.judge(committed, statement.issued_at) {
            self.state.tell.of(
                "defect",
                &format!("a statement about batch {} does not hold: {error}", posted.index),
                Value::Null,
            );
            return Ok(());
        }
        let said = lock(&self.state.log).say(&statement);
        let attestation = match said.map_err(|error| Trouble::End(End::Log(error)))? {
            Said::Before(_) => return Ok(()),
            Said::Now(attestation) => attestation,
        };
        let verdict = match (statement.verdict, dissented) {
            (1, None) => "agrees",
            (1, Some(_)) => "retracts",
            _ => "dissents",
        };
        let metrics = &self.state.metrics;
        metrics.add("signatures_released_total");
        metrics.add_labelled("verdicts_total", format!("verdict=\"{verdict}\""));
        metrics.set("batch_attested", posted.index as f64);
        self.count_dissents();
        let words = format!(
            "{}: {verdict}, l2 blocks {} to {}",
            posted.index,
            posted.header.first_block(),
            posted.header.last_block()
        );
        self.state.tell.of("batch", &words, json!({ "verdict": verdict, "attestation": attestation.to_json() }));
        Ok(())
    }

    fn alarm(&self, posted: &Posted<'_>, check: &Check) {
        let said = self.said(posted);
        let difference = check
            .difference
            .map(|difference| json!({ "block": difference.block, "posted": difference.posted, "own": difference.own }));
        if check.difference.is_none() {
            self.state.metrics.add("block_hash_differs_total");
        }
        let claimed = posted.header.extra_data().last_block().map(|last| last.hash);
        let report = json!({
            "alarm": if difference.is_some() { "stateRoot" } else { "blockHash" },
            "l2ChainId": posted.l2_chain_id,
            "batchIndex": posted.index,
            "batchHeaderHash": posted.header_hash,
            "batchRoot": posted.header.batch_root(),
            "submitter": posted.header.extra_data().submitter(),
            "firstL2Block": posted.header.first_block(),
            "lastL2Block": posted.header.last_block(),
            "difference": difference,
            "ownBlock": { "number": check.own.number, "hash": check.own.hash, "stateRoot": check.own.state_root },
            "claimedLastBlockHash": claimed,
            "ownNode": self.own.name(),
            "attestation": said.as_ref().map(Attestation::to_json),
        });
        let words = match check.difference {
            Some(difference) => format!(
                "batch {}: block {} has the state root {} here, {} was posted",
                posted.index, difference.block, difference.own, difference.posted
            ),
            None => format!("batch {}: its last block has another hash here than the header says", posted.index),
        };
        self.state.tell.of("ALARM", &words, report.clone());
        self.webhook.report(report);
    }

    /// What was said last of a batch.
    fn said(&self, posted: &Posted<'_>) -> Option<Attestation> {
        let log = lock(&self.state.log);
        log.about_index(posted.index)
            .filter(|said| said.statement.batch_header_hash == posted.header_hash)
            .last()
            .copied()
    }

    fn has_said(&self, committed: &CommittedBatch) -> bool {
        self.said(&Posted::of(committed)).is_some()
    }

    /// Others may be heard about it.
    fn know(&self, committed: &CommittedBatch) {
        lock(&self.state.heard).know(KnownBatch::of(&Posted::of(committed)));
    }

    async fn batch(&self, registry: &Registry, index: u64) -> Result<CommittedBatch, Trouble> {
        Ok(self.session.ask(FindBatch::new(registry, Wanted::Index(index))?).await?)
    }

    async fn batches(
        &self,
        registry: &Registry,
        indexes: core::ops::RangeInclusive<u64>,
    ) -> Result<Vec<CommittedBatch>, Trouble> {
        let find = indexes.map(|index| FindBatch::new(registry, Wanted::Index(index)));
        let find = find.collect::<Result<Vec<_>, _>>()?;
        Ok(self.session.ask(All::new(find)).await?)
    }

    fn note_progress(&self, behind_since: Option<UnixTime>, lag: u64) {
        self.state.metrics.set("lag_batches", lag as f64);
        self.state.move_on(|progress: &mut Progress| progress.behind_since = behind_since.map(|since| since.0));
    }

    fn count_dissents(&self) {
        let count = lock(&self.state.log).dissents().count();
        self.state.metrics.set("dissents", count as f64);
    }

    fn tell_blamed(&self) {
        for blame in self.session.take_blamed() {
            self.state.metrics.add_labelled("source_errors_total", format!("kind=\"{}\"", blame.kind));
            let name = self.session.transport().name(blame.kind, blame.source);
            self.state.tell.once(&format!("{} source {name}", blame.kind), &blame.error.to_string());
        }
    }
}

/// What ends a look.
enum Trouble {
    /// L1 was not seen: the next look may.
    L1(Error),
    End(End),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::L1(error)
    }
}
