//! What a light-client header says of an execution block, and the state root that the block's header gives.

use super::updates::refuse;
use super::world::{PERIOD, World, execution_block};
use crate::suites::Report;
use crate::suites::beacon_chain::{self, State};
use metis_light::consensus::{BlobGas, Execution, ExecutionPayloadHeader, L1Status, Store};
use metis_light::network::ForkName;
use metis_light::primitives::B256;
use metis_light::primitives::header::Header;

type Spoil = fn(&mut Execution);

/// Headers of an older fork in a message of a newer one, whose shape says more than they can.
pub(super) fn across_forks(report: &mut Report) {
    let world = |newest: ForkName, newer: ForkName| {
        let forks = super::world::FORKS.into_iter().filter(|fork| *fork <= newest);
        let epoch = |fork| if fork == newer { 7 } else { 0 };
        World::of(beacon_chain::l1(super::world::SIZE, &forks.map(|fork| (fork, epoch(fork))).collect::<Vec<_>>()))
    };
    // The newer fork begins at slot 56: the finalized header is from before it, the attested one from after.
    let deneb = world(ForkName::Deneb, ForkName::Deneb);
    let capella = world(ForkName::Capella, ForkName::Capella);
    let gas = |used, excess| Some(BlobGas { used, excess });
    for (name, gas, holds) in [
        ("zero gas", gas(0, 0), true),
        ("gas used", gas(1, 0), false),
        ("excess gas", gas(0, 1), false),
        ("no gas", None, false),
    ] {
        let upgrade = |execution: &mut Execution| header(execution).blob_gas = gas;
        crossing(&deneb, &format!("capella in deneb, {name}"), upgrade, holds, report);
    }
    let with = |spoil: fn(&mut ExecutionPayloadHeader)| {
        move |execution: &mut Execution| {
            *execution = payload(None);
            spoil(header(execution));
        }
    };
    crossing(&capella, "bellatrix in capella", with(|_| {}), true, report);
    crossing(&capella, "bellatrix in capella, with a hash", with(|header| header.block_hash.0[0] = 1), false, report);
    let with_branch = |execution: &mut Execution| {
        *execution = payload(None);
        branch(execution)[0] = B256::repeat_byte(1);
    };
    crossing(&capella, "bellatrix in capella, with a branch", with_branch, false, report);
}

fn crossing(world: &World, name: &str, upgrade: impl Fn(&mut Execution), holds: bool, report: &mut Report) {
    let finalized = world.block(48, None);
    let attested = world.block(60, Some(&finalized));
    let mut update = beacon_chain::update(&attested, Some(&finalized), Some(&world.committees[2].keys));
    upgrade(&mut update.finalized_header.as_mut().expect("it has one").value.execution);
    world.sign(&mut update);
    if holds {
        let moved = report.holds(name, world.take(&mut world.store(), &update));
        assert!(moved.finalized, "{name}");
    } else {
        refuse(world, report, name, world.store(), &update, SHAPE);
    }
}

pub(super) fn run(world: &World, report: &mut Report) {
    headers(world, report);
    roots(world, report);
    disagreeing(world, report);
}

/// The attested header's execution part, spoiled; and the finalized one's.
fn headers(world: &World, report: &mut Report) {
    let name = format!("{}, execution part", world.fork());
    let spoils: Vec<(Spoil, &str)> = match world.fork() {
        ForkName::Altair | ForkName::Bellatrix => vec![
            (|execution| *execution = Execution::BlockHash { hash: B256::ZERO, branch: vec![B256::ZERO; 11] }, SHAPE),
            (|execution| *execution = payload(None), SHAPE),
        ],
        ForkName::Gloas => vec![
            (|execution| *execution = Execution::Absent, SHAPE),
            (|execution| *execution = payload(Some(BlobGas::default())), SHAPE),
            (|execution| hash(execution).0[0] ^= 1, BRANCH),
            (|execution| branch(execution)[10] = B256::ZERO, BRANCH),
            (|execution| branch(execution).push(B256::ZERO), SHAPE),
            (|execution| branch(execution).truncate(9), SHAPE),
        ],
        _ => vec![
            (|execution| *execution = Execution::Absent, SHAPE),
            (|execution| *execution = Execution::BlockHash { hash: B256::ZERO, branch: vec![B256::ZERO; 11] }, SHAPE),
            (|execution| header(execution).state_root = B256::ZERO, BRANCH),
            (|execution| header(execution).gas_used += 1, BRANCH),
            (|execution| header(execution).extra_data = Default::default(), BRANCH),
            (|execution| branch(execution)[3] = B256::ZERO, BRANCH),
            (|execution| branch(execution).push(B256::ZERO), SHAPE),
            (
                |execution| {
                    let header = header(execution);
                    header.blob_gas = match header.blob_gas {
                        None => Some(BlobGas::default()),
                        Some(_) => None,
                    };
                },
                SHAPE,
            ),
        ],
    };
    for (spoil, rule) in spoils {
        let mut update = world.first();
        spoil(&mut update.attested_header.execution);
        refuse(world, report, &name, world.store(), &update, rule);
        let mut update = world.first();
        spoil(&mut update.finalized_header.as_mut().expect("it has one").value.execution);
        refuse(world, report, &name, world.store(), &update, rule);
    }
}

/// The finalized and the optimistic state root, under the right execution header and under others.
fn roots(world: &World, report: &mut Report) {
    let name = format!("{}, execution header", world.fork());
    let store = world.store_with_next();
    let (finalized, optimistic) = (execution_block(&world.l1, PERIOD + 16), execution_block(&world.l1, PERIOD + 24));
    if world.fork() < ForkName::Capella {
        report.refuses(&name, store.finalized(&finalized), "consensus.no-execution");
        return;
    }
    let root = report.holds(&name, store.finalized(&finalized));
    assert_eq!(root.status(), L1Status::Finalized, "{name}");
    assert_eq!(root.state_root().hash(), finalized.state_root, "{name}");
    assert_eq!((root.number(), root.hash()), (finalized.number, finalized.hash()), "{name}");
    assert_eq!(root.timestamp().0, finalized.timestamp, "{name}");
    assert!(!root.is_from_old_checkpoint(), "{name}");
    let root = report.holds(&name, store.optimistic(&optimistic));
    assert_eq!((root.status(), root.number()), (L1Status::Optimistic, optimistic.number), "{name}");

    report.refuses(&name, store.finalized(&optimistic), "consensus.execution-hash");
    report.refuses(&name, store.optimistic(&finalized), "consensus.execution-hash");
    let spoils: [fn(&mut Header); 4] = [
        |header| header.state_root = B256::ZERO,
        |header| header.number += 1,
        |header| header.extra_data = Default::default(),
        |header| header.london = None,
    ];
    for spoil in spoils {
        let mut header = finalized.clone();
        spoil(&mut header);
        report.refuses(&name, store.finalized(&header), "consensus.execution-hash");
    }
}

/// The hash fits, and yet the light-client header says something else: the beacon chain and the block contradict each other.
fn disagreeing(world: &World, report: &mut Report) {
    if !(ForkName::Capella..ForkName::Gloas).contains(&world.fork()) {
        return;
    }
    let name = format!("{}, contradiction", world.fork());
    let has_blobs = world.fork() >= ForkName::Deneb;
    let spoils: [fn(&mut ExecutionPayloadHeader); 15] = [
        |_| {},
        |payload| payload.parent_hash = B256::ZERO,
        |payload| payload.fee_recipient = Default::default(),
        |payload| payload.state_root = B256::ZERO,
        |payload| payload.receipts_root = B256::ZERO,
        |payload| payload.logs_bloom.0[7] = 1,
        |payload| payload.prev_randao = B256::ZERO,
        |payload| payload.block_number += 1,
        |payload| payload.gas_limit += 1,
        |payload| payload.gas_used += 1,
        |payload| payload.timestamp += 1,
        |payload| payload.extra_data = Default::default(),
        |payload| payload.base_fee_per_gas += alloy_primitives::U256::from(1),
        |payload| payload.blob_gas = payload.blob_gas.map(|gas| BlobGas { used: gas.used + 1, ..gas }),
        |payload| payload.blob_gas = payload.blob_gas.map(|gas| BlobGas { excess: gas.excess + 1, ..gas }),
    ];
    for (number, spoil) in spoils.iter().enumerate() {
        let execution = execution_block(&world.l1, PERIOD + 16);
        let mut payload = beacon_chain::payload_header(world.fork(), &execution);
        spoil(&mut payload);
        let store = store_over(world, &execution, payload);
        if number == 0 || (number > 12 && !has_blobs) {
            report.holds(&name, store.finalized(&execution));
        } else {
            report.refuses(&format!("{name} {number}"), store.finalized(&execution), "consensus.execution-field");
        }
    }
}

/// A store whose finalized header has this payload header.
fn store_over(world: &World, execution: &Header, payload: ExecutionPayloadHeader) -> Store {
    let state = State { finalized: None, current: &world.committees[1].keys, next: &world.committees[2].keys };
    let finalized = beacon_chain::block_with(&world.l1, PERIOD + 16, &state, execution, payload);
    let attested = world.block(PERIOD + 24, Some(&finalized));
    let mut update = beacon_chain::update(&attested, Some(&finalized), Some(&world.committees[2].keys));
    world.sign(&mut update);
    let mut store = world.store();
    world.take(&mut store, &update).expect("the beacon chain holds");
    store
}

fn payload(blob_gas: Option<BlobGas>) -> Execution {
    let header = Box::new(ExecutionPayloadHeader { blob_gas, ..ExecutionPayloadHeader::default() });
    Execution::Payload { header, branch: vec![B256::ZERO; 4] }
}

fn header(execution: &mut Execution) -> &mut ExecutionPayloadHeader {
    match execution {
        Execution::Payload { header, .. } => header,
        other => panic!("{other:?} has no payload"),
    }
}

fn hash(execution: &mut Execution) -> &mut B256 {
    match execution {
        Execution::BlockHash { hash, .. } => hash,
        other => panic!("{other:?} has no hash"),
    }
}

fn branch(execution: &mut Execution) -> &mut Vec<B256> {
    match execution {
        Execution::Payload { branch, .. } | Execution::BlockHash { branch, .. } => branch,
        Execution::Absent => panic!("it has no branch"),
    }
}

const BRANCH: &str = "consensus.branch";
const SHAPE: &str = "consensus.execution-shape";
