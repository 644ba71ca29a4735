//! An L1 with verifiers, challenges, games and requests, and honest answers about it.

use crate::dispute::{Concluded, DisputeError, Disputes, GameSubject, Inquiry, Want, request_uuid};
use crate::primitives::{Address, B256, Bytes, StorageSlot, U256, keccak256};
use crate::rollup::tests::chain::{APPENDED, Chain, IMPLEMENTATION, header};
use crate::rollup::{BatchHeader, Registry, name_slot};
use std::collections::BTreeMap;

/// The account that Andromeda names as who may delete batches.
pub(crate) const SAFE: Address = alloy_primitives::address!("0xAd07701EE9348d2B9e7De061883C10574c543279");

/// Andromeda's contracts with those of disputes, as they are pinned; nothing is disputed.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) chain: Chain,
    pub(crate) codes: BTreeMap<Address, Bytes>,
}

/// A challenge to be written down, of batch 0.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub(crate) challenger: Address,
    pub(crate) chain_id: u64,
    pub(crate) batch_index: u64,
    pub(crate) header: BatchHeader,
    pub(crate) batch_root: B256,
    pub(crate) timestamp: u64,
    pub(crate) committed: u64,
    pub(crate) revealed: Vec<Address>,
    pub(crate) is_done: bool,
}

impl World {
    pub(crate) fn new() -> Self {
        let mut world = Self { chain: Chain::new(), codes: BTreeMap::new() };
        let contracts = world.chain.network.contracts.clone();
        let pinned = |address: Option<Address>| address.expect("andromeda names it").into_word();
        world.name("1088_MVM_FraudVerifier", SAFE);
        world.name("DisputeGameFactory", world.factory());
        let code = pinned(contracts.dispute_game_factory_implementation);
        world.chain.set(world.factory(), IMPLEMENTATION, code);
        world.chain.set(world.verifier(), IMPLEMENTATION, pinned(contracts.mvm_verifier_implementation));
        world.chain.set(world.verifier(), StorageSlot::at(0), contracts.address_manager.into_word());
        world
    }

    pub(crate) fn verifier(&self) -> Address {
        self.chain.network.contracts.mvm_verifier.expect("andromeda names it")
    }

    pub(crate) fn factory(&self) -> Address {
        self.chain.network.contracts.dispute_game_factory.expect("andromeda names it")
    }

    pub(crate) fn name(&mut self, name: &str, address: Address) {
        self.chain.set(self.chain.network.contracts.address_manager, name_slot(name), address.into_word());
    }

    /// A word of `MVM_Verifier`.
    pub(crate) fn set(&mut self, slot: impl Into<StorageSlot>, word: impl Into<U256>) {
        self.chain.set(self.verifier(), slot.into(), word.into().into());
    }

    /// A `bytes` value of `MVM_Verifier`, as Solidity keeps it.
    pub(crate) fn set_bytes(&mut self, slot: StorageSlot, bytes: &[u8]) {
        if bytes.len() < 32 {
            let mut word = B256::right_padding_from(bytes);
            word.0[31] = u8::try_from(bytes.len() * 2).expect("short");
            return self.set(slot, word);
        }
        self.set(slot, U256::from(bytes.len() * 2 + 1));
        for (place, chunk) in bytes.chunks(32).enumerate() {
            self.set(slot.elements().offset(place as u64), B256::right_padding_from(chunk));
        }
    }

    /// Puts `addresses` into the contract's list, each with this stake, and counts them as qualified.
    pub(crate) fn stake(&mut self, addresses: &[Address], stake: u64) {
        self.set(12, U256::from(addresses.len()));
        self.set(18, U256::from(addresses.len()));
        for (place, address) in addresses.iter().enumerate() {
            self.set(StorageSlot::at(12).elements().offset(place as u64), address.into_word());
            self.set(StorageSlot::at(2).entry_of(*address), U256::from(stake));
        }
    }

    /// Writes a challenge at `index` and makes the list that long.
    pub(crate) fn open(&mut self, index: u64, opened: &Opened) {
        self.set(13, U256::from(index + 1));
        let first = challenge_slot(index);
        let header = &opened.header;
        self.set(first, opened.challenger.into_word());
        self.set(first.offset(1), U256::from(opened.chain_id));
        self.set(first.offset(3), U256::from(opened.batch_index));
        self.set(first.offset(4), opened.batch_root);
        self.set(first.offset(5), U256::from(header.batch_size()));
        self.set(first.offset(6), U256::from(header.prev_total_elements()));
        self.set_bytes(first.offset(7), header.extra_data().bytes());
        self.set(first.offset(8), U256::from(opened.timestamp));
        self.set(first.offset(10), U256::from(opened.committed));
        self.set(first.offset(11), U256::from(opened.revealed.len()));
        for (place, address) in opened.revealed.iter().enumerate() {
            self.set(first.offset(11).elements().offset(place as u64), address.into_word());
        }
        self.set(first.offset(12), U256::from(opened.is_done));
    }

    /// Writes what somebody committed and revealed: hash, hash of the key, key.
    pub(crate) fn commit(&mut self, index: u64, who: Address, hash: &[u8], key_hash: &[u8], key: &[u8]) {
        for (mapping, bytes) in [(5, hash), (4, key_hash), (3, key)] {
            self.set_bytes(StorageSlot::at(mapping).entry_at(index).entry_of(who), bytes);
        }
    }

    /// Writes a game into the factory's list at `index` and makes it that long; its code, its first word and the block that it
    /// begins behind; and files it under its uuid.
    pub(crate) fn play(&mut self, index: u64, subject: &GameSubject, status: u64) -> Address {
        let address = Address::with_last_byte(0xa0 + u8::try_from(index).expect("few"));
        let id: U256 = U256::from(APPENDED) << 160 | U256::from_be_bytes(address.into_word().0);
        let factory = self.factory();
        self.chain.set(factory, StorageSlot::at(154), U256::from(index + 1).into());
        self.chain.set(factory, StorageSlot::at(154).elements().offset(index), id.into());
        self.chain.set(factory, StorageSlot::at(153).entry(subject.uuid(0)), id.into());
        let state: U256 = U256::from(1) << 136 | U256::from(status) << 128 | U256::from(APPENDED);
        self.chain.set(address, StorageSlot::at(0), state.into());
        self.chain.set(address, StorageSlot::at(9), U256::from(10).into());
        self.code(address, game_code(subject));
        address
    }

    pub(crate) fn code(&mut self, who: Address, code: Bytes) {
        self.chain.state.contract(who).code_hash = keccak256(&code);
        self.codes.insert(who, code);
    }

    /// Writes a request for a game about a block.
    pub(crate) fn request(&mut self, block: u64, requester: Address) {
        let entry = StorageSlot::at(155).entry(request_uuid(0, block));
        let factory = self.factory();
        let sender: U256 = U256::from_be_bytes(requester.into_word().0) << 32;
        self.chain.set(factory, entry, sender.into());
        self.chain.set(factory, entry.offset(1), U256::from(4).into());
        self.chain.set(factory, entry.offset(2), B256::repeat_byte(0x1d));
        self.chain.set(factory, StorageSlot::at(156).entry(request_uuid(0, block)), U256::from(APPENDED).into());
    }

    pub(crate) fn registry(&self) -> Registry {
        self.chain.registry().expect("the contracts are as pinned")
    }

    /// Answers everything that is wanted, honestly.
    pub(crate) fn answer(&self, inquiry: &mut Inquiry) -> Result<(), DisputeError> {
        for want in inquiry.wants().to_vec() {
            match want {
                Want::Proof(question) => inquiry.prove(&question, &self.chain.answer(&question))?,
                Want::Code(who) => inquiry.code(who, self.codes.get(&who).cloned().unwrap_or_default())?,
            }
        }
        Ok(())
    }

    /// Every dispute, and a request about `block` if one is named; and in how many rounds it was read.
    pub(crate) fn read_about(&self, block: Option<u64>) -> Result<(Disputes, usize), DisputeError> {
        let mut inquiry = Inquiry::new(&self.registry(), block)?;
        for round in 1..=Inquiry::MAX_ROUNDS {
            self.answer(&mut inquiry)?;
            match inquiry.conclude()? {
                Concluded::More(more) => inquiry = *more,
                Concluded::Done(disputes) => return Ok((*disputes, round)),
            }
        }
        panic!("it takes more than {} rounds", Inquiry::MAX_ROUNDS)
    }

    pub(crate) fn read(&self) -> Result<Disputes, DisputeError> {
        self.read_about(None).map(|(disputes, _)| disputes)
    }
}

/// Somebody.
pub(crate) const fn who(n: u8) -> Address {
    Address::repeat_byte(n)
}

pub(crate) fn challenge_slot(index: u64) -> StorageSlot {
    StorageSlot::at(13).elements().offset(13 * index)
}

/// A challenge by somebody of the batch that `batch` gives, with nobody else taking part yet.
pub(crate) fn opened() -> Opened {
    let header = batch();
    Opened {
        challenger: who(1),
        chain_id: 1088,
        batch_index: 0,
        batch_root: header.batch_root(),
        header,
        timestamp: APPENDED,
        committed: 1,
        revealed: Vec::new(),
        is_done: false,
    }
}

/// The blocks 11 to 13.
pub(crate) fn batch() -> BatchHeader {
    header(B256::repeat_byte(0xba), 3, 10)
}

pub(crate) fn subject() -> GameSubject {
    GameSubject {
        creator: who(0xc1),
        root_claim: batch().hash(),
        l1_head: B256::repeat_byte(0x1d),
        requester: who(0xc2),
        l2_block: U256::from(13),
    }
}

/// The code of a clone: something that calls, its arguments, and their length with its own.
pub(crate) fn game_code(subject: &GameSubject) -> Bytes {
    let GameSubject { creator, root_claim, l1_head, requester, l2_block } = subject;
    let arguments =
        [creator.as_slice(), &root_claim.0, &l1_head.0, requester.as_slice(), &l2_block.to_be_bytes::<32>()];
    [&[0x36, 0x3d, 0x3d][..], &arguments.concat(), &138_u16.to_be_bytes()].concat().into()
}
