use super::ClientError;
use super::request::{Reply, Request};
use super::task::{Fault, Step, Task};
use crate::primitives::UnixTime;

/// Several tasks of one kind side by side: a round asks for what each of them needs next, so that many answers take the rounds
/// of the slowest one, and JSON-RPC calls go in one batch.
///
/// A reply that does not hold is blamed as it would be for the task alone, and holds up all of them.
#[derive(Clone, Debug)]
pub struct All<T, O>(Vec<Part<T, O>>);

/// One of them: still asking, or done.
#[derive(Clone, Debug)]
enum Part<T, O> {
    Asking(T),
    Done(O),
}

impl<T, O> All<T, O>
where
    T: Task<Output = O>,
    O: Clone + Send,
{
    /// Puts tasks side by side.
    pub fn new(tasks: impl IntoIterator<Item = T>) -> Self {
        Self(tasks.into_iter().map(Part::Asking).collect())
    }

    fn miscounted(&self, replies: &[Reply]) -> Fault {
        Fault::of_nobody(ClientError::ReplyCount { got: replies.len(), expected: self.requests().len() })
    }
}

impl<T, O> Task for All<T, O>
where
    T: Task<Output = O>,
    O: Clone + Send,
{
    type Output = Vec<O>;

    fn requests(&self) -> Vec<Request> {
        self.0.iter().flat_map(Part::requests).collect()
    }

    fn resume(&self, replies: &[Reply], now: UnixTime) -> Result<Step<Self>, Fault> {
        let (mut rest, mut parts) = (replies, Vec::with_capacity(self.0.len()));
        for part in &self.0 {
            let before = replies.len().saturating_sub(rest.len());
            let (own, others) = rest.split_at_checked(part.requests().len()).ok_or_else(|| self.miscounted(replies))?;
            parts.push(part.resume(own, now).map_err(|fault| fault.after(before))?);
            rest = others;
        }
        if !rest.is_empty() {
            return Err(self.miscounted(replies));
        }
        let outputs: Option<Vec<O>> = parts.iter().map(Part::output).collect();
        Ok(outputs.map_or_else(|| Step::Ask(Self(parts)), Step::Done))
    }
}

impl<T, O> Part<T, O>
where
    T: Task<Output = O>,
    O: Clone + Send,
{
    fn requests(&self) -> Vec<Request> {
        match self {
            Self::Asking(task) => task.requests(),
            Self::Done(_) => Vec::new(),
        }
    }

    fn resume(&self, replies: &[Reply], now: UnixTime) -> Result<Self, Fault> {
        match self {
            Self::Asking(task) => Ok(match task.resume(replies, now)? {
                Step::Ask(task) => Self::Asking(task),
                Step::Done(output) => Self::Done(output),
            }),
            Self::Done(output) => Ok(Self::Done(output.clone())),
        }
    }

    fn output(&self) -> Option<O> {
        match self {
            Self::Asking(_) => None,
            Self::Done(output) => Some(output.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{Call, Request};

    /// Takes so many rounds of one request, each answered with `ok`.
    #[derive(Clone, Debug)]
    struct Rounds(u64);

    impl Task for Rounds {
        type Output = u64;

        fn requests(&self) -> Vec<Request> {
            vec![Request::L1(Call { method: "round", params: format!("[{}]", self.0) })]
        }

        fn resume(&self, replies: &[Reply], _: UnixTime) -> Result<Step<Self>, Fault> {
            match replies {
                [reply] if reply == b"ok" => Ok(if self.0 == 1 { Step::Done(7) } else { Step::Ask(Self(self.0 - 1)) }),
                _ => Err(Fault::of(0)(ClientError::NoLog { what: "ok".to_owned() })),
            }
        }
    }

    fn resume(all: &All<Rounds, u64>, replies: &[&[u8]]) -> Result<Step<All<Rounds, u64>>, Fault> {
        let replies: Vec<Reply> = replies.iter().map(|reply| reply.to_vec()).collect();
        all.resume(&replies, UnixTime(0))
    }

    #[test]
    fn many_take_the_rounds_of_the_slowest_and_a_done_one_asks_no_more() {
        let all = All::new([Rounds(1), Rounds(2)]);
        assert_eq!(all.requests().len(), 2);
        let Ok(Step::Ask(next)) = resume(&all, &[b"ok", b"ok"]) else { panic!("one is not done") };
        assert_eq!(next.requests().len(), 1);
        assert!(matches!(resume(&next, &[b"ok"]), Ok(Step::Done(outputs)) if outputs == [7, 7]));
    }

    #[test]
    fn a_fault_names_the_request_by_its_place_among_all() {
        let all = All::new([Rounds(1), Rounds(1), Rounds(1)]);
        let fault = resume(&all, &[b"ok", b"ok", b"no"]).expect_err("it does not hold");
        assert_eq!(fault.request, Some(2));
    }

    #[test]
    fn too_few_or_too_many_replies_are_refused() {
        let all = All::new([Rounds(1), Rounds(1)]);
        for replies in [&[&b"ok"[..]][..], &[b"ok", b"ok", b"ok"]] {
            let fault = resume(&all, replies).expect_err("another number");
            assert_eq!(fault.request, None);
        }
    }
}
