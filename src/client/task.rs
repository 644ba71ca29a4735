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

    /// Blames the reply to a request.
    pub(crate) fn of<E: Into<Error>>(request: usize) -> impl Fn(E) -> Self {
        move |error| Self { request: Some(request), error: Box::new(error.into()) }
    }
}
