use crate::attestation::Statement;
use crate::primitives::ovm_merkle::{self, OvmMerkleError};
use crate::primitives::{B256, U256, UnixTime};
use crate::rollup::{BatchHeader, CommittedBatch};
use crate::wire::BlockRecord;

/// A posted batch, as a verifier looks at it.
#[derive(Clone, Copy, Debug)]
pub struct Posted<'a> {
    /// The EIP-155 chain id of L2.
    pub l2_chain_id: u64,
    /// Its index.
    pub index: u64,
    /// The header's hash, L1's element.
    pub header_hash: B256,
    /// Its header.
    pub header: &'a BatchHeader,
    /// The state roots that were posted, the first block's first.
    pub state_roots: &'a [B256],
}

/// What comes of comparing a batch with one's own blocks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Check {
    /// Where they differ first; none where every state root is one's own.
    pub difference: Option<Difference>,
    /// One's own last block, or the first that differs: what the statement names.
    pub own: BlockRecord,
    /// Whether the block hash that the batch's header has is one's own last block's; none where the header has none. It is
    /// the proposer's word beside the roots, and no part of the verdict.
    pub is_own_hash: Option<bool>,
}

/// Where posted and own state roots differ first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Difference {
    /// The L2 block.
    pub block: u64,
    /// The state root that was posted.
    pub posted: B256,
    /// One's own.
    pub own: B256,
}

/// Why own blocks say nothing of a batch.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// The own node has not come so far, or lacks blocks.
    #[error("the own node has {got} of the batch's {expected} blocks")]
    Missing {
        /// How many came.
        got: usize,
        /// How many the batch has.
        expected: usize,
    },
    /// The posted leaves are the own ones, but do not give the posted root. A proven batch is never so.
    #[error(transparent)]
    Root(#[from] OvmMerkleError),
    /// The blocks are no chain: the node was reorganised while it was read, or mixes up its answers.
    #[error("block {block} of the own node does not follow the one before")]
    Unlinked {
        /// The block.
        block: u64,
    },
}

impl<'a> Posted<'a> {
    /// A batch on L1.
    pub fn of(committed: &'a CommittedBatch) -> Self {
        let batch = committed.batch();
        Self {
            l2_chain_id: batch.basis().network().l2.chain_id,
            index: batch.index(),
            header_hash: batch.header_hash(),
            header: batch.header(),
            state_roots: committed.state_roots(),
        }
    }

    /// Compares leaf by leaf with one's own blocks, from the batch's first to its last, and makes the root again.
    ///
    /// # Errors
    /// [`CheckError`] where the blocks say nothing; that is neither yes nor no.
    pub fn check(&self, own: &[BlockRecord]) -> Result<Check, CheckError> {
        self.check_chain(own)?;
        let (got, expected) = (own.len(), self.state_roots.len());
        let last = *own.last().ok_or(CheckError::Missing { got, expected })?;
        let is_own_hash = self.header.extra_data().last_block().map(|claimed| claimed.hash == last.hash);
        let mut pairs = own.iter().zip(self.state_roots);
        if let Some((block, posted)) = pairs.find(|(block, posted)| block.state_root != **posted) {
            let difference = Difference { block: block.number, posted: *posted, own: block.state_root };
            return Ok(Check { difference: Some(difference), own: *block, is_own_hash });
        }
        let own: Vec<B256> = own.iter().map(|block| block.state_root).collect();
        let (got, expected) = (ovm_merkle::root(&own)?, self.header.batch_root());
        if got != expected {
            return Err(OvmMerkleError::RootMismatch { got, expected }.into());
        }
        Ok(Check { difference: None, own: last, is_own_hash })
    }

    /// All of the batch's blocks, each the child of the one before.
    fn check_chain(&self, own: &[BlockRecord]) -> Result<(), CheckError> {
        let (got, expected) = (own.len(), self.state_roots.len());
        if got != expected {
            return Err(CheckError::Missing { got, expected });
        }
        let numbers = self.header.first_block()..=self.header.last_block();
        if let Some((_, block)) = numbers.zip(own).find(|(number, block)| *number != block.number) {
            return Err(CheckError::Unlinked { block: block.number });
        }
        let mut pairs = own.iter().zip(own.iter().skip(1));
        match pairs.find(|(parent, block)| block.parent_hash != parent.hash) {
            Some((_, block)) => Err(CheckError::Unlinked { block: block.number }),
            None => Ok(()),
        }
    }

    /// What there is to sign. It is dated now, but neither before the batch nor, where it takes back a dissent, before that.
    pub fn statement(&self, check: &Check, now: UnixTime, dissented: Option<UnixTime>) -> Statement {
        let posted = self.header.extra_data().timestamp();
        let after = dissented.map_or(0, |dissented| dissented.0.saturating_add(1));
        Statement {
            l2_chain_id: U256::from(self.l2_chain_id),
            batch_index: U256::from(self.index),
            batch_header_hash: self.header_hash,
            batch_root: self.header.batch_root(),
            l2_block_number: U256::from(check.own.number),
            l2_state_root: check.own.state_root,
            // Where the header has no hash nobody could compare one.
            l2_block_hash: self.header.extra_data().last_block().map_or(B256::ZERO, |_| check.own.hash),
            verdict: u8::from(check.difference.is_none()),
            issued_at: UnixTime(now.0.max(posted.0).max(after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attest::tests::{World, own_chain};

    #[test]
    fn own_state_roots_agree_and_any_one_that_is_other_dissents() {
        let world = World::new(0, 1, 5);
        let own = own_chain(1, 5);
        let check = world.posted().check(&own).expect("a chain");
        assert_eq!(check, Check { difference: None, own: own[4], is_own_hash: Some(true) });
        for place in 0..5 {
            let mut world = world.clone();
            let posted = B256::repeat_byte(0xee);
            world.state_roots[place] = posted;
            let check = world.posted().check(&own).expect("a chain");
            let difference = Difference { block: own[place].number, posted, own: own[place].state_root };
            assert_eq!((check.difference, check.own), (Some(difference), own[place]));
        }
        let mut twice = world;
        twice.state_roots[1] = B256::ZERO;
        twice.state_roots[3] = B256::ZERO;
        assert_eq!(twice.posted().check(&own).map(|check| check.own.number), Ok(own[1].number), "the first");
    }

    #[test]
    fn what_is_no_chain_of_all_blocks_says_nothing() {
        let world = World::new(0, 1, 5);
        let own = own_chain(1, 5);
        let checked = |own: &[BlockRecord]| world.posted().check(own);
        assert_eq!(checked(&own[..4]), Err(CheckError::Missing { got: 4, expected: 5 }));
        assert_eq!(checked(&[]), Err(CheckError::Missing { got: 0, expected: 5 }));
        let mut longer = own.clone();
        longer.push(own[4]);
        assert_eq!(checked(&longer), Err(CheckError::Missing { got: 6, expected: 5 }));
        let mut unlinked = own.clone();
        unlinked[2].parent_hash = B256::ZERO;
        assert_eq!(checked(&unlinked), Err(CheckError::Unlinked { block: 3 }));
        let mut renumbered = own;
        renumbered[0].number = 9;
        assert_eq!(checked(&renumbered), Err(CheckError::Unlinked { block: 9 }));
    }

    #[test]
    fn leaves_that_do_not_give_the_root_say_nothing() {
        let mut world = World::new(0, 1, 5);
        world.header = World::new(0, 1, 4).header_of(5);
        assert!(matches!(world.posted().check(&own_chain(1, 5)), Err(CheckError::Root(_))));
    }

    #[test]
    fn another_block_hash_is_told_and_changes_no_verdict() {
        let mut world = World::new(0, 1, 3);
        world.set_last_block(Some(B256::repeat_byte(0x77)));
        let own = own_chain(1, 3);
        let check = world.posted().check(&own).expect("a chain");
        assert_eq!((check.difference, check.is_own_hash), (None, Some(false)));
        let statement = world.posted().statement(&check, UnixTime(0), None);
        assert_eq!((statement.verdict, statement.l2_block_hash), (1, own[2].hash), "the own one is signed");
        world.set_last_block(None);
        let check = world.posted().check(&own).expect("a chain");
        assert_eq!(check.is_own_hash, None);
        assert_eq!(world.posted().statement(&check, UnixTime(0), None).l2_block_hash, B256::ZERO);
    }

    #[test]
    fn a_statement_is_dated_after_its_batch_and_after_what_it_takes_back() {
        let world = World::new(0, 1, 3);
        let check = world.posted().check(&own_chain(1, 3)).expect("a chain");
        let posted = world.header.extra_data().timestamp().0;
        let dated = |now, before: Option<u64>| {
            world.posted().statement(&check, UnixTime(now), before.map(UnixTime)).issued_at.0
        };
        assert_eq!(dated(posted + 9, None), posted + 9);
        assert_eq!(dated(posted - 9, None), posted, "a clock that is behind");
        assert_eq!(dated(posted + 9, Some(posted + 9)), posted + 10);
    }
}
