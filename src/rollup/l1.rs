//! Values read under an L1 state root.

use super::RollupError;
use crate::consensus::L1StateRoot;
use crate::execution::{Account, AccountProof, BalanceClaim, Proven, Question, Receipt, Transaction};
use crate::primitives::{Address, StorageSlot, U256};

impl L1StateRoot {
    /// Proves the account of `who`, or that it has none.
    pub fn account(&self, who: Address, proof: &AccountProof) -> Result<Proven<Option<Account>, Self>, RollupError> {
        let answer = Question::new(who, []).read(self.state_root(), proof, BalanceClaim::InLeaf)?;
        Ok(Proven::new(answer.account, *self))
    }

    /// Proves words of `who`'s storage, in the order asked.
    pub fn storage(
        &self,
        who: Address,
        slots: &[StorageSlot],
        proof: &AccountProof,
    ) -> Result<Proven<Vec<U256>, Self>, RollupError> {
        let answer = Question::new(who, slots).read(self.state_root(), proof, BalanceClaim::InLeaf)?;
        Ok(Proven::new(answer.words, *self))
    }

    /// Proves that `code` is the code of `who`.
    pub fn code(
        &self,
        who: Address,
        code: Vec<u8>,
        proof: &AccountProof,
    ) -> Result<Proven<Vec<u8>, Self>, RollupError> {
        let answer = Question::new(who, []).read(self.state_root(), proof, BalanceClaim::InLeaf)?;
        answer.account.unwrap_or(Account::EMPTY).check_code(&code)?;
        Ok(Proven::new(code, *self))
    }

    /// Proves the block's transaction at `index`, or that it has none there.
    pub fn transaction<N: AsRef<[u8]>>(
        &self,
        index: u64,
        nodes: &[N],
    ) -> Result<Proven<Option<Transaction>, Self>, RollupError> {
        Ok(Proven::new(Transaction::read(self.transactions_root(), index, nodes)?, *self))
    }

    /// Proves the block's receipt at `index`, or that it has none there.
    pub fn receipt<N: AsRef<[u8]>>(
        &self,
        index: u64,
        nodes: &[N],
    ) -> Result<Proven<Option<Receipt>, Self>, RollupError> {
        Ok(Proven::new(Receipt::read(self.receipts_root(), index, nodes)?, *self))
    }
}
