//! The RLP reader never panics, reads what another strict reader reads, and takes one encoding of each value only.

#![no_main]

use alloy_rlp::{Decodable, Header};
use libfuzzer_sys::fuzz_target;
use metis_light::primitives::U256;
use metis_light::primitives::rlp::{self, Item};

fuzz_target!(|bytes: &[u8]| {
    let item = Item::parse(bytes).ok();
    assert_eq!(item.map(|item| payload(&item).to_vec()), other_reader(bytes));
    let Some(item) = item else { return };
    assert_eq!(item.raw(), bytes);
    if let Some(again) = encode(&item, 0) {
        assert_eq!(again, bytes);
    }
    if let Ok(string) = item.string() {
        assert_eq!(rlp::integer::<8>(string).ok().map(u64::from_be_bytes), whole(bytes));
        assert_eq!(rlp::integer::<32>(string).ok().map(U256::from_be_bytes), whole(bytes));
        assert_eq!(rlp::fixed::<32>(string).ok(), whole(bytes));
    }
});

fn payload<'a>(item: &Item<'a>) -> &'a [u8] {
    let raw = item.raw();
    item.string().unwrap_or_else(|_| {
        let mut rest = raw;
        Header::decode(&mut rest).expect("both readers take it");
        rest
    })
}

/// The payload of exactly one item.
fn other_reader(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let header = Header::decode(&mut bytes).ok()?;
    (header.payload_length == bytes.len()).then(|| bytes.to_vec())
}

/// The other reader's value of exactly one item.
fn whole<T: Decodable>(mut bytes: &[u8]) -> Option<T> {
    let value = T::decode(&mut bytes).ok()?;
    bytes.is_empty().then_some(value)
}

/// Encodes an item with all that is in it; nothing where something inside is no item, or too deep for this recursion.
fn encode(item: &Item<'_>, depth: usize) -> Option<Vec<u8>> {
    let Ok(mut items) = item.list() else { return item.string().ok().map(alloy_rlp::encode) };
    let mut inner = Vec::new();
    while !items.is_empty() {
        let item = items.item().ok()?;
        inner.extend((depth < 256).then(|| encode(&item, depth + 1)).flatten()?);
    }
    Some(rlp::encode_list(&inner))
}
