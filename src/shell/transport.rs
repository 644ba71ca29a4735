use crate::client::{Progress, Reply, Request, Source};
use crate::primitives::UnixTime;
use core::future::Future;
use core::time::Duration;

/// What the loop needs of a platform: replies, time, and a number to spread its waits with.
pub trait Transport {
    /// How many interchangeable sources of a kind there are.
    fn sources(&self, kind: Source) -> usize;

    /// Asks one source of a kind some requests of that kind. The replies are in their order; a [`Failure`] says why there is
    /// none. Dropping the future gives the question up: the loop does so when another source was faster or time is over.
    fn fetch(
        &self,
        kind: Source,
        source: usize,
        requests: &[Request],
    ) -> impl Future<Output = Vec<Result<Reply, Failure>>>;

    /// The time.
    fn now(&self) -> UnixTime;

    /// Is ready after a time. A transport that answers at once may be ready at once.
    fn sleep(&self, time: Duration) -> impl Future<Output = ()>;

    /// Is told how far a task is. Most transports have nobody who waits to be told.
    fn progress(&self, _: Progress) {}

    /// Any number, as even as may be: clients that failed together must not come back together.
    fn jitter(&self) -> u32;
}

/// Why there is no reply.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{what}")]
pub struct Failure {
    /// What happened, as a message.
    pub what: String,
    /// Whether the same source may do better later.
    pub again: Again,
}

/// Whether asking the same source again may help.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Again {
    /// No: it did answer, and would answer the same.
    Never,
    /// Yes: it was not reached, or has troubles of its own.
    Soon,
    /// Not before that time: it said so.
    After(Duration),
}

impl Failure {
    /// A failure that asking again does not mend.
    pub fn never(what: impl Into<String>) -> Self {
        Self { what: what.into(), again: Again::Never }
    }

    /// A failure that may pass.
    pub fn soon(what: impl Into<String>) -> Self {
        Self { what: what.into(), again: Again::Soon }
    }
}
