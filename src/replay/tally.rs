use std::collections::BTreeMap;

/// What is compared, in the order of the climb.
pub const ROWS: [&str; 9] = ["l1", "head", "batches", "blocks", "bodies", "messages", "relays", "deposits", "balances"];

/// What agreed in a phase and what did not.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Tally {
    agreed: BTreeMap<&'static str, usize>,
    refused: usize,
    accepted: Vec<String>,
    differences: Vec<String>,
}

impl Tally {
    /// How many values of one of the [`ROWS`] agreed.
    pub fn agreed(&self, row: &str) -> usize {
        self.agreed.get(row).copied().unwrap_or_default()
    }

    /// How many things agreed.
    pub fn total(&self) -> usize {
        self.agreed.values().fold(0, |total, count| total.saturating_add(*count))
    }

    /// How often a refusal was expected, and came.
    pub const fn refused(&self) -> usize {
        self.refused
    }

    /// The changes of pinned contracts that were accepted, as a user would, to play on.
    pub fn accepted(&self) -> &[String] {
        &self.accepted
    }

    /// What did not agree; empty where all did.
    pub fn differences(&self) -> &[String] {
        &self.differences
    }

    /// Notes one thing of a row: it agrees if nothing has been noted against it since `before`.
    pub(super) fn close(&mut self, row: &'static str, before: usize) {
        if self.differences.len() == before {
            let count = self.agreed.entry(row).or_default();
            *count = count.saturating_add(1);
        }
    }

    /// Begins one thing: what [`Self::close`] wants.
    pub(super) const fn open(&self) -> usize {
        self.differences.len()
    }

    pub(super) const fn refuse(&mut self) {
        self.refused = self.refused.saturating_add(1);
    }

    pub(super) fn accept(&mut self, change: impl core::fmt::Display) {
        self.accepted.push(change.to_string());
    }

    pub(super) fn differs(&mut self, what: impl core::fmt::Display, how: impl core::fmt::Display) {
        self.differences.push(format!("{what}: {how}"));
    }

    /// Compares a value with the one that the recording has, if it has it.
    pub(super) fn equal<T: core::fmt::Debug + PartialEq>(&mut self, what: &str, got: T, expected: Option<T>) {
        match expected {
            Some(expected) if expected == got => {}
            Some(expected) => self.differs(what, format_args!("{got:?}, expected {expected:?}")),
            None => self.differs(what, format_args!("{got:?}, and the recording does not say")),
        }
    }

    pub(super) fn at_most(&mut self, what: &str, rounds: usize, limit: usize) {
        if rounds > limit {
            self.differs(what, format_args!("{rounds} rounds, at most {limit} are promised"));
        }
    }
}
