//! Disputes on L1: what is flagged, what is played, who may delete, and what it means for a withdrawal.
//!
//! Three things that Metis has called a dispute stand side by side. The state commitment chain (SCC) keeps a flag for each
//! disputed batch and the earliest disputed block, from which on nothing is relayed; that alone decides. Dispute games, since
//! May 2025, set these flags. `MVM_Verifier`, the contract from before, has challenges of its own: verifiers commit to a state
//! root, reveal it, and vote; since its name was taken away from it they are history. [`Inquiry`] reads all of it from L1's
//! storage, [`Disputes`] is what it finds, and [`Disputes::effect_on`] what that means for a batch.
//!
//! What can go wrong, and is seen here:
//! - Lengths are words that a proxy's owner can write: what cannot have come about is refused, what is more than is read is
//!   counted as left out, and nothing is dropped in silence.
//! - The factory's layout is known from source alone. A game is told as confirmed only where the factory has filed it under a
//!   hash of what it is about; everything else of the factory is unconfirmed.
//! - A header in a challenge has an encrypted root until the challenger reveals his key, so its hash says nothing before.
//! - Deleting one batch makes the SCC forget every other dispute; the flags stay ([`OnRelay::Forgotten`]).
//!
//! Quirks of `MVM_Verifier` that its numbers are to be read with:
//! - Nobody can open a challenge: `newChallenge` subtracts one from the chain's entry, which is zero while there is none, and
//!   reverts. Only a value that the proxy's owner wrote by hand gets past it, and then challenge 0 counts as none.
//! - Behind its proxy the window and both thresholds begin at 0: both phases are over at once, and whoever is absent loses
//!   the stake and the place in the list, in which the next then moves up and is not counted.
//! - Committing has no end: `verify1` looks neither at time nor phase.
//! - Decrypting spoils bytes, so a revealed hash need not be what was encrypted.
//! - Raising the least stake takes verifiers out of the list and leaves them their stakes.
//! - Since the name of the fraud verifier leads elsewhere, a settlement that would delete a batch reverts at the SCC.
//!
//! Strikes for bad votes, rewards and the thresholds for them are not read: they decide nothing about a batch.
//!
//! Source: Metis' contracts (`MVM_Verifier`, `DisputeGameFactory`, `FaultDisputeGame`, `MVM_StateCommitmentChain`).

mod authority;
mod challenge;
mod effect;
mod error;
mod facts;
mod game;
mod inquiry;
mod phase;
mod request;
mod settlement;
mod storage;
#[cfg(test)]
pub(crate) mod tests;
mod verifier;
mod view;

pub use authority::Authority;
pub use challenge::{Challenge, ChallengedHeader, Participant};
pub use effect::{Deletion, Effect, OnRelay};
pub use error::DisputeError;
pub use facts::Want;
pub use game::{DisputeGames, Game, GameId, GameStatus, GameSubject};
pub use inquiry::{Concluded, Inquiry};
pub use phase::{Clock, Phase, required};
pub use request::{DisputeRequest, FAULT_GAME, request_uuid};
pub use settlement::{Settlement, Tally};
pub use storage::StoredBytes;
pub use verifier::{MvmVerifier, Parameters, StakedVerifier};
pub use view::Disputes;
