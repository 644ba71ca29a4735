//! Stores that were saved and loaded again, by whatever checkpoint, and spoiled in between.

use super::super::metis::check::Check;
use super::super::spoil::{Seed, flipped};
use metis_light::consensus::{Checkpoint, ConsensusError, Loaded, Store};
use metis_light::network::L1;
use metis_light::primitives::{B256, UnixTime};

/// Saves a store that began at `begins`, and loads it under every kind of checkpoint.
///
/// `passed` are roots of headers that its saved updates finalized on the way. Of the saved bytes, `flips` are spoiled.
pub(crate) fn round_trip(
    check: &mut Check,
    name: &str,
    store: &Store,
    (begins, passed): (B256, &[B256]),
    flips: usize,
    now: UnixTime,
) {
    let (l1, saved) = (store.l1(), store.save());
    let at = |root| Some(Checkpoint::of_any_age(root));
    let newest = store.finalized_header().beacon.root();
    for checkpoint in [begins, newest].iter().chain(passed) {
        let name = format!("{name}, loaded with checkpoint {checkpoint}");
        let loaded = loaded(check, &name, l1, at(*checkpoint), &saved, now);
        is_same(check, &name, &loaded, store);
        check.eq(&name, loaded.save(), saved.clone());
    }
    let other = B256::repeat_byte(0x77);
    let verdict = check.ok(name, Store::load(l1, at(other), &saved, now));
    assert!(matches!(verdict, Loaded::SetAside { begins: first } if first == begins), "{name}: of another checkpoint");
    framing(check, name, l1, at(begins), &saved, now);
    let mut seed = Seed::new(saved.len() as u64);
    for _ in 0..flips {
        let place = seed.below(saved.len());
        let name = format!("{name}: byte {place} of {} flipped", saved.len());
        spoiled(check, &name, store, at(begins), &flipped(&saved, place), now);
    }
}

/// Without a checkpoint the file's own beginning counts, and must be young: so must its newest header be.
pub(crate) fn age(check: &mut Check, name: &str, store: &Store, young: UnixTime, old: UnixTime) {
    let saved = store.save();
    let loaded = loaded(check, name, store.l1(), None, &saved, young);
    is_same(check, name, &loaded, store);
    check.refused(name, Store::load(store.l1(), None, &saved, old), |error| {
        matches!(error, ConsensusError::CheckpointTooOld { .. })
    });
}

fn loaded(
    check: &mut Check,
    name: &str,
    l1: &L1,
    checkpoint: Option<Checkpoint>,
    saved: &[u8],
    now: UnixTime,
) -> Store {
    match check.ok(name, Store::load(l1, checkpoint, saved, now)) {
        Loaded::Store(store) => *store,
        Loaded::SetAside { begins } => panic!("{name}: set aside, it begins at {begins}"),
    }
}

/// The finalized header is the same, and so are the committees: the optimistic one is not saved.
fn is_same(check: &mut Check, name: &str, loaded: &Store, store: &Store) {
    check.eq(name, loaded.finalized_header(), store.finalized_header());
    check.eq(name, loaded.knows_next_committee(), store.knows_next_committee());
    assert!(loaded.optimistic_header().beacon.slot <= store.optimistic_header().beacon.slot, "{name}");
}

/// A file that ends early, goes on, or is of another form.
fn framing(check: &mut Check, name: &str, l1: &L1, checkpoint: Option<Checkpoint>, saved: &[u8], now: UnixTime) {
    let twins = [
        ("nothing", Vec::new()),
        ("another tag", flipped(saved, 2)),
        ("the tag alone", saved[..20].to_vec()),
        ("a byte less", saved[..saved.len() - 1].to_vec()),
        ("a byte more", [saved, &[0]].concat()),
        ("an unknown fork", [&saved[..20], &[99], &saved[21..]].concat()),
        ("an unknown kind", [&saved[..21], &[99], &saved[22..]].concat()),
        ("a second bootstrap", [saved, &saved[20..]].concat()),
    ];
    for (what, twin) in twins {
        let verdict = Store::load(l1, checkpoint, &twin, now);
        check.refused(&format!("{name}: {what}"), verdict, |error| matches!(error, ConsensusError::Saved { .. }));
    }
}

/// A spoiled file is refused, or it is of another checkpoint; or the byte is one of a signature's slot, which only names
/// the committee and may be another of its period.
fn spoiled(check: &mut Check, name: &str, store: &Store, checkpoint: Option<Checkpoint>, twin: &[u8], now: UnixTime) {
    match Store::load(store.l1(), checkpoint, twin, now) {
        Err(_) | Ok(Loaded::SetAside { .. }) => check.report.refused += 1,
        Ok(Loaded::Store(loaded)) => is_same(check, name, &loaded, store),
    }
}
