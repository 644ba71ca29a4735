//! The L1 consensus as a beacon node describes itself: the answers of `config/spec` and of `beacon/genesis`.

use super::Checked;
use super::l1::{
    MAX_EPOCHS_PER_SYNC_COMMITTEE_PERIOD, MAX_SECONDS_PER_SLOT, MAX_SLOTS_PER_EPOCH, MAX_SYNC_COMMITTEE_SIZE, forks,
    power_of_two,
};
use super::member::{hash, number, number_in};
use crate::network::{BlobParameters, L1, NetworkFileError};
use crate::primitives::json::{Json, Member};

impl L1 {
    /// Reads a custom L1 from what a beacon node of the user's own says of it: the bodies of
    /// `/eth/v1/config/spec` and `/eth/v1/beacon/genesis`. Nothing in them is pinned, so the weak
    /// subjectivity periods are assumed.
    ///
    /// This is configuration: whoever answers decides which chain is followed.
    ///
    /// # Errors
    /// [`NetworkFileError`] where something is missing or out of bounds, or a fork has a date that
    /// is not known here.
    pub fn from_beacon_api(spec: &[u8], genesis: &[u8]) -> Result<Self, NetworkFileError> {
        read(spec, genesis).map_err(|error| *error)
    }

    /// Reads an L1 from one file: a network file, of which only `l1` counts, or an object with the two answers of
    /// [`Self::from_beacon_api`] as its members `spec` and `genesis`.
    ///
    /// # Errors
    /// As for [`Self::from_beacon_api`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, NetworkFileError> {
        read_file(bytes).map_err(|error| *error)
    }
}

fn read_file(bytes: &[u8]) -> Checked<L1> {
    let json = Json::parse(bytes, MAX_ANSWER_BYTES)?;
    let file = Member::root("the network file", &json);
    match file.optional("spec")? {
        Some(spec) => l1(&spec.member("data")?, &file.member("genesis")?.member("data")?),
        None => file.at("l1", super::l1::l1),
    }
}

fn read(spec: &[u8], genesis: &[u8]) -> Checked<L1> {
    let (spec, genesis) = (Json::parse(spec, MAX_ANSWER_BYTES)?, Json::parse(genesis, MAX_ANSWER_BYTES)?);
    let spec = Member::root("config/spec", &spec);
    let genesis = Member::root("beacon/genesis", &genesis);
    l1(&spec.member("data")?, &genesis.member("data")?)
}

/// The two `data` members.
fn l1(spec: &Member<'_, '_>, genesis: &Member<'_, '_>) -> Checked<L1> {
    Ok(L1 {
        chain_id: spec.at("DEPOSIT_CHAIN_ID", number)?,
        genesis_time: genesis.at("genesis_time", number)?,
        genesis_validators_root: genesis.at("genesis_validators_root", hash)?,
        seconds_per_slot: seconds_per_slot(spec)?,
        slots_per_epoch: power_of_two(spec, "SLOTS_PER_EPOCH", None, MAX_SLOTS_PER_EPOCH)?,
        epochs_per_sync_committee_period: power_of_two(
            spec,
            "EPOCHS_PER_SYNC_COMMITTEE_PERIOD",
            None,
            MAX_EPOCHS_PER_SYNC_COMMITTEE_PERIOD,
        )?,
        sync_committee_size: power_of_two(spec, "SYNC_COMMITTEE_SIZE", None, MAX_SYNC_COMMITTEE_SIZE)?,
        forks: forks(spec, None)?,
        blob_schedule: spec.maybe("BLOB_SCHEDULE", blob_schedule)?.unwrap_or_default(),
    })
}

/// `SECONDS_PER_SLOT`, or from Gloas on `SLOT_DURATION_MS`, which must be whole seconds.
fn seconds_per_slot(spec: &Member<'_, '_>) -> Checked<u64> {
    if let Some(seconds) = spec.optional("SECONDS_PER_SLOT")? {
        return number_in(&seconds, 1..=MAX_SECONDS_PER_SLOT);
    }
    let duration = spec.member("SLOT_DURATION_MS")?;
    let milliseconds = number_in(&duration, 1000..=MAX_SECONDS_PER_SLOT.saturating_mul(1000))?;
    if !milliseconds.is_multiple_of(1000) {
        return Err(NetworkFileError::NotWholeSeconds { member: duration.path(), got: milliseconds }.into());
    }
    Ok(milliseconds / 1000)
}

fn blob_schedule(list: &Member<'_, '_>) -> Checked<Vec<BlobParameters>> {
    list.each(|entry| {
        Ok(BlobParameters {
            epoch: entry.at("EPOCH", number)?,
            max_blobs_per_block: entry.at("MAX_BLOBS_PER_BLOCK", number)?,
        })
    })
}

/// Many times what beacon nodes answer.
const MAX_ANSWER_BYTES: usize = 1 << 20;
