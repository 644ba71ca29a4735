//! Sources that answer honestly, but for the damage that a tape makes.

use super::mangle;
use super::tape::Tape;
use super::world::World;
use core::cell::RefCell;
use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use metis_light::client::{Reply, Request, Source, Task};
use metis_light::error::Error;
use metis_light::primitives::UnixTime;
use metis_light::shell::{Again, Blame, Failure, Limits, Standing, Transport, drive};

/// The most requests over HTTP that one flow may take: each round of each kind of source, and those asked again.
const MAX_FETCHES: usize = 2_000;

/// One or two sources of each kind; the first does the damage.
pub(crate) struct Sources<'a> {
    world: &'a World,
    damage: RefCell<Damage<'a>>,
    /// Whether an honest one stands beside.
    has_second: bool,
}

struct Damage<'a> {
    tape: Tape<'a>,
    /// How many replies pass unharmed before the next is damaged.
    unharmed: usize,
    count: Count,
}

/// What was asked and told.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Count {
    /// Requests over HTTP.
    pub(crate) fetches: usize,
    /// Replies that were damaged.
    pub(crate) damaged: usize,
    /// Bytes of the largest round of replies of one source.
    pub(crate) largest: usize,
}

/// What came of a flow.
pub(crate) struct Outcome {
    pub(crate) output: Result<Vec<String>, Error>,
    /// Who failed on the way.
    pub(crate) blamed: Vec<Blame>,
    pub(crate) count: Count,
}

impl<'a> Sources<'a> {
    pub(crate) fn honest(world: &'a World) -> Self {
        Self::damaged(world, Tape::new(&[]), false)
    }

    pub(crate) fn damaged(world: &'a World, mut tape: Tape<'a>, has_second: bool) -> Self {
        let unharmed = *tape.one_of(&[0, 0, 0, 1, 2, 5]);
        Self { world, damage: RefCell::new(Damage { tape, unharmed, count: Count::default() }), has_second }
    }

    /// Runs a flow to its end. Everything answers at once, so nothing waits.
    pub(crate) fn run<T: Task>(&self, task: T, tell: impl Fn(&T::Output) -> Vec<String>) -> Outcome {
        let mut standing = Standing::default();
        let driven = ready(drive(task, self, Limits::default(), &mut standing));
        let output = driven.output.as_ref().map(tell).map_err(Clone::clone);
        Outcome { output, blamed: driven.blamed, count: self.damage.borrow().count }
    }
}

impl Damage<'_> {
    fn reply(&mut self, world: &World, request: &Request, honest: Reply) -> Result<Reply, Failure> {
        if self.tape.is_over() {
            return Ok(honest);
        }
        if self.unharmed > 0 {
            self.unharmed -= 1;
            return Ok(honest);
        }
        self.unharmed = self.tape.below(8);
        self.count.damaged += 1;
        let tape = &mut self.tape;
        let in_ssz = Some(&honest).filter(|_| request.source() == Source::Beacon).and_then(|it| world.in_ssz(it));
        match tape.below(11) {
            0 => Ok(mangle::bytes(tape, &honest)),
            1..=5 => Ok(mangle::json(tape, &honest)),
            6 => Ok(tape.one_of(&world.replies).clone()),
            7 => Ok(mangle::noise(tape)),
            8 => Ok(mangle::bytes(tape, &in_ssz.unwrap_or(honest))),
            9 => Err(failure(tape)),
            _ => {
                let length = tape.below(1 << 16);
                Ok(tape.take(length).to_vec())
            }
        }
    }
}

fn failure(tape: &mut Tape<'_>) -> Failure {
    let again = *tape.one_of(&[
        Again::Never,
        Again::Soon,
        Again::After(Duration::ZERO),
        Again::After(Duration::from_secs(1)),
        Again::After(Duration::MAX),
    ]);
    Failure { what: "nothing came".to_owned(), again }
}

impl Transport for Sources<'_> {
    fn sources(&self, _: Source) -> usize {
        if self.has_second { 2 } else { 1 }
    }

    async fn fetch(&self, kind: Source, source: usize, requests: &[Request]) -> Vec<Result<Reply, Failure>> {
        let honest = self.world.honest.fetch(kind, 0, requests).await;
        let mut damage = self.damage.borrow_mut();
        damage.count.fetches += 1;
        assert!(damage.count.fetches < MAX_FETCHES, "the flow does not end");
        if source != 0 {
            return honest;
        }
        let mut told: Vec<_> = honest
            .into_iter()
            .zip(requests)
            .map(|(reply, request)| damage.reply(self.world, request, reply?))
            .collect();
        // Once in a while there are more replies than requests, or fewer.
        let length = told.len();
        match damage.tape.below(32) {
            30 => drop(told.pop()),
            31 => told.extend(told.first().cloned()),
            _ => {}
        }
        damage.count.damaged += usize::from(told.len() != length);
        let size = told.iter().flatten().map(Vec::len).sum();
        damage.count.largest = damage.count.largest.max(size);
        told
    }

    async fn sleep(&self, _: Duration) {}

    fn jitter(&self) -> u32 {
        0
    }

    fn now(&self) -> UnixTime {
        self.world.honest.now()
    }
}

pub(crate) fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a recording answers at once"),
    }
}
