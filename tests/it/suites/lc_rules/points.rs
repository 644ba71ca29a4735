//! Keys and signatures that are no points, or not the right kind of point.

use super::updates::refuse;
use super::world::{PERIOD, World};
use crate::suites::Report;
use crate::suites::beacon_chain::{self, Committee, State};
use bls12_381::{G2Affine, Scalar};
use metis_light::consensus::{Checkpoint, Store, SyncAggregate, Update};

/// The largest field element and one more: the field's modulus, which no encoding may hold.
const MODULUS: [u8; 48] = alloy_primitives::hex!(
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab"
);

pub(super) fn run(world: &World, report: &mut Report) {
    signatures(world, report);
    keys(world, report);
    cancelling(world, report);
}

fn signatures(world: &World, report: &mut Report) {
    let name = format!("{}, points of signatures", world.fork());
    let update = world.first();
    let good = update.sync_aggregate.sync_committee_signature;
    let mut refused = |signature: [u8; 96], rule| {
        let bits = update.sync_aggregate.sync_committee_bits.clone();
        let aggregate = SyncAggregate { sync_committee_bits: bits, sync_committee_signature: signature };
        refuse(world, report, &name, world.store(), &Update { sync_aggregate: aggregate, ..update.clone() }, rule);
    };
    // Without the flag of a compressed point, and with that of infinity beside coordinates.
    refused(with(good, 0, good[0] & 0x7f), "bls.signature");
    refused(with(good, 0, good[0] | 0x40), "bls.signature");
    // A coordinate that is not reduced.
    let mut unreduced = good;
    unreduced[48..].copy_from_slice(&MODULUS);
    refused(unreduced, "bls.signature");
    // Infinity, once as it should be written and once with a sign.
    refused(with([0; 96], 0, 0xc0), "bls.mismatch");
    refused(with([0; 96], 0, 0xe0), "bls.signature");
    refused([0; 96], "bls.signature");
    // The negative of the right one, which is a point of the group.
    refused(with(good, 0, good[0] ^ 0x20), "bls.mismatch");
    // A point of the curve outside the group.
    refused(outside_the_group(), "bls.signature");
}

/// The first point of the curve that is not in the group, by counting up `x`.
fn outside_the_group() -> [u8; 96] {
    for x in 1..=u8::MAX {
        let encoding = with(with([0; 96], 0, 0x80), 95, x);
        let point: Option<G2Affine> = G2Affine::from_compressed_unchecked(&encoding).into();
        if point.is_some_and(|point| !bool::from(point.is_torsion_free())) {
            return encoding;
        }
    }
    panic!("hardly any point of the curve is in the group");
}

/// A committee is as its state says, but a key of it is no point: only members who did not sign are looked at.
fn keys(world: &World, report: &mut Report) {
    let name = format!("{}, points of keys", world.fork());
    let mut unreduced = [0; 48];
    unreduced.copy_from_slice(&MODULUS);
    unreduced[0] |= 0x80;
    let mut infinity = [0; 48];
    infinity[0] = 0xc0;
    for key in [[0; 48], unreduced, infinity, [0xff; 48]] {
        let mut committee = world.committees[1].clone();
        committee.keys.pubkeys[5] = key;
        check(world, &committee, |_| true, None, &name, report);
        check(world, &committee, |member| member != 5, Some("bls.key"), &name, report);
        let mut committee = world.committees[1].clone();
        committee.keys.aggregate_pubkey = key;
        check(world, &committee, |_| true, Some("bls.key"), &name, report);
    }
}

/// Members whose keys cancel out: their sum accepts anything.
fn cancelling(world: &World, report: &mut Report) {
    let name = format!("{}, cancelling keys", world.fork());
    let mut secrets = world.committees[1].secrets.clone();
    let others = secrets[1..20].iter().fold(Scalar::zero(), |sum, secret| sum + secret);
    secrets[0] = -others;
    let committee = Committee::of(secrets);
    check(world, &committee, |_| true, None, &name, report);
    check(world, &committee, |member| member < 20, Some("bls.no-key"), &name, report);
}

/// A chain from a checkpoint with this committee: the update of its period is refused by a rule, or holds.
fn check(
    world: &World,
    committee: &Committee,
    signs: impl Fn(usize) -> bool,
    rule: Option<&str>,
    name: &str,
    report: &mut Report,
) {
    let l1 = &world.l1;
    let next = &world.committees[2].keys;
    let block = |slot, finalized| {
        let state = State { finalized, current: &committee.keys, next };
        beacon_chain::block(l1, slot, &state, &super::world::execution_block(l1, slot))
    };
    let first = block(PERIOD + 8, None);
    let bootstrap = beacon_chain::bootstrap(&first, &committee.keys);
    let checkpoint = Checkpoint::new(first.header.beacon.root());
    let store = Store::bootstrap(l1, checkpoint, &bootstrap, world.time(PERIOD + 8)).expect("the checkpoint holds");
    let finalized = block(PERIOD + 16, None);
    let mut update = beacon_chain::update(&block(PERIOD + 24, Some(&finalized)), Some(&finalized), Some(next));
    beacon_chain::sign(l1, &mut update, committee, signs);
    match rule {
        Some(rule) => refuse(world, report, name, store, &update, rule),
        None => {
            report.holds(name, world.take(&mut store.clone(), &update));
        }
    }
}

fn with(mut bytes: [u8; 96], place: usize, byte: u8) -> [u8; 96] {
    bytes[place] = byte;
    bytes
}
