use crate::client::{ClientError, Fault, Reply, Request, Source, Step, Task};
use crate::error::{Error, Kind};
use crate::primitives::UnixTime;
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;
use std::collections::BTreeMap;

/// How requests get their replies.
pub trait Transport {
    /// How many interchangeable sources of a kind there are.
    fn sources(&self, kind: Source) -> usize;

    /// Asks one source of a kind all of some requests. The replies are in their order; an `Err` says why there is none.
    fn fetch(
        &self,
        kind: Source,
        source: usize,
        requests: &[Request],
    ) -> impl Future<Output = Vec<Result<Reply, String>>>;

    /// The time.
    fn now(&self) -> UnixTime;
}

/// How long a task may go on.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most rounds, those that are asked again included: a source that always has more ends here.
    pub rounds: usize,
}

impl Default for Limits {
    /// 200 rounds: a flow takes six, the search of a batch in ten million blocks fourteen more.
    fn default() -> Self {
        Self { rounds: 200 }
    }
}

/// A source that did not answer, or whose answer did not hold.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Blame {
    /// What kind of source.
    pub kind: Source,
    /// Which of them.
    pub source: usize,
    /// Why.
    pub error: Error,
}

/// What a task gave, and what it took.
#[derive(Clone, Debug)]
pub struct Driven<T> {
    /// What came out.
    pub output: Result<T, Error>,
    /// Rounds that were answered and held.
    pub rounds: usize,
    /// Who failed on the way.
    pub blamed: Vec<Blame>,
}

/// Drives a task to its end.
pub async fn drive<T: Task>(task: T, transport: &impl Transport, limits: Limits) -> Driven<T::Output> {
    let mut drive = Drive { at: BTreeMap::new(), failed: BTreeMap::new(), blamed: Vec::new() };
    let (mut task, mut rounds) = (task, 0_usize);
    for _ in 0..limits.rounds {
        let requests = task.requests();
        let outcome = match drive.fetch(transport, &requests).await {
            Ok(replies) => task.resume(&replies, transport.now()),
            Err(fault) => Err(fault),
        };
        match outcome {
            Ok(step) => {
                rounds = rounds.saturating_add(1);
                drive.failed.clear();
                match step {
                    Step::Done(output) => return drive.end(Ok(output), rounds),
                    Step::Ask(next) => task = next,
                }
            }
            Err(fault) => {
                if let Err(error) = drive.go_on_after(fault, &requests, transport) {
                    return drive.end(Err(error), rounds);
                }
            }
        }
    }
    let what = format!("{} rounds were not enough", limits.rounds);
    drive.end(Err(ClientError::Unavailable { what }.into()), rounds)
}

struct Drive {
    /// Which source of a kind is asked; the first where it is not here.
    at: BTreeMap<Source, usize>,
    /// The errors of this round, by kind of source.
    failed: BTreeMap<Source, Vec<Error>>,
    blamed: Vec<Blame>,
}

impl Drive {
    fn end<T>(self, output: Result<T, Error>, rounds: usize) -> Driven<T> {
        Driven { output, rounds, blamed: self.blamed }
    }

    /// One round: each kind of source is asked its requests, all kinds at once.
    async fn fetch(&self, transport: &impl Transport, requests: &[Request]) -> Result<Vec<Reply>, Fault> {
        let ask = |kind| {
            let of_kind: Vec<Request> = requests.iter().filter(|request| request.source() == kind).cloned().collect();
            async move {
                if of_kind.is_empty() {
                    return Vec::new();
                }
                let source = self.at.get(&kind).copied().unwrap_or_default();
                transport.fetch(kind, source, &of_kind).await
            }
        };
        let (beacon, l1, l2) = join(ask(Source::Beacon), ask(Source::L1), ask(Source::L2)).await;
        let (mut beacon, mut l1, mut l2) = (beacon.into_iter(), l1.into_iter(), l2.into_iter());
        let mut replies = Vec::with_capacity(requests.len());
        for (place, request) in requests.iter().enumerate() {
            let reply = match request.source() {
                Source::Beacon => beacon.next(),
                Source::L1 => l1.next(),
                Source::L2 => l2.next(),
            };
            let reply = reply.unwrap_or_else(|| Err("the transport lost the reply".to_owned()));
            let fault =
                |what| Fault { request: Some(place), error: Box::new(ClientError::Unavailable { what }.into()) };
            replies.push(reply.map_err(fault)?);
        }
        Ok(replies)
    }

    /// Turns to the next source after a fault that one can mend; gives the gravest error when all have failed.
    fn go_on_after(&mut self, fault: Fault, requests: &[Request], transport: &impl Transport) -> Result<(), Error> {
        let request = fault.request.and_then(|place| requests.get(place));
        let Some(kind) = request.map(Request::source).filter(|_| mends(fault.error.kind())) else {
            return Err(*fault.error);
        };
        let count = transport.sources(kind);
        let source = self.at.get(&kind).copied().unwrap_or_default();
        self.blamed.push(Blame { kind, source, error: (*fault.error).clone() });
        let failed = self.failed.entry(kind).or_default();
        failed.push(*fault.error);
        if failed.len() >= count {
            return Err(gravest(failed));
        }
        let next = source.saturating_add(1).checked_rem(count).unwrap_or_default();
        self.at.insert(kind, next);
        Ok(())
    }
}

/// Whether another source may do better.
const fn mends(kind: Kind) -> bool {
    matches!(kind, Kind::Invalid | Kind::Malformed | Kind::Stale | Kind::Unavailable)
}

/// A lie weighs more than nonsense, and nonsense more than silence.
fn gravest(errors: &[Error]) -> Error {
    let weight = |error: &&Error| match error.kind() {
        Kind::Invalid => 3,
        Kind::Malformed => 2,
        Kind::Stale => 1,
        _ => 0,
    };
    let silence = || ClientError::Unavailable { what: "there is no source".to_owned() }.into();
    errors.iter().max_by_key(weight).cloned().unwrap_or_else(silence)
}

/// Waits for three futures at once.
async fn join<T>(
    first: impl Future<Output = T>,
    second: impl Future<Output = T>,
    third: impl Future<Output = T>,
) -> (T, T, T) {
    let (mut first, mut second, mut third) = (pin!(first), pin!(second), pin!(third));
    let mut done = (None, None, None);
    poll_fn(|context| {
        if done.0.is_none()
            && let Poll::Ready(value) = first.as_mut().poll(context)
        {
            done.0 = Some(value);
        }
        if done.1.is_none()
            && let Poll::Ready(value) = second.as_mut().poll(context)
        {
            done.1 = Some(value);
        }
        if done.2.is_none()
            && let Poll::Ready(value) = third.as_mut().poll(context)
        {
            done.2 = Some(value);
        }
        match (done.0.take(), done.1.take(), done.2.take()) {
            (Some(first), Some(second), Some(third)) => Poll::Ready((first, second, third)),
            parts => {
                done = parts;
                Poll::Pending
            }
        }
    })
    .await
}
