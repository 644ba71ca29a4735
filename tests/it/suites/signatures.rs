//! `signatures/`: who signed. secp256k1 and Ethereum's transactions, and BLS12-381 of the consensus.

mod bls;
mod ecrecover;
mod ethers;
mod transactions;
mod wycheproof;

use super::Report;
use crate::files::Files;
use metis_light::primitives::ecdsa::{SignatureError, recover};
use metis_light::primitives::{Address, B256, U256, keccak256};

pub(super) const ROOTS: &[&str] = &["signatures/", "lc_spec/v1.6.0-beta.0/general/"];

/// The order of the group.
const ORDER: U256 =
    U256::from_be_slice(&alloy_primitives::hex!("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"));

pub(super) fn run(files: &Files) -> Report {
    let mut report = Report::default();
    ecrecover::run(files, &mut report);
    transactions::run(files, &mut report);
    ethers::run(files, &mut report);
    wycheproof::run(files, &mut report);
    bls::run(files, &mut report);
    report
}

/// A signature that others accept names `signer` here too, or its low twin does where `s` is in the high half.
fn names(name: &str, hash: B256, (r, s, parity): (U256, U256, u64), signer: Address, report: &mut Report) {
    report.cases += 1;
    if !is_high(s) {
        assert_eq!(recover(hash, r, s, parity), Ok(signer), "{name}");
        return;
    }
    assert_eq!(recover(hash, r, s, parity), Err(SignatureError::HighS), "{name}: s is high");
    assert_eq!(recover(hash, r, ORDER - s, 1 - parity), Ok(signer), "{name}: its low twin");
    report.refused += 1;
}

fn is_high(s: U256) -> bool {
    s > ORDER >> 1
}

/// The address of a secret key.
fn address_of(secret: &[u8]) -> Address {
    let key = k256::ecdsa::SigningKey::from_slice(secret).expect("a secret key");
    address_of_point(key.verifying_key().to_encoded_point(false).as_bytes())
}

/// The address of a public key, a point in its long form.
fn address_of_point(point: &[u8]) -> Address {
    Address::from_word(keccak256(&point[1..]))
}
