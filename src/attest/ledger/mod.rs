//! What a verifier has said, on the disk before anybody hears it, so that no crash makes it say two things.
//!
//! The log is a file of lines, only ever added to. A line is a checksum and an attestation, as it travels; the checksum covers
//! the line before, so that none can be left out, moved or repeated. The first line names the domain and the signer.
//!
//! An attestation is handed out only after its line is written and synced ([`Log::say`]); what was said is handed out again,
//! and never said differently, but for one agreement that takes back a dissent. Opening syncs first: the process before may
//! have been killed between writing and syncing.
//!
//! What can go wrong:
//! - The last line is torn: it has no end, so nobody heard it, and it is cut off. One that lacks nothing but its end is kept.
//! - Anything else is damaged: the log is not opened. What is lost could have been said, and saying something else is an
//!   offence; restoring the file is the operator's.
//! - Writing or syncing fails: what is on the disk is then unknown, and the log says nothing more until it is opened again.
//! - The disk loses what it said it had synced, or an old copy is put in the file's place: nothing here can tell.

mod disk;
mod line;

use super::{Key, KeyError};
use crate::attestation::{Attestation, Domain, Statement, Subject};
use crate::primitives::{Address, B256, U256};
pub use disk::{Disk, FileDisk};
use line::Lines;
use std::collections::BTreeMap;
use std::io;

/// What one key has said of one rollup.
#[derive(Debug)]
pub struct Log<D> {
    disk: D,
    key: Key,
    domain: Domain,
    /// The checksum of the last line.
    sum: B256,
    said: BTreeMap<Subject, Vec<Attestation>>,
    by_index: BTreeMap<U256, Vec<Subject>>,
    last: Option<Attestation>,
    cut: usize,
    is_broken: bool,
}

/// What came of saying something.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Said {
    /// It had been said, and is handed out as it was.
    Before(Attestation),
    /// It is said now.
    Now(Attestation),
}

/// A way in which a log cannot be used, or something must not be said.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// Writing failed before, so nothing more is said until the log is opened again.
    #[error("an earlier write failed, so it is not known what is on the disk: the log must be opened again")]
    Broken,
    /// Something else was said of it.
    #[error("of this batch something else was said: verdict {before}, and {now} now")]
    Contradiction {
        /// The verdict that was said last.
        before: u8,
        /// The one that was to be said.
        now: u8,
    },
    /// A line is not what was written.
    #[error("line {line} of the log is damaged: {rule}. Restore the file; what it lost must not be said again")]
    Damaged {
        /// Which, from 1.
        line: usize,
        /// What is wrong with it.
        rule: String,
    },
    /// The file cannot be read or written.
    #[error("the log cannot be used: {0}")]
    Io(#[from] io::Error),
    /// It does not sign.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// It is the log of another key or another rollup, or no log.
    #[error("the file is not the log of signer {signer} for this network: it begins with {begins:?}")]
    Other {
        /// Whose log was wanted.
        signer: Address,
        /// What it begins with.
        begins: String,
    },
}

impl<D: Disk> Log<D> {
    /// Reads what was said. A torn last line is cut off, and a file that is empty becomes a log.
    ///
    /// # Errors
    /// [`LogError`]; nothing is said from a log that is not whole.
    pub fn open(mut disk: D, key: Key, domain: Domain) -> Result<Self, LogError> {
        let bytes = disk.read()?;
        let lines = Lines::of(&bytes, &line::header(&domain, key.address()));
        let lines = lines.map_err(|begins| LogError::Other { signer: key.address(), begins })?;
        let (sum, cut, is_broken) = (B256::ZERO, lines.torn.len(), false);
        let (said, by_index) = (BTreeMap::new(), BTreeMap::new());
        let mut log = Self { disk, key, domain, sum, said, by_index, last: None, cut, is_broken };
        let ends = log.read(&lines)?;
        log.mend(&lines, ends)?;
        Ok(log)
    }

    /// Takes every whole line. Whether a last one lacks its end alone.
    fn read(&mut self, lines: &Lines<'_>) -> Result<bool, LogError> {
        for (place, text) in lines.whole.iter().enumerate() {
            let line = place.saturating_add(1);
            let damaged = |rule: String| LogError::Damaged { line, rule };
            let body = line::opened(self.sum, text).map_err(damaged)?;
            // The header was compared as a whole.
            if place > 0 {
                let attestation = self.known(body).map_err(|error| damaged(error.to_string()))?;
                self.keep(attestation);
            }
            self.sum = line::sum(self.sum, body);
        }
        let Some(rest) = lines.torn.split_last().map(|(_, rest)| rest) else { return Ok(true) };
        if line::opened(self.sum, rest).is_ok() {
            // Whole, and then a byte that is no end: a line that was damaged, not one that was torn.
            let rule = "its end is another byte".to_owned();
            return Err(LogError::Damaged { line: lines.whole.len().saturating_add(1), rule });
        }
        let Ok(body) = line::opened(self.sum, lines.torn) else { return Ok(true) };
        if lines.whole.is_empty() {
            return Ok(true);
        }
        let line = lines.whole.len().saturating_add(1);
        let attestation = self.known(body).map_err(|error| LogError::Damaged { line, rule: error.to_string() })?;
        self.keep(attestation);
        self.sum = line::sum(self.sum, body);
        Ok(false)
    }

    /// An attestation of this key that goes with what was said before it.
    fn known(&self, body: &[u8]) -> Result<Attestation, Box<dyn core::error::Error>> {
        let attestation = Attestation::parse(body)?;
        if attestation.recover(&self.domain)?.signer() != self.key.address() {
            return Err("another key has signed it".into());
        }
        match self.before(&attestation.statement)? {
            Some(_) => Err("it says again what was said".into()),
            None => Ok(attestation),
        }
    }

    /// Makes the file what was read of it, and sure.
    fn mend(&mut self, lines: &Lines<'_>, ends: bool) -> Result<(), LogError> {
        if !ends {
            self.cut = 0;
            self.disk.append(b"\n")?;
        } else if !lines.torn.is_empty() {
            self.disk.truncate(lines.length)?;
        }
        if lines.whole.is_empty() {
            let header = line::header(&self.domain, self.key.address());
            self.sum = line::sum(B256::ZERO, &header);
            self.disk.append(&line::written(B256::ZERO, &header))?;
        }
        Ok(self.disk.sync()?)
    }

    /// Says something, or hands out what was said. When it returns, the word is on the disk.
    ///
    /// # Errors
    /// [`LogError::Contradiction`] where something else was said and this does not take it back; [`LogError::Io`] where the
    /// disk fails, and [`LogError::Broken`] from then on.
    pub fn say(&mut self, statement: &Statement) -> Result<Said, LogError> {
        if self.is_broken {
            return Err(LogError::Broken);
        }
        if let Some(before) = self.before(statement)? {
            return Ok(Said::Before(before));
        }
        let attestation = self.key.sign(statement, &self.domain)?;
        let body = attestation.to_json().to_string().into_bytes();
        self.is_broken = true;
        self.disk.append(&line::written(self.sum, &body))?;
        self.disk.sync()?;
        self.is_broken = false;
        self.sum = line::sum(self.sum, &body);
        self.keep(attestation);
        Ok(Said::Now(attestation))
    }

    /// What was said of this already, if it is the same; none where it may be said.
    fn before(&self, statement: &Statement) -> Result<Option<Attestation>, LogError> {
        let said = self.about(&statement.subject());
        let Some(last) = said.last() else { return Ok(None) };
        let before = last.statement;
        if (Statement { issued_at: before.issued_at, ..*statement }) == before {
            return Ok(Some(*last));
        }
        let is_first = said.len() == 1;
        if is_first && before.verdict == 0 && statement.verdict == 1 && before.issued_at < statement.issued_at {
            return Ok(None);
        }
        Err(LogError::Contradiction { before: before.verdict, now: statement.verdict })
    }

    fn keep(&mut self, attestation: Attestation) {
        let subject = attestation.statement.subject();
        self.said.entry(subject).or_default().push(attestation);
        let subjects = self.by_index.entry(attestation.statement.batch_index).or_default();
        if !subjects.contains(&subject) {
            subjects.push(subject);
        }
        self.last = Some(attestation);
    }
}

impl<D> Log<D> {
    /// What was said of a subject, in order.
    pub fn about(&self, subject: &Subject) -> &[Attestation] {
        self.said.get(subject).map_or(&[], Vec::as_slice)
    }

    /// What was said of all batches that ever had this index, the newest batch first.
    pub fn about_index(&self, index: u64) -> impl Iterator<Item = &Attestation> {
        let subjects = self.by_index.get(&U256::from(index)).into_iter().flat_map(|subjects| subjects.iter().rev());
        subjects.flat_map(|subject| self.about(subject))
    }

    /// What was said last.
    pub const fn last(&self) -> Option<&Attestation> {
        self.last.as_ref()
    }

    /// Dissents that were not taken back, by batch.
    pub fn dissents(&self) -> impl DoubleEndedIterator<Item = &Attestation> {
        let subjects = self.by_index.values().flatten();
        subjects.filter_map(|subject| self.about(subject).last()).filter(|said| said.statement.verdict == 0)
    }

    /// The lowest index that a batch had when something was said of it.
    pub fn first_index(&self) -> Option<u64> {
        self.by_index.keys().next().and_then(|index| u64::try_from(*index).ok())
    }

    /// How many statements it holds.
    pub fn len(&self) -> usize {
        self.said.values().map(Vec::len).sum()
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.said.is_empty()
    }

    /// Whose log it is.
    pub const fn signer(&self) -> Address {
        self.key.address()
    }

    /// For which rollup it signs.
    pub const fn domain(&self) -> &Domain {
        &self.domain
    }

    /// How many bytes of a torn last line were cut off when it was opened.
    pub const fn cut(&self) -> usize {
        self.cut
    }
}

impl Said {
    /// The attestation.
    pub const fn attestation(&self) -> &Attestation {
        match self {
            Self::Before(attestation) | Self::Now(attestation) => attestation,
        }
    }
}

#[cfg(test)]
mod tests;
