use super::{BridgeError, Messenger, Withdrawal};
use crate::primitives::UnixTime;
use crate::rollup::Relayable;

/// Where a withdrawal stands on L1, judged at the time of the L1 block it was read at and by the contract's own rules: what
/// is done first, then what time does not mend, then what it does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WithdrawalStatus {
    /// It is done.
    Relayed,
    /// The contract would refuse it, for a reason that time does not mend.
    Blocked(BlockedBy),
    /// Its batch is disputed.
    Disputed,
    /// The fraud proof window of its batch is open.
    InChallengePeriod {
        /// When it may be relayed, by L1 time.
        ready_at: UnixTime,
    },
    /// Anyone may relay it.
    ReadyToRelay,
}

/// What blocks a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BlockedBy {
    /// The message itself is on the messenger's list.
    MessageBlocked,
    /// The messenger is paused.
    MessengerPaused,
    /// The messenger calls every contract but the canonical transaction chain.
    TargetRefused,
}

impl Withdrawal {
    /// Where the withdrawal stands. `messenger` must have been asked about this message under the same L1 block.
    ///
    /// # Errors
    /// [`BridgeError::OtherMessage`] where it was not.
    pub fn status(&self, messenger: &Messenger) -> Result<WithdrawalStatus, BridgeError> {
        self.check_same(messenger)?;
        let flags = messenger.flags();
        if flags.relayed {
            return Ok(WithdrawalStatus::Relayed);
        }
        if let Some(reason) = self.blocked_by(messenger) {
            return Ok(WithdrawalStatus::Blocked(reason));
        }
        Ok(match self.at().batch().relayable() {
            Relayable::Disputed => WithdrawalStatus::Disputed,
            Relayable::InWindow { closes } => WithdrawalStatus::InChallengePeriod { ready_at: closes },
            Relayable::Yes => WithdrawalStatus::ReadyToRelay,
        })
    }

    fn blocked_by(&self, messenger: &Messenger) -> Option<BlockedBy> {
        let flags = messenger.flags();
        let refused = messenger.basis().network().contracts.canonical_transaction_chain;
        if flags.paused {
            Some(BlockedBy::MessengerPaused)
        } else if flags.blocked {
            Some(BlockedBy::MessageBlocked)
        } else if refused == Some(self.value().target) {
            Some(BlockedBy::TargetRefused)
        } else {
            None
        }
    }

    fn check_same(&self, messenger: &Messenger) -> Result<(), BridgeError> {
        let (got, expected) = (messenger.message(), self.value().hash());
        if got != expected {
            return Err(BridgeError::OtherMessage { got, expected });
        }
        let (got, expected) = (messenger.basis().l1().hash(), self.at().batch().basis().l1().hash());
        if got != expected {
            return Err(BridgeError::OtherBlock { got, expected });
        }
        Ok(())
    }
}

impl core::fmt::Display for WithdrawalStatus {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Relayed => f.write_str("it has been relayed"),
            Self::Blocked(BlockedBy::MessageBlocked) => f.write_str("the message is blocked"),
            Self::Blocked(BlockedBy::MessengerPaused) => f.write_str("the messenger is paused"),
            Self::Blocked(BlockedBy::TargetRefused) => f.write_str("its target is one the messenger never calls"),
            Self::Disputed => f.write_str("its batch is disputed"),
            Self::InChallengePeriod { ready_at } => write!(f, "its window is open until {} (l1 time)", ready_at.0),
            Self::ReadyToRelay => f.write_str("it is ready"),
        }
    }
}
