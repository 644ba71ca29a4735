//! What disputes mean for a withdrawal, which is what they mean for its batch: whether its message is relayed, and whether the
//! batch may be deleted.

use super::{DisputeError, Disputes, GameStatus};
use crate::primitives::{Address, U256, UnixTime};
use crate::rollup::{RollupError, StateBatch};

/// What L1's disputes mean for the messages of one batch.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Effect {
    /// What they do to its messages.
    pub on_relay: OnRelay,
    /// Who may delete the batch.
    pub deletion: Deletion,
    /// Games under way that would block its messages if the challenger won, by their places in the factory's list.
    pub games: Vec<u64>,
    /// How many games may concern it without showing it: they are not confirmed, or were not read.
    pub unknown_games: u64,
    /// Open challenges of the batch, by their places in `MVM_Verifier`'s list. They do nothing where that contract is not the
    /// fraud verifier ([`Disputes::challenges_have_power`]).
    pub challenges: Vec<u64>,
}

/// What disputes do to a batch's messages, by the messenger's own rule.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OnRelay {
    /// Nothing.
    Nothing,
    /// No message from this L2 block's batch on is relayed.
    BlockedFrom {
        /// The earliest disputed block.
        block: U256,
    },
    /// The batch is flagged, but the contract forgot it when another batch was deleted: it would relay. Finality still counts
    /// the batch as disputed.
    Forgotten,
}

/// Who may delete a batch, and until when.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Deletion {
    /// Nobody: the contract's window is over. Where the batch is blocked it stays so, until another deletion takes the block
    /// away.
    Closed {
        /// When the window closed, by L1 time.
        since: UnixTime,
    },
    /// Nobody yet: it must be flagged before. Then the fraud verifier may.
    NeedsFlag {
        /// Who then may; zero where nobody.
        by: Address,
        /// Until when, by L1 time.
        until: UnixTime,
    },
    /// The fraud verifier, at any time.
    Open {
        /// Who may; zero where nobody.
        by: Address,
        /// Until when, by L1 time.
        until: UnixTime,
    },
}

impl Disputes {
    /// What they mean for a batch, which must have been proven under the same L1 block.
    ///
    /// # Errors
    /// [`RollupError::OtherBlock`] where it was not.
    pub fn effect_on(&self, batch: &StateBatch) -> Result<Effect, DisputeError> {
        let (got, expected) = (batch.basis().l1().hash(), self.basis().l1().hash());
        if got != expected {
            return Err(RollupError::OtherBlock { got, expected }.into());
        }
        Ok(Effect {
            on_relay: self.on_relay(batch),
            deletion: self.deletion(batch),
            games: self.games_against(batch),
            unknown_games: self.unknown_games(),
            challenges: self.challenges_of(batch),
        })
    }

    fn on_relay(&self, batch: &StateBatch) -> OnRelay {
        let block = self.basis().earliest_disputed_block();
        if !block.is_zero() && U256::from(batch.header().last_block()) >= block {
            OnRelay::BlockedFrom { block }
        } else if batch.is_flagged() {
            OnRelay::Forgotten
        } else {
            OnRelay::Nothing
        }
    }

    fn deletion(&self, batch: &StateBatch) -> Deletion {
        let (by, until) = (self.authority().fraud_verifier, batch.contract_window_closes());
        let is_over = until.0 <= self.basis().l1().timestamp().0;
        match (is_over, batch.is_flagged()) {
            (true, _) => Deletion::Closed { since: until },
            (false, false) => Deletion::NeedsFlag { by, until },
            (false, true) => Deletion::Open { by, until },
        }
    }

    /// A challenger who wins blocks everything behind the last batch that was final, whichever batch the game is about.
    fn games_against(&self, batch: &StateBatch) -> Vec<u64> {
        let last = U256::from(batch.header().last_block());
        let games = self.games().into_iter().flat_map(|games| &games.games);
        let against = games.filter(|game| match game.status {
            GameStatus::InProgress { would_block_from } => would_block_from <= last,
            GameStatus::ChallengerWins | GameStatus::DefenderWins | GameStatus::Unconfirmed => false,
        });
        against.map(|game| game.index).collect()
    }

    fn unknown_games(&self) -> u64 {
        let Some(games) = self.games() else { return 0 };
        let unconfirmed = games.games.iter().filter(|game| game.status == GameStatus::Unconfirmed).count() as u64;
        games.left_out.saturating_add(unconfirmed)
    }

    fn challenges_of(&self, batch: &StateBatch) -> Vec<u64> {
        let chain_id = self.basis().network().l2.chain_id;
        let challenges = self.mvm_verifier().into_iter().flat_map(|verifier| &verifier.challenges);
        let open = challenges.filter(|challenge| challenge.phase != super::Phase::Settled);
        let of_batch = open.filter(|challenge| challenge.concerns(chain_id, batch.index(), batch.header()));
        of_batch.map(|challenge| challenge.index).collect()
    }
}
