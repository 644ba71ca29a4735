//! From a state root to values: accounts, storage, code, receipts and transactions by Merkle proof.
//!
//! This floor knows tries and what Ethereum keeps in them; it knows neither which chain a root belongs to nor why anyone
//! should believe it. The key that is proven comes from the question (an address, a slot, an index), and what is returned
//! is read from the proven leaf, never from the members of a reply beside the proof.

mod account;
mod error;
mod proven;
mod question;
mod receipt;
mod transaction;

pub use account::{Account, EMPTY_CODE_HASH};
pub(crate) use account::{MAX_ACCOUNT_LEAF, MAX_STORAGE_LEAF};
pub use error::ExecutionError;
pub use proven::Proven;
pub(crate) use question::Answer;
pub use question::{AccountProof, BalanceClaim, Claims, Question, SlotProof};
pub use receipt::{Log, Outcome, Receipt, receipts_root};
pub use transaction::{AccessListItem, Authorization, Transaction, TxType, transactions_root};

/// Longest leaf of a transactions or receipts trie that is read, in bytes. A receipt's logs cost 8 gas a byte, so with
/// Ethereum's block gas limit none comes near; on Metis, with 1.1 billion gas a block, this is the binding limit.
pub const MAX_BODY_LEAF: usize = 16 << 20;

#[cfg(test)]
mod tests;
