//! What the suites over light-client data share: clocks, a second opinion, spoiled twins, and stores that were saved.

pub(super) mod agree;
pub(super) mod saved;
pub(super) mod twins;

use super::metis::check::Check;
use metis_light::consensus::{Bootstrap, Checkpoint, Message, Store, SyncCommittee, Update};
use metis_light::network::L1;
use metis_light::primitives::bls::{BlsError, verify_by_members};
use metis_light::primitives::ssz::hash_nodes;
use metis_light::primitives::{B256, UnixTime};

/// When a slot begins.
pub(super) fn time_of(l1: &L1, slot: u64) -> UnixTime {
    UnixTime(l1.genesis_time + slot * l1.seconds_per_slot)
}

/// Messages in any form.
pub(super) fn parsed(name: &str, l1: &L1, bytes: &[u8]) -> Vec<Message> {
    Message::parse_all(l1, bytes).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A bootstrap in any form, on which the schemas agree.
pub(super) fn bootstrap(name: &str, l1: &L1, bytes: &[u8]) -> Bootstrap {
    let [Message::Bootstrap(bootstrap)] = &parsed(name, l1, bytes)[..] else { panic!("{name} is no bootstrap") };
    agree::bootstrap(name, l1, bootstrap);
    Bootstrap::clone(bootstrap)
}

/// Updates in any form, on which the schemas agree.
pub(super) fn updates(name: &str, l1: &L1, bytes: &[u8]) -> Vec<Update> {
    let updates = parsed(name, l1, bytes).into_iter().map(|message| match message {
        Message::Update(update) => *update,
        Message::Bootstrap(_) => panic!("{name} holds a bootstrap"),
    });
    let updates: Vec<Update> = updates.collect();
    updates.iter().for_each(|update| agree::update(name, l1, update));
    updates
}

/// A single update, on which the schemas agree.
pub(super) fn update(name: &str, l1: &L1, bytes: &[u8]) -> Update {
    let [update] = &updates(name, l1, bytes)[..] else { panic!("{name} is not one update") };
    update.clone()
}

/// A store from a bootstrap, which is its own checkpoint. Recorded ones are old by any clock of today's.
pub(super) fn started(name: &str, l1: &L1, bootstrap: &Bootstrap, now: UnixTime) -> Store {
    let checkpoint = Checkpoint::of_any_age(bootstrap.header.beacon.root());
    Store::bootstrap(l1, checkpoint, bootstrap, now).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Advances by an update that holds, and sees that everything moves forward.
pub(super) fn advance(check: &mut Check, name: &str, store: &mut Store, update: &Update, now: UnixTime) {
    let before = (store.finalized_header().beacon.slot, store.optimistic_header().beacon.slot);
    let moved = check.ok(name, store.advance(update, now));
    let after = (store.finalized_header().beacon.slot, store.optimistic_header().beacon.slot);
    assert_eq!((moved.finalized, moved.optimistic), (after.0 > before.0, after.1 > before.1), "{name}");
    assert!(after.0 >= before.0 && after.1 >= before.1, "{name}: a header went back");
    assert!(after.0 <= after.1, "{name}: the finalized header is ahead");
    if let Some(finalized) = update.proposed_finality() {
        assert!(after.0 >= finalized.value.beacon.slot, "{name}: what is finalized was not taken");
    }
    assert!(after.1 >= update.attested_header.beacon.slot, "{name}: what was signed was not taken");
}

/// Advances by the updates of one period after the other, and spoils the first and the last of them.
pub(super) fn climb(check: &mut Check, name: &str, store: &mut Store, updates: &[Update], now: UnixTime) {
    for (place, update) in updates.iter().enumerate() {
        let finalized = update.finalized_header.as_ref().expect("an update of a period finalizes").value.beacon.slot;
        // A bootstrap may be of a later block than the first update finalizes; the newest update may finalize the period
        // before its own.
        let period = store.l1().period_at(finalized).max(store.period());
        let name = format!("{name}, finalized slot {finalized}");
        if place == 0 || place + 1 == updates.len() {
            twins::refused(check, &name, store, update, now);
        }
        advance(check, &name, store, update, now);
        check.eq(&name, (store.period(), store.knows_next_committee()), (period, true));
    }
    if let [first, _, ..] = updates {
        twins::is_old(check, &format!("{name}, its first update again"), store, first, now);
    }
}

/// Whether a committee signed an update: what can still be said where there is no bootstrap to start a store from.
///
/// What was signed is put together here once more, from the specification's `compute_signing_root`.
pub(super) fn signed_by(l1: &L1, committee: &SyncCommittee, update: &Update) -> Result<(), BlsError> {
    let aggregate = &update.sync_aggregate;
    verify_by_members(
        &committee.pubkeys,
        &committee.aggregate_pubkey,
        &aggregate.sync_committee_bits,
        signing_root(l1, update),
        &aggregate.sync_committee_signature,
    )
}

/// `compute_signing_root` of the attested header, under the domain of sync committees.
pub(super) fn signing_root(l1: &L1, update: &Update) -> B256 {
    let fork = l1.fork_at(l1.epoch_at(update.signature_slot - 1)).expect("a fork");
    let fork_data = hash_nodes(B256::right_padding_from(&fork.version), l1.genesis_validators_root);
    let domain = [&[7, 0, 0, 0], &fork_data[..28]].concat();
    hash_nodes(update.attested_header.beacon.root(), B256::from_slice(&domain))
}
