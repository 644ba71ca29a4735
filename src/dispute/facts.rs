//! What is proven so far, and what a decoder finds missing.
//!
//! The places of what is wanted depend on what stands elsewhere: elements on lengths, stakes on addresses. So a decoder is
//! written once, over a [`Reader`]: it stops at the first word that is not proven yet, and whatever it met as missing on the
//! way is one round of questions. The next round it comes further. Keys are computed by the decoder, so none comes from a
//! reply, and each round asks a bounded number of them.

use super::DisputeError;
use crate::consensus::L1StateRoot;
use crate::execution::{Account, AccountProof, Answer, BalanceClaim, Question};
use crate::primitives::{Address, Bytes, StorageSlot, U256};
use crate::rollup::RollupError;
use std::collections::{BTreeMap, BTreeSet};

/// The most slots of one question: nodes answer some hundreds at once, and not much more.
const MAX_SLOTS: usize = 100;

/// Something that is to be asked next.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Want {
    /// A proof.
    Proof(Question),
    /// The code of an account. Always after the proof of that account.
    Code(Address),
}

/// What is proven under one L1 block.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    accounts: BTreeMap<Address, Option<Account>>,
    words: BTreeMap<(Address, StorageSlot), U256>,
    codes: BTreeMap<Address, Bytes>,
}

/// Facts as a decoder reads them.
pub(super) struct Reader<'a> {
    facts: &'a Facts,
    missing: BTreeMap<Address, BTreeSet<StorageSlot>>,
    missing_codes: BTreeSet<Address>,
}

/// Why a decoder did not come to an end.
#[derive(Debug)]
pub(super) enum Stop {
    /// Something is not proven yet; the reader has noted what.
    Missing,
    /// What is proven cannot be taken.
    Refused(DisputeError),
}

/// What a decoder finds.
pub(super) type Found<T> = Result<T, Stop>;

impl Facts {
    /// Takes what `proof` proves in answer to `question`.
    pub(super) fn prove(
        &mut self,
        l1: &L1StateRoot,
        question: &Question,
        proof: &AccountProof,
    ) -> Result<(), DisputeError> {
        let Answer { account, words } =
            question.read(l1.state_root(), proof, BalanceClaim::InLeaf).map_err(RollupError::from)?;
        self.accounts.insert(question.address, account);
        let places = question.slots.iter().map(|slot| (question.address, *slot));
        self.words.extend(places.zip(words));
        Ok(())
    }

    /// Takes the code of an account, whose hash is in the account's leaf.
    pub(super) fn code(&mut self, who: Address, code: Bytes) -> Result<(), DisputeError> {
        let account = self.accounts.get(&who).ok_or(DisputeError::CodeUnproven { who })?;
        account.unwrap_or(Account::EMPTY).check_code(&code).map_err(RollupError::from)?;
        self.codes.insert(who, code);
        Ok(())
    }

    pub(super) const fn reader(&self) -> Reader<'_> {
        Reader { facts: self, missing: BTreeMap::new(), missing_codes: BTreeSet::new() }
    }
}

impl Reader<'_> {
    /// Some words of an account. All that are missing are noted.
    pub(super) fn words<const N: usize>(&mut self, who: Address, slots: [StorageSlot; N]) -> Found<[U256; N]> {
        let words = all(slots.map(|slot| self.word(who, slot)))?;
        words.try_into().map_err(|_| Stop::Missing)
    }

    pub(super) fn word(&mut self, who: Address, slot: StorageSlot) -> Found<U256> {
        let word = self.facts.words.get(&(who, slot)).copied();
        word.ok_or_else(|| {
            self.missing.entry(who).or_default().insert(slot);
            Stop::Missing
        })
    }

    /// Words of a contract that must be there.
    pub(super) fn contract<const N: usize>(
        &mut self,
        what: &'static str,
        who: Address,
        slots: [StorageSlot; N],
    ) -> Found<[U256; N]> {
        let words = self.words(who, slots)?;
        match self.facts.accounts.get(&who) {
            Some(Some(_)) => Ok(words),
            _ => Err(RollupError::ContractAbsent { what }.into()),
        }
    }

    /// The code of an account some words of which are wanted as well; empty where there is no account.
    pub(super) fn code(&mut self, who: Address) -> Found<Bytes> {
        if self.facts.accounts.get(&who).is_some_and(Option::is_none) {
            return Ok(Bytes::new());
        }
        self.facts.codes.get(&who).cloned().ok_or_else(|| {
            self.missing.entry(who).or_default();
            self.missing_codes.insert(who);
            Stop::Missing
        })
    }

    /// The next round: proofs, then codes, so that whose code it is has been proven when it is read.
    pub(super) fn into_wants(self) -> Vec<Want> {
        let known = |who: &Address| self.facts.accounts.contains_key(who);
        let asked = self.missing.iter().filter(|(who, slots)| !slots.is_empty() || !known(who));
        let questions = asked.flat_map(|(who, slots)| questions(*who, slots));
        questions.chain(self.missing_codes.iter().copied().map(Want::Code)).collect()
    }
}

/// A question, or several where the slots are many.
fn questions(who: Address, slots: &BTreeSet<StorageSlot>) -> Vec<Want> {
    let slots: Vec<StorageSlot> = slots.iter().copied().collect();
    if slots.is_empty() {
        return vec![Want::Proof(Question::new(who, []))];
    }
    slots.chunks(MAX_SLOTS).map(|chunk| Want::Proof(Question::new(who, chunk))).collect()
}

/// All of them: each is looked at before the first that is missing ends it, so that a round asks for every one.
pub(super) fn all<T>(items: impl IntoIterator<Item = Found<T>>) -> Found<Vec<T>> {
    let items: Vec<Found<T>> = items.into_iter().collect();
    items.into_iter().collect()
}

impl<E: Into<DisputeError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}
