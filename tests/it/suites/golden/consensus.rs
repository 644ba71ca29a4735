//! The beacon chain of a recording: from its checkpoint to the finalized header of every phase, which everything above
//! rests on.

use super::Story;
use super::phase::Phase;
use crate::suites::light_client::{advance, bootstrap, saved, time_of, twins, update, updates};
use crate::suites::metis::check::Check;
use crate::suites::metis::json::{bytes, list, raw, small, text, word};
use metis_light::consensus::{
    Checkpoint, ConsensusError, L1Status, Loaded, MAX_CLOCK_DRIFT, Message, Store, Update, UpdateKind,
};
use metis_light::network::L1;
use metis_light::primitives::{B256, UnixTime};
use metis_light::wire::WireError;
use serde_json::Value;
use std::collections::BTreeMap;

/// What the beacon node answered, and where to begin.
pub(super) struct Beacon<'a> {
    pub(super) checkpoint: B256,
    answers: BTreeMap<(&'a str, &'a str), &'a Value>,
}

pub(super) const SPEC: &str = "/eth/v1/config/spec";
pub(super) const GENESIS: &str = "/eth/v1/beacon/genesis";
pub(super) const BOOTSTRAP: &str = "/eth/v1/beacon/light_client/bootstrap/";
pub(super) const UPDATES: &str = "/eth/v1/beacon/light_client/updates?start_period=";
pub(super) const FINALITY: &str = "/eth/v1/beacon/light_client/finality_update";
pub(super) const OPTIMISTIC: &str = "/eth/v1/beacon/light_client/optimistic_update";

impl<'a> Beacon<'a> {
    pub(super) fn new(network: &'a Value, calls: &'a Value) -> Self {
        let is_of_beacon = |call: &&Value| call["source"] == "beacon";
        let answer = |call: &'a Value| {
            let (phase, path) = (text(&call["phase"]), text(&call["request"]["path"]));
            ((phase, path), &call["response"])
        };
        Self {
            checkpoint: word(&network["l1"]["checkpointRoot"]),
            answers: list(calls).iter().filter(is_of_beacon).map(answer).collect(),
        }
    }

    /// What the node answered to a path, in a phase or at any time.
    pub(super) fn answer(&self, phase: &str, path: &str) -> Option<&'a Value> {
        ["any", phase].iter().rev().find_map(|phase| self.answers.get(&(*phase, path)).copied())
    }

    pub(super) fn body(&self, phase: &str, path: &str) -> Vec<u8> {
        let answer = self.answer(phase, path).unwrap_or_else(|| panic!("{path} was not recorded in {phase}"));
        raw(&answer["body"])
    }

    /// A member of an answer, by the names that lead to it.
    fn member(&self, phase: &str, path: &str, pointer: &str) -> &'a Value {
        let answer = self.answer(phase, path).unwrap_or_else(|| panic!("{path} was not recorded in {phase}"));
        answer.pointer(&format!("/body/data/{pointer}")).unwrap_or_else(|| panic!("{path} has no {pointer}"))
    }

    /// Everything that was answered to paths that begin so, in a phase or at any time.
    fn beginning(&self, phase: &str, start: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let is_wanted = move |((when, path), _): &(&(&str, &str), &&Value)| {
            (*when == phase || *when == "any") && path.starts_with(start)
        };
        self.answers.iter().filter(is_wanted).map(|((_, path), answer)| (*path, *answer))
    }
}

pub(super) fn run(check: &mut Check, story: &Story<'_>, phases: &[Phase<'_>]) {
    is_configured_alike(check, story);
    for (place, phase) in phases.iter().enumerate() {
        let climb = Climb::new(story, phase);
        climb.lists(check);
        let store = climb.starting_at_checkpoint(check, place == 0);
        climb.is_reached(check, &store, phases);
        climb.starting_at_other_blocks(check, &store);
    }
    through_all_phases(check, story, phases);
}

/// The network file says what the beacon node says of itself.
fn is_configured_alike(check: &mut Check, story: &Story<'_>) {
    let (spec, genesis) = (story.beacon.body("any", SPEC), story.beacon.body("any", GENESIS));
    let l1 = check.ok("the node's own configuration", L1::from_beacon_api(&spec, &genesis));
    let known = &story.network.l1;
    // The deposit contract's chain is a constant of the preset, which nobody set.
    check.eq("configuration", &L1 { chain_id: known.chain_id, ..l1.clone() }, known);
    let schedule = story.beacon.answer("any", "/eth/v1/config/fork_schedule").expect("a schedule");
    let fork = |fork: &Value| (bytes(&fork["current_version"]).to_vec(), small(&fork["epoch"]));
    let schedule: Vec<_> = list(&schedule["body"]["data"]).iter().map(fork).collect();
    let forks: Vec<_> = l1.forks.iter().map(|fork| (fork.version.to_vec(), fork.epoch)).collect();
    check.eq("schedule", forks, schedule);
}

/// What a client does in a phase.
struct Climb<'a> {
    story: &'a Story<'a>,
    phase: &'a Phase<'a>,
    now: UnixTime,
    updates: Vec<Update>,
    finality: Update,
    optimistic: Update,
}

impl<'a> Climb<'a> {
    fn new(story: &'a Story<'a>, phase: &'a Phase<'a>) -> Self {
        let (l1, name) = (&story.network.l1, phase.name());
        let body = |path: &str| story.beacon.body(name, path);
        Self {
            story,
            phase,
            now: UnixTime(small(&phase.expected["suggestedWallClock"])),
            updates: updates(name, l1, &body(&format!("{UPDATES}0&count=128"))),
            finality: update(name, l1, &body(FINALITY)),
            optimistic: update(name, l1, &body(OPTIMISTIC)),
        }
    }

    fn l1(&self) -> &'a L1 {
        &self.story.network.l1
    }

    fn period(&self, update: &Update) -> u64 {
        self.l1().period_at(update.attested_header.beacon.slot)
    }

    /// Every other list that was asked for is a part of the whole one.
    fn lists(&self, check: &mut Check) {
        for (path, answer) in self.story.beacon.beginning(self.phase.name(), UPDATES) {
            let (start, count) = path[UPDATES.len()..].split_once("&count=").expect("a start and a count");
            let [start, count]: [u64; 2] = [start, count].map(|number| number.parse().expect("a number"));
            let is_asked_for = |update: &&Update| (start..start + count).contains(&self.period(update));
            let expected: Vec<Update> = self.updates.iter().filter(is_asked_for).cloned().collect();
            if expected.is_empty() {
                let verdict = Message::parse_all(self.l1(), &raw(&answer["body"]));
                check.err(path, verdict, |error| matches!(error, WireError::Empty { .. }));
            } else {
                check.eq(path, updates(path, self.l1(), &raw(&answer["body"])), expected);
            }
        }
    }

    /// From the checkpoint of the network file by all updates. Once, the first update and those of finality are spoiled.
    fn starting_at_checkpoint(&self, check: &mut Check, is_spoiled: bool) -> Store {
        let root = self.story.beacon.checkpoint;
        let mut store = self.started(check, root);
        for update in self.updates.iter().chain([&self.finality, &self.optimistic]) {
            let slot = update.attested_header.beacon.slot;
            let name = format!("{}, attested slot {slot}", self.phase.name());
            // The newest update of a list may be the finality update as well, and then says nothing new.
            let is_wanted = update.kind() != UpdateKind::Full || !store.knows_next_committee();
            if is_spoiled && is_wanted && slot > store.optimistic_header().beacon.slot {
                twins::refused(check, &name, &store, update, self.now);
            }
            advance(check, &name, &mut store, update, self.now);
        }
        store
    }

    fn started(&self, check: &mut Check, root: B256) -> Store {
        let path = format!("{BOOTSTRAP}{root}");
        let bootstrap = bootstrap(&path, self.l1(), &self.story.beacon.body("any", &path));
        check.ok(&path, Store::bootstrap(self.l1(), Checkpoint::new(root), &bootstrap, self.now))
    }

    /// The store stands where the recording says, and the execution header there is the phase's L1.
    fn is_reached(&self, check: &mut Check, store: &Store, phases: &[Phase<'_>]) {
        let (name, beacon, l1) = (self.phase.name(), &self.story.beacon, self.phase.l1);
        let finalized = store.finalized_header();
        check.eq(name, finalized.beacon.slot, small(&self.phase.expected["finalized"]["slot"]));
        let named = [
            ("/eth/v1/beacon/headers/finalized", "root"),
            ("/eth/v1/beacon/states/head/finality_checkpoints", "finalized/root"),
        ];
        for (path, member) in named {
            check.eq(path, finalized.beacon.root(), word(beacon.member(name, path, member)));
        }
        check.eq(name, store.optimistic_header(), &self.optimistic.attested_header);
        let header = self.story.calls.header("l1", l1.hash()).expect("the finalized header was recorded");
        let proven = check.ok(name, store.finalized(&header));
        check.eq("what the suite takes for finalized", proven, l1);
        check.eq(name, (proven.status(), proven.is_from_old_checkpoint()), (L1Status::Finalized, false));
        let newest = store.optimistic_header().execution_block_hash().expect("a block");
        if let Some(header) = self.story.calls.header("l1", newest) {
            let proven = check.ok(name, store.optimistic(&header));
            check.eq(name, (proven.status(), proven.hash()), (L1Status::Optimistic, newest));
            check.refused("only signed", store.finalized(&header), is_other_block);
        }
        for other in phases.iter().filter(|other| other.l1.hash() != l1.hash()) {
            let header = self.story.calls.header("l1", other.l1.hash()).expect("a finalized header");
            check.refused("of another phase", store.finalized(&header), is_other_block);
        }
    }

    /// Any other block that a bootstrap is there for leads to the same place, once it is there at all.
    fn starting_at_other_blocks(&self, check: &mut Check, reached: &Store) {
        for (path, answer) in self.story.beacon.beginning("any", BOOTSTRAP) {
            if small(&answer["status"]) != 200 {
                let verdict = Message::parse_all(self.l1(), &raw(&answer["body"]));
                check.err(path, verdict, |error| matches!(error, WireError::ErrorReply { .. }));
                continue;
            }
            let bootstrap = bootstrap(path, self.l1(), &raw(&answer["body"]));
            let root: B256 = path[BOOTSTRAP.len()..].parse().expect("a root");
            let start = Store::bootstrap(self.l1(), Checkpoint::new(root), &bootstrap, self.now);
            let slot = bootstrap.header.beacon.slot;
            if time_of(self.l1(), slot).0 > self.now.0 + MAX_CLOCK_DRIFT {
                check.err(path, start, |error| matches!(error, ConsensusError::FutureSlot { .. }));
                continue;
            }
            let mut store = check.ok(path, start);
            let period = self.l1().period_at(slot);
            let later = self.updates.iter().filter(|update| self.period(update) >= period);
            for update in later.chain([&self.finality]) {
                let moved = store.advance(update, self.now);
                // Of no use is only what is older and brings no committee.
                if update.attested_header.beacon.slot > slot || update.kind() == UpdateKind::Full {
                    check.ok(path, moved);
                } else {
                    check.err(path, moved, |error| matches!(error, ConsensusError::NotNewer { .. }));
                }
            }
            let newest = reached.finalized_header();
            let expected = if slot > newest.beacon.slot { &bootstrap.header } else { newest };
            check.eq(path, store.finalized_header(), expected);
        }
    }
}

/// One client that lives through all phases, and is saved and loaded between them.
fn through_all_phases(check: &mut Check, story: &Story<'_>, phases: &[Phase<'_>]) {
    let begins = story.beacon.checkpoint;
    let mut store: Option<Store> = None;
    for phase in phases {
        let climb = Climb::new(story, phase);
        let mut known = store.take().unwrap_or_else(|| climb.started(check, begins));
        let needed = if known.knows_next_committee() { known.period() + 1 } else { known.period() };
        let new = climb.updates.iter().filter(|update| climb.period(update) >= needed);
        for update in new.chain([&climb.finality]) {
            check.ok(phase.name(), known.advance(update, climb.now));
        }
        let header = story.calls.header("l1", phase.l1.hash()).expect("the finalized header was recorded");
        check.eq(phase.name(), known.finalized(&header), Ok(phase.l1));
        let loaded = Store::load(&story.network.l1, Some(Checkpoint::new(begins)), &known.save(), climb.now);
        let Loaded::Store(loaded) = check.ok(phase.name(), loaded) else { panic!("it begins at its checkpoint") };
        check.eq(phase.name(), loaded.finalized_header(), known.finalized_header());
        store = Some(*loaded);
    }
    if let (Some(store), Some(last)) = (store, phases.last()) {
        saved::round_trip(check, last.name(), &store, (begins, &[]), 3, Climb::new(story, last).now);
    }
}

const fn is_other_block(error: &ConsensusError) -> bool {
    matches!(error, ConsensusError::ExecutionHash { .. })
}
