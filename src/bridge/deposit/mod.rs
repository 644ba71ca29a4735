//! Deposits: messages from Ethereum to Metis.
//!
//! The canonical transaction chain (CTC) on L1 queues them; each becomes one L2 transaction whose hash follows from the queue
//! element alone. L2's messenger keeps a flag for each message whose call did not revert. Whether a token deposit was *paid*
//! is another matter: the bridge on L2 does not revert on a token pair that it does not know, it logs `DepositFailed`. That
//! is in the receipt of the L2 transaction, which only an [`L2Header`](crate::rollup::L2Header) proves.
//!
//! What can go wrong: logs can be withheld or made up, so the message is hashed again and looked up in the queue; a flag can
//! come from a second try with another place in the queue (`replayMessage`), so what became of *this* place is read from its
//! own transaction.
//!
//! Source: Metis' `CanonicalTransactionChain`, `L1CrossDomainMessenger`, `L2CrossDomainMessenger`, `L2StandardBridge`.

mod outcome;
mod queue;

pub use outcome::{DepositOutcome, TokenDeposit};
pub use queue::{Deposit, QueuedMessage, deposit_questions};
