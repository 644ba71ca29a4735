//! Clocks that jump: to before 1970, to the end of time, by hours and by years; before a flow, between flows of a session, and
//! between the rounds of one. Nothing panics, everything ends, what is given is true, the error says what a clock can be to
//! blame for, and once the clock is right again all is well.

use super::Report;
use super::damage::sources::ready;
use super::damage::world::{World, head_as, synced_as};
use super::spoil::Seed;
use crate::files::Files;
use core::cell::{Cell, RefCell};
use core::time::Duration;
use metis_light::client::{Reply, Request, Source};
use metis_light::consensus::{ConsensusError, Loaded, Store};
use metis_light::error::{Error, Kind};
use metis_light::primitives::UnixTime;
use metis_light::shell::{Failure, Heads, Session, Transport};
use serde_json::Value;

pub(super) use super::damage::ROOTS;

const SEED: u64 = 4;
const RUNS: usize = 30;
const HOUR: u64 = 3_600;
const YEAR: u64 = 365 * 24 * HOUR;

pub(super) fn run(files: &Files) -> Report {
    let world = super::damage::read(files);
    let now = world.honest.now().0;
    let truth = told(&ready(session(&world).head()).expect("the clock is right"));
    let mut report = Report::default();
    for time in wrong(&world) {
        let check = |outcome, place: &str| check(outcome, time, now, &truth, &format!("at {time}, {place}"));
        let starts_wrong = session(&world);
        starts_wrong.transport().time.set(time);
        let first = ready(starts_wrong.head());
        assert!(first.is_err(), "at {time}: from a checkpoint");
        check(first, "from a checkpoint");
        is_well(&starts_wrong, now, &truth);

        let goes_wrong = session(&world);
        is_well(&goes_wrong, now, &truth);
        goes_wrong.transport().time.set(time);
        check(ready(goes_wrong.head()), "from a store");
        check(ready(goes_wrong.recent_head()), "where a head is known");
        is_well(&goes_wrong, now, &truth);
        saved(&goes_wrong, time, now);
        report.cases += 4;
        report.refused += 1;
    }
    between_rounds(&world, &truth, &mut report);
    report
}

/// Times that no client should have: seconds since 1970, where before that is 0.
fn wrong(world: &World) -> Vec<u64> {
    let (now, genesis) = (world.honest.now().0, world.network.l1.genesis_time);
    let before = [0, 1, genesis - 1, genesis, now - YEAR, now - HOUR / 4];
    let after = [now + HOUR, now + 24 * HOUR, now + YEAR, now + 1_000 * YEAR, 1 << 63, u64::MAX - 1, u64::MAX];
    [&before[..], &after].concat()
}

/// A clock that is behind makes what is new come from the future; one that is ahead makes it old.
fn check(outcome: Result<Heads, Error>, time: u64, now: u64, truth: &[String], place: &str) {
    match outcome {
        Ok(heads) => assert_eq!(told(&heads), truth, "{place}"),
        Err(error) => assert!(is_deserved(&error, time < now, time > now), "{place}: {error}"),
    }
}

fn is_deserved(error: &Error, may_be_behind: bool, may_be_ahead: bool) -> bool {
    match error {
        // A clock that is behind in one round asks for too few periods; that it was shows in the next.
        Error::Consensus(ConsensusError::FutureSlot { .. } | ConsensusError::UnknownCommittee { .. }) => may_be_behind,
        error => may_be_ahead && error.kind() == Kind::Stale,
    }
}

/// Everything is true once the clock is right.
fn is_well(session: &Session<Clock<'_>>, now: u64, truth: &[String]) {
    session.transport().time.set(now);
    assert_eq!(told(&ready(session.head()).expect("the clock is right again")), truth);
    assert_eq!(told(&ready(session.recent_head()).expect("a head is known")), truth);
}

/// A store that was saved loads when the clock is right, and else is refused for its time.
fn saved(session: &Session<Clock<'_>>, time: u64, now: u64) {
    let store = session.store().expect("it has been synced");
    let load = |time| Store::load(store.l1(), None, &store.save(), UnixTime(time));
    match load(time) {
        Ok(loaded) => assert!(matches!(loaded, Loaded::Store(_)), "at {time}"),
        Err(ConsensusError::FutureSlot { .. }) => assert!(time < now, "at {time}"),
        Err(error) => assert!(time > now && matches!(error, ConsensusError::CheckpointTooOld { .. }), "{error}"),
    }
    assert!(matches!(load(now), Ok(Loaded::Store(_))), "the clock is right again");
}

/// The clock jumps whenever it is read.
fn between_rounds(world: &World, truth: &[String], report: &mut Report) {
    let times = wrong(world);
    let (mut given, mut refused) = (0, 0);
    for run in 0..RUNS {
        let session = session(world);
        let now = session.transport().time.get();
        session.transport().jumps.replace(Some((Seed::new(SEED + run as u64), times.clone())));
        match ready(session.head()) {
            Ok(heads) => {
                assert_eq!(told(&heads), truth, "run {run}");
                given += 1;
            }
            Err(error) => {
                assert!(is_deserved(&error, true, true), "run {run}: {error}");
                refused += 1;
            }
        }
        session.transport().jumps.replace(None);
        is_well(&session, now, truth);
    }
    assert!(given > 0 && refused > 0, "{given} given, {refused} refused");
    report.cases += RUNS;
    report.refused += refused;
}

fn told(heads: &Heads) -> Vec<String> {
    [synced_as(&heads.synced), head_as(&heads.rollup)].concat()
}

fn session(world: &World) -> Session<Clock<'_>> {
    let clock = Clock { world, time: Cell::new(world.honest.now().0), jumps: RefCell::new(None) };
    Session::from_checkpoint(world.network.clone(), world.checkpoint, clock)
}

/// What a server answers to `start_period=FIRST&count=COUNT`: those of the periods that it has. How many a client asks for is a
/// matter of its clock, and those of the right one alone were recorded.
fn updates(all: &[u8], wanted: &str) -> Vec<u8> {
    let (first, count) = wanted.split_once("&count=").expect("a range of periods");
    let (first, count): (u64, u64) = (first.parse().expect("a number"), count.parse().expect("a number"));
    let mut list = crate::files::json("updates", all);
    let slot = |update: &Value| update["data"]["attested_header"]["beacon"]["slot"].as_str()?.parse::<u64>().ok();
    let period = |update: &Value| slot(update).expect("a slot") / SLOTS_PER_PERIOD;
    let is_wanted = |update: &Value| (first..first.saturating_add(count)).contains(&period(update));
    list.as_array_mut().expect("a list").retain(is_wanted);
    list.to_string().into_bytes()
}

const UPDATES: &str = "/eth/v1/beacon/light_client/updates?start_period=";
const ALL_UPDATES: &str = "/eth/v1/beacon/light_client/updates?start_period=0&count=3";

/// Of the minimal preset.
const SLOTS_PER_PERIOD: u64 = 64;

/// Honest sources and a clock of its own.
struct Clock<'a> {
    world: &'a World,
    time: Cell<u64>,
    /// Where it jumps to, now and then.
    jumps: RefCell<Option<(Seed, Vec<u64>)>>,
}

impl Transport for Clock<'_> {
    fn sources(&self, _: Source) -> usize {
        1
    }

    async fn fetch(&self, kind: Source, source: usize, requests: &[Request]) -> Vec<Result<Reply, Failure>> {
        let mut replies = self.world.honest.fetch(kind, source, requests).await;
        for (reply, request) in replies.iter_mut().zip(requests) {
            if let Request::Beacon { path } = request
                && let Some(wanted) = path.strip_prefix(UPDATES)
            {
                *reply = self
                    .world
                    .honest
                    .fetch(kind, source, &[Request::Beacon { path: ALL_UPDATES.to_owned() }])
                    .await
                    .remove(0);
                *reply = reply.clone().map(|all| updates(&all, wanted));
            }
        }
        replies
    }

    fn now(&self) -> UnixTime {
        if let Some((seed, times)) = &mut *self.jumps.borrow_mut()
            && seed.below(4) == 0
        {
            return UnixTime(times[seed.below(times.len())]);
        }
        UnixTime(self.time.get())
    }

    async fn sleep(&self, _: Duration) {}

    fn jitter(&self) -> u32 {
        0
    }
}
