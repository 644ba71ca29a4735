//! Why a network file was refused.

use crate::primitives::decimal::Decimal;
use crate::primitives::json::JsonError;
use alloy_primitives::{Address, U256};

/// Why a network file was refused. `member` is a path into the file, such as
/// `contracts.emitters[1].fromBlock`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkFileError {
    /// A list without elements where its absence is what says "unpinned".
    #[error("{member} is an empty list, leave it out or name at least one value")]
    EmptyList {
        /// The list.
        member: String,
    },
    /// An emitter after one that has no last block.
    #[error("{member} follows an emitter that has no last block, expected nothing after it")]
    EmitterAfterOpenEnd {
        /// The later emitter.
        member: String,
    },
    /// A fork that begins before an older one. A fork that never begins has epoch 2^64-1.
    #[error("{member} is {got}, before epoch {earlier} of the fork that precedes it")]
    ForkOrder {
        /// The epoch of the newer fork.
        member: String,
        /// Its value.
        got: u64,
        /// The epoch of the fork before it.
        earlier: u64,
    },
    /// The file is no JSON of the right form: see [`JsonError`].
    #[error("the network file cannot be read: {0}")]
    Json(#[from] JsonError),
    /// A size that must be a power of two.
    #[error("{member} is {got}, expected a power of two")]
    NotPowerOfTwo {
        /// The size.
        member: String,
        /// Its value.
        got: u64,
    },
    /// A length of time that must be whole seconds.
    #[error("{member} is {got}, expected whole seconds")]
    NotWholeSeconds {
        /// The length of time.
        member: String,
        /// Its value, in milliseconds.
        got: u64,
    },
    /// A number beyond its bounds.
    #[error("{member} is {}, expected {} to {}", Decimal(*got), Decimal(*least), Decimal(*most))]
    OutOfRange {
        /// The number.
        member: String,
        /// Its value.
        got: U256,
        /// The least value allowed.
        least: U256,
        /// The greatest value allowed.
        most: U256,
    },
    /// A verifier that is listed twice, so that its word would count twice.
    #[error("{member} repeats the verifier {address:#x}")]
    RepeatedVerifier {
        /// The second mention.
        member: String,
        /// The verifier.
        address: Address,
    },
    /// A fork that this client cannot follow. A schedule may name one that never begins.
    #[error("{member} names a fork that is not known here")]
    UnknownFork {
        /// The member that names it.
        member: String,
    },
    /// The zero address, where no contract and no signer can be.
    #[error("{member} is the zero address, which nothing can have")]
    ZeroAddress {
        /// The address's place.
        member: String,
    },
}
