//! What the loop and the server share. Each part is locked for a moment at a time, and never while anything is awaited.

use super::metrics::Metrics;
use super::tell::Tell;
use crate::live::write;
use metis_light::attest::{Collected, FileDisk, Log, NotTaken, Taken};
use metis_light::attestation::{Attestation, Equivocation, Signed, VerifierSet};
use metis_light::evidence::Evidence;
use metis_light::primitives::{Address, U256, UnixTime};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

pub(crate) struct State {
    pub(crate) l2_chain_id: u64,
    pub(crate) log: Mutex<Log<FileDisk>>,
    pub(crate) heard: Mutex<Collected>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) tell: Tell,
    /// Whose word counts, by weight; none before L1 was seen.
    members: Mutex<Option<BTreeMap<Address, U256>>>,
    progress: Mutex<Progress>,
    evidence: PathBuf,
    /// The time that stands still, in tests.
    now: Option<u64>,
    /// Seconds between two looks.
    every: u64,
}

/// How far the loop is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    /// When L1 was last seen whole, by this machine's clock.
    pub(crate) looked: Option<u64>,
    /// The time of that L1 block.
    pub(crate) l1: Option<u64>,
    /// Since when the oldest batch about which nothing was said has been posted.
    pub(crate) behind_since: Option<u64>,
}

/// What the user chose of it.
pub(crate) struct Kept {
    /// The folder for evidence.
    pub(crate) evidence: PathBuf,
    /// The time that stands still, in tests.
    pub(crate) now: Option<u64>,
    /// Seconds between two looks.
    pub(crate) every: u64,
}

impl State {
    pub(crate) fn new(l2_chain_id: u64, log: Log<FileDisk>, tell: Tell, kept: Kept) -> Self {
        let Kept { evidence, now, every } = kept;
        let heard = Collected::new(*log.domain(), l2_chain_id);
        let metrics = Metrics::new();
        metrics.set("dissents", log.dissents().count() as f64);
        if let Some(last) = log.last() {
            metrics.set("batch_attested", f64::from(last.statement.batch_index));
        }
        Self {
            l2_chain_id,
            log: Mutex::new(log),
            heard: Mutex::new(heard),
            metrics: Arc::new(metrics),
            tell,
            members: Mutex::new(None),
            progress: Mutex::default(),
            evidence,
            now,
            every,
        }
    }

    pub(crate) fn now(&self) -> UnixTime {
        UnixTime(self.now.unwrap_or_else(clock))
    }

    /// Notes whose word counts, and what the own one weighs.
    pub(crate) fn know_set(&self, set: Option<&VerifierSet>) {
        let members = set.map(|set| set.members().map(|member| (member.address, member.weight)).collect());
        let members: BTreeMap<Address, U256> = members.unwrap_or_default();
        let own = members.get(&lock(&self.log).signer()).copied();
        self.metrics.set("in_set", f64::from(u8::from(own.is_some())));
        self.metrics.set("weight", tokens(own.unwrap_or_default()));
        self.metrics.set("set_weight", set.map_or(0.0, |set| tokens(set.total())));
        self.metrics.set("set_members", members.len() as f64);
        *lock(&self.members) = Some(members);
    }

    /// Takes others' statements. None where it is not known yet whose word counts.
    pub(crate) fn take(&self, attestations: &[Attestation]) -> Option<Vec<Result<Taken, NotTaken>>> {
        let members = lock(&self.members).clone()?;
        let mut heard = lock(&self.heard);
        let taken = attestations.iter().map(|attestation| {
            let taken = heard.take(attestation, |signer| members.contains_key(&signer), self.now());
            if let Ok(Taken::Contradicts(offence)) = &taken {
                self.keep_evidence(offence);
            }
            if let (Ok(Taken::Now), Some(offence)) = (&taken, self.double(attestation)) {
                let words = "somebody else signs with this key, and contradicts it: stop one of the two";
                self.tell.of("ALARM", words, Value::Null);
                self.keep_evidence(&offence);
            }
            taken
        });
        let taken = taken.collect();
        self.metrics.set("collected", heard.len() as f64);
        Some(taken)
    }

    /// What contradicts the own log, signed with the own key: a second node has it.
    fn double(&self, attestation: &Attestation) -> Option<Equivocation> {
        let log = lock(&self.log);
        let signed = attestation.recover(log.domain()).ok()?;
        let own = log.about(&attestation.statement.subject()).iter();
        let mut own = own.filter_map(|own| own.recover(log.domain()).ok());
        own.find_map(|own| Equivocation::new(&own, &signed).ok())
    }

    /// Two statements that contradict each other go to a file: whoever said them will not say them again.
    fn keep_evidence(&self, offence: &Equivocation) {
        self.metrics.add("equivocations_total");
        let signer = offence.signer();
        let [statement, _] = offence.statements().map(Signed::statement);
        let path = self.evidence.join(format!("equivocation-{}-{signer:#x}.json", statement.batch_index));
        let evidence = Evidence::of_equivocation(offence).to_json();
        let written = fs::create_dir_all(&self.evidence).and_then(|()| write(&path, evidence.as_bytes()));
        let kept =
            written.map_or_else(|error| format!("not kept: {error}"), |()| format!("kept in {}", path.display()));
        self.tell.of("offence", &format!("{signer} contradicts itself; {kept}"), Value::Null);
    }

    /// What was said and heard about an index, one's own words and the newest batch first.
    pub(crate) fn about(&self, index: u64) -> Vec<Value> {
        let own: Vec<Value> = lock(&self.log).about_index(index).map(Attestation::to_json).collect();
        let mut all = own.clone();
        all.extend(lock(&self.heard).about_index(index).map(Attestation::to_json).filter(|heard| !own.contains(heard)));
        all
    }

    /// The index of the batch about which something was said last.
    pub(crate) fn latest(&self) -> Option<u64> {
        let log = lock(&self.log);
        log.last().and_then(|said| u64::try_from(said.statement.batch_index).ok())
    }

    pub(crate) fn progress(&self) -> Progress {
        *lock(&self.progress)
    }

    pub(crate) fn move_on(&self, change: impl FnOnce(&mut Progress)) {
        change(&mut lock(&self.progress));
    }

    /// Whether L1 was seen not long ago: some looks may fail.
    pub(crate) fn is_healthy(&self) -> bool {
        let patience = self.every.saturating_mul(10).max(MIN_PATIENCE);
        self.progress().looked.is_some_and(|looked| clock().saturating_sub(looked) <= patience)
    }

    /// The numbers, with those that change by themselves.
    pub(crate) fn numbers(&self) -> String {
        let (now, progress) = (self.now().0, self.progress());
        if let Some(l1) = progress.l1 {
            self.metrics.set("l1_timestamp_seconds", l1 as f64);
            self.metrics.set("l1_age_seconds", now.saturating_sub(l1) as f64);
        }
        let behind = progress.behind_since.map_or(0, |since| now.saturating_sub(since));
        self.metrics.set("lag_seconds", behind as f64);
        self.metrics.render()
    }
}

/// For how long nothing may be seen of L1, in seconds: it finalizes every 384.
const MIN_PATIENCE: u64 = 1800;

pub(crate) fn clock() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while it holds a lock; were it so, what is in there is still whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An amount for a chart, where its last digits do not matter.
fn tokens(wei: U256) -> f64 {
    f64::from(wei) / 1e18
}
