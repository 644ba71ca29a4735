//! The part of the specification that this client never uses: `best_valid_update` and `force_update`.
//!
//! A forced update takes an attested header for a finalized one when nothing was finalized for a period. That gives up what
//! the client is for, so it exists in the test build only, for the official vectors. So does a store that lets one signature
//! move its optimistic header, as the specification's does.

use super::check::check_update;
use super::types::Update;
use super::{Advance, Checkpoint, ConsensusError, Store};
use crate::consensus::Bootstrap;
use crate::network::L1;

const MIN_SYNC_COMMITTEE_PARTICIPANTS: u64 = 1;

/// A store as the specification has it.
#[derive(Clone, Debug)]
pub struct SpecStore {
    store: Store,
    best_valid_update: Option<Update>,
    previous_max_active_participants: u64,
    current_max_active_participants: u64,
}

impl SpecStore {
    /// `initialize_light_client_store`.
    ///
    /// # Errors
    /// [`ConsensusError`], the first rule that is broken.
    pub fn initialize(l1: &L1, checkpoint: Checkpoint, bootstrap: &Bootstrap) -> Result<Self, ConsensusError> {
        Ok(Self {
            store: Store::start(l1, checkpoint, bootstrap)?,
            best_valid_update: None,
            previous_max_active_participants: 0,
            current_max_active_participants: 0,
        })
    }

    /// `process_light_client_update`.
    ///
    /// # Errors
    /// [`ConsensusError`], the first rule that is broken.
    pub fn process_update(&mut self, update: &Update, current_slot: u64) -> Result<Advance, ConsensusError> {
        check_update(&self.store, update, current_slot, MIN_SYNC_COMMITTEE_PARTICIPANTS)?;
        let participants = update.sync_aggregate.participants();
        self.current_max_active_participants = self.current_max_active_participants.max(participants);
        let period = self.store.period();
        let advance = self.store.apply_if_it_counts(update, self.safety_threshold());
        self.rotate_from(period);
        let is_better = |best: &Update| update.is_better_than(best, self.store.l1());
        if self.best_valid_update.as_ref().is_none_or(is_better) {
            self.best_valid_update = Some(update.clone());
        }
        if advance.finalized || advance.committee {
            self.best_valid_update = None;
        }
        Ok(advance)
    }

    /// `process_light_client_store_force_update`.
    pub fn force_update(&mut self, current_slot: u64) {
        let l1 = self.store.l1();
        let timeout = l1.slots_per_epoch.saturating_mul(l1.epochs_per_sync_committee_period);
        let finalized_slot = self.store.finalized_header().beacon.slot;
        if current_slot <= finalized_slot.saturating_add(timeout) {
            return;
        }
        let Some(best) = self.best_valid_update.take() else { return };
        let is_newer = best.finalized_slot() > finalized_slot;
        let finalized = best.finalized_header.as_ref().filter(|_| is_newer).map(|finalized| &finalized.value);
        let period = self.store.period();
        self.store.apply(&best, finalized.unwrap_or(&best.attested_header));
        self.rotate_from(period);
    }

    /// `get_safety_threshold`.
    fn safety_threshold(&self) -> u64 {
        self.previous_max_active_participants.max(self.current_max_active_participants) / 2
    }

    /// What `apply_light_client_update` does to the maxima where committees rotate.
    fn rotate_from(&mut self, period: u64) {
        if self.store.period() != period {
            self.previous_max_active_participants = self.current_max_active_participants;
            self.current_max_active_participants = 0;
        }
    }

    /// The store.
    pub const fn store(&self) -> &Store {
        &self.store
    }
}
