//! A small L2 state of the form that Metis' states have, and what can be shown of it.

use crate::ladder::{Ladder, header_json, l1_json, proof_json};
use crate::trie::Trie;
use crate::{address, hash};
use alloy_rlp::Encodable;
use alloy_sol_types::{SolCall, SolValue, sol};
use metis_light::bridge::{Message, Witness};
use metis_light::consistent;
use metis_light::execution::{EMPTY_CODE_HASH, Question};
use metis_light::network::{Network, andromeda};
use metis_light::primitives::mpt::EMPTY_ROOT;
use metis_light::primitives::rlp::encode_list;
use metis_light::primitives::{Address, B256, Bytes, StorageSlot, U256, keccak256, ovm_merkle};
use metis_light::rollup::{Accepted, BatchHeader, metis_balance_slot, registry_questions};
use metis_light::wire::{BatchClaim, ProofReply, WithdrawalClaim};
use serde_json::{Value, json};

sol! {
    function finalizeMetisWithdrawalByChainId(uint256 chainId, address from, address to, uint256 amount, bytes data);
}

/// Accounts that have sent a transaction, and so have a leaf.
const USERS: u64 = 320;
/// Accounts with METIS. Half of them have never sent a transaction, and so have no leaf.
const HOLDERS: u64 = 160;
/// Messages that were sent to L1.
const MESSAGES: u64 = 64;

/// The demo's own user and withdrawal, among the others.
const USER: u64 = 42;
const MESSAGE: u64 = 27;

const BATCH_INDEX: u64 = 36_100;
const BATCH_SIZE: u64 = 36;
const PREV_TOTAL_ELEMENTS: u64 = 21_950_000;
/// 2026-01-15 12:00:00 UTC.
const APPENDED: u64 = 1_768_478_400;
/// The place of the demo's state in its batch.
const PLACE: usize = 17;

/// What the L2 messenger's counter began with.
const FIRST_NONCE: u64 = 100_000;

/// Code hashes of the predeploys, by the last bytes of their addresses: from Andromeda's published genesis state.
const PREDEPLOYS: [(&str, &str); 11] = [
    ("4200000000000000000000000000000000000000", "91fb40f83717ed27e3e76c22af38ca5d7053c6c44010dd452ac75d45c97131fa"),
    ("4200000000000000000000000000000000000002", "dd7c5fe5bc5754de49da4bfc41b2dc627f1e00b948bd1f8e0dd0484e0c1984b0"),
    ("4200000000000000000000000000000000000005", "a1221db1db3308a1b3f226b0eb860ddb34475eec3f4c5820646b6931a019c165"),
    ("4200000000000000000000000000000000000007", "f95b459e5eb7a3731c59bbdb47e4d7a8af3452f6eb3b31b56600473b775a94ad"),
    ("420000000000000000000000000000000000000A", "7d3078736688bea1f92f63799740a226976ec5f3a036e7532ec838acc998dcc1"),
    ("420000000000000000000000000000000000000F", "ec5351ca2e2959e1952e9b910e196467b85a32c0af7fa9f337bf1fcd94b6ef8b"),
    ("4200000000000000000000000000000000000010", "e1df78b6947cd33f109899a936190d5fa79ce8581a6077dc4b801309cd3a4c9e"),
    ("4200000000000000000000000000000000000011", "84b7d6d8c14269f0f14fd8089100745b2b2f7711794f47f5cd3f801c2007accc"),
    ("4200000000000000000000000000000000000012", "d6ab6f7de5230a7d250a9b4eed5bc769faabcd9428d34cc6753e10b3b90fd00c"),
    ("4200000000000000000000000000000000000013", "fab90d3a32b245623bee66d280f816968575ddcdef1f69452a0beeba519b190b"),
    ("DeadDeAddeAddEAddeadDEaDDEAdDeaDDeAD0000", "caf944c2c05ce2fa9f5fb1a832759082612937b4543c038b3c0648d693f57f44"),
];

pub(crate) fn make() -> Value {
    let network = andromeda();
    let state = State::new(&network);
    let batch = Batch::new(state.accounts.root());
    let header = batch.header();
    let ladder = Ladder::new(&network, BATCH_INDEX, &header);
    let demo = json!({
        "l1": l1(&network, &ladder, &header),
        "withdrawal": withdrawal(&network, &state, &batch),
        "messagePasser": message_passer(&network, &state),
        "batch": batch.json(),
        "balance": balance(&network, &state),
    });
    check(&network, &demo);
    demo
}

/// Everything below the batch: from the checkpoint to L1's word of it.
fn l1(network: &Network, ladder: &Ladder, batch: &BatchHeader) -> Value {
    let answers = |questions: &[Question]| -> Vec<Value> {
        let answer = |question: &Question| proof_json(question.address, &ladder.rollup().answer(question));
        questions.iter().map(answer).collect()
    };
    let hex = alloy_primitives::hex::encode_prefixed::<Vec<u8>>;
    json!({
        "network": { "l1": l1_json(ladder.l1()) },
        "now": ladder.now(),
        "checkpoint": ladder.checkpoint(),
        "bootstrap": hex(ladder.bootstrap().to_ssz()),
        "updates": ladder.updates().iter().map(|update| hex(update.to_ssz())).collect::<Vec<_>>(),
        "executionHeader": header_json(ladder.execution()),
        "registry": answers(&registry_questions(network, &Accepted::none())),
        "batchIndex": BATCH_INDEX,
        "stateBatch": answers(&ladder.registry(network).batch_questions(BATCH_INDEX, batch)),
    })
}

/// The state trie, and the storage tries of the two contracts that matter.
struct State {
    accounts: Trie,
    passer: Trie,
    metis: Trie,
}

impl State {
    fn new(network: &Network) -> Self {
        let mut state = Self { accounts: Trie::default(), passer: passer(network), metis: metis() };
        for (contract, code_hash) in PREDEPLOYS {
            let contract = contract.parse().expect("an address");
            let account = Account {
                nonce: 0,
                storage_root: state.storage_root(network, contract),
                code_hash: code_hash.parse().expect("a hash"),
            };
            state.accounts.insert(keccak256(contract), account.leaf());
        }
        for n in 0..USERS {
            state.accounts.insert(keccak256(user(n)), user_account(n).leaf());
        }
        assert!(state.accounts.len() as u64 == PREDEPLOYS.len() as u64 + USERS);
        state
    }

    fn storage_root(&self, network: &Network, contract: Address) -> B256 {
        let predeploys = &network.l2.predeploys;
        match contract {
            it if it == predeploys.message_passer => self.passer.root(),
            it if it == predeploys.metis => self.metis.root(),
            _ => EMPTY_ROOT,
        }
    }
}

/// An account as its leaf has it. The balance is 0 in every one of them.
struct Account {
    nonce: u64,
    storage_root: B256,
    code_hash: B256,
}

impl Account {
    fn leaf(&self) -> Vec<u8> {
        let mut fields = Vec::new();
        self.nonce.encode(&mut fields);
        U256::ZERO.encode(&mut fields);
        self.storage_root.encode(&mut fields);
        self.code_hash.encode(&mut fields);
        encode_list(&fields)
    }
}

fn user(n: u64) -> Address {
    address("demo user", n)
}

fn user_account(n: u64) -> Account {
    Account { nonce: 1 + n % 7, storage_root: EMPTY_ROOT, code_hash: EMPTY_CODE_HASH }
}

/// Wei.
fn metis_of(holder: u64) -> U256 {
    U256::from(1 + holder * holder) * U256::from(612_500_000_000_000_000_u64)
}

fn holder(n: u64) -> Address {
    if n.is_multiple_of(2) { user(n) } else { address("demo holder", n) }
}

fn metis() -> Trie {
    let mut trie = Trie::default();
    let mut supply = U256::ZERO;
    for n in 0..HOLDERS {
        put(&mut trie, metis_balance_slot(holder(n)), metis_of(n));
        supply += metis_of(n);
    }
    put(&mut trie, StorageSlot::at(2), supply);
    trie
}

fn passer(network: &Network) -> Trie {
    let mut trie = Trie::default();
    for n in 0..MESSAGES {
        put(&mut trie, message(network, n).passer_slot(), U256::ONE);
    }
    trie
}

fn put(trie: &mut Trie, slot: StorageSlot, value: U256) {
    trie.insert(slot.trie_key(), alloy_rlp::encode(value));
}

/// The withdrawal that left the `n`-th flag; one of them is the demo user's.
fn message(network: &Network, n: u64) -> Message {
    let from = if n == MESSAGE { user(USER) } else { user(n + 100) };
    let call = finalizeMetisWithdrawalByChainIdCall {
        chainId: U256::from(network.l2.chain_id),
        from,
        to: from,
        amount: U256::from(n + 1) * U256::from(1_250_000_000_000_000_000_u64),
        data: Bytes::new(),
    };
    Message {
        target: network.contracts.bridge,
        sender: network.l2.predeploys.bridge,
        message: call.abi_encode().into(),
        message_nonce: U256::from(FIRST_NONCE + n),
    }
}

/// A batch with the demo's state root among others.
struct Batch {
    state_roots: Vec<B256>,
    root: B256,
    extra_data: Bytes,
}

impl Batch {
    fn new(state_root: B256) -> Self {
        let other = |n| hash("demo state root", n);
        let mut state_roots: Vec<B256> = (0..BATCH_SIZE).map(other).collect();
        state_roots[PLACE] = state_root;
        let last_block = PREV_TOTAL_ELEMENTS + BATCH_SIZE;
        let extra_data =
            (U256::from(APPENDED), address("demo proposer", 0), hash("demo block", last_block), U256::from(last_block));
        Self {
            root: ovm_merkle::root(&state_roots).expect("a batch of this size has a root"),
            state_roots,
            extra_data: extra_data.abi_encode().into(),
        }
    }

    fn header(&self) -> BatchHeader {
        let (size, previous) = (U256::from(BATCH_SIZE), U256::from(PREV_TOTAL_ELEMENTS));
        BatchHeader::new(self.root, size, previous, self.extra_data.clone()).expect("a batch header")
    }

    fn json(&self) -> Value {
        json!({
            "batch": {
                "root": self.root,
                "size": BATCH_SIZE,
                "prevTotalElements": PREV_TOTAL_ELEMENTS,
                "extraData": self.extra_data,
            },
            "stateRoots": self.state_roots,
        })
    }
}

/// The arguments of `relayMessage`.
fn withdrawal(network: &Network, state: &State, batch: &Batch) -> Value {
    let Message { target, sender, message: calldata, message_nonce } = message(network, MESSAGE);
    let passer = network.l2.predeploys.message_passer;
    let slot = message(network, MESSAGE).passer_slot();
    json!({
        "target": target,
        "sender": sender,
        "message": calldata,
        "messageNonce": message_nonce.to::<u64>(),
        "proof": {
            "stateRoot": state.accounts.root(),
            "stateRootBatchHeader": {
                "batchIndex": BATCH_INDEX,
                "batchRoot": batch.root,
                "batchSize": BATCH_SIZE,
                "prevTotalElements": PREV_TOTAL_ELEMENTS,
                "extraData": batch.extra_data,
            },
            "stateRootProof": {
                "index": PLACE,
                "siblings": ovm_merkle::branch(&batch.state_roots, PLACE).expect("the place is in the batch"),
            },
            "stateTrieWitness": witness(&state.accounts.proof(keccak256(passer))),
            "storageTrieWitness": witness(&state.passer.proof(slot.trie_key())),
        },
    })
}

/// The same flag as `eth_getProof` shows it.
fn message_passer(network: &Network, state: &State) -> Value {
    let contract = network.l2.predeploys.message_passer;
    let slot = message(network, MESSAGE).passer_slot();
    let (_, code_hash) = PREDEPLOYS[0];
    let account =
        Account { nonce: 0, storage_root: state.passer.root(), code_hash: code_hash.parse().expect("a hash") };
    let proof = json!([{ "key": slot.0, "value": U256::ONE, "proof": state.passer.proof(slot.trie_key()) }]);
    answer(state, contract, &account, U256::ZERO, proof)
}

/// The contract's form of a proof, of whose nodes none stands inside another.
fn witness(nodes: &[Bytes]) -> Bytes {
    let items: Vec<u8> = nodes.iter().flat_map(alloy_rlp::encode).collect();
    let list = encode_list(&items);
    let read = Witness::decode("witness", &list).expect("it is a list of nodes");
    assert_eq!(read.encode(), list);
    list.into()
}

/// Two answers of l2geth, which names the METIS of an account as its balance.
fn balance(network: &Network, state: &State) -> Value {
    let who = user(USER);
    let slot = metis_balance_slot(who);
    let contract = network.l2.predeploys.metis;
    let known = network.l2.metis_code_hashes.as_deref().and_then(<[B256]>::first).expect("the network pins it");
    let predeploy = Account { nonce: 0, storage_root: state.metis.root(), code_hash: *known };
    let storage = json!([{ "key": slot.0, "value": metis_of(USER), "proof": state.metis.proof(slot.trie_key()) }]);
    json!({
        "address": who,
        "stateRoot": state.accounts.root(),
        "proofs": [
            answer(state, contract, &predeploy, U256::ZERO, storage),
            answer(state, who, &user_account(USER), metis_of(USER), json!([])),
        ],
    })
}

fn answer(state: &State, who: Address, account: &Account, balance: U256, storage_proof: Value) -> Value {
    json!({
        "address": who,
        "accountProof": state.accounts.proof(keccak256(who)),
        "balance": balance,
        "codeHash": account.code_hash,
        "nonce": format!("{:#x}", account.nonce),
        "storageHash": account.storage_root,
        "storageProof": storage_proof,
    })
}

/// The library accepts every part.
fn check(network: &Network, demo: &Value) {
    let bytes = |value: &Value| value.to_string().into_bytes();
    let batch = BatchClaim::parse(&bytes(&demo["batch"])).expect("a batch");
    let batch = consistent::batch(&batch[0]).expect("the batch holds").into_value();

    let withdrawal = WithdrawalClaim::parse(&bytes(&demo["withdrawal"])).expect("a withdrawal");
    let withdrawal = consistent::withdrawal(&withdrawal[0]).expect("the withdrawal holds").into_value();
    assert_eq!(withdrawal.batch, batch);
    assert_eq!(withdrawal.token.expect("it pays").asset, "METIS");

    let answers = ProofReply::parse(&bytes(&demo["balance"]["proofs"])).expect("two answers");
    let state_root = withdrawal.state_root;
    let balance = consistent::metis_balance(state_root, network, user(USER), &answers).expect("the balance holds");
    assert_eq!(balance.value().wei, metis_of(USER));
    assert!(answers.iter().all(|answer| answer.nodes.len() > 2), "the state is too small to be worth a proof");
}
