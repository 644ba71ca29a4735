use super::StateBatch;
use crate::primitives::{U256, UnixTime};

/// How firmly a batch stands, judged at the time of the L1 block it was proven under. A stored answer does not ripen: the
/// batch may have been deleted since.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Finality {
    /// Posted, and its window is open.
    Posted {
        /// When the window closes, by L1 time.
        closes: UnixTime,
    },
    /// Disputed; whatever the window says.
    Disputed(Dispute),
    /// Its window is closed and nobody disputes it.
    Final {
        /// When the window closed, by L1 time.
        since: UnixTime,
    },
}

/// Why a batch counts as disputed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Dispute {
    /// `earliestDisputedBlockNumber` is not above its last block, so the contract refuses it.
    Block {
        /// That number.
        earliest: U256,
    },
    /// Only its own flag in `disputedBatches` is left: the contract forgot the dispute when another batch was deleted.
    Flag,
}

/// Whether the L1 messenger would relay a message of the batch, by the contract's own rule.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Relayable {
    /// Not before the contract's window closes.
    InWindow {
        /// When it does, by L1 time.
        closes: UnixTime,
    },
    /// Not while the dispute stands.
    Disputed,
    /// Now.
    Yes,
}

impl StateBatch {
    /// How firmly the batch stands.
    ///
    /// Stricter than the contract: the larger of the contract's window and the expected one counts, and a flagged batch
    /// is disputed even where the contract has forgotten why.
    pub fn finality(&self) -> Finality {
        if let Some(dispute) = self.dispute() {
            return Finality::Disputed(dispute);
        }
        let closes = self.closes(self.basis().window().seconds());
        if self.is_past(closes) { Finality::Final { since: closes } } else { Finality::Posted { closes } }
    }

    /// What the contract would say to a message of the batch.
    pub fn relayable(&self) -> Relayable {
        let closes = self.contract_window_closes();
        match self.disputed_block() {
            Some(_) => Relayable::Disputed,
            None if self.is_past(closes) => Relayable::Yes,
            None => Relayable::InWindow { closes },
        }
    }

    /// When the contract's own window closes, by L1 time, whether or not it is disputed.
    pub fn contract_window_closes(&self) -> UnixTime {
        self.closes(self.basis().window().contract)
    }

    fn dispute(&self) -> Option<Dispute> {
        match self.disputed_block() {
            Some(earliest) => Some(Dispute::Block { earliest }),
            None => self.is_flagged().then_some(Dispute::Flag),
        }
    }

    /// The earliest disputed block, where it is not above the batch's last.
    fn disputed_block(&self) -> Option<U256> {
        let earliest = self.basis().earliest_disputed_block();
        let concerns = !earliest.is_zero() && U256::from(self.header().last_block()) >= earliest;
        concerns.then_some(earliest)
    }

    fn is_past(&self, time: UnixTime) -> bool {
        // The end of the window is already outside of it.
        time.0 <= self.l1_time().0
    }

    fn closes(&self, window: u64) -> UnixTime {
        UnixTime(self.header().extra_data().timestamp().0.saturating_add(window))
    }

    fn l1_time(&self) -> UnixTime {
        self.basis().l1().timestamp()
    }
}
