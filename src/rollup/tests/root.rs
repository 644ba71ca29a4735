use super::chain::{Chain, State, Trie, answer, l2_header};
use crate::consensus::{L1StateRoot, L1Status};
use crate::execution::{ExecutionError, Outcome, Question, Receipt, Transaction, TxType};
use crate::primitives::header::Header;
use crate::primitives::{Address, B256, StorageSlot, U256, keccak256};
use crate::rollup::RollupError;
use crate::rollup::tests::transaction::user_transaction;
use alloy_primitives::Bloom;

const WHO: Address = Address::repeat_byte(0xab);
const NOBODY: Address = Address::repeat_byte(0xcd);
const CODE: &[u8] = &[0x60, 0x00];

fn state() -> State {
    let mut state = State::default();
    let contract = state.contract(WHO);
    contract.nonce = 3;
    contract.code_hash = keccak256(CODE);
    state.set(WHO, StorageSlot::at(4).0, U256::from(44));
    state
}

fn question(who: Address, slots: &[u64]) -> Question {
    Question::new(who, slots.iter().copied().map(StorageSlot::at).collect::<Vec<_>>())
}

#[test]
fn an_l2_account_its_words_and_its_code_are_proven() {
    let state = state();
    let root = Chain::new().state_root(&state);
    let account = root.account(WHO, &answer(&state, &question(WHO, &[]))).expect("a proof").into_value();
    assert_eq!(account.map(|account| account.nonce), Some(3));
    let asked = question(WHO, &[4, 5]);
    let words = root.storage(WHO, &asked.slots, &answer(&state, &asked)).expect("a proof");
    assert_eq!(words.value(), &[U256::from(44), U256::ZERO]);
    let code = root.code(WHO, CODE.to_vec(), &answer(&state, &question(WHO, &[]))).expect("a proof");
    assert_eq!(code.value(), CODE);
    assert_eq!(code.at().block(), 1);
}

#[test]
fn who_is_not_there_has_no_account_no_words_and_no_code() {
    let state = state();
    let root = Chain::new().state_root(&state);
    let proof = answer(&state, &question(NOBODY, &[]));
    assert_eq!(root.account(NOBODY, &proof).expect("a proof").value(), &None);
    assert_eq!(root.code(NOBODY, Vec::new(), &proof).expect("a proof").value(), &Vec::<u8>::new());
    let asked = question(NOBODY, &[1]);
    let words = root.storage(NOBODY, &asked.slots, &answer(&state, &asked)).expect("a proof");
    assert_eq!(words.value(), &[U256::ZERO]);
}

#[test]
fn code_of_another_hash_is_refused() {
    let mut chain = Chain::new();
    let state = state();
    let proof = answer(&state, &question(WHO, &[]));
    let expected = ExecutionError::CodeMismatch { got: keccak256([1]), expected: keccak256(CODE) };
    let refusal = chain.state_root(&state).code(WHO, vec![1], &proof).unwrap_err();
    assert_eq!(refusal, RollupError::Execution(expected.clone()));
    chain.state = state;
    assert_eq!(chain.root().code(WHO, vec![1], &proof).unwrap_err(), RollupError::Execution(expected));
    assert!(chain.root().code(WHO, CODE.to_vec(), &proof).is_ok());
}

#[test]
fn an_answer_about_one_state_says_nothing_of_another() {
    let (honest, mut other) = (state(), state());
    other.set(WHO, StorageSlot::at(4).0, U256::from(45));
    let asked = question(WHO, &[4]);
    let refusal = Chain::new().state_root(&honest).storage(WHO, &asked.slots, &answer(&other, &asked)).unwrap_err();
    assert!(matches!(refusal, RollupError::Execution(ExecutionError::Proof { what: "account", .. })));
}

#[test]
fn an_l1_accounts_balance_is_in_its_leaf() {
    let mut chain = Chain::new();
    chain.state.contract(WHO).balance = U256::from(9);
    let mut proof = chain.answer(&question(WHO, &[]));
    let account = chain.root().account(WHO, &proof).expect("a proof").into_value().expect("it is there");
    assert_eq!(account.balance, U256::from(9));
    proof.claims.balance = Some(U256::from(10));
    let refusal = chain.root().account(WHO, &proof).unwrap_err();
    let (claimed, proven) = (B256::from(U256::from(10)), B256::from(U256::from(9)));
    assert_eq!(refusal, RollupError::Execution(ExecutionError::FalseClaim { member: "balance", claimed, proven }));
}

#[test]
fn what_an_l1_block_did_is_proven_under_its_header() {
    let transaction: Transaction = user_transaction(1).signed;
    let receipt = Receipt {
        tx_type: TxType::Legacy,
        outcome: Outcome::PostState(B256::repeat_byte(1)),
        cumulative_gas_used: 1,
        logs_bloom: Bloom::ZERO,
        logs: Vec::new(),
    };
    let tries = [transaction.encode(), receipt.encode()].map(|leaf| Trie::ordered(&[leaf]));
    let [transactions_root, receipts_root] = [&tries[0], &tries[1]].map(Trie::root);
    let header = Header { transactions_root, receipts_root, ..l2_header(B256::ZERO, 9) };
    let l1 = L1StateRoot::for_tests(&header, L1Status::Optimistic);
    assert_eq!((l1.status(), l1.number(), l1.hash()), (L1Status::Optimistic, 9, header.hash()));
    let proof = |trie: &Trie, index: u64| trie.proof(&alloy_rlp::encode(index));
    let proven = l1.transaction(0, &proof(&tries[0], 0)).expect("a proof");
    assert_eq!(proven.value().as_ref(), Some(&transaction));
    assert_eq!(l1.transaction(1, &proof(&tries[0], 1)).expect("a proof").value(), &None);
    assert_eq!(l1.receipt(0, &proof(&tries[1], 0)).expect("a proof").value().as_ref(), Some(&receipt));
    let refusal = l1.receipt(0, &proof(&tries[0], 0)).unwrap_err();
    assert!(matches!(refusal, RollupError::Execution(ExecutionError::Proof { what: "receipt", .. })));
}
