use super::{Domain, QuorumRule};
use crate::execution::ExecutionError;
use crate::primitives::ecdsa::SignatureError;
use crate::primitives::{Address, B256, U256};
use crate::rollup::RollupError;

impl AttestationError {
    /// A number of things that are all to be read.
    pub(super) fn check_count(what: &'static str, got: U256, limit: u64) -> Result<u64, Self> {
        let count = u64::try_from(got).ok().filter(|count| *count <= limit);
        count.ok_or(Self::TooMany { what, got, limit })
    }
}

/// A way in which a statement does not count, or a set of verifiers cannot be read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AttestationError {
    /// It was signed before L1 held the batch.
    #[error("it was issued at {issued_at}, before the batch's time {batch}")]
    BeforeBatch {
        /// When it says it was signed, in Unix seconds.
        issued_at: u64,
        /// The batch's time on L1, in Unix seconds.
        batch: u64,
    },
    /// A dissent about a block whose posted state root is the very one it names.
    #[error("it dissents about block {block}, but its state root there is the posted one")]
    DissentAgrees {
        /// The block.
        block: u64,
    },
    /// Two sequencers of the pool have one signer, so that its word would count twice.
    #[error("signer {signer} is in the set twice")]
    DuplicateSigner {
        /// The signer.
        signer: Address,
    },
    /// Nobody is in the set, or nobody who has any weight.
    #[error("the set of verifiers is empty")]
    EmptySet,
    /// A proof does not hold.
    #[error(transparent)]
    Execution(#[from] ExecutionError),
    /// It was signed in the future.
    #[error("it was issued at {issued_at}, but it is {now} now")]
    FromFuture {
        /// When it says it was signed, in Unix seconds.
        issued_at: u64,
        /// The time now, in Unix seconds.
        now: u64,
    },
    /// A sequencer's signer is not the address of its public key.
    #[error("sequencer {id} has the signer {got}, its public key has the address {expected}")]
    ForeignKey {
        /// The sequencer's id.
        id: u64,
        /// The signer.
        got: Address,
        /// The address of its key.
        expected: Address,
    },
    /// A sequencer's public key has another length than 64 bytes.
    #[error("the public key of sequencer {id} does not have 64 bytes: its length word is {got}")]
    KeyLength {
        /// The sequencer's id.
        id: u64,
        /// The word that Solidity keeps the length in.
        got: U256,
    },
    /// The network's data does not say where the set is kept.
    #[error("the network's data names no {what}, so nobody's word counts")]
    NoSet {
        /// What it does not name.
        what: &'static str,
    },
    /// Two statements, or a statement and a batch, that show no offence.
    #[error("no offence: {rule}")]
    NoOffence {
        /// What is missing.
        rule: &'static str,
    },
    /// An agreement that is not about the batch's last block.
    #[error("it agrees with block {got}, but the batch's last block is {expected}")]
    NotLastBlock {
        /// The block of the statement.
        got: U256,
        /// The last block.
        expected: u64,
    },
    /// The signer is not in the set that L1 holds now.
    #[error("signer {signer} is not in the set of verifiers")]
    NotMember {
        /// The signer.
        signer: Address,
    },
    /// It is about another batch than the one at that index.
    #[error("its {field} is {got}, the batch has {expected}")]
    OtherBatch {
        /// The field, as it is signed.
        field: &'static str,
        /// What it says.
        got: B256,
        /// What the batch has.
        expected: B256,
    },
    /// It is signed, or said to be signed, for another rollup.
    #[error("it is for {got}, not for {expected}")]
    OtherDomain {
        /// What it is for.
        got: Domain,
        /// The network's own.
        expected: Domain,
    },
    /// The block is not in the batch.
    #[error("block {got} is not in the batch, which has {first} to {last}")]
    OtherBlock {
        /// The block of the statement.
        got: U256,
        /// The batch's first block.
        first: u64,
        /// Its last.
        last: u64,
    },
    /// An agreement with another state root than the posted one.
    #[error("it agrees, but its state root of block {block} is {got}, the posted one is {expected}")]
    OtherRoot {
        /// The block.
        block: u64,
        /// What it says.
        got: B256,
        /// What L1 holds.
        expected: B256,
    },
    /// The set was read under another L1 block than the batch.
    #[error("the set was read under l1 block {got}, the batch under {expected}")]
    OtherL1 {
        /// The set's.
        got: B256,
        /// The batch's.
        expected: B256,
    },
    /// A quorum below the default without saying so.
    #[error("a quorum below {default} must be asked for as an override")]
    QuorumLowered {
        /// The least that goes without.
        default: QuorumRule,
    },
    /// A rule that no set can meet, or that means nothing.
    #[error("a quorum of more than {more_than} in {of} means nothing")]
    QuorumShare {
        /// The numerator.
        more_than: u64,
        /// The denominator.
        of: u64,
    },
    /// The rollup's contracts do not say what is claimed.
    #[error(transparent)]
    Rollup(#[from] RollupError),
    /// No key signed it, or not in the form that counts.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// A signature of no known form.
    #[error("a signature has 65 bytes with v 27 or 28, or 64: this one has {length}, or another v")]
    SignatureForm {
        /// Its length.
        length: usize,
    },
    /// More of something than is read.
    #[error("{what}: {got} are too many, at most {limit} are read")]
    TooMany {
        /// What.
        what: &'static str,
        /// How many.
        got: U256,
        /// The limit.
        limit: u64,
    },
    /// A verdict that is neither 0 nor 1.
    #[error("verdict {got} means nothing: 1 agrees, 0 dissents")]
    UnknownVerdict {
        /// What it is.
        got: u8,
    },
    /// A block hash where the batch's header has none, so that nothing can be compared with it.
    #[error("it signs a block hash, but the batch's header holds none")]
    UnboundBlockHash,
    /// A stake larger than can be counted exactly.
    #[error("the weight of {signer} is {got}, at most 2^128 - 1 is counted")]
    WeightOverflow {
        /// Whose.
        signer: Address,
        /// How much.
        got: U256,
    },
}
