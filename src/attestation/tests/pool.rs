use super::world::{World, address, public_key};
use crate::attestation::{
    AttestationError, MvmVerifiers, Policy, QuorumRule, VerifierSet, locking_pool_question, mvm_verifier_question,
};
use crate::execution::ExecutionError;
use crate::primitives::{Address, B256, StorageSlot, U256, keccak256};
use crate::rollup::tests::chain::IMPLEMENTATION;
use crate::rollup::{Change, RollupError};

const COUNT: u64 = 151;

/// Andromeda's pool, with sequencers whose keys are numbered.
struct Pool(World);

impl Pool {
    /// Sequencers 1 to `weights.len()`, active.
    fn new(weights: &[u64]) -> Self {
        let mut pool = Self(World::new());
        let code = pool.0.chain.network.contracts.locking_pool_implementation.expect("a pin");
        pool.set(IMPLEMENTATION, code.into_word());
        pool.set_count(U256::from(weights.len()));
        for (id, weight) in (1_u8..).zip(weights) {
            pool.join(id, U256::from(*weight));
        }
        pool
    }

    fn address(&self) -> Address {
        self.0.chain.network.contracts.locking_pool.expect("andromeda has a pool")
    }

    fn set(&mut self, slot: StorageSlot, word: B256) {
        let address = self.address();
        self.0.chain.set(address, slot, word);
    }

    fn set_count(&mut self, count: U256) {
        self.set(StorageSlot::at(COUNT), count.into());
    }

    /// As the contract keeps a sequencer that is active.
    fn join(&mut self, id: u8, amount: U256) {
        let first = slot_of(id);
        self.set(first, amount.into());
        self.set(first.offset(9), address(id).into_word());
        self.set(first.offset(10), B256::from(U256::from(2 * 64 + 1)));
        let key = StorageSlot(keccak256(first.offset(10).0));
        let [high, low] = public_key(id);
        self.set(key, high);
        self.set(key.offset(1), low);
        self.set_status(id, 2);
    }

    /// The status stands above the reward recipient's address.
    fn set_status(&mut self, id: u8, status: u8) {
        let recipient = U256::from_be_bytes(Address::repeat_byte(0xee).into_word().0);
        let status: U256 = U256::from(status) << 160;
        self.set(slot_of(id).offset(11), B256::from(recipient | status));
    }

    fn read(&self) -> Result<VerifierSet, AttestationError> {
        let chain = &self.0.chain;
        let registry = chain.registry()?;
        let pool = registry.locking_pool(&chain.answer(&locking_pool_question(registry.basis())?))?;
        let proofs: Vec<_> = pool.questions().iter().map(|question| chain.answer(question)).collect();
        pool.verifiers(&proofs, QuorumRule::default())
    }
}

fn slot_of(id: u8) -> StorageSlot {
    StorageSlot::at(153).entry_at(u64::from(id))
}

#[test]
fn active_sequencers_weigh_what_they_locked() {
    let mut pool = Pool::new(&[100, 200, 300, 400]);
    pool.set_status(2, 3);
    pool.set_status(4, 1);
    let set = pool.read().expect("a set");
    assert_eq!((set.total(), set.policy()), (U256::from(400), &Policy::LockingPool));
    let weights: Vec<_> = [1, 2, 3, 4].map(|id| set.weight_of(address(id))).into();
    assert_eq!(weights, [Some(U256::from(100)), None, Some(U256::from(300)), None]);
    assert!(set.unpinned().is_empty() && set.changes().is_empty());
}

#[test]
fn more_than_one_request_is_needed_for_many() {
    let weights: Vec<u64> = (1..=40).collect();
    let pool = Pool::new(&weights);
    assert_eq!(pool.read().expect("a set").total(), U256::from(40 * 41 / 2));
}

#[test]
fn what_a_left_sequencer_left_behind_is_not_looked_at() {
    let mut pool = Pool::new(&[100, 200]);
    pool.set_status(2, 3);
    pool.set(slot_of(2).offset(10), B256::ZERO);
    assert_eq!(pool.read().expect("a set").total(), U256::from(100));
}

#[test]
fn an_active_sequencers_signer_is_its_keys_address() {
    let mut pool = Pool::new(&[100]);
    pool.set(slot_of(1).offset(9), address(2).into_word());
    let (got, expected) = (address(2), address(1));
    assert_eq!(pool.read().map(|_| ()), Err(AttestationError::ForeignKey { id: 1, got, expected }));
    let mut pool = Pool::new(&[100]);
    pool.set(slot_of(1).offset(10), B256::from(U256::from(2 * 65 + 1)));
    let error = AttestationError::KeyLength { id: 1, got: U256::from(131) };
    assert_eq!(pool.read().map(|_| ()), Err(error));
}

#[test]
fn hostile_numbers_end_with_an_error() {
    let mut pool = Pool::new(&[1]);
    for got in [U256::from(257), U256::MAX] {
        pool.set_count(got);
        let error = AttestationError::TooMany { what: "sequencers", got, limit: 256 };
        assert_eq!(pool.read().map(|_| ()), Err(error));
    }
    let mut pool = Pool::new(&[1]);
    pool.set(slot_of(1), B256::repeat_byte(0xff));
    assert!(matches!(pool.read(), Err(AttestationError::WeightOverflow { .. })));
    let mut pool = Pool::new(&[1]);
    pool.set_count(U256::from(256));
    assert_eq!(pool.read().expect("the others are not there").total(), U256::ONE);
    assert_eq!(Pool::new(&[]).read().map(|_| ()), Err(AttestationError::EmptySet));
    assert_eq!(Pool::new(&[0]).read().map(|_| ()), Err(AttestationError::EmptySet));
}

#[test]
fn two_ids_with_one_signer_are_refused() {
    let mut pool = Pool::new(&[1, 2]);
    for offset in [9, 10] {
        let word = if offset == 9 { address(1).into_word() } else { B256::from(U256::from(129)) };
        pool.set(slot_of(2).offset(offset), word);
    }
    let key = StorageSlot(keccak256(slot_of(2).offset(10).0));
    let [high, low] = public_key(1);
    pool.set(key, high);
    pool.set(key.offset(1), low);
    assert_eq!(pool.read().map(|_| ()), Err(AttestationError::DuplicateSigner { signer: address(1) }));
}

#[test]
fn other_code_is_refused_until_it_is_accepted_and_then_told() {
    let mut pool = Pool::new(&[1]);
    let code = B256::left_padding_from(&[0xab; 20]);
    pool.set(IMPLEMENTATION, code);
    assert!(matches!(pool.read(), Err(AttestationError::Rollup(RollupError::Changed(_)))));
    pool.0.chain.accepted = pool.0.chain.accepted.clone().accept(Change::LockingPoolImplementation, code);
    let set = pool.read().expect("it is accepted");
    assert_eq!(set.changes(), [(Change::LockingPoolImplementation, code)]);
    pool.0.chain.network.contracts.locking_pool_implementation = None;
    assert_eq!(pool.read().expect("no pin").unpinned(), ["contracts.lockingPoolImplementation"]);
}

#[test]
fn a_network_without_a_pool_has_no_set_there() {
    let mut pool = Pool::new(&[1]);
    pool.0.chain.network.contracts.locking_pool = None;
    assert_eq!(pool.read().map(|_| ()), Err(AttestationError::NoSet { what: "locking pool" }));
    let mut nowhere = pool.0.chain.network.clone();
    assert_eq!(Policy::of(&nowhere), Ok(Policy::MvmVerifier));
    nowhere.contracts.mvm_verifier = None;
    assert!(matches!(Policy::of(&nowhere), Err(AttestationError::NoSet { .. })));
}

#[test]
fn a_proof_of_too_few_questions_is_refused() {
    let pool = Pool::new(&[1]);
    let chain = &pool.0.chain;
    let registry = chain.registry().expect("as pinned");
    let question = locking_pool_question(registry.basis()).expect("a pool");
    let read = registry.locking_pool(&chain.answer(&question)).expect("as pinned");
    let error = read.verifiers(&[], QuorumRule::default()).map(|_| ()).expect_err("nothing is proven");
    assert_eq!(error, RollupError::from(ExecutionError::SlotCount { got: 0, expected: 1 }).into());
}

/// `MVM_Verifier` with these stakes, in the order in which they came; stakes of 0 are listed without one.
fn mvm(stakes: &[(u8, u64)], change: impl FnOnce(&mut World, Address)) -> Result<VerifierSet, AttestationError> {
    let mut world = World::new();
    let contract = world.chain.network.contracts.mvm_verifier.expect("andromeda has one");
    world.chain.network.contracts.mvm_verifier_implementation = Some(Address::repeat_byte(0x3c));
    world.chain.set(contract, IMPLEMENTATION, Address::repeat_byte(0x3c).into_word());
    world.chain.set(contract, 12.into(), B256::from(U256::from(stakes.len())));
    world.chain.set(contract, 16.into(), B256::from(U256::from(10)));
    for (place, (key, stake)) in (0..).zip(stakes) {
        let who = address(*key);
        world.chain.set(contract, StorageSlot::at(12).elements().offset(place), who.into_word());
        world.chain.set(contract, StorageSlot::at(2).entry_of(who), B256::from(U256::from(*stake)));
    }
    change(&mut world, contract);
    let chain = &world.chain;
    let registry = chain.registry()?;
    let contract: MvmVerifiers = registry.mvm_verifiers(&chain.answer(&mvm_verifier_question(registry.basis())?))?;
    let answers = |questions: Vec<_>| questions.iter().map(|question| chain.answer(question)).collect::<Vec<_>>();
    let listed = contract.listed(&answers(contract.questions()))?;
    contract.verifiers(&listed, &answers(contract.stake_questions(&listed)), QuorumRule::default())
}

#[test]
fn stakes_count_from_the_least_one_and_once() {
    let set = mvm(&[(1, 10), (2, 9), (3, 30), (1, 10)], |_, _| ()).expect("a set");
    assert_eq!((set.total(), set.policy()), (U256::from(40), &Policy::MvmVerifier));
    assert_eq!(set.weight_of(address(2)), None);
    assert!(set.unpinned().is_empty() && set.changes().is_empty());
    let unpinned = |world: &mut World, _| world.chain.network.contracts.mvm_verifier_implementation = None;
    assert_eq!(mvm(&[(1, 10)], unpinned).expect("a set").unpinned(), ["contracts.mvmVerifierImplementation"]);
    let other = |world: &mut World, contract| world.chain.set(contract, IMPLEMENTATION, B256::repeat_byte(1));
    assert!(matches!(mvm(&[(1, 10)], other), Err(AttestationError::Rollup(RollupError::Changed(_)))));
}

#[test]
fn a_whitelist_counts_where_it_is_on() {
    let whitelisted = |world: &mut World, contract: Address| {
        world.chain.set(contract, 11.into(), B256::from(U256::ONE));
        world.chain.set(contract, StorageSlot::at(10).entry_of(address(3)), B256::from(U256::ONE));
    };
    assert_eq!(mvm(&[(1, 10), (3, 30)], whitelisted).expect("a set").total(), U256::from(30));
}

#[test]
fn an_endless_list_of_verifiers_is_refused() {
    let got = U256::MAX;
    let endless = |world: &mut World, contract: Address| world.chain.set(contract, 12.into(), got.into());
    let error = AttestationError::TooMany { what: "verifiers", got, limit: 256 };
    assert_eq!(mvm(&[(1, 10)], endless).map(|_| ()), Err(error));
    assert_eq!(mvm(&[], |_, _| ()).map(|_| ()), Err(AttestationError::EmptySet));
}
