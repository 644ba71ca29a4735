//! `MVM_Verifier`: its parameters, who has staked, and the newest challenges.

use super::challenge::{self, CHALLENGES, Challenge};
use super::facts::{Found, Reader, all};
use super::storage::{address, is_set, length};
use crate::primitives::{Address, StorageSlot, U256};
use crate::rollup::{Change, IMPLEMENTATION, LIB_ADDRESS_MANAGER, Pins, Registry};
use std::collections::BTreeSet;

/// `verifier_stakes`.
const STAKES: StorageSlot = StorageSlot::at(2);
/// `chain_under_challenge`: 0 or a challenge's index and one.
const UNDER_CHALLENGE: StorageSlot = StorageSlot::at(9);
/// `whitelist`.
const WHITELIST: StorageSlot = StorageSlot::at(10);
/// `useWhiteList`.
const USE_WHITELIST: StorageSlot = StorageSlot::at(11);
/// `verifiers`.
const VERIFIERS: StorageSlot = StorageSlot::at(12);
/// `verifyWindow`.
const VERIFY_WINDOW: StorageSlot = StorageSlot::at(14);
/// `activeChallenges`.
const ACTIVE_CHALLENGES: StorageSlot = StorageSlot::at(15);
/// `minStake`.
const MIN_STAKE: StorageSlot = StorageSlot::at(16);
/// `seqStake`.
const SEQ_STAKE: StorageSlot = StorageSlot::at(17);
/// `numQualifiedVerifiers`.
const QUALIFIED: StorageSlot = StorageSlot::at(18);

/// The most verifiers whose stakes are read; a settlement is told of no larger set.
pub(super) const MAX_VERIFIERS: u64 = 32;
/// The most challenges that are read: the newest, and the one that the chain is under.
pub(super) const MAX_CHALLENGES: u64 = 8;

/// The contract as one L1 block has it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MvmVerifier {
    /// Its proxy.
    pub address: Address,
    /// The code behind the proxy.
    pub implementation: Address,
    /// Its numbers.
    pub parameters: Parameters,
    /// Who is in its list, from the first on.
    pub verifiers: Vec<StakedVerifier>,
    /// How many stand in the list behind those.
    pub verifiers_left_out: u64,
    /// The index of the challenge that the chain is under, where there is one. The contract takes index 0 for none when the next
    /// challenge is opened (a quirk).
    pub under_challenge: Option<U256>,
    /// The challenges, oldest first.
    pub challenges: Vec<Challenge>,
    /// How many others there are; all older than the oldest, but for the one that the chain is under.
    pub challenges_left_out: u64,
}

/// The contract's numbers. Behind its proxy those with an initial value in the source begin at 0.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Parameters {
    /// How long each phase lasts, in seconds.
    pub verify_window: U256,
    /// How many challenges are not settled, on all chains. Stakes stand still while there is one.
    pub active_challenges: U256,
    /// The stake that qualifies, in METIS' smallest unit.
    pub min_stake: U256,
    /// What the sequencer has staked, in METIS' smallest unit.
    pub seq_stake: U256,
    /// How many have enough stake, by the contract's own count: the 75 % are of these.
    pub qualified: U256,
    /// Whether only who is on its list counts.
    pub uses_whitelist: bool,
}

/// Somebody in the contract's list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StakedVerifier {
    /// Who.
    pub address: Address,
    /// The stake, in METIS' smallest unit.
    pub stake: U256,
    /// Whether the stake is at least the least.
    pub has_enough_stake: bool,
    /// Whether the list of those who count has it, or is not used.
    pub is_whitelisted: bool,
}

impl StakedVerifier {
    /// Whether a settlement counts it.
    pub const fn is_qualified(&self) -> bool {
        self.has_enough_stake && self.is_whitelisted
    }
}

/// Reads the contract at `who`.
pub(super) fn read(
    reader: &mut Reader<'_>,
    registry: &Registry,
    who: Address,
    pins: &mut Pins<'_>,
) -> Found<MvmVerifier> {
    let contracts = &registry.basis().network().contracts;
    let under = UNDER_CHALLENGE.entry_at(registry.basis().network().l2.chain_id);
    let slots = [
        IMPLEMENTATION,
        LIB_ADDRESS_MANAGER,
        under,
        USE_WHITELIST,
        VERIFIERS,
        CHALLENGES,
        VERIFY_WINDOW,
        ACTIVE_CHALLENGES,
        MIN_STAKE,
        SEQ_STAKE,
        QUALIFIED,
    ];
    let [
        implementation,
        manager,
        under,
        uses_whitelist,
        verifiers,
        challenges,
        window,
        active,
        min_stake,
        seq_stake,
        qualified,
    ] = reader.contract("MVM_Verifier", who, slots)?;
    pins.check_address(Change::MvmVerifierManager, manager.into(), contracts.address_manager)?;
    let pin = contracts.mvm_verifier_implementation.map(|address| address.into_word());
    pins.check(Change::MvmVerifierImplementation, implementation.into(), pin.as_slice())?;

    let parameters = Parameters {
        verify_window: window,
        active_challenges: active,
        min_stake,
        seq_stake,
        qualified,
        uses_whitelist: is_set(uses_whitelist),
    };
    let verifiers = length("the list of verifiers", verifiers)?;
    let challenges = length("the list of challenges", challenges)?;
    let list = read_verifiers(reader, who, verifiers, &parameters);
    let under_challenge = under.checked_sub(U256::ONE);
    let wanted = wanted(challenges, under_challenge);
    let read = wanted.iter().map(|index| challenge::read(reader, registry, who, *index, &parameters, &list));
    let read = all(read);
    let (verifiers, verifiers_left_out) = list?;
    Ok(MvmVerifier {
        address: who,
        implementation: address(implementation),
        parameters,
        verifiers,
        verifiers_left_out,
        under_challenge,
        challenges: read?,
        challenges_left_out: challenges.saturating_sub(wanted.len() as u64),
    })
}

/// The newest, and the one that the chain is under, where there is such a one.
fn wanted(length: u64, under: Option<U256>) -> BTreeSet<u64> {
    let newest = length.saturating_sub(MAX_CHALLENGES)..length;
    let under = under.and_then(|index| u64::try_from(index).ok()).filter(|index| *index < length);
    newest.chain(under).collect()
}

/// The list, and how many are left out of it.
fn read_verifiers(
    reader: &mut Reader<'_>,
    who: Address,
    length: u64,
    parameters: &Parameters,
) -> Found<(Vec<StakedVerifier>, u64)> {
    let places = 0..length.min(MAX_VERIFIERS);
    let addresses = all(places.map(|place| reader.word(who, VERIFIERS.elements().offset(place)).map(address)))?;
    let staked = addresses.into_iter().map(|address| {
        let [stake, listed] = reader.words(who, [STAKES.entry_of(address), WHITELIST.entry_of(address)])?;
        Ok(StakedVerifier {
            address,
            stake,
            has_enough_stake: stake >= parameters.min_stake,
            is_whitelisted: !parameters.uses_whitelist || is_set(listed),
        })
    });
    Ok((all(staked)?, length.saturating_sub(MAX_VERIFIERS)))
}
