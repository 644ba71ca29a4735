//! Sources of which the first of one kind lies.

use super::flows::World;
use core::cell::{Cell, RefCell};
use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use metis_light::client::{Reply, Request, Source, Task};
use metis_light::error::Error;
use metis_light::lies::{Asked, Lie};
use metis_light::primitives::UnixTime;
use metis_light::shell::{Blame, Failure, Limits, Standing, Transport, drive};

/// A recording's sources, and who lies among them.
pub(super) struct Liar<'a> {
    world: &'a World,
    lie: Option<(&'static Lie, Source)>,
    /// Whether an honest source stands beside the liar.
    has_second: bool,
    is_told: Cell<bool>,
    asked: RefCell<Vec<Source>>,
}

impl<'a> Liar<'a> {
    pub(super) fn honest(world: &'a World) -> Self {
        Self { world, lie: None, has_second: false, is_told: Cell::new(false), asked: RefCell::default() }
    }

    pub(super) fn alone(self, lie: &'static Lie, teller: Source) -> Self {
        Self { lie: Some((lie, teller)), ..self }
    }

    pub(super) fn with_second(self) -> Self {
        Self { has_second: true, ..self }
    }

    pub(super) fn is_told(&self) -> bool {
        self.is_told.get()
    }

    /// The kinds of source that were asked.
    pub(super) fn asked(&self) -> Vec<Source> {
        self.asked.borrow().clone()
    }

    /// What an honest source says.
    async fn honestly(&self, kind: Source, requests: &[Request]) -> Vec<Result<Reply, Failure>> {
        let recorded = self.world.honest.fetch(kind, 0, requests).await;
        let absent =
            |request: &Request| self.world.absent.answer(request).map(|answer| answer.to_string().into_bytes());
        let reply = |(reply, request): (Result<Reply, Failure>, &Request)| {
            reply.or_else(|failure| absent(request).ok_or(failure))
        };
        recorded.into_iter().zip(requests).map(reply).collect()
    }

    /// Runs a flow to its end. A recording answers at once, so nothing waits.
    pub(super) fn run<T: Task>(&self, task: T, tell: impl Fn(&T::Output) -> String) -> Run {
        let mut standing = Standing::default();
        let driven = ready(drive(task, self, Limits::default(), &mut standing));
        Run { output: driven.output.as_ref().map(tell).map_err(Clone::clone), blamed: driven.blamed }
    }
}

/// What came of a flow.
pub(super) struct Run {
    pub(super) output: Result<String, Error>,
    pub(super) blamed: Vec<Blame>,
}

pub(super) fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a recording answers at once"),
    }
}

impl Transport for Liar<'_> {
    fn sources(&self, kind: Source) -> usize {
        let has_second = self.has_second && self.lie.is_some_and(|(_, teller)| teller == kind);
        if has_second { 2 } else { 1 }
    }

    async fn fetch(&self, kind: Source, source: usize, requests: &[Request]) -> Vec<Result<Reply, Failure>> {
        if !requests.is_empty() {
            self.asked.borrow_mut().push(kind);
        }
        let honest = self.honestly(kind, requests).await;
        let Some((lie, _)) = self.lie.filter(|(_, teller)| *teller == kind && source == 0) else { return honest };
        let Ok(replies) = honest.iter().cloned().collect::<Result<Vec<_>, _>>() else { return honest };
        let asked: Vec<Asked> = requests.iter().map(Asked::from).collect();
        let replies: Vec<_> = replies.iter().map(|reply| crate::files::json("reply", reply)).collect();
        let Some(told) = lie.tell(&asked, &replies, &self.world.past) else { return honest };
        self.is_told.set(true);
        told.into_iter().map(Ok).collect()
    }

    async fn sleep(&self, _: Duration) {}

    fn jitter(&self) -> u32 {
        0
    }

    fn now(&self) -> UnixTime {
        self.world.honest.now()
    }
}
