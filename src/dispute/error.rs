use crate::primitives::{Address, U256};
use crate::rollup::{Changed, RollupError};

/// A way in which L1 does not say of disputes what can be taken.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DisputeError {
    /// Code came before the proof of its account.
    #[error("the code of {who} has nothing that proves it yet")]
    CodeUnproven {
        /// The account.
        who: Address,
    },
    /// A `bytes` value stands in storage as Solidity never writes it.
    #[error("{what} stands in storage as {got}, which is no form of bytes")]
    Encoding {
        /// The value.
        what: &'static str,
        /// The word of its length.
        got: U256,
    },
    /// The rollup does not say what is claimed.
    #[error(transparent)]
    Rollup(#[from] RollupError),
    /// Something in storage is longer than whatever came about by the contract's own rules.
    #[error("{what} is {got} long, at most {limit} can have come about")]
    TooLong {
        /// What is counted.
        what: &'static str,
        /// How long storage says that it is.
        got: U256,
        /// The limit.
        limit: u64,
    },
}

impl From<Changed> for DisputeError {
    fn from(changed: Changed) -> Self {
        Self::Rollup(changed.into())
    }
}
