//! One error over the floors' errors, sorted by who can do something about it.

mod detail;

pub use detail::Detail;

use crate::attestation::AttestationError;
use crate::bridge::{BridgeError, WithdrawalStatus};
use crate::client::ClientError;
use crate::consensus::ConsensusError;
use crate::dispute::DisputeError;
use crate::execution::ExecutionError;
use crate::network::NetworkFileError;
use crate::primitives::ovm_merkle::OvmMerkleError;
use crate::rollup::RollupError;
use crate::wire::WireError;

/// Anything that this crate refuses.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A verifier's word does not count, or no set of verifiers can be read. Not in the module that a page loads first, which
    /// knows nothing of verifiers, and would carry what is said of each rule.
    #[cfg(not(all(feature = "page", not(feature = "engine"))))]
    #[error(transparent)]
    Attestation(#[from] AttestationError),
    /// A withdrawal is not what it is claimed to be.
    #[error(transparent)]
    Bridge(#[from] BridgeError),
    /// A flow cannot go on.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// L1's consensus does not say what is claimed.
    #[error(transparent)]
    Consensus(#[from] ConsensusError),
    /// L1 does not say of disputes what can be taken. Not in the module that a page loads first either.
    #[cfg(not(all(feature = "page", not(feature = "engine"))))]
    #[error(transparent)]
    Dispute(#[from] DisputeError),
    /// Bytes prove no value.
    #[error(transparent)]
    Execution(#[from] ExecutionError),
    /// A leaf or the leaves do not belong to a batch.
    #[error(transparent)]
    Merkle(#[from] OvmMerkleError),
    /// A network file cannot be used.
    #[error(transparent)]
    NetworkFile(#[from] NetworkFileError),
    /// L1 does not say of the rollup what is claimed.
    #[error(transparent)]
    Rollup(#[from] RollupError),
    /// Input lacks the shape.
    #[error(transparent)]
    Wire(#[from] WireError),
}

/// Where nothing makes one, nothing needs to be kept of it.
#[cfg(all(feature = "page", not(feature = "engine")))]
impl From<AttestationError> for Error {
    fn from(_: AttestationError) -> Self {
        ClientError::NothingFinal.into()
    }
}

/// The same.
#[cfg(all(feature = "page", not(feature = "engine")))]
impl From<DisputeError> for Error {
    fn from(_: DisputeError) -> Self {
        ClientError::NothingFinal.into()
    }
}

/// Whose fault it is, and so what to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// The source, or its chain, says what does not hold: ask another, and remember this one.
    Invalid,
    /// The source's bytes are not what was asked for: ask another.
    Malformed,
    /// The caller broke the contract: asking again does not help.
    Misuse,
    /// Nobody: it is too early.
    NotYet,
    /// Sources that withhold what is new, or a clock that is wrong: ask another, then say so.
    Stale,
    /// There is no answer: ask again, or another.
    Unavailable,
    /// Time: something has changed that this version does not know. Fail closed.
    Unsupported,
}

impl Kind {
    /// The name that crosses to JavaScript and stands in `--json`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invalid => "INVALID_PROOF",
            Self::Malformed => "MALFORMED_REPLY",
            Self::Misuse => "MISUSE",
            Self::NotYet => "NOT_YET",
            Self::Stale => "STALE",
            Self::Unavailable => "UNAVAILABLE",
            Self::Unsupported => "UNSUPPORTED",
        }
    }
}

impl Error {
    /// When what is too early is expected to be possible, by L1 time in seconds; none where that cannot be told.
    pub const fn until(&self) -> Option<u64> {
        match self {
            Self::Client(ClientError::BelowFloor { closes, .. } | ClientError::NotAttested { closes, .. }) => {
                Some(*closes)
            }
            Self::Bridge(BridgeError::NotRelayable { status: WithdrawalStatus::InChallengePeriod { ready_at } }) => {
                Some(ready_at.0)
            }
            _ => None,
        }
    }

    /// Whose fault it is.
    pub const fn kind(&self) -> Kind {
        match self {
            #[cfg(not(all(feature = "page", not(feature = "engine"))))]
            Self::Attestation(error) => attestation(error),
            Self::Bridge(error) => bridge(error),
            Self::Client(error) => client(error),
            Self::Consensus(error) => consensus(error),
            #[cfg(not(all(feature = "page", not(feature = "engine"))))]
            Self::Dispute(error) => dispute(error),
            Self::Execution(error) => execution(error),
            Self::Merkle(_) => Kind::Invalid,
            Self::NetworkFile(_) => Kind::Misuse,
            Self::Rollup(error) => rollup(error),
            Self::Wire(WireError::Consensus(error)) => consensus(error),
            Self::Wire(WireError::ErrorReply { .. }) => Kind::Unavailable,
            Self::Wire(_) => Kind::Malformed,
        }
    }
}

#[cfg(not(all(feature = "page", not(feature = "engine"))))]
const fn attestation(error: &AttestationError) -> Kind {
    match error {
        AttestationError::Execution(error) => execution(error),
        AttestationError::Rollup(error) => rollup(error),
        AttestationError::NoOffence { .. }
        | AttestationError::NoSet { .. }
        | AttestationError::OtherL1 { .. }
        | AttestationError::QuorumLowered { .. }
        | AttestationError::QuorumShare { .. } => Kind::Misuse,
        AttestationError::SignatureForm { .. } => Kind::Malformed,
        // L1 proves that the set is such, and no source can mend it.
        AttestationError::DuplicateSigner { .. }
        | AttestationError::EmptySet
        | AttestationError::ForeignKey { .. }
        | AttestationError::KeyLength { .. }
        | AttestationError::TooMany { .. }
        | AttestationError::WeightOverflow { .. } => Kind::Unsupported,
        _ => Kind::Invalid,
    }
}

const fn bridge(error: &BridgeError) -> Kind {
    match error {
        BridgeError::Execution(error) => execution(error),
        BridgeError::NotRelayable { .. } => Kind::NotYet,
        BridgeError::NoQueue | BridgeError::OtherBlock { .. } | BridgeError::OtherMessage { .. } => Kind::Misuse,
        BridgeError::Rollup(error) => rollup(error),
        _ => Kind::Invalid,
    }
}

const fn client(error: &ClientError) -> Kind {
    match error {
        // L1's storage proves that the batch is there, so whoever has no log of it withholds it.
        ClientError::NoLog { .. } | ClientError::ReceiptCount { .. } => Kind::Invalid,
        ClientError::Unavailable { .. } | ClientError::Unknown { .. } => Kind::Unavailable,
        ClientError::BelowFloor { .. }
        | ClientError::Disputed { .. }
        | ClientError::NotAttested { .. }
        | ClientError::NotFinalized { .. }
        | ClientError::NotPosted { .. }
        | ClientError::BatchNotPosted { .. }
        | ClientError::NothingFinal => Kind::NotYet,
        ClientError::ReplyCount { .. } | ClientError::TooMany { .. } => Kind::Misuse,
        ClientError::StaleFinality { .. } | ClientError::StaleHead { .. } => Kind::Stale,
        ClientError::TooManyMessages { .. } => Kind::Unsupported,
    }
}

const fn consensus(error: &ConsensusError) -> Kind {
    match error {
        ConsensusError::BranchLength { .. }
        | ConsensusError::CommitteeSize { .. }
        | ConsensusError::Saved { .. }
        | ConsensusError::Ssz { .. }
        | ConsensusError::TooManyUpdates { .. } => Kind::Malformed,
        ConsensusError::CheckpointTooOld { .. } | ConsensusError::NothingFinalized { .. } => Kind::Stale,
        ConsensusError::NoExecution { .. } => Kind::Misuse,
        ConsensusError::NotNewer { .. } => Kind::NotYet,
        ConsensusError::UnknownFork { .. } => Kind::Unsupported,
        _ => Kind::Invalid,
    }
}

#[cfg(not(all(feature = "page", not(feature = "engine"))))]
const fn dispute(error: &DisputeError) -> Kind {
    match error {
        DisputeError::CodeUnproven { .. } => Kind::Misuse,
        DisputeError::Rollup(error) => rollup(error),
        // Proven, and so no source's fault: somebody with power over the contracts wrote it.
        DisputeError::Encoding { .. } | DisputeError::TooLong { .. } => Kind::Unsupported,
    }
}

const fn rollup(error: &RollupError) -> Kind {
    match error {
        RollupError::BlockOutsideBatch { .. } | RollupError::NoLastBlock | RollupError::OtherBlock { .. } => {
            Kind::Misuse
        }
        RollupError::Changed(_) | RollupError::LeafBalance { .. } => Kind::Unsupported,
        RollupError::Execution(error) => execution(error),
        RollupError::WrongEncoding { .. } => Kind::Malformed,
        _ => Kind::Invalid,
    }
}

const fn execution(error: &ExecutionError) -> Kind {
    match error {
        ExecutionError::SlotCount { .. } => Kind::Malformed,
        ExecutionError::UnknownType { .. } => Kind::Unsupported,
        _ => Kind::Invalid,
    }
}
