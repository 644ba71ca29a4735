use super::chain::{Chain, Trie, extra_data, l2_header};
use crate::execution::{ExecutionError, Log, Outcome, Receipt, TxType, receipts_root};
use crate::primitives::header::{Header, London};
use crate::primitives::{Address, B256, Bytes, U256, mpt, ovm_merkle, rlp};
use crate::rollup::tests::transaction::user_transaction;
use crate::rollup::{BatchHeader, L2Header, L2StateRoot, L2Transaction, RollupError};
use alloy_primitives::Bloom;

const ROOTS: [B256; 3] = [B256::repeat_byte(1), B256::repeat_byte(2), B256::repeat_byte(3)];

/// The root of block 3, the last of its batch, whose proposer named a hash and a number.
fn last_root(named: &[B256]) -> L2StateRoot {
    root_of(3, named)
}

fn root_of(block: u64, named: &[B256]) -> L2StateRoot {
    let root = ovm_merkle::root(&ROOTS).expect("a root");
    let header = BatchHeader::new(root, U256::from(3), U256::ZERO, extra_data(named)).expect("a header");
    let place = usize::try_from(block - 1).expect("a place");
    let siblings = ovm_merkle::branch(&ROOTS, place).expect("a leaf");
    Chain::new().holding(&header).state_root(block, ROOTS[place], &siblings).expect("a leaf")
}

fn number(number: u64) -> B256 {
    B256::from(U256::from(number))
}

/// Three blocks, each the parent of the next.
fn blocks() -> [Header; 4] {
    let genesis = l2_header(B256::ZERO, 0);
    let mut blocks = [genesis.clone(), genesis.clone(), genesis.clone(), genesis];
    for place in 1..4 {
        let parent_hash = blocks[place - 1].hash();
        blocks[place] = Header { parent_hash, ..l2_header(ROOTS[place - 1], place as u64) };
    }
    blocks
}

fn linked(last: Header) -> L2Header {
    last_root(&[last.hash(), number(3)]).last_header(last).expect("the named block")
}

#[test]
fn the_named_block_and_those_below_it_are_linked() {
    let [genesis, first, second, third] = blocks();
    let mut header = linked(third.clone());
    assert_eq!((header.hash(), header.header()), (third.hash(), &third));
    for below in [second, first, genesis] {
        header = header.parent(below.clone()).expect("the parent");
        assert_eq!(header.header(), &below);
    }
    assert_eq!(header.batch().index(), 0);
    let refusal = header.parent(third).unwrap_err();
    assert_eq!(refusal, RollupError::HeaderMismatch { field: "number", got: number(3), expected: B256::ZERO });
}

#[test]
fn a_header_of_another_hash_is_refused() {
    let [_, first, second, third] = blocks();
    let refusal = last_root(&[third.hash(), number(3)]).last_header(second.clone()).unwrap_err();
    let (got, expected) = (second.hash(), third.hash());
    assert_eq!(refusal, RollupError::HeaderMismatch { field: "hash", got, expected });
    let refusal = linked(third).parent(first.clone()).unwrap_err();
    let (got, expected) = (first.hash(), second.hash());
    assert_eq!(refusal, RollupError::HeaderMismatch { field: "hash", got, expected });
}

#[test]
fn a_proposer_who_names_another_number_is_met() {
    let [_, _, _, third] = blocks();
    for named in [number(2), number(4), B256::from(U256::MAX)] {
        let refusal = last_root(&[third.hash(), named]).last_header(third.clone()).unwrap_err();
        let expected = number(3);
        assert_eq!(refusal, RollupError::HeaderMismatch { field: "lastBatchBlockNumber", got: named, expected });
    }
}

#[test]
fn a_proposer_who_names_the_hash_of_another_block_is_met() {
    let [_, _, second, third] = blocks();
    let refusal = last_root(&[second.hash(), number(3)]).last_header(second).unwrap_err();
    assert_eq!(refusal, RollupError::HeaderMismatch { field: "number", got: number(2), expected: number(3) });
    let other = Header { state_root: ROOTS[0], ..third };
    let refusal = last_root(&[other.hash(), number(3)]).last_header(other).unwrap_err();
    assert_eq!(refusal, RollupError::HeaderMismatch { field: "stateRoot", got: ROOTS[0], expected: ROOTS[2] });
}

#[test]
fn a_parent_with_another_number_is_refused() {
    let parent = l2_header(ROOTS[1], 1);
    let last = Header { parent_hash: parent.hash(), ..l2_header(ROOTS[2], 3) };
    let refusal = linked(last).parent(parent).unwrap_err();
    assert_eq!(refusal, RollupError::HeaderMismatch { field: "number", got: number(1), expected: number(2) });
}

#[test]
fn a_header_with_the_fields_of_later_forks_is_refused() {
    let london = Some(London { base_fee_per_gas: 7, shanghai: None });
    let header = Header { london, ..l2_header(ROOTS[2], 3) };
    let refusal = last_root(&[header.hash(), number(3)]).last_header(header).unwrap_err();
    assert_eq!(refusal, RollupError::HeaderShape);
}

#[test]
fn a_batch_of_the_first_generation_names_no_block() {
    let [.., third] = blocks();
    assert_eq!(last_root(&[]).last_header(third).unwrap_err(), RollupError::NoLastBlock);
}

#[test]
fn only_the_root_of_the_last_block_leads_to_its_header() {
    let [.., third] = blocks();
    for got in [1, 2] {
        let refusal = root_of(got, &[third.hash(), number(3)]).last_header(third.clone()).unwrap_err();
        assert_eq!(refusal, RollupError::BlockOutsideBatch { got, first: 3, last: 3 });
    }
}

fn receipt(tx_type: TxType) -> Receipt {
    let log = Log { address: Address::ZERO, topics: vec![B256::ZERO], data: Bytes::from_static(&[1]) };
    Receipt {
        tx_type,
        outcome: Outcome::Status(true),
        cumulative_gas_used: 21_000,
        logs_bloom: Bloom::ZERO,
        logs: vec![log],
    }
}

#[test]
fn a_blocks_transactions_are_all_of_them_in_order() {
    let [one, other] = [user_transaction(1), user_transaction(2)];
    let leaves = [one.encode(), other.encode()];
    let transactions_root = mpt::ordered_root(&leaves);
    let header = linked(Header { transactions_root, ..l2_header(ROOTS[2], 3) });
    let proven = header.transactions(vec![one.clone(), other.clone()]).expect("the block's");
    assert_eq!(proven.value(), &[one.clone(), other.clone()]);
    assert_eq!(proven.at().hash(), header.hash());
    for wrong in
        [vec![other.clone(), one.clone()], vec![one.clone()], Vec::new(), vec![one.clone(), other.clone(), one]]
    {
        let got = mpt::ordered_root(&wrong.iter().map(L2Transaction::encode).collect::<Vec<_>>());
        let refusal = header.transactions(wrong).unwrap_err();
        assert_eq!(refusal, RollupError::RootMismatch { what: "transactions", got, expected: transactions_root });
    }
    let trie = Trie::ordered(&leaves);
    let proof = |index: u64| trie.proof(&alloy_rlp::encode(index));
    assert_eq!(header.transaction(1, &proof(1)).expect("it is there").value(), &Some(other));
    assert_eq!(header.transaction(2, &proof(2)).expect("it is not").value(), &None);
    assert!(matches!(header.transaction(0, &proof(1)), Err(RollupError::Execution(ExecutionError::Proof { .. }))));
}

#[test]
fn a_typed_transaction_is_no_transaction_of_metis() {
    let legacy = user_transaction(1);
    let mut typed = legacy.signed.clone();
    typed.tx_type = TxType::AccessList;
    let metadata = {
        let encoded = legacy.encode();
        let mut items = rlp::list(&encoded).expect("a list");
        items.item().expect("the signed transaction");
        items.item().expect("the metadata").raw().to_vec()
    };
    // In a list an envelope can only stand as a string, or as its type byte and its list.
    for signed in [alloy_rlp::encode(typed.encode().as_slice()), typed.encode()] {
        let leaf = rlp::encode_list(&[signed, metadata.clone()].concat());
        assert!(matches!(L2Transaction::decode(&leaf), Err(RollupError::Execution(_))));
    }
}

#[test]
fn a_blocks_receipts_are_of_the_legacy_type() {
    let receipts = vec![receipt(TxType::Legacy), receipt(TxType::FeeMarket)];
    let leaves: Vec<Vec<u8>> = receipts.iter().map(Receipt::encode).collect();
    let header = linked(Header { receipts_root: receipts_root(&receipts), ..l2_header(ROOTS[2], 3) });
    let trie = Trie::ordered(&leaves);
    let proof = |index: u64| trie.proof(&alloy_rlp::encode(index));
    assert_eq!(header.receipt(0, &proof(0)).expect("it is there").value().as_ref(), Some(&receipts[0]));
    assert_eq!(header.receipt(9, &proof(9)).expect("it is not").value(), &None);
    let refusal = header.receipt(1, &proof(1)).unwrap_err();
    assert_eq!(refusal, RollupError::WrongEncoding { what: "an l2 receipt" });
    assert!(header.receipts(receipts.clone()).is_ok());
    let got = receipts_root(&receipts[..1]);
    let refusal = header.receipts(receipts[..1].to_vec()).unwrap_err();
    let expected = header.header().receipts_root;
    assert_eq!(refusal, RollupError::RootMismatch { what: "receipts", got, expected });
}
