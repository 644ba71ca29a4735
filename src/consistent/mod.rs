//! What holds of given parts among themselves, without L1.
//!
//! `verify withdrawal`, `verify batch` and `verify proof` check parts that somebody hands over under a root that the same
//! somebody names. That is worth something: a file that fails here is worth nothing. But it is no rung of the ladder: a
//! [`Consistent`] value is true of the parts, not of any chain, and nothing makes one into a proven value.

mod batch;
mod facts;
mod proof;
mod withdrawal;

pub use batch::batch;
pub use facts::{
    AcceptedFact, AccountFacts, BatchFacts, LastBlockFacts, MetisFacts, SlotFact, TokenFacts, WithdrawalFacts,
};
pub use proof::{ProofQuestion, metis_balance, proof};
pub use withdrawal::withdrawal;

/// True of the parts that were checked, whatever any chain says.
///
/// ```compile_fail
/// // It is made by the checks of this module only, ...
/// let forged = metis_light::consistent::Consistent { value: 5_u64 };
/// ```
/// ```compile_fail
/// // ... and is no proven value.
/// use metis_light::{consistent::Consistent, execution::Proven, rollup::L2StateRoot};
/// fn forge(value: Consistent<u64>) -> Proven<u64, L2StateRoot> { value.into() }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Consistent<T> {
    value: T,
}

impl<T> Consistent<T> {
    const fn new(value: T) -> Self {
        Self { value }
    }

    /// What was found to hold.
    pub const fn value(&self) -> &T {
        &self.value
    }

    /// The same without the wrapper; whoever takes it remembers what it is worth.
    pub fn into_value(self) -> T {
        self.value
    }
}

/// What a check of a withdrawal does not say.
pub const WITHDRAWAL_NOT_CHECKED: &[&str] = &[
    "that L1 holds this batch header: without L1 this is consistency, not proof",
    "the batch's index, which its hash does not cover",
    "that the fraud proof window is over and nobody disputes the batch",
    "whether the message was relayed already",
];

/// What a check of a batch does not say.
pub const BATCH_NOT_CHECKED: &[&str] = &[
    "that L1 holds this batch header: without L1 this is consistency, not proof",
    "that the state roots are those of the rollup's blocks",
];

/// What a check of an account or storage proof does not say.
pub const PROOF_NOT_CHECKED: &[&str] = &["where the state root comes from: without L1 this is consistency, not proof"];
