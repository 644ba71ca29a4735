use super::world::{LAST_HASH, NOW, World, address};
use crate::attestation::{
    Attestation, AttestationError, Finality, MAX_STATEMENTS, Policy, Quorum, Refused, Statement, Tally,
};
use crate::primitives::{B256, U256, UnixTime};
use crate::rollup::tests::chain::{APPENDED, WEEK};
use crate::rollup::{self, Dispute};

fn agreeing(world: &World, keys: impl IntoIterator<Item = u8>) -> Vec<Attestation> {
    keys.into_iter().map(|key| world.sign(key, world.agreement())).collect()
}

fn numbers(tally: &Tally) -> [u64; 2] {
    [tally.weight(), tally.contested()].map(|weight| weight.to())
}

/// Why the only statement was refused.
fn refusal(world: &World, statement: Statement) -> AttestationError {
    let tally = world.tally(&world.set(&[1, 1, 1]), &[world.sign(1, statement)]);
    assert_eq!(numbers(&tally), [0, 0], "nothing counts");
    let [refused] = tally.refused() else { panic!("{:?}", tally.refused()) };
    refused.error.clone()
}

#[test]
fn a_quorum_attests_and_one_weight_less_does_not() {
    let world = World::new();
    let set = world.set(&[1, 1, 1, 1, 1, 1]);
    assert_eq!(set.required(), U256::from(5), "4 of 6 are two thirds and not more");
    let tally = world.tally(&set, &agreeing(&world, 1..=5));
    let [weight, required, of] = [5, 5, 6].map(U256::from);
    let by = Quorum { signers: 5, weight, required, of };
    assert_eq!(tally.finality(), Finality::Attested { closes: UnixTime(APPENDED + WEEK), by });
    assert_eq!(numbers(&tally), [5, 0]);
    let tally = world.tally(&set, &agreeing(&world, 1..=4));
    assert_eq!(tally.finality(), Finality::Posted { closes: UnixTime(APPENDED + WEEK) });
    assert!(!tally.is_attested() && numbers(&tally) == [4, 0]);
}

#[test]
fn weight_alone_is_not_enough_without_three_signers() {
    let world = World::new();
    let set = world.set(&[100, 100, 1]);
    assert!(!world.tally(&set, &agreeing(&world, 1..=2)).is_attested());
    assert!(world.tally(&set, &agreeing(&world, 1..=3)).is_attested());
}

#[test]
fn a_signer_counts_once_however_often_it_speaks() {
    let world = World::new();
    let set = world.set(&[3, 1, 1, 1]);
    let later = Statement { issued_at: UnixTime(APPENDED + 200), ..world.agreement() };
    let many = [agreeing(&world, [1, 1, 1]), vec![world.sign(1, later), world.sign(1, later)]].concat();
    let tally = world.tally(&set, &many);
    assert_eq!(numbers(&tally), [3, 0]);
    let [voice] = tally.agreeing() else { panic!("one voice") };
    assert_eq!(voice.signed.statement().issued_at, UnixTime(APPENDED + 100), "as it was said first");
    assert!(tally.refused().is_empty() && tally.offences().is_empty());
}

#[test]
fn dissent_is_shown_and_is_no_dispute() {
    let world = World::new();
    let set = world.set(&[1, 1, 1, 1]);
    let dissent = world.sign(4, world.dissent());
    let tally = world.tally(&set, &[agreeing(&world, 1..=3), vec![dissent]].concat());
    assert_eq!(numbers(&tally), [3, 1]);
    assert_eq!(tally.dissenting()[0].signed.signer(), address(4));
    assert!(matches!(tally.finality(), Finality::Attested { .. }), "three of four are more than two thirds");
    let tally = world.tally(&set, &[agreeing(&world, 1..=2), vec![dissent]].concat());
    assert!(matches!(tally.finality(), Finality::Posted { .. }));
}

#[test]
fn every_field_is_compared() {
    let world = World::new();
    let honest = world.agreement();
    let batch = |field| move |error: &AttestationError| matches!(error, AttestationError::OtherBatch { field: of, .. } if *of == field);
    let chain = refusal(&world, Statement { l2_chain_id: U256::from(59_902), ..honest });
    assert!(batch("l2ChainId")(&chain), "{chain}");
    let index = refusal(&world, Statement { batch_index: U256::ONE, ..honest });
    assert!(batch("batchIndex")(&index), "{index}");
    let hash = refusal(&world, Statement { batch_header_hash: B256::ZERO, ..honest });
    assert!(batch("batchHeaderHash")(&hash), "{hash}");
    let root = refusal(&world, Statement { batch_root: B256::ZERO, ..honest });
    assert!(batch("batchRoot")(&root), "{root}");
    assert_eq!(
        refusal(&world, Statement { l2_block_number: U256::from(2), l2_state_root: world.roots[1], ..honest }),
        AttestationError::NotLastBlock { got: U256::from(2), expected: 3 }
    );
    let (got, expected) = (B256::ZERO, world.roots[2]);
    assert_eq!(
        refusal(&world, Statement { l2_state_root: got, ..honest }),
        AttestationError::OtherRoot { block: 3, got, expected }
    );
    assert_eq!(refusal(&world, Statement { l2_block_hash: LAST_HASH, ..honest }), AttestationError::UnboundBlockHash);
    assert_eq!(refusal(&world, Statement { verdict: 2, ..honest }), AttestationError::UnknownVerdict { got: 2 });
}

#[test]
fn a_dissent_must_be_about_a_block_of_the_batch_that_differs() {
    let world = World::new();
    let dissent = world.dissent();
    for block in [U256::ZERO, U256::from(4), U256::MAX] {
        let error = refusal(&world, Statement { l2_block_number: block, ..dissent });
        assert_eq!(error, AttestationError::OtherBlock { got: block, first: 1, last: 3 });
    }
    let error = refusal(&world, Statement { l2_state_root: world.roots[1], ..dissent });
    assert_eq!(error, AttestationError::DissentAgrees { block: 2 });
    let with_hash = Statement { l2_block_hash: LAST_HASH, ..dissent };
    let tally = world.tally(&world.set(&[1, 1]), &[world.sign(1, with_hash)]);
    assert_eq!(numbers(&tally), [0, 1], "its own hash is the signer's to name");
}

#[test]
fn a_statement_counts_from_the_batchs_time_to_a_minute_from_now() {
    let world = World::new();
    let at = |time| Statement { issued_at: UnixTime(time), ..world.agreement() };
    let set = world.set(&[1, 1, 1]);
    for time in [APPENDED, NOW.0 + 60] {
        assert_eq!(numbers(&world.tally(&set, &[world.sign(1, at(time))])), [1, 0], "{time}");
    }
    let (batch, now) = (APPENDED, NOW.0);
    assert_eq!(refusal(&world, at(batch - 1)), AttestationError::BeforeBatch { issued_at: batch - 1, batch });
    assert_eq!(refusal(&world, at(now + 61)), AttestationError::FromFuture { issued_at: now + 61, now });
    assert!(matches!(refusal(&world, at(u64::MAX)), AttestationError::FromFuture { .. }));
}

#[test]
fn who_is_not_in_the_set_does_not_count() {
    let world = World::new();
    let tally = world.tally(&world.set(&[1, 1, 1]), &agreeing(&world, [9]));
    let signer = address(9);
    let [Refused { signer: got, error, .. }] = tally.refused() else { panic!("one is refused") };
    assert_eq!((*got, error), (Some(signer), &AttestationError::NotMember { signer }));
    assert_eq!(numbers(&tally), [0, 0]);
}

#[test]
fn another_rollups_statement_has_another_signer() {
    let world = World::new();
    let mut elsewhere = World::new();
    elsewhere.chain.network.contracts.state_commitment_chain = address(1);
    let foreign = elsewhere.sign(1, world.agreement());
    let tally = world.tally(&world.set(&[1, 1, 1]), &[foreign]);
    assert!(matches!(tally.refused(), [Refused { error: AttestationError::NotMember { .. }, .. }]));
}

#[test]
fn who_contradicts_itself_counts_for_neither_side() {
    let world = World::new();
    let set = world.set(&[1, 1, 1, 1]);
    let both = [world.sign(4, world.agreement()), world.sign(4, world.dissent())];
    let tally = world.tally(&set, &[agreeing(&world, 1..=2), both.to_vec()].concat());
    assert_eq!(numbers(&tally), [2, 0]);
    assert_eq!(tally.offences().iter().map(|offence| offence.signer()).collect::<Vec<_>>(), [address(4)]);
    assert!(!tally.is_attested(), "its weight stays in the total");
}

#[test]
fn a_word_that_is_refused_still_contradicts() {
    let world = World::new();
    let false_root = Statement { l2_state_root: B256::ZERO, ..world.agreement() };
    let tally = world.tally(&world.set(&[1, 1]), &[world.sign(1, world.agreement()), world.sign(1, false_root)]);
    assert_eq!((numbers(&tally), tally.offences().len()), ([0, 0], 1));
}

#[test]
fn a_dissent_may_be_taken_back_once() {
    let world = World::new();
    let set = world.set(&[1, 1, 1]);
    let later = Statement { issued_at: UnixTime(APPENDED + 500), ..world.agreement() };
    let tally = world.tally(&set, &[world.sign(1, later), world.sign(1, world.dissent())]);
    assert_eq!((numbers(&tally), tally.offences().len()), ([1, 0], 0));
    assert!(tally.agreeing()[0].has_retracted);
    let honest = world.tally(&set, &[world.sign(1, later)]);
    assert!(!honest.agreeing()[0].has_retracted);
}

#[test]
fn the_block_hash_is_attested_by_those_who_signed_it_alone() {
    let world = World::with_block_hash();
    let set = world.set(&[1, 1, 1]);
    let attests = |hash: B256| {
        let third = Statement { l2_block_hash: hash, ..world.agreement() };
        let tally = world.tally(&set, &[agreeing(&world, 1..=2), vec![world.sign(3, third)]].concat());
        assert!(tally.is_attested(), "the state roots agree whatever the hash is: {:?}", tally.refused());
        tally.attests_block_hash()
    };
    assert!(attests(LAST_HASH));
    assert!(!attests(B256::ZERO) && !attests(B256::repeat_byte(1)));
    let nowhere = World::new();
    assert!(!nowhere.tally(&nowhere.set(&[1, 1, 1]), &agreeing(&nowhere, 1..=3)).attests_block_hash());
}

#[test]
fn what_l1_says_of_the_batch_goes_before_what_verifiers_say() {
    let mut world = World::new();
    let attested = |world: &World| world.tally(&world.set(&[1, 1, 1]), &agreeing(world, 1..=3)).finality();
    world.chain.set_scc(7, U256::from(2));
    assert_eq!(attested(&world), Finality::Disputed(Dispute::Block { earliest: U256::from(2) }));
    world.chain.set_scc(7, U256::ZERO);
    world.chain.time = APPENDED + WEEK;
    assert_eq!(attested(&world), Finality::Final { since: UnixTime(APPENDED + WEEK) });
    let committed = world.committed();
    assert!(matches!(committed.batch().finality(), rollup::Finality::Final { .. }));
}

#[test]
fn a_set_of_another_l1_block_is_refused() {
    let world = World::new();
    let mut later = world.clone();
    later.chain.time += 12;
    let tally = Tally::new(&world.committed(), &later.set(&[1, 1, 1]), &[], NOW);
    let (got, expected) = (later.chain.root().hash(), world.chain.root().hash());
    assert_eq!(tally.map(|_| ()), Err(AttestationError::OtherL1 { got, expected }));
}

#[test]
fn more_statements_than_are_looked_at_are_refused() {
    let world = World::new();
    let one = world.sign(1, world.agreement());
    let many = vec![one; MAX_STATEMENTS + 1];
    let set = world.set(&[1, 1, 1]);
    assert!(Tally::new(&world.committed(), &set, &many[1..], NOW).is_ok());
    let error = Tally::new(&world.committed(), &set, &many, NOW).map(|_| ()).expect_err("too many");
    assert!(matches!(error, AttestationError::TooMany { limit: 1024, .. }));
}

#[test]
fn a_set_is_told_by_where_it_was_read() {
    let world = World::new();
    let set = world.set(&[5, 7]);
    assert!(matches!(set.policy(), Policy::List(list) if list.len() == 2));
    assert_eq!(
        (set.total(), set.weight_of(address(2)), set.weight_of(address(3))),
        (U256::from(12), Some(U256::from(7)), None)
    );
}
