//! Waiting for several futures at once, without a runtime.

use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::Poll;

/// What a future gives, if it does before the limit.
pub(crate) async fn within<F: Future>(future: F, limit: impl Future) -> Option<F::Output> {
    let (mut future, mut limit) = (pin!(future), pin!(limit));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => limit.as_mut().poll(context).map(|_| None),
    })
    .await
}

/// What all futures give, in their order; at most `at_once` of them run at a time.
pub(super) async fn all<F: Future>(futures: Vec<F>, at_once: usize) -> Vec<F::Output> {
    let mut next = futures.into_iter().enumerate();
    let mut running: Vec<(usize, Pin<Box<F>>)> = Vec::new();
    let mut done: Vec<(usize, F::Output)> = Vec::new();
    poll_fn(|context| {
        loop {
            while running.len() < at_once.max(1)
                && let Some((place, future)) = next.next()
            {
                running.push((place, Box::pin(future)));
            }
            let before = running.len();
            running.retain_mut(|(place, future)| match future.as_mut().poll(context) {
                Poll::Ready(output) => {
                    let before = done.partition_point(|(other, _)| other < place);
                    done.insert(before, (*place, output));
                    false
                }
                Poll::Pending => true,
            });
            // Where one has ended there is room for the next.
            if running.is_empty() && before == 0 {
                return Poll::Ready(());
            }
            if running.len() == before {
                return Poll::Pending;
            }
        }
    })
    .await;
    done.into_iter().map(|(_, output)| output).collect()
}

/// Asks in turn until one answers: the next one where one fails, and as well where none has answered after a while.
///
/// Who was asked is noted in `asked`, and how it failed, if it has: who is still under way when this is dropped can so be
/// told from it.
pub(super) async fn first<A, E, F: Future<Output = Result<A, E>>, S: Future>(
    turn: impl IntoIterator<Item = usize>,
    ask: impl Fn(usize) -> F,
    late: impl Fn() -> S,
    asked: &mut Vec<(usize, Option<E>)>,
) -> Option<(usize, A)> {
    let mut turn = turn.into_iter().peekable();
    let mut running: Vec<(usize, Pin<Box<F>>)> = Vec::new();
    let mut timer: Option<Pin<Box<S>>> = None;
    poll_fn(|context| {
        loop {
            let mut answer = None;
            running.retain_mut(|(source, future)| match future.as_mut().poll(context) {
                Poll::Pending => true,
                Poll::Ready(Ok(found)) => {
                    answer = Some((*source, found));
                    false
                }
                Poll::Ready(Err(error)) => {
                    if let Some((_, failure)) = asked.iter_mut().rfind(|(asked, _)| asked == source) {
                        *failure = Some(error);
                    }
                    // The next one need not wait.
                    timer = None;
                    false
                }
            });
            if answer.is_some() {
                return Poll::Ready(answer);
            }
            if turn.peek().is_none() {
                return if running.is_empty() { Poll::Ready(None) } else { Poll::Pending };
            }
            if timer.as_mut().is_some_and(|timer| timer.as_mut().poll(context).is_pending()) {
                return Poll::Pending;
            }
            let Some(source) = turn.next() else { continue };
            asked.push((source, None));
            running.push((source, Box::pin(ask(source))));
            timer = Some(Box::pin(late()));
        }
    })
    .await
}
