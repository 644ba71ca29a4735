//! What is wanted of the chains, as tasks: values that ask and are answered. No IO.
//!
//! A [`Task`] says which [`Request`]s it needs and is told what came back; it answers with the next task or with its
//! output. Being answered borrows it, so a reply that does not hold leaves it as it was, and asking the next source is the
//! normal path. One loop in [`shell`](crate::shell) drives every task on every platform.
//!
//! Each flow stands in a file of its own and says how many rounds it takes. What a flow learns from logs, receipts and
//! calldata are hints; what it gives back was proven.
//!
//! What can go wrong: a source that withholds (a flow then ends with an error that blames it), a node that has pruned the
//! state that is asked for, and a reply of another request, which no proof of the right question can be.

mod all;
mod balance;
mod batch;
mod block;
mod block_by;
mod blocks_in;
mod budget;
mod deleted;
mod deposit;
mod disputes;
mod error;
mod estimate;
mod failed_relay;
mod final_batch;
mod head;
mod log_filter;
mod messages;
mod request;
pub mod rpc;
mod search;
mod sync;
mod task;
mod verifiers;
mod withdrawal;

pub use crate::rollup::CommittedBatch;
pub use all::All;
pub use balance::{AccountOf, CodeOf, MetisBalanceOf, ProofOf, ProvenAccount, StorageOf};
pub(crate) use balance::{ask, exactly};
pub(crate) use batch::proof;
pub use batch::{FindBatch, Wanted};
pub use block::{BlockOf, BlocksOf, CommittedBlock, PlacedLog};
pub use block_by::{BlockBy, Named};
pub use blocks_in::{BlocksIn, Firmness};
pub use budget::MAX_MESSAGES;
pub use deleted::LastDeleted;
pub use deposit::{DepositState, DepositStatus, DepositsOf};
pub use disputes::DisputesOf;
pub use error::ClientError;
pub use estimate::Estimate;
pub use failed_relay::FailedRelayOf;
pub use final_batch::LastFinal;
pub use head::{Head, RollupHead};
pub use log_filter::LogFilter;
pub use messages::MessagesOf;
pub use request::{Call, Reply, Request, Source};
pub use sync::{MAX_FINALIZED_AGE, MAX_HEAD_AGE, Sync, Synced};
pub use task::{Fault, Progress, Step, Task};
pub use verifiers::VerifiersOf;
pub use withdrawal::{WithdrawalState, WithdrawalsOf};
