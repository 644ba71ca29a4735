use super::chain::{Chain, IMPLEMENTATION};
use crate::execution::ExecutionError;
use crate::primitives::{Address, B256, StorageSlot, U256};
use crate::rollup::{
    Accepted, Change, Changed, Pins, RollupError, Window, context_slot, name_slot, registry_questions,
};

const OTHER: Address = Address::repeat_byte(0xee);

#[test]
fn contracts_that_are_as_pinned_are_found() {
    let registry = Chain::new().registry().expect("as pinned");
    assert_eq!(registry.basis().changes(), []);
    assert_eq!(registry.basis().unpinned(), <[&str; 0]>::default());
    assert_eq!(registry.context().length, 0);
}

#[test]
fn a_contract_without_an_account_is_refused() {
    let contracts = Chain::new().network.contracts;
    for (who, what) in [
        (contracts.address_manager, "the address manager"),
        (contracts.state_commitment_chain, "the state commitment chain"),
        (contracts.batches_container, "the batches' container"),
    ] {
        let mut chain = Chain::new();
        chain.state.remove(who);
        assert_eq!(chain.registry().unwrap_err(), RollupError::ContractAbsent { what });
    }
}

/// A change of one word on L1, which is refused, and accepted by its very value.
fn assert_pinned(what: Change, who: Address, slot: StorageSlot, expected: Address) {
    let mut chain = Chain::new();
    chain.set(who, slot, OTHER.into_word());
    let changed = Changed { what, got: OTHER.into_word(), expected: expected.into_word() };
    assert_eq!(chain.registry().unwrap_err(), RollupError::Changed(changed));

    for wrong in [
        Accepted::none().accept(what, Address::repeat_byte(0xdd).into_word()),
        Accepted::none().accept(Change::MetisCode, OTHER.into_word()),
    ] {
        let refusal = Chain { accepted: wrong, ..chain.clone() }.registry().unwrap_err();
        // An accepted address is asked at, and nothing is there.
        let is_absent = matches!(refusal, RollupError::ContractAbsent { .. });
        assert!(is_absent || refusal == RollupError::Changed(changed), "{refusal:?}");
    }

    chain.accepted = Accepted::none().accept(what, OTHER.into_word());
    let registry = chain.registry().expect("it is accepted");
    assert_eq!(registry.basis().changes(), [(what, OTHER.into_word())]);
    assert_eq!(registry.basis().accepted(), &chain.accepted);
}

#[test]
fn back_pointers_and_the_implementation_are_pinned() {
    let contracts = Chain::new().network.contracts;
    let (manager, scc) = (contracts.address_manager, contracts.state_commitment_chain);
    let first = StorageSlot::at(0);
    assert_pinned(Change::StateCommitmentChainManager, scc, first, manager);
    assert_pinned(Change::BatchesContainerManager, contracts.batches_container, first, manager);
    let code = contracts.state_commitment_chain_implementation.expect("a pin");
    assert_pinned(Change::StateCommitmentChainImplementation, scc, IMPLEMENTATION, code);
}

/// A name that leads to a copy of the contract at another address.
fn renamed(name: &str, what: Change, old: Address) -> Chain {
    let mut chain = Chain::new();
    let words: [StorageSlot; 4] =
        [StorageSlot::at(0), StorageSlot::at(1), IMPLEMENTATION, context_slot(chain.network.l2.chain_id)];
    for slot in words {
        let word = chain.state.get(old).expect("it is there").word(slot.0);
        chain.set(OTHER, slot, word.into());
    }
    chain.set(chain.network.contracts.address_manager, name_slot(name), OTHER.into_word());
    let changed = Changed { what, got: OTHER.into_word(), expected: old.into_word() };
    assert_eq!(chain.registry().unwrap_err(), RollupError::Changed(changed));
    chain
}

#[test]
fn a_name_that_leads_elsewhere_is_refused_until_it_is_accepted() {
    let contracts = Chain::new().network.contracts;
    let names = [
        ("StateCommitmentChain", Change::StateCommitmentChain, contracts.state_commitment_chain, 1),
        ("ChainStorageContainer-SCC-batches", Change::BatchesContainer, contracts.batches_container, 2),
    ];
    for (name, what, old, place) in names {
        let mut chain = renamed(name, what, old);
        chain.accepted = Accepted::none().accept(what, OTHER.into_word());
        assert_eq!(registry_questions(&chain.network, &chain.accepted)[place].address, OTHER);
        let registry = chain.registry().expect("it is accepted");
        assert_eq!(registry.basis().changes(), [(what, OTHER.into_word())]);
    }
}

#[test]
fn a_name_must_lead_to_the_contract_that_was_read() {
    let contracts = Chain::new().network.contracts;
    let old = contracts.state_commitment_chain;
    let mut chain = renamed("StateCommitmentChain", Change::StateCommitmentChain, old);
    // Two addresses are acceptable now; the name leads back to the pin, and the other was asked.
    chain.set(contracts.address_manager, name_slot("StateCommitmentChain"), old.into_word());
    chain.accepted = Accepted::none().accept(Change::StateCommitmentChain, OTHER.into_word());
    let changed = Changed { what: Change::StateCommitmentChain, got: old.into_word(), expected: OTHER.into_word() };
    assert_eq!(chain.registry().unwrap_err(), RollupError::Changed(changed));
}

#[test]
fn an_address_with_bytes_above_it_is_another_word() {
    let mut chain = Chain::new();
    let contracts = &chain.network.contracts;
    let (manager, scc) = (contracts.address_manager, contracts.state_commitment_chain);
    let mut word = scc.into_word();
    word.0[11] = 1;
    chain.set(manager, name_slot("StateCommitmentChain"), word);
    let changed = Changed { what: Change::StateCommitmentChain, got: word, expected: scc.into_word() };
    assert_eq!(chain.registry().unwrap_err(), RollupError::Changed(changed));
}

#[test]
fn an_unpinned_implementation_passes_and_is_named() {
    let mut chain = Chain::new();
    chain.network.contracts.state_commitment_chain_implementation = None;
    chain.set_scc(IMPLEMENTATION, U256::from(1));
    let registry = chain.registry().expect("nothing is pinned");
    assert_eq!(registry.basis().changes(), []);
    assert_eq!(registry.basis().unpinned(), ["contracts.stateCommitmentChainImplementation"]);
}

#[test]
fn answers_of_another_length_are_refused() {
    let chain = Chain::new();
    let questions = registry_questions(&chain.network, &chain.accepted);
    let mut proofs = questions.map(|question| chain.answer(&question));
    proofs[1].slots.pop();
    let refusal = chain.root().registry(&chain.network, &chain.accepted, &proofs).unwrap_err();
    assert_eq!(refusal, RollupError::Execution(ExecutionError::SlotCount { got: 3, expected: 4 }));
}

#[test]
fn the_larger_window_counts_and_a_lowered_one_is_told() {
    let window = |contract, expected| Window { contract, expected };
    assert_eq!(window(600, None).seconds(), 600);
    assert_eq!(window(600, Some(700)).seconds(), 700);
    assert_eq!(window(700, Some(600)).seconds(), 700);
    assert!(window(599, Some(600)).is_lowered());
    for same_or_raised in [window(600, Some(600)), window(601, Some(600)), window(0, None)] {
        assert!(!same_or_raised.is_lowered());
    }
}

#[test]
fn a_window_above_64_bits_counts_as_the_largest() {
    for word in [U256::from(u64::MAX), U256::from(1) << 64, U256::MAX] {
        let mut chain = Chain::new();
        chain.set_scc(1, word);
        assert_eq!(chain.registry().expect("as pinned").basis().window().contract, u64::MAX);
    }
}

#[test]
fn of_several_accepted_addresses_the_last_is_asked() {
    let (what, pin) = (Change::StateCommitmentChain, Address::repeat_byte(1));
    assert_eq!(Accepted::none().address(what, pin), pin);
    let accepted = Accepted::none()
        .accept(what, Address::repeat_byte(2).into_word())
        .accept(what, Address::repeat_byte(3).into_word())
        .accept(Change::BatchesContainer, Address::repeat_byte(4).into_word());
    assert_eq!(accepted.address(what, pin), Address::repeat_byte(3));
}

#[test]
fn pins_note_only_what_was_accepted_and_used() {
    let [first, second, third] = [1, 2, 3].map(B256::repeat_byte);
    let accepted = Accepted::none().accept(Change::MetisCode, third).accept(Change::MetisCode, first);
    let mut pins = Pins::new(&accepted);
    assert_eq!(pins.check(Change::MetisCode, first, &[first, second]), Ok(()));
    assert_eq!(pins.check(Change::MetisCode, second, &[first, second]), Ok(()));
    assert_eq!(pins.check(Change::MetisCode, third, &[]), Ok(()));
    assert_eq!(pins.check(Change::MetisCode, third, &[first, second]), Ok(()));
    let changed = Changed { what: Change::MessengerManager, got: third, expected: first };
    assert_eq!(pins.check(Change::MessengerManager, third, &[first]), Err(changed));
    assert_eq!(pins.into_used(), [(Change::MetisCode, third)]);
}

#[test]
fn each_change_has_a_name_of_its_own() {
    let all = [
        Change::BatchesContainer,
        Change::BatchesContainerManager,
        Change::MessengerLibraryManager,
        Change::MessengerImplementation,
        Change::MessengerImplementationName,
        Change::MessengerManager,
        Change::MetisCode,
        Change::StateCommitmentChain,
        Change::StateCommitmentChainImplementation,
        Change::StateCommitmentChainManager,
    ];
    let mut names = all.map(Change::name);
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
}
