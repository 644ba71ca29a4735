use super::world::{World, message};
use crate::bridge::{BridgeError, MessengerFlags, messenger_questions};
use crate::execution::ExecutionError;
use crate::primitives::{Address, B256, StorageSlot, U256};
use crate::rollup::{Accepted, Change, Changed, RollupError, name_slot};

#[test]
fn a_messenger_that_is_as_pinned_is_read() {
    let messenger = World::new().messenger().expect("as pinned");
    assert_eq!(messenger.flags(), MessengerFlags { relayed: false, blocked: false, paused: false });
    assert_eq!(messenger.message(), message(7).hash());
    assert_eq!(messenger.changes(), []);
}

#[test]
fn each_flag_is_the_lowest_byte_of_its_word() {
    let flags = |slot: StorageSlot, word: U256| {
        let mut world = World::new();
        world.chain.set_messenger(slot, word);
        let MessengerFlags { relayed, blocked, paused } = world.messenger().expect("as pinned").flags();
        [relayed, blocked, paused]
    };
    let slots = [message(7).successful_slot(), message(7).blocked_slot(), StorageSlot::at(101)];
    for (place, slot) in slots.into_iter().enumerate() {
        for set in [U256::from(1), U256::from(0xff), U256::MAX] {
            let mut expected = [false; 3];
            expected[place] = true;
            assert_eq!(flags(slot, set), expected);
        }
        // Neighbours in a packed word are no part of the flag.
        for unset in [U256::from(0x100), U256::from(1) << 255] {
            assert_eq!(flags(slot, unset), [false; 3]);
        }
    }
}

#[test]
fn another_messages_flags_do_not_matter() {
    let mut world = World::new();
    world.chain.set_messenger(message(8).successful_slot(), U256::ONE);
    world.chain.set_messenger(message(8).blocked_slot(), U256::ONE);
    let flags = world.messenger().expect("as pinned").flags();
    assert_eq!(flags, MessengerFlags { relayed: false, blocked: false, paused: false });
}

/// A word of L1 that is another one now: refused, and accepted by its very value.
fn assert_pinned(what: Change, who: Address, slot: StorageSlot, word: B256, got: B256) {
    let mut world = World::new();
    let old = world.chain.state.get(who).expect("it is there").word(slot.0);
    world.chain.set(who, slot, word);
    let Err(BridgeError::Rollup(RollupError::Changed(changed))) = world.messenger() else { panic!("{what} is pinned") };
    assert_eq!((changed.what, changed.got), (what, got));
    if what != Change::MessengerLibraryManager {
        assert_eq!(changed.expected, B256::from(old));
    }
    world.chain.accepted = Accepted::none().accept(what, B256::repeat_byte(3));
    assert!(matches!(world.messenger(), Err(BridgeError::Rollup(RollupError::Changed(Changed { .. })))));
    world.chain.accepted = Accepted::none().accept(what, got);
    let messenger = world.messenger().expect("it is accepted");
    assert_eq!(messenger.changes(), [(what, got)]);
    assert_eq!(messenger.basis().changes(), [], "the registry rests on none");
}

#[test]
fn the_messengers_code_name_and_managers_are_pinned() {
    let contracts = World::new().chain.network.contracts;
    let (manager, messenger) = (contracts.address_manager, contracts.messenger);
    let other = Address::repeat_byte(0xee).into_word();
    let name = name_slot("OVM_L1CrossDomainMessenger");
    assert_pinned(Change::MessengerImplementation, manager, name, other, other);
    let [names, managers] = [0, 1].map(|slot| StorageSlot::at(slot).entry_of(messenger));
    assert_pinned(Change::MessengerImplementationName, messenger, names, other, other);
    assert_pinned(Change::MessengerManager, messenger, managers, other, other);
    // Only the low 20 bytes are the address.
    let packed: U256 = U256::from_be_bytes(other.0) | U256::from(0x0101) << 160;
    assert_pinned(Change::MessengerLibraryManager, messenger, StorageSlot::at(0), B256::from(packed), other);
}

#[test]
fn the_name_is_the_very_word_of_the_short_string() {
    let contracts = World::new().chain.network.contracts;
    let slot = StorageSlot::at(0).entry_of(contracts.messenger);
    let right = World::new().chain.state.get(contracts.messenger).expect("it is there").word(slot.0);
    let texts = ["OVM_L1CrossDomainMessenge", "OVM_L1CrossDomainMessengers", "ovm_L1CrossDomainMessenger", ""];
    for text in texts {
        let mut word = B256::right_padding_from(text.as_bytes());
        word.0[31] = u8::try_from(2 * text.len()).expect("a short string");
        assert_ne!(U256::from_be_bytes(word.0), right);
        let mut world = World::new();
        world.chain.set(contracts.messenger, slot, word);
        assert!(matches!(world.messenger(), Err(BridgeError::Rollup(RollupError::Changed(_)))), "{text}");
    }
}

#[test]
fn an_unpinned_implementation_passes() {
    let mut world = World::new();
    world.chain.network.contracts.messenger_implementation = None;
    let manager = world.chain.network.contracts.address_manager;
    world.chain.set(manager, name_slot("OVM_L1CrossDomainMessenger"), B256::with_last_byte(1));
    let messenger = world.messenger().expect("nothing is pinned");
    assert_eq!(messenger.changes(), []);
    assert!(messenger.basis().unpinned().contains(&"contracts.l1CrossDomainMessengerImplementation"));
}

#[test]
fn a_messenger_without_an_account_is_refused() {
    let mut world = World::new();
    world.chain.state.remove(world.chain.network.contracts.messenger);
    let refusal = RollupError::ContractAbsent { what: "the l1 messenger" };
    assert_eq!(world.messenger().unwrap_err(), BridgeError::Rollup(refusal));
}

#[test]
fn an_answer_under_another_block_is_refused() {
    let (world, mut other) = (World::new(), World::new());
    other.chain.set_messenger(101, U256::ONE);
    let registry = world.chain.registry().expect("as pinned");
    let questions = messenger_questions(registry.basis(), &world.message);
    let proofs = questions.map(|question| other.chain.answer(&question));
    let refusal = registry.messenger(&world.message, &proofs).unwrap_err();
    assert!(matches!(refusal, BridgeError::Rollup(RollupError::Execution(ExecutionError::Proof { .. }))));
}
