//! Bytes that are nearly a message: cut off, with offsets that lead elsewhere, too long, of a fork that nobody knows.

use super::world::{PERIOD, World};
use crate::suites::Report;
use crate::suites::spoil::Seed;
use metis_light::consensus::{Bootstrap, ConsensusError, MAX_UPDATES, Message, Update, UpdateKind};
use metis_light::network::ForkName;
use metis_light::primitives::B256;

pub(super) fn run(world: &World, report: &mut Report) {
    round_trips(world, report);
    cut(world, report);
    offsets(world, report);
    bits(world, report);
    extra_data(world, report);
    frames(world, report);
    forks(world, report);
}

fn messages(world: &World) -> [(UpdateKind, Update); 3] {
    [
        (UpdateKind::Full, world.first()),
        (UpdateKind::Finality, world.finality(PERIOD + 24, PERIOD + 16)),
        (UpdateKind::Optimistic, world.optimistic(PERIOD + 24)),
    ]
}

/// What is written is read as what it was, also when its kind is to be guessed.
fn round_trips(world: &World, report: &mut Report) {
    let name = format!("{}, round trip", world.fork());
    let bootstrap = world.bootstrap();
    let ssz = bootstrap.to_ssz();
    assert_eq!(report.holds(&name, Bootstrap::from_ssz(&world.l1, None, &ssz)), bootstrap, "{name}");
    let guessed = report.holds(&name, Message::list_from_ssz(&world.l1, &ssz));
    assert_eq!(guessed, [Message::Bootstrap(Box::new(bootstrap))], "{name}");
    for (kind, update) in messages(world) {
        let ssz = update.to_ssz();
        assert_eq!(update.kind(), kind, "{name}");
        assert_eq!(report.holds(&name, Update::from_ssz(&world.l1, kind, None, &ssz)), update, "{name}");
        let named = Update::from_ssz(&world.l1, kind, Some(world.fork()), &ssz);
        assert_eq!(report.holds(&name, named), update, "{name}");
        let guessed = report.holds(&name, Message::list_from_ssz(&world.l1, &ssz));
        assert_eq!(guessed, [Message::Update(Box::new(update))], "{name}");
    }
}

/// No prefix of a message holds, nor does one with something behind it. Extra data stands at the end and has no length of
/// its own, so there the bytes may still be read; they are then not what the block's body commits to.
fn cut(world: &World, report: &mut Report) {
    let name = format!("{}, cut off", world.fork());
    for (kind, update) in messages(world) {
        let ssz = update.to_ssz();
        let longer = [&ssz[..], &[0]].concat();
        let prefixes = (0..ssz.len()).step_by(13).chain(ssz.len().saturating_sub(13)..ssz.len());
        for bytes in prefixes.map(|length| &ssz[..length]).chain([&longer[..]]) {
            let rule = match Update::from_ssz(&world.l1, kind, None, bytes) {
                Err(error) => error,
                Ok(update) => world.take(&mut world.store(), &update).expect_err("it is not what was signed"),
            };
            let is_extra_data = bytes.len().abs_diff(ssz.len()) < 8 && matches!(rule, ConsensusError::Branch { .. });
            assert!(
                is_extra_data || matches!(rule, ConsensusError::Ssz { .. }),
                "{name}: {} bytes: {rule}",
                bytes.len()
            );
            report.refused += 1;
        }
    }
}

/// Wherever an offset is, and whatever stands there instead.
fn offsets(world: &World, report: &mut Report) {
    if !(ForkName::Capella..ForkName::Gloas).contains(&world.fork()) {
        return;
    }
    let name = format!("{}, offsets", world.fork());
    let ssz = world.optimistic(PERIOD + 24).to_ssz();
    let at = |place: usize| u32::from_le_bytes(ssz[place..place + 4].try_into().expect("four bytes"));
    let header = usize::try_from(at(0)).expect("a small offset");
    let payload = header + 112;
    let extra_data = header + usize::try_from(at(payload)).expect("a small offset") + 436;
    for place in [0, payload, extra_data] {
        for offset in [0, 1, 4, at(place) - 1, at(place) + 1, u32::MAX - 3, u32::MAX] {
            let mut spoiled = ssz.clone();
            spoiled[place..place + 4].copy_from_slice(&offset.to_le_bytes());
            let outcome = Update::from_ssz(&world.l1, UpdateKind::Optimistic, Some(world.fork()), &spoiled);
            assert!(outcome.is_err(), "{name}: {offset} at {place}");
            report.refused += 1;
        }
    }
    // Two offsets that have changed places.
    let mut ssz = world.finality(PERIOD + 24, PERIOD + 16).to_ssz();
    let (first, second) = ssz.split_at_mut(4);
    first.swap_with_slice(&mut second[..4]);
    let outcome = Update::from_ssz(&world.l1, UpdateKind::Finality, Some(world.fork()), &ssz);
    report.refuses(&name, outcome, "ssz.offset");
}

/// A committee that does not fill its last byte.
fn bits(world: &World, report: &mut Report) {
    let name = format!("{}, bits", world.fork());
    let mut l1 = world.l1.clone();
    l1.sync_committee_size = 4;
    let small = World::of(l1);
    let update = small.optimistic(PERIOD + 24);
    let ssz = update.to_ssz();
    report.holds(&name, Update::from_ssz(&small.l1, UpdateKind::Optimistic, None, &ssz));
    report.holds(&name, small.take(&mut small.store(), &update));
    let mut beyond = update;
    beyond.sync_aggregate.sync_committee_bits[0] |= 0x10;
    let outcome = Update::from_ssz(&small.l1, UpdateKind::Optimistic, None, &beyond.to_ssz());
    report.refuses(&name, outcome, "ssz.bits");
    report.refuses(&name, small.take(&mut small.store(), &beyond), "consensus.committee-size");
}

fn extra_data(world: &World, report: &mut Report) {
    let name = format!("{}, extra data", world.fork());
    let mut update = world.optimistic(PERIOD + 24);
    let metis_light::consensus::Execution::Payload { header, .. } = &mut update.attested_header.execution else {
        return;
    };
    header.extra_data = vec![1; 32].into();
    let at_limit = update.to_ssz();
    report.holds(&name, Update::from_ssz(&world.l1, UpdateKind::Optimistic, None, &at_limit));
    let metis_light::consensus::Execution::Payload { header, .. } = &mut update.attested_header.execution else {
        return;
    };
    header.extra_data = vec![1; 33].into();
    let outcome = Update::from_ssz(&world.l1, UpdateKind::Optimistic, None, &update.to_ssz());
    report.refuses(&name, outcome, "ssz.too-long");
}

fn frames(world: &World, report: &mut Report) {
    let name = format!("{}, frames", world.fork());
    let ssz = world.first().to_ssz();
    let frame = |length: u64| [&length.to_le_bytes()[..], &[1, 2, 3, 4], &ssz].concat();
    let length = ssz.len() as u64 + 4;
    let list = [frame(length), frame(length)].concat();
    let read = report.holds(&name, Update::list_from_ssz(&world.l1, &list));
    assert_eq!(read.len(), 2, "{name}");
    assert!(read.iter().all(|update| update.claimed_fork_digest == Some([1, 2, 3, 4])), "{name}");
    report.holds(&name, world.take(&mut world.store(), &read[0]));

    for (spoiled, rule) in [
        (frame(length)[..10].to_vec(), "ssz.short"),
        (frame(0), "ssz.short"),
        (frame(3), "ssz.short"),
        (frame(length + 1), "ssz.short"),
        (frame(u64::MAX), "ssz.short"),
        ([frame(length), vec![0]].concat(), "ssz.short"),
    ] {
        report.refuses(&name, Update::list_from_ssz(&world.l1, &spoiled), rule);
    }
    let many = vec![frame(length); MAX_UPDATES + 1].concat();
    report.refuses(&name, Update::list_from_ssz(&world.l1, &many), "consensus.too-many-updates");
    let most = vec![frame(length); MAX_UPDATES].concat();
    assert_eq!(report.holds(&name, Update::list_from_ssz(&world.l1, &most)).len(), MAX_UPDATES, "{name}");
}

/// A fork that is not known is told apart from a lie, by its name or by its digest.
fn forks(world: &World, report: &mut Report) {
    let name = format!("{}, unknown fork", world.fork());
    let ssz = world.first().to_ssz();
    let digest = |version: [u8; 4]| {
        let root = metis_light::primitives::ssz::hash_nodes(
            B256::right_padding_from(&version),
            world.l1.genesis_validators_root,
        );
        <[u8; 4]>::try_from(&root[..4]).expect("four bytes")
    };
    let framed = |digest: [u8; 4], ssz: &[u8]| [&(ssz.len() as u64 + 4).to_le_bytes()[..], &digest, ssz].concat();

    // Signed in the domain of a version that the schedule does not have.
    let mut foreign = world.first();
    let message = crate::suites::beacon_chain::signing_root(&world.l1, &foreign, [0x63, 0, 0, 0x4d]);
    foreign.sync_aggregate = world.committees[1].sign(message, |_| true);
    let unknown = digest([0x63, 0, 0, 0x4d]);
    let mut take = |digest, ssz: &[u8]| {
        let updates = report.holds(&name, Update::list_from_ssz(&world.l1, &framed(digest, ssz)));
        world.take(&mut world.store(), &updates[0])
    };
    let named = take(unknown, &foreign.to_ssz());
    let silent = world.take(&mut world.store(), &foreign);
    report.refuses(&name, named, "consensus.unknown-fork");
    report.refuses(&name, silent, "bls.mismatch");
    // The fork's own digest with a bad signature is a bad signature; from Fulu on it is mixed with blob parameters, of
    // which this schedule has Electra's alone.
    let known = super::world_digest(world);
    let updates = report.holds(&name, Update::list_from_ssz(&world.l1, &framed(known, &foreign.to_ssz())));
    report.refuses(&name, world.take(&mut world.store(), &updates[0]), "bls.mismatch");
    // Where not even the shape fits, the digest says why.
    let cut = framed(unknown, &ssz[..ssz.len() - 20]);
    report.refuses(&name, Update::list_from_ssz(&world.l1, &cut), "consensus.unknown-fork");
    let cut = framed(known, &ssz[..ssz.len() - 20]);
    assert!(matches!(Update::list_from_ssz(&world.l1, &cut), Err(ConsensusError::Ssz { .. })), "{name}");
    report.refused += 1;

    // By name: one without a date, one older than the slot.
    if world.fork() < ForkName::Gloas {
        let outcome = Update::from_ssz(&world.l1, UpdateKind::Full, Some(ForkName::Gloas), &ssz);
        report.refuses(&name, outcome, "consensus.unknown-fork");
    }
    if world.fork() == ForkName::Fulu {
        let outcome = Update::from_ssz(&world.l1, UpdateKind::Full, Some(ForkName::Electra), &ssz);
        report.refuses(&name, outcome, "consensus.old-fork");
    }
    let json = format!(
        r#"{{ "version": "heze", "data": {{ "attested_header": {{ "beacon": {{ "slot": "{PERIOD}" }} }} }} }}"#
    );
    report.refuses(&name, Message::parse_all(&world.l1, json.as_bytes()), "consensus.unknown-fork");

    // Random bytes are refused in some way, and quietly.
    let mut seed = Seed::new(0x55a1);
    for length in [0, 1, 3, 4, 8, 12, 100, 500, 5000] {
        let noise: Vec<u8> = (0..length).map(|_| u8::try_from(seed.below(256)).expect("a byte")).collect();
        let is_empty_list = noise.is_empty();
        let outcome = Message::parse_all(&world.l1, &noise);
        assert!(outcome.is_err() || is_empty_list, "{name}: {length} bytes of noise");
        report.refused += usize::from(outcome.is_err());
    }
}
