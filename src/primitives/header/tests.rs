use super::{Amsterdam, Cancun, Header, London, MAX_EXTRA_DATA, Prague, Shanghai};
use crate::primitives::rlp::{self, RlpError, encode_list};
use alloy_primitives::{Address, B64, B256, Bloom, Bytes, U256, b256, bytes};
use proptest::prelude::*;

/// The genesis block of Ethereum's mainnet.
fn genesis() -> Header {
    Header {
        parent_hash: B256::ZERO,
        ommers_hash: b256!("0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"),
        beneficiary: Address::ZERO,
        state_root: b256!("0xd7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544"),
        transactions_root: b256!("0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"),
        receipts_root: b256!("0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"),
        logs_bloom: Bloom::ZERO,
        difficulty: U256::from(0x4_0000_0000_u64),
        number: 0,
        gas_limit: 5000,
        gas_used: 0,
        timestamp: 0,
        extra_data: bytes!("0x11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa"),
        mix_hash: B256::ZERO,
        nonce: B64::with_last_byte(0x42),
        london: None,
    }
}

/// The same with every field that a fork appended.
fn amsterdam() -> Header {
    let amsterdam = Some(Amsterdam { block_access_list_hash: B256::repeat_byte(5), slot_number: 6 });
    let prague = Some(Prague { requests_hash: B256::repeat_byte(4), amsterdam });
    let parent_beacon_block_root = B256::repeat_byte(3);
    let cancun = Some(Cancun { blob_gas_used: 1, excess_blob_gas: 2, parent_beacon_block_root, prague });
    let shanghai = Some(Shanghai { withdrawals_root: B256::repeat_byte(2), cancun });
    Header { london: Some(London { base_fee_per_gas: 7, shanghai }), ..genesis() }
}

/// The first `count` fields of a header, and more than it has as zeros.
fn with_fields(header: &Header, count: usize) -> Vec<u8> {
    let encoding = header.encode();
    let mut items = rlp::list(&encoding).expect("a header is a list");
    let mut fields = Vec::new();
    for _ in 0..count {
        fields.extend_from_slice(if items.is_empty() { &[0x80] } else { items.item().expect("a field").raw() });
    }
    encode_list(&fields)
}

#[test]
fn a_header_hashes_to_its_blocks_hash() {
    let hash = b256!("0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3");
    assert_eq!(genesis().hash(), hash);
}

#[test]
fn a_header_of_every_fork_is_read() {
    for count in [15, 16, 17, 20, 21, 23] {
        let encoding = with_fields(&amsterdam(), count);
        let header = Header::decode(&encoding).unwrap_or_else(|error| panic!("{count} fields: {error}"));
        assert_eq!(header.encode(), encoding, "{count} fields");
        let london = header.london.as_ref();
        let shanghai = london.and_then(|london| london.shanghai.as_ref());
        let cancun = shanghai.and_then(|shanghai| shanghai.cancun.as_ref());
        let prague = cancun.and_then(|cancun| cancun.prague.as_ref());
        let amsterdam = prague.and_then(|prague| prague.amsterdam.as_ref());
        let forks = [london.is_some(), shanghai.is_some(), cancun.is_some(), prague.is_some(), amsterdam.is_some()];
        assert_eq!(forks, [16, 17, 20, 21, 23].map(|from| count >= from), "{count} fields");
    }
    assert_eq!(Header::decode(&amsterdam().encode()), Ok(amsterdam()));
}

#[test]
fn a_header_between_two_forks_is_refused() {
    for count in [0, 1, 14, 18, 19, 22] {
        let verdict = Header::decode(&with_fields(&amsterdam(), count));
        assert_eq!(verdict, Err(RlpError::Short { got: 0, expected: 1 }), "{count} fields");
    }
}

#[test]
fn a_header_with_fields_of_a_fork_to_come_is_refused() {
    for count in [24, 25, 40] {
        let verdict = Header::decode(&with_fields(&amsterdam(), count));
        assert_eq!(verdict, Err(RlpError::ItemCount { expected: 23 }), "{count} fields");
    }
}

#[test]
fn extra_data_of_an_epoch_block_is_read_and_longer_one_refused() {
    let with = |length| Header { extra_data: Bytes::from(vec![7; length]), ..genesis() };
    assert_eq!(Header::decode(&with(MAX_EXTRA_DATA).encode()), Ok(with(MAX_EXTRA_DATA)));
    let verdict = Header::decode(&with(MAX_EXTRA_DATA + 1).encode());
    assert_eq!(verdict, Err(RlpError::WrongLength { got: MAX_EXTRA_DATA + 1, expected: MAX_EXTRA_DATA }));
}

#[test]
fn a_field_of_another_length_is_refused() {
    let encoding = amsterdam().encode();
    let mut items = rlp::list(&encoding).expect("a header is a list");
    let fields: Vec<&[u8]> = (0..23).map(|_| items.item().expect("a field").raw()).collect();
    // Integers are 7 to 11, 15, 17, 18 and 22; the extra data, 12, may have any length.
    let integers = [7, 8, 9, 10, 11, 15, 17, 18, 22];
    for place in (0..23).filter(|place| *place != 12) {
        let replaced = |with: Vec<u8>| {
            let mut fields: Vec<Vec<u8>> = fields.iter().map(|field| field.to_vec()).collect();
            fields[place] = with;
            Header::decode(&encode_list(&fields.concat()))
        };
        let expected = match place {
            7 => 32,
            place if integers.contains(&place) => 8,
            2 => 20,
            6 => 256,
            14 => 8,
            _ => 32,
        };
        let long = alloy_rlp::encode(&vec![1; expected + 1][..]);
        assert_eq!(replaced(long), Err(RlpError::WrongLength { got: expected + 1, expected }), "field {place}");
        assert_eq!(replaced(vec![0xc0]), Err(RlpError::WrongKind { expected: "string" }), "field {place}");
        if integers.contains(&place) {
            assert_eq!(replaced(vec![0x00]), Err(RlpError::LeadingZeros), "field {place}");
        } else {
            let short = alloy_rlp::encode(&vec![1; expected - 1][..]);
            assert_eq!(replaced(short), Err(RlpError::WrongLength { got: expected - 1, expected }), "field {place}");
        }
    }
}

#[test]
fn every_field_is_hashed() {
    let encoding = amsterdam().encode();
    for place in 0..encoding.len() {
        let mut twin = encoding.clone();
        twin[place] ^= 1;
        if let Ok(header) = Header::decode(&twin) {
            assert_eq!(header.encode(), twin, "byte {place}");
            assert_ne!(header.hash(), amsterdam().hash(), "byte {place}");
        }
    }
}

proptest! {
    #[test]
    fn a_header_is_read_as_it_was_written(
        words in any::<[[u8; 32]; 6]>(),
        numbers in any::<[u64; 8]>(),
        nonce in any::<[u8; 8]>(),
        extra in prop::collection::vec(any::<u8>(), 0..120),
        count in prop::sample::select(vec![15, 16, 17, 20, 21, 23]),
    ) {
        let [parent, state, transactions, receipts, mix, difficulty] = words.map(B256::new);
        let header = Header {
            parent_hash: parent,
            state_root: state,
            transactions_root: transactions,
            receipts_root: receipts,
            mix_hash: mix,
            difficulty: difficulty.into(),
            number: numbers[0],
            gas_limit: numbers[1],
            gas_used: numbers[2],
            timestamp: numbers[3],
            nonce: nonce.into(),
            extra_data: extra.into(),
            ..amsterdam()
        };
        let encoding = with_fields(&header, count);
        prop_assert_eq!(Header::decode(&encoding).map(|header| header.encode()), Ok(encoding));
    }

    #[test]
    fn nothing_makes_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..700)) {
        let _ = Header::decode(&bytes);
        let _ = Header::decode(&encode_list(&bytes));
    }
}
