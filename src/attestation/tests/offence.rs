use super::world::World;
use crate::attestation::{
    AttestationError, Domain, Equivocation, FalseAttestation, PRE_CONFIRMATION, Signed, Statement, find_equivocations,
};
use crate::client::Wanted;
use crate::primitives::{B256, U256, UnixTime};
use crate::rollup::L2StateRoot;
use crate::rollup::tests::chain::{APPENDED, WEEK};

fn is_offence(one: &Signed, other: &Signed) -> bool {
    let (there, back) = (Equivocation::new(one, other), Equivocation::new(other, one));
    assert_eq!(there.is_ok(), back.is_ok(), "the order does not matter");
    there.is_ok()
}

#[test]
fn another_verdict_root_or_hash_contradicts_and_another_time_does_not() {
    let world = World::with_block_hash();
    let said = world.signed(1, world.agreement());
    for contradiction in [
        Statement { l2_state_root: B256::ZERO, ..world.agreement() },
        Statement { l2_block_hash: B256::ZERO, ..world.agreement() },
        world.dissent(),
        Statement { issued_at: UnixTime(APPENDED + 101), ..world.dissent() },
    ] {
        assert!(is_offence(&said, &world.signed(1, contradiction)), "{contradiction:?}");
    }
    for harmless in [
        Statement { issued_at: UnixTime(APPENDED + 101), ..world.agreement() },
        // The index is used again after a deletion, and so is no part of the subject.
        Statement { batch_index: U256::from(9), ..world.agreement() },
        Statement { batch_header_hash: B256::ZERO, l2_state_root: B256::ZERO, ..world.agreement() },
        Statement { l2_chain_id: U256::ONE, l2_state_root: B256::ZERO, ..world.agreement() },
    ] {
        assert!(!is_offence(&said, &world.signed(1, harmless)), "{harmless:?}");
    }
    let other_key = world.signed(2, world.dissent());
    assert!(!is_offence(&said, &other_key));
}

#[test]
fn only_a_later_agreement_takes_a_dissent_back() {
    let world = World::new();
    let at = |time, statement| Statement { issued_at: UnixTime(APPENDED + time), ..statement };
    let pair = |dissent, agreement| {
        let (dissent, agreement) = (at(dissent, world.dissent()), at(agreement, world.agreement()));
        is_offence(&world.signed(1, dissent), &world.signed(1, agreement))
    };
    assert!(!pair(1, 2));
    assert!(pair(2, 2) && pair(3, 2));
    // And a second dissent after it is one again.
    let three = [at(1, world.dissent()), at(2, world.agreement()), at(3, world.dissent())];
    let three = three.map(|statement| world.signed(1, statement));
    assert_eq!(find_equivocations(&three[..2]).len(), 0);
    assert_eq!(find_equivocations(&three).len(), 1);
    // Two agreements after a dissent must say the same.
    let changed = Statement { l2_state_root: B256::ZERO, ..at(4, world.agreement()) };
    let two = [three[0], three[1], world.signed(1, changed)];
    assert_eq!(find_equivocations(&two).len(), 1);
}

#[test]
fn two_statements_for_two_rollups_are_no_offence() {
    let world = World::new();
    let mut elsewhere = world.clone();
    elsewhere.chain.network.l1.chain_id += 1;
    let (here, there) = (world.signed(1, world.agreement()), elsewhere.signed(1, world.dissent()));
    assert_eq!(here.signer(), there.signer());
    assert_ne!(here.domain(), there.domain());
    assert!(!is_offence(&here, &there));
}

#[test]
fn pre_confirmations_are_about_a_block() {
    let world = World::new();
    let before = |block: u64, root: B256| {
        let (none, l2_block_number) = (B256::ZERO, U256::from(block));
        let statement = Statement { batch_index: PRE_CONFIRMATION, batch_header_hash: none, ..world.agreement() };
        world.signed(1, Statement { batch_root: none, l2_block_number, l2_state_root: root, ..statement })
    };
    let said = before(3, B256::ZERO);
    assert!(is_offence(&said, &before(3, world.roots[2])));
    assert!(!is_offence(&said, &before(2, world.roots[2])));
    assert!(!is_offence(&said, &world.signed(1, world.agreement())), "a batch is another subject");
}

#[test]
fn a_statement_leads_to_its_batch_by_index_and_before_that_by_block() {
    let statement =
        Statement { batch_index: U256::from(7), l2_block_number: U256::from(3), ..World::new().agreement() };
    assert_eq!(Wanted::of(&statement), Wanted::Index(7));
    assert_eq!(Wanted::of(&Statement { batch_index: PRE_CONFIRMATION, ..statement }), Wanted::Block(3));
    let beyond = Statement { batch_index: U256::MAX, l2_block_number: U256::MAX, ..statement };
    assert_eq!(Wanted::of(&beyond), Wanted::Block(u64::MAX), "no such block is ever posted");
}

#[test]
fn a_tally_of_a_final_batch_finds_who_signed_something_else() {
    let mut world = World::new();
    let older = Statement { l2_state_root: B256::ZERO, batch_header_hash: B256::ZERO, ..world.agreement() };
    let words = [world.sign(1, older), world.sign(9, older), world.sign(2, world.agreement())];
    let found = |world: &World| {
        let tally = world.tally(&world.set(&[1, 1, 1]), &words);
        tally.false_attestations().iter().map(|found| found.signer()).collect::<Vec<_>>()
    };
    assert!(found(&world).is_empty(), "the batch may still be deleted");
    world.chain.time = APPENDED + WEEK;
    assert_eq!(found(&world), [super::world::address(1)], "key 9 is no member's, and 2 says what is true");
}

/// The last block's root, with the window closed or open.
fn posted(world: &mut World, is_final: bool) -> L2StateRoot {
    world.chain.time = if is_final { APPENDED + WEEK } else { APPENDED + WEEK - 1 };
    world.committed().state_root(3).expect("the last block").0
}

#[test]
fn an_agreement_that_a_final_batch_contradicts_is_false() {
    let mut world = World::new();
    let at = posted(&mut world, true);
    let false_root = Statement { l2_state_root: B256::ZERO, batch_header_hash: B256::ZERO, ..world.agreement() };
    let found = FalseAttestation::new(&world.signed(1, false_root), &at).expect("it is false");
    assert_eq!((found.signer(), found.at().block()), (super::world::address(1), 3));
    let before = Statement { batch_index: PRE_CONFIRMATION, batch_root: B256::ZERO, ..false_root };
    assert!(FalseAttestation::new(&world.signed(1, before), &at).is_ok());

    let is_none = |statement: Statement, at: &L2StateRoot| {
        let outcome = FalseAttestation::new(&world.signed(1, statement), at);
        matches!(outcome, Err(AttestationError::NoOffence { .. }))
    };
    assert!(is_none(world.agreement(), &at), "the statement is true");
    assert!(is_none(Statement { verdict: 0, ..false_root }, &at), "a dissent");
    assert!(is_none(Statement { l2_block_number: U256::from(2), ..false_root }, &at), "another block");
    assert!(is_none(Statement { l2_chain_id: U256::ONE, ..false_root }, &at), "another L2");
    let domain = Domain { chain_id: 5, ..Domain::of_network(&world.chain.network) };
    let foreign = super::world::sign(1, false_root, &domain).recover(&domain).expect("a signature");
    assert!(FalseAttestation::new(&foreign, &at).is_err(), "another L1");
    let mut open = world.clone();
    let at = posted(&mut open, false);
    assert!(is_none(false_root, &at), "the batch may still be deleted");
}
