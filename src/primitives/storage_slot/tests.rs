use super::{StorageSlot, hash_pair};
use alloy_primitives::{Address, B256, U256, address, b256, keccak256};

#[test]
fn a_variable_stands_at_its_number() {
    assert_eq!(StorageSlot::at(0).0, B256::ZERO);
    assert_eq!(StorageSlot::from(0x1234).0, B256::from(U256::from(0x1234)));
    assert_eq!(StorageSlot::at(u64::MAX).0, B256::from(U256::from(u64::MAX)));
}

#[test]
fn an_array_begins_at_the_hash_of_its_slot() {
    // The elements of the arrays at slots 0 and 1, as any Solidity contract has them.
    let first = b256!("0x290decd9548b62a8d60345a988386fc84ba6bc95484008f6362f93160ef3e563");
    let second = b256!("0xb10e2d527612073b26eecdfd717e6a320cf44b4afac2b0732d9fcbe2b7fa0cf6");
    assert_eq!(StorageSlot::at(0).elements().0, first);
    assert_eq!(StorageSlot::at(1).elements().0, second);
    assert_eq!(StorageSlot::at(0).elements().offset(2).0, B256::from(U256::from_be_bytes(first.0) + U256::from(2)));
}

#[test]
fn an_entry_of_a_mapping_stands_at_the_hash_of_key_and_slot() {
    // keccak256 of 64 zero bytes.
    let zeros = b256!("0xad3228b676f7d3cd4284a5443f17f1962b36e491b30a40b2405849e597ba5fb5");
    assert_eq!(StorageSlot::at(0).entry(B256::ZERO).0, zeros);
    assert_eq!(StorageSlot::at(0).entry_at(0).0, zeros);
    assert_eq!(StorageSlot::at(0).entry_of(Address::ZERO).0, zeros);
    // The key comes first, the slot behind it.
    let who = address!("0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2");
    let preimage = [&[0; 12], who.as_slice(), B256::with_last_byte(3).as_slice()].concat();
    assert_eq!(StorageSlot::at(3).entry_of(who).0, keccak256(preimage));
    assert_ne!(StorageSlot::at(3).entry_at(5), StorageSlot::at(5).entry_at(3));
}

#[test]
fn slots_wrap_as_in_the_evm() {
    assert_eq!(StorageSlot(B256::repeat_byte(0xff)).offset(1), StorageSlot::at(0));
    assert_eq!(StorageSlot::at(u64::MAX).offset(1).0, B256::from(U256::from(1_u128 << 64)));
}

#[test]
fn the_key_of_the_trie_is_the_hash_of_the_slot() {
    let first = b256!("0x290decd9548b62a8d60345a988386fc84ba6bc95484008f6362f93160ef3e563");
    assert_eq!(StorageSlot::at(0).trie_key(), first);
}

#[test]
fn a_slot_is_shown_as_its_word() {
    assert_eq!(StorageSlot::at(1).to_string(), B256::with_last_byte(1).to_string());
}

#[test]
fn a_pair_is_hashed_in_order() {
    let [a, b] = [1, 2].map(B256::repeat_byte);
    assert_eq!(hash_pair(a, b), keccak256([a, b].concat()));
    assert_ne!(hash_pair(a, b), hash_pair(b, a));
}

#[test]
fn a_slot_is_read_from_decimal_and_hex_and_from_nothing_else() {
    assert_eq!("10".parse(), Ok(StorageSlot::at(10)));
    assert_eq!("0x0a".parse(), Ok(StorageSlot::at(10)));
    let too_large = format!("0x1{}", "0".repeat(64));
    for text in ["", "0x", "0xg", "-1", "+1", "1_0", " 1", "a", too_large.as_str()] {
        assert_eq!(text.parse::<StorageSlot>(), Err(super::NoSlot), "{text}");
    }
}
