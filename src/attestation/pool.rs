use super::set::Members;
use super::{AttestationError, Policy, QuorumRule, VerifierSet};
use crate::execution::{AccountProof, Question};
use crate::primitives::{Address, B256, StorageSlot, U256, keccak256};
use crate::rollup::{Basis, Change, IMPLEMENTATION, Pins, Registry, RollupError, read_contract, read_words};
use core::ops::RangeInclusive;
use std::sync::Arc;

/// `LockingPool.totalSequencers`: how many ever joined. Ids run from 1 to it, and those who left keep theirs.
const TOTAL_SEQUENCERS: StorageSlot = StorageSlot::at(151);
/// `LockingPool.sequencers`, a mapping by id.
const SEQUENCERS: StorageSlot = StorageSlot::at(153);

/// Where a sequencer's members stand after its first word.
const AMOUNT: u64 = 0;
const SIGNER: u64 = 9;
const PUBLIC_KEY: u64 = 10;
const STATUS: u64 = 11;

/// How Solidity writes that a `bytes` has 64 bytes, which stand elsewhere: twice the length, and one.
const LONG_64: U256 = U256::from_limbs([129, 0, 0, 0]);
/// `Status.Active`, in the byte above the reward recipient's address.
const ACTIVE: u8 = 2;
const STATUS_BYTE: usize = 20;

/// How many sequencers are read: Andromeda had ten in 2026, and each is six words to prove.
const MAX_SEQUENCERS: u64 = 256;
/// How many are asked for in one request, 96 words, which nodes answer without complaint.
const SEQUENCERS_A_QUESTION: u64 = 16;
const WORDS: usize = 6;

/// Metis' `LockingPool` as one L1 block has it, before its sequencers are read.
#[derive(Clone, Debug)]
pub struct LockingPool {
    basis: Arc<Basis>,
    address: Address,
    count: u64,
    changes: Vec<(Change, B256)>,
}

/// What to ask L1 about the pool: its code, and how many sequencers there ever were.
///
/// # Errors
/// [`AttestationError::NoSet`] where the network's data does not name the pool.
pub fn locking_pool_question(basis: &Basis) -> Result<Question, AttestationError> {
    Ok(Question::new(address(basis)?, [IMPLEMENTATION, TOTAL_SEQUENCERS]))
}

fn address(basis: &Basis) -> Result<Address, AttestationError> {
    basis.network().contracts.locking_pool.ok_or(AttestationError::NoSet { what: "locking pool" })
}

impl Registry {
    /// Reads the pool. `proof` answers [`locking_pool_question`].
    ///
    /// # Errors
    /// [`RollupError::Changed`] where it runs other code than is pinned,
    /// [`AttestationError::TooMany`], and the errors of the proof.
    pub fn locking_pool(&self, proof: &AccountProof) -> Result<LockingPool, AttestationError> {
        let basis = self.basis();
        let question = locking_pool_question(basis)?;
        let [code, got] = read_contract(basis.l1(), "the locking pool", &question, proof)?;
        let mut pins = Pins::new(basis.accepted());
        let pinned = basis.network().contracts.locking_pool_implementation.map(|address| address.into_word());
        pins.check(Change::LockingPoolImplementation, code.into(), pinned.as_slice()).map_err(RollupError::from)?;
        let count = AttestationError::check_count("sequencers", got, MAX_SEQUENCERS)?;
        Ok(LockingPool { basis: basis.clone(), address: question.address, count, changes: pins.into_used() })
    }
}

impl LockingPool {
    /// What to ask L1 about the sequencers; nothing where there never was one.
    pub fn questions(&self) -> Vec<Question> {
        let slots = |ids: RangeInclusive<u64>| ids.flat_map(sequencer_slots).collect::<Vec<_>>();
        self.chunks().map(|ids| Question::new(self.address, slots(ids))).collect()
    }

    fn chunks(&self) -> impl Iterator<Item = RangeInclusive<u64>> + use<> {
        let count = self.count;
        (0..count.div_ceil(SEQUENCERS_A_QUESTION)).map(move |chunk| {
            let before = chunk.saturating_mul(SEQUENCERS_A_QUESTION);
            before.saturating_add(1)..=before.saturating_add(SEQUENCERS_A_QUESTION).min(count)
        })
    }

    /// The active sequencers, by their signers, as heavy as what they have locked. `proofs` answer [`Self::questions`].
    ///
    /// # Errors
    /// [`AttestationError::ForeignKey`] and [`AttestationError::KeyLength`] where an active sequencer's signer is not its
    /// key's address, [`AttestationError::DuplicateSigner`], [`AttestationError::WeightOverflow`],
    /// [`AttestationError::EmptySet`], and the errors of the proofs.
    pub fn verifiers(&self, proofs: &[AccountProof], rule: QuorumRule) -> Result<VerifierSet, AttestationError> {
        let words = read_words(self.basis.l1(), "the locking pool", &self.questions(), proofs)?;
        let (sequencers, _) = words.as_chunks::<WORDS>();
        let active = (1..).zip(sequencers).filter_map(|(id, words)| active(id, words).transpose());
        let weights = active.collect::<Result<_, _>>()?;
        let is_pinned = self.basis.network().contracts.locking_pool_implementation.is_some();
        let unpinned = if is_pinned { Vec::new() } else { vec!["contracts.lockingPoolImplementation"] };
        let members = Members { weights, changes: self.changes.clone(), unpinned };
        VerifierSet::new(self.basis.clone(), Policy::LockingPool, rule, members)
    }
}

/// The words of a sequencer that are read.
fn sequencer_slots(id: u64) -> [StorageSlot; WORDS] {
    let first = SEQUENCERS.entry_at(id);
    let key = first.offset(PUBLIC_KEY);
    let bytes = key.elements();
    [first.offset(AMOUNT), first.offset(SIGNER), key, bytes, bytes.offset(1), first.offset(STATUS)]
}

/// An active sequencer's signer and weight. Its signer must be its key's address, as the pool saw to when it joined.
fn active(id: u64, words: &[U256; WORDS]) -> Result<Option<(Address, U256)>, AttestationError> {
    let [amount, signer, length, high, low, status] = *words;
    if status.byte(STATUS_BYTE) != ACTIVE {
        return Ok(None);
    }
    if length != LONG_64 {
        return Err(AttestationError::KeyLength { id, got: length });
    }
    let key = [high.to_be_bytes::<32>(), low.to_be_bytes::<32>()].concat();
    let expected = Address::from_word(keccak256(key));
    let got = Address::from_word(signer.into());
    if got != expected {
        return Err(AttestationError::ForeignKey { id, got, expected });
    }
    Ok(Some((got, amount)))
}
