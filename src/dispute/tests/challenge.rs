use super::world::{Opened, World, batch, opened, who};
use crate::dispute::{Challenge, DisputeError, MvmVerifier, Phase, Settlement};
use crate::primitives::{B256, StorageSlot, U256};
use crate::rollup::tests::chain::{APPENDED, WEEK};

const HASH: [u8; 32] = [0x77; 32];

/// Five verifiers of whom four are qualified, a window of a day, and batch 0 with three blocks, as of `passed` seconds after
/// the challenge of it.
fn world(passed: u64) -> World {
    let mut world = World::new();
    world.chain.append(0, &batch());
    world.chain.time = APPENDED + passed;
    world.stake(&[who(1), who(2), who(3), who(4), who(5)], 200);
    world.set(StorageSlot::at(2).entry_of(who(5)), U256::from(199));
    world.set(18, U256::from(4));
    world.set(16, U256::from(200));
    world.set(14, U256::from(86_400));
    // Two absences are forgiven.
    world.set(20, U256::from(4));
    world
}

fn verifier(world: &World) -> MvmVerifier {
    world.read().expect("it is read").mvm_verifier().expect("it is named").clone()
}

fn only(world: &World) -> Challenge {
    let verifier = verifier(world);
    assert_eq!(verifier.challenges.len(), 1);
    verifier.challenges[0].clone()
}

/// With as many of the verifiers revealed as there are hashes, the challenger first.
fn revealed(hashes: &[[u8; 32]], batch_root: B256) -> World {
    let mut world = world(1);
    let revealed: Vec<_> = (1..).take(hashes.len()).map(who).collect();
    let committed = hashes.len() as u64;
    world.open(0, &Opened { batch_root, committed, revealed, ..opened() });
    for (n, hash) in (1..).zip(hashes) {
        world.commit(0, who(n), hash, &[9; 32], &[1; 16]);
    }
    world
}

fn settlement(world: &World) -> Settlement {
    only(world).tally.expect("it can be told").settlement
}

#[test]
fn the_contract_is_read_as_it_stands() {
    let mut world = world(0);
    world.set(11, U256::ONE);
    world.set(StorageSlot::at(10).entry_of(who(2)), U256::ONE);
    world.set(15, U256::from(3));
    world.set(17, U256::from(7));
    let verifier = verifier(&world);
    assert_eq!(verifier.address, world.verifier());
    assert_eq!(verifier.parameters.verify_window, U256::from(86_400));
    assert_eq!(verifier.parameters.active_challenges, U256::from(3));
    assert_eq!(verifier.parameters.min_stake, U256::from(200));
    assert_eq!(verifier.parameters.seq_stake, U256::from(7));
    assert_eq!(verifier.parameters.qualified, U256::from(4));
    assert!(verifier.parameters.uses_whitelist);
    assert_eq!(verifier.under_challenge, None);
    let told: Vec<_> = verifier.verifiers.iter().map(|one| (one.has_enough_stake, one.is_whitelisted)).collect();
    assert_eq!(told, [(true, false), (true, true), (true, false), (true, false), (false, false)]);
    let qualified = verifier.verifiers.iter().filter(|one| one.is_qualified());
    assert_eq!(qualified.map(|one| one.address).collect::<Vec<_>>(), [who(2)]);
}

#[test]
fn without_a_whitelist_the_stake_alone_counts() {
    let verifier = verifier(&world(0));
    let qualified = verifier.verifiers.iter().filter(|one| one.is_qualified()).count();
    assert_eq!(qualified, 4);
}

#[test]
fn a_challenge_is_read_from_its_thirteen_slots() {
    let mut world = world(86_401);
    world.open(0, &Opened { committed: 3, revealed: vec![who(2)], ..opened() });
    world.commit(0, who(1), &HASH, &[9; 32], b"");
    world.commit(0, who(2), &HASH, &[9; 32], b"key");
    world.set(StorageSlot::at(9).entry_at(1088), U256::ONE);
    let verifier = verifier(&world);
    assert_eq!(verifier.under_challenge, Some(U256::ZERO));
    let challenge = &verifier.challenges[0];
    assert_eq!((challenge.index, challenge.challenger, challenge.chain_id), (0, who(1), U256::from(1088)));
    assert_eq!(challenge.header.hash(), batch().hash());
    assert_eq!(challenge.opened, U256::from(APPENDED));
    assert_eq!((challenge.committed, challenge.revealed), (U256::from(3), 1));
    assert_eq!(challenge.phase, Phase::Reveal { until: Some(U256::from(APPENDED + 2 * 86_400)) });
    let did = challenge.participants.iter().map(|one| (one.address, one.has_committed(), one.has_revealed()));
    let expected = [(1, true, false), (2, true, true), (3, false, false), (4, false, false), (5, false, false)];
    assert_eq!(did.collect::<Vec<_>>(), expected.map(|(n, committed, revealed)| (who(n), committed, revealed)));
    // Of the third who committed nothing can be told.
    assert_eq!(challenge.unseen(), U256::ONE);
    assert!(challenge.concerns(1088, 0, &batch()));
    assert!(!challenge.concerns(1088, 1, &batch()));
    assert!(!challenge.concerns(59_902, 0, &batch()));
}

#[test]
fn a_settled_challenge_has_no_tally() {
    let mut world = world(1);
    world.open(0, &Opened { is_done: true, ..opened() });
    let challenge = only(&world);
    assert_eq!((challenge.phase, challenge.tally), (Phase::Settled, None));
}

#[test]
fn a_challenge_of_another_chain_has_no_tally() {
    let mut world = world(1);
    world.open(0, &Opened { chain_id: 599, ..opened() });
    assert_eq!(only(&world).tally, None);
}

#[test]
fn who_agrees_decides_once_enough_have_revealed() {
    let (ours, other) = (HASH, [0x66; 32]);
    assert_eq!(settlement(&revealed(&[ours, ours, ours], batch().batch_root())), Settlement::Agree);
    assert_eq!(settlement(&revealed(&[ours, ours, other], batch().batch_root())), Settlement::Agree);
    assert_eq!(settlement(&revealed(&[ours, other, other], batch().batch_root())), Settlement::Disagree);
    assert_eq!(settlement(&revealed(&[ours, ours, other, other], batch().batch_root())), Settlement::Disagree);
    // Three of four are needed.
    assert_eq!(settlement(&revealed(&[ours, ours], batch().batch_root())), Settlement::NotEnoughVerifiers);
    let root = batch().batch_root();
    assert_eq!(settlement(&revealed(&[root.0, root.0, other], root)), Settlement::SameRoot);
}

#[test]
fn a_tally_counts_sides() {
    let challenge = only(&revealed(&[HASH, HASH, [0x66; 32]], batch().batch_root()));
    let tally = challenge.tally.expect("it can be told");
    assert_eq!((tally.agree, tally.disagree, tally.absent), (2, 1, 1));
    assert_eq!(tally.required, Some(U256::from(3)));
}

#[test]
fn an_encrypted_root_is_no_header_of_the_batch() {
    let world = revealed(&[HASH, HASH, HASH], B256::repeat_byte(0xee));
    assert_eq!(settlement(&world), Settlement::WrongHeader);
}

#[test]
fn without_a_batch_at_the_index_the_contract_reverts() {
    let mut gone = revealed(&[HASH, HASH, HASH], batch().batch_root());
    gone.chain.set_length(0);
    assert_eq!(settlement(&gone), Settlement::Reverts);
    let mut endless = revealed(&[HASH, HASH, HASH], batch().batch_root());
    endless.set(super::world::challenge_slot(0).offset(3), U256::MAX);
    assert_eq!(settlement(&endless), Settlement::Reverts);
}

#[test]
fn agreement_after_the_window_passes_without_effect() {
    let at = |passed: u64| {
        let mut world = revealed(&[HASH, HASH, HASH], batch().batch_root());
        world.chain.time = APPENDED + passed;
        settlement(&world)
    };
    assert_eq!(at(WEEK - 1), Settlement::Agree);
    assert_eq!(at(WEEK), Settlement::Pass);
}

#[test]
fn the_contracts_window_decides_and_not_the_expected_one() {
    let mut lowered = revealed(&[HASH, HASH, HASH], batch().batch_root());
    lowered.chain.set_scc(1, U256::ONE);
    assert_eq!(settlement(&lowered), Settlement::Pass);
}

#[test]
fn the_newest_challenges_are_read_and_the_one_the_chain_is_under() {
    let mut world = world(1);
    for index in 0..20 {
        world.open(index, &Opened { challenger: who(u8::try_from(index).expect("few")), ..opened() });
    }
    let indices = |verifier: &MvmVerifier| verifier.challenges.iter().map(|one| one.index).collect::<Vec<_>>();
    let newest = verifier(&world);
    assert_eq!((indices(&newest), newest.challenges_left_out), ((12..20).collect(), 12));
    world.set(StorageSlot::at(9).entry_at(1088), U256::from(4));
    let under = verifier(&world);
    assert_eq!((indices(&under), under.challenges_left_out), ([&[3][..], &(12..20).collect::<Vec<_>>()].concat(), 11));
    // One that is not there is told and not read.
    for index in [21, u64::MAX] {
        world.set(StorageSlot::at(9).entry_at(1088), U256::from(index));
        let beyond = verifier(&world);
        assert_eq!((indices(&beyond), beyond.under_challenge), ((12..20).collect(), Some(U256::from(index - 1))));
    }
}

#[test]
fn more_than_are_read_are_counted_and_nothing_is_told_of_a_settlement() {
    let mut world = world(1);
    let many: Vec<_> = (1..=40).map(who).collect();
    world.stake(&many, 200);
    world.open(0, &Opened { committed: 40, revealed: many, ..opened() });
    let verifier = verifier(&world);
    assert_eq!((verifier.verifiers.len(), verifier.verifiers_left_out), (32, 8));
    let challenge = &verifier.challenges[0];
    assert_eq!((challenge.revealed, challenge.participants_left_out, challenge.tally), (40, 8, None));
    // One fewer than that, and it is.
    let list: Vec<_> = (1..=32).map(who).collect();
    world.stake(&list, 200);
    assert!(only(&world).tally.is_some());
}

#[test]
fn lengths_that_cannot_have_come_about_are_refused() {
    let cases = [
        (StorageSlot::at(12), "the list of verifiers"),
        (StorageSlot::at(13), "the list of challenges"),
        (super::world::challenge_slot(0).offset(11), "the list of who has revealed"),
    ];
    for (slot, what) in cases {
        for got in [U256::MAX, U256::from(1_u64 << 32)] {
            let mut world = world(1);
            world.open(0, &opened());
            world.set(slot, got);
            let limit = u64::from(u32::MAX);
            assert_eq!(world.read().expect_err(what), DisputeError::TooLong { what, got, limit });
        }
    }
}

#[test]
fn the_longest_lists_that_can_have_come_about_cost_no_more_than_short_ones() {
    let mut world = world(1);
    world.set(12, U256::from(u32::MAX));
    world.set(13, U256::from(u32::MAX));
    let verifier = verifier(&world);
    assert_eq!(verifier.verifiers_left_out, u64::from(u32::MAX) - 32);
    assert_eq!(verifier.challenges_left_out, u64::from(u32::MAX) - 8);
}
