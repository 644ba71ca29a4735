//! The rules of `validate_light_client_update` in their order, and what `apply_light_client_update` moves.

use super::world::{ENOUGH, PERIOD, World};
use crate::suites::Report;
use crate::suites::beacon_chain::{self, Committee, State, signing_root, update};
use metis_light::consensus::{Advance, Branched, Checkpoint, Store, Update};
use metis_light::primitives::B256;

const ALL: Advance = Advance { finalized: true, optimistic: true, committee: true };

pub(super) fn run(world: &World, report: &mut Report) {
    moves(world, report);
    unfinalized_committees(world, report);
    bootstraps(world, report);
    participation(world, report);
    slots(world, report);
    periods(world, report);
    relevance(world, report);
    finality(world, report);
    committees(world, report);
    signers(world, report);
}

/// A committee counts only with finality in its own period.
fn unfinalized_committees(world: &World, report: &mut Report) {
    let name = format!("{}, committee without finality", world.fork());
    let head = Advance { optimistic: true, ..Advance::default() };
    // The finalized header is of the period before.
    let mut store = world.store();
    assert_eq!(report.holds(&name, world.take(&mut store, &world.full(PERIOD + 24, PERIOD - 8))), head, "{name}");
    assert!(!store.knows_next_committee(), "{name}");

    // In the first period of all, where no header has slot 0 for its own.
    let genesis = World { checkpoint: world.block(8, None), ..world.clone() };
    let bootstrap = beacon_chain::bootstrap(&genesis.checkpoint, &world.committees[0].keys);
    let checkpoint = Checkpoint::new(genesis.root());
    let mut store = report.holds(&name, Store::bootstrap(&world.l1, checkpoint, &bootstrap, world.time(8)));
    let mut update = update(&world.block(24, None), None, Some(&world.committees[1].keys));
    world.sign(&mut update);
    assert_eq!(report.holds(&name, world.take(&mut store, &update)), head, "{name}");
    assert!(!store.knows_next_committee(), "{name}");
}

/// What holds, and what it moves.
fn moves(world: &World, report: &mut Report) {
    let name = format!("{}, moves", world.fork());
    let mut store = world.store();
    assert!(!store.knows_next_committee(), "{name}: a bootstrap tells one committee");
    assert_eq!(report.holds(&name, world.take(&mut store, &world.first())), ALL, "{name}: first");
    assert!(store.knows_next_committee(), "{name}");
    assert_eq!(store.finalized_header().beacon.slot, PERIOD + 16, "{name}");
    assert_eq!(store.optimistic_header().beacon.slot, PERIOD + 24, "{name}");

    assert_eq!(report.holds(&name, world.take(&mut store, &world.second())), ALL, "{name}: second");
    assert_eq!(store.period(), 2, "{name}");
    let heads = Advance { committee: false, ..ALL };
    let finality = world.finality(2 * PERIOD + 25, 2 * PERIOD + 16);
    assert_eq!(report.holds(&name, world.take(&mut store, &finality)), heads, "{name}: finality");
    let optimistic = world.optimistic(2 * PERIOD + 26);
    let head = Advance { optimistic: true, ..Advance::default() };
    assert_eq!(report.holds(&name, world.take(&mut store, &optimistic)), head, "{name}: optimistic");
    assert_eq!(store.finalized_header().beacon.slot, 2 * PERIOD + 16, "{name}");
    assert_eq!(store.optimistic_header().beacon.slot, 2 * PERIOD + 26, "{name}");

    // Finality alone may cross into the next period; the committee after it is then unknown until an update brings it.
    let mut store = world.store_with_next();
    let finality = world.finality(2 * PERIOD + 16, 2 * PERIOD + 8);
    assert_eq!(report.holds(&name, world.take(&mut store, &finality)), ALL, "{name}: rotation by finality");
    assert!(!store.knows_next_committee(), "{name}");
    let committee = Advance { committee: true, ..Advance::default() };
    assert_eq!(report.holds(&name, world.take(&mut store, &world.second())), committee, "{name}: the committee alone");
    assert!(store.knows_next_committee(), "{name}");
}

fn bootstraps(world: &World, report: &mut Report) {
    let name = format!("{}, bootstrap", world.fork());
    let now = world.time(PERIOD + 8);
    let mut begin = |spoil: &dyn Fn(&mut metis_light::consensus::Bootstrap), rule| {
        let mut bootstrap = world.bootstrap();
        spoil(&mut bootstrap);
        let outcome = Store::bootstrap(&world.l1, Checkpoint::new(world.root()), &bootstrap, now);
        report.refuses(&format!("{name}: {rule}"), outcome, rule);
    };
    begin(&|bootstrap| bootstrap.header.beacon.proposer_index += 1, "consensus.checkpoint");
    begin(&|bootstrap| bootstrap.current_sync_committee.pubkeys.swap(0, 1), "consensus.branch");
    begin(&|bootstrap| bootstrap.current_sync_committee.aggregate_pubkey[47] ^= 1, "consensus.branch");
    begin(&|bootstrap| bootstrap.current_sync_committee_branch[2] = B256::ZERO, "consensus.branch");
    begin(&|bootstrap| bootstrap.current_sync_committee_branch.push(B256::ZERO), "consensus.branch-length");
    begin(&|bootstrap| bootstrap.current_sync_committee_branch.truncate(2), "consensus.branch-length");
    begin(&|bootstrap| bootstrap.current_sync_committee.pubkeys.truncate(23), "consensus.committee-size");
    // The next committee stands beside the current one, but it is another.
    begin(&|bootstrap| bootstrap.current_sync_committee = world.committees[2].keys.clone(), "consensus.branch");
}

fn participation(world: &World, report: &mut Report) {
    let name = format!("{}, participation", world.fork());
    for update in [world.first(), world.finality(PERIOD + 24, PERIOD + 16), world.optimistic(PERIOD + 24)] {
        let mut enough = update.clone();
        world.sign_by(&mut enough, |member| member < ENOUGH);
        report.holds(&name, world.take(&mut world.store(), &enough));
        let mut few = update.clone();
        world.sign_by(&mut few, |member| member < ENOUGH - 1);
        refuse(world, report, &name, world.store(), &few, "consensus.participation");
        let mut none = update;
        world.sign_by(&mut none, |_| false);
        refuse(world, report, &name, world.store(), &none, "consensus.participation");
    }
    // Two thirds that are not whole are rounded up: 6 of 8.
    let small = World::of(metis_light::network::L1 { sync_committee_size: 8, ..world.l1.clone() });
    let mut update = small.first();
    small.sign_by(&mut update, |member| member < 6);
    report.holds(&name, small.take(&mut small.store(), &update));
    small.sign_by(&mut update, |member| member < 5);
    refuse(&small, report, &name, small.store(), &update, "consensus.participation");

    let mut update = world.first();
    update.sync_aggregate.sync_committee_bits.push(0);
    refuse(world, report, &name, world.store(), &update, "consensus.committee-size");
}

fn slots(world: &World, report: &mut Report) {
    let name = format!("{}, slots", world.fork());
    let mut update = world.first();
    update.signature_slot = PERIOD + 24;
    world.sign(&mut update);
    refuse(world, report, &name, world.store(), &update, "consensus.slot-order");

    // A finalized block after the attested one.
    let finalized = world.block(PERIOD + 25, None);
    let attested = world.block(PERIOD + 24, Some(&finalized));
    let mut update = update_of(world, &attested, Some(&finalized));
    update.signature_slot = PERIOD + 26;
    world.sign(&mut update);
    refuse(world, report, &name, world.store(), &update, "consensus.slot-order");

    // A signature from the future: the clock may be a minute behind, which is five slots.
    let update = world.first();
    report.holds(&name, world.store().advance(&update, world.time(update.signature_slot - 5)));
    let early = world.store().advance(&update, world.time(update.signature_slot - 6));
    report.refuses(&name, early, "consensus.future-slot");
}

fn periods(world: &World, report: &mut Report) {
    let name = format!("{}, periods", world.fork());
    // The next committee is unknown, then it is known and the one after it is not.
    refuse(world, report, &name, world.store(), &world.second(), "consensus.unknown-committee");
    let third = world.full(3 * PERIOD + 16, 3 * PERIOD + 8);
    refuse(world, report, &name, world.store_with_next(), &third, "consensus.unknown-committee");
    let past = world.full(24, 16);
    refuse(world, report, &name, world.store_with_next(), &past, "consensus.unknown-committee");

    // A period that is over and in which nothing was finalized.
    for (store, slot) in [(world.store(), PERIOD), (world.store_with_next(), 2 * PERIOD)] {
        let attested = world.block(slot + 20, None);
        let mut update = beacon_chain::update(&attested, None, Some(committee_after(world, slot)));
        world.sign(&mut update);
        report.holds(&name, world.take(&mut store.clone(), &update));
        let later = store.clone().advance(&update, world.time(slot + PERIOD));
        report.refuses(&name, later, "consensus.nothing-finalized");
    }
}

fn relevance(world: &World, report: &mut Report) {
    let name = format!("{}, relevance", world.fork());
    let mut store = world.store_with_next();
    // Neither newer nor with a committee that is missing.
    for update in [world.full(PERIOD + 16, PERIOD + 10), world.finality(PERIOD + 16, PERIOD + 10)] {
        refuse(world, report, &name, store.clone(), &update, "consensus.not-newer");
    }
    // An old one that brings the missing committee counts.
    let mut bare = world.store();
    report.holds(&name, world.take(&mut bare, &world.full(PERIOD + 8, PERIOD + 4)));
    // What is taken once is not newer a second time, once its own finalized slot has passed it.
    report.holds(&name, world.take(&mut store, &world.second()));
    refuse(world, report, &name, store, &world.full(2 * PERIOD + 8, 2 * PERIOD + 4), "consensus.not-newer");
}

fn finality(world: &World, report: &mut Report) {
    let name = format!("{}, finality", world.fork());
    let (finalized, other) = (world.block(PERIOD + 16, None), world.block(PERIOD + 17, None));
    let attested = world.block(PERIOD + 24, Some(&finalized));
    // The branch of another block, the header of another block, one node, one field.
    let mut spoil = |spoil: &dyn Fn(&mut Branched<metis_light::consensus::LightClientHeader>), rule| {
        let mut update = update_of(world, &attested, Some(&finalized));
        spoil(update.finalized_header.as_mut().expect("it has one"));
        world.sign(&mut update);
        refuse(world, report, &name, world.store(), &update, rule);
    };
    spoil(&|header| header.value = other.header.clone(), "consensus.branch");
    spoil(&|header| header.value.beacon.parent_root = B256::ZERO, "consensus.branch");
    spoil(
        &|header| header.branch = other.state.branch(beacon_chain::places(world.fork()).finalized_root),
        "consensus.branch",
    );
    spoil(&|header| header.branch[1] = B256::ZERO, "consensus.branch");
    spoil(&|header| header.branch.push(B256::ZERO), "consensus.branch-length");
    // Zeros stand for no branch, and then there must be no header.
    spoil(&|header| header.branch.iter_mut().for_each(|node| *node = B256::ZERO), "consensus.not-empty");

    // At genesis the finalized root is zero, and no header stands for it.
    let attested = world.block(PERIOD + 24, None);
    let empty = empty_like(&finalized.header);
    let mut update = update_of(world, &attested, Some(&finalized));
    update.finalized_header.as_mut().expect("it has one").value = empty.clone();
    world.sign(&mut update);
    report.holds(&name, world.take(&mut world.store(), &update));
    update.finalized_header.as_mut().expect("it has one").value.beacon.proposer_index = 1;
    refuse(world, report, &name, world.store(), &update, "consensus.not-empty");
    // Nothing at all is no finality either, and holds.
    let mut update = update_of(world, &attested, Some(&finalized));
    let header = update.finalized_header.as_mut().expect("it has one");
    header.value = empty;
    header.branch.iter_mut().for_each(|node| *node = B256::ZERO);
    world.sign(&mut update);
    let moved = report.holds(&name, world.take(&mut world.store(), &update));
    assert_eq!(moved, Advance { optimistic: true, ..Advance::default() }, "{name}: without finality");
}

fn committees(world: &World, report: &mut Report) {
    let name = format!("{}, next committee", world.fork());
    let mut spoil = |spoil: &dyn Fn(&mut Branched<metis_light::consensus::SyncCommittee>), rule| {
        let mut update = world.first();
        spoil(update.next_sync_committee.as_mut().expect("it has one"));
        world.sign(&mut update);
        refuse(world, report, &name, world.store(), &update, rule);
    };
    spoil(&|next| next.value = world.committees[3].keys.clone(), "consensus.branch");
    spoil(&|next| next.value = world.committees[1].keys.clone(), "consensus.branch");
    spoil(&|next| next.value.pubkeys.swap(3, 4), "consensus.branch");
    spoil(&|next| next.value.pubkeys.push([0; 48]), "consensus.committee-size");
    spoil(&|next| next.branch[0] = B256::ZERO, "consensus.branch");
    spoil(&|next| next.branch.insert(0, B256::ZERO), "consensus.branch-length");
    spoil(&|next| next.branch.iter_mut().for_each(|node| *node = B256::ZERO), "consensus.not-empty");

    // Another committee than the known one, in a state that says so, signed for by those who may.
    let finalized = world.block(PERIOD + 24, None);
    let state = |next| State { finalized: Some(&finalized), current: &world.committees[1].keys, next };
    let foreign = Committee::new(world.l1.sync_committee_size, 77);
    for (next, is_known) in [(&world.committees[2].keys, true), (&foreign.keys, false)] {
        let execution = super::world::execution_block(&world.l1, PERIOD + 30);
        let attested = beacon_chain::block(&world.l1, PERIOD + 30, &state(next), &execution);
        let mut update = update(&attested, Some(&finalized), Some(next));
        world.sign(&mut update);
        if is_known {
            report.holds(&name, world.take(&mut world.store_with_next(), &update));
        } else {
            refuse(world, report, &name, world.store_with_next(), &update, "consensus.committee-differs");
        }
    }
}

/// Whose signature it is, and what it is of.
fn signers(world: &World, report: &mut Report) {
    let name = format!("{}, signature", world.fork());
    let update = world.first();
    // Another committee, also the one that is next.
    for committee in [&world.committees[2], &Committee::new(world.l1.sync_committee_size, 78)] {
        let mut foreign = update.clone();
        beacon_chain::sign(&world.l1, &mut foreign, committee, |_| true);
        refuse(world, report, &name, world.store(), &foreign, "bls.mismatch");
    }
    // Another version, another chain.
    let mut other_l1 = world.l1.clone();
    other_l1.genesis_validators_root = B256::repeat_byte(1);
    let committee = &world.committees[1];
    let version = world.l1.fork_at(0).expect("forks begin at 0").version;
    for message in [
        signing_root(&world.l1, &update, [9, 0, 0, 0x4d]),
        signing_root(&world.l1, &update, [0, 0, 0, 0x4d]),
        signing_root(&other_l1, &update, version),
    ] {
        let aggregate = committee.sign(message, |_| true);
        refuse(
            world,
            report,
            &name,
            world.store(),
            &Update { sync_aggregate: aggregate, ..update.clone() },
            "bls.mismatch",
        );
    }
    // Bits that say more or fewer signed than did.
    let mut more = update.clone();
    world.sign_by(&mut more, |member| member < 20);
    let mut fewer = more.clone();
    more.sync_aggregate.sync_committee_bits[2] |= 1 << 4;
    fewer.sync_aggregate.sync_committee_bits[0] ^= 1;
    for update in [more, fewer] {
        refuse(world, report, &name, world.store(), &update, "bls.mismatch");
    }
    // The attested header itself.
    let mut other = update;
    other.attested_header.beacon.proposer_index += 1;
    refuse(world, report, &name, world.store(), &other, "bls.mismatch");
}

/// Refuses an update at its own time, and sees that the store stays as it was.
pub(super) fn refuse(world: &World, report: &mut Report, name: &str, mut store: Store, update: &Update, rule: &str) {
    let before = (store.save(), store.finalized_header().clone(), store.optimistic_header().clone());
    report.refuses(&format!("{name}: {rule}"), world.take(&mut store, update), rule);
    let after = (store.save(), store.finalized_header().clone(), store.optimistic_header().clone());
    assert!(before == after, "{name}: a refused update moved the store");
}

fn update_of(world: &World, attested: &beacon_chain::Block, finalized: Option<&beacon_chain::Block>) -> Update {
    update(attested, finalized, Some(committee_after(world, attested.header.beacon.slot)))
}

fn committee_after(world: &World, slot: u64) -> &metis_light::consensus::SyncCommittee {
    &world.committees[usize::try_from(world.l1.period_at(slot)).expect("there are few periods") + 1].keys
}

/// A header of zeros in the shape of another.
pub(super) fn empty_like(
    header: &metis_light::consensus::LightClientHeader,
) -> metis_light::consensus::LightClientHeader {
    use metis_light::consensus::{BlobGas, Execution, ExecutionPayloadHeader, LightClientHeader};
    let zeros = |branch: &[B256]| vec![B256::ZERO; branch.len()];
    let execution = match &header.execution {
        Execution::Absent => Execution::Absent,
        Execution::Payload { header, branch } => {
            let blob_gas = header.blob_gas.map(|_| BlobGas::default());
            let header = Box::new(ExecutionPayloadHeader { blob_gas, ..ExecutionPayloadHeader::default() });
            Execution::Payload { header, branch: zeros(branch) }
        }
        Execution::BlockHash { branch, .. } => Execution::BlockHash { hash: B256::ZERO, branch: zeros(branch) },
    };
    LightClientHeader { beacon: Default::default(), execution }
}
