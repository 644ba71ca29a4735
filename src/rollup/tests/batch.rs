use super::chain::{APPENDED, Chain, extra_data, header};
use crate::consistent;
use crate::error::Error;
use crate::primitives::ovm_merkle::{self, OvmMerkleError};
use crate::primitives::{Address, B256, U256, UnixTime};
use crate::rollup::{BatchHeader, Context, LastBlock, RollupError, context_slot, element_slot};
use crate::wire::BatchClaim;

const LIMIT: u64 = (1 << 40) - 1;

fn new(size: u64, previous: u64) -> Result<BatchHeader, RollupError> {
    BatchHeader::new(B256::ZERO, U256::from(size), U256::from(previous), extra_data(&[]))
}

#[test]
fn numbers_that_the_container_cannot_count_are_refused() {
    assert!(new(LIMIT, 0).is_ok());
    assert!(new(1, LIMIT - 1).is_ok());
    let too_large = |what, got: u64| Err(RollupError::TooLarge { what, got: U256::from(got), limit: LIMIT });
    assert_eq!(new(LIMIT + 1, 0), too_large("batchSize", LIMIT + 1));
    assert_eq!(new(1, LIMIT + 1), too_large("prevTotalElements", LIMIT + 1));
    assert_eq!(new(1, LIMIT), too_large("prevTotalElements + batchSize", LIMIT + 1));
    let huge = BatchHeader::new(B256::ZERO, U256::MAX, U256::ZERO, extra_data(&[]));
    assert_eq!(huge, Err(RollupError::TooLarge { what: "batchSize", got: U256::MAX, limit: LIMIT }));
}

#[test]
fn a_batch_has_at_least_one_root() {
    assert_eq!(new(0, 5), Err(RollupError::Merkle(OvmMerkleError::Empty)));
}

#[test]
fn extra_data_of_both_generations_is_read() {
    let first = header(B256::ZERO, 1, 0);
    assert_eq!(first.extra_data().timestamp(), UnixTime(APPENDED));
    assert_eq!(first.extra_data().submitter(), Address::repeat_byte(0x5b));
    assert_eq!(first.extra_data().last_block(), None);

    let (hash, number) = (B256::repeat_byte(7), U256::MAX);
    let bytes = extra_data(&[hash, number.into()]);
    let second = BatchHeader::new(B256::ZERO, U256::ONE, U256::ZERO, bytes.clone()).expect("a header");
    assert_eq!(second.extra_data().last_block(), Some(LastBlock { hash, number }));
    assert_eq!(second.extra_data().bytes(), &bytes);
    assert_ne!(second.hash(), first.hash());
}

#[test]
fn extra_data_of_another_form_is_refused() {
    let new = |bytes: Vec<u8>| BatchHeader::new(B256::ZERO, U256::ONE, U256::ZERO, bytes.into());
    let length = Err(RollupError::ExtraData { rule: "must have 64 or 128 bytes" });
    for bytes in [0, 1, 32, 63, 65, 96, 127, 129, 160, 192] {
        assert_eq!(new(vec![0; bytes]), length, "{bytes} bytes");
    }
    let mut submitter = extra_data(&[]).to_vec();
    submitter[32 + 11] = 1;
    let rule = "must name the submitter in a word of its own";
    assert_eq!(new(submitter), Err(RollupError::ExtraData { rule }));
    let mut time = extra_data(&[]).to_vec();
    time[26] = 1;
    let got = U256::from(APPENDED) + (U256::ONE << 40);
    assert_eq!(new(time), Err(RollupError::TooLarge { what: "the batch's timestamp", got, limit: LIMIT }));
}

#[test]
fn a_batch_covers_the_blocks_after_those_before_it() {
    let header = header(B256::ZERO, 3, 10);
    assert_eq!((header.first_block(), header.last_block()), (11, 13));
    assert_eq!([11, 12, 13].map(|block| header.index_of(block)), [Ok(0), Ok(1), Ok(2)]);
    for got in [0, 10, 14, u64::MAX] {
        let outside = RollupError::BlockOutsideBatch { got, first: 11, last: 13 };
        assert_eq!(header.index_of(got), Err(outside.clone()));
        let batch = Chain::new().holding(&header);
        assert_eq!(batch.state_root(got, B256::ZERO, &[]).unwrap_err(), outside);
    }
}

#[test]
fn a_deleted_batch_is_refused_although_its_element_still_proves() {
    let (mut chain, header) = (Chain::new(), header(B256::ZERO, 1, 0));
    chain.append(4, &header);
    assert_eq!(chain.batch(4, &header).expect("it is there").header_hash(), header.hash());
    chain.set_length(4);
    let refusal = chain.batch(4, &header).unwrap_err();
    assert_eq!(refusal, RollupError::NoSuchBatch { index: 4, length: 4 });

    let [question, _] = chain.registry().expect("as pinned").batch_questions(4, &header);
    let proven = chain.root().storage(question.address, &question.slots, &chain.answer(&question));
    assert_eq!(B256::from(proven.expect("it proves").value()[0]), header.hash());
}

#[test]
fn a_batch_must_be_the_one_that_l1_holds() {
    let (mut chain, header, other) = (Chain::new(), header(B256::ZERO, 1, 0), header(B256::ZERO, 1, 1));
    chain.append(0, &header);
    let refusal = chain.batch(0, &other).unwrap_err();
    assert_eq!(refusal, RollupError::ElementMismatch { index: 0, got: other.hash(), expected: header.hash() });
    // Below the length, and yet nothing was ever written there.
    chain.set_length(2);
    let refusal = chain.batch(1, &header).unwrap_err();
    assert_eq!(refusal, RollupError::ElementMismatch { index: 1, got: header.hash(), expected: B256::ZERO });
}

#[test]
fn a_header_says_nothing_of_its_index() {
    let (mut chain, header) = (Chain::new(), header(B256::ZERO, 1, 0));
    chain.append(0, &header);
    chain.append(1, &header);
    let indices = [0, 1].map(|index| chain.batch(index, &header).expect("it is there").index());
    assert_eq!(indices, [0, 1]);
}

#[test]
fn batches_of_another_chain_are_not_seen() {
    let (mut chain, header) = (Chain::new(), header(B256::ZERO, 1, 0));
    let container = chain.network.contracts.batches_container;
    chain.set(container, context_slot(59_902), B256::from(U256::ONE));
    chain.set(container, element_slot(59_902, 0), header.hash());
    assert_eq!(chain.batch(0, &header).unwrap_err(), RollupError::NoSuchBatch { index: 0, length: 0 });
}

#[test]
fn the_context_word_has_fields_of_40_bits() {
    let word = |length: u64, total: u64, time: u64, rest: u64| {
        U256::from(length) | U256::from(total) << 40 | U256::from(time) << 80 | U256::from(rest) << 120
    };
    let context =
        |length, total_elements, last_sequencer_timestamp| Context { length, total_elements, last_sequencer_timestamp };
    assert_eq!(Context::from_word(word(1, 2, 3, u64::MAX)), context(1, 2, 3));
    assert_eq!(Context::from_word(word(LIMIT, LIMIT, LIMIT, 0)), context(LIMIT, LIMIT, LIMIT));
    assert_eq!(Context::from_word(word(0, LIMIT, 0, 0)), context(0, LIMIT, 0));
    assert_eq!(Context::from_word(U256::MAX), context(LIMIT, LIMIT, LIMIT));
}

#[test]
fn a_leaf_is_the_root_of_one_block() {
    let roots = [1, 2, 3].map(B256::repeat_byte);
    let batch = Chain::new().holding(&header(ovm_merkle::root(&roots).expect("a root"), 3, 10));
    let siblings = ovm_merkle::branch(&roots, 1).expect("a leaf");
    let proven = batch.state_root(12, roots[1], &siblings).expect("a leaf");
    assert_eq!((proven.block(), proven.state_root().hash()), (12, roots[1]));
    assert_eq!(proven.batch().index(), 0);
    let refusal = batch.state_root(12, roots[0], &siblings).unwrap_err();
    assert!(matches!(refusal, RollupError::Merkle(OvmMerkleError::RootMismatch { .. })));
    let refusal = batch.state_root(12, roots[1], &siblings[..1]).unwrap_err();
    assert_eq!(refusal, RollupError::Merkle(OvmMerkleError::SiblingCount { got: 1, expected: 2 }));
}

#[test]
fn an_inner_node_is_no_leaf() {
    // The node over the first two leaves of four, shown as the first of two.
    let roots = [1, 2, 3, 4].map(B256::repeat_byte);
    let batch = Chain::new().holding(&header(ovm_merkle::root(&roots).expect("a root"), 4, 0));
    let [node, sibling] = [&roots[..2], &roots[2..]].map(|pair| ovm_merkle::root(pair).expect("a root"));
    let refusal = batch.state_root(1, node, &[sibling]).unwrap_err();
    assert_eq!(refusal, RollupError::Merkle(OvmMerkleError::SiblingCount { got: 1, expected: 2 }));
}

#[test]
fn a_claim_with_fewer_roots_than_its_size_is_refused() {
    let claim = |batch_size: u64| BatchClaim {
        batch_root: B256::ZERO,
        batch_size: U256::from(batch_size),
        prev_total_elements: U256::ZERO,
        extra_data: extra_data(&[]),
        state_roots: vec![B256::ZERO],
    };
    assert!(consistent::batch(&claim(1)).is_ok());
    let refusal = consistent::batch(&claim(2)).unwrap_err();
    assert_eq!(refusal, Error::Rollup(RollupError::RootCount { got: 1, expected: 2 }));
}
