//! What verifiers sign about a posted batch, and what that is worth.
//!
//! A verifier recomputes the state roots of a batch with its own L2 node and signs whether they are the posted ones
//! ([`Statement`], EIP-712). Whose word counts, and how much, is read from L1 under the very block that the batch is proven
//! under ([`VerifierSet`]); what a batch's statements come to is a [`Tally`]. A quorum makes a batch *attested*, which stands
//! between *posted* and *final*.
//!
//! What it is worth: the signed words of staked parties, and an early alarm. Nothing on L1 slashes a false statement, and L1
//! relays nothing the earlier for a quorum.
//!
//! What can go wrong, and is checked here:
//! - A signature has a twin with a high `s`, and a compact form: one form of each signer's statement counts, and once.
//! - A batch's index is used again after a deletion: a statement is about the hash that L1 holds at that index now.
//! - A signer says yes and no: neither counts, and both together are evidence ([`Equivocation`]).
//! - A signer leaves the set, or the set was read under another block than the batch: its word does not count.
//! - Weights that overflow, sets of nobody, a million signatures: each has a limit and an error.
//!
//! Source: the project's own definition in `docs/attestations.md`; nothing on Metis signs or gossips a statement about a state
//! root. Layouts: Metis' `LockingPool` and `MVM_Verifier`.

mod error;
mod judge;
mod mvm;
mod offence;
mod pool;
mod quorum;
mod set;
mod signature;
mod statement;
mod tally;
#[cfg(test)]
mod tests;

pub use error::AttestationError;
pub use judge::{MAX_DRIFT, Verdict};
pub use mvm::{MvmVerifiers, mvm_verifier_question};
pub use offence::{Equivocation, FalseAttestation, find_equivocations};
pub use pool::{LockingPool, locking_pool_question};
pub use quorum::{Lowered, QuorumRule};
pub use set::{Policy, VerifierSet};
pub use signature::Signature;
pub use statement::{Attestation, Domain, PRE_CONFIRMATION, Signed, Statement, Subject};
pub use tally::{Finality, MAX_STATEMENTS, Quorum, Refused, Tally, Voice};
