//! Transactions and receipts of Metis, as JSON-RPC and as leaves of their tries.

use super::check::Check;
use super::json::{address, bytes, list, raw, small, word};
use crate::suites::spoil::{Seed, flipped, places};
use metis_light::execution::{Receipt, Transaction, TxType, receipts_root};
use metis_light::primitives::{Address, Bytes, U256, mpt};
use metis_light::rollup::{L2Transaction, Metadata, QueueOrigin, SequencerSignature};
use metis_light::wire::{L2TransactionRecord, ReceiptRecord};
use serde_json::Value;

pub(super) fn run(check: &mut Check, file: &Value) {
    for entry in list(&file["samples"]) {
        sample(check, entry);
    }
}

/// A transaction with what was derived from it.
pub(super) fn sample(check: &mut Check, entry: &Value) {
    let (tx, derived) = (&entry["tx"], &entry["derived"]);
    let transaction = recorded(check, tx);
    let form = ["txTrieLeafV1", "txTrieLeafV2"].into_iter().find(|form| derived.get(form).is_some());
    let leaf = bytes(&derived[form.expect("a leaf in one of the two forms")]);
    let has_signature = transaction.metadata.sequencer_signature.is_some();
    check.eq("form", has_signature, form == Some("txTrieLeafV2"));
    check.eq("leaf", transaction.encode(), leaf.to_vec());
    check.eq("root", mpt::ordered_root(&[&leaf]), word(&derived["txRootIfOnlyTx"]));
    let sequencer = derived.get("recoveredSequencer").map(address);
    check.eq("sequencer", transaction.sequencer(), Ok(sequencer));
    if let Some(rlp) = derived.get("signedTxRlp") {
        check.eq("signed", transaction.signed.encode(), bytes(rlp).to_vec());
    }
}

/// A transaction object of l2geth: its hash, its sender, and that its leaf has one encoding.
pub(crate) fn recorded(check: &mut Check, tx: &Value) -> L2Transaction {
    let record = check.ok("transaction", L2TransactionRecord::parse(&raw(tx)));
    let transaction = record.transaction;
    check.eq("hash", Some(transaction.signed.hash()), record.hash);
    check.eq("sender", transaction.signed.sender(), Ok(address(&tx["from"])));
    check.eq("raw transaction", transaction.signed.encode(), transaction.metadata.raw_transaction.to_vec());
    leaf(check, &transaction);
    transaction
}

/// A deposit of l2geth: nobody signed it, and its calldata stands beside it.
pub(crate) fn recorded_deposit(check: &mut Check, tx: &Value) -> L2Transaction {
    let record = check.ok("deposit", L2TransactionRecord::parse(&raw(tx)));
    let transaction = record.transaction;
    check.eq("hash", Some(transaction.signed.hash()), record.hash);
    check.eq("calldata", &transaction.metadata.raw_transaction, &transaction.signed.input);
    check.eq("queue index", transaction.metadata.queue_index, transaction.signed.nonce);
    check.eq("origin", transaction.metadata.queue_origin, QueueOrigin::L1);
    leaf(check, &transaction);
    transaction
}

/// The leaf and its twins: another leaf is another transaction or none, and has another root.
fn leaf(check: &mut Check, transaction: &L2Transaction) {
    let leaf = transaction.encode();
    check.eq("decoding", L2Transaction::decode(&leaf).as_ref(), Ok(transaction));
    let root = mpt::ordered_root(&[&leaf]);
    for place in places(leaf.len(), 32, &mut Seed::new(leaf.len() as u64)) {
        let twin = flipped(&leaf, place);
        match L2Transaction::decode(&twin) {
            Ok(other) => {
                assert_eq!(other.encode(), twin, "a leaf has one encoding");
                check.differs("a leaf with a flipped bit", mpt::ordered_root(&[&twin]), root);
            }
            refusal => check.refused("a leaf with a flipped bit", refusal, |_| true),
        }
    }
}

/// Files with one receipt, or with those of a deployment.
pub(super) fn receipts(check: &mut Check, file: &Value) {
    let alone = core::slice::from_ref(file);
    for entry in file.get("receipts").map_or(alone, list) {
        let array = Value::Array(vec![entry["receipt"].clone()]);
        let records = check.ok("receipt", ReceiptRecord::parse_all(&raw(&array)));
        let receipts: Vec<Receipt> = records.into_iter().map(|record| record.receipt).collect();
        let leaf = bytes(&entry["derived"]["receiptTrieLeaf"]);
        check.eq("leaf", receipts[0].encode(), leaf.to_vec());
        check.eq("decoding", Receipt::decode(&leaf).as_ref(), Ok(&receipts[0]));
        let root = word(&entry["derived"]["receiptsRootIfOnlyTx"]);
        check.eq("root", receipts_root(&receipts), root);
        for place in places(leaf.len(), 16, &mut Seed::new(leaf.len() as u64)) {
            let twin = Receipt::decode(&flipped(&leaf, place));
            check.differs("a receipt with a flipped bit", twin.map(|twin| receipts_root(&[twin])), Ok(root));
        }
    }
}

/// Deposits: the hash on L2 follows from the event on L1.
pub(super) fn deposits(check: &mut Check, file: &Value) {
    for entry in list(&file["events"]) {
        let deposit = deposit(check, &entry["event"]);
        check.eq("hash", deposit.hash(), word(&entry["derivedTxHash"]));
        check.eq("encoding", deposit.encode(), bytes(&entry["derivedTxRlp"]).to_vec());
    }
}

/// The transaction that a `TransactionEnqueued` becomes, and its leaf in both forms.
pub(crate) fn deposit(check: &mut Check, event: &Value) -> Transaction {
    let index = small(&event["index"]);
    let signed = Transaction {
        tx_type: TxType::Legacy,
        chain_id: 0,
        nonce: index,
        max_priority_fee_per_gas: U256::ZERO,
        gas_price: U256::ZERO,
        gas: small(&event["gasLimit"]),
        to: Some(address(&event["target"])),
        value: U256::ZERO,
        input: bytes(&event["data"]),
        access_list: Vec::new(),
        max_fee_per_blob_gas: U256::ZERO,
        blob_versioned_hashes: Vec::new(),
        authorization_list: Vec::new(),
        v: 0,
        r: U256::ZERO,
        s: U256::ZERO,
    };
    let zeros = SequencerSignature { r: U256::ZERO, s: U256::ZERO, v: U256::ZERO };
    for sequencer_signature in [None, Some(zeros)] {
        let transaction = L2Transaction {
            signed: signed.clone(),
            metadata: Metadata {
                l1_block_number: small(&event["blockNumber"]),
                l1_timestamp: small(&event["timestamp"]),
                l1_message_sender: address(&event["origin"]),
                queue_origin: QueueOrigin::L1,
                index,
                queue_index: index,
                raw_transaction: Bytes::clone(&signed.input),
                sequencer_signature,
            },
        };
        check.eq("sequencer of a deposit", transaction.sequencer(), Ok(None::<Address>));
        leaf(check, &transaction);
    }
    signed
}
