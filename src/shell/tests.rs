//! The loop against sources that are made up, in a time that is made up: nothing here waits.

use super::*;
use crate::client::{Call, ClientError, Fault, Reply, Request, Source, Step, Task};
use crate::consensus::ConsensusError;
use crate::error::{Error, Kind};
use crate::primitives::{B256, UnixTime};
use core::cell::{Cell, RefCell};
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::collections::BTreeMap;

const HONEST: &[u8] = b"honest";

/// What a source does when it is asked for the n-th time: how many milliseconds it takes, and what comes.
type Manners = fn(usize) -> (u64, Result<&'static [u8], Failure>);

#[derive(Default)]
struct World {
    now: Cell<u64>,
    timers: RefCell<Vec<u64>>,
    sources: BTreeMap<Source, Vec<Manners>>,
    /// Who was asked, and when.
    asked: RefCell<Vec<(Source, usize, u64)>>,
}

impl World {
    fn new(sources: impl IntoIterator<Item = (Source, Vec<Manners>)>) -> Self {
        Self { sources: sources.into_iter().collect(), ..Self::default() }
    }

    /// Polls, and where that waits goes on to the next moment at which something happens.
    fn run<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        loop {
            self.timers.borrow_mut().clear();
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                return output;
            }
            self.now.set(*self.timers.borrow().iter().min().expect("it hangs"));
        }
    }

    fn drive(&self, task: Ask, limits: Limits) -> Driven<Vec<Reply>> {
        self.run(drive(task, self, limits, &mut Standing::default()))
    }

    fn asked(&self, kind: Source) -> Vec<(usize, u64)> {
        let asked = self.asked.borrow();
        asked.iter().filter(|(of, ..)| *of == kind).map(|(_, source, at)| (*source, *at)).collect()
    }

    async fn wait(&self, milliseconds: u64) {
        let until = self.now.get().saturating_add(milliseconds);
        poll_fn(|_| {
            if self.now.get() >= until {
                return Poll::Ready(());
            }
            self.timers.borrow_mut().push(until);
            Poll::Pending
        })
        .await;
    }
}

impl Transport for World {
    fn sources(&self, kind: Source) -> usize {
        self.sources.get(&kind).map_or(0, Vec::len)
    }

    async fn fetch(&self, kind: Source, source: usize, requests: &[Request]) -> Vec<Result<Reply, Failure>> {
        let before = self.asked(kind).iter().filter(|(asked, _)| *asked == source).count();
        self.asked.borrow_mut().push((kind, source, self.now.get()));
        let (time, reply) = self.sources[&kind][source](before);
        self.wait(time).await;
        requests.iter().map(|_| reply.clone().map(<[u8]>::to_vec)).collect()
    }

    fn now(&self) -> UnixTime {
        UnixTime(self.now.get() / 1000)
    }

    async fn sleep(&self, time: Duration) {
        self.wait(u64::try_from(time.as_millis()).expect("a short time")).await;
    }

    fn jitter(&self) -> u32 {
        u32::MAX
    }
}

/// Asks each of some kinds once a round.
#[derive(Clone)]
struct Ask {
    kinds: Vec<Source>,
    rounds: usize,
}

const L1: Source = Source::L1;

fn ask(kinds: &[Source]) -> Ask {
    Ask { kinds: kinds.to_vec(), rounds: 1 }
}

impl Task for Ask {
    type Output = Vec<Reply>;

    fn requests(&self) -> Vec<Request> {
        let request = |kind: &Source| match kind {
            Source::Attestations => Request::Attestations { path: "/".to_owned() },
            Source::Beacon => Request::Beacon { path: "/".to_owned() },
            Source::L1 => Request::L1(Call { method: "one", params: "[]".to_owned() }),
            Source::L2 => Request::L2(Call { method: "two", params: "[]".to_owned() }),
        };
        self.kinds.iter().map(request).collect()
    }

    fn resume(&self, replies: &[Reply], _: UnixTime) -> Result<Step<Self>, Fault> {
        for (place, reply) in replies.iter().enumerate() {
            let error: Error = match reply.as_slice() {
                HONEST => continue,
                b"late" => ClientError::StaleHead { age: 9, limit: 1 }.into(),
                b"unknown" => ClientError::Unknown { what: "a block", hash: B256::ZERO }.into(),
                b"misuse" => ClientError::ReplyCount { got: 2, expected: 1 }.into(),
                b"early" => ClientError::NotPosted { block: 9, posted: 1 }.into(),
                b"unsupported" => ConsensusError::UnknownFork { named: "heze".into() }.into(),
                _ => ClientError::NoLog { what: "the batch".to_owned() }.into(),
            };
            return Err(Fault { request: Some(place), error: Box::new(error) });
        }
        match self.rounds {
            1 => Ok(Step::Done(replies.to_vec())),
            rounds => Ok(Step::Ask(Self { rounds: rounds - 1, ..self.clone() })),
        }
    }
}

fn fine(_: usize) -> (u64, Result<&'static [u8], Failure>) {
    (100, Ok(HONEST))
}

fn lies(_: usize) -> (u64, Result<&'static [u8], Failure>) {
    (100, Ok(b"a lie"))
}

fn stalls(_: usize) -> (u64, Result<&'static [u8], Failure>) {
    (1 << 40, Ok(HONEST))
}

fn is_down(_: usize) -> (u64, Result<&'static [u8], Failure>) {
    (10, Err(Failure::soon("connection refused")))
}

fn says_no(_: usize) -> (u64, Result<&'static [u8], Failure>) {
    (10, Err(Failure::never("missing trie node")))
}

fn names(driven: &Driven<Vec<Reply>>) -> Vec<(Source, usize)> {
    driven.blamed.iter().map(|blame| (blame.kind, blame.source)).collect()
}

fn kind(driven: &Driven<Vec<Reply>>) -> Kind {
    driven.output.as_ref().expect_err("a refusal").kind()
}

#[test]
fn a_slow_source_is_overtaken_and_nobody_is_blamed() {
    let world = World::new([(L1, vec![stalls, fine as Manners, fine])]);
    let mut standing = Standing::default();
    let driven = world.run(drive(ask(&[L1]), &world, Limits::default(), &mut standing));
    assert_eq!((driven.output, driven.blamed), (Ok(vec![HONEST.to_vec()]), vec![]));
    assert_eq!((world.asked(L1), world.now.get()), (vec![(0, 0), (1, 2_000)], 2_100));
    // The next task begins with the fast one.
    world.run(drive(ask(&[L1]), &world, Limits::default(), &mut standing)).output.expect("an answer");
    assert_eq!(world.asked(L1)[2..], [(1, 2_100)]);
}

#[test]
fn a_slow_source_may_still_be_the_first() {
    let slow: Manners = |_| (2_500, Ok(HONEST));
    let world = World::new([(L1, vec![slow, stalls])]);
    let driven = world.drive(ask(&[L1]), Limits::default());
    assert_eq!((driven.blamed.len(), world.now.get()), (0, 2_500));
    let world = World::new([(L1, vec![slow])]);
    assert!(world.drive(ask(&[L1]), Limits::default()).output.is_ok(), "alone it is waited for");
}

#[test]
fn the_next_source_is_asked_at_once_where_one_fails() {
    let world = World::new([(L1, vec![says_no, is_down as Manners, fine])]);
    let driven = world.drive(ask(&[L1]), Limits::default());
    assert_eq!((names(&driven), world.now.get()), (vec![(L1, 0), (L1, 1)], 120));
    assert!(driven.output.is_ok());
    // Also where an earlier one is still under way.
    let world = World::new([(L1, vec![stalls, is_down as Manners, fine])]);
    let driven = world.drive(ask(&[L1]), Limits::default());
    assert_eq!((names(&driven), world.now.get()), (vec![(L1, 1)], 2_110));
}

#[test]
fn a_lie_is_blamed_never_asked_again_and_no_other_kind_is_troubled() {
    let world = World::new([(L1, vec![lies, fine as Manners]), (Source::L2, vec![fine])]);
    let mut standing = Standing::default();
    let driven = world.run(drive(ask(&[L1, Source::L2]), &world, Limits::default(), &mut standing));
    assert_eq!((names(&driven), driven.rounds), (vec![(L1, 0)], 1));
    assert_eq!(world.asked(Source::L2).len(), 1, "its answer was kept");
    assert_eq!(standing.order(L1, 2), [1, 0]);

    let world = World::new([(L1, vec![lies as Manners, lies])]);
    let driven = world.drive(ask(&[L1]), Limits::default());
    assert_eq!((kind(&driven), world.asked(L1).len()), (Kind::Invalid, 2));
}

#[test]
fn silence_is_asked_again_after_a_while() {
    let recovers: Manners = |asked| if asked < 2 { is_down(asked) } else { fine(asked) };
    let world = World::new([(L1, vec![recovers])]);
    let driven = world.drive(ask(&[L1]), Limits::default());
    assert!(driven.output.is_ok());
    assert_eq!(names(&driven), [(L1, 0)], "told once");
    // The waits are 0.25 and 0.5 s, by this jitter the whole of them but a millisecond.
    assert_eq!(world.asked(L1), [(0, 0), (0, 259), (0, 768)]);
    // A node may lag a block behind.
    let lags: Manners = |asked| (10, Ok(if asked < 1 { b"unknown" } else { HONEST }));
    assert!(World::new([(L1, vec![lags])]).drive(ask(&[L1]), Limits::default()).output.is_ok());
}

#[test]
fn everything_down_ends_soon_and_all_are_named() {
    let kinds = [Source::Beacon, L1, Source::L2];
    let world = World::new(kinds.map(|kind| (kind, vec![is_down as Manners, is_down])));
    let driven = world.drive(ask(&kinds), Limits::default());
    assert_eq!(kind(&driven), Kind::Unavailable);
    assert_eq!(names(&driven).len(), 6, "{:?}", driven.blamed);
    assert!(world.asked(L1).len() == 8 && world.now.get() < 3_000, "three retries: {}", world.now.get());
    let nobody = World::default().drive(ask(&[L1]), Limits::default());
    assert_eq!((kind(&nobody), nobody.blamed.len()), (Kind::Unavailable, 0));
}

#[test]
fn what_would_be_the_same_is_not_asked_again() {
    let stale: Manners = |_| (10, Ok(b"late"));
    for (manners, expected) in [(says_no as Manners, Kind::Unavailable), (stale, Kind::Stale), (lies, Kind::Invalid)] {
        let world = World::new([(L1, vec![manners])]);
        let driven = world.drive(ask(&[L1]), Limits::default());
        assert_eq!((kind(&driven), world.asked(L1).len()), (expected, 1));
    }
    // Nor is a liar, where silence beside it is.
    let world = World::new([(L1, vec![lies, is_down as Manners])]);
    let driven = world.drive(ask(&[L1]), Limits::default());
    let asked = |source| world.asked(L1).iter().filter(|(asked, _)| *asked == source).count();
    assert_eq!((kind(&driven), asked(0), asked(1)), (Kind::Invalid, 1, 4), "the gravest error");
}

#[test]
fn what_no_source_can_mend_ends_at_once() {
    let world = World::new([(L1, vec![(|_| (10, Ok(b"misuse"))) as Manners, fine])]);
    let driven = world.drive(ask(&[L1]), Limits::default());
    assert_eq!((kind(&driven), driven.blamed.len(), world.asked(L1).len()), (Kind::Misuse, 0, 1));
}

#[test]
fn what_may_be_true_is_laid_to_a_source_only_where_another_shows_otherwise() {
    let newer: Manners = |_| (10, Ok(b"unsupported"));
    let early: Manners = |_| (10, Ok(b"early"));
    for (says, expected) in [(newer, Kind::Unsupported), (early, Kind::NotYet)] {
        let driven = World::new([(L1, vec![says, fine])]).drive(ask(&[L1]), Limits::default());
        assert_eq!((driven.output.is_ok(), names(&driven)), (true, vec![(L1, 0)]));
        let driven = World::new([(L1, vec![says, says])]).drive(ask(&[L1]), Limits::default());
        assert_eq!((kind(&driven), names(&driven)), (expected, vec![]), "all agree");
        let driven = World::new([(L1, vec![says, says_no])]).drive(ask(&[L1]), Limits::default());
        assert_eq!((kind(&driven), names(&driven)), (expected, vec![(L1, 1)]), "silence contradicts nobody");
        let driven = World::new([(L1, vec![says, lies])]).drive(ask(&[L1]), Limits::default());
        assert_eq!((kind(&driven), names(&driven)), (Kind::Invalid, vec![(L1, 1)]), "nor does a lie");
    }
}

#[test]
fn a_source_that_asks_for_patience_gets_it() {
    fn after(seconds: u64) -> (u64, Result<&'static [u8], Failure>) {
        let again = Again::After(Duration::from_secs(seconds));
        (10, Err(Failure { what: "status 429".to_owned(), again }))
    }
    let busy: Manners = |asked| if asked == 0 { after(7) } else { fine(asked) };
    let world = World::new([(L1, vec![busy])]);
    assert!(world.drive(ask(&[L1]), Limits::default()).output.is_ok());
    assert_eq!(world.asked(L1), [(0, 0), (0, 7_010)]);
    // One that is only silent is asked before that.
    let world = World::new([(L1, vec![busy, is_down as Manners])]);
    assert!(world.drive(ask(&[L1]), Limits::default()).output.is_ok());
    assert!(world.asked(L1).iter().all(|(source, at)| *source == 1 || *at == 0 || *at > 7_000));
    // Nobody waits for an hour, nor longer than the whole may take.
    let world = World::new([(L1, vec![(|_| after(3_600)) as Manners])]);
    assert_eq!(kind(&world.drive(ask(&[L1]), Limits::default())), Kind::Unavailable);
    assert!(world.asked(L1).len() == 1 && world.now.get() < 1_000);
    let world = World::new([(L1, vec![(|_| after(14)) as Manners])]);
    let limits = Limits { whole: Duration::from_secs(3), ..Limits::default() };
    assert_eq!((kind(&world.drive(ask(&[L1]), limits)), world.now.get()), (Kind::Unavailable, 3_000));
}

#[test]
fn stalling_sources_are_given_up() {
    let world = World::new([(L1, vec![stalls as Manners, stalls])]);
    let driven = world.drive(ask(&[L1]), Limits { retries: 0, ..Limits::default() });
    assert_eq!((kind(&driven), names(&driven).len(), world.now.get()), (Kind::Unavailable, 2, 22_000));
    // The whole ends before an answer must be there.
    let world = World::new([(L1, vec![stalls as Manners])]);
    let limits = Limits { whole: Duration::from_secs(1), ..Limits::default() };
    let driven = world.drive(ask(&[L1]), limits);
    assert_eq!((kind(&driven), names(&driven), world.now.get()), (Kind::Unavailable, vec![(L1, 0)], 1_000));
    // A lie that was seen is not hidden by it.
    let world = World::new([(L1, vec![lies as Manners, stalls])]);
    assert_eq!(kind(&world.drive(ask(&[L1]), limits)), Kind::Invalid);
}

#[test]
fn a_flow_without_end_ends() {
    let endless = Ask { rounds: usize::MAX, ..ask(&[L1]) };
    let driven = World::new([(L1, vec![fine as Manners])]).drive(endless.clone(), Limits::default());
    assert_eq!((kind(&driven), driven.rounds), (Kind::Unavailable, 200));
    let slow = World::new([(L1, vec![(|_| (1_900, Ok(HONEST))) as Manners])]);
    let driven = slow.drive(endless, Limits::default());
    assert_eq!((kind(&driven), slow.now.get()), (Kind::Unavailable, 120_000));
    assert!(driven.rounds > 60, "{}", driven.rounds);
}

#[test]
fn what_is_recorded_can_be_played() {
    let honest: Manners = |_| (10, Ok(b"{\"a\":[1,\"0x2\"]}"));
    let kinds = [Source::Beacon, L1, Source::L2];
    let world = World::new(kinds.map(|kind| (kind, vec![honest, fine])));
    let recorder = Recorder::new(world, "now");
    let requests = ask(&kinds).requests();
    let mut replies = Vec::new();
    for request in &requests {
        let mut given = recorder.inner().run(recorder.fetch(request.source(), 0, std::slice::from_ref(request)));
        replies.push(given.pop().expect("one").expect("json"));
        let other = recorder.inner().run(recorder.fetch(request.source(), 1, std::slice::from_ref(request)));
        assert!(other[0].is_err(), "it is no json");
    }
    let calls = recorder.into_calls();
    let transcript = Transcript::new(&calls).expect("calls").at("now", UnixTime(0));
    let world = World::default();
    for (request, reply) in requests.iter().zip(replies) {
        let played = world.run(transcript.fetch(request.source(), 0, std::slice::from_ref(request)));
        assert_eq!(played, [Ok(reply)]);
    }
    let elsewhere = Transcript::new(&calls).expect("calls").at("later", UnixTime(0));
    assert!(world.run(elsewhere.fetch(L1, 0, &requests[1..2]))[0].is_err(), "of another phase");
}

/// Takes a word in the first round that the second's must equal: a hint, and a proof that contradicts a false one.
#[derive(Clone)]
struct Hinted(Option<Reply>);

impl Task for Hinted {
    type Output = Vec<Reply>;

    fn requests(&self) -> Vec<Request> {
        ask(&[L1]).requests()
    }

    fn resume(&self, replies: &[Reply], _: UnixTime) -> Result<Step<Self>, Fault> {
        let lie = || Fault { request: Some(0), error: Box::new(ClientError::NoLog { what: "it".to_owned() }.into()) };
        let [reply] = replies else { return Err(lie()) };
        match &self.0 {
            None => Ok(Step::Ask(Self(Some(reply.clone())))),
            Some(hint) if hint == reply && reply == HONEST => Ok(Step::Done(replies.to_vec())),
            Some(_) if reply == b"unknown" => {
                let error = ClientError::Unknown { what: "a block", hash: B256::ZERO }.into();
                Err(Fault { request: Some(0), error: Box::new(error) })
            }
            Some(_) => Err(lie()),
        }
    }
}

/// A false hint, and the truth ever after.
fn misleads(before: usize) -> (u64, Result<&'static [u8], Failure>) {
    if before == 0 { lies(0) } else { fine(0) }
}

/// A false hint, and then nothing.
fn misleads_and_goes(before: usize) -> (u64, Result<&'static [u8], Failure>) {
    if before == 0 { lies(0) } else { says_no(0) }
}

fn hinted(sources: Vec<Manners>) -> (Driven<Vec<Reply>>, World) {
    let world = World::new([(L1, sources)]);
    let driven = world.run(drive(Hinted(None), &world, Limits::default(), &mut Standing::default()));
    (driven, world)
}

#[test]
fn a_false_hint_is_laid_to_whoever_gave_it_and_all_is_asked_anew() {
    let (driven, world) = hinted(vec![misleads, fine]);
    assert_eq!((driven.output.is_ok(), names(&driven)), (true, vec![(L1, 0)]));
    let asked: Vec<usize> = world.asked(L1).iter().map(|(source, _)| *source).collect();
    assert_eq!(asked, [0, 0, 1, 1]);
}

#[test]
fn an_honest_source_that_meets_anothers_false_hint_is_not_blamed() {
    let (driven, _) = hinted(vec![misleads_and_goes, fine]);
    let lies: Vec<_> = driven.blamed.iter().filter(|blame| blame.error.kind() == Kind::Invalid).collect();
    assert_eq!((driven.output.is_ok(), lies.len()), (true, 0), "{:?}", driven.blamed);
}

#[test]
fn where_all_mislead_it_ends_and_each_is_named_once() {
    let (driven, world) = hinted(vec![misleads as Manners, misleads, misleads]);
    assert_eq!((kind(&driven), names(&driven)), (Kind::Invalid, vec![(L1, 0), (L1, 1), (L1, 2)]));
    assert_eq!(world.asked(L1).len(), 6);
}

#[test]
fn whoever_does_not_know_what_it_named_itself_is_passed_over() {
    let invents: Manners = |before| (10, Ok(if before == 0 { b"invented" } else { b"unknown" }));
    let (driven, world) = hinted(vec![invents, fine]);
    assert_eq!((driven.output.is_ok(), names(&driven)), (true, vec![(L1, 0)]));
    assert!(world.now.get() < 1_000, "it is not waited for: {}", world.now.get());
    // Who has never heard of what another invented is not to blame.
    let invents_and_goes: Manners = |before| if before == 0 { (10, Ok(b"invented")) } else { says_no(0) };
    let knows_nothing: Manners = |before| (10, Ok(if before == 0 { b"unknown" } else { HONEST }));
    let (driven, _) = hinted(vec![invents_and_goes, knows_nothing]);
    assert_eq!((driven.output.is_ok(), names(&driven)), (true, vec![(L1, 0)]), "{:?}", driven.blamed);
    // Alone it may only lag, and is asked again.
    let lags: Manners = |before| (10, Ok(if before == 1 { b"unknown" } else { HONEST }));
    let (driven, world) = hinted(vec![lags]);
    assert_eq!((driven.output.is_ok(), world.asked(L1).len()), (true, 3));
}
