//! SSZ of the Beacon API: bare bootstraps, and lists of updates in frames.
//!
//! Every bootstrap is climbed from for as long as there is an update for the next period. Updates that no bootstrap leads
//! to, those of periods 1408 and 1419, are read and compared, their branches are followed, and no more: nobody says who
//! the committee was that signed them.

use super::super::light_client::{self, advance, agree, climb, saved, started, time_of, twins};
use super::super::metis::check::Check;
use super::super::spoil::{self, Seed, flipped};
use super::mainnet;
use crate::files::Files;
use metis_light::consensus::{Bootstrap, Checkpoint, ConsensusError, MAX_UPDATES, Store, Update};
use metis_light::network::{L1, built_in_l1};
use metis_light::primitives::UnixTime;
use metis_light::primitives::ssz::{SszError, hash_nodes};
use std::collections::BTreeMap;

const FOLDER: &str = "lc_real/mainnet_deneb_electra/";

pub(super) fn run(check: &mut Check, files: &Files) {
    let l1 = mainnet();
    let updates = read_updates(check, &l1, files);
    for (path, bytes) in files.matching(FOLDER, ".ssz").filter(|(path, _)| path.contains("/bootstrap_")) {
        let bootstrap = light_client::bootstrap(path, &l1, bytes);
        check.eq(path, &bootstrap.to_ssz()[..], bytes);
        let period = l1.period_at(bootstrap.header.beacon.slot);
        check.eq(path, path.contains(&format!("_period_{period}_slot_{}.", bootstrap.header.beacon.slot)), true);
        let in_a_row: Vec<Update> = (period..).map_while(|period| updates.get(&period).cloned()).collect();
        climbed(check, path, &l1, &bootstrap, &in_a_row);
        ages(check, path, &l1, &bootstrap);
        refused_bootstraps(check, path, &l1, &bootstrap, bytes);
        if let Some(first) = in_a_row.first() {
            on_another_network(check, path, &bootstrap, first);
        }
    }
}

/// All updates by their periods; each file is its list, written frame by frame.
fn read_updates(check: &mut Check, l1: &L1, files: &Files) -> BTreeMap<u64, Update> {
    let mut all = BTreeMap::new();
    for (path, bytes) in files.matching(FOLDER, ".ssz").filter(|(path, _)| path.contains("_updates_")) {
        let updates = light_client::updates(path, l1, bytes);
        check.eq(path, framed(&updates), bytes.to_vec());
        check.eq(path, Update::list_from_ssz(l1, bytes), Ok(updates.clone()));
        check.eq(path, path.ends_with(&format!("_count_{}.ssz", updates.len())), true);
        refused_lists(check, path, l1, bytes, &updates[0]);
        for update in updates {
            check.eq(path, update.claimed_fork_digest, Some(digest(l1, update.attested_header.beacon.slot)));
            all.insert(l1.period_at(update.attested_header.beacon.slot), update);
        }
    }
    all
}

/// The list as a beacon node frames it.
fn framed(updates: &[Update]) -> Vec<u8> {
    updates.iter().flat_map(|update| frame(update.claimed_fork_digest.expect("a digest"), &update.to_ssz())).collect()
}

fn frame(digest: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let length = payload.len() as u64 + 4;
    [&length.to_le_bytes()[..], &digest, payload].concat()
}

/// `compute_fork_digest` as it was before Fulu.
fn digest(l1: &L1, slot: u64) -> [u8; 4] {
    let fork = l1.fork_at(l1.epoch_at(slot)).expect("a fork");
    let mut version = [0; 32];
    version[..4].copy_from_slice(&fork.version);
    let root = hash_nodes(version.into(), l1.genesis_validators_root);
    *root.first_chunk().expect("32 bytes")
}

/// From a bootstrap to the last update in a row, saved on the way and at the end.
fn climbed(check: &mut Check, name: &str, l1: &L1, bootstrap: &Bootstrap, updates: &[Update]) {
    let last = updates.last().map_or(bootstrap.header.beacon.slot, |update| update.signature_slot);
    let now = time_of(l1, last);
    let mut store = started(name, l1, bootstrap, now);
    check.eq(name, (store.period(), store.knows_next_committee()), (l1.period_at(store_slot(&store)), false));
    if updates.len() > 2 {
        saved_on_the_way(check, name, bootstrap, &updates[..2], l1);
    }
    climb(check, name, &mut store, updates, now);
    if let Some(last) = updates.last() {
        again(check, name, &mut store, last, now);
    }
}

fn store_slot(store: &Store) -> u64 {
    store.finalized_header().beacon.slot
}

/// An update that was taken already still holds and moves nothing.
fn again(check: &mut Check, name: &str, store: &mut Store, update: &Update, now: UnixTime) {
    let saved = store.save();
    let moved = check.ok(name, store.advance(update, now));
    check.eq(name, (moved.finalized, moved.optimistic, moved.committee), (false, false, false));
    check.eq(name, store.save() == saved, true);
}

/// A store after two updates: loaded by either end, and by the header in between.
fn saved_on_the_way(check: &mut Check, name: &str, bootstrap: &Bootstrap, updates: &[Update], l1: &L1) {
    let now = time_of(l1, updates[1].signature_slot);
    let begins = bootstrap.header.beacon.root();
    let store = Store::bootstrap(l1, Checkpoint::new(begins), bootstrap, now);
    let mut store = check.ok(&format!("{name}: a young checkpoint"), store);
    let mut passed = Vec::new();
    for update in updates {
        advance(check, name, &mut store, update, now);
        passed.push(store.finalized_header().beacon.root());
    }
    passed.pop();
    saved::round_trip(check, name, &store, (begins, &passed), 24, now);
    saved::age(check, name, &store, now, UnixTime(now.0 + 365 * 86_400));
}

/// A checkpoint may be as old as the weak subjectivity period and not an epoch older, unless its age is waived.
fn ages(check: &mut Check, name: &str, l1: &L1, bootstrap: &Bootstrap) {
    let first = l1.epoch_at(bootstrap.header.beacon.slot);
    let is_young = |epoch: &u64| epoch - first <= l1.weak_subjectivity_between(first, *epoch).epochs();
    let oldest = (first..).take_while(is_young).last().expect("the first epoch is young");
    let root = bootstrap.header.beacon.root();
    let at = |checkpoint, epoch| {
        let now = time_of(l1, epoch * l1.slots_per_epoch);
        Store::bootstrap(l1, checkpoint, bootstrap, now)
    };
    check.ok(&format!("{name}: at the limit"), at(Checkpoint::new(root), oldest));
    check.refused(
        &format!("{name}: past the limit"),
        at(Checkpoint::new(root), oldest + 1),
        |error| matches!(error, ConsensusError::CheckpointTooOld { got, limit } if got > limit),
    );
    check.ok(&format!("{name}: of any age"), at(Checkpoint::of_any_age(root), oldest + 100_000));
    check.refused(&format!("{name}: from the future"), at(Checkpoint::new(root), first - 1), |error| {
        matches!(error, ConsensusError::FutureSlot { .. })
    });
    let other = Checkpoint::new(hash_nodes(root, root));
    check.refused(
        &format!("{name}: of another block"),
        at(other, first + 1),
        |error| matches!(error, ConsensusError::CheckpointMismatch { got, .. } if *got == root),
    );
}

/// One bit of a bootstrap is another: it is not of the checkpoint any more, or its parts do not hang together.
fn refused_bootstraps(check: &mut Check, name: &str, l1: &L1, bootstrap: &Bootstrap, bytes: &[u8]) {
    let root = bootstrap.header.beacon.root();
    let now = time_of(l1, bootstrap.header.beacon.slot + 1);
    let verdict = |bytes: &[u8]| {
        let bootstrap = Bootstrap::from_ssz(l1, None, bytes)?;
        Store::bootstrap(l1, Checkpoint::new(root), &bootstrap, now)
    };
    check.ok(name, verdict(bytes));
    for place in spoil::places(bytes.len(), 64, &mut Seed::new(bytes.len() as u64)) {
        check.refused(&format!("{name}: byte {place} flipped"), verdict(&flipped(bytes, place)), |error| {
            matches!(
                error,
                ConsensusError::Branch { .. }
                    | ConsensusError::CheckpointMismatch { .. }
                    | ConsensusError::Ssz { .. }
                    | ConsensusError::ExecutionShape { .. }
            )
        });
    }
}

/// A list whose frames are not what they say.
fn refused_lists(check: &mut Check, name: &str, l1: &L1, bytes: &[u8], first: &Update) {
    let digest = first.claimed_fork_digest.expect("a digest");
    let payload = first.to_ssz();
    let with_length = |length: u64| [&length.to_le_bytes()[..], &digest, &payload].concat();
    let length = payload.len() as u64 + 4;
    let is_short = |error: &ConsensusError| matches!(error, ConsensusError::Ssz { rule: SszError::Short { .. }, .. });
    for (what, twin) in [
        ("cut in the payload", bytes[..bytes.len() - 1].to_vec()),
        ("cut in the digest", bytes[..10].to_vec()),
        ("cut in the length", bytes[..7].to_vec()),
        ("a byte behind it", [bytes, &[0]].concat()),
        ("a length without a digest", with_length(3)),
        ("a length one too large", with_length(length + 1)),
        ("the largest length", with_length(u64::MAX)),
    ] {
        check.refused(&format!("{name}: {what}"), Update::list_from_ssz(l1, &twin), is_short);
    }
    let is_ssz = |error: &ConsensusError| matches!(error, ConsensusError::Ssz { .. });
    check.refused(&format!("{name}: a length too small"), Update::list_from_ssz(l1, &with_length(length - 1)), is_ssz);
    // Half of it: the last bytes alone are a field that may be shorter.
    let half = &payload[..payload.len() / 2];
    let unknown = frame(*b"none", half);
    check.refused(
        &format!("{name}: another shape, of an unknown fork"),
        Update::list_from_ssz(l1, &unknown),
        |error| matches!(error, ConsensusError::UnknownFork { named } if named == "0x6e6f6e65"),
    );
    let known = frame(digest, half);
    check.refused(&format!("{name}: another shape, of a known fork"), Update::list_from_ssz(l1, &known), is_ssz);
    let many = frame(digest, &payload).repeat(MAX_UPDATES + 1);
    check.refused(&format!("{name}: more than an answer holds"), Update::list_from_ssz(l1, &many), |error| {
        matches!(error, ConsensusError::TooManyUpdates { limit: MAX_UPDATES })
    });
    // A digest that nobody knows is no reason to refuse what can be read.
    let renamed = check.ok(name, Update::list_from_ssz(l1, &frame(*b"none", &payload)));
    check.eq(name, renamed, vec![Update { claimed_fork_digest: Some(*b"none"), ..first.clone() }]);
    agree::update(name, l1, first);
}

/// Another network's clock, forks and validators are no place for these. Where its forks give the message the same shape, it
/// is the signature that tells.
fn on_another_network(check: &mut Check, name: &str, bootstrap: &Bootstrap, update: &Update) {
    let sepolia = built_in_l1("sepolia").expect("sepolia is built in");
    match Bootstrap::from_ssz(&sepolia, None, &bootstrap.to_ssz()) {
        Err(ConsensusError::Ssz { .. }) => check.report.refused += 1,
        Err(error) => panic!("{name}: {error}"),
        Ok(_) => signature_tells(check, name, &sepolia, bootstrap, update),
    }
    // As mainnet is, but for the validators that it began with.
    let twin = L1 { genesis_validators_root: sepolia.genesis_validators_root, ..mainnet() };
    signature_tells(check, name, &twin, bootstrap, update);
}

fn signature_tells(check: &mut Check, name: &str, l1: &L1, bootstrap: &Bootstrap, update: &Update) {
    let now = time_of(l1, update.signature_slot);
    let bootstrap = Bootstrap::from_ssz(l1, None, &bootstrap.to_ssz()).expect("its shape is the same");
    let update = Update::from_ssz(l1, update.kind(), None, &update.to_ssz()).expect("and so is the update's");
    let verdict = started(name, l1, &bootstrap, now).advance(&update, now);
    check.refused(&format!("{name}: on another network"), verdict, twins::is_mismatch);
}
