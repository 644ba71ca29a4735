use super::world::{World, game_code, subject, who};
use crate::dispute::{DisputeError, Game, GameStatus, GameSubject, request_uuid};
use crate::primitives::{B256, Bytes, StorageSlot, U256, UnixTime, keccak256};
use crate::rollup::tests::chain::{APPENDED, IMPLEMENTATION};
use crate::rollup::{Change, Changed, RollupError};

/// A world in which one game is played, once `change` was made.
fn game(change: impl FnOnce(&mut World)) -> Game {
    let mut world = World::new();
    world.play(0, &subject(), 0);
    change(&mut world);
    let disputes = world.read().expect("it is read");
    let games = disputes.games().expect("the factory is named");
    assert_eq!((games.count, games.left_out), (1, 0));
    games.games[0].clone()
}

/// The game's first word.
fn state(created: u64, status: u64, initialized: u64) -> U256 {
    U256::from(initialized) << 136 | U256::from(status) << 128 | U256::from(created)
}

#[test]
fn a_game_is_confirmed_by_the_factory_and_told_with_its_status() {
    let game = game(|_| {});
    assert_eq!((game.index, game.id.game_type, game.id.created), (0, 0, UnixTime(APPENDED)));
    assert_eq!(game.subject, Some(subject()));
    assert_eq!(game.status, GameStatus::InProgress { would_block_from: U256::from(11) });
}

#[test]
fn each_status_is_read() {
    let of = |status| {
        let play = |world: &mut World| {
            world.play(0, &subject(), status);
        };
        game(play).status
    };
    assert_eq!(of(1), GameStatus::ChallengerWins);
    assert_eq!(of(2), GameStatus::DefenderWins);
    assert_eq!(of(3), GameStatus::Unconfirmed);
}

#[test]
fn a_game_whose_first_word_is_of_another_form_has_no_status() {
    let of = |word: U256| {
        let game = game(|world| {
            let address = world.play(0, &subject(), 0);
            world.chain.set(address, StorageSlot::at(0), word.into());
        });
        assert!(game.subject.is_some());
        game.status
    };
    let status = GameStatus::InProgress { would_block_from: U256::from(11) };
    assert_eq!(of(state(APPENDED, 0, 1)), status);
    assert_eq!(of(state(APPENDED + 1, 0, 1)), GameStatus::Unconfirmed);
    assert_eq!(of(state(APPENDED, 0, 0)), GameStatus::Unconfirmed);
    assert_eq!(of(state(APPENDED, 0, 2)), GameStatus::Unconfirmed);
    // The time of its resolution stands between.
    assert_eq!(of(state(APPENDED, 0, 1) | U256::from(5) << 64), status);
}

#[test]
fn a_game_that_would_begin_behind_its_own_block_has_no_status() {
    let of = |starting: u64| {
        let change = |world: &mut World| {
            let address = world.play(0, &subject(), 0);
            world.chain.set(address, StorageSlot::at(9), U256::from(starting).into());
        };
        game(change).status
    };
    assert_eq!(of(12), GameStatus::InProgress { would_block_from: U256::from(13) });
    assert_eq!(of(13), GameStatus::Unconfirmed);
}

#[test]
fn a_game_that_the_factory_has_not_filed_is_not_confirmed() {
    let other = GameSubject { l2_block: U256::from(14), ..subject() };
    let filed = |world: &mut World, subject: &GameSubject, word: U256| {
        let (factory, slot) = (world.factory(), StorageSlot::at(153).entry(subject.uuid(0)));
        world.chain.set(factory, slot, word.into());
    };
    let unfiled = game(|world| filed(world, &subject(), U256::ZERO));
    assert_eq!((unfiled.subject, unfiled.status), (None, GameStatus::Unconfirmed));
    let of_other = game(|world| filed(world, &subject(), U256::from(7)));
    assert_eq!((of_other.subject, of_other.status), (None, GameStatus::Unconfirmed));
    let lying_code = game(|world| {
        let address = world.play(0, &subject(), 0);
        world.code(address, game_code(&other));
    });
    assert_eq!((lying_code.subject, lying_code.status), (None, GameStatus::Unconfirmed));
}

#[test]
fn code_of_another_form_names_no_subject() {
    let of = |code: Bytes| {
        game(|world| {
            let address = world.play(0, &subject(), 0);
            world.code(address, code);
        })
        .subject
    };
    let good = game_code(&subject());
    assert_eq!(of(good.clone()), Some(subject()));
    assert_eq!(of(Bytes::new()), None);
    assert_eq!(of(good.slice(4..)), None);
    assert_eq!(of([&good[..], &[0]].concat().into()), None);
    let another_length = [&good[..good.len() - 1], &[0x8b]].concat();
    assert_eq!(of(another_length.into()), None);
}

#[test]
fn a_game_without_a_contract_is_not_confirmed() {
    let gone = game(|world| {
        let address = world.play(0, &subject(), 0);
        world.chain.state.remove(address);
        world.codes.remove(&address);
    });
    assert_eq!((gone.subject, gone.status), (None, GameStatus::Unconfirmed));
}

#[test]
fn the_newest_games_are_read_and_older_ones_counted() {
    let mut world = World::new();
    for index in 0..20 {
        world.play(index, &GameSubject { l2_block: U256::from(11 + index), ..subject() }, 2);
    }
    let disputes = world.read().expect("it is read");
    let games = disputes.games().expect("the factory is named");
    assert_eq!((games.count, games.left_out), (20, 4));
    assert_eq!(games.games.iter().map(|game| game.index).collect::<Vec<_>>(), (4..20).collect::<Vec<_>>());
    assert!(games.games.iter().all(|game| game.status == GameStatus::DefenderWins));
}

#[test]
fn a_list_of_games_that_cannot_have_come_about_is_refused() {
    for got in [U256::MAX, U256::from(1_u64 << 32)] {
        let mut world = World::new();
        let factory = world.factory();
        world.chain.set(factory, StorageSlot::at(154), got.into());
        let (what, limit) = ("the list of dispute games", u64::from(u32::MAX));
        assert_eq!(world.read().expect_err("too long"), DisputeError::TooLong { what, got, limit });
    }
}

#[test]
fn uuids_are_hashes_of_what_is_asked_about() {
    // abi.encodePacked(uint32(0), uint256(13)), and abi.encode(uint32, bytes32, bytes).
    let packed = [&[0; 4][..], &U256::from(13).to_be_bytes::<32>()].concat();
    assert_eq!(packed.len(), 36);
    assert_eq!(request_uuid(0, 13), keccak256(packed));
    assert_ne!(request_uuid(1, 13), request_uuid(0, 13));
    let subject = subject();
    let encoded = alloy_sol_types::SolValue::abi_encode_params(&(
        0_u32,
        subject.root_claim,
        Bytes::from(subject.l2_block.to_be_bytes::<32>()),
    ));
    assert_eq!(subject.uuid(0), keccak256(encoded));
}

#[test]
fn a_request_about_a_block_is_found_by_the_block() {
    let mut world = World::new();
    world.request(13, who(7));
    let request = |block| world.read_about(block).expect("it is read").0.request().copied();
    let found = request(Some(13)).expect("it waits");
    assert_eq!((found.game_type, found.l2_block, found.requester), (0, 13, who(7)));
    assert_eq!((found.bond, found.l1_head), (U256::from(4), B256::repeat_byte(0x1d)));
    assert_eq!(found.requested, U256::from(APPENDED));
    assert_eq!(request(Some(12)), None);
    assert_eq!(request(None), None);
}

#[test]
fn a_factory_that_was_changed_is_refused_until_it_is_accepted() {
    let mut world = World::new();
    let (factory, other) = (world.factory(), who(0x66));
    world.chain.set(factory, IMPLEMENTATION, other.into_word());
    let what = Change::DisputeGameFactoryImplementation;
    let refused = world.read().expect_err("other code");
    assert!(matches!(refused, DisputeError::Rollup(RollupError::Changed(Changed { what: it, got, .. }))
        if it == what && got == other.into_word()));
    world.chain.accepted = world.chain.accepted.accept(what, other.into_word());
    assert_eq!(world.read().expect("accepted").changes(), [(what, other.into_word())]);
}

#[test]
fn a_factory_under_another_name_is_refused_until_it_is_accepted_and_then_read() {
    let mut world = World::new();
    let other = who(0x66);
    world.name("DisputeGameFactory", other);
    let what = Change::DisputeGameFactory;
    let refused = world.read().expect_err("another address");
    assert!(matches!(refused, DisputeError::Rollup(RollupError::Changed(Changed { what: it, .. })) if it == what));
    world.chain.accepted = world.chain.accepted.accept(what, other.into_word());
    let absent = world.read().expect_err("nothing is there");
    assert_eq!(absent, RollupError::ContractAbsent { what: "the dispute game factory" }.into());
    let code = world.chain.network.contracts.dispute_game_factory_implementation.expect("pinned");
    world.chain.set(other, IMPLEMENTATION, code.into_word());
    let disputes = world.read().expect("accepted");
    assert_eq!(disputes.games().map(|games| games.factory), Some(other));
    // Accepted is not named: the pinned one is not read in its place.
    world.name("DisputeGameFactory", world.factory());
    assert!(world.read().is_err());
}
