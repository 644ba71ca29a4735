use super::part::{Part, unavailable};
use super::wait::{all, within};
use super::{Limits, Standing, Transport};
use crate::client::{Fault, Reply, Request, Source, Step, Task};
use crate::error::{Error, Kind};

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

/// Drives a task to its end. What was learnt of the sources is kept in `standing` for the next task.
pub async fn drive<T: Task>(
    task: T,
    transport: &impl Transport,
    limits: Limits,
    standing: &mut Standing,
) -> Driven<T::Output> {
    let mut drive =
        Drive { transport, limits, standing, left: limits.rounds, parts: Vec::new(), rounds: 0, blamed: Vec::new() };
    let output = match within(drive.to_end(task), transport.sleep(limits.whole)).await {
        Some(output) => output,
        None => Err(drive.late()),
    };
    drive.close();
    Driven { output, rounds: drive.rounds, blamed: drive.blamed }
}

struct Drive<'a, S> {
    transport: &'a S,
    limits: Limits,
    standing: &'a mut Standing,
    /// Rounds that may still be asked.
    left: usize,
    /// The round that is under way, by kind of source.
    parts: Vec<Part>,
    rounds: usize,
    blamed: Vec<Blame>,
}

impl<S: Transport> Drive<'_, S> {
    async fn to_end<T: Task>(&mut self, mut task: T) -> Result<T::Output, Error> {
        loop {
            match self.round(&task).await? {
                Step::Done(output) => return Ok(output),
                Step::Ask(next) => task = next,
            }
        }
    }

    /// One round, asked of other sources until its replies hold.
    async fn round<T: Task>(&mut self, task: &T) -> Result<Step<T>, Error> {
        let requests = task.requests();
        let mut replies = vec![Reply::new(); requests.len()];
        self.parts =
            [Source::Beacon, Source::L1, Source::L2].map(|kind| Part::new(kind, of_kind(&requests, kind))).into();
        loop {
            let spent = || unavailable(format!("{} rounds were not enough", self.limits.rounds));
            self.left = self.left.checked_sub(1).ok_or_else(spent)?;
            self.fill().await?;
            self.place(&requests, &mut replies);
            match task.resume(&replies, self.transport.now()) {
                Ok(step) => {
                    self.rounds = self.rounds.saturating_add(1);
                    self.close();
                    return Ok(step);
                }
                Err(fault) => self.refute(fault, &requests)?,
            }
        }
    }

    /// Asks each kind of source what is missing, all kinds at once.
    async fn fill(&mut self) -> Result<(), Error> {
        let (transport, limits, standing) = (self.transport, &self.limits, &*self.standing);
        let kinds = self.parts.len();
        let filled = all(self.parts.iter_mut().map(|part| part.fill(transport, limits, standing)), kinds).await;
        filled.into_iter().collect()
    }

    /// Puts new replies where their requests are.
    fn place(&mut self, requests: &[Request], replies: &mut [Reply]) {
        for part in &mut self.parts {
            let places = requests.iter().zip(&mut *replies).filter(|(request, _)| request.source() == part.kind);
            for (new, (_, place)) in std::mem::take(&mut part.replies).into_iter().zip(places) {
                *place = new;
            }
        }
    }

    /// Takes the answer back that is at fault, so that another source is asked, where that can mend it.
    fn refute(&mut self, fault: Fault, requests: &[Request]) -> Result<(), Error> {
        let request = fault.request.and_then(|place| requests.get(place));
        let kind = request.map(Request::source).filter(|_| mends(fault.error.kind()));
        match self.parts.iter_mut().find(|part| Some(part.kind) == kind) {
            None => Err(*fault.error),
            Some(part) => {
                part.refute(*fault.error, &self.limits, self.transport.jitter());
                Ok(())
            }
        }
    }

    /// Time is over: the gravest error of those that were waited for.
    fn late(&mut self) -> Error {
        let limit = self.limits.whole;
        let mut error = unavailable(format!("it took longer than {limit:?}"));
        for part in self.parts.iter_mut().filter(|part| part.by.is_none()) {
            part.give_up(limit);
            let gravest = part.gravest();
            if gravest.kind() != Kind::Unavailable {
                error = gravest;
            }
        }
        error
    }

    /// Notes who did what in the round that is over.
    fn close(&mut self) {
        for part in std::mem::take(&mut self.parts) {
            for blame in part.blamed {
                self.standing.failed(blame.kind, blame.source, blame.error.kind());
                self.blamed.push(blame);
            }
            if let Some(source) = part.by {
                self.standing.answered(part.kind, source);
            }
        }
    }
}

fn of_kind(requests: &[Request], kind: Source) -> Vec<Request> {
    requests.iter().filter(|request| request.source() == kind).cloned().collect()
}

/// Whether another source may do better.
const fn mends(kind: Kind) -> bool {
    matches!(kind, Kind::Invalid | Kind::Malformed | Kind::Stale | Kind::Unavailable)
}
