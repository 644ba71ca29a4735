//! A consensus of one's own, from a network file or from the answers of a beacon node: read or refused, and what is read
//! can be asked everything.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metis_light::consensus::{Bootstrap, Message, Update};
use metis_light::network::{ForkName, L1};
use metis_light::primitives::UnixTime;
use metis_light_fuzz::Input;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(l1) = L1::from_json(bytes) {
        ask(&l1, bytes);
    }
    let mut input = Input(bytes);
    let spec = input.chunk();
    if let Ok(l1) = L1::from_beacon_api(spec, input.0) {
        ask(&l1, spec);
    }
});

fn ask(l1: &L1, bytes: &[u8]) {
    assert!(l1.sync_committee_size.is_power_of_two() && l1.slots_per_epoch.is_power_of_two());
    assert!(l1.seconds_per_slot > 0 && l1.epochs_per_sync_committee_period.is_power_of_two());
    assert!(l1.forks.is_sorted_by_key(|fork| (fork.name, fork.epoch)));
    for time in [0, 1, l1.genesis_time, u64::MAX] {
        let slot = l1.slot_at(UnixTime(time));
        let epoch = l1.epoch_at(slot);
        let _ = (l1.period_at(slot), l1.fork_at(epoch));
        let shortest = l1.weak_subjectivity_between(0, epoch);
        assert!(shortest.epochs() <= l1.weak_subjectivity_at(0).epochs());
    }
    let _ = Message::parse_all(l1, bytes);
    for fork in ForkName::ALL {
        let _ = Bootstrap::from_ssz(l1, Some(fork), bytes);
    }
    let _ = Update::list_from_ssz(l1, bytes);
}
