//! ethers' transactions: 3200 sets of fields, each signed in the forms of five forks by a key that is given, and its
//! accounts, which are keys with their addresses.

use super::super::Report;
use super::super::mpt_spec::values::{address, data, hash, list, quantity, text};
use super::super::spoil::{Seed, flipped};
use super::address_of;
use crate::files::{Files, json};
use metis_light::execution::{AccessListItem, Transaction, TxType};
use metis_light::primitives::ecdsa::recover;
use metis_light::primitives::{Address, B256, U256, keccak256};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The forms, and the types that they have.
const FORMS: [(&str, TxType); 5] = [
    ("Legacy", TxType::Legacy),
    ("Eip155", TxType::Legacy),
    ("Berlin", TxType::AccessList),
    ("London", TxType::FeeMarket),
    ("Cancun", TxType::Blob),
];

/// The seed of the places that are spoiled.
const SEED: u64 = 0x6574_6865_7273;

pub(super) fn run(files: &Files, report: &mut Report) {
    for (path, file) in files.matching("signatures/ethers/", "accounts.json") {
        for case in list(&json(path, file)) {
            assert_eq!(address_of(&data(&case["privateKey"])), address(&case["address"]), "{path} {}", case["name"]);
            report.cases += 1;
        }
    }
    for (path, file) in files.matching("signatures/ethers/", "transactions.json") {
        let mut signatures = Signatures { signers: BTreeMap::new(), checked: BTreeSet::new(), seed: Seed::new(SEED) };
        for case in list(&json(path, file)) {
            for (form, tx_type) in FORMS {
                // A form that the fields do not allow is empty.
                let signed = data(&case[format!("signed{form}")]);
                if signed.is_empty() {
                    continue;
                }
                let name = format!("{path} {} {form}", case["name"]);
                let transaction = Transaction::decode(&signed).unwrap_or_else(|error| panic!("{name}: {error}"));
                assert_eq!((transaction.encode(), transaction.tx_type), (signed, tx_type), "{name}");
                fields(&name, &transaction, &case["transaction"], form);
                signatures.judge(&name, &transaction, case, form, report);
                report.cases += 1;
            }
        }
    }
}

/// Fields repeat, and so do signatures: each is recovered and spoiled once.
struct Signatures {
    signers: BTreeMap<Vec<u8>, Address>,
    checked: BTreeSet<(B256, Address)>,
    seed: Seed,
}

impl Signatures {
    fn judge(&mut self, name: &str, transaction: &Transaction, case: &Value, form: &str, report: &mut Report) {
        let secret = data(&case["privateKey"]);
        let signer = *self.signers.entry(secret).or_insert_with_key(|secret| address_of(secret));
        let signature = &case[format!("signature{form}")];
        let said = (quantity(&signature["r"]), quantity(&signature["s"]), quantity(&signature["v"]));
        assert_eq!((transaction.r, transaction.s, U256::from(transaction.v)), said, "{name}");
        if !self.checked.insert((transaction.hash(), signer)) {
            return;
        }
        assert_eq!(transaction.sender(), Ok(signer), "{name}");
        let unsigned = keccak256(data(&case[format!("unsigned{form}")]));
        assert_eq!(recover(unsigned, transaction.r, transaction.s, parity(transaction)), Ok(signer), "{name}");

        let encoding = transaction.encode();
        let place = self.seed.below(encoding.len());
        let twin = Transaction::decode(&flipped(&encoding, place)).and_then(|twin| twin.sender());
        assert_ne!(twin, Ok(signer), "{name}: a bit of byte {place} flipped (seed {SEED:#x})");
        report.refused += 1;
    }
}

fn parity(transaction: &Transaction) -> u64 {
    match (transaction.tx_type, transaction.v) {
        (TxType::Legacy, v @ (27 | 28)) => v - 27,
        (TxType::Legacy, v) => (v - 35) % 2,
        (_, v) => v,
    }
}

/// The fields are those of the case; one that is left out is zero or empty.
fn fields(name: &str, transaction: &Transaction, said: &Value, form: &str) {
    let number = |member: &str| match &said[member] {
        Value::Null => U256::ZERO,
        Value::Number(number) => U256::from(number.as_u64().expect("a number")),
        hex => quantity(hex),
    };
    let items = |member: &str| said[member].as_array().map_or(&[][..], Vec::as_slice);
    let only = |is_there: bool, number: U256| if is_there { number } else { U256::ZERO };
    let tx_type = transaction.tx_type;
    let has_market_fee = tx_type >= TxType::FeeMarket;

    assert_eq!(U256::from(transaction.nonce), number("nonce"), "{name}");
    assert_eq!(U256::from(transaction.gas), number("gasLimit"), "{name}");
    assert_eq!(transaction.gas_price, number(if has_market_fee { "maxFeePerGas" } else { "gasPrice" }), "{name}");
    let priority = only(has_market_fee, number("maxPriorityFeePerGas"));
    assert_eq!(transaction.max_priority_fee_per_gas, priority, "{name}");
    assert_eq!(transaction.value, number("value"), "{name}");
    assert_eq!(transaction.to, said.get("to").map(address), "{name}");
    assert_eq!(transaction.input, said.get("data").map(data).unwrap_or_default(), "{name}");

    let chain_id = match form {
        "Legacy" => U256::ZERO,
        "Eip155" => U256::from((transaction.v - 35) / 2),
        _ => U256::from(transaction.chain_id),
    };
    assert_eq!(chain_id, only(form != "Legacy", number("chainId")), "{name}");

    let is_blob = tx_type == TxType::Blob;
    assert_eq!(transaction.max_fee_per_blob_gas, only(is_blob, number("maxFeePerBlobGas")), "{name}");
    let hashes: Vec<B256> = items("blobVersionedHashes").iter().filter(|_| is_blob).map(hash).collect();
    assert_eq!(transaction.blob_versioned_hashes, hashes, "{name}");
    let is_typed = tx_type != TxType::Legacy;
    let access: Vec<AccessListItem> = items("accessList").iter().filter(|_| is_typed).map(access).collect();
    assert_eq!(transaction.access_list, access, "{name}");
}

fn access(said: &Value) -> AccessListItem {
    let storage_keys = list(&said["storageKeys"]).iter().map(hash).collect();
    AccessListItem { address: text(&said["address"]).parse().expect("an address"), storage_keys }
}
