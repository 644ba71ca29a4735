use crate::bridge::BridgeError;
use crate::execution::{AccountProof, BalanceClaim, Log, Proven, Question, Transaction, TxType};
use crate::primitives::{Address, B256, Bytes, StorageSlot, U256, UnixTime, abi, keccak256};
use crate::rollup::{Accepted, Basis, Change, L2StateRoot, Pins, Registry, name_slot, read_contract};
use alloy_primitives::b256;
use alloy_sol_types::SolValue;
use std::sync::Arc;

/// The name that the CTC is looked up by.
const QUEUE_NAME: &str = "CanonicalTransactionChain";

/// The CTC's address manager.
const LIB_ADDRESS_MANAGER: StorageSlot = StorageSlot::at(0);
/// The CTC's queues: a mapping from the chain id to an array of elements of two words.
const QUEUES: StorageSlot = StorageSlot::at(6);
/// `successfulMessages` of the L2 messenger.
const SUCCESSFUL_MESSAGES: StorageSlot = StorageSlot::at(1);

/// A message in the queue of L1 as a log tells of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct QueuedMessage {
    /// Its place in the queue.
    pub queue_index: u64,
    /// Who enqueued it: an L1 contract, its address aliased.
    pub l1_tx_origin: Address,
    /// Who is called on L2.
    pub target: Address,
    /// Gas for the call.
    pub gas_limit: u64,
    /// The calldata.
    pub data: Bytes,
}

/// A message that L1's queue holds at its place.
#[derive(Clone, Debug)]
pub struct Deposit {
    message: QueuedMessage,
    enqueued: UnixTime,
    l1_block: u64,
    changes: Vec<(Change, B256)>,
    basis: Arc<Basis>,
}

impl QueuedMessage {
    /// The topic of `TransactionEnqueued(uint256,address,address,uint256,bytes,uint256,uint256)`.
    pub const ENQUEUED: B256 = b256!("0x6afbb2eaf0241302d1ab6244dff35383c745f31ee1f878e9052d510baeb42506");

    /// The message for a chain that a log of the CTC tells of; none where it is another event or chain. A hint: that it is
    /// queued is in the CTC's storage.
    pub fn from_log(chain_id: u64, log: &Log) -> Option<Self> {
        let [Self::ENQUEUED, l1_tx_origin, target, queue_index] = *log.topics else { return None };
        let (chain, gas_limit, data, _) = <(U256, U256, Bytes, U256)>::abi_decode_params(&log.data).ok()?;
        (chain == U256::from(chain_id)).then_some(())?;
        Some(Self {
            queue_index: U256::from_be_bytes(queue_index.0).try_into().ok()?,
            l1_tx_origin: abi::address(l1_tx_origin)?,
            target: abi::address(target)?,
            gas_limit: gas_limit.try_into().ok()?,
            data,
        })
    }

    /// What the queue holds: `keccak256(abi.encode(sender, target, gasLimit, data))`. The place is not part of it.
    pub fn queue_hash(&self) -> B256 {
        let fields = (self.l1_tx_origin, self.target, U256::from(self.gas_limit), self.data.clone());
        keccak256(fields.abi_encode_params())
    }

    /// The hash by which L2's messenger knows the message.
    pub fn message_hash(&self) -> B256 {
        keccak256(&self.data)
    }

    /// The hash of the L2 transaction that this place in the queue becomes.
    pub fn l2_transaction_hash(&self) -> B256 {
        let unsigned = Transaction {
            tx_type: TxType::Legacy,
            chain_id: 0,
            nonce: self.queue_index,
            max_priority_fee_per_gas: U256::ZERO,
            gas_price: U256::ZERO,
            gas: self.gas_limit,
            to: Some(self.target),
            value: U256::ZERO,
            input: self.data.clone(),
            access_list: Vec::new(),
            max_fee_per_blob_gas: U256::ZERO,
            blob_versioned_hashes: Vec::new(),
            authorization_list: Vec::new(),
            v: 0,
            r: U256::ZERO,
            s: U256::ZERO,
        };
        unsigned.hash()
    }

    /// The slot in the L2 messenger that says that the message's call did not revert.
    pub fn successful_slot(&self) -> StorageSlot {
        SUCCESSFUL_MESSAGES.entry(self.message_hash())
    }
}

/// What to ask L1 about a queued message: the name of the CTC, and the element.
///
/// # Errors
/// [`BridgeError::NoQueue`] where the network's data does not name the CTC.
pub fn deposit_questions(basis: &Basis, message: &QueuedMessage) -> Result<[Question; 2], BridgeError> {
    let network = basis.network();
    let queue = queue_address(basis, basis.accepted())?;
    let first = message.queue_index.saturating_mul(2);
    let elements = QUEUES.entry_at(network.l2.chain_id).elements();
    let slots = [LIB_ADDRESS_MANAGER, elements.offset(first), elements.offset(first.saturating_add(1))];
    Ok([Question::new(network.contracts.address_manager, [name_slot(QUEUE_NAME)]), Question::new(queue, slots)])
}

fn queue_address(basis: &Basis, accepted: &Accepted) -> Result<Address, BridgeError> {
    let pinned = basis.network().contracts.canonical_transaction_chain.ok_or(BridgeError::NoQueue)?;
    Ok(accepted.address(Change::CanonicalTransactionChain, pinned))
}

impl Registry {
    /// Proves that L1's queue holds `message` at its place. `proofs` answer [`deposit_questions`].
    ///
    /// # Errors
    /// [`BridgeError::NotQueued`] where another message or none stands there,
    /// [`RollupError::Changed`](crate::rollup::RollupError::Changed) where the CTC's name leads elsewhere, and the errors of
    /// the proofs.
    pub fn deposit(&self, message: QueuedMessage, proofs: &[AccountProof; 2]) -> Result<Deposit, BridgeError> {
        let basis = self.basis();
        let [manager, queue] = &deposit_questions(basis, &message)?;
        let [manager_proof, queue_proof] = proofs;
        let [name] = read_contract(basis.l1(), "the address manager", manager, manager_proof)?;
        let [queue_manager, hash, place] =
            read_contract(basis.l1(), "the canonical transaction chain", queue, queue_proof)?;

        let mut pins = Pins::new(basis.accepted());
        let contracts = &basis.network().contracts;
        let pinned = contracts.canonical_transaction_chain.ok_or(BridgeError::NoQueue)?;
        pins.check_address(Change::CanonicalTransactionChain, name.into(), pinned)?;
        crate::rollup::check_asked(Change::CanonicalTransactionChain, name, queue.address)?;
        let manager_change = Change::CanonicalTransactionChainManager;
        pins.check_address(manager_change, queue_manager.into(), contracts.address_manager)?;

        let (got, expected) = (B256::from(hash), message.queue_hash());
        if got != expected {
            return Err(BridgeError::NotQueued { index: message.queue_index, got, expected });
        }
        let (enqueued, l1_block) = (UnixTime(low_40_bits(place)), low_40_bits(place.wrapping_shr(40)));
        Ok(Deposit { message, enqueued, l1_block, changes: pins.into_used(), basis: basis.clone() })
    }
}

impl Deposit {
    /// The message.
    pub const fn message(&self) -> &QueuedMessage {
        &self.message
    }

    /// When it was enqueued, by L1 time.
    pub const fn enqueued(&self) -> UnixTime {
        self.enqueued
    }

    /// The L1 block that enqueued it.
    pub const fn l1_block(&self) -> u64 {
        self.l1_block
    }

    /// What it rests on.
    pub fn basis(&self) -> &Basis {
        &self.basis
    }

    /// Each value that differs from its pin and was accepted.
    pub fn changes(&self) -> &[(Change, B256)] {
        &self.changes
    }

    /// What to ask L2 about it: the messenger's flag.
    pub fn question(&self) -> Question {
        let messenger = self.basis.network().l2.predeploys.messenger;
        Question::new(messenger, [self.message.successful_slot()])
    }
}

impl L2StateRoot {
    /// Proves whether the call of a deposit's message was made at or before this block, without reverting. `proof` answers
    /// [`Deposit::question`].
    ///
    /// A message can be queued again, with the same hash: the flag does not say by which place in the queue.
    ///
    /// # Errors
    /// Those of the proof.
    pub fn is_executed(&self, deposit: &Deposit, proof: &AccountProof) -> Result<Proven<bool, Self>, BridgeError> {
        let answer = deposit.question().read(self.state_root(), proof, BalanceClaim::Elsewhere)?;
        // A Solidity bool is the lowest byte of its word.
        let is_set = answer.words.first().is_some_and(|word| word.byte(0) != 0);
        Ok(Proven::new(is_set, self.clone()))
    }
}

fn low_40_bits(word: U256) -> u64 {
    (word & U256::from(0xff_ffff_ffff_u64)).saturating_to()
}
