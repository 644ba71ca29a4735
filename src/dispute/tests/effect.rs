use super::world::{Opened, SAFE, World, batch, opened, subject};
use crate::dispute::{Deletion, DisputeError, Effect, GameSubject, OnRelay};
use crate::primitives::{Address, StorageSlot, U256, UnixTime};
use crate::rollup::tests::chain::{APPENDED, WEEK};
use crate::rollup::{Finality, Relayable, RollupError, StateBatch};

fn effect(world: &mut World) -> (Effect, StateBatch) {
    let batch = world.chain.holding(&batch());
    let disputes = world.read().expect("it is read");
    (disputes.effect_on(&batch).expect("the same block"), batch)
}

fn flag(world: &mut World) {
    let hash = batch().hash();
    world.chain.set_scc(StorageSlot::at(6).entry(hash), U256::ONE);
}

#[test]
fn nothing_disputed_has_no_effect() {
    let (effect, _) = effect(&mut World::new());
    assert_eq!(effect.on_relay, OnRelay::Nothing);
    assert_eq!(effect.deletion, Deletion::NeedsFlag { by: SAFE, until: UnixTime(APPENDED + WEEK) });
    assert_eq!((effect.games, effect.unknown_games, effect.challenges), (vec![], 0, vec![]));
}

#[test]
fn a_disputed_block_blocks_its_batch_and_all_that_end_behind_it() {
    for (block, is_blocked) in [(1, true), (10, true), (13, true), (14, false)] {
        let mut world = World::new();
        world.chain.set_scc(7, U256::from(block));
        let (effect, batch) = effect(&mut world);
        let expected = if is_blocked { OnRelay::BlockedFrom { block: U256::from(block) } } else { OnRelay::Nothing };
        assert_eq!(effect.on_relay, expected);
        // As the contract has it.
        assert_eq!(batch.relayable() == Relayable::Disputed, is_blocked);
    }
}

#[test]
fn a_flag_without_a_block_was_forgotten_and_finality_remembers() {
    let mut world = World::new();
    flag(&mut world);
    let (effect, batch) = effect(&mut world);
    assert_eq!(effect.on_relay, OnRelay::Forgotten);
    assert!(matches!(batch.finality(), Finality::Disputed(_)));
    assert_ne!(batch.relayable(), Relayable::Disputed);
}

#[test]
fn the_fraud_verifier_deletes_what_is_flagged_until_the_window_closes() {
    let (by, until) = (SAFE, UnixTime(APPENDED + WEEK));
    let at = |passed: u64, is_flagged: bool| {
        let mut world = World::new();
        world.chain.time = APPENDED + passed;
        if is_flagged {
            flag(&mut world);
        }
        effect(&mut world).0.deletion
    };
    assert_eq!(at(WEEK - 1, true), Deletion::Open { by, until });
    assert_eq!(at(WEEK - 1, false), Deletion::NeedsFlag { by, until });
    assert_eq!(at(WEEK, true), Deletion::Closed { since: until });
    assert_eq!(at(WEEK, false), Deletion::Closed { since: until });
}

#[test]
fn the_contracts_own_window_decides_about_deletion() {
    let mut world = World::new();
    world.chain.set_scc(1, U256::ZERO);
    let (effect, batch) = effect(&mut world);
    assert_eq!(effect.deletion, Deletion::Closed { since: UnixTime(APPENDED) });
    assert!(matches!(batch.finality(), Finality::Posted { .. }));
}

#[test]
fn a_game_under_way_threatens_every_batch_behind_where_it_began() {
    // It would block from block 11 on: the batch ends at 13.
    let mut world = World::new();
    let address = world.play(0, &GameSubject { l2_block: U256::from(20), ..subject() }, 0);
    assert_eq!(effect(&mut world).0.games, [0]);
    for (starting, threatened) in [(12, vec![0]), (13, vec![])] {
        world.chain.set(address, StorageSlot::at(9), U256::from(starting).into());
        assert_eq!(effect(&mut world).0.games, threatened);
    }
}

#[test]
fn a_game_that_is_over_threatens_nothing_and_one_that_is_not_confirmed_is_counted() {
    let mut world = World::new();
    world.play(0, &subject(), 2);
    let over = effect(&mut world).0;
    assert_eq!((over.games, over.unknown_games), (vec![], 0));
    world.play(1, &GameSubject { l2_block: U256::from(9), ..subject() }, 7);
    let unknown = effect(&mut world).0;
    assert_eq!((unknown.games, unknown.unknown_games), (vec![], 1));
}

#[test]
fn an_open_challenge_of_the_batch_is_named() {
    let mut world = World::new();
    world.open(0, &opened());
    assert_eq!(effect(&mut world).0.challenges, [0]);
    world.open(0, &Opened { is_done: true, ..opened() });
    assert_eq!(effect(&mut world).0.challenges, [0_u64; 0]);
    world.open(0, &Opened { batch_index: 1, ..opened() });
    assert_eq!(effect(&mut world).0.challenges, [0_u64; 0]);
}

#[test]
fn challenges_have_power_while_their_contract_is_the_fraud_verifier() {
    let mut world = World::new();
    assert!(!world.read().expect("it is read").challenges_have_power());
    world.name("1088_MVM_FraudVerifier", world.verifier());
    let disputes = world.read().expect("it is read");
    assert!(disputes.challenges_have_power());
    assert_eq!(disputes.authority().fraud_verifier, world.verifier());
    // The name of another chain is another name.
    let mut other = World::new();
    other.name("59902_MVM_FraudVerifier", other.verifier());
    assert!(!other.read().expect("it is read").challenges_have_power());
}

#[test]
fn without_a_name_nobody_deletes() {
    let mut world = World::new();
    world.name("1088_MVM_FraudVerifier", Address::ZERO);
    let (effect, _) = effect(&mut world);
    assert_eq!(effect.deletion, Deletion::NeedsFlag { by: Address::ZERO, until: UnixTime(APPENDED + WEEK) });
}

#[test]
fn a_batch_under_another_block_is_refused() {
    let mut world = World::new();
    let batch = world.chain.holding(&batch());
    let disputes = world.read().expect("it is read");
    assert!(disputes.effect_on(&batch).is_ok());
    world.chain.time += 1;
    let later = world.read().expect("it is read");
    let (got, expected) = (batch.basis().l1().hash(), later.basis().l1().hash());
    assert_ne!(got, expected);
    let refused = later.effect_on(&batch).expect_err("another block");
    assert_eq!(refused, DisputeError::from(RollupError::OtherBlock { got, expected }));
}
