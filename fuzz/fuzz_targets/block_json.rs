//! Blocks, logs, receipts and transactions as JSON. What is read encodes to something that, if it is read at all, is read
//! as the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metis_light::execution::{Receipt, Transaction};
use metis_light::primitives::header::Header;
use metis_light::rollup::{L2Transaction, StateBatchAppended};
use metis_light::wire::{ClaimedHeader, L2TransactionRecord, LogRecord, ReceiptRecord, TransactionRecord};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(claim) = ClaimedHeader::parse(bytes) {
        check(Header::decode(&claim.header.encode()), &claim.header);
    }
    for record in LogRecord::parse_all(bytes).unwrap_or_default() {
        let _ = StateBatchAppended::parse(&record.log);
    }
    for record in ReceiptRecord::parse_all(bytes).unwrap_or_default() {
        check(Receipt::decode(&record.receipt.encode()), &record.receipt);
    }
    let one = TransactionRecord::parse(bytes).map(|record| vec![record]);
    for record in one.or_else(|_| TransactionRecord::parse_all(bytes)).unwrap_or_default() {
        check(Transaction::decode(&record.transaction.encode()), &record.transaction);
    }
    let one = L2TransactionRecord::parse(bytes).map(|record| vec![record]);
    for record in one.or_else(|_| L2TransactionRecord::parse_all(bytes)).unwrap_or_default() {
        check(L2Transaction::decode(&record.transaction.encode()), &record.transaction);
    }
});

fn check<T: PartialEq + core::fmt::Debug, E>(again: Result<T, E>, first: &T) {
    if let Ok(again) = again {
        assert_eq!(again, *first);
    }
}
