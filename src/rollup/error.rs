use super::Changed;
use crate::execution::ExecutionError;
use crate::primitives::decimal::Decimal;
use crate::primitives::ovm_merkle::OvmMerkleError;
use crate::primitives::{B256, U256};

/// A way in which L1 does not say of the rollup what is claimed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RollupError {
    /// A block is not one that the batch covers.
    #[error("l2 block {got} is not in the batch, which covers {first} to {last}")]
    BlockOutsideBatch {
        /// The block's number.
        got: u64,
        /// The batch's first block.
        first: u64,
        /// The batch's last block.
        last: u64,
    },
    /// Something that the network pins has another value.
    #[error(transparent)]
    Changed(#[from] Changed),
    /// A contract that must be there is proven absent.
    #[error("{what} has no account on this chain")]
    ContractAbsent {
        /// The contract.
        what: &'static str,
    },
    /// The container's element is not the header's hash.
    #[error("batch {index} is {expected} on l1, the header's hash is {got}")]
    ElementMismatch {
        /// The batch's index.
        index: u64,
        /// The header's hash.
        got: B256,
        /// The container's element.
        expected: B256,
    },
    /// A proof below does not hold.
    #[error(transparent)]
    Execution(#[from] ExecutionError),
    /// `extraData` is of neither generation.
    #[error("extraData {rule}")]
    ExtraData {
        /// What it must be.
        rule: &'static str,
    },
    /// An L2 header is not the block that is wanted.
    #[error("l2 header's {field} is {got}, expected {expected}")]
    HeaderMismatch {
        /// The field, or `hash`.
        field: &'static str,
        /// What the header has, as a word.
        got: B256,
        /// What is wanted, as a word.
        expected: B256,
    },
    /// An L2 header has fields that Metis' headers never have.
    #[error("l2 header has more than the 15 fields of l2geth")]
    HeaderShape,
    /// The balance of an account stands where this version does not read.
    #[error(
        "the leaf of {what} holds a balance of {}, metis keeps 0 there: this version does not know the new form",
        Decimal(*got)
    )]
    LeafBalance {
        /// Whose leaf.
        what: &'static str,
        /// The balance in it, wei.
        got: U256,
    },
    /// A leaf or the leaves do not belong to the batch.
    #[error(transparent)]
    Merkle(#[from] OvmMerkleError),
    /// The batch's header names no last block; the SCC has written one since the fault-proof upgrade of 2025.
    #[error("the batch's header names no last block hash")]
    NoLastBlock,
    /// The batch's index is not below the container's length: never appended, or deleted.
    #[error("batch {index} does not exist: the container's length is {length}")]
    NoSuchBatch {
        /// The batch's index.
        index: u64,
        /// The container's length.
        length: u64,
    },
    /// A state root was proven under another L1 block than the one that it is to be shown with.
    #[error("the state root was proven under l1 block {got}, the store's finalized one is {expected}")]
    OtherBlock {
        /// The block of the state root.
        got: B256,
        /// The store's finalized block.
        expected: B256,
    },
    /// A batch has another number of state roots than its header says.
    #[error("the batch has {got} state roots, its header says {expected}")]
    RootCount {
        /// How many there are.
        got: usize,
        /// The header's size.
        expected: u64,
    },
    /// A list does not give the root that the header has.
    #[error("{what} give root {got}, the header has {expected}")]
    RootMismatch {
        /// `transactions` or `receipts`.
        what: &'static str,
        /// The root that they give.
        got: B256,
        /// The header's.
        expected: B256,
    },
    /// A number is larger than the contracts can hold.
    #[error("{what} is {}, at most {limit} is possible", Decimal(*got))]
    TooLarge {
        /// The number's name.
        what: &'static str,
        /// What it is.
        got: U256,
        /// What fits.
        limit: u64,
    },
    /// ABI-encoded bytes are not what the contract writes.
    #[error("{what} is not encoded as the contract does")]
    WrongEncoding {
        /// What was read.
        what: &'static str,
    },
}
