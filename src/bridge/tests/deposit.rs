use crate::bridge::{BridgeError, Deposit, DepositOutcome, QueuedMessage, deposit_questions, relayMessageCall};
use crate::execution::{ExecutionError, Log, Outcome, Receipt, TxType};
use crate::primitives::{Address, B256, Bytes, StorageSlot, U256, UnixTime};
use crate::rollup::tests::chain::{Chain, State, answer};
use crate::rollup::{Change, Changed, RollupError, name_slot};
use alloy_primitives::{Bloom, b256, bytes};
use alloy_sol_types::{SolCall, SolValue, sol};

sol! {
    function finalizeDeposit(address l1Token, address l2Token, address from, address to, uint256 amount, bytes data);
}

/// The one ETH that was queued as number 41069, and what Metis' contracts make of it.
const L1_MESSENGER_ALIAS: Address = alloy_primitives::address!("0x192E1101855bD523Ba69a9794e0217f0Db633510");
const RELAYED: B256 = b256!("0x4641df4a962071e12719d8c8c8e5ac7fc4d97b927346a3d7a335b1f7517e133c");
const FINALIZED: B256 = b256!("0xb0444523268717a02698be47d0803aa7468c00acbed2f8bd93a0459cde61dd89");
const FAILED: B256 = b256!("0x7ea89a4591614515571c2b51f5ea06494056f261c10ab1ed8c03c7590d87bce0");

const QUEUE: Address = Address::repeat_byte(0xc7);
const INDEX: u64 = 41_069;

/// Andromeda with a queue that holds a message.
struct World {
    chain: Chain,
    message: QueuedMessage,
}

impl World {
    fn new(message: QueuedMessage) -> Self {
        let mut chain = Chain::new();
        chain.network.contracts.canonical_transaction_chain = Some(QUEUE);
        let mut world = Self { chain, message };
        let manager = world.chain.network.contracts.address_manager;
        world.chain.set(manager, name_slot("CanonicalTransactionChain"), QUEUE.into_word());
        world.set(StorageSlot::at(0), manager.into_word());
        world.set(element(INDEX, 0), world.message.queue_hash());
        let (time, block) = (U256::from(1_700_000_123_u64), U256::from(18_000_000_u64));
        world.set(element(INDEX, 1), B256::from(time | (block << 40)));
        world
    }

    fn set(&mut self, slot: StorageSlot, word: B256) {
        self.chain.set(QUEUE, slot, word);
    }

    fn deposit(&self) -> Result<Deposit, BridgeError> {
        let registry = self.chain.registry()?;
        let questions = deposit_questions(registry.basis(), &self.message)?;
        let proofs = questions.map(|question| self.chain.answer(&question));
        registry.deposit(self.message.clone(), &proofs)
    }
}

/// Two words each in the array for chain 1088.
fn element(index: u64, word: u64) -> StorageSlot {
    StorageSlot::at(6).entry_at(1088).elements().offset(index * 2 + word)
}

fn eth(amount: u64) -> Vec<u8> {
    let call = finalizeDepositCall {
        l1Token: Address::ZERO,
        l2Token: Address::repeat_byte(0x0a),
        from: Address::repeat_byte(1),
        to: Address::repeat_byte(2),
        amount: U256::from(amount),
        data: Bytes::new(),
    };
    call.abi_encode()
}

/// A message of L1's bridge to L2's.
fn message(call: Vec<u8>) -> QueuedMessage {
    let network = crate::network::andromeda();
    let relay = relayMessageCall {
        target: network.l2.predeploys.bridge,
        sender: network.contracts.bridge,
        message: call.into(),
        messageNonce: U256::from(INDEX),
    };
    QueuedMessage {
        queue_index: INDEX,
        l1_tx_origin: L1_MESSENGER_ALIAS,
        target: network.l2.predeploys.messenger,
        gas_limit: 2_000_000,
        data: relay.abi_encode().into(),
    }
}

fn bridge_log(topic: B256, amount: u64) -> Log {
    let [l1_token, l2_token, from] = [Address::ZERO, Address::repeat_byte(0x0a), Address::repeat_byte(1)];
    let topics = vec![topic, l1_token.into_word(), l2_token.into_word(), from.into_word()];
    let data = (Address::repeat_byte(2), U256::from(amount), Bytes::new()).abi_encode_params();
    Log { address: crate::network::andromeda().l2.predeploys.bridge, topics, data: data.into() }
}

fn messenger_log(hash: B256) -> Log {
    let address = crate::network::andromeda().l2.predeploys.messenger;
    Log { address, topics: vec![RELAYED, hash], data: Bytes::new() }
}

fn receipt(outcome: Outcome, logs: Vec<Log>) -> Receipt {
    Receipt { tx_type: TxType::Legacy, outcome, cumulative_gas_used: 0, logs_bloom: Bloom::ZERO, logs }
}

#[test]
fn a_queued_message_is_proven_with_its_time_and_block() {
    let deposit = World::new(message(eth(5))).deposit().expect("it is queued");
    assert_eq!((deposit.enqueued(), deposit.l1_block()), (UnixTime(1_700_000_123), 18_000_000));
    assert_eq!(deposit.changes(), []);
}

#[test]
fn another_message_at_the_same_place_is_refused() {
    let mut world = World::new(message(eth(5)));
    world.message = message(eth(6));
    let (got, expected) = (message(eth(5)).queue_hash(), message(eth(6)).queue_hash());
    assert_eq!(world.deposit().err(), Some(BridgeError::NotQueued { index: INDEX, got, expected }));
}

#[test]
fn every_field_but_the_place_is_part_of_the_queues_hash() {
    let it = message(eth(5));
    let twins = [
        QueuedMessage { l1_tx_origin: Address::repeat_byte(3), ..it.clone() },
        QueuedMessage { target: Address::repeat_byte(3), ..it.clone() },
        QueuedMessage { gas_limit: 3, ..it.clone() },
        QueuedMessage { data: bytes!("00"), ..it.clone() },
    ];
    for twin in twins {
        let mut world = World::new(it.clone());
        world.message = twin;
        assert!(matches!(world.deposit(), Err(BridgeError::NotQueued { .. })));
    }
    let mut elsewhere = World::new(it.clone());
    elsewhere.message = QueuedMessage { queue_index: INDEX + 1, ..it };
    let refused = elsewhere.deposit().err();
    assert!(matches!(refused, Some(BridgeError::NotQueued { got: B256::ZERO, .. })));
}

#[test]
fn a_queue_under_another_name_or_manager_is_refused_until_that_very_value_is_accepted() {
    let other = Address::repeat_byte(0xee).into_word();
    let mut renamed = World::new(message(eth(5)));
    let manager = renamed.chain.network.contracts.address_manager;
    renamed.chain.set(manager, name_slot("CanonicalTransactionChain"), other);
    let (what, expected) = (Change::CanonicalTransactionChain, QUEUE.into_word());
    let refusal = BridgeError::Rollup(RollupError::Changed(Changed { what, got: other, expected }));
    assert_eq!(renamed.deposit().err(), Some(refusal));

    let mut moved = World::new(message(eth(5)));
    moved.set(StorageSlot::at(0), other);
    let (what, expected) = (Change::CanonicalTransactionChainManager, manager.into_word());
    let refusal = BridgeError::Rollup(RollupError::Changed(Changed { what, got: other, expected }));
    assert_eq!(moved.deposit().err(), Some(refusal));
    moved.chain.accepted = moved.chain.accepted.accept(what, other);
    assert_eq!(moved.deposit().expect("accepted").changes(), [(what, other)]);
}

#[test]
fn without_the_queues_address_nothing_is_asked() {
    let mut world = World::new(message(eth(5)));
    world.chain.network.contracts.canonical_transaction_chain = None;
    assert_eq!(world.deposit().err(), Some(BridgeError::NoQueue));
}

#[test]
fn the_flag_on_l2_says_whether_it_was_executed() {
    let mut world = World::new(message(eth(5)));
    let deposit = world.deposit().expect("it is queued");
    for (flag, expected) in [(0, false), (1, true)] {
        let mut l2 = State::default();
        // Something else in the storage, so that there is an account.
        let messenger = world.chain.network.l2.predeploys.messenger;
        l2.set(messenger, StorageSlot::at(9).0, U256::ONE);
        l2.set(messenger, world.message.successful_slot().0, U256::from(flag));
        let (root, proof) = (world.chain.state_root(&l2), answer(&l2, &deposit.question()));
        assert_eq!(root.is_executed(&deposit, &proof).map(|proven| *proven.value()), Ok(expected));
        // The answer of another state.
        let mut other = l2.clone();
        other.set(messenger, StorageSlot::at(9).0, U256::from(2));
        let stale = answer(&other, &deposit.question());
        let refusal = root.is_executed(&deposit, &stale).err();
        assert!(matches!(refusal, Some(BridgeError::Execution(ExecutionError::Proof { .. }))));
    }
}

#[test]
fn only_the_bridges_own_log_of_the_very_payment_counts_as_credited() {
    let deposit = World::new(message(eth(5))).deposit().expect("it is queued");
    let hash = deposit.message().message_hash();
    let done = Outcome::Status(true);
    let elsewhere = |log: Log| Log { address: Address::repeat_byte(0xbb), ..log };
    let cases = [
        (done, vec![bridge_log(FINALIZED, 5), messenger_log(hash)], DepositOutcome::Credited),
        (done, vec![bridge_log(FINALIZED, 6), messenger_log(hash)], DepositOutcome::NotCredited),
        (done, vec![bridge_log(FAILED, 5), messenger_log(hash)], DepositOutcome::NotCredited),
        (done, vec![elsewhere(bridge_log(FINALIZED, 5)), messenger_log(hash)], DepositOutcome::NotCredited),
        (done, vec![messenger_log(hash)], DepositOutcome::NotCredited),
        (done, vec![bridge_log(FINALIZED, 5)], DepositOutcome::Reverted),
        (done, vec![bridge_log(FINALIZED, 5), elsewhere(messenger_log(hash))], DepositOutcome::Reverted),
        (done, vec![bridge_log(FINALIZED, 5), messenger_log(B256::ZERO)], DepositOutcome::Reverted),
        (Outcome::Status(false), vec![bridge_log(FINALIZED, 5), messenger_log(hash)], DepositOutcome::Reverted),
    ];
    for (outcome, logs, expected) in cases {
        assert_eq!(deposit.outcome_of(&receipt(outcome, logs)), expected);
    }
}

#[test]
fn a_message_that_is_no_deposit_of_the_bridge_is_called() {
    for call in [Vec::new(), [&[0; 4][..], &eth(5)[4..]].concat(), eth(5)[..60].to_vec()] {
        let deposit = World::new(message(call)).deposit().expect("it is queued");
        let logs = vec![messenger_log(deposit.message().message_hash())];
        assert_eq!(deposit.outcome_of(&receipt(Outcome::Status(true), logs)), DepositOutcome::Called);
    }
    assert_eq!(message(eth(5)).token_deposit(Address::repeat_byte(0xbb)), None, "not from l1's bridge");
}
