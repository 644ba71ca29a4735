//! The L1 consensus: clocks, sizes, forks, and how long a checkpoint stays good.

use crate::primitives::UnixTime;
use alloy_primitives::B256;
use core::fmt;

/// The consensus parameters of an L1, named as in consensus-specs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct L1 {
    /// The EIP-155 chain id of the execution layer.
    pub chain_id: u64,
    /// When slot 0 began, in Unix seconds.
    pub genesis_time: u64,
    /// The root of the validators at genesis; part of every signature's domain.
    pub genesis_validators_root: B256,
    /// The length of a slot, in seconds.
    pub seconds_per_slot: u64,
    /// The length of an epoch, in slots.
    pub slots_per_epoch: u64,
    /// How long a sync committee serves, in epochs.
    pub epochs_per_sync_committee_period: u64,
    /// The number of members of a sync committee.
    pub sync_committee_size: u64,
    /// The scheduled forks, oldest first. A fork without a date is absent.
    pub forks: Vec<Fork>,
    /// Changes of blob parameters between forks (EIP-7892). They change the digest by which sources name a fork, and
    /// nothing else; an unknown one does no harm.
    pub blob_schedule: Vec<BlobParameters>,
}

/// How many blobs a block may have from an epoch on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlobParameters {
    /// The first epoch.
    pub epoch: u64,
    /// The limit.
    pub max_blobs_per_block: u64,
}

/// A scheduled fork of the consensus layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fork {
    /// Which fork.
    pub name: ForkName,
    /// The version that signatures made under it commit to.
    pub version: [u8; 4],
    /// The first epoch under it.
    pub epoch: u64,
    /// Pin: the weak subjectivity period, in epochs.
    pub weak_subjectivity_epochs: Option<u64>,
}

/// The forks of the consensus layer, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ForkName {
    /// Genesis. It has no sync committees.
    Phase0,
    /// The first fork with sync committees.
    Altair,
    /// The merge.
    Bellatrix,
    /// Withdrawals; light-client headers carry the execution header.
    Capella,
    /// Blobs.
    Deneb,
    /// Deeper state trees.
    Electra,
    /// Light clients use Electra's containers.
    Fulu,
    /// Light-client headers carry the hash of an execution block in place of its header.
    Gloas,
}

/// For how many epochs a checkpoint can be taken on faith, and who said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeakSubjectivity {
    /// The network's data does not say; a careful constant.
    Assumed(u64),
    /// The network's data says so.
    Pinned(u64),
}

/// The age that is assumed before Gloas, in epochs: 15.6 days on mainnet.
///
/// The formula of consensus-specs gives 3534 to 3538 epochs under Electra and Fulu with 30 to 40
/// million staked Ether; this is the round number below.
pub const WEAK_SUBJECTIVITY_EPOCHS_BEFORE_GLOAS: u64 = 3500;

/// The age that is assumed from Gloas on, in epochs: 6.7 days on mainnet.
///
/// EIP-8061 lets validators leave faster, which cuts the period to 1557 to 1581 epochs with 30
/// to 40 million staked Ether; this is the round number below.
pub const WEAK_SUBJECTIVITY_EPOCHS_FROM_GLOAS: u64 = 1500;

impl L1 {
    /// The fork that an epoch is under. Of several that begin at once, the newest.
    pub fn fork_at(&self, epoch: u64) -> Option<&Fork> {
        self.forks.iter().rfind(|fork| fork.epoch <= epoch)
    }

    /// The weak subjectivity period at an epoch; the shorter assumption where no fork covers it.
    ///
    /// A checkpoint from one fork that is judged under the next is held to the shorter of both.
    pub fn weak_subjectivity_at(&self, epoch: u64) -> WeakSubjectivity {
        self.fork_at(epoch)
            .map_or(WeakSubjectivity::Assumed(WEAK_SUBJECTIVITY_EPOCHS_FROM_GLOAS), Fork::weak_subjectivity)
    }

    /// The shortest weak subjectivity period of the forks that an age spans: those at both epochs and between.
    pub fn weak_subjectivity_between(&self, first: u64, last: u64) -> WeakSubjectivity {
        let later = self.forks.iter().filter(|fork| first < fork.epoch && fork.epoch <= last);
        later.map(Fork::weak_subjectivity).fold(self.weak_subjectivity_at(first), |shortest, period| {
            if period.epochs() < shortest.epochs() { period } else { shortest }
        })
    }

    /// The slot that a time is in; slot 0 before genesis.
    pub fn slot_at(&self, time: UnixTime) -> u64 {
        time.0.saturating_sub(self.genesis_time).checked_div(self.seconds_per_slot).unwrap_or_default()
    }

    /// The epoch of a slot.
    pub fn epoch_at(&self, slot: u64) -> u64 {
        slot.checked_div(self.slots_per_epoch).unwrap_or_default()
    }

    /// The sync committee period of a slot: `compute_sync_committee_period_at_slot`.
    pub fn period_at(&self, slot: u64) -> u64 {
        self.epoch_at(slot).checked_div(self.epochs_per_sync_committee_period).unwrap_or_default()
    }

    pub(super) fn pins_weak_subjectivity(&self) -> bool {
        self.forks.iter().all(|fork| fork.weak_subjectivity_epochs.is_some())
    }
}

impl Fork {
    /// The weak subjectivity period under this fork: its pin, or what is assumed for its time.
    pub fn weak_subjectivity(&self) -> WeakSubjectivity {
        match self.weak_subjectivity_epochs {
            Some(epochs) => WeakSubjectivity::Pinned(epochs),
            None if self.name < ForkName::Gloas => WeakSubjectivity::Assumed(WEAK_SUBJECTIVITY_EPOCHS_BEFORE_GLOAS),
            None => WeakSubjectivity::Assumed(WEAK_SUBJECTIVITY_EPOCHS_FROM_GLOAS),
        }
    }

    /// A row of a built-in schedule.
    pub(super) const fn scheduled(name: ForkName, version: u32, epoch: u64, weak_subjectivity_epochs: u64) -> Self {
        Self { name, version: version.to_be_bytes(), epoch, weak_subjectivity_epochs: Some(weak_subjectivity_epochs) }
    }
}

impl ForkName {
    /// Every fork this client knows, oldest first.
    pub const ALL: [Self; 8] = [
        Self::Phase0,
        Self::Altair,
        Self::Bellatrix,
        Self::Capella,
        Self::Deneb,
        Self::Electra,
        Self::Fulu,
        Self::Gloas,
    ];

    /// The name in consensus-specs and in the `version` member of the beacon API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phase0 => "phase0",
            Self::Altair => "altair",
            Self::Bellatrix => "bellatrix",
            Self::Capella => "capella",
            Self::Deneb => "deneb",
            Self::Electra => "electra",
            Self::Fulu => "fulu",
            Self::Gloas => "gloas",
        }
    }
}

impl fmt::Display for ForkName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl WeakSubjectivity {
    /// The period, in epochs.
    pub const fn epochs(self) -> u64 {
        match self {
            Self::Assumed(epochs) | Self::Pinned(epochs) => epochs,
        }
    }

    /// Whether the network's data said so.
    pub const fn is_pinned(self) -> bool {
        matches!(self, Self::Pinned(_))
    }
}
