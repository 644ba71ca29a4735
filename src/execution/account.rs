use super::ExecutionError;
use crate::primitives::mpt::{self, EMPTY_ROOT};
use crate::primitives::rlp::{self, RlpError};
use crate::primitives::{Address, B256, StateRoot, StorageSlot, U256, keccak256};
use alloy_primitives::b256;

/// `keccak256("")`: the code hash of an account without code.
pub const EMPTY_CODE_HASH: B256 = b256!("0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");

/// `rlp[nonce, balance, storageRoot, codeHash]` with all fields at their longest.
pub(crate) const MAX_ACCOUNT_LEAF: usize = 2 + 9 + 33 + 33 + 33;

/// `rlp(value)` of 32 bytes.
pub(crate) const MAX_STORAGE_LEAF: usize = 33;

/// The leaf of an account in the state trie.
///
/// On Metis the leaf's balance is always 0 and says nothing of METIS, which stands in a predeploy's storage; an account
/// that only holds METIS has no leaf at all.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Account {
    /// Transactions sent, or contracts created.
    pub nonce: u64,
    /// Wei; on Metis 0.
    pub balance: U256,
    /// Root of the account's storage trie.
    pub storage_root: B256,
    /// Hash of its code.
    pub code_hash: B256,
}

impl Account {
    /// What an absent account counts as (EIP-161): no nonce, no balance, no storage, no code.
    pub const EMPTY: Self =
        Self { nonce: 0, balance: U256::ZERO, storage_root: EMPTY_ROOT, code_hash: EMPTY_CODE_HASH };

    /// Reads the account of `who` under `root`, or proves that there is none.
    pub(crate) fn read<N: AsRef<[u8]>>(
        root: StateRoot,
        who: Address,
        nodes: &[N],
    ) -> Result<Option<Self>, ExecutionError> {
        let key = keccak256(who);
        let leaf = mpt::verify(root.hash(), key.as_slice(), nodes, MAX_ACCOUNT_LEAF)
            .map_err(ExecutionError::proof("account"))?;
        leaf.map(|leaf| Self::decode(leaf).map_err(ExecutionError::encoding("account"))).transpose()
    }

    /// Reads a word of this account's storage; an absent one is proven to be zero.
    pub(crate) fn storage<N: AsRef<[u8]>>(&self, slot: StorageSlot, nodes: &[N]) -> Result<U256, ExecutionError> {
        let leaf = mpt::verify(self.storage_root, slot.trie_key().as_slice(), nodes, MAX_STORAGE_LEAF)
            .map_err(ExecutionError::proof("storage"))?;
        leaf.map_or(Ok(U256::ZERO), storage_word)
    }

    /// Shows that `code` is this account's.
    pub(crate) fn check_code(&self, code: &[u8]) -> Result<(), ExecutionError> {
        let got = keccak256(code);
        if got != self.code_hash {
            return Err(ExecutionError::CodeMismatch { got, expected: self.code_hash });
        }
        Ok(())
    }

    fn decode(leaf: &[u8]) -> Result<Self, RlpError> {
        let mut items = rlp::list(leaf)?;
        let account =
            Self { nonce: items.u64()?, balance: items.u256()?, storage_root: items.hash()?, code_hash: items.hash()? };
        items.end(4)?;
        Ok(account)
    }
}

/// The value of a storage leaf. Its length is bounded by the proof's limit.
fn storage_word(leaf: &[u8]) -> Result<U256, ExecutionError> {
    let word = rlp::Item::parse(leaf)
        .and_then(|item| item.string())
        .and_then(rlp::integer::<32>)
        .map_err(ExecutionError::encoding("storage value"))?;
    match U256::from_be_bytes(word) {
        U256::ZERO => Err(ExecutionError::ZeroKept),
        word => Ok(word),
    }
}
