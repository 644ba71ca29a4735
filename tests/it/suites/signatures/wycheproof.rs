//! Wycheproof's ECDSA signatures on secp256k1 over SHA-256, turned into recovery.
//!
//! | case | here |
//! |---|---|
//! | valid, `s` low | one of the two parities recovers the key's address |
//! | valid, `s` high | refused by both; the low twin recovers |
//! | valid, the point's x is not below the group's order | neither parity recovers: Ethereum's signatures cannot name such a point; it needs an `r` below 2^129 |
//! | invalid by its encoding | never comes to be two numbers |
//! | invalid otherwise | refused, or another key's |

use super::super::Report;
use super::super::mpt_spec::values::{data, list};
use super::{ORDER, address_of_point, is_high};
use crate::files::{Files, json};
use k256::sha2::{Digest, Sha256};
use metis_light::primitives::ecdsa::{SignatureError, recover};
use metis_light::primitives::{Address, B256, U256};
use serde_json::Value;

pub(super) fn run(files: &Files, report: &mut Report) {
    for (path, bytes) in files.matching("signatures/wycheproof/ecdsa_secp256k1_sha256", ".json") {
        let is_der = !path.contains("p1363");
        for group in list(&json(path, bytes)["testGroups"]) {
            let signer = address_of_point(&data(&group["publicKey"]["uncompressed"]));
            for case in list(&group["tests"]) {
                judge(&format!("{path} {}", case["tcId"]), case, is_der, signer, report);
            }
        }
    }
}

fn judge(name: &str, case: &Value, is_der: bool, signer: Address, report: &mut Report) {
    let hash = B256::from_slice(&Sha256::digest(data(&case["msg"])));
    let bytes = data(&case["sig"]);
    let signature = if is_der { der(&bytes) } else { pair(&bytes) };
    report.cases += 1;
    let Some((r, s)) = signature else {
        assert_eq!(case["result"], "invalid", "{name} is not read");
        report.refused += 1;
        return;
    };
    let is_signed = |s| [0, 1].into_iter().any(|parity| recover(hash, r, s, parity) == Ok(signer));
    if case["result"] == "invalid" {
        assert!(!is_signed(s), "{name}");
        report.refused += 1;
    } else if is_high(s) {
        assert_eq!(recover(hash, r, s, 0), Err(SignatureError::HighS), "{name}");
        assert_eq!(recover(hash, r, s, 1), Err(SignatureError::HighS), "{name}");
        assert!(is_signed(ORDER - s) || is_beyond(r), "{name}: the low twin");
        report.refused += 1;
    } else if !is_signed(s) {
        assert!(is_beyond(r), "{name}");
        report.refused += 1;
    }
}

/// Whether `r` may stand for a point whose x is `r` and the order: below the field's size less the order.
fn is_beyond(r: U256) -> bool {
    r.bit_len() <= 129
}

/// Two numbers of 32 bytes.
fn pair(bytes: &[u8]) -> Option<(U256, U256)> {
    let (r, s) = bytes.split_at_checked(32)?;
    (s.len() == 32).then(|| (U256::from_be_slice(r), U256::from_be_slice(s)))
}

/// A sequence of two integers, in DER: short lengths, no sign, no needless zero, nothing behind.
fn der(bytes: &[u8]) -> Option<(U256, U256)> {
    let (sequence, rest) = element(0x30, bytes)?;
    let (r, after) = element(0x02, sequence)?;
    let (s, end) = element(0x02, after)?;
    (rest.is_empty() && end.is_empty()).then_some((integer(r)?, integer(s)?))
}

fn element(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&[found, length], rest) = bytes.split_first_chunk()?;
    (found == tag && length < 0x80).then(|| rest.split_at_checked(length.into())).flatten()
}

fn integer(bytes: &[u8]) -> Option<U256> {
    let digits = match bytes {
        [0, rest @ ..] if rest.first().is_some_and(|byte| *byte >= 0x80) => rest,
        [0] => &[],
        [0 | 0x80.., ..] | [] => return None,
        digits => digits,
    };
    (digits.len() <= 32).then(|| U256::from_be_slice(digits))
}
