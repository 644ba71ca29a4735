//! One kind of source in one round: what it is asked, who failed, and who answered.

use super::drive::Blame;
use super::limits::milliseconds;
use super::wait::{first, within};
use super::{Again, Failure, Limits, Standing, Transport};
use crate::client::{ClientError, Reply, Request, Source};
use crate::error::{Error, Kind};
use core::time::Duration;

/// What one kind of source is asked in a round.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) kind: Source,
    pub(super) requests: Vec<Request>,
    /// Who goes first, whatever their standing.
    lead: Option<usize>,
    /// The source whose replies are there.
    pub(super) by: Option<usize>,
    /// Its replies, until they are taken.
    pub(super) replies: Vec<Reply>,
    pub(super) blamed: Vec<Blame>,
    failed: Vec<Failed>,
    /// Who is asked at the moment, and how that failed.
    asked: Vec<(usize, Option<Failure>)>,
    /// Who failed, once for each time.
    failures: Vec<usize>,
}

/// A source that is passed over.
#[derive(Debug)]
struct Failed {
    source: usize,
    error: Error,
    /// How long until it may be asked again; none where it may not.
    due: Option<Duration>,
}

impl Part {
    /// `liars` are out of it, `lead` goes first.
    pub(super) fn new(
        kind: Source,
        requests: Vec<Request>,
        liars: impl Iterator<Item = (usize, Error)>,
        lead: Option<usize>,
    ) -> Self {
        Self {
            kind,
            requests,
            lead,
            by: None,
            replies: Vec::new(),
            blamed: Vec::new(),
            failed: liars.map(|(source, error)| Failed { source, error, due: None }).collect(),
            asked: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// Asks until a source has answered all of it.
    ///
    /// # Errors
    /// The gravest error, where no source is left to be asked.
    pub(super) async fn fill(
        &mut self,
        transport: &impl Transport,
        limits: &Limits,
        standing: &Standing,
    ) -> Result<(), Error> {
        while self.by.is_none() && !self.requests.is_empty() {
            let order = standing.order(self.kind, transport.sources(self.kind)).into_iter();
            let left = order.filter(|source| self.failed.iter().all(|failed| failed.source != *source));
            let (lead, others): (Vec<_>, Vec<_>) = left.partition(|source| Some(*source) == self.lead);
            let turn = [lead, others].concat();
            if turn.is_empty() {
                let due = self.failed.iter().filter_map(|failed| failed.due).min();
                let wait = due.ok_or_else(|| self.gravest())?;
                transport.sleep(wait).await;
                self.after(wait);
            } else {
                self.ask(turn, transport, limits).await;
            }
        }
        Ok(())
    }

    async fn ask(&mut self, turn: Vec<usize>, transport: &impl Transport, limits: &Limits) {
        let (kind, requests) = (self.kind, &self.requests);
        let ask = |source| whole(transport, limits, kind, source, requests);
        let answer = first(turn, ask, || transport.sleep(limits.hedge), &mut self.asked).await;
        for (source, failure) in std::mem::take(&mut self.asked) {
            // Who was slower than another is not at fault.
            if let Some(failure) = failure {
                let due = self.due(source, failure.again, limits, transport.jitter());
                self.fail(source, unavailable(failure.what), due);
            }
        }
        if let Some((source, replies)) = answer {
            (self.by, self.replies) = (Some(source), replies);
        }
    }

    /// Takes an answer back that did not hold. Only silence is asked again, and what a source does not know yet.
    pub(super) fn refute(&mut self, error: Error, limits: &Limits, jitter: u32) {
        let again = if error.kind() == Kind::Unavailable { Again::Soon } else { Again::Never };
        if let Some(source) = self.by.take() {
            let due = self.due(source, again, limits, jitter);
            self.fail(source, error, due);
        }
    }

    /// Time is over: whoever is still being asked has failed too.
    pub(super) fn give_up(&mut self, limit: Duration) {
        for (source, failure) in std::mem::take(&mut self.asked) {
            let what = failure.map_or_else(|| late(limit), |failure| failure.what);
            self.fail(source, unavailable(what), None);
        }
    }

    fn fail(&mut self, source: usize, error: Error, due: Option<Duration>) {
        // What was said once is enough, however often it was asked again. (As text, for comparing errors themselves costs
        // the WebAssembly 1.5 KB.)
        let text = error.to_string();
        if !self.blamed.iter().any(|blame| blame.source == source && blame.error.to_string() == text) {
            self.blamed.push(Blame { kind: self.kind, source, error: error.clone() });
        }
        self.failed.push(Failed { source, error, due });
    }

    /// How long until a source that has just failed may be asked again.
    fn due(&mut self, source: usize, again: Again, limits: &Limits, jitter: u32) -> Option<Duration> {
        let before = self.failures.iter().filter(|failed| **failed == source).count();
        let retries = u32::try_from(before).ok().filter(|retries| *retries < limits.retries)?;
        self.failures.push(source);
        let wait = limits.wait(retries, jitter);
        match again {
            Again::Never => None,
            Again::Soon => Some(wait),
            Again::After(time) => Some(time.max(wait)).filter(|time| *time <= limits.longest_wait),
        }
    }

    /// Those whose time has come may be asked again.
    fn after(&mut self, wait: Duration) {
        for failed in &mut self.failed {
            failed.due = failed.due.map(|due| due.saturating_sub(wait));
        }
        self.failed.retain(|failed| failed.due.is_none_or(|left| !left.is_zero()));
    }

    /// A lie weighs more than what a newer version may know, that more than nonsense, and silence least.
    pub(super) fn gravest(&self) -> Error {
        let weight = |error: &&Error| match error.kind() {
            Kind::Invalid => 5,
            Kind::Unsupported => 4,
            Kind::Malformed => 3,
            Kind::Stale => 2,
            Kind::NotYet => 1,
            _ => 0,
        };
        let errors = self.failed.iter().map(|failed| &failed.error);
        errors.max_by_key(weight).cloned().unwrap_or_else(|| unavailable(format!("there is no {} source", self.kind)))
    }
}

/// All of one source's replies, or why one is missing.
async fn whole(
    transport: &impl Transport,
    limits: &Limits,
    kind: Source,
    source: usize,
    requests: &[Request],
) -> Result<Vec<Reply>, Failure> {
    let replies = within(transport.fetch(kind, source, requests), transport.sleep(limits.answer)).await;
    let late = || Failure::soon(self::late(limits.answer));
    let replies: Vec<Reply> = replies.ok_or_else(late)?.into_iter().collect::<Result<_, _>>()?;
    if replies.len() != requests.len() {
        return Err(Failure::never(format!("{} replies to {} requests", replies.len(), requests.len())));
    }
    Ok(replies)
}

fn late(limit: Duration) -> String {
    format!("nothing came within {} ms", milliseconds(limit))
}

pub(super) fn unavailable(what: String) -> Error {
    ClientError::Unavailable { what }.into()
}
