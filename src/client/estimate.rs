//! When a withdrawal can be relayed, as far as that can be told.
//!
//! What can go wrong: whoever governs the window changes it, or a batch is disputed or deleted. No estimate survives that, so
//! each is made of the state it is asked of, and none is kept.

use super::head::RollupHead;
use super::withdrawal::WithdrawalState;
use crate::bridge::WithdrawalStatus;
use crate::primitives::UnixTime;

/// When a withdrawal can be relayed, by L1 time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Estimate {
    /// At this time, by the batch and the window that are proven.
    Exact(UnixTime),
    /// About this time, if batches are posted as they were in the last hours. By the word of logs, and nothing is proven of
    /// the withdrawal yet.
    Projected(UnixTime),
    /// Nobody can tell: it is disputed or blocked, or there is no pace to go by; or it is done.
    None,
}

impl WithdrawalState {
    /// When it can be relayed; in the past where it can be now.
    pub fn estimate(&self) -> Estimate {
        match self.status {
            WithdrawalStatus::InChallengePeriod { ready_at } => Estimate::Exact(ready_at),
            WithdrawalStatus::ReadyToRelay => Estimate::Exact(self.withdrawal.at().batch().contract_window_closes()),
            WithdrawalStatus::Relayed | WithdrawalStatus::Blocked(_) | WithdrawalStatus::Disputed => Estimate::None,
        }
    }
}

impl RollupHead {
    /// When a withdrawal of an L2 block that is not posted yet could be relayed: one pace after the last batch, or now if that
    /// is over, and a window later.
    pub fn estimate_unposted(&self) -> Estimate {
        let (Some(pace), Some(last)) = (self.pace, &self.last) else { return Estimate::None };
        let basis = self.registry.basis();
        let next = last.batch().header().extra_data().timestamp().0.saturating_add(pace);
        let posted = next.max(basis.l1().timestamp().0);
        Estimate::Projected(UnixTime(posted.saturating_add(basis.window().seconds())))
    }
}
