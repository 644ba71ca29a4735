use super::{BridgeError, Message};
use crate::execution::{AccountProof, Question};
use crate::primitives::{Address, B256, StorageSlot, U256};
use crate::rollup::{Basis, Change, Pins, Registry, name_slot, read_contract};
use std::sync::Arc;

/// The name by which the messenger's proxy finds its code.
const IMPLEMENTATION_NAME: &str = "OVM_L1CrossDomainMessenger";

/// `Lib_ResolvedDelegateProxy`: a mapping from the proxy's own address to a name, ...
const PROXY_NAMES: StorageSlot = StorageSlot::at(0);
/// ... and one to the address manager that knows the name.
const PROXY_MANAGERS: StorageSlot = StorageSlot::at(1);
/// The messenger's address manager, packed with two flags of its initialiser.
const LIB_ADDRESS_MANAGER: StorageSlot = StorageSlot::at(0);
/// OpenZeppelin's `Pausable`.
const PAUSED: StorageSlot = StorageSlot::at(101);

/// The L1 messenger as one L1 block has it: its code found through the names that are pinned.
#[derive(Clone, Debug)]
pub struct Messenger {
    basis: Arc<Basis>,
    /// Each value that differs from its pin and was accepted.
    pub(crate) changes: Vec<(Change, B256)>,
    flags: MessengerFlags,
    message: B256,
}

/// What the messenger's storage says of one message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct MessengerFlags {
    /// Whether it was relayed, its call having succeeded.
    pub relayed: bool,
    /// Whether the message is blocked.
    pub blocked: bool,
    /// Whether the messenger is paused.
    pub paused: bool,
}

/// What to ask L1 about the status of a message: the name behind the messenger's code, and the messenger.
pub fn messenger_questions(basis: &Basis, message: &Message) -> [Question; 2] {
    let contracts = &basis.network().contracts;
    let proxy = contracts.messenger;
    let slots = [
        PROXY_NAMES.entry_of(proxy),
        PROXY_MANAGERS.entry_of(proxy),
        LIB_ADDRESS_MANAGER,
        PAUSED,
        message.blocked_slot(),
        message.successful_slot(),
    ];
    [Question::new(contracts.address_manager, [name_slot(IMPLEMENTATION_NAME)]), Question::new(proxy, slots)]
}

impl Registry {
    /// Reads what the L1 messenger says of `message`. `proofs` answer [`messenger_questions`].
    ///
    /// # Errors
    /// [`RollupError::Changed`](crate::rollup::RollupError::Changed) where the messenger runs other code than expected or
    /// asks another manager, and the errors of the proofs.
    pub fn messenger(&self, message: &Message, proofs: &[AccountProof; 2]) -> Result<Messenger, BridgeError> {
        let basis = self.basis();
        let [manager, messenger] = &messenger_questions(basis, message);
        let [manager_proof, messenger_proof] = proofs;
        let l1 = basis.l1();
        let [implementation] = read_contract(l1, "the address manager", manager, manager_proof)?;
        let [name, proxy_manager, library_manager, paused, blocked, successful] =
            read_contract(l1, "the l1 messenger", messenger, messenger_proof)?;

        let contracts = &basis.network().contracts;
        let address_manager = contracts.address_manager;
        let mut pins = Pins::new(basis.accepted());
        let pinned_code = contracts.messenger_implementation.map(|address| address.into_word());
        pins.check(Change::MessengerImplementation, implementation.into(), pinned_code.as_slice())?;
        pins.check(Change::MessengerImplementationName, name.into(), &[short_string(IMPLEMENTATION_NAME)])?;
        pins.check_address(Change::MessengerManager, proxy_manager.into(), address_manager)?;
        let library_manager = Address::from_word(library_manager.into()).into_word();
        pins.check_address(Change::MessengerLibraryManager, library_manager, address_manager)?;

        let flags = MessengerFlags { relayed: is_set(successful), blocked: is_set(blocked), paused: is_set(paused) };
        Ok(Messenger { basis: basis.clone(), changes: pins.into_used(), flags, message: message.hash() })
    }
}

impl Messenger {
    /// What it says of the message.
    pub const fn flags(&self) -> MessengerFlags {
        self.flags
    }

    /// The hash of the message that it was asked about.
    pub const fn message(&self) -> B256 {
        self.message
    }

    /// What it rests on.
    pub fn basis(&self) -> &Basis {
        &self.basis
    }

    /// Each value that differs from its pin and was accepted.
    pub fn changes(&self) -> &[(Change, B256)] {
        &self.changes
    }
}

/// A Solidity bool is the lowest byte of its word.
const fn is_set(word: U256) -> bool {
    word.byte(0) != 0
}

/// How Solidity keeps a string below 32 bytes: the bytes, and twice the length in the last one.
fn short_string(text: &str) -> B256 {
    let mut word = B256::right_padding_from(text.as_bytes());
    let length = u8::try_from(text.len()).unwrap_or_default();
    if let Some(last) = word.0.last_mut() {
        *last = length.wrapping_mul(2);
    }
    word
}
