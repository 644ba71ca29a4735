use super::request::{Reply, Request};
use crate::error::Error;
use crate::primitives::UnixTime;

/// A question under way. A value that may go from thread to thread, so that what drives it may as well.
pub trait Task: Clone + Sized + Send {
    /// What comes out.
    type Output: Send;

    /// What is needed next: one round, in any order and at once.
    fn requests(&self) -> Vec<Request>;

    /// Goes on with a reply to each request, in their order.
    ///
    /// # Errors
    /// [`Fault`] where a reply does not hold; the task is as it was, and the next source may be asked.
    fn resume(&self, replies: &[Reply], now: UnixTime) -> Result<Step<Self>, Fault>;

    /// How far it is, where it may take long.
    fn progress(&self) -> Option<Progress> {
        None
    }

    /// What to ask in place of this round, where no source can answer it: for nodes that keep few states.
    fn otherwise(&self) -> Option<Self> {
        None
    }
}

/// How far a task is, for whoever waits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Progress {
    /// What is counted.
    pub what: &'static str,
    /// How many are done.
    pub done: u64,
    /// Of how many.
    pub of: u64,
}

/// What became of a round.
#[must_use]
#[derive(Debug)]
pub enum Step<T: Task> {
    /// More is needed.
    Ask(T),
    /// It is done.
    Done(T::Output),
}

/// Why a round failed, and whose reply was at fault.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{error}")]
pub struct Fault {
    /// The request whose reply did not hold, by its place in the round; none where no single one is to blame.
    pub request: Option<usize>,
    /// What is wrong. Boxed, for it is returned everywhere and seldom there.
    pub error: Box<Error>,
}

impl Fault {
    /// A fault that no reply is to blame for.
    pub(super) fn of_nobody(error: impl Into<Error>) -> Self {
        Self { request: None, error: Box::new(error.into()) }
    }

    /// The same fault in a round in which so many requests come before its own.
    pub(super) fn after(self, requests: usize) -> Self {
        Self { request: self.request.map(|place| place.saturating_add(requests)), ..self }
    }

    /// Blames the reply to a request.
    pub(crate) fn of<E: Into<Error>>(request: usize) -> impl Fn(E) -> Self {
        move |error| Self { request: Some(request), error: Box::new(error.into()) }
    }
}
