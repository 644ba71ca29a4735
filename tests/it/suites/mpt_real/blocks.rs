//! Headers, transactions, receipts and the roots over them, from JSON and from RLP.

use super::super::Report;
use super::super::mpt_spec::values::{address, hash, list, quantity, reply, text};
use super::super::spoil::{Seed, flipped, places};
use metis_light::execution::{Receipt, Transaction, receipts_root, transactions_root};
use metis_light::primitives::header::Header;
use metis_light::primitives::rlp::{Item, Items, encode_list};
use metis_light::primitives::{B256, keccak256, mpt};
use metis_light::wire::{ClaimedHeader, TransactionRecord};
use serde_json::{Value, json};
use std::slice::from_ref;

/// The seed of the places that are spoiled.
const SEED: u64 = 0x626c_6f63_6b73;
/// How many bytes of a header, a transaction or a receipt are spoiled.
const SAMPLE: usize = 96;

/// The members of a block that its hash covers.
const HASHED: [&str; 23] = [
    "parentHash",
    "sha3Uncles",
    "miner",
    "stateRoot",
    "transactionsRoot",
    "receiptsRoot",
    "logsBloom",
    "difficulty",
    "number",
    "gasLimit",
    "gasUsed",
    "timestamp",
    "extraData",
    "mixHash",
    "nonce",
    "baseFeePerGas",
    "withdrawalsRoot",
    "blobGasUsed",
    "excessBlobGas",
    "parentBeaconBlockRoot",
    "requestsHash",
    "blockAccessListHash",
    "slotNumber",
];

/// A block's answer in JSON-RPC: its hash, its transactions where they are there in full, its withdrawals.
pub(super) fn judge(name: &str, block: &Value, report: &mut Report) -> Header {
    let expected = hash(&block["hash"]);
    let read = |block: &Value| ClaimedHeader::parse(&reply(block));
    let claim = read(block).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!((claim.header.hash(), claim.hash), (expected, Some(expected)), "{name}");
    report.cases += 1;

    for member in HASHED.iter().filter(|member| block.get(member).is_some_and(Value::is_string)) {
        let mut twin = block.clone();
        twin[member] = json!(other_digit(text(&block[member])));
        let verdict = read(&twin).map(|claim| claim.header.hash());
        assert_ne!(verdict, Ok(expected), "{name}: another {member} has the same hash");
        twin.as_object_mut().expect("a block").remove(*member);
        let verdict = read(&twin).map(|claim| claim.header.hash());
        assert_ne!(verdict, Ok(expected), "{name}: without {member} it has the same hash");
        report.refused += 2;
    }
    header(name, &claim.header.encode(), report);
    body(name, block, &claim.header, report);
    claim.header
}

fn body(name: &str, block: &Value, header: &Header, report: &mut Report) {
    let transactions = list(&block["transactions"]);
    if transactions.iter().all(Value::is_object) {
        let records = TransactionRecord::parse_all(&reply(&block["transactions"])).expect("transactions are read");
        for (record, said) in records.iter().zip(transactions) {
            transaction_record(name, record, said, report);
        }
        let transactions: Vec<Transaction> = records.into_iter().map(|record| record.transaction).collect();
        body_root(name, &transactions, transactions_root, header.transactions_root, report);
    }
    if let Some(withdrawals) = block.get("withdrawals") {
        let leaves: Vec<Vec<u8>> = list(withdrawals).iter().map(withdrawal).collect();
        let root =
            header.london.as_ref().and_then(|london| london.shanghai.as_ref()).expect("withdrawals are Shanghai's");
        assert_eq!(mpt::ordered_root(&leaves), root.withdrawals_root, "{name}");
        report.cases += 1;
    }
}

/// A transaction's hash is what the server says, and so is its sender.
pub(super) fn transaction_record(name: &str, record: &TransactionRecord, said: &Value, report: &mut Report) {
    let transaction = &record.transaction;
    assert_eq!((Some(transaction.hash()), record.hash), (record.hash, Some(hash(&said["hash"]))), "{name}");
    assert_eq!(transaction.sender(), Ok(address(&said["from"])), "{name}: {}", said["hash"]);
    assert_eq!(Transaction::decode(&transaction.encode()).as_ref(), Ok(transaction), "{name}");
    report.cases += 1;
}

/// The root over all items; no other items, and no other order, have it.
pub(super) fn body_root<T: Clone + PartialEq>(
    name: &str,
    items: &[T],
    root: fn(&[T]) -> B256,
    expected: B256,
    report: &mut Report,
) {
    assert_eq!(root(items), expected, "{name}");
    report.cases += 1;
    let Some((last, rest)) = items.split_last() else { return };
    let mut twins = vec![rest.to_vec(), [items, from_ref(last)].concat(), [rest, rest].concat()];
    if let [first, second, ..] = items
        && first != second
    {
        let mut swapped = items.to_vec();
        swapped.swap(0, 1);
        twins.push(swapped);
    }
    twins.retain(|twin| twin != items);
    for twin in &twins {
        assert_ne!(root(twin), expected, "{name}: {} items in another way have the same root", twin.len());
    }
    report.refused += twins.len();
}

/// A header as bytes: strictly read, written back, and spoiled.
pub(super) fn header(name: &str, bytes: &[u8], report: &mut Report) -> Header {
    one_encoding(name, bytes, |bytes| Header::decode(bytes).ok().map(|header| header.encode()), report);
    Header::decode(bytes).expect("it was read just now")
}

/// A transaction as bytes.
pub(super) fn transaction(name: &str, bytes: &[u8], report: &mut Report) -> Transaction {
    one_encoding(name, bytes, |bytes| Transaction::decode(bytes).ok().map(|read| read.encode()), report);
    Transaction::decode(bytes).expect("it was read just now")
}

/// A receipt as bytes.
pub(super) fn receipt(name: &str, bytes: &[u8], report: &mut Report) -> Receipt {
    one_encoding(name, bytes, |bytes| Receipt::decode(bytes).ok().map(|read| read.encode()), report);
    Receipt::decode(bytes).expect("it was read just now")
}

/// The root over receipts.
pub(super) fn receipts(name: &str, receipts: &[Receipt], header: &Header, report: &mut Report) {
    body_root(name, receipts, receipts_root, header.receipts_root, report);
}

/// What is read is written back to the same bytes, also of a spoiled twin where one is read at all.
fn one_encoding(name: &str, bytes: &[u8], again: impl Fn(&[u8]) -> Option<Vec<u8>>, report: &mut Report) {
    assert_eq!(again(bytes).as_deref(), Some(bytes), "{name}");
    report.cases += 1;
    for place in places(bytes.len(), SAMPLE, &mut Seed::new(SEED)) {
        let twin = flipped(bytes, place);
        match again(&twin) {
            Some(again) => assert_eq!(again, twin, "{name}: a bit of byte {place} flipped (seed {SEED:#x})"),
            None => report.refused += 1,
        }
    }
    for twin in [&bytes[..bytes.len() - 1], &[bytes, &[0]].concat(), &[]] {
        assert_eq!(again(twin), None, "{name} with {} bytes", twin.len());
        report.refused += 1;
    }
}

/// A block's body as RLP.
pub(super) struct Body {
    /// Transactions as they stand in the trie.
    pub(super) transactions: Vec<Vec<u8>>,
    uncles: Vec<u8>,
    withdrawals: Option<Vec<Vec<u8>>>,
}

impl Body {
    /// Reads transactions, uncles and, since Shanghai, withdrawals.
    pub(super) fn read(mut items: Items<'_>) -> Self {
        let transactions = each(items.list().expect("transactions"), |item| match item.is_list() {
            true => item.raw().to_vec(),
            false => item.string().expect("a typed transaction is a string").to_vec(),
        });
        let uncles = items.item().expect("uncles").raw().to_vec();
        let withdrawals =
            (!items.is_empty()).then(|| each(items.list().expect("withdrawals"), |item| item.raw().to_vec()));
        assert!(items.is_empty(), "a body has three members at most");
        Self { transactions, uncles, withdrawals }
    }

    /// It is the body of the block with this header.
    pub(super) fn judge(&self, name: &str, header: &Header, report: &mut Report) {
        let transactions: Vec<Transaction> =
            self.transactions.iter().map(|bytes| transaction(name, bytes, report)).collect();
        for transaction in &transactions {
            assert!(transaction.sender().is_ok(), "{name}: {} has a sender", transaction.hash());
        }
        body_root(name, &transactions, transactions_root, header.transactions_root, report);
        assert_eq!(mpt::ordered_root(&self.transactions), header.transactions_root, "{name}");
        assert_eq!(keccak256(&self.uncles), header.ommers_hash, "{name}");
        let uncles = Item::parse(&self.uncles).and_then(|item| item.list()).expect("uncles are a list");
        for uncle in each(uncles, |item| item.raw().to_vec()) {
            self::header(name, &uncle, report);
        }
        let shanghai = header.london.as_ref().and_then(|london| london.shanghai.as_ref());
        let withdrawals = self.withdrawals.as_ref().map(|leaves| mpt::ordered_root(leaves));
        assert_eq!(withdrawals, shanghai.map(|shanghai| shanghai.withdrawals_root), "{name}");
    }
}

/// The items of a list.
pub(super) fn each<T>(mut items: Items<'_>, read: impl Fn(Item<'_>) -> T) -> Vec<T> {
    let mut out = Vec::new();
    while !items.is_empty() {
        out.push(read(items.item().expect("an item")));
    }
    out
}

/// A withdrawal's leaf (EIP-4895).
fn withdrawal(said: &Value) -> Vec<u8> {
    let fields = [
        alloy_rlp::encode(quantity(&said["index"])),
        alloy_rlp::encode(quantity(&said["validatorIndex"])),
        alloy_rlp::encode(address(&said["address"])),
        alloy_rlp::encode(quantity(&said["amount"])),
    ];
    encode_list(&fields.concat())
}

/// Hex with another last digit.
fn other_digit(hex: &str) -> String {
    let (rest, last) = hex.split_at(hex.len() - 1);
    match last {
        "x" => "0x00".to_owned(),
        "1" => format!("{rest}2"),
        _ => format!("{rest}1"),
    }
}
