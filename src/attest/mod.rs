//! What a verifier's node does besides asking: it keeps a key, compares its own state roots with the posted ones, and says
//! what it found, never two things of one batch.
//!
//! The command `attest` is these parts and a server. They stand apart from it, so that each can be tried and measured alone;
//! of them only [`Log`] touches the world, and only through a [`Disk`].
//!
//! What can go wrong:
//! - A node that crashes, is killed or loses power between deciding and saying: what it might have said is on the disk before
//!   anybody can see it ([`Log`]).
//! - Two nodes with one key: the log is locked, but on two machines nothing keeps them apart except the operator.
//! - A key file of a stranger that asks for all of the memory: its parameters are looked at first ([`Keystore`]).
//! - Others' statements without end: only members are heard, of each a few, and only about batches that are known
//!   ([`Collected`]).

mod check;
mod collected;
mod key;
mod keystore;
mod ledger;

pub use check::{Check, CheckError, Difference, Posted};
pub use collected::{Collected, KnownBatch, NotTaken, Taken};
pub use key::{Key, KeyError};
pub use keystore::{Keystore, KeystoreError, Scrypt};
pub use ledger::{Disk, FileDisk, Log, LogError, Said};

#[cfg(test)]
mod tests;
