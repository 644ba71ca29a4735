//! One challenge of `MVM_Verifier`, from its thirteen slots and what is filed under its index.

use super::facts::{Found, Reader, all};
use super::phase::{Clock, Phase};
use super::settlement::{Case, Tally, Vote};
use super::storage::{StoredBytes, address, is_set, length, stored_bytes, whole_bytes};
use super::verifier::{Parameters, StakedVerifier};
use crate::primitives::{Address, B256, Bytes, StorageSlot, U256};
use crate::rollup::{Registry, element_slot, header_hash};

/// `challenge_keys[challenge][verifier]`.
const KEYS: StorageSlot = StorageSlot::at(3);
/// `challenge_key_hashes[challenge][verifier]`.
const KEY_HASHES: StorageSlot = StorageSlot::at(4);
/// `challenge_hashes[challenge][verifier]`.
const HASHES: StorageSlot = StorageSlot::at(5);
/// `challenges`.
pub(super) const CHALLENGES: StorageSlot = StorageSlot::at(13);
/// `absence_strikes`, of a byte each.
const ABSENCE_STRIKES: StorageSlot = StorageSlot::at(7);
/// `ABSENCE_THRESHOLD`.
const ABSENCE_THRESHOLD: StorageSlot = StorageSlot::at(20);
/// How many slots one has.
const SIZE: u64 = 13;

/// The most of those who have revealed that are read of one challenge.
pub(super) const MAX_PARTICIPANTS: u64 = 32;

/// A challenge of a state batch.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Challenge {
    /// Its place in the contract's list.
    pub index: u64,
    /// Who opened it.
    pub challenger: Address,
    /// Of which chain.
    pub chain_id: U256,
    /// The header that it is about.
    pub header: ChallengedHeader,
    /// When it was opened, by L1 time in seconds.
    pub opened: U256,
    /// How many have committed, the challenger included.
    pub committed: U256,
    /// How many have revealed their key.
    pub revealed: u64,
    /// Where it stands at the L1 block's time.
    pub phase: Phase,
    /// Those of whom anything can be told: the challenger, who has revealed, and the contract's verifiers.
    pub participants: Vec<Participant>,
    /// How many who have revealed were not read.
    pub participants_left_out: u64,
    /// What would be decided now; none for a challenge of another chain, for one that is settled, and where the contract has
    /// more verifiers than are read.
    pub tally: Option<Tally>,
}

/// The batch header in a challenge. Its root is encrypted until the challenger reveals his key, so its hash is the batch's only
/// from then on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ChallengedHeader {
    /// The batch's index, as the challenger says.
    pub batch_index: U256,
    /// The batch's root, or the encryption of it.
    pub batch_root: B256,
    /// How many state roots it has.
    pub batch_size: U256,
    /// How many stand before them.
    pub prev_total_elements: U256,
    /// What the SCC wrote beside.
    pub extra_data: Bytes,
}

/// What somebody did in a challenge.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Participant {
    /// Who.
    pub address: Address,
    /// The encrypted hash, decrypted once the key is revealed; empty where nothing was committed. The contract's decryption
    /// spoils some bytes (a quirk).
    pub hash: StoredBytes,
    /// The hash of the key.
    pub key_hash: StoredBytes,
    /// The key; empty until it is revealed.
    pub key: StoredBytes,
}

impl Challenge {
    /// Whether the challenge is about this batch, as far as its header can be compared: all but the root, which is encrypted.
    pub fn concerns(&self, chain_id: u64, index: u64, header: &crate::rollup::BatchHeader) -> bool {
        self.chain_id == U256::from(chain_id)
            && self.header.batch_index == U256::from(index)
            && self.header.batch_size == U256::from(header.batch_size())
            && self.header.prev_total_elements == U256::from(header.prev_total_elements())
            && self.header.extra_data == *header.extra_data().bytes()
    }

    /// How many committed of whom nothing can be told: they have not revealed and are no verifiers any more.
    pub fn unseen(&self) -> U256 {
        let seen = self.participants.iter().filter(|participant| participant.has_committed()).count();
        self.committed.saturating_sub(U256::from(seen))
    }
}

impl ChallengedHeader {
    /// The hash of the header as it stands there.
    pub fn hash(&self) -> B256 {
        header_hash(self.batch_root, self.batch_size, self.prev_total_elements, &self.extra_data)
    }

    /// When the batch was appended, by L1 time in seconds: the first word of its `extraData`.
    fn timestamp(&self) -> Option<U256> {
        self.extra_data.first_chunk::<32>().map(|word| U256::from_be_bytes(*word))
    }

    /// `insideFraudProofWindow`; the SCC reverts at a time that is not there.
    fn is_in_window(&self, registry: &Registry) -> bool {
        let basis = registry.basis();
        let window = U256::from(basis.window().contract);
        let closes = self.timestamp().and_then(|timestamp| timestamp.checked_add(window));
        closes.is_some_and(|closes| closes > U256::from(basis.l1().timestamp().0))
    }
}

impl Participant {
    /// Whether an encrypted hash was committed.
    pub fn has_committed(&self) -> bool {
        !self.hash.is_empty()
    }

    /// Whether the key was revealed.
    pub fn has_revealed(&self) -> bool {
        !self.key.is_empty()
    }
}

/// Reads the challenge at `index`, which is below the list's length.
pub(super) fn read(
    reader: &mut Reader<'_>,
    registry: &Registry,
    who: Address,
    index: u64,
    parameters: &Parameters,
    verifiers: &Found<(Vec<StakedVerifier>, u64)>,
) -> Found<Challenge> {
    let first = CHALLENGES.elements().offset(index.saturating_mul(SIZE));
    let place = |offset| first.offset(offset);
    let words = reader.words(who, [0, 1, 3, 4, 5, 6, 8, 10, 11, 12].map(place));
    let extra_data = whole_bytes(reader, "the challenged batch's extraData", who, place(7));
    let [challenger, chain_id, batch_index, batch_root, batch_size, previous, opened, committed, revealed, done] =
        words?;
    let challenger = address(challenger);
    let revealed = length("the list of who has revealed", revealed)?;
    let of_list = |place: u64| first.offset(11).elements().offset(place);
    let participants =
        all((0..revealed.min(MAX_PARTICIPANTS)).map(|place| reader.word(who, of_list(place)).map(address)));
    let element = element(reader, registry, chain_id, batch_index);
    let (verifiers, left_out) =
        verifiers.as_ref().map_or((&[][..], 0), |(list, left_out)| (list.as_slice(), *left_out));
    let named = [challenger].into_iter().chain(participants.iter().flatten().copied());
    let everyone = distinct(named.chain(verifiers.iter().map(|verifier| verifier.address)));
    let everyone = all(everyone.into_iter().map(|address| participant(reader, who, index, address)));
    let threshold = reader.word(who, ABSENCE_THRESHOLD);
    let strikes = all(verifiers.iter().map(|verifier| strikes(reader, who, verifier.address)));
    participants?;
    let (everyone, strikes) = (everyone?, strikes?);

    let header = ChallengedHeader {
        batch_index,
        batch_root: batch_root.into(),
        batch_size,
        prev_total_elements: previous,
        extra_data: extra_data?,
    };
    let is_done = is_set(done);
    let clock = Clock {
        now: U256::from(registry.basis().l1().timestamp().0),
        opened,
        verify_window: parameters.verify_window,
        qualified: parameters.qualified,
        committed,
        revealed: U256::from(revealed),
        is_done,
    };
    let case = Case {
        proposed: hash_of(&everyone, challenger),
        revealed: clock.revealed,
        qualified: clock.qualified,
        batch_root: header.batch_root,
        header_hash: header.hash(),
        element: element?,
        min_stake: parameters.min_stake,
        absence_threshold: threshold?,
        is_in_window: header.is_in_window(registry),
    };
    let is_ours = chain_id == U256::from(registry.basis().network().l2.chain_id);
    let is_told = is_ours && !is_done && left_out == 0;
    let tally = is_told.then(|| Tally::new(&case, votes(verifiers, &strikes, &everyone)));
    Ok(Challenge {
        index,
        challenger,
        chain_id,
        header,
        opened,
        committed,
        revealed,
        phase: clock.phase(),
        participants: everyone,
        participants_left_out: revealed.saturating_sub(MAX_PARTICIPANTS),
        tally,
    })
}

/// What the container holds at the index; none at and above its length, and for another chain.
fn element(reader: &mut Reader<'_>, registry: &Registry, chain_id: U256, index: U256) -> Found<Option<B256>> {
    let basis = registry.basis();
    let ours = basis.network().l2.chain_id;
    let index = u64::try_from(index).ok().filter(|index| *index < registry.context().length);
    match index {
        Some(index) if chain_id == U256::from(ours) => {
            let container = basis.network().contracts.batches_container;
            let container = basis.accepted().address(crate::rollup::Change::BatchesContainer, container);
            reader.word(container, element_slot(ours, index)).map(|word| Some(word.into()))
        }
        _ => Ok(None),
    }
}

fn participant(reader: &mut Reader<'_>, who: Address, index: u64, address: Address) -> Found<Participant> {
    let mut value =
        |what, mapping: StorageSlot| stored_bytes(reader, what, who, mapping.entry_at(index).entry_of(address));
    let hash = value("a verifier's hash", HASHES);
    let key_hash = value("the hash of a verifier's key", KEY_HASHES);
    let key = value("a verifier's key", KEYS);
    Ok(Participant { address, hash: hash?, key_hash: key_hash?, key: key? })
}

fn strikes(reader: &mut Reader<'_>, who: Address, address: Address) -> Found<u8> {
    reader.word(who, ABSENCE_STRIKES.entry_of(address)).map(|word| word.byte(0))
}

/// The contract's verifiers in its order, and what each did.
fn votes(verifiers: &[StakedVerifier], strikes: &[u8], everyone: &[Participant]) -> Vec<Vote> {
    let vote = |(verifier, strikes): (&StakedVerifier, &u8)| {
        let did = everyone.iter().find(|one| one.address == verifier.address)?;
        let (hash, has_key) = (did.hash.first, did.has_revealed());
        Some(Vote { who: did.address, is_qualified: verifier.is_qualified(), hash, has_key, strikes: *strikes })
    };
    verifiers.iter().zip(strikes).filter_map(vote).collect()
}

fn hash_of(everyone: &[Participant], who: Address) -> B256 {
    everyone.iter().find(|one| one.address == who).map(|one| one.hash.first).unwrap_or_default()
}

fn distinct(addresses: impl Iterator<Item = Address>) -> Vec<Address> {
    let mut seen = std::collections::BTreeSet::new();
    addresses.filter(|address| seen.insert(*address)).collect()
}
