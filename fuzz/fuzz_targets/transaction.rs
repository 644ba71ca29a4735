//! A transaction that is read encodes to the same bytes, and whoever signed it can be asked for.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metis_light::execution::Transaction;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(transaction) = Transaction::decode(bytes) {
        assert_eq!(transaction.encode(), bytes);
        let _ = transaction.sender();
    }
});
