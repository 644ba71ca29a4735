use super::{SignatureError, recover};
use alloy_primitives::{Address, B256, U256, address, b256, keccak256, uint};
use k256::ecdsa::SigningKey;
use proptest::prelude::*;

/// The order of the group.
const ORDER: U256 = uint!(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141_U256);

/// The test `ValidKey` of go-ethereum's precompile, whose `s` is high: the low twin of its signature.
const HASH: B256 = b256!("0x18c547e4f7b0f325ad1e56f57e26c745b09a3e503d86e00e5255ff7f715d3d1c");
const R: U256 = uint!(0x73b1693892219d736caba55bdb67216e485557ea6b6af75f37096c9aa6a5a75f_U256);
const HIGH_S: U256 = uint!(0xeeb940b1d03b21e36b0e47e79769f095fe2ab855bd91e3a38756b7d75a9c4549_U256);
const SIGNER: Address = address!("0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b");

fn low_s() -> U256 {
    ORDER - HIGH_S
}

#[test]
fn a_signature_names_its_signer() {
    assert_eq!(recover(HASH, R, low_s(), 0), Ok(SIGNER));
}

#[test]
fn the_other_parity_or_hash_names_someone_else() {
    assert_ne!(recover(HASH, R, low_s(), 1), Ok(SIGNER));
    assert_ne!(recover(keccak256(HASH), R, low_s(), 0), Ok(SIGNER));
}

#[test]
fn the_malleable_twin_is_refused() {
    assert_eq!(recover(HASH, R, HIGH_S, 1), Err(SignatureError::HighS));
    assert_eq!(recover(HASH, R, HIGH_S, 0), Err(SignatureError::HighS));
}

#[test]
fn half_the_order_is_the_last_low_value() {
    let half = ORDER >> 1;
    assert!(recover(HASH, R, half, 0).is_ok());
    assert_eq!(recover(HASH, R, half + U256::ONE, 0), Err(SignatureError::HighS));
}

#[test]
fn numbers_that_no_key_makes_are_refused() {
    for (r, s) in [
        (U256::ZERO, low_s()),
        (R, U256::ZERO),
        (ORDER, low_s()),
        (R, ORDER),
        (U256::MAX, low_s()),
        (R, U256::MAX),
        (U256::ZERO, U256::ZERO),
    ] {
        assert_eq!(recover(HASH, r, s, 0), Err(SignatureError::NoKey), "r {r}, s {s}");
    }
}

#[test]
fn an_r_that_is_no_point_is_refused() {
    // No point of secp256k1 has the x-coordinate 5.
    for parity in [0, 1] {
        assert_eq!(recover(HASH, U256::from(5), low_s(), parity), Err(SignatureError::NoKey));
    }
}

#[test]
fn a_parity_above_one_is_refused() {
    for got in [2, 3, 27, 28, u64::MAX] {
        assert_eq!(recover(HASH, R, low_s(), got), Err(SignatureError::Parity { got }));
    }
}

proptest! {
    #[test]
    fn every_key_is_recovered(secret in 1_u128.., hash in any::<[u8; 32]>()) {
        let key = SigningKey::from_slice(&U256::from(secret).to_be_bytes::<32>()).expect("below the order");
        let point = key.verifying_key().to_encoded_point(false);
        let signer = Address::from_word(keccak256(&point.as_bytes()[1..]));
        let (signature, parity) = key.sign_prehash_recoverable(&hash).expect("a key signs");
        let [r, s] = [signature.r().to_bytes(), signature.s().to_bytes()].map(|half| U256::from_be_slice(&half));
        let parity = u64::from(parity.to_byte());
        prop_assert_eq!(recover(hash.into(), r, s, parity), Ok(signer));
        prop_assert_eq!(recover(hash.into(), r, ORDER - s, 1 - parity), Err(SignatureError::HighS));
        prop_assert_ne!(recover(hash.into(), r, s, 1 - parity), Ok(signer));
    }

    #[test]
    fn no_numbers_make_recovery_panic(hash in any::<[u8; 32]>(), r in any::<[u8; 32]>(), s in any::<[u8; 32]>(), parity in 0_u64..5) {
        let _ = recover(hash.into(), U256::from_be_bytes(r), U256::from_be_bytes(s), parity);
    }
}
