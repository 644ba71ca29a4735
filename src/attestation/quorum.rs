use super::AttestationError;
use crate::primitives::U256;
use core::fmt;

/// What it takes for a batch to be attested: strictly more than a share of the set's weight, and so many signers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct QuorumRule {
    more_than: u64,
    of: u64,
    signers: usize,
    is_lowered: bool,
}

/// Says that a rule below the default is meant. Every result shows it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Lowered;

impl Default for QuorumRule {
    /// More than two thirds, and three signers.
    fn default() -> Self {
        Self { more_than: 2, of: 3, signers: 3, is_lowered: false }
    }
}

impl QuorumRule {
    /// Strictly more than `more_than` in `of` of the weight, and at least so many signers; not below the default.
    ///
    /// # Errors
    /// [`AttestationError::QuorumLowered`] below the default, [`AttestationError::QuorumShare`] where the share is not below 1.
    pub fn new(more_than: u64, of: u64, signers: usize) -> Result<Self, AttestationError> {
        let rule = Self::lowered(more_than, of, signers, Lowered)?;
        if rule.is_lowered {
            return Err(AttestationError::QuorumLowered { default: Self::default() });
        }
        Ok(rule)
    }

    /// The same, below the default too.
    ///
    /// # Errors
    /// [`AttestationError::QuorumShare`].
    pub fn lowered(more_than: u64, of: u64, signers: usize, _: Lowered) -> Result<Self, AttestationError> {
        if of <= more_than {
            return Err(AttestationError::QuorumShare { more_than, of });
        }
        let default = Self::default();
        let product = |a: u64, b: u64| u128::from(a).saturating_mul(u128::from(b));
        let is_lowered = product(more_than, default.of) < product(default.more_than, of) || signers < default.signers;
        Ok(Self { more_than, of, signers: signers.max(1), is_lowered })
    }

    /// Whether it asks for less than the default does.
    pub const fn is_lowered(&self) -> bool {
        self.is_lowered
    }

    /// The share that must be exceeded: so many of so many.
    pub const fn share(&self) -> (u64, u64) {
        (self.more_than, self.of)
    }

    /// The fewest signers.
    pub const fn signers(&self) -> usize {
        self.signers
    }

    /// The least weight that is enough, of a set that weighs `total`, which is at most the sum of 2^64 weights below 2^128.
    pub fn required(&self, total: U256) -> U256 {
        let share = total.saturating_mul(U256::from(self.more_than));
        // The first whole number above the share.
        share.checked_div(U256::from(self.of)).unwrap_or_default().saturating_add(U256::ONE)
    }

    /// Whether these signers with this weight are enough in a set that weighs `total`.
    pub fn is_met(&self, signers: usize, weight: U256, total: U256) -> bool {
        signers >= self.signers && weight >= self.required(total)
    }
}

impl fmt::Display for QuorumRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "more than {} in {} of the weight and {} signers", self.more_than, self.of, self.signers)
    }
}
