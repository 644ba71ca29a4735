use super::world::{World, challenge_slot, opened, who};
use crate::dispute::{Challenge, DisputeError};
use crate::primitives::{B256, StorageSlot, U256};

/// The only challenge, once `change` was made.
fn challenge(change: impl FnOnce(&mut World)) -> Result<Challenge, DisputeError> {
    let mut world = World::new();
    world.open(0, &opened());
    change(&mut world);
    let disputes = world.read()?;
    Ok(disputes.mvm_verifier().expect("it is named").challenges[0].clone())
}

fn hash_slot() -> StorageSlot {
    StorageSlot::at(5).entry_at(0).entry_of(who(1))
}

#[test]
fn bytes_of_both_forms_are_read() {
    for length in [0, 1, 31, 32, 33, 64, 1000] {
        let bytes: Vec<u8> = (1..=length).map(|n| u8::try_from(n % 251 + 1).expect("a byte")).collect();
        let read = challenge(|world| world.set_bytes(hash_slot(), &bytes)).expect("it stands as solidity writes it");
        let hash = read.participants[0].hash;
        assert_eq!(hash.length, U256::from(length));
        assert_eq!(hash.is_empty(), length == 0);
        assert_eq!(hash.first, B256::right_padding_from(&bytes[..bytes.len().min(32)]));
    }
}

#[test]
fn forms_that_solidity_never_writes_are_refused() {
    // A long form for less than 32 bytes, a short form for more than 31.
    for head in [63_u64, 1, 64, 254] {
        let got = U256::from(head);
        let refused = challenge(|world| world.set(hash_slot(), got)).expect_err("no form of bytes");
        assert_eq!(refused, DisputeError::Encoding { what: "a verifier's hash", got });
    }
    assert!(challenge(|world| world.set(hash_slot(), U256::from(65))).is_ok());
    assert!(challenge(|world| world.set(hash_slot(), U256::from(62))).is_ok());
}

#[test]
fn a_hash_of_any_length_costs_two_words() {
    let endless = challenge(|world| world.set(hash_slot(), U256::MAX)).expect("only its first word is read");
    assert_eq!(endless.participants[0].hash.length, U256::MAX >> 1);
}

#[test]
fn extra_data_is_read_whole_and_not_without_end() {
    let slot = challenge_slot(0).offset(7);
    let bytes = |length: usize| vec![7; length];
    for length in [0, 31, 64, 128, 256] {
        let read = challenge(|world| world.set_bytes(slot, &bytes(length))).expect("it is short enough");
        assert_eq!(read.header.extra_data, bytes(length));
    }
    for head in [U256::from(257 * 2 + 1), U256::MAX] {
        let what = "the challenged batch's extraData";
        let refused = challenge(|world| world.set(slot, head)).expect_err("it is too long");
        assert_eq!(refused, DisputeError::TooLong { what, got: head >> 1, limit: 256 });
    }
}
