use super::world::{Opened, World, opened, subject, who};
use crate::dispute::{Concluded, DisputeError, Inquiry, Want};
use crate::execution::{AccountProof, ExecutionError};
use crate::network::Network;
use crate::primitives::{Address, Bytes, StorageSlot, U256};
use crate::rollup::tests::chain::IMPLEMENTATION;
use crate::rollup::{Change, Changed, RollupError};

/// Verifiers, a challenge with somebody in it, a game, and a request.
fn busy() -> World {
    let mut world = World::new();
    world.chain.append(0, &super::world::batch());
    world.stake(&[who(1), who(2)], 200);
    world.open(0, &Opened { revealed: vec![who(3)], ..opened() });
    world.commit(0, who(3), &[7; 32], &[9; 32], b"key");
    world.play(0, &subject(), 0);
    world.request(13, who(7));
    world
}

fn questions(inquiry: &Inquiry) -> usize {
    inquiry.wants().len()
}

#[test]
fn where_nothing_is_disputed_it_takes_one_round() {
    let world = World::new();
    assert_eq!(questions(&Inquiry::new(&world.registry(), None).expect("begun")), 3);
    assert_eq!(world.read_about(None).expect("it is read").1, 1);
    assert_eq!(world.read_about(Some(13)).expect("it is read").1, 1);
}

#[test]
fn each_stage_takes_a_round() {
    let rounds = |world: &World| world.read_about(Some(13)).expect("it is read").1;
    let mut staked = World::new();
    staked.stake(&[who(1)], 200);
    assert_eq!(rounds(&staked), 3);
    let mut played = World::new();
    played.play(0, &subject(), 0);
    assert_eq!(rounds(&played), 4);
    assert_eq!(rounds(&busy()), Inquiry::MAX_ROUNDS);
}

#[test]
fn a_question_has_at_most_a_hundred_slots_and_all_are_answered() {
    let mut world = World::new();
    let many: Vec<Address> = (1..=32).map(who).collect();
    world.stake(&many, 200);
    for index in 0..8 {
        world.open(index, &Opened { challenger: who(1), revealed: many.clone(), ..opened() });
    }
    let mut inquiry = Inquiry::new(&world.registry(), None).expect("begun");
    let mut most = 0;
    let disputes = loop {
        for want in inquiry.wants() {
            let Want::Proof(question) = want else { panic!("no code is wanted") };
            assert!(question.slots.len() <= 100);
            most = most.max(question.slots.len());
        }
        world.answer(&mut inquiry).expect("honest");
        match inquiry.conclude().expect("it holds") {
            Concluded::More(more) => inquiry = *more,
            Concluded::Done(disputes) => break disputes,
        }
    };
    assert_eq!(most, 100);
    assert_eq!(disputes.mvm_verifier().expect("it is named").challenges.len(), 8);
}

#[test]
fn without_answers_it_wants_the_same_again() {
    let inquiry = Inquiry::new(&busy().registry(), Some(13)).expect("begun");
    let Concluded::More(again) = inquiry.conclude().expect("it holds") else { panic!("nothing is proven") };
    assert_eq!(again.wants(), inquiry.wants());
}

#[test]
fn contracts_that_are_not_named_are_not_read() {
    let mut world = busy();
    world.chain.network.contracts.mvm_verifier = None;
    world.chain.network.contracts.dispute_game_factory = None;
    let (disputes, rounds) = world.read_about(Some(13)).expect("it is read");
    assert_eq!(rounds, 1);
    assert!(disputes.mvm_verifier().is_none() && disputes.games().is_none() && disputes.request().is_none());
    assert!(!disputes.challenges_have_power());
    assert_eq!(disputes.authority().dispute_game_factory, world_factory());
    assert!(disputes.unpinned().is_empty());
}

fn world_factory() -> Address {
    World::new().factory()
}

#[test]
fn what_is_not_pinned_is_told() {
    let mut world = World::new();
    assert!(world.read().expect("it is read").unpinned().is_empty());
    world.chain.network.contracts.mvm_verifier_implementation = None;
    world.chain.network.contracts.dispute_game_factory_implementation = None;
    world.chain.set(world.verifier(), IMPLEMENTATION, who(0x55).into_word());
    let disputes = world.read().expect("without a pin any code will do");
    let expected = ["contracts.disputeGameFactoryImplementation", "contracts.mvmVerifierImplementation"];
    assert_eq!(disputes.unpinned(), expected);
    // It is no pin of anything else.
    let network: &Network = disputes.basis().network();
    assert!(network.unpinned().iter().all(|name| !expected.contains(name)));
}

#[test]
fn a_verifier_that_was_changed_is_refused_until_it_is_accepted() {
    let cases = [(IMPLEMENTATION, Change::MvmVerifierImplementation), (StorageSlot::at(0), Change::MvmVerifierManager)];
    for (slot, what) in cases {
        let (mut world, got) = (World::new(), who(0x66).into_word());
        world.chain.set(world.verifier(), slot, got);
        let refused = world.read().expect_err("it was changed");
        assert!(matches!(refused, DisputeError::Rollup(RollupError::Changed(Changed { what: it, got: value, .. }))
            if it == what && value == got));
        world.chain.accepted = world.chain.accepted.accept(what, got);
        assert_eq!(world.read().expect("accepted").changes(), [(what, got)]);
    }
}

#[test]
fn a_contract_that_is_not_there_is_refused() {
    let mut world = World::new();
    world.chain.state.remove(world.verifier());
    let refused = world.read().expect_err("it is absent");
    assert_eq!(refused, RollupError::ContractAbsent { what: "MVM_Verifier" }.into());
}

/// One false thing about a proof.
type Lie = fn(&mut AccountProof);

const LIES: [Lie; 5] = [
    |proof| {
        proof.nodes.pop();
    },
    |proof| proof.slots.clear(),
    |proof| {
        for slot in &mut proof.slots {
            slot.value = Some(slot.value.unwrap_or_default() ^ U256::ONE);
        }
    },
    |proof| {
        for slot in &mut proof.slots {
            slot.nodes.clear();
        }
    },
    |proof| proof.claims.address = Some(Address::repeat_byte(0xff)),
];

#[test]
fn every_answer_of_every_round_is_refused_once_it_is_spoiled() {
    let world = busy();
    let mut inquiry = Inquiry::new(&world.registry(), Some(13)).expect("begun");
    let mut refused = 0;
    loop {
        for want in inquiry.wants() {
            let mut told = inquiry.clone();
            match want {
                Want::Proof(question) => {
                    for lie in LIES {
                        let honest = world.chain.answer(question);
                        let mut proof = honest.clone();
                        lie(&mut proof);
                        // An account without storage proves its words without nodes.
                        if proof == honest {
                            continue;
                        }
                        assert!(told.prove(question, &proof).is_err(), "{question:?}");
                        refused += 1;
                    }
                }
                Want::Code(who) => {
                    // Round by round: the account is proven first.
                    world.answer(&mut told).expect("honest");
                    let lie = told.code(*who, Bytes::from_static(b"no such code")).expect_err("other code");
                    assert!(matches!(
                        lie,
                        DisputeError::Rollup(RollupError::Execution(ExecutionError::CodeMismatch { .. }))
                    ));
                    refused += 1;
                }
            }
        }
        world.answer(&mut inquiry).expect("honest");
        match inquiry.conclude().expect("it holds") {
            Concluded::More(more) => inquiry = *more,
            Concluded::Done(_) => break,
        }
    }
    assert!(refused > 30, "{refused}");
}

#[test]
fn code_before_its_account_is_refused() {
    let mut inquiry = Inquiry::new(&World::new().registry(), None).expect("begun");
    let refused = inquiry.code(who(9), Bytes::new()).expect_err("nothing proves it");
    assert_eq!(refused, DisputeError::CodeUnproven { who: who(9) });
}
