//! The `ecrecover` precompile's tests of go-ethereum, and ethereum/tests' `keyaddrtest`.
//!
//! The precompile takes `s` of either half; what is in the high one is refused here, and its low twin recovers. Of
//! `keyaddrtest` only keys and addresses are used: its signatures of "the empty string" belong to no usual hash of it.

use super::super::Report;
use super::super::mpt_spec::values::{bytes, data, list, text};
use super::{address_of, is_high, names};
use crate::files::{Files, json};
use metis_light::primitives::ecdsa::{SignatureError, recover};
use metis_light::primitives::{Address, B256, U256, keccak256};

pub(super) fn run(files: &Files, report: &mut Report) {
    for (path, file) in files.matching("signatures/ecrecover/", ".json") {
        for case in list(&json(path, file)) {
            precompile(&format!("{path} {}", case["Name"]), &data(&case["Input"]), text(&case["Expected"]), report);
        }
    }
    for (path, file) in files.matching("signatures/ethereum_tests/", "_keyaddrtest.json") {
        for case in list(&json(path, file)) {
            let (secret, signer) = (keccak256(text(&case["seed"])), Address::from_slice(&data(&case["addr"])));
            assert_eq!(secret.as_slice(), data(&case["key"]), "{path}");
            assert_eq!(address_of(secret.as_slice()), signer, "{path}");
            report.cases += 1;
        }
    }
}

/// Hash, `v`, `r`, `s` as words; the answer is an address as a word, or nothing.
fn precompile(name: &str, input: &[u8], expected: &str, report: &mut Report) {
    let word = |index: usize| U256::from_be_slice(&input[index * 32..][..32]);
    let (hash, v, r, s) = (B256::from(word(0)), word(1), word(2), word(3));
    let parity = v.checked_sub(U256::from(27)).and_then(|parity| u64::try_from(parity).ok()).unwrap_or(u64::MAX);
    if expected.is_empty() {
        let verdict = recover(hash, r, s, parity);
        let is_refused = match parity {
            0 | 1 if is_high(s) => verdict == Err(SignatureError::HighS),
            0 | 1 => verdict == Err(SignatureError::NoKey),
            got => verdict == Err(SignatureError::Parity { got }),
        };
        assert!(is_refused, "{name} gives {verdict:?}");
        report.cases += 1;
    } else {
        names(name, hash, (r, s, parity), Address::from_slice(&bytes(expected)[12..]), report);
    }
}
