//! What is asked of an account, and the reply that must answer it: EIP-1186's `eth_getProof`.
//!
//! The reply carries, beside its proofs, values in clear. They are claims: nothing is read from them. But a claim that
//! contradicts the proof is the mark of a source that lies or is broken, so it is refused instead of passed over.

use super::{Account, ExecutionError};
use crate::primitives::{Address, B256, Bytes, StateRoot, StorageSlot, U256};

/// An account and the slots that are to be proven: the keys of the proof.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Question {
    /// The account.
    pub address: Address,
    /// Its slots, in the order in which the reply answers.
    pub slots: Vec<StorageSlot>,
}

/// A reply to a [`Question`], read but not believed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AccountProof {
    /// Nodes of the state trie, root first.
    pub nodes: Vec<Bytes>,
    /// A proof for each slot asked, in order.
    pub slots: Vec<SlotProof>,
    /// What the reply says of the account in clear.
    pub claims: Claims,
}

/// A storage proof, read but not believed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SlotProof {
    /// Nodes of the storage trie, root first.
    pub nodes: Vec<Bytes>,
    /// The slot that the reply says it is for.
    pub key: Option<B256>,
    /// The value that the reply says stands there.
    pub value: Option<U256>,
}

/// What a reply says of an account beside the proof.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Claims {
    /// The account it says it is for.
    pub address: Option<Address>,
    /// Its balance; on Metis not the leaf's.
    pub balance: Option<U256>,
    /// Its code hash.
    pub code_hash: Option<B256>,
    /// Its nonce.
    pub nonce: Option<u64>,
    /// Its storage root.
    pub storage_hash: Option<B256>,
}

/// Whether the balance that a reply names is the one in the leaf.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BalanceClaim {
    /// As on Ethereum: it must be.
    InLeaf,
    /// As on Metis, where l2geth answers with a predeploy's storage: this proof says nothing of it.
    Elsewhere,
}

/// What a reply proves.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Answer {
    /// The account, or `None` where it is proven absent.
    pub(crate) account: Option<Account>,
    /// A word for each slot asked, in order.
    pub(crate) words: Vec<U256>,
}

impl Question {
    /// Asks for `slots` of `address`.
    pub fn new(address: Address, slots: impl Into<Vec<StorageSlot>>) -> Self {
        Self { address, slots: slots.into() }
    }

    /// Reads what `proof` proves under `root` in answer to this question.
    pub(crate) fn read(
        &self,
        root: StateRoot,
        proof: &AccountProof,
        balance: BalanceClaim,
    ) -> Result<Answer, ExecutionError> {
        if proof.slots.len() != self.slots.len() {
            return Err(ExecutionError::SlotCount { got: proof.slots.len(), expected: self.slots.len() });
        }
        let account = Account::read(root, self.address, &proof.nodes)?;
        proof.claims.check(self.address, account.as_ref(), balance)?;
        let storage = account.unwrap_or(Account::EMPTY);
        let word = |(slot, proof): (&StorageSlot, &SlotProof)| proof.read(&storage, *slot);
        let words = self.slots.iter().zip(&proof.slots).map(word).collect::<Result<_, _>>()?;
        Ok(Answer { account, words })
    }
}

impl SlotProof {
    fn read(&self, account: &Account, slot: StorageSlot) -> Result<U256, ExecutionError> {
        let word = account.storage(slot, &self.nodes)?;
        claim("storageProof.key", self.key, slot.0)?;
        claim("storageProof.value", self.value.map(B256::from), word.into())?;
        Ok(word)
    }
}

impl Claims {
    fn check(&self, asked: Address, account: Option<&Account>, balance: BalanceClaim) -> Result<(), ExecutionError> {
        claim("address", self.address.map(|address| address.into_word()), asked.into_word())?;
        let proven = account.copied().unwrap_or(Account::EMPTY);
        claim("nonce", self.nonce.map(word), word(proven.nonce))?;
        if balance == BalanceClaim::InLeaf {
            claim("balance", self.balance.map(B256::from), proven.balance.into())?;
        }
        // For an account that is not there, some servers answer with zeros instead of the hashes of nothing.
        let claimed = |hash: Option<B256>| hash.filter(|hash| account.is_some() || !hash.is_zero());
        claim("codeHash", claimed(self.code_hash), proven.code_hash)?;
        claim("storageHash", claimed(self.storage_hash), proven.storage_root)
    }
}

fn word(number: u64) -> B256 {
    U256::from(number).into()
}

/// A claim may be missing; if it is there it must be true.
fn claim(member: &'static str, claimed: Option<B256>, proven: B256) -> Result<(), ExecutionError> {
    match claimed {
        Some(claimed) if claimed != proven => Err(ExecutionError::FalseClaim { member, claimed, proven }),
        _ => Ok(()),
    }
}
