use super::world::{World, message};
use crate::bridge::{BridgeError, Message};
use crate::execution::ExecutionError;
use crate::primitives::{Address, B256, Bytes, StorageSlot, U256, keccak256};
use crate::rollup::RollupError;

#[test]
fn a_message_that_was_sent_is_a_withdrawal() {
    let withdrawal = World::new().withdrawal().expect("it was sent");
    assert_eq!(withdrawal.value(), &message(7));
    assert_eq!(withdrawal.at().block(), 1);
}

#[test]
fn a_flag_other_than_one_is_refused() {
    for got in [U256::ZERO, U256::from(2), U256::from(0x101), U256::MAX] {
        let mut world = World::new();
        world.send(&message(7), got);
        let hash = message(7).hash();
        assert_eq!(world.withdrawal().unwrap_err(), BridgeError::NotSent { hash, got });
    }
}

#[test]
fn without_a_message_passer_nothing_was_sent() {
    let mut world = World::new();
    world.l2.remove(world.chain.network.l2.predeploys.message_passer);
    let hash = message(7).hash();
    assert_eq!(world.withdrawal().unwrap_err(), BridgeError::NotSent { hash, got: U256::ZERO });
}

#[test]
fn a_proof_of_another_message_is_refused() {
    let mut world = World::new();
    world.send(&message(8), U256::ONE);
    let proof = world.proof();
    let refusal = world.chain.state_root(&world.l2).withdrawal(message(8), &proof).unwrap_err();
    assert!(matches!(refusal, BridgeError::Execution(ExecutionError::Proof { what: "storage", .. })));
}

#[test]
fn a_message_in_another_contract_was_not_sent() {
    let mut world = World::new();
    world.send(&message(7), U256::ZERO);
    let messenger = world.chain.network.l2.predeploys.messenger;
    world.l2.set(messenger, message(7).passer_slot().0, U256::ONE);
    assert!(matches!(world.withdrawal(), Err(BridgeError::NotSent { .. })));
}

#[test]
fn the_hash_covers_all_four_fields() {
    let message = message(7);
    let twins = [
        Message { target: Address::ZERO, ..message.clone() },
        Message { sender: Address::ZERO, ..message.clone() },
        Message { message: Bytes::from_static(&[0]), ..message.clone() },
        Message { message_nonce: U256::ZERO, ..message.clone() },
    ];
    for twin in twins {
        assert_ne!(twin.hash(), message.hash());
    }
    assert_eq!(message.hash(), keccak256(message.x_domain_calldata()));
    assert_eq!(message.x_domain_calldata()[..4], keccak256("relayMessage(address,address,bytes,uint256)")[..4]);
}

#[test]
fn the_slots_are_entries_of_three_mappings() {
    let message = message(7);
    let mut sent = message.x_domain_calldata();
    sent.extend([0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]);
    assert_eq!(message.passer_slot(), StorageSlot::at(0).entry(keccak256(sent)));
    assert_eq!(message.successful_slot(), StorageSlot::at(203).entry(message.hash()));
    assert_eq!(message.blocked_slot(), StorageSlot::at(201).entry(message.hash()));
}

#[test]
fn a_refusal_of_a_floor_below_is_passed_on_as_it_is() {
    let error = RollupError::NoSuchBatch { index: 1, length: 1 };
    assert_eq!(BridgeError::from(error.clone()).to_string(), error.to_string());
    let error = ExecutionError::CodeMismatch { got: B256::ZERO, expected: B256::ZERO };
    assert_eq!(BridgeError::from(error.clone()).to_string(), error.to_string());
}
