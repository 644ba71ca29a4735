use super::chain::{extra_data, header};
use crate::execution::Log;
use crate::primitives::ovm_merkle::MAX_LEAVES;
use crate::primitives::{Address, B256, Bytes, U256};
use crate::rollup::{AppendCall, LastBlock, RollupError, StateBatchAppended, StateBatchDeleted};
use alloy_sol_types::SolValue;

const ROOT: B256 = B256::repeat_byte(0x77);

fn log(topics: &[B256], data: Vec<u8>) -> Log {
    Log { address: Address::ZERO, topics: topics.to_vec(), data: data.into() }
}

fn index(number: u64) -> B256 {
    B256::from(U256::from(number))
}

fn appended_data() -> Vec<u8> {
    let [chain, size, previous] = [1088, 3, 10].map(U256::from);
    (chain, ROOT, size, previous, extra_data(&[])).abi_encode_params()
}

#[test]
fn an_append_is_read() {
    let event = StateBatchAppended::parse(&log(&[StateBatchAppended::TOPIC, index(5)], appended_data()));
    let expected =
        StateBatchAppended { chain_id: U256::from(1088), batch_index: U256::from(5), header: header(ROOT, 3, 10) };
    assert_eq!(event, Ok(expected));
}

#[test]
fn a_deletion_is_read() {
    let data = (U256::from(1088), ROOT).abi_encode_params();
    let event = StateBatchDeleted::parse(&log(&[StateBatchDeleted::TOPIC, index(5)], data));
    let expected = StateBatchDeleted { chain_id: U256::from(1088), batch_index: U256::from(5), batch_root: ROOT };
    assert_eq!(event, Ok(expected));
}

#[test]
fn a_log_of_another_event_is_refused() {
    let (appended, deleted) = (StateBatchAppended::TOPIC, StateBatchDeleted::TOPIC);
    let wrong = Err(RollupError::WrongEncoding { what: "StateBatchAppended" });
    for topics in [&[][..], &[appended], &[deleted, index(5)], &[appended, index(5), index(5)], &[index(5), appended]] {
        assert_eq!(StateBatchAppended::parse(&log(topics, appended_data())), wrong);
    }
    let wrong = Err(RollupError::WrongEncoding { what: "StateBatchDeleted" });
    let data = (U256::from(1088), ROOT).abi_encode_params();
    for topics in [&[][..], &[deleted], &[appended, index(5)], &[deleted, index(5), index(5)]] {
        assert_eq!(StateBatchDeleted::parse(&log(topics, data.clone())), wrong);
    }
    for data in [&data[..63], &[&data[..], &[0; 32]].concat()] {
        assert_eq!(StateBatchDeleted::parse(&log(&[deleted, index(5)], data.to_vec())), wrong);
    }
}

#[test]
fn an_events_data_has_one_encoding() {
    let parse = |data: Vec<u8>| StateBatchAppended::parse(&log(&[StateBatchAppended::TOPIC, index(5)], data));
    let wrong = Err(RollupError::WrongEncoding { what: "StateBatchAppended" });
    let data = appended_data();
    assert!(parse(data.clone()).is_ok());
    for end in [0, 31, 32, data.len() - 32, data.len() - 1] {
        assert_eq!(parse(data[..end].to_vec()), wrong, "cut at {end}");
    }
    assert_eq!(parse([&data[..], &[0; 32]].concat()), wrong);
    // The offset of the bytes points behind a gap.
    let mut gap = data.clone();
    gap[4 * 32 + 31] += 32;
    gap.splice(5 * 32..5 * 32, [0; 32]);
    assert_eq!(parse(gap), wrong);
    for place in [4 * 32, 5 * 32] {
        let mut huge = data.clone();
        huge[place] = 0xff;
        assert_eq!(parse(huge), wrong);
    }
    let padded = (U256::from(1088), ROOT, U256::from(3), U256::from(10), Bytes::from(vec![7; 63])).abi_encode_params();
    assert_eq!(parse(padded.clone()), Err(RollupError::ExtraData { rule: "must have 64 or 128 bytes" }));
    let mut dirty = padded;
    *dirty.last_mut().expect("a byte") = 1;
    assert_eq!(parse(dirty), wrong);
}

#[test]
fn an_event_with_a_header_that_cannot_be_is_refused() {
    let data = (U256::from(1088), ROOT, U256::MAX, U256::ZERO, extra_data(&[])).abi_encode_params();
    let refusal = StateBatchAppended::parse(&log(&[StateBatchAppended::TOPIC, index(5)], data)).unwrap_err();
    assert!(matches!(refusal, RollupError::TooLarge { what: "batchSize", .. }));
}

fn call(selector: [u8; 4], arguments: Vec<u8>) -> Vec<u8> {
    [selector.to_vec(), arguments].concat()
}

#[test]
fn all_four_append_calls_are_read() {
    let (roots, start, name) = (vec![ROOT, B256::ZERO], U256::from(10), "1088_MVM_Proposer".to_owned());
    let (chain, hash, number) = (U256::from(1088), B256::repeat_byte(8), U256::from(12));
    let expected = |chain_id: Option<U256>, last_block| AppendCall {
        chain_id,
        state_roots: roots.clone(),
        start_at: start,
        proposer: chain_id.map(|_| name.clone()),
        last_block,
    };
    let last = Some(LastBlock { hash, number });
    let calls = [
        (AppendCall::DEFAULT_CHAIN, (roots.clone(), start).abi_encode_params(), expected(None, None)),
        (
            AppendCall::BY_CHAIN_ID,
            (chain, roots.clone(), start, name.clone()).abi_encode_params(),
            expected(Some(chain), None),
        ),
        (
            AppendCall::DEFAULT_CHAIN_WITH_BLOCK,
            (roots.clone(), start, hash, number).abi_encode_params(),
            expected(None, last),
        ),
        (
            AppendCall::BY_CHAIN_ID_WITH_BLOCK,
            (chain, roots.clone(), start, name.clone(), hash, number).abi_encode_params(),
            expected(Some(chain), last),
        ),
    ];
    for (selector, arguments, expected) in calls {
        assert_eq!(AppendCall::parse(&call(selector, arguments.clone())), Ok(expected));
        let wrong = Err(RollupError::WrongEncoding { what: "the append call" });
        assert_eq!(AppendCall::parse(&call([0; 4], arguments.clone())), wrong);
        assert_eq!(AppendCall::parse(&selector[..3]), wrong);
        assert_eq!(AppendCall::parse(&call(selector, arguments[..arguments.len() - 32].to_vec())), wrong);
    }
}

#[test]
fn a_call_that_announces_more_roots_than_it_has_is_refused() {
    let arguments = (vec![ROOT; 2], U256::ZERO).abi_encode_params();
    for length in [U256::from(3), U256::from(1) << 32, U256::from(u64::MAX), U256::MAX] {
        let mut twin = arguments.clone();
        twin[64..96].copy_from_slice(&length.to_be_bytes::<32>());
        let wrong = Err(RollupError::WrongEncoding { what: "the append call" });
        assert_eq!(AppendCall::parse(&call(AppendCall::DEFAULT_CHAIN, twin)), wrong);
    }
}

#[test]
fn a_call_with_more_roots_than_a_batch_can_have_is_refused() {
    let roots = |count: usize| (vec![ROOT; count], U256::ZERO).abi_encode_params();
    let parse = |arguments| AppendCall::parse(&call(AppendCall::DEFAULT_CHAIN, arguments));
    assert_eq!(parse(roots(MAX_LEAVES)).map(|call| call.state_roots.len()), Ok(MAX_LEAVES));
    let (got, limit) = (U256::from(MAX_LEAVES + 1), MAX_LEAVES as u64);
    let refusal = RollupError::TooLarge { what: "the number of state roots", got, limit };
    assert_eq!(parse(roots(MAX_LEAVES + 1)), Err(refusal));
}
