//! Who has answered since a flow began, and who is out of it.
//!
//! What a source says in one round can be a hint that the next one is built on. So a lie that shows in a later round need not
//! be the lie of whoever answered last: an honest proof contradicts a false hint of somebody else. The flow then begins anew,
//! and each source is judged by an attempt of its own.

use crate::client::{ClientError, Source};
use crate::error::{Error, Kind};

/// A flow on its way, and the attempts before.
#[derive(Debug, Default)]
pub(super) struct Attempt {
    /// Who answered in the rounds before this one, since it began.
    answered: Vec<(Source, usize)>,
    /// Who was found lying, and is asked no more in this flow.
    liars: Vec<(Source, usize, Error)>,
    /// Who is to answer an attempt alone, the newest last.
    leads: Vec<(Source, usize)>,
}

/// What is to be done about an answer that does not hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Verdict {
    /// It is its source's own fault, and nothing was built on what that said before: the next one is asked.
    Next,
    /// It is its source's own fault, on what the same one said before: all is asked anew, of others.
    Others,
    /// Somebody else may have brought it about: all is asked anew, of this source first.
    First,
}

impl Attempt {
    /// Notes who answered a round that held.
    pub(super) fn answered(&mut self, kind: Source, source: usize) {
        self.answered.push((kind, source));
    }

    /// Whether an answer that does not hold is one's word against another's, and not mere silence, which may pass. Not to
    /// know what was named in a round before is such a word where somebody else can be asked: it may have been invented.
    pub(super) fn is_of_word(&self, kind: Source, error: &Error, sources: usize) -> bool {
        match error {
            Error::Client(ClientError::Unknown { .. }) => {
                sources > 1 && self.answered.iter().any(|(other, _)| *other == kind)
            }
            _ => error.kind() != Kind::Unavailable,
        }
    }

    /// What is asked now is another question: who did not know the answer to the last one may know this.
    pub(super) fn forgive(&mut self) {
        self.liars.retain(|(.., error)| error.kind() != Kind::Unavailable);
    }

    /// Judges the source of an answer that does not hold.
    pub(super) fn judge(&mut self, kind: Source, source: usize, error: &Error) -> Verdict {
        let mut before = self.answered.iter().filter(|(other, _)| *other == kind).peekable();
        let is_first = before.peek().is_none();
        let is_alone = before.all(|(_, other)| *other == source);
        if !is_alone && !self.leads.contains(&(kind, source)) {
            self.leads.push((kind, source));
            self.answered.clear();
            return Verdict::First;
        }
        self.liars.push((kind, source, error.clone()));
        if is_first {
            return Verdict::Next;
        }
        self.answered.clear();
        Verdict::Others
    }

    /// The liars of a kind, and what they were told.
    pub(super) fn liars(&self, kind: Source) -> impl Iterator<Item = (usize, Error)> {
        self.liars.iter().filter(move |(other, ..)| *other == kind).map(|(_, source, error)| (*source, error.clone()))
    }

    /// Who of a kind is to be asked first.
    pub(super) fn lead(&self, kind: Source) -> Option<usize> {
        self.leads.iter().rev().find(|(other, _)| *other == kind).map(|(_, source)| *source)
    }
}
