use crate::primitives::{B256, U256};

/// Why a flow cannot go on.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The block is posted, and the caller takes only what is final.
    #[error("l2 block {block} is not final before {closes} (l1 time)")]
    BelowFloor {
        /// The block.
        block: u64,
        /// When its window closes, by L1 time in seconds.
        closes: u64,
    },
    /// The block is in a batch that is disputed, which is below every floor.
    #[error("l2 block {block} is in a disputed batch")]
    Disputed {
        /// The block.
        block: u64,
    },
    /// No log of the batch was found where it must be.
    #[error("no source's logs name {what}")]
    NoLog {
        /// What was looked for.
        what: String,
    },
    /// No quorum of verifiers has signed the block's batch yet, and its window is open.
    #[error("l2 block {block} is not attested: {weight} of the verifiers' weight agree, {required} are required")]
    NotAttested {
        /// The block.
        block: u64,
        /// When its window closes, by L1 time in seconds.
        closes: u64,
        /// The weight of those that agree.
        weight: U256,
        /// The least weight of a quorum.
        required: U256,
    },
    /// The L1 block is not finalized yet.
    #[error("l1 block {block} is not finalized yet, {finalized} is the last that is")]
    NotFinalized {
        /// The block.
        block: u64,
        /// The last finalized one.
        finalized: u64,
    },
    /// The block is not in any batch on L1 yet.
    #[error("l2 block {block} is not posted yet, {posted} is the last that is")]
    NotPosted {
        /// The block.
        block: u64,
        /// The last posted one.
        posted: u64,
    },
    /// There is no batch of that index on L1 yet, or not any more.
    #[error("batch {index} is not posted yet, there are {length}")]
    BatchNotPosted {
        /// The index.
        index: u64,
        /// How many batches there are.
        length: u64,
    },
    /// No batch's window is over yet.
    #[error("no l2 block is final yet")]
    NothingFinal,
    /// The block that a batch names has another number of receipts than of transactions.
    #[error("the block has {expected} transactions and {got} receipts")]
    ReceiptCount {
        /// How many receipts there are.
        got: usize,
        /// How many transactions there are.
        expected: usize,
    },
    /// A round was answered with another number of replies than it asked for.
    #[error("{got} replies to {expected} requests")]
    ReplyCount {
        /// How many replies there are.
        got: usize,
        /// How many requests there were.
        expected: usize,
    },
    /// The newest finalized header that sources tell of is too old: they withhold, or L1 does not finalize.
    #[error("the finalized header is of {age} s ago, at most {limit} s are taken")]
    StaleFinality {
        /// How long ago its slot began, in seconds.
        age: u64,
        /// The limit, in seconds.
        limit: u64,
    },
    /// The newest head that sources tell of is too old to be offered as current.
    #[error("the newest head is of {age} s ago, at most {limit} s are taken for current")]
    StaleHead {
        /// How long ago its slot began, in seconds.
        age: u64,
        /// The limit, in seconds.
        limit: u64,
    },
    /// A receipt tells of more messages than are looked up for one transaction.
    #[error("the transaction sent {got} messages, at most {limit} are looked up")]
    TooManyMessages {
        /// How many the receipt tells of.
        got: usize,
        /// The limit.
        limit: usize,
    },
    /// More is asked for than is followed in one question.
    #[error("{got} {what} are too many for one question, at most {limit} are followed")]
    TooMany {
        /// What is counted.
        what: &'static str,
        /// How many it would take.
        got: u64,
        /// The limit.
        limit: u64,
    },
    /// A source did not answer, or answered with an error.
    #[error("no answer: {what}")]
    Unavailable {
        /// What happened.
        what: String,
    },
    /// A source does not know what others must know.
    #[error("the source does not know {what} {hash}")]
    Unknown {
        /// What it is.
        what: &'static str,
        /// Its hash.
        hash: B256,
    },
}

impl ClientError {
    /// Whether so many are still followed.
    pub(super) const fn check_many(what: &'static str, got: u64, limit: u64) -> Result<(), Self> {
        if got > limit { Err(Self::TooMany { what, got, limit }) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::block::MAX_WALK;
    use super::*;

    #[test]
    fn a_walk_over_as_many_headers_as_an_append_call_names_is_followed_and_one_more_is_not() {
        let roots = 128 * 1024 / 32;
        assert_eq!(ClientError::check_many("headers", roots, MAX_WALK), Ok(()));
        let too_many = ClientError::TooMany { what: "headers", got: roots + 1, limit: roots };
        assert_eq!(ClientError::check_many("headers", roots + 1, MAX_WALK), Err(too_many));
    }
}
