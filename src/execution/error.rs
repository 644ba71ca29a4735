use crate::primitives::B256;
use crate::primitives::ecdsa::SignatureError;
use crate::primitives::mpt::ProofError;
use crate::primitives::rlp::RlpError;

/// A way in which bytes do not prove a value under a root.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ExecutionError {
    /// Code is not the code of the account.
    #[error("code has hash {got}, the account's is {expected}")]
    CodeMismatch {
        /// The hash of the code.
        got: B256,
        /// The account's code hash.
        expected: B256,
    },
    /// A proven leaf, or a transaction, is not the encoding of what must stand there.
    #[error("{what} is not encoded as it must be: {rule}")]
    Encoding {
        /// What was read.
        what: &'static str,
        /// The rule that is broken.
        rule: RlpError,
    },
    /// A reply says something else than its own proof.
    #[error("the reply's {member} is {claimed}, its proof shows {proven}")]
    FalseClaim {
        /// The reply's member.
        member: &'static str,
        /// What it says, as a word.
        claimed: B256,
        /// What is proven, as a word.
        proven: B256,
    },
    /// The nodes are no proof.
    #[error("{what} proof does not hold: {rule}")]
    Proof {
        /// What was to be proven.
        what: &'static str,
        /// The rule that is broken.
        rule: ProofError,
    },
    /// A transaction's signature names no sender.
    #[error("transaction has no sender: {0}")]
    Signature(#[from] SignatureError),
    /// A reply has more or fewer storage proofs than slots were asked for.
    #[error("the reply has {got} storage proofs, {expected} slots were asked for")]
    SlotCount {
        /// How many there are.
        got: usize,
        /// How many were asked for.
        expected: usize,
    },
    /// A transaction or receipt of a type that this version does not know.
    #[error("{what} type {got:#04x} is not known, 0x04 is the last that is")]
    UnknownType {
        /// What was read.
        what: &'static str,
        /// The type byte.
        got: u8,
    },
    /// A leaf holds zero, which Ethereum deletes instead.
    #[error("storage leaf holds zero, which a canonical trie does not keep")]
    ZeroKept,
}

impl ExecutionError {
    pub(super) const fn encoding(what: &'static str) -> impl Fn(RlpError) -> Self {
        move |rule| Self::Encoding { what, rule }
    }

    pub(super) const fn proof(what: &'static str) -> impl Fn(ProofError) -> Self {
        move |rule| Self::Proof { what, rule }
    }
}
