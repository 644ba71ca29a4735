//! The member `l1` of a network file: sizes, from a preset or given, and the schedule of forks.

use super::Checked;
use super::member::{hash, number, number_in};
use crate::network::{BlobParameters, Fork, ForkName, L1, NetworkFileError};
use crate::primitives::json::{Member, text};
use core::ops::RangeInclusive;

pub(super) fn l1(l1: &Member<'_, '_>) -> Checked<L1> {
    let preset = preset(l1)?;
    Ok(L1 {
        chain_id: l1.at("chainId", number)?,
        genesis_time: l1.at("genesisTime", number)?,
        genesis_validators_root: l1.at("genesisValidatorsRoot", hash)?,
        seconds_per_slot: size(
            l1,
            "secondsPerSlot",
            preset.map(|preset| preset.seconds_per_slot),
            1..=MAX_SECONDS_PER_SLOT,
        )?,
        slots_per_epoch: power_of_two(
            l1,
            "slotsPerEpoch",
            preset.map(|preset| preset.slots_per_epoch),
            MAX_SLOTS_PER_EPOCH,
        )?,
        epochs_per_sync_committee_period: power_of_two(
            l1,
            "epochsPerSyncCommitteePeriod",
            preset.map(|preset| preset.epochs_per_sync_committee_period),
            MAX_EPOCHS_PER_SYNC_COMMITTEE_PERIOD,
        )?,
        sync_committee_size: power_of_two(
            l1,
            "syncCommitteeSize",
            preset.map(|preset| preset.sync_committee_size),
            MAX_SYNC_COMMITTEE_SIZE,
        )?,
        forks: forks(&l1.member("forks")?, l1.optional("weakSubjectivityEpochs")?.as_ref())?,
        blob_schedule: l1.maybe("blobSchedule", blob_schedule)?.unwrap_or_default(),
    })
}

/// The sizes that stand in for omitted ones. A preset of any other name brings none.
fn preset(l1: &Member<'_, '_>) -> Checked<Option<Preset>> {
    Ok(match l1.maybe("preset", text)? {
        Some("mainnet") => Some(MAINNET),
        Some("minimal") => Some(MINIMAL),
        _ => None,
    })
}

pub(super) fn size(l1: &Member<'_, '_>, name: &str, preset: Option<u64>, bounds: RangeInclusive<u64>) -> Checked<u64> {
    match (l1.optional(name)?, preset) {
        (None, Some(size)) => Ok(size),
        _ => number_in(&l1.member(name)?, bounds),
    }
}

pub(super) fn power_of_two(l1: &Member<'_, '_>, name: &str, preset: Option<u64>, most: u64) -> Checked<u64> {
    let got = size(l1, name, preset, 1..=most)?;
    if !got.is_power_of_two() {
        return Err(NetworkFileError::NotPowerOfTwo { member: l1.join(name), got }.into());
    }
    Ok(got)
}

fn blob_schedule(list: &Member<'_, '_>) -> Checked<Vec<BlobParameters>> {
    list.each(|entry| {
        Ok(BlobParameters {
            epoch: entry.at("epoch", number)?,
            max_blobs_per_block: entry.at("maxBlobsPerBlock", number)?,
        })
    })
}

/// The schedule, in the names of a consensus-specs configuration.
pub(super) fn forks(schedule: &Member<'_, '_>, pins: Option<&Member<'_, '_>>) -> Checked<Vec<Fork>> {
    check_unknown_forks(schedule)?;
    pins.map_or(Ok(()), check_pinned_forks)?;

    let mut forks = Vec::new();
    let mut earlier = GENESIS_EPOCH;
    for name in ForkName::ALL {
        let epoch = fork_epoch(schedule, name)?;
        check_fork_order(schedule, name, epoch, earlier)?;
        earlier = epoch;
        if epoch == FAR_FUTURE_EPOCH {
            continue;
        }
        forks.push(Fork {
            name,
            version: *schedule.member(&version_member(name))?.fixed("0x and 8 hex digits")?,
            epoch,
            weak_subjectivity_epochs: match pins {
                Some(pins) => pins.maybe(&config_name(name), |pin| number_in(pin, 1..=u64::MAX))?,
                None => None,
            },
        });
    }
    Ok(forks)
}

/// A fork that this client cannot follow may be named, but must not have a date: without its
/// version, honest signatures made under it would seem forged.
fn check_unknown_forks(schedule: &Member<'_, '_>) -> Checked<()> {
    for name in schedule.names()? {
        let Some(fork) = name.strip_suffix(EPOCH_SUFFIX) else {
            continue;
        };
        if !is_known_fork(fork) && number(&schedule.member(name)?)? != FAR_FUTURE_EPOCH {
            return Err(NetworkFileError::UnknownFork { member: schedule.join(name) }.into());
        }
    }
    Ok(())
}

fn check_pinned_forks(pins: &Member<'_, '_>) -> Checked<()> {
    match pins.names()?.find(|fork| !is_known_fork(fork)) {
        Some(fork) => Err(NetworkFileError::UnknownFork { member: pins.join(fork) }.into()),
        None => Ok(()),
    }
}

fn check_fork_order(schedule: &Member<'_, '_>, name: ForkName, epoch: u64, earlier: u64) -> Checked<()> {
    if epoch < earlier {
        let member = schedule.join(&epoch_member(name));
        return Err(NetworkFileError::ForkOrder { member, got: epoch, earlier }.into());
    }
    Ok(())
}

fn fork_epoch(schedule: &Member<'_, '_>, name: ForkName) -> Checked<u64> {
    if name == ForkName::Phase0 {
        return Ok(GENESIS_EPOCH);
    }
    let epoch = schedule.maybe(&epoch_member(name), number)?;
    Ok(epoch.unwrap_or(FAR_FUTURE_EPOCH))
}

fn is_known_fork(name: &str) -> bool {
    ForkName::ALL.into_iter().any(|fork| config_name(fork) == name)
}

fn epoch_member(fork: ForkName) -> String {
    config_name(fork) + EPOCH_SUFFIX
}

fn version_member(fork: ForkName) -> String {
    config_name(fork) + "_FORK_VERSION"
}

/// The name in the members of a consensus-specs configuration, which calls phase 0 genesis.
fn config_name(fork: ForkName) -> String {
    match fork {
        ForkName::Phase0 => "GENESIS".to_owned(),
        later => later.as_str().to_ascii_uppercase(),
    }
}

/// Sizes that consensus-specs fixes together under one name.
#[derive(Clone, Copy, Debug)]
struct Preset {
    seconds_per_slot: u64,
    slots_per_epoch: u64,
    epochs_per_sync_committee_period: u64,
    sync_committee_size: u64,
}

const MAINNET: Preset = Preset {
    seconds_per_slot: 12,
    slots_per_epoch: 32,
    epochs_per_sync_committee_period: 256,
    sync_committee_size: 512,
};

const MINIMAL: Preset =
    Preset { seconds_per_slot: 6, slots_per_epoch: 8, epochs_per_sync_committee_period: 8, sync_committee_size: 32 };

/// `GENESIS_EPOCH` of consensus-specs.
const GENESIS_EPOCH: u64 = 0;

/// `FAR_FUTURE_EPOCH` of consensus-specs: a fork at this epoch never begins.
const FAR_FUTURE_EPOCH: u64 = u64::MAX;

const EPOCH_SUFFIX: &str = "_FORK_EPOCH";

/// Ten minutes. Nobody waits longer for a slot, and a time in milliseconds is found out.
pub(super) const MAX_SECONDS_PER_SLOT: u64 = 600;

/// Sixteen times mainnet's.
pub(super) const MAX_SLOTS_PER_EPOCH: u64 = 512;

/// Sixteen times mainnet's: with the bound above, a period has at most 2^21 slots.
pub(super) const MAX_EPOCHS_PER_SYNC_COMMITTEE_PERIOD: u64 = 4096;

/// Sixteen times mainnet's: the keys of a committee then take 384 KiB.
pub(super) const MAX_SYNC_COMMITTEE_SIZE: u64 = 8192;
