use super::attempt::{Attempt, Verdict};
use super::limits::milliseconds;
use super::part::{Part, unavailable};
use super::wait::{all, within};
use super::{Limits, Standing, Transport};
use crate::client::{Fault, Progress, Reply, Request, Source, Step, Task};
use crate::error::{Error, Kind};
use crate::primitives::UnixTime;

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
    let mut running = Running::new(task);
    let Driven { output, rounds, blamed } = run(&mut running, transport, limits, standing).await;
    Driven { output: output.and_then(|()| running.output()), rounds, blamed }
}

/// Drives a task of any type to its end, and leaves what it gave with it.
pub(super) async fn run(
    flow: &mut (dyn Flow + Send),
    transport: &impl Transport,
    limits: Limits,
    standing: &mut Standing,
) -> Driven<()> {
    let (left, attempt) = (limits.rounds, Attempt::default());
    let (parts, blamed, doubted) = (Vec::new(), Vec::new(), Vec::new());
    let mut drive = Drive { transport, limits, standing, left, parts, attempt, rounds: 0, blamed, doubted };
    let output = match within(drive.finish(flow), transport.sleep(limits.whole)).await {
        Some(output) => output,
        None => Err(drive.late()),
    };
    drive.close(false);
    if output.is_ok() {
        drive.contradict();
    }
    Driven { output, rounds: drive.rounds, blamed: drive.blamed }
}

/// A task of any type on its way, so that the loop is compiled once and not for each of them.
pub(super) trait Flow {
    fn requests(&self) -> Vec<Request>;
    /// Whether it is done.
    fn resume(&mut self, replies: &[Reply], now: UnixTime) -> Result<bool, Fault>;
    fn progress(&self) -> Option<Progress>;
    /// Goes back to where it began.
    fn restart(&mut self);
    /// Goes on to what can be asked instead; whether there is such a thing.
    fn otherwise(&mut self) -> bool;
}

/// A task on its way.
pub(super) struct Running<T: Task> {
    start: T,
    task: T,
    output: Option<T::Output>,
}

impl<T: Task> Running<T> {
    pub(super) fn new(task: T) -> Self {
        Self { start: task.clone(), task, output: None }
    }

    /// What it gave.
    pub(super) fn output(self) -> Result<T::Output, Error> {
        self.output.ok_or_else(|| unavailable("the task gave nothing".to_owned()))
    }
}

impl<T: Task> Flow for Running<T> {
    fn requests(&self) -> Vec<Request> {
        self.task.requests()
    }

    fn resume(&mut self, replies: &[Reply], now: UnixTime) -> Result<bool, Fault> {
        match self.task.resume(replies, now)? {
            Step::Ask(next) => self.task = next,
            Step::Done(output) => self.output = Some(output),
        }
        Ok(self.output.is_some())
    }

    fn progress(&self) -> Option<Progress> {
        self.task.progress()
    }

    fn restart(&mut self) {
        self.task = self.start.clone();
    }

    fn otherwise(&mut self) -> bool {
        let other = self.task.otherwise();
        let is_other = other.is_some();
        self.task = other.unwrap_or_else(|| self.task.clone());
        is_other
    }
}

struct Drive<'a, S> {
    transport: &'a S,
    limits: Limits,
    standing: &'a mut Standing,
    /// Rounds that may still be asked.
    left: usize,
    /// The round that is under way, by kind of source.
    parts: Vec<Part>,
    attempt: Attempt,
    rounds: usize,
    blamed: Vec<Blame>,
    /// Who said what is nobody's fault where it is true: that it is too early, or of a fork that is not known.
    doubted: Vec<Blame>,
}

impl<S: Transport> Drive<'_, S> {
    async fn finish(&mut self, flow: &mut (dyn Flow + Send)) -> Result<(), Error> {
        loop {
            match self.round(flow).await {
                Ok(true) => return Ok(()),
                Ok(false) => {
                    if let Some(progress) = flow.progress() {
                        self.transport.progress(progress);
                    }
                }
                Err(error) if error.kind() == Kind::Unavailable && flow.otherwise() => {
                    self.close(false);
                    self.attempt.forgive();
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// One round, asked of other sources until its replies hold. Whether it was the last.
    async fn round(&mut self, flow: &mut (dyn Flow + Send)) -> Result<bool, Error> {
        let requests = flow.requests();
        let mut replies = vec![Reply::new(); requests.len()];
        let part = |kind| Part::new(kind, of_kind(&requests, kind), self.attempt.liars(kind), self.attempt.lead(kind));
        self.parts = [Source::Beacon, Source::L1, Source::L2].map(part).into();
        loop {
            let spent = || unavailable(format!("{} rounds were not enough", self.limits.rounds));
            self.left = self.left.checked_sub(1).ok_or_else(spent)?;
            self.fill().await?;
            self.place(&requests, &mut replies);
            match flow.resume(&replies, self.transport.now()) {
                Ok(is_done) => {
                    self.rounds = self.rounds.saturating_add(1);
                    self.close(true);
                    return Ok(is_done);
                }
                Err(fault) => {
                    if self.refute(fault, &requests)? {
                        self.close(false);
                        flow.restart();
                        return Ok(false);
                    }
                }
            }
        }
    }

    /// Asks each kind of source what is missing, all kinds at once.
    async fn fill(&mut self) -> Result<(), Error> {
        let (transport, limits, standing) = (self.transport, &self.limits, &*self.standing);
        let kinds = self.parts.len();
        let parts = self.parts.iter_mut().map(|part| part.fill(transport, limits, standing)).collect();
        let filled = all(parts, kinds).await;
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

    /// Takes the answer back that is at fault, so that another source is asked, where that can mend it. Whether all of it is
    /// to be asked anew.
    fn refute(&mut self, fault: Fault, requests: &[Request]) -> Result<bool, Error> {
        let request = fault.request.and_then(|place| requests.get(place));
        // Another source cannot mend what the caller did.
        let kind = request.map(Request::source).filter(|_| fault.error.kind() != Kind::Misuse);
        match self.parts.iter_mut().find(|part| Some(part.kind) == kind) {
            None => Err(*fault.error),
            Some(part) => {
                let sources = self.transport.sources(part.kind);
                let verdict = match part.by {
                    Some(source) if self.attempt.is_of_word(part.kind, &fault.error, sources) => {
                        self.attempt.judge(part.kind, source, &fault.error)
                    }
                    _ => Verdict::Next,
                };
                if verdict != Verdict::First {
                    part.refute(*fault.error, &self.limits, self.transport.jitter());
                }
                Ok(verdict != Verdict::Next)
            }
        }
    }

    /// Time is over: the gravest error of those that were waited for.
    fn late(&mut self) -> Error {
        let limit = self.limits.whole;
        let mut error = unavailable(format!("it took longer than {} ms", milliseconds(limit)));
        for part in self.parts.iter_mut().filter(|part| part.by.is_none()) {
            part.give_up(limit);
            let gravest = part.gravest();
            if gravest.kind() != Kind::Unavailable {
                error = gravest;
            }
        }
        error
    }

    /// Notes who did what in the round that is over; an answer is to somebody's credit only if the round's replies held.
    fn close(&mut self, held: bool) {
        for part in std::mem::take(&mut self.parts) {
            for blame in part.blamed {
                match blame.error.kind() {
                    Kind::NotYet | Kind::Unsupported => self.doubted.push(blame),
                    _ => self.blame(blame),
                }
            }
            if let Some(source) = part.by.filter(|_| held) {
                self.standing.answered(part.kind, source);
                self.attempt.answered(part.kind, source);
            }
        }
    }

    fn blame(&mut self, blame: Blame) {
        self.standing.failed(blame.kind, blame.source, blame.error.kind());
        self.blamed.push(blame);
    }

    /// The flow came to its end by what others said, so whoever said that it could not was wrong.
    fn contradict(&mut self) {
        for blame in std::mem::take(&mut self.doubted) {
            self.blame(blame);
        }
    }
}

fn of_kind(requests: &[Request], kind: Source) -> Vec<Request> {
    requests.iter().filter(|request| request.source() == kind).cloned().collect()
}
