//! Stores that know the committee of a period.

use crate::files::Files;
use crate::suites::light_client::{started, time_of};
use crate::suites::metis::check::Check;
use metis_light::consensus::{Bootstrap, Store, SyncCommittee, Update};
use metis_light::network::L1;
use std::collections::BTreeMap;

pub(super) const FOLDER: &str = "lc_real/mainnet_deneb_electra/";

/// What there is to climb by.
pub(super) struct Committees {
    pub(super) l1: L1,
    bootstraps: BTreeMap<u64, Bootstrap>,
    updates: BTreeMap<u64, Update>,
}

impl Committees {
    pub(super) fn new(files: &Files, l1: L1) -> Self {
        let named = |kind: &'static str| files.matching(FOLDER, ".ssz").filter(move |(path, _)| path.contains(kind));
        let bootstraps = named("/bootstrap_").map(|(path, bytes)| {
            Bootstrap::from_ssz(&l1, None, bytes).unwrap_or_else(|error| panic!("{path}: {error}"))
        });
        let bootstraps = bootstraps.map(|bootstrap| (l1.period_at(bootstrap.header.beacon.slot), bootstrap)).collect();
        let updates = named("_updates_").flat_map(|(path, bytes)| {
            Update::list_from_ssz(&l1, bytes).unwrap_or_else(|error| panic!("{path}: {error}"))
        });
        let updates = updates.map(|update| (l1.period_at(update.attested_header.beacon.slot), update)).collect();
        Self { bootstraps, updates, l1 }
    }

    /// From the last bootstrap before a period, by the updates of all periods before it, if none is missing.
    pub(super) fn store(&self, check: &mut Check, period: u64) -> Option<Store> {
        let (first, bootstrap) = self.bootstraps.range(..=period).next_back()?;
        let updates: Option<Vec<&Update>> = (*first..period).map(|period| self.updates.get(&period)).collect();
        let updates = updates?;
        let last = updates.last().map_or(bootstrap.header.beacon.slot, |update| update.signature_slot);
        let now = time_of(&self.l1, last);
        let name = format!("to period {period}");
        let mut store = started(&name, &self.l1, bootstrap, now);
        for update in updates {
            check.ok(&name, store.advance(update, now));
        }
        Some(store)
    }

    /// The committee of a period as an update names it that nothing leads to.
    pub(super) fn named(&self, period: u64) -> Option<SyncCommittee> {
        Some(self.updates.get(&(period - 1))?.next_sync_committee.clone()?.value)
    }
}
