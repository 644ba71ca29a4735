//! The parser door: bytes of JSON from strangers become the raw types of the floors below, or a [`WireError`].
//!
//! Servers differ, so the door copes with what is harmless: numbers as JSON numbers, decimal or hex strings, quantities
//! short or padded, members it does not know. What it hands on has the right shape and nothing more; no check of any
//! proof happens here.
//!
//! What can go wrong: a reply that fills memory or the stack. Every door takes at most [`MAX_INPUT`] bytes, JSON nests at
//! most 128 deep, and lists grow with the bytes that are there, never by a length that a stranger names.

pub(crate) mod attestation;
mod batch;
mod block;
pub(crate) mod hint;
mod light_client;
mod proof;
mod transaction;
mod withdrawal;

pub use attestation::MAX_ATTESTATIONS_REPLY;
pub use batch::BatchClaim;
pub(crate) use block::log_entry;
pub use block::{BlockRecord, ClaimedHeader, LogRecord, ReceiptRecord};
pub use hint::ReceiptHint;
pub use proof::ProofReply;
pub use transaction::{L2TransactionRecord, TransactionRecord};
pub(crate) use withdrawal::message;
pub use withdrawal::{InclusionClaim, WithdrawalClaim};

use crate::consensus::ConsensusError;
use crate::primitives::json::{Json, JsonError, Member, Read};

/// The longest input of any door, in bytes: the receipts of a large block take half of it.
pub const MAX_INPUT: usize = 32 << 20;

/// Input that lacks the shape that was asked for.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// An array without anything in it.
    #[error("{what}: the array is empty")]
    Empty {
        /// What was to be read.
        what: &'static str,
    },
    /// Light-client data that is of no fork's shape.
    #[error(transparent)]
    Consensus(#[from] ConsensusError),
    /// A server's error instead of an answer.
    #[error("{what}: the server answered with an error instead of a result")]
    ErrorReply {
        /// What was to be read.
        what: &'static str,
    },
    /// Not JSON, or JSON of another shape.
    #[error("{what}: {rule}")]
    Json {
        /// What was to be read.
        what: &'static str,
        /// What is wrong and where.
        rule: JsonError,
    },
    /// A member is missing without which nobody can say what the input is about.
    #[error("{what}: {member} is missing, and nothing else says it")]
    Missing {
        /// What was to be read.
        what: &'static str,
        /// The member.
        member: &'static str,
    },
}

/// Reads one JSON value.
fn parse<T>(what: &'static str, bytes: &[u8], read: impl FnOnce(&Member<'_, '_>) -> Read<T>) -> Result<T, WireError> {
    Json::parse(bytes, MAX_INPUT)
        .and_then(|json| read(&Member::root(what, &json)))
        .map_err(|rule| WireError::Json { what, rule: *rule })
}

/// Reads a JSON array.
fn parse_all<T>(what: &'static str, bytes: &[u8], read: fn(&Member<'_, '_>) -> Read<T>) -> Result<Vec<T>, WireError> {
    parse(what, bytes, |list| list.each(read))
}

/// Reads one JSON object, or an array of them that is not empty.
fn parse_many<T>(what: &'static str, bytes: &[u8], read: fn(&Member<'_, '_>) -> Read<T>) -> Result<Vec<T>, WireError> {
    let values = parse(what, bytes, |root| root.one_or_each(read))?;
    if values.is_empty() {
        return Err(WireError::Empty { what });
    }
    Ok(values)
}
