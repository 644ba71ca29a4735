//! A store that is saved, and what is believed of it when it is read again.

use super::world::{PERIOD, World};
use crate::suites::Report;
use crate::suites::spoil::{Seed, flipped};
use metis_light::consensus::{Checkpoint, ConsensusError, Loaded, Store};
use metis_light::network::ForkName;
use metis_light::primitives::{B256, UnixTime};

pub(super) fn run(report: &mut Report) {
    for fork in [ForkName::Altair, ForkName::Deneb, ForkName::Fulu, ForkName::Gloas] {
        let world = World::at_genesis(fork);
        let name = format!("{fork}, saved");
        let store = travelled(&world);
        let saved = store.save();
        let now = world.time(3 * PERIOD);
        same(&name, &world, &store, None, &saved, now, report);
        whose(&name, &world, &store, &saved, now, report);
        spoiled(&name, &world, &saved, now, report);
        ages(&name, &world, &saved, report);
        retraced(&name, &world, &store, &saved, now, report);
        newest(&name, &world, report);
        begun(&name, &world, report);
    }
}

/// An old update that brings the missing committee does not take the place of newer finality.
fn newest(name: &str, world: &World, report: &mut Report) {
    let mut store = world.store_with_next();
    let updates = [
        world.finality(2 * PERIOD + 16, 2 * PERIOD + 8),
        world.finality(2 * PERIOD + 28, 2 * PERIOD + 20),
        world.full(2 * PERIOD + 18, 2 * PERIOD + 9),
    ];
    for update in &updates {
        report.holds(name, world.take(&mut store, update));
    }
    assert_eq!(store.finalized_header().beacon.slot, 2 * PERIOD + 20, "{name}");
    let loaded = loaded(report.holds(name, Store::load(&world.l1, None, &store.save(), world.time(3 * PERIOD))));
    assert_eq!(loaded.finalized_header(), store.finalized_header(), "{name}");
    assert!(loaded.knows_next_committee(), "{name}");
}

/// A store that has only begun, read before its time.
fn begun(name: &str, world: &World, report: &mut Report) {
    let saved = world.store().save();
    report.holds(name, Store::load(&world.l1, None, &saved, world.time(PERIOD + 8)));
    report.refuses(name, Store::load(&world.l1, None, &saved, world.time(PERIOD - 8)), "consensus.future-slot");
}

/// A store with two full updates, and finality and optimistic updates between and after them.
fn travelled(world: &World) -> Store {
    let mut store = world.store();
    let updates = [
        world.first(),
        world.finality(PERIOD + 28, PERIOD + 20),
        world.optimistic(PERIOD + 30),
        world.second(),
        world.finality(2 * PERIOD + 24, 2 * PERIOD + 12),
        world.finality(2 * PERIOD + 26, 2 * PERIOD + 16),
        world.optimistic(2 * PERIOD + 28),
    ];
    for update in &updates {
        world.take(&mut store, update).expect("the chain is honest");
    }
    store
}

/// What comes back is where the store was, but for the optimistic head, which nothing finalized.
fn same(
    name: &str,
    world: &World,
    store: &Store,
    checkpoint: Option<Checkpoint>,
    saved: &[u8],
    now: UnixTime,
    report: &mut Report,
) {
    let loaded = loaded(report.holds(name, Store::load(&world.l1, checkpoint, saved, now)));
    assert_eq!(loaded.finalized_header(), store.finalized_header(), "{name}");
    assert_eq!(loaded.period(), 2, "{name}");
    assert_eq!(loaded.knows_next_committee(), store.knows_next_committee(), "{name}");
    assert_eq!(loaded.save(), saved, "{name}: it is saved as it was read");
    // It goes on as the other would.
    let mut loaded = loaded;
    let next = world.full(3 * PERIOD + 16, 3 * PERIOD + 8);
    report.holds(name, world.take(&mut loaded, &next));
    assert_eq!(loaded.period(), 3, "{name}");
}

/// A caller's checkpoint wins: the chain begins there or passes it, or is set aside.
fn whose(name: &str, world: &World, store: &Store, saved: &[u8], now: UnixTime, report: &mut Report) {
    let passed = [
        world.root(),
        world.block(PERIOD + 16, None).header.beacon.root(),
        world.block(2 * PERIOD + 8, None).header.beacon.root(),
        store.finalized_header().beacon.root(),
    ];
    for root in passed {
        same(name, world, store, Some(Checkpoint::new(root)), saved, now, report);
    }
    // Attested headers were signed, but are not finalized.
    let signed = store.optimistic_header().beacon.root();
    for root in [B256::repeat_byte(3), signed] {
        match report.holds(name, Store::load(&world.l1, Some(Checkpoint::new(root)), saved, now)) {
            Loaded::SetAside { begins } => assert_eq!(begins, world.root(), "{name}"),
            Loaded::Store(_) => panic!("{name}: a chain of another checkpoint was taken"),
        }
    }
}

/// Nothing is believed because it was saved: every byte counts.
fn spoiled(name: &str, world: &World, saved: &[u8], now: UnixTime, report: &mut Report) {
    let load = |bytes: &[u8]| Store::load(&world.l1, Some(Checkpoint::new(world.root())), bytes, now);
    let mut seed = Seed::new(saved.len() as u64);
    for _ in 0..24 {
        let place = seed.below(saved.len());
        let outcome = load(&flipped(saved, place));
        let is_other = matches!(outcome, Ok(Loaded::SetAside { .. }) | Err(_));
        // The slot of a signature may move within its period; everything else is signed, proven or told apart.
        let is_signature_slot = matches!(&outcome, Ok(Loaded::Store(store)) if store.save() != saved);
        assert!(is_other || is_signature_slot, "{name}: byte {place} changed, and nobody noticed");
        report.refused += usize::from(is_other);
    }
    let mut other_tag = saved.to_vec();
    other_tag[3] ^= 1;
    let mut other_first = saved.to_vec();
    other_first[TAG + 1] = 1;
    let mut unknown_fork = saved.to_vec();
    unknown_fork[TAG] = 99;
    let second_bootstrap = [saved, &saved[TAG..TAG + 6 + length(saved)]].concat();
    for bytes in [&[][..], &saved[..TAG], &saved[..TAG + 3], &saved[..saved.len() - 1], &other_tag, &unknown_fork] {
        report.refuses(name, load(bytes), "consensus.saved");
    }
    report.refuses(name, load(&second_bootstrap), "consensus.saved");
    assert!(load(&other_first).is_err(), "{name}: a bootstrap was read as an update");
    report.refused += 1;
}

/// The age that counts is that of the newest header that the chain finalizes.
fn ages(name: &str, world: &World, saved: &[u8], report: &mut Report) {
    let limit = if world.fork() == ForkName::Gloas { 1500 } else { 3500 };
    let newest = world.l1.epoch_at(2 * PERIOD + 16);
    let at = |epoch: u64| world.time(epoch * world.l1.slots_per_epoch);
    let load = |checkpoint: Option<Checkpoint>, now| Store::load(&world.l1, checkpoint, saved, now);
    report.holds(name, load(None, at(newest + limit)));
    report.refuses(name, load(None, at(newest + limit + 1)), "consensus.checkpoint-too-old");
    let waived = Checkpoint::of_any_age(world.root());
    let store = loaded(report.holds(name, load(Some(waived), at(newest + limit + 1))));
    assert!(store.checkpoint().is_of_any_age(), "{name}: the waiver shows");
    // A chain from the future.
    let early: Result<_, ConsensusError> = load(None, at(1));
    report.refuses(name, early, "consensus.future-slot");
}

/// A stranger's chain begins at the checkpoint itself, whose own age counts, and is not endless.
fn retraced(name: &str, world: &World, store: &Store, saved: &[u8], now: UnixTime, report: &mut Report) {
    let checkpoint = Checkpoint::new(world.root());
    let retrace = |checkpoint, saved: &[u8], now| Store::retrace(&world.l1, checkpoint, saved, now);
    let again = report.holds(name, retrace(checkpoint, saved, now));
    assert_eq!((again.finalized_header(), again.save()), (store.finalized_header(), saved.to_vec()), "{name}");
    let begins = report.holds(name, Store::beginning(&world.l1, saved));
    assert_eq!(begins, world.root(), "{name}");

    // What it only passes could have been finalized by committees of the stranger's own.
    let passed = Checkpoint::new(store.finalized_header().beacon.root());
    report.refuses(name, retrace(passed, saved, now), "consensus.checkpoint");
    assert!(Store::load(&world.l1, Some(passed), saved, now).is_ok(), "{name}: one's own file may pass it");

    let limit = if world.fork() == ForkName::Gloas { 1500 } else { 3500 };
    let first = world.l1.epoch_at(PERIOD + 8);
    let at = |epoch: u64| world.time((first + epoch) * world.l1.slots_per_epoch);
    report.holds(name, retrace(checkpoint, saved, at(limit)));
    report.refuses(name, retrace(checkpoint, saved, at(limit + 1)), "consensus.checkpoint-too-old");
    let waived = Checkpoint::of_any_age(world.root());
    assert!(report.holds(name, retrace(waived, saved, at(limit + 1))).checkpoint().is_of_any_age(), "{name}");

    let last = last_frame(saved);
    let many = |more| [saved.to_vec(), last.repeat(more)].concat();
    report.holds(name, retrace(checkpoint, &many(100), now));
    report.refuses(name, retrace(checkpoint, &many(128), now), "consensus.too-many-updates");
    report.refuses(name, retrace(checkpoint, &saved[..TAG + 6], now), "consensus.saved");
    report.refuses(name, Store::beginning(&world.l1, &saved[..TAG]), "consensus.saved");
}

/// The bytes of the last frame.
fn last_frame(saved: &[u8]) -> &[u8] {
    let mut at = TAG;
    loop {
        let length = u32::from_le_bytes(saved[at + 2..at + 6].try_into().expect("four bytes"));
        let end = at + 6 + usize::try_from(length).expect("a small length");
        if end == saved.len() {
            return &saved[at..];
        }
        at = end;
    }
}

fn loaded(loaded: Loaded) -> Store {
    match loaded {
        Loaded::Store(store) => *store,
        Loaded::SetAside { begins } => panic!("the chain from {begins} was set aside"),
    }
}

/// The length of the tag, after which the first frame begins.
const TAG: usize = 20;

/// The length of the first frame's message.
fn length(saved: &[u8]) -> usize {
    let length = u32::from_le_bytes(saved[TAG + 2..TAG + 6].try_into().expect("four bytes"));
    usize::try_from(length).expect("a small length")
}
