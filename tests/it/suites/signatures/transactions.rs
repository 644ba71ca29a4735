//! ethereum/tests: `TransactionTests` and `txtest`.
//!
//! A transaction is judged as by the newest fork that its test names. One that is invalid by its encoding or its signature
//! must be refused, by [`Transaction::decode`] or [`Transaction::sender`]. Rules that need more than the transaction are
//! not this crate's and do not count ([`NOT_APPLICABLE`]). `INVALID_CHAINID` stands between: such a transaction either has
//! no sender, or says itself that it is for another chain than mainnet.

use super::super::Report;
use super::super::mpt_spec::values::{address, bytes, data, hash, list, members, text};
use super::address_of;
use crate::files::{Files, json};
use metis_light::execution::{ExecutionError, Transaction, TxType};
use metis_light::primitives::ecdsa::SignatureError;
use metis_light::primitives::{Address, U256};
use serde_json::Value;

/// Rules about gas, fees and the nonce's end, by the exception that their tests expect.
const NOT_APPLICABLE: [&str; 4] = [
    "TransactionException.GASLIMIT_PRICE_PRODUCT_OVERFLOW",
    "TransactionException.INTRINSIC_GAS_TOO_LOW",
    "TransactionException.NONCE_TOO_BIG",
    "TransactionException.PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS_2",
];

/// Forks from the oldest on; a name that is not here is newer.
const FORKS: [&str; 13] = [
    "Frontier",
    "Homestead",
    "EIP150",
    "EIP158",
    "Byzantium",
    "Constantinople",
    "ConstantinopleFix",
    "Istanbul",
    "Berlin",
    "London",
    "Paris",
    "Shanghai",
    "Cancun",
];

pub(super) fn run(files: &Files, report: &mut Report) {
    for (path, file) in files.matching("signatures/ethereum_tests/TransactionTests/", ".json") {
        for (name, case) in members(&json(path, file)) {
            judge(&format!("{path} {name}"), &data(&case["txbytes"]), newest(&case["result"]), report);
        }
    }
    for (path, file) in files.matching("signatures/ethereum_tests/", "_txtest.json") {
        for case in list(&json(path, file)) {
            signed_and_unsigned(path, case, report);
        }
    }
}

fn newest(results: &Value) -> &Value {
    let age = |fork: &str| FORKS.iter().position(|name| *name == fork).unwrap_or(FORKS.len());
    let newest = members(results).max_by_key(|(fork, _)| age(fork));
    newest.expect("a test has a result").1
}

fn judge(name: &str, encoding: &[u8], result: &Value, report: &mut Report) {
    let read = Transaction::decode(encoding);
    if let Ok(transaction) = &read {
        assert_eq!(transaction.encode(), encoding, "{name} has one encoding");
    }
    let sender = read.as_ref().map_err(Clone::clone).and_then(Transaction::sender);
    let Some(exception) = result.get("exception").map(text) else {
        assert_eq!(read.map(|transaction| transaction.hash()), Ok(hash(&result["hash"])), "{name}");
        assert_eq!(sender, Ok(address(&result["sender"])), "{name}");
        report.cases += 1;
        return;
    };
    if exception.split('|').any(|exception| NOT_APPLICABLE.contains(&exception)) {
        assert!(sender.is_ok(), "{name} breaks a rule beyond the encoding: {sender:?}");
        return;
    }
    let is_for_another_chain = || read.is_ok_and(|transaction| chain_id(&transaction) != Some(1));
    let is_refused = match exception {
        "TransactionException.INVALID_CHAINID" => sender.is_err() || is_for_another_chain(),
        _ => sender.is_err(),
    };
    assert!(is_refused, "{name} has the sender {sender:?} in spite of {exception}");
    report.cases += 1;
}

/// The chain that a transaction is for; none in the first form of signature.
fn chain_id(transaction: &Transaction) -> Option<u64> {
    match (transaction.tx_type, transaction.v) {
        (TxType::Legacy, v) => v.checked_sub(35).map(|v| v / 2),
        _ => Some(transaction.chain_id),
    }
}

/// A signed transaction has the sender and the fields of its case; the unsigned one is read and has no sender.
fn signed_and_unsigned(name: &str, case: &Value, report: &mut Report) {
    let (signed, unsigned) = (data(&case["signed"]), data(&case["unsigned"]));
    let read = |bytes: &[u8]| Transaction::decode(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    let transaction = read(&signed);
    let number = |member: &str| U256::from(case[member].as_u64().expect("a number"));
    let to = bytes(text(&case["to"]));
    assert_eq!(U256::from(transaction.nonce), number("nonce"), "{name}");
    assert_eq!(transaction.gas_price, number("gasprice"), "{name}");
    assert_eq!(U256::from(transaction.gas), number("startgas"), "{name}");
    assert_eq!(transaction.to, (!to.is_empty()).then(|| Address::from_slice(&to)), "{name}");
    assert_eq!(transaction.value, number("value"), "{name}");
    assert_eq!(transaction.input, data(&case["data"]), "{name}");
    assert_eq!((transaction.encode(), read(&unsigned).encode()), (signed, unsigned.clone()), "{name}");
    report.cases += 1;

    // The second case is signed with s in the high half, as was allowed before Homestead.
    match transaction.sender() {
        Err(ExecutionError::Signature(SignatureError::HighS)) => {
            assert!(super::is_high(transaction.s), "{name}");
            let low = Transaction { s: super::ORDER - transaction.s, v: 55 - transaction.v, ..transaction };
            assert_eq!(low.sender(), Ok(address_of(&data(&case["key"]))), "{name}");
            report.refused += 1;
        }
        sender => assert_eq!(sender, Ok(address_of(&data(&case["key"]))), "{name}"),
    }
    let expected = Err(SignatureError::Parity { got: 0 }.into());
    assert_eq!(read(&unsigned).sender(), expected, "{name}: nobody signed it");
    report.refused += 1;
}
