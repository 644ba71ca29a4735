use crate::execution::ExecutionError;
use crate::primitives::decimal::Decimal;
use crate::primitives::mpt::ProofError;
use crate::primitives::rlp::RlpError;
use crate::primitives::{B256, U256};
use crate::rollup::{Changed, RollupError};

/// A way in which a message is not the withdrawal it is claimed to be.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BridgeError {
    /// A proof below does not hold.
    #[error(transparent)]
    Execution(#[from] ExecutionError),
    /// The network's data does not name the canonical transaction chain, where deposits are queued.
    #[error("the network's data names no canonical transaction chain")]
    NoQueue,
    /// The block does not have the transaction of a deposit.
    #[error("the l2 transaction {hash} of the deposit is not in l2 block {block}")]
    NotInBlock {
        /// The transaction's hash.
        hash: B256,
        /// The block's.
        block: B256,
    },
    /// L1's queue does not hold the message at that place.
    #[error("place {index} of the queue holds {got}, the message's hash is {expected}")]
    NotQueued {
        /// The place.
        index: u64,
        /// The word that stands there; zero where the queue has not come so far.
        got: B256,
        /// The hash of the message.
        expected: B256,
    },
    /// The message passer has no flag for the message: it was not sent, or not by this state.
    #[error("message {hash} is not in the message passer: its flag is {}, 1 is wanted", Decimal(*got))]
    NotSent {
        /// The message's hash.
        hash: B256,
        /// The word that stands at its slot.
        got: U256,
    },
    /// The contract would not relay the message now.
    #[error("the l1 messenger would not relay the message: {status}")]
    NotRelayable {
        /// What stands against it.
        status: super::WithdrawalStatus,
    },
    /// The messenger was read under another L1 block than the batch.
    #[error("the messenger was read under l1 block {got}, the batch under {expected}")]
    OtherBlock {
        /// The block of the messenger.
        got: B256,
        /// The block of the batch.
        expected: B256,
    },
    /// The messenger was asked about another message.
    #[error("the messenger was asked about message {got}, not {expected}")]
    OtherMessage {
        /// The message that it was asked about.
        got: B256,
        /// This message.
        expected: B256,
    },
    /// The rollup does not say what is claimed.
    #[error(transparent)]
    Rollup(#[from] RollupError),
    /// A witness is not a list of nodes.
    #[error("{what} is not a list of trie nodes: {rule}")]
    Witness {
        /// `stateTrieWitness` or `storageTrieWitness`.
        what: &'static str,
        /// The rule that is broken.
        rule: RlpError,
    },
    /// A witness leaves out, or adds to, the nodes that stand inside their parents: the contract wants each listed.
    #[error(
        "{what} must list the nodes of the path with those that stand inside their parents: {expected}, it has {got} or others"
    )]
    WitnessNodes {
        /// `stateTrieWitness` or `storageTrieWitness`.
        what: &'static str,
        /// How many it lists.
        got: usize,
        /// How many the contract reads.
        expected: usize,
    },
    /// The nodes of a witness are no proof.
    #[error("{what} does not hold: {rule}")]
    WitnessProof {
        /// `stateTrieWitness` or `storageTrieWitness`.
        what: &'static str,
        /// The rule that is broken.
        rule: ProofError,
    },
}

impl From<Changed> for BridgeError {
    fn from(changed: Changed) -> Self {
        Self::Rollup(changed.into())
    }
}
