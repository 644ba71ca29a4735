use crate::network::ForkName;
use crate::primitives::B256;
use crate::primitives::bls::BlsError;
use crate::primitives::ssz::SszError;

/// Why consensus data was refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConsensusError {
    /// The signature is not the committee's.
    #[error("sync aggregate of slot {slot} is refused: {rule}")]
    Signature {
        /// The slot of the block with the signature.
        slot: u64,
        /// What is wrong with it.
        rule: BlsError,
    },
    /// A branch does not lead from a thing to where it should stand.
    #[error("{what}: its branch does not lead to {expected}")]
    Branch {
        /// The thing.
        what: &'static str,
        /// The root that its branch should lead to.
        expected: B256,
    },
    /// A branch has another length than the fork's shape gives it.
    #[error("{what}: its branch has {got} nodes, expected {expected}")]
    BranchLength {
        /// What the branch belongs to.
        what: &'static str,
        /// Its length.
        got: usize,
        /// The length that it has in this fork.
        expected: usize,
    },
    /// The checkpoint's age is past the weak subjectivity period: old validators could sign for another history.
    #[error("the newest finalized header is {got} epochs old, at most {limit} are safe: take a newer checkpoint")]
    CheckpointTooOld {
        /// The age, in epochs.
        got: u64,
        /// The weak subjectivity period, in epochs.
        limit: u64,
    },
    /// The bootstrap is of another block than the checkpoint.
    #[error("bootstrap is of block {got}, the checkpoint is {expected}")]
    CheckpointMismatch {
        /// The root of the bootstrap's header.
        got: B256,
        /// The checkpoint.
        expected: B256,
    },
    /// A committee or its bits have another size than the network's committees.
    #[error("{what} has {got} members, the network's committees have {expected}")]
    CommitteeSize {
        /// Which.
        what: &'static str,
        /// Its size.
        got: usize,
        /// The network's.
        expected: usize,
    },
    /// The next committee is another one than the one that is known already.
    #[error("next sync committee is {got}, {expected} is known already")]
    CommitteeDiffers {
        /// The root of the one that is offered.
        got: B256,
        /// The root of the known one.
        expected: B256,
    },
    /// A header has not the shape of its slot's fork.
    #[error("{what} of slot {slot} has not the execution fields of {fork}")]
    ExecutionShape {
        /// Which header.
        what: &'static str,
        /// Its slot.
        slot: u64,
        /// The fork of that slot.
        fork: ForkName,
    },
    /// The execution header's hash is not what the light-client header commits to.
    #[error("execution header has hash {got}, the light-client header commits to {expected}")]
    ExecutionHash {
        /// The hash of the execution header.
        got: B256,
        /// The hash that is committed to.
        expected: B256,
    },
    /// The execution header says something else than the light-client header.
    #[error("execution header has {field} {got}, the light-client header says {expected}")]
    ExecutionField {
        /// Which field.
        field: &'static str,
        /// The execution header's value.
        got: String,
        /// The light-client header's value.
        expected: String,
    },
    /// Something is signed for a slot that has not begun.
    #[error("signature slot is {got}, the clock is at slot {now} at most: it is made up, or the clock is behind")]
    FutureSlot {
        /// The slot.
        got: u64,
        /// The newest slot that the clock allows, drift included.
        now: u64,
    },
    /// A header before Capella, which commits to no execution block.
    #[error("the header of slot {slot} commits to no execution block")]
    NoExecution {
        /// Its slot.
        slot: u64,
    },
    /// A slot before Altair, when there were no sync committees.
    #[error("slot {slot} is before the first fork with sync committees")]
    NoSyncCommittee {
        /// The slot.
        slot: u64,
    },
    /// Zeros stand for a branch, but there is something that it should belong to.
    #[error("{what} is there without a branch")]
    NotEmpty {
        /// What.
        what: &'static str,
    },
    /// The update is no newer than what is finalized, and brings no committee that is wanted.
    #[error("attested header is of slot {got}, slot {finalized} is finalized already")]
    NotNewer {
        /// The attested header's slot.
        got: u64,
        /// The finalized header's slot.
        finalized: u64,
    },
    /// A whole period went by in which no header was finalized, so no committee after it can be trusted.
    #[error("nothing was finalized in sync committee period {period}: the store cannot go on, take a newer checkpoint")]
    NothingFinalized {
        /// The period.
        period: u64,
    },
    /// The message is in the shape of an older fork than its slot is under.
    #[error("message is named as of {got}, its slot is under {expected}")]
    OldFork {
        /// The fork that the source names.
        got: ForkName,
        /// The slot's fork.
        expected: ForkName,
    },
    /// Fewer than two thirds of the committee signed.
    #[error("{got} of {of} members signed, {expected} are needed")]
    Participation {
        /// How many signed.
        got: u64,
        /// The size of the committee.
        of: u64,
        /// Two thirds of it.
        expected: u64,
    },
    /// A saved store is not what was saved.
    #[error("saved store is unreadable: {rule}")]
    Saved {
        /// What is wrong.
        rule: &'static str,
    },
    /// The update is signed by the committee of a period that the store does not know.
    #[error("signature is of period {got}, the store knows committees of periods {first} to {last}")]
    UnknownCommittee {
        /// The period of the signature.
        got: u64,
        /// The store's period.
        first: u64,
        /// The last period whose committee is known.
        last: u64,
    },
    /// Slots are out of order: finalized, attested and signature must come in that order.
    #[error("slots are out of order: finalized {finalized}, attested {attested}, signature {signature}")]
    SlotOrder {
        /// The finalized header's slot.
        finalized: u64,
        /// The attested header's slot.
        attested: u64,
        /// The signature's slot.
        signature: u64,
    },
    /// Bytes that have not the shape of the fork.
    #[error("{what}: {rule}")]
    Ssz {
        /// What was to be read.
        what: &'static str,
        /// What is wrong.
        rule: SszError,
    },
    /// More updates than one answer may hold.
    #[error("more than {limit} updates in one answer")]
    TooManyUpdates {
        /// The limit.
        limit: usize,
    },
    /// A fork that this version or the network's data does not know.
    #[error("fork {named} is not known here: a newer version or newer network data is needed")]
    UnknownFork {
        /// What the source calls it: a name, or a digest.
        named: String,
    },
}

impl ConsensusError {
    pub(super) fn unknown_digest(digest: [u8; 4]) -> Self {
        Self::UnknownFork { named: alloy_primitives::hex::encode_prefixed(digest) }
    }
}
