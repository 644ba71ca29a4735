//! Where a challenge stands by its clock, and the rule of 75 %: integers alone, as the contract computes them.

use crate::primitives::U256;

/// Where a challenge of `MVM_Verifier` stands, at the time of the L1 block that it was read under.
///
/// The first phase never ends: `verify1` looks neither at the time nor at what was revealed (a quirk of the contract), so
/// further commitments may come in every phase but the last.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Phase {
    /// Verifiers commit to their hash, encrypted, by `verify1`; `verify2` would be refused.
    Commit {
        /// The L1 time after which keys may be revealed though not everybody has committed, in seconds; none where no time
        /// will do, the sum being above 2^256.
        until: Option<U256>,
    },
    /// Verifiers reveal their keys, by `verify2`.
    Reveal {
        /// The L1 time from which on a key settles the challenge though not all were revealed, in seconds; none where no time
        /// will do.
        until: Option<U256>,
    },
    /// The next key, revealed now or before and sent again, settles it.
    Due,
    /// It is settled.
    Settled,
}

/// What the phase is computed from. Times are L1's, in seconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Clock {
    /// The L1 block's time.
    pub now: U256,
    /// When the challenge was opened.
    pub opened: U256,
    /// How long each phase lasts.
    pub verify_window: U256,
    /// How many verifiers have enough stake, by the contract's count.
    pub qualified: U256,
    /// How many have committed.
    pub committed: U256,
    /// How many have revealed.
    pub revealed: U256,
    /// Whether it is settled.
    pub is_done: bool,
}

impl Clock {
    /// The phase at that time.
    pub fn phase(&self) -> Phase {
        if self.is_done {
            Phase::Settled
        } else if !self.may_reveal() {
            Phase::Commit { until: self.opened.checked_add(self.verify_window) }
        } else if !self.may_settle() {
            Phase::Reveal { until: self.second_end() }
        } else {
            Phase::Due
        }
    }

    /// `verify2`: all have committed, or the first window is over. A challenge from the future makes the contract revert.
    fn may_reveal(&self) -> bool {
        let is_over = |passed| passed > self.verify_window;
        self.committed == self.qualified || self.passed().is_some_and(is_over)
    }

    /// `finalize`: all who committed have revealed, or both windows are over. Their sum reverts above 2^256.
    fn may_settle(&self) -> bool {
        let both = self.verify_window.checked_mul(U256::from(2));
        let is_over = self.passed().zip(both).is_some_and(|(passed, both)| passed >= both);
        self.revealed == self.committed || is_over
    }

    fn passed(&self) -> Option<U256> {
        self.now.checked_sub(self.opened)
    }

    fn second_end(&self) -> Option<U256> {
        self.opened.checked_add(self.verify_window.checked_mul(U256::from(2))?)
    }
}

/// How many of `qualified` verifiers must have revealed for a settlement that counts: `floor(75 * qualified / 100)`. None
/// where the product is above 2^256, at which the contract reverts.
///
/// It is no majority of three quarters for small sets: one of two is enough, and nobody of one.
pub fn required(qualified: U256) -> Option<U256> {
    qualified.checked_mul(U256::from(75))?.checked_div(U256::from(100))
}
