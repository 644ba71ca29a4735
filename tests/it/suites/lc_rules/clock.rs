//! Ages, forks in between, and the versions that count at their edges.

use super::world::{FORKS, PERIOD, SIZE, World};
use crate::suites::Report;
use crate::suites::beacon_chain::{self, signing_root};
use metis_light::consensus::{Bootstrap, Checkpoint, Store, Update};
use metis_light::network::{ForkName, L1, WeakSubjectivity};
use metis_light::primitives::{B256, UnixTime};

pub(super) fn run(report: &mut Report) {
    ages(report);
    ages_across_a_fork(report);
    sleeping(report);
    edges(report);
}

fn ages(report: &mut Report) {
    let world = World::at_genesis(ForkName::Fulu);
    let epoch = world.l1.epoch_at(PERIOD + 8);
    check_limit(&world, epoch + 3500, report);

    // A pin counts in place of the assumption.
    let mut pinned = world.clone();
    pinned.l1.forks.iter_mut().for_each(|fork| fork.weak_subjectivity_epochs = Some(10));
    check_limit(&pinned, epoch + 10, report);

    // A checkpoint from the future, by more than the drift.
    let before = |slots: u64| world.time(PERIOD + 8 - slots);
    report.holds("age", begin(&world, Checkpoint::new(world.root()), before(5)));
    report.refuses("age", begin(&world, Checkpoint::new(world.root()), before(6)), "consensus.future-slot");
    // An age that is waived is no excuse for the future, nor for another block.
    report.refuses("age", begin(&world, Checkpoint::of_any_age(world.root()), before(6)), "consensus.future-slot");
    report.refuses("age", begin(&world, Checkpoint::of_any_age(B256::ZERO), before(0)), "consensus.checkpoint");
}

/// The checkpoint is accepted in an epoch and refused in the next, unless its age is waived, which shows.
fn check_limit(world: &World, last: u64, report: &mut Report) {
    let at = |epoch: u64| world.time(epoch * world.l1.slots_per_epoch);
    report.holds("age", begin(world, Checkpoint::new(world.root()), at(last)));
    report.refuses("age", begin(world, Checkpoint::new(world.root()), at(last + 1)), "consensus.checkpoint-too-old");
    let store = report.holds("age", begin(world, Checkpoint::of_any_age(world.root()), at(last + 1)));
    assert!(store.checkpoint().is_of_any_age());
    let execution = super::world::execution_block(&world.l1, PERIOD + 8);
    assert!(
        report.holds("age", store.finalized(&execution)).is_from_old_checkpoint(),
        "the waiver shows in the result"
    );
}

/// Before Gloas 3500 epochs, from Gloas on 1500; a checkpoint from before that is judged after has the smaller.
fn ages_across_a_fork(report: &mut Report) {
    let first = |gloas: u64| {
        let forks: Vec<_> =
            FORKS.into_iter().map(|fork| (fork, if fork == ForkName::Gloas { gloas } else { 0 })).collect();
        World::of(beacon_chain::l1(SIZE, &forks))
    };
    let world = first(1000);
    let epoch = world.l1.epoch_at(PERIOD + 8);
    check_limit(&world, epoch + 1500, report);
    // Gloas begins later than its own limit allows: from its first epoch the checkpoint is too old.
    check_limit(&first(2000), 1999, report);
    assert_eq!(world.l1.weak_subjectivity_between(epoch, 999), WeakSubjectivity::Assumed(3500));
    assert_eq!(world.l1.weak_subjectivity_between(epoch, 1000), WeakSubjectivity::Assumed(1500));
    report.cases += 2;
}

/// A store that slept longer than the weak subjectivity period cannot simply go on.
fn sleeping(report: &mut Report) {
    let world = World::at_genesis(ForkName::Electra);
    let update = world.first();
    let slot = |epochs: u64| world.time(PERIOD + 8 + epochs * world.l1.slots_per_epoch);
    report.holds("sleep", world.store().advance(&update, slot(3500)));
    report.refuses("sleep", world.store().advance(&update, slot(3501)), "consensus.checkpoint-too-old");
}

/// The version that counts is that of the slot before the signature's; the shape is that of the attested slot.
fn edges(report: &mut Report) {
    for (older, newer) in FORKS.into_iter().zip(FORKS.into_iter().skip(1)) {
        // The newer fork begins at slot 56 of period 1.
        let forks: Vec<_> = FORKS
            .into_iter()
            .filter(|fork| *fork <= newer)
            .map(|fork| (fork, if fork == newer { 7 } else { 0 }))
            .collect();
        let world = World::of(beacon_chain::l1(SIZE, &forks));
        let name = format!("{older} to {newer}");
        let (old, new) = (version(&world.l1, 0), version(&world.l1, 7));
        for (attested, signature, right, wrong) in
            [(54, 55, old, new), (55, 56, old, new), (55, 57, new, old), (56, 57, new, old)]
        {
            let mut update = beacon_chain::update(&world.block(attested, None), None, None);
            update.signature_slot = signature;
            assert_eq!(update.fork, if attested < 56 { older } else { newer }, "{name}");
            for (version, rule) in [(right, None), (wrong, Some("bls.mismatch"))] {
                let message = signing_root(&world.l1, &update, version);
                update.sync_aggregate = world.committees[1].sign(message, |_| true);
                let read = Update::from_ssz(&world.l1, update.kind(), None, &update.to_ssz());
                assert_eq!(report.holds(&name, read), update, "{name}: the shape is that of the attested slot");
                match rule {
                    None => {
                        report.holds(&name, world.take(&mut world.store(), &update));
                    }
                    Some(rule) => report.refuses(&name, world.take(&mut world.store(), &update), rule),
                }
            }
        }
    }
    // Before Altair nobody signs.
    let world = World::of(beacon_chain::l1(SIZE, &[(ForkName::Altair, 2)]));
    let bootstrap = Bootstrap { header: world.block(8, None).header, ..world.bootstrap() };
    let checkpoint = Checkpoint::new(bootstrap.header.beacon.root());
    let outcome = Store::bootstrap(&world.l1, checkpoint, &bootstrap, world.time(8));
    report.refuses("before altair", outcome, "consensus.no-sync-committee");
}

fn version(l1: &L1, epoch: u64) -> [u8; 4] {
    l1.fork_at(epoch).expect("forks begin at 0").version
}

fn begin(
    world: &World,
    checkpoint: Checkpoint,
    now: UnixTime,
) -> Result<Store, metis_light::consensus::ConsensusError> {
    Store::bootstrap(&world.l1, checkpoint, &world.bootstrap(), now)
}
