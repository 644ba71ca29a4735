use super::{RollupError, StateBatch};
use crate::execution::{Account, AccountProof, BalanceClaim, Proven, Question};
use crate::primitives::{Address, B256, StateRoot, StorageSlot, U256, ovm_merkle};
use std::sync::Arc;

/// The state root of an L2 block: a leaf of a posted batch. Only [`StateBatch::state_root`] makes one.
///
/// ```compile_fail
/// let forged: metis_light::rollup::L2StateRoot = serde_json::from_str("{}").unwrap();
/// ```
/// ```compile_fail
/// // A header under the batch's last block hash does not become a state root.
/// fn forge(header: metis_light::rollup::L2Header) -> metis_light::rollup::L2StateRoot { header.into() }
/// ```
#[derive(Clone, Debug)]
pub struct L2StateRoot {
    root: StateRoot,
    block: u64,
    batch: StateBatch,
    siblings: Arc<[B256]>,
}

impl StateBatch {
    /// Shows that `root` is the state root of `block`.
    ///
    /// # Errors
    /// [`RollupError::BlockOutsideBatch`], or [`RollupError::Merkle`] where the branch does not lead to the batch's root.
    pub fn state_root(&self, block: u64, root: B256, siblings: &[B256]) -> Result<L2StateRoot, RollupError> {
        let header = self.header();
        let index = header.index_of(block)?;
        ovm_merkle::verify(header.batch_root(), root, index, siblings, header.batch_size())?;
        Ok(L2StateRoot { root: StateRoot::new(root), block, batch: self.clone(), siblings: siblings.into() })
    }
}

impl L2StateRoot {
    /// The state root.
    pub const fn state_root(&self) -> StateRoot {
        self.root
    }

    /// The L2 block's number.
    pub const fn block(&self) -> u64 {
        self.block
    }

    /// The batch it is a leaf of, which knows how final it is.
    pub const fn batch(&self) -> &StateBatch {
        &self.batch
    }

    /// What proved it: its branch in the batch, for whoever is to check it again.
    pub fn siblings(&self) -> &[B256] {
        &self.siblings
    }

    /// Proves the account of `who`, or that it has none. Its balance is 0: METIS stands elsewhere.
    pub fn account(&self, who: Address, proof: &AccountProof) -> Result<Proven<Option<Account>, Self>, RollupError> {
        let answer = Question::new(who, []).read(self.root, proof, BalanceClaim::Elsewhere)?;
        Ok(Proven::new(answer.account, self.clone()))
    }

    /// Proves words of `who`'s storage, in the order asked.
    pub fn storage(
        &self,
        who: Address,
        slots: &[StorageSlot],
        proof: &AccountProof,
    ) -> Result<Proven<Vec<U256>, Self>, RollupError> {
        let answer = Question::new(who, slots).read(self.root, proof, BalanceClaim::Elsewhere)?;
        Ok(Proven::new(answer.words, self.clone()))
    }

    /// Proves that `code` is the code of `who`.
    pub fn code(
        &self,
        who: Address,
        code: Vec<u8>,
        proof: &AccountProof,
    ) -> Result<Proven<Vec<u8>, Self>, RollupError> {
        let answer = Question::new(who, []).read(self.root, proof, BalanceClaim::Elsewhere)?;
        answer.account.unwrap_or(Account::EMPTY).check_code(&code)?;
        Ok(Proven::new(code, self.clone()))
    }
}
