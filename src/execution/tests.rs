//! Accounts and words under tries of one leaf, made by hand; transactions and receipts of every type.

use super::*;
use crate::primitives::ecdsa::SignatureError;
use crate::primitives::mpt::{self, EMPTY_ROOT, ProofError};
use crate::primitives::rlp::{RlpError, encode_list};
use crate::primitives::{Address, B256, Bytes, StateRoot, StorageSlot, U256, keccak256};
use alloy_primitives::{Bloom, address, b256, hex, uint};
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeMap;

const WHO: Address = address!("0x4200000000000000000000000000000000000000");
const SLOT: StorageSlot = StorageSlot::at(3);

/// The only node of a trie with one entry.
fn only(key: B256, value: &[u8]) -> Vec<u8> {
    let path = [&[0x20], key.as_slice()].concat();
    encode_list(&[alloy_rlp::encode(path.as_slice()), alloy_rlp::encode(value)].concat())
}

fn account_leaf(account: &Account) -> Vec<u8> {
    let fields = [
        alloy_rlp::encode(account.nonce),
        alloy_rlp::encode(account.balance),
        alloy_rlp::encode(account.storage_root),
        alloy_rlp::encode(account.code_hash),
    ];
    encode_list(&fields.concat())
}

/// A state of one account with one word, and the proof of both.
struct World {
    root: StateRoot,
    account: Account,
    proof: AccountProof,
}

impl World {
    fn with(word: &[u8]) -> Self {
        let storage = only(SLOT.trie_key(), word);
        let account = Account {
            nonce: 5,
            balance: U256::from(7),
            storage_root: keccak256(&storage),
            code_hash: keccak256(b"code"),
        };
        let state = only(keccak256(WHO), &account_leaf(&account));
        let slot = SlotProof { nodes: vec![storage.into()], key: None, value: None };
        let root = StateRoot::new(keccak256(&state));
        Self {
            root,
            account,
            proof: AccountProof { nodes: vec![state.into()], slots: vec![slot], claims: Claims::default() },
        }
    }

    fn read(&self) -> Result<Answer, ExecutionError> {
        self.read_with(BalanceClaim::InLeaf)
    }

    fn read_with(&self, balance: BalanceClaim) -> Result<Answer, ExecutionError> {
        Question::new(WHO, [SLOT]).read(self.root, &self.proof, balance)
    }
}

/// Reads an account from a leaf of these bytes.
fn account_of(leaf: &[u8]) -> Result<Option<Account>, ExecutionError> {
    let state = only(keccak256(WHO), leaf);
    Account::read(StateRoot::new(keccak256(&state)), WHO, &[state])
}

#[test]
fn an_account_and_a_word_are_read() {
    let world = World::with(&alloy_rlp::encode(9_u64));
    let expected = Answer { account: Some(world.account), words: vec![U256::from(9)] };
    assert_eq!(world.read(), Ok(expected));
}

#[test]
fn an_absent_account_has_no_words() {
    let world = World::with(&[9]);
    let other = Address::repeat_byte(1);
    let slot = SlotProof::default();
    let proof = AccountProof { slots: vec![slot], ..world.proof };
    let answer = Question::new(other, [SLOT]).read(world.root, &proof, BalanceClaim::InLeaf);
    assert_eq!(answer, Ok(Answer { account: None, words: vec![U256::ZERO] }));
}

#[test]
fn an_absent_account_with_nodes_of_a_storage_trie_is_refused() {
    let world = World::with(&[9]);
    let answer = Question::new(Address::repeat_byte(1), [SLOT]).read(world.root, &world.proof, BalanceClaim::InLeaf);
    let rule = ProofError::UnusedNodes { got: 1, used: 0 };
    assert_eq!(answer, Err(ExecutionError::Proof { what: "storage", rule }));
}

#[test]
fn an_absent_word_is_zero() {
    let world = World::with(&[9]);
    let answer = Question::new(WHO, [StorageSlot::at(4)]).read(world.root, &world.proof, BalanceClaim::InLeaf);
    assert_eq!(answer.map(|answer| answer.words), Ok(vec![U256::ZERO]));
}

#[test]
fn an_account_leaf_of_another_form_is_refused() {
    let account = World::with(&[9]).account;
    let refused = |rule| Err(ExecutionError::Encoding { what: "account", rule });
    let field = |field: &[u8]| alloy_rlp::encode(field);
    let (root, code) = (field(account.storage_root.as_slice()), field(account.code_hash.as_slice()));
    let leaf = |fields: &[Vec<u8>]| encode_list(&fields.concat());

    let three = leaf(&[field(&[5]), field(&[7]), root.clone()]);
    assert_eq!(account_of(&three), refused(RlpError::Short { got: 0, expected: 1 }));
    let five = leaf(&[field(&[5]), field(&[7]), root.clone(), code.clone(), field(&[1])]);
    assert_eq!(account_of(&five), refused(RlpError::ItemCount { expected: 4 }));
    let zeros = leaf(&[field(&[0, 5]), field(&[7]), root.clone(), code.clone()]);
    assert_eq!(account_of(&zeros), refused(RlpError::LeadingZeros));
    let long_nonce = leaf(&[field(&[1; 9]), field(&[7]), root.clone(), code.clone()]);
    assert_eq!(account_of(&long_nonce), refused(RlpError::WrongLength { got: 9, expected: 8 }));
    let short_root = leaf(&[field(&[5]), field(&[7]), field(&[1; 31]), code]);
    assert_eq!(account_of(&short_root), refused(RlpError::WrongLength { got: 31, expected: 32 }));
    let list = leaf(&[field(&[5]), vec![0xc0], root.clone(), root]);
    assert_eq!(account_of(&list), refused(RlpError::WrongKind { expected: "string" }));
    assert_eq!(account_of(b"\x83dog"), refused(RlpError::WrongKind { expected: "list" }));
    assert_eq!(account_of(&[&account_leaf(&account)[..], &[0]].concat()), refused(RlpError::Trailing { extra: 1 }));
    assert_eq!(account_of(&account_leaf(&account)), Ok(Some(account)));
}

#[test]
fn the_longest_account_is_read() {
    let account = Account { nonce: u64::MAX, balance: U256::MAX, storage_root: B256::ZERO, code_hash: B256::ZERO };
    assert_eq!(account_leaf(&account).len(), MAX_ACCOUNT_LEAF);
    assert_eq!(account_of(&account_leaf(&account)), Ok(Some(account)));
}

#[test]
fn a_word_that_is_kept_although_it_is_zero_is_refused() {
    assert_eq!(World::with(&[0x80]).read(), Err(ExecutionError::ZeroKept));
}

#[test]
fn a_word_of_another_form_is_refused() {
    let refused = |rule| Err(ExecutionError::Encoding { what: "storage value", rule });
    assert_eq!(World::with(&[0x00]).read(), refused(RlpError::LeadingZeros));
    assert_eq!(World::with(&[0x82, 0x00, 0x01]).read(), refused(RlpError::LeadingZeros));
    assert_eq!(World::with(&[0xc0]).read(), refused(RlpError::WrongKind { expected: "string" }));
    assert_eq!(World::with(&[0x81, 0x05]).read(), refused(RlpError::PrefixedByte));
    assert_eq!(World::with(&[0x05, 0x05]).read(), refused(RlpError::Trailing { extra: 1 }));
    let long = alloy_rlp::encode(&[1; 33][..]);
    assert_eq!(World::with(&long).read(), refused(RlpError::WrongLength { got: 33, expected: 32 }));
    let largest = alloy_rlp::encode(U256::MAX);
    assert_eq!(World::with(&largest).read().map(|answer| answer.words), Ok(vec![U256::MAX]));
}

#[test]
fn a_proof_that_does_not_hold_is_named() {
    let mut world = World::with(&[9]);
    world.proof.slots[0].nodes.clear();
    let rule = ProofError::MissingNode { depth: 0, expected: world.account.storage_root };
    assert_eq!(world.read(), Err(ExecutionError::Proof { what: "storage", rule }));
    world.proof.nodes.clear();
    let rule = ProofError::MissingNode { depth: 0, expected: world.root.hash() };
    assert_eq!(world.read(), Err(ExecutionError::Proof { what: "account", rule }));
}

#[test]
fn as_many_proofs_as_slots_are_wanted() {
    let world = World::with(&[9]);
    for slots in [vec![], vec![SLOT; 2]] {
        let expected = ExecutionError::SlotCount { got: 1, expected: slots.len() };
        let answer = Question::new(WHO, slots).read(world.root, &world.proof, BalanceClaim::InLeaf);
        assert_eq!(answer, Err(expected));
    }
}

#[test]
fn true_claims_are_passed_over() {
    let mut world = World::with(&[9]);
    world.proof.claims = Claims {
        address: Some(WHO),
        balance: Some(world.account.balance),
        code_hash: Some(world.account.code_hash),
        nonce: Some(world.account.nonce),
        storage_hash: Some(world.account.storage_root),
    };
    world.proof.slots[0].key = Some(SLOT.0);
    world.proof.slots[0].value = Some(U256::from(9));
    assert!(world.read().is_ok());
}

#[test]
fn every_false_claim_is_refused() {
    let claim = |member, change: &dyn Fn(&mut AccountProof), claimed: B256, proven: B256| {
        let mut world = World::with(&[9]);
        change(&mut world.proof);
        assert_eq!(world.read(), Err(ExecutionError::FalseClaim { member, claimed, proven }));
    };
    let account = World::with(&[9]).account;
    let (one, number) = (B256::with_last_byte(1), |number: u64| B256::from(U256::from(number)));
    let other = Address::repeat_byte(1);
    claim("address", &|proof| proof.claims.address = Some(other), other.into_word(), WHO.into_word());
    claim("balance", &|proof| proof.claims.balance = Some(U256::ONE), one, number(7));
    claim("codeHash", &|proof| proof.claims.code_hash = Some(one), one, account.code_hash);
    claim("nonce", &|proof| proof.claims.nonce = Some(1), one, number(5));
    claim("storageHash", &|proof| proof.claims.storage_hash = Some(one), one, account.storage_root);
    claim("storageProof.key", &|proof| proof.slots[0].key = Some(one), one, SLOT.0);
    claim("storageProof.value", &|proof| proof.slots[0].value = Some(U256::ONE), one, number(9));
    // Zero hashes are an answer for an account that is not there, and for no other.
    claim("codeHash", &|proof| proof.claims.code_hash = Some(B256::ZERO), B256::ZERO, account.code_hash);
    claim("storageHash", &|proof| proof.claims.storage_hash = Some(B256::ZERO), B256::ZERO, account.storage_root);
}

#[test]
fn a_balance_that_stands_elsewhere_is_no_claim_about_the_leaf() {
    let mut world = World::with(&[9]);
    world.proof.claims.balance = Some(U256::ONE);
    assert!(world.read_with(BalanceClaim::Elsewhere).is_ok());
    world.proof.claims.nonce = Some(6);
    let verdict = world.read_with(BalanceClaim::Elsewhere);
    assert!(matches!(verdict, Err(ExecutionError::FalseClaim { member: "nonce", .. })), "{verdict:?}");
}

#[test]
fn claims_about_an_absent_account_are_those_of_an_empty_one() {
    let read = |claims| {
        let world = World::with(&[9]);
        let proof = AccountProof { slots: Vec::new(), claims, ..world.proof };
        Question::new(Address::repeat_byte(1), []).read(world.root, &proof, BalanceClaim::InLeaf)
    };
    let none = Ok(Answer { account: None, words: vec![] });
    let hashes = |code_hash, storage_hash| Claims { code_hash, storage_hash, ..Default::default() };
    assert_eq!(read(hashes(Some(EMPTY_CODE_HASH), Some(EMPTY_ROOT))), none);
    assert_eq!(read(hashes(Some(B256::ZERO), Some(B256::ZERO))), none);
    assert_eq!(read(Claims { nonce: Some(0), balance: Some(U256::ZERO), ..Default::default() }), none);
    for (member, claims) in [
        ("nonce", Claims { nonce: Some(1), ..Default::default() }),
        ("balance", Claims { balance: Some(U256::ONE), ..Default::default() }),
        ("codeHash", hashes(Some(B256::with_last_byte(1)), None)),
        ("storageHash", hashes(None, Some(B256::with_last_byte(1)))),
    ] {
        let verdict = read(claims);
        assert!(matches!(verdict, Err(ExecutionError::FalseClaim { member: at, .. }) if at == member), "{verdict:?}");
    }
}

#[test]
fn code_is_the_accounts_or_refused() {
    let account = World::with(&[9]).account;
    assert_eq!(account.check_code(b"code"), Ok(()));
    let (got, expected) = (keccak256(b"Code"), keccak256(b"code"));
    assert_eq!(account.check_code(b"Code"), Err(ExecutionError::CodeMismatch { got, expected }));
    assert_eq!(Account::EMPTY.check_code(b""), Ok(()));
    assert_eq!(keccak256(b""), EMPTY_CODE_HASH);
}

/// `Homestead`'s first example of EIP-155: nonce 9, 20 gwei, 21000 gas, 1 ether, chain 1.
const EIP_155: &[u8] = &hex!(
    "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a0"
    "28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800cc"
    "f555c9f3dc64214b297fb1966a3b6d83"
);

#[test]
fn the_example_of_eip_155_has_its_sender() {
    let transaction = Transaction::decode(EIP_155).expect("a transaction");
    assert_eq!((transaction.tx_type, transaction.nonce, transaction.v), (TxType::Legacy, 9, 37));
    assert_eq!(transaction.encode(), EIP_155);
    assert_eq!(transaction.hash(), keccak256(EIP_155));
    assert_eq!(transaction.sender(), Ok(address!("0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f")));
}

#[test]
fn a_signature_covers_the_chain() {
    let transaction = Transaction::decode(EIP_155).expect("a transaction");
    let other = Transaction { v: 39, ..transaction.clone() };
    assert_ne!(other.sender(), transaction.sender());
    let none = Transaction { v: 27, ..transaction.clone() };
    assert_ne!(none.sender(), transaction.sender());
}

#[test]
fn a_signature_that_names_nobody_is_refused() {
    let transaction = Transaction::decode(EIP_155).expect("a transaction");
    for got in [0, 1, 26, 29, 34] {
        let twin = Transaction { v: got, ..transaction.clone() };
        assert_eq!(twin.sender(), Err(ExecutionError::Signature(SignatureError::Parity { got })));
    }
    let order = uint!(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141_U256);
    let malleable = Transaction { v: 38, s: order - transaction.s, ..transaction.clone() };
    assert_eq!(malleable.sender(), Err(ExecutionError::Signature(SignatureError::HighS)));
    let nobody = Transaction { r: U256::ZERO, ..transaction.clone() };
    assert_eq!(nobody.sender(), Err(ExecutionError::Signature(SignatureError::NoKey)));
    let typed = Transaction { tx_type: TxType::FeeMarket, v: 27, ..transaction };
    assert_eq!(typed.sender(), Err(ExecutionError::Signature(SignatureError::Parity { got: 27 })));
}

#[test]
fn an_unknown_type_is_refused() {
    for got in [0x00, 0x05, 0x06, 0x7f] {
        let bytes = [&[got], EIP_155].concat();
        let refused = |what| ExecutionError::UnknownType { what, got };
        assert_eq!(Transaction::decode(&bytes), Err(refused("transaction")));
        assert_eq!(Receipt::decode(&bytes), Err(refused("receipt")));
    }
}

#[test]
fn nothing_is_neither_a_transaction_nor_a_receipt() {
    let refused = |what| ExecutionError::Encoding { what, rule: RlpError::Short { got: 0, expected: 1 } };
    assert_eq!(Transaction::decode(&[]), Err(refused("transaction")));
    assert_eq!(Receipt::decode(&[]), Err(refused("receipt")));
    assert_eq!(Transaction::decode(&[2]), Err(refused("transaction")));
    assert_eq!(Receipt::decode(&[2]), Err(refused("receipt")));
}

#[test]
fn a_transaction_of_another_number_of_fields_is_refused() {
    for tx_type in TYPES {
        let transaction = plain(tx_type);
        let list = encode_list(&[&fields(&transaction)[..], &[0x01]].concat());
        let longer = if tx_type == TxType::Legacy { list } else { [&[tx_type as u8], &list[..]].concat() };
        let verdict = Transaction::decode(&longer);
        let is_refused = matches!(verdict, Err(ExecutionError::Encoding { rule: RlpError::ItemCount { .. }, .. }));
        assert!(is_refused, "{tx_type:?}: {verdict:?}");
        // As another type it has too few fields, too many, or one of another kind.
        for other in TYPES.into_iter().filter(|other| *other != tx_type) {
            let list = encode_list(&fields(&transaction));
            let twin = if other == TxType::Legacy { list } else { [&[other as u8], &list[..]].concat() };
            assert!(Transaction::decode(&twin).is_err(), "{tx_type:?} as {other:?}");
        }
    }
}

#[test]
fn an_entry_of_a_transactions_list_with_more_or_fewer_fields_is_refused() {
    let access = AccessListItem { address: WHO, storage_keys: vec![B256::ZERO] };
    let with_access = Transaction { access_list: vec![access], ..plain(TxType::AccessList) };
    let (address, keys) = (alloy_rlp::encode(WHO), encode_list(&alloy_rlp::encode(B256::ZERO)));
    let refused = entry_replaced(&with_access, &[&address, &keys], 2);
    assert_eq!(refused, [RlpError::Short { got: 0, expected: 1 }, RlpError::ItemCount { expected: 2 }]);

    let zero = U256::ZERO;
    let authorization = Authorization { chain_id: zero, address: WHO, nonce: 0, y_parity: 0, r: zero, s: zero };
    let authorized = Transaction { authorization_list: vec![authorization], ..plain(TxType::SetCode) };
    let fields: [&[u8]; 6] = [&[0x80], &address, &[0x80], &[0x80], &[0x80], &[0x80]];
    let refused = entry_replaced(&authorized, &fields, 6);
    assert_eq!(refused, [RlpError::Short { got: 0, expected: 1 }, RlpError::ItemCount { expected: 6 }]);
}

/// The rules that a transaction breaks whose only list entry, of these fields, loses its last or gains another.
fn entry_replaced(transaction: &Transaction, entry: &[&[u8]], count: usize) -> [RlpError; 2] {
    let whole = encode_list(&encode_list(&entry.concat()));
    let fields = fields(transaction);
    let at = fields.windows(whole.len()).position(|window| window == whole).expect("the list stands there");
    let replaced = |entry: &[u8]| {
        let list = encode_list(&encode_list(entry));
        let fields = [&fields[..at], &list, &fields[at + whole.len()..]].concat();
        let bytes = [&[transaction.tx_type as u8], &encode_list(&fields)[..]].concat();
        match Transaction::decode(&bytes) {
            Err(ExecutionError::Encoding { what: "transaction", rule }) => rule,
            other => panic!("{count} fields are wanted: {other:?}"),
        }
    };
    [replaced(&entry[..count - 1].concat()), replaced(&[entry.concat(), vec![0x80]].concat())]
}

#[test]
fn blobs_and_authorizations_create_no_contract() {
    for tx_type in [TxType::Blob, TxType::SetCode] {
        let creation = Transaction { to: None, ..plain(tx_type) };
        let rule = RlpError::WrongLength { got: 0, expected: 20 };
        let refused = Err(ExecutionError::Encoding { what: "transaction", rule });
        assert_eq!(Transaction::decode(&creation.encode()), refused);
    }
    for tx_type in [TxType::Legacy, TxType::AccessList, TxType::FeeMarket] {
        let creation = Transaction { to: None, ..plain(tx_type) };
        assert_eq!(Transaction::decode(&creation.encode()), Ok(creation));
    }
}

#[test]
fn a_receipt_of_another_form_is_refused() {
    let refused = |rule| Err(ExecutionError::Encoding { what: "receipt", rule });
    let (gas, bloom) = (alloy_rlp::encode(21_000_u64), alloy_rlp::encode(Bloom::ZERO));
    let receipt = |outcome: &[u8], rest: &[&[u8]]| {
        Receipt::decode(&encode_list(&[outcome, &gas, &bloom, &rest.concat()].concat()))
    };
    assert!(receipt(&[0x01], &[&[0xc0]]).is_ok());
    assert!(receipt(&[0x80], &[&[0xc0]]).is_ok());
    assert_eq!(receipt(&[0x00], &[&[0xc0]]), refused(RlpError::WrongLength { got: 1, expected: 32 }));
    assert_eq!(receipt(&[0x02], &[&[0xc0]]), refused(RlpError::WrongLength { got: 1, expected: 32 }));
    assert_eq!(receipt(&[0x01], &[]), refused(RlpError::Short { got: 0, expected: 1 }));
    assert_eq!(receipt(&[0x01], &[&[0x80]]), refused(RlpError::WrongKind { expected: "list" }));
    assert_eq!(receipt(&[0x01], &[&[0xc0], &[0xc0]]), refused(RlpError::ItemCount { expected: 4 }));

    let log = |fields: &[Vec<u8>]| receipt(&[0x01], &[&encode_list(&encode_list(&fields.concat()))]);
    let address = alloy_rlp::encode(WHO);
    let topics = |count| encode_list(&alloy_rlp::encode(B256::ZERO).repeat(count));
    let data = alloy_rlp::encode(&b"data"[..]);
    assert!(log(&[address.clone(), topics(4), data.clone()]).is_ok());
    assert_eq!(log(&[address.clone(), topics(5), data.clone()]), refused(RlpError::ItemCount { expected: 4 }));
    assert_eq!(log(&[address.clone(), topics(1)]), refused(RlpError::Short { got: 0, expected: 1 }));
    let more = [address, topics(1), data.clone(), data.clone()];
    assert_eq!(log(&more), refused(RlpError::ItemCount { expected: 3 }));
    assert_eq!(log(&[data.clone(), topics(1), data]), refused(RlpError::WrongLength { got: 4, expected: 20 }));
}

#[test]
fn a_bodys_item_is_proven_at_its_index_and_absent_at_the_next() {
    let receipt = Receipt {
        tx_type: TxType::FeeMarket,
        outcome: Outcome::Status(true),
        cumulative_gas_used: 21_000,
        logs_bloom: Bloom::ZERO,
        logs: Vec::new(),
    };
    let key = |index: u64| [&[0x20][..], &alloy_rlp::encode(index)].concat();
    let leaf = |value: &[u8]| encode_list(&[alloy_rlp::encode(&key(0)[..]), alloy_rlp::encode(value)].concat());

    let node = leaf(&receipt.encode());
    let root = receipts_root(std::slice::from_ref(&receipt));
    assert_eq!(keccak256(&node), root);
    assert_eq!(Receipt::read(root, 0, &[&node]), Ok(Some(receipt)));
    assert_eq!(Receipt::read(root, 1, &[&node]), Ok(None));

    let transaction = Transaction::decode(EIP_155).expect("a transaction");
    let node = leaf(EIP_155);
    let root = transactions_root(std::slice::from_ref(&transaction));
    assert_eq!(Transaction::read(root, 0, &[&node]), Ok(Some(transaction)));
    assert_eq!(Transaction::read(root, 300, &[&node]), Ok(None));
    let verdict = Transaction::read(root, 0, &[] as &[Vec<u8>]);
    assert!(matches!(verdict, Err(ExecutionError::Proof { what: "transaction", .. })), "{verdict:?}");
    let verdict = Receipt::read(root, 0, &[] as &[Vec<u8>]);
    assert!(matches!(verdict, Err(ExecutionError::Proof { what: "receipt", .. })), "{verdict:?}");
    let verdict = Receipt::read(root, 0, &[&node]);
    assert!(matches!(verdict, Err(ExecutionError::Encoding { what: "receipt", .. })), "{verdict:?}");
}

#[test]
fn lists_without_items_have_the_empty_root() {
    let root = b256!("0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
    assert_eq!((transactions_root(&[]), receipts_root(&[])), (root, root));
}

#[test]
fn a_proven_value_carries_its_root() {
    let proven = Proven::new(5, "root");
    assert_eq!((*proven.value(), *proven.at(), proven.into_value()), (5, "root", 5));
}

const TYPES: [TxType; 5] = [TxType::Legacy, TxType::AccessList, TxType::FeeMarket, TxType::Blob, TxType::SetCode];

/// A transaction with nothing in it.
fn plain(tx_type: TxType) -> Transaction {
    Transaction {
        tx_type,
        chain_id: u64::from(tx_type != TxType::Legacy),
        nonce: 0,
        max_priority_fee_per_gas: U256::ZERO,
        gas_price: U256::ZERO,
        gas: 0,
        to: Some(WHO),
        value: U256::ZERO,
        input: Bytes::new(),
        access_list: Vec::new(),
        max_fee_per_blob_gas: U256::ZERO,
        blob_versioned_hashes: Vec::new(),
        authorization_list: Vec::new(),
        v: 0,
        r: U256::ZERO,
        s: U256::ZERO,
    }
}

/// The fields' encodings, one behind the other.
fn fields(transaction: &Transaction) -> Vec<u8> {
    let encoding = transaction.encode();
    let list = if transaction.tx_type == TxType::Legacy { &encoding[..] } else { &encoding[1..] };
    let mut items = crate::primitives::rlp::list(list).expect("a transaction is a list");
    let mut fields = Vec::new();
    while !items.is_empty() {
        fields.extend_from_slice(items.item().expect("a field").raw());
    }
    fields
}

fn word() -> impl Strategy<Value = U256> {
    prop_oneof![any::<u64>().prop_map(U256::from), any::<[u8; 32]>().prop_map(U256::from_be_bytes)]
}

fn hash() -> impl Strategy<Value = B256> {
    any::<[u8; 32]>().prop_map(B256::new)
}

fn account() -> impl Strategy<Value = Address> {
    any::<[u8; 20]>().prop_map(Address::new)
}

fn data() -> impl Strategy<Value = Bytes> {
    vec(any::<u8>(), 0..100).prop_map(Bytes::from)
}

fn access() -> impl Strategy<Value = AccessListItem> {
    (account(), vec(hash(), 0..4)).prop_map(|(address, storage_keys)| AccessListItem { address, storage_keys })
}

fn authorization() -> impl Strategy<Value = Authorization> {
    (word(), account(), any::<u64>(), any::<u8>(), word(), word()).prop_map(
        |(chain_id, address, nonce, y_parity, r, s)| Authorization { chain_id, address, nonce, y_parity, r, s },
    )
}

/// A transaction of any type; fields that the type does not have are empty.
fn transaction() -> impl Strategy<Value = Transaction> {
    let fees = (word(), word(), word(), word());
    let lists = (vec(access(), 0..3), vec(hash(), 0..3), vec(authorization(), 0..3));
    let signature = (any::<u64>(), word(), word());
    let call = (proptest::option::of(account()), data(), any::<u64>(), any::<u64>(), any::<u64>());
    (prop::sample::select(TYPES.to_vec()), fees, lists, signature, call).prop_map(
        |(tx_type, (priority, price, blob, value), (access, hashes, authorizations), (v, r, s), call)| {
            let (to, input, nonce, gas, chain_id) = call;
            let from = |first| tx_type >= first;
            Transaction {
                tx_type,
                chain_id: if from(TxType::AccessList) { chain_id } else { 0 },
                nonce,
                max_priority_fee_per_gas: if from(TxType::FeeMarket) { priority } else { U256::ZERO },
                gas_price: price,
                gas,
                to: if from(TxType::Blob) { Some(to.unwrap_or(WHO)) } else { to },
                value,
                input,
                access_list: if from(TxType::AccessList) { access } else { Vec::new() },
                max_fee_per_blob_gas: if tx_type == TxType::Blob { blob } else { U256::ZERO },
                blob_versioned_hashes: if tx_type == TxType::Blob { hashes } else { Vec::new() },
                authorization_list: if tx_type == TxType::SetCode { authorizations } else { Vec::new() },
                v,
                r,
                s,
            }
        },
    )
}

fn log() -> impl Strategy<Value = Log> {
    (account(), vec(hash(), 0..=4), data()).prop_map(|(address, topics, data)| Log { address, topics, data })
}

fn receipt() -> impl Strategy<Value = Receipt> {
    let outcome = prop_oneof![any::<bool>().prop_map(Outcome::Status), hash().prop_map(Outcome::PostState)];
    let bloom = prop_oneof![Just(Bloom::ZERO), any::<u8>().prop_map(Bloom::repeat_byte)];
    (prop::sample::select(TYPES.to_vec()), outcome, any::<u64>(), bloom, vec(log(), 0..4)).prop_map(
        |(tx_type, outcome, cumulative_gas_used, logs_bloom, logs)| Receipt {
            tx_type,
            outcome,
            cumulative_gas_used,
            logs_bloom,
            logs,
        },
    )
}

proptest! {
    #[test]
    fn a_transaction_is_read_as_it_was_written(transaction in transaction()) {
        prop_assert_eq!(Transaction::decode(&transaction.encode()), Ok(transaction));
    }

    #[test]
    fn a_receipt_is_read_as_it_was_written(receipt in receipt()) {
        prop_assert_eq!(Receipt::decode(&receipt.encode()), Ok(receipt));
    }

    #[test]
    fn a_changed_transaction_is_refused_or_another(
        transaction in transaction(),
        place in any::<prop::sample::Index>(),
        change in 1_u8..,
    ) {
        let mut twin = transaction.encode();
        let place = place.index(twin.len());
        twin[place] ^= change;
        if let Ok(read) = Transaction::decode(&twin) {
            prop_assert_eq!(read.encode(), twin);
            prop_assert_ne!(read, transaction);
        }
    }

    #[test]
    fn a_changed_receipt_is_refused_or_another(
        receipt in receipt(),
        place in any::<prop::sample::Index>(),
        change in 1_u8..,
    ) {
        let mut twin = receipt.encode();
        let place = place.index(twin.len());
        twin[place] ^= change;
        if let Ok(read) = Receipt::decode(&twin) {
            prop_assert_eq!(read.encode(), twin);
            prop_assert_ne!(read, receipt);
        }
    }

    #[test]
    fn an_account_is_read_as_it_was_written(
        nonce in any::<u64>(),
        balance in word(),
        storage_root in hash(),
        code_hash in hash(),
    ) {
        let account = Account { nonce, balance, storage_root, code_hash };
        prop_assert_eq!(account_of(&account_leaf(&account)), Ok(Some(account)));
    }

    #[test]
    fn lists_have_the_root_of_the_trie_over_their_indices(receipts in vec(receipt(), 0..40)) {
        let entries: BTreeMap<Vec<u8>, Vec<u8>> = receipts
            .iter()
            .enumerate()
            .map(|(index, receipt)| (alloy_rlp::encode(index), receipt.encode()))
            .collect();
        prop_assert_eq!(receipts_root(&receipts), mpt::root(&entries));
    }

    #[test]
    fn nothing_makes_the_readers_panic(tx_type in 0_u8..6, bytes in vec(any::<u8>(), 0..300)) {
        for bytes in [bytes.clone(), encode_list(&bytes), [&[tx_type], &encode_list(&bytes)[..]].concat()] {
            let read = Transaction::decode(&bytes).map(|transaction| transaction.sender());
            prop_assert!(read.is_ok() || read.is_err());
            let _ = Receipt::decode(&bytes);
            let _ = account_of(&bytes);
        }
    }
}
