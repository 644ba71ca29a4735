//! An L1 of one block that says of the rollup what a test wants, so that recorded or made-up L2 data can be climbed to.

#![allow(dead_code, reason = "each of those who include this needs a part of it")]

use super::trie::State;
use metis_light::bridge::Message;
use metis_light::execution::{AccountProof, Claims, Question, SlotProof};
use metis_light::network::Network;
use metis_light::primitives::{Address, B256, StorageSlot, U256};
use metis_light::rollup::{BatchHeader, context_slot, element_slot, name_slot};

/// EIP-1967.
pub(crate) const IMPLEMENTATION: StorageSlot =
    StorageSlot(alloy_primitives::b256!("0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc"));
/// `OVM_L1CrossDomainMessenger` as Solidity keeps it.
pub(crate) const MESSENGER_NAME: B256 =
    alloy_primitives::b256!("0x4f564d5f4c3143726f7373446f6d61696e4d657373656e676572000000000034");

/// The contracts of a network as its data expects them, with nothing appended yet.
#[derive(Clone, Debug)]
pub(crate) struct RollupOnL1 {
    pub(crate) network: Network,
    pub(crate) state: State,
    pub(crate) time: u64,
}

impl RollupOnL1 {
    /// Puts every value at its place. Pins that the network lacks become some value.
    pub(crate) fn new(network: &Network, time: u64) -> Self {
        let contracts = &network.contracts;
        let mut l1 = Self { network: network.clone(), state: State::default(), time };
        let manager = contracts.address_manager;
        l1.set_address(manager, name_slot("StateCommitmentChain"), contracts.state_commitment_chain);
        l1.set_address(manager, name_slot("ChainStorageContainer-SCC-batches"), contracts.batches_container);
        let messenger_code = contracts.messenger_implementation.unwrap_or(Address::repeat_byte(0x11));
        l1.set_address(manager, name_slot("OVM_L1CrossDomainMessenger"), messenger_code);

        let scc = contracts.state_commitment_chain;
        l1.set_address(scc, StorageSlot::at(0), manager);
        let scc_code = contracts.state_commitment_chain_implementation.unwrap_or(Address::repeat_byte(0x12));
        l1.set_address(scc, IMPLEMENTATION, scc_code);
        l1.set(scc, StorageSlot::at(1), U256::from(contracts.fraud_proof_window.unwrap_or(604_800)));

        l1.set_address(contracts.batches_container, StorageSlot::at(0), manager);

        let messenger = contracts.messenger;
        l1.set(messenger, StorageSlot::at(0).entry_of(messenger), MESSENGER_NAME.into());
        l1.set_address(messenger, StorageSlot::at(1).entry_of(messenger), manager);
        // The initialiser's flag stands above the address.
        l1.set(messenger, StorageSlot::at(0), U256::from_be_bytes(manager.into_word().0) | (U256::ONE << 160));
        l1
    }

    pub(crate) fn set(&mut self, who: Address, slot: StorageSlot, word: U256) {
        self.state.set(who, slot.0, word);
    }

    fn set_address(&mut self, who: Address, slot: StorageSlot, address: Address) {
        self.set(who, slot, address.into_word().into());
    }

    /// Appends `header` as batch `index`, the last one.
    pub(crate) fn append(&mut self, index: u64, header: &BatchHeader) {
        let (chain, container) = (self.network.l2.chain_id, self.network.contracts.batches_container);
        let total = U256::from(header.last_block()) << 40;
        let time = U256::from(header.extra_data().timestamp().0) << 80;
        self.set(container, context_slot(chain), U256::from(index + 1) | total | time);
        self.set(container, element_slot(chain, index), header.hash().into());
    }

    /// Marks `message` as relayed.
    pub(crate) fn relay(&mut self, message: &Message) {
        self.set(self.network.contracts.messenger, message.successful_slot(), U256::ONE);
    }

    /// What an honest source answers.
    pub(crate) fn answer(&self, question: &Question) -> AccountProof {
        answer(&self.state, question)
    }
}

/// What an honest source answers of a state.
pub(crate) fn answer(state: &State, question: &Question) -> AccountProof {
    let contract = state.get(question.address).cloned().unwrap_or_default();
    let storage = contract.storage();
    let slot = |slot: &StorageSlot| SlotProof {
        nodes: storage.proof(slot.trie_key().as_slice()),
        key: Some(slot.0),
        value: Some(contract.word(slot.0)),
    };
    let claims = Claims {
        address: Some(question.address),
        balance: Some(contract.balance),
        code_hash: Some(contract.code_hash),
        nonce: Some(contract.nonce),
        storage_hash: Some(contract.storage_root()),
    };
    AccountProof { nodes: state.proof(question.address), slots: question.slots.iter().map(slot).collect(), claims }
}
