use super::set::Members;
use super::{AttestationError, Policy, QuorumRule, VerifierSet};
use crate::execution::{AccountProof, Question};
use crate::primitives::{Address, B256, StorageSlot, U256};
use crate::rollup::{Basis, Change, IMPLEMENTATION, Pins, Registry, RollupError, read_contract, read_words};
use std::collections::BTreeSet;
use std::sync::Arc;

/// `verifier_stakes`, a mapping by address.
const STAKES: StorageSlot = StorageSlot::at(2);
/// `whitelist`, a mapping by address.
const WHITELIST: StorageSlot = StorageSlot::at(10);
/// `useWhiteList`.
const USE_WHITELIST: StorageSlot = StorageSlot::at(11);
/// `verifiers`, an array of addresses.
const VERIFIERS: StorageSlot = StorageSlot::at(12);
/// `minStake`.
const MIN_STAKE: StorageSlot = StorageSlot::at(16);

/// How many places of `verifiers` are read. Revealing a key adds its sender once more, so they can be more than verifiers.
const MAX_VERIFIERS: u64 = 256;

/// `MVM_Verifier` as one L1 block has it, before its stakes are read. Andromeda's has been out of service since 2025 and
/// without stakes before; this is for networks that use it.
#[derive(Clone, Debug)]
pub struct MvmVerifiers {
    basis: Arc<Basis>,
    address: Address,
    uses_whitelist: bool,
    min_stake: U256,
    /// How many places `verifiers` has.
    count: u64,
    changes: Vec<(Change, B256)>,
}

/// What to ask L1 about the contract.
///
/// # Errors
/// [`AttestationError::NoSet`] where the network's data does not name it.
pub fn mvm_verifier_question(basis: &Basis) -> Result<Question, AttestationError> {
    let address = basis.network().contracts.mvm_verifier;
    let address = address.ok_or(AttestationError::NoSet { what: "MVM_Verifier" })?;
    Ok(Question::new(address, [IMPLEMENTATION, USE_WHITELIST, VERIFIERS, MIN_STAKE]))
}

impl Registry {
    /// Reads the contract. `proof` answers [`mvm_verifier_question`].
    ///
    /// # Errors
    /// [`RollupError::Changed`] where it runs other code than is pinned, [`AttestationError::TooMany`], and the errors of the
    /// proof.
    pub fn mvm_verifiers(&self, proof: &AccountProof) -> Result<MvmVerifiers, AttestationError> {
        let basis = self.basis();
        let question = mvm_verifier_question(basis)?;
        let [code, uses_whitelist, got, min_stake] = read_contract(basis.l1(), "the MVM_Verifier", &question, proof)?;
        let mut pins = Pins::new(basis.accepted());
        let pinned = basis.network().contracts.mvm_verifier_implementation.map(|address| address.into_word());
        pins.check(Change::MvmVerifierImplementation, code.into(), pinned.as_slice()).map_err(RollupError::from)?;
        let count = AttestationError::check_count("verifiers", got, MAX_VERIFIERS)?;
        let uses_whitelist = uses_whitelist.byte(0) != 0;
        let (basis, address, changes) = (basis.clone(), question.address, pins.into_used());
        Ok(MvmVerifiers { basis, address, uses_whitelist, min_stake, count, changes })
    }
}

impl MvmVerifiers {
    /// What to ask L1 about who is listed; nothing where nobody is.
    pub fn questions(&self) -> Vec<Question> {
        let first = VERIFIERS.elements();
        let slots: Vec<_> = (0..self.count).map(|place| first.offset(place)).collect();
        if slots.is_empty() { Vec::new() } else { vec![Question::new(self.address, slots)] }
    }

    /// Who is listed, each once. `proofs` answer [`Self::questions`].
    ///
    /// # Errors
    /// Those of the proofs.
    pub fn listed(&self, proofs: &[AccountProof]) -> Result<BTreeSet<Address>, AttestationError> {
        let words = read_words(self.basis.l1(), "the MVM_Verifier", &self.questions(), proofs)?;
        Ok(words.into_iter().map(|word| Address::from_word(word.into())).collect())
    }

    /// What to ask L1 about the stakes of who is listed.
    pub fn stake_questions(&self, listed: &BTreeSet<Address>) -> Vec<Question> {
        let slots: Vec<_> = listed.iter().flat_map(|who| [STAKES.entry_of(*who), WHITELIST.entry_of(*who)]).collect();
        if slots.is_empty() { Vec::new() } else { vec![Question::new(self.address, slots)] }
    }

    /// Those who are listed with at least the least stake, and whitelisted where that counts. `proofs` answer
    /// [`Self::stake_questions`].
    ///
    /// # Errors
    /// [`AttestationError::EmptySet`], [`AttestationError::WeightOverflow`], and the errors of the proofs.
    pub fn verifiers(
        &self,
        listed: &BTreeSet<Address>,
        proofs: &[AccountProof],
        rule: QuorumRule,
    ) -> Result<VerifierSet, AttestationError> {
        let words = read_words(self.basis.l1(), "the MVM_Verifier", &self.stake_questions(listed), proofs)?;
        let (of_each, _) = words.as_chunks::<2>();
        let counts = |[stake, whitelisted]: &[U256; 2]| {
            *stake >= self.min_stake && (!self.uses_whitelist || whitelisted.byte(0) != 0)
        };
        let counted = listed.iter().zip(of_each).filter(|(_, words)| counts(words));
        let weights = counted.map(|(who, [stake, _])| (*who, *stake)).collect();
        let is_pinned = self.basis.network().contracts.mvm_verifier_implementation.is_some();
        let unpinned = if is_pinned { Vec::new() } else { vec!["contracts.mvmVerifierImplementation"] };
        let members = Members { weights, changes: self.changes.clone(), unpinned };
        VerifierSet::new(self.basis.clone(), Policy::MvmVerifier, rule, members)
    }
}
