//! Samples of Andromeda: transactions on both layers, headers of L1 blocks, deposits.

use crate::suites::metis::check::Check;
use crate::suites::metis::json::{address, list, members, raw, text};
use crate::suites::metis::{header, transaction};
use crate::suites::spoil::{Seed, flipped, places};
use metis_light::execution::Transaction;
use metis_light::network::andromeda;
use metis_light::wire::{ReceiptRecord, TransactionRecord};
use serde_json::Value;

/// The commitment of an inbox batch, its blob transaction, and the headers of both blocks.
pub(super) fn inbox(check: &mut Check, file: &Value) {
    for (name, value) in members(file) {
        if name.ends_with("Block") {
            header::block(check, value, None);
        } else if name.ends_with("Transaction") {
            l1_transaction(check, value);
        }
    }
}

fn l1_transaction(check: &mut Check, tx: &Value) {
    let record = check.ok("transaction", TransactionRecord::parse(&raw(tx)));
    let transaction = record.transaction;
    check.eq("hash", Some(transaction.hash()), record.hash);
    check.eq("sender", transaction.sender(), Ok(address(&tx["from"])));
    let encoded = transaction.encode();
    check.eq("decoding", Transaction::decode(&encoded).as_ref(), Ok(&transaction));
    for place in places(encoded.len(), 64, &mut Seed::new(encoded.len() as u64)) {
        let twin = Transaction::decode(&flipped(&encoded, place));
        check.differs("a flipped bit", twin.map(|twin| twin.hash()), Ok(transaction.hash()));
    }
}

/// `TransactionEnqueued` as the data transport layer logged it.
pub(super) fn deposits(check: &mut Check, file: &Value) {
    for event in list(&file["events"]) {
        let deposit = transaction::deposit(check, event);
        check.eq("target", deposit.to, Some(andromeda().l2.predeploys.messenger));
        check.eq("encoding", Transaction::decode(&deposit.encode()).as_ref(), Ok(&deposit));
    }
}

/// Replies of a public node.
pub(super) fn rpc(check: &mut Check, file: &Value) {
    for (_, call) in members(&file["rpc"]) {
        let result = &call["response"]["result"];
        match text(&call["request"]["method"]) {
            "eth_getTransactionReceipt" => {
                let receipts = Value::Array(vec![result.clone()]);
                let records = check.ok("receipt", ReceiptRecord::parse_all(&raw(&receipts)));
                check.eq("whose", records[0].transaction_hash.is_some(), true);
            }
            method if method.starts_with("eth_getTransaction") => {
                let transaction = transaction::recorded(check, result);
                let signer = check.ok("sequencer", transaction.sequencer());
                check.eq("sequencer", signer.is_some(), transaction.metadata.sequencer_signature.is_some());
            }
            _ => {}
        }
    }
}
