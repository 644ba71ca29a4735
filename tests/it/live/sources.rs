//! A session over HTTP, with sources that have bad manners. Times are generous: what is tested is who answered.

use super::Recording;
use super::server::{Manners, Server, closed};
use core::time::Duration;
use metis_light::client::{ClientError, Head, Source, Sync};
use metis_light::consensus::Checkpoint;
use metis_light::error::{Error, Kind};
use metis_light::network::Network;
use metis_light::primitives::{Address, UnixTime};
use metis_light::rollup::{Accepted, Finality};
use metis_light::shell::{At, Blame, Floor, Limits, Native, Recorder, Session, Standing, Transcript, drive};
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Long enough that nothing ends by them that should not.
const LIMITS: Limits = Limits {
    rounds: 200,
    whole: Duration::from_secs(60),
    answer: Duration::from_secs(30),
    hedge: Duration::from_millis(300),
    retries: 3,
    backoff: Duration::from_millis(20),
    longest_wait: Duration::from_secs(5),
};

/// The urls of each kind.
pub(crate) struct Urls<'a> {
    pub(crate) beacon: &'a [String],
    pub(crate) l1: &'a [String],
    pub(crate) l2: &'a [String],
}

impl Recording {
    fn network(&self) -> Network {
        let file = std::fs::read(self.folder.join("network.json")).expect("it was there before");
        Network::from_json(&file).expect("a network file")
    }

    fn native(&self, urls: &Urls<'_>) -> Native {
        let kinds = [(Source::Beacon, urls.beacon), (Source::L1, urls.l1), (Source::L2, urls.l2)];
        let urls = kinds.into_iter().flat_map(|(kind, urls)| urls.iter().map(move |url| (kind, url.clone())));
        Native::new(urls).expect("urls").at(UnixTime(self.now))
    }

    fn checkpoint(&self) -> Checkpoint {
        Checkpoint::new(self.checkpoint.parse().expect("a root"))
    }

    pub(crate) fn session(&self, urls: &Urls<'_>) -> Session<Native> {
        Session::from_checkpoint(self.network(), self.checkpoint(), self.native(urls)).with_limits(LIMITS)
    }

    /// A session whose L1 sources are these; the others are of an honest server.
    fn with_l1(&self, honest: &Server, l1: &[String]) -> Session<Native> {
        self.session(&Urls { beacon: &[honest.url("beacon")], l1, l2: &[honest.url("l2")] })
    }

    /// The head of the rollup, by such a session; and who was blamed.
    fn head(&self, session: &Session<Native>) -> (Result<u64, Error>, Vec<Blame>) {
        let head = wait(session.head()).map(|head| head.rollup.registry.context().total_elements);
        (head, session.take_blamed())
    }
}

pub(crate) fn wait<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(future)
}

/// What was said of the one source that is blamed.
fn said(blamed: &[Blame]) -> String {
    match blamed {
        [blame] => blame.error.to_string(),
        _ => panic!("one is to blame: {blamed:?}"),
    }
}

#[test]
fn a_stalling_source_is_overtaken() {
    let Some(recording) = Recording::read() else { return };
    let honest = Server::start(&recording.transcript);
    let stalls = Server::with(&recording.transcript, Manners { stalls: true, ..Manners::default() });
    let began = Instant::now();
    let session = recording.with_l1(&honest, &[stalls.url("l1"), honest.url("l1")]);
    assert_eq!(recording.head(&session), (Ok(55), vec![]));
    assert!(began.elapsed() < LIMITS.answer, "nobody waited for it: {:?}", began.elapsed());
    assert_eq!(stalls.seen.requests.load(Ordering::Relaxed), 1, "the next rounds began with the other");
    // Alone it ends with the time.
    let limits = Limits { whole: Duration::from_millis(700), ..LIMITS };
    let (head, blamed) = recording.head(&recording.with_l1(&honest, &[stalls.url("l1")]).with_limits(limits));
    assert_eq!(head.map_err(|error| error.kind()), Err(Kind::Unavailable));
    assert!(said(&blamed).contains("nothing came within"), "{blamed:?}");
}

#[test]
fn a_bad_minute_is_waited_for() {
    let Some(recording) = Recording::read() else { return };
    let honest = Server::start(&recording.transcript);
    let patience = Server::with(&recording.transcript, Manners { busy: Some((1, 429, Some(1))), ..Manners::default() });
    let began = Instant::now();
    let (head, blamed) = recording.head(&recording.with_l1(&honest, &[patience.url("l1")]));
    assert_eq!(head, Ok(55));
    assert!(said(&blamed).contains("status 429") && began.elapsed() >= Duration::from_secs(1), "{blamed:?}");
    for status in [500, 502, 503] {
        let twice =
            Server::with(&recording.transcript, Manners { busy: Some((2, status, None)), ..Manners::default() });
        let (head, blamed) = recording.head(&recording.with_l1(&honest, &[twice.url("l1")]));
        assert_eq!(head, Ok(55));
        assert!(said(&blamed).contains(&format!("status {status}: not now")), "{blamed:?}");
    }
    // More than it may ask for, and what will not pass: the batch, and then each of its two calls.
    for (status, retry_after, requests) in [(429, Some(3_600), 1), (403, None, 3)] {
        let busy = Some((99, status, retry_after));
        let closed = Server::with(&recording.transcript, Manners { busy, ..Manners::default() });
        let (head, _) = recording.head(&recording.with_l1(&honest, &[closed.url("l1")]));
        assert_eq!(head.map_err(|error| error.kind()), Err(Kind::Unavailable));
        assert_eq!(closed.seen.requests.load(Ordering::Relaxed), requests, "{status}");
    }
}

#[test]
fn everything_down_ends_in_time_and_names_all() {
    let Some(recording) = Recording::read() else { return };
    let down = [closed(), closed()];
    let session = recording.session(&Urls { beacon: &down, l1: &down, l2: &down });
    let began = Instant::now();
    let (head, blamed) = recording.head(&session);
    assert_eq!(head.map_err(|error| error.kind()), Err(Kind::Unavailable));
    let named: Vec<_> = blamed.iter().map(|blame| (blame.kind, blame.source)).collect();
    assert!(named.contains(&(Source::Beacon, 0)) && named.contains(&(Source::Beacon, 1)), "{blamed:?}");
    assert!(began.elapsed() < LIMITS.whole);
}

#[test]
fn what_is_no_answer_is_told_as_what_it_is() {
    let Some(recording) = Recording::read() else { return };
    let honest = Server::start(&recording.transcript);
    let plain = Manners::default();
    for (manners, message) in [
        (Manners { redirects: true, ..plain }, "redirects are not followed"),
        (Manners { is_a_page: true, ..plain }, "the answer is a web page"),
        (Manners { is_a_bomb: true, ..plain }, "the answer is longer than"),
        (Manners { never_ends: true, ..plain }, "the answer is longer than"),
        (Manners { leaves_one_out: true, ..plain }, "left this call out"),
    ] {
        let broken = Server::with(&recording.transcript, manners);
        for (kind, urls) in
            [("l1", [broken.url("l1"), honest.url("l1")]), ("beacon", [broken.url("beacon"), honest.url("beacon")])]
        {
            if manners.leaves_one_out && kind == "beacon" {
                continue;
            }
            let (beacon, l1) = ([honest.url("beacon")], [honest.url("l1")]);
            let (beacon, l1) = if kind == "l1" { (&beacon[..], &urls[..]) } else { (&urls[..], &l1[..]) };
            let session = |beacon: &[String], l1: &[String]| {
                // A slow machine must not make the other one faster.
                let limits = Limits { hedge: LIMITS.answer, ..LIMITS };
                recording.session(&Urls { beacon, l1, l2: &[honest.url("l2")] }).with_limits(limits)
            };
            let (head, blamed) = recording.head(&session(beacon, l1));
            assert_eq!(head, Ok(55), "{message}: {blamed:?}");
            assert!(said(&blamed).contains(message), "{message}: {blamed:?}");
            let alone = session(&beacon[..1], &l1[..1]);
            let (head, _) = recording.head(&alone);
            assert_eq!(head.map_err(|error| error.kind()), Err(Kind::Unavailable), "{message}");
        }
    }
}

#[test]
fn a_server_that_refuses_batches_is_remembered() {
    let Some(recording) = Recording::read() else { return };
    let honest = Server::start(&recording.transcript);
    for error_status in [None, Some(400), Some(500)] {
        let refuses = Manners { refuses_batches: true, error_status, ..Manners::default() };
        let refuses = Server::with(&recording.transcript, refuses);
        let session = recording.with_l1(&honest, &[refuses.url("l1")]);
        assert_eq!(recording.head(&session), (Ok(55), vec![]));
        assert_eq!(recording.head(&session), (Ok(55), vec![]));
        assert_eq!(refuses.seen.batches.load(Ordering::Relaxed), 1, "it was asked for one batch");
    }
    assert!(honest.seen.batches.load(Ordering::Relaxed) == 0, "l2 was not asked yet");
}

#[test]
fn an_error_is_read_whatever_its_status() {
    let Some(recording) = Recording::read() else { return };
    let honest = Server::start(&recording.transcript);
    for error_status in [None, Some(400), Some(500)] {
        let pruned = Manners { pruned_before: 1_000, error_status, ..Manners::default() };
        let pruned = Server::with(&recording.transcript, pruned);
        let urls = Urls { beacon: &[honest.url("beacon")], l1: &[honest.url("l1")], l2: &[pruned.url("l2")] };
        let session = recording.session(&urls);
        let at = wait(session.state_root(At::Newest)).expect("a head");
        let task = metis_light::client::AccountOf { at, who: Address::ZERO };
        assert_eq!(wait(session.ask(task)).map_err(|error| error.kind()).map(|_| ()), Err(Kind::Unavailable));
        assert!(said(&session.take_blamed()).contains("missing trie node"));
        assert_eq!(pruned.seen.requests.load(Ordering::Relaxed), 1, "it would say the same again");
    }
}

#[test]
fn a_beacon_source_is_asked_several_things_at_once() {
    let Some(recording) = Recording::read() else { return };
    let slow = Manners { takes: Duration::from_millis(200), ..Manners::default() };
    let server = Server::with(&recording.transcript, slow);
    let session = recording.session(&Urls { beacon: &[server.url("beacon")], l1: &[server.url("l1")], l2: &[] });
    wait(session.sync()).expect("an honest server");
    let most = server.seen.most_at_once.load(Ordering::Relaxed);
    assert!((2..=6).contains(&most), "{most} at once");
}

#[test]
fn what_is_recorded_is_played_again() {
    let Some(recording) = Recording::read() else { return };
    let server = Server::start(&recording.transcript);
    let urls = Urls { beacon: &[server.url("beacon")], l1: &[server.url("l1")], l2: &[] };
    let recorder = Recorder::new(recording.native(&urls).json_only(), "now");
    let (network, mut standing) = (recording.network(), Standing::default());
    let sync = || Sync::from_checkpoint(&network.l1, recording.checkpoint());
    let head = |finalized| Head::new(finalized, &network, &Accepted::none());
    let live = wait(async {
        let synced = drive(sync(), &recorder, LIMITS, &mut standing).await.output.expect("l1");
        drive(head(synced.finalized), &recorder, LIMITS, &mut standing).await.output.expect("a head")
    });
    let calls = recorder.into_calls();
    assert!(calls.as_array().is_some_and(|calls| calls.len() > 8), "beacon and l1");
    let played = Transcript::new(&calls).expect("calls").at("now", UnixTime(recording.now));
    let again = wait(async {
        let synced = drive(sync(), &played, LIMITS, &mut standing).await.output.expect("l1");
        drive(head(synced.finalized), &played, LIMITS, &mut standing).await.output.expect("a head")
    });
    assert_eq!(again.registry.context(), live.registry.context());
}

/// A session may go from thread to thread, as a server's must.
#[test]
fn a_session_can_be_shared() {
    fn may_move<T: Send>(_: &T) {}
    let Some(recording) = Recording::read() else { return };
    let session = recording.session(&Urls { beacon: &[], l1: &[], l2: &[] });
    may_move(&session);
    may_move(&session.head());
    let (head, blamed) = recording.head(&session);
    assert_eq!((head.map_err(|error| error.kind()), blamed), (Err(Kind::Unavailable), vec![]), "nobody to ask");
}

#[test]
fn a_block_below_the_floor_is_refused() {
    let Some(recording) = Recording::read() else { return };
    let server = Server::start(&recording.transcript);
    let urls = Urls { beacon: &[server.url("beacon")], l1: &[server.url("l1")], l2: &[] };
    let posted = recording.session(&urls);
    assert_eq!(wait(posted.state_root(At::Newest)).expect("a head").block(), 55);
    let last = wait(posted.state_root(At::Block(55))).expect("it is posted");
    assert!(matches!(last.batch().finality(), Finality::Posted { .. }));
    let newest = wait(posted.state_root(At::Final)).expect("some are final").block();
    let strict = recording.session(&urls).with_floor(Floor::Final);
    assert_eq!(wait(strict.state_root(At::Newest)).expect("some are final").block(), newest);
    let refused = wait(strict.state_root(At::Block(55))).map(|_| ());
    assert!(matches!(refused, Err(Error::Client(ClientError::BelowFloor { block: 55, .. }))), "{refused:?}");
}
