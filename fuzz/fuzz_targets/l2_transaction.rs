//! A leaf of Metis' transactions trie that is read encodes to the same bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metis_light::rollup::L2Transaction;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(transaction) = L2Transaction::decode(bytes) {
        assert_eq!(transaction.encode(), bytes);
        let _ = (transaction.signed.sender(), transaction.sequencer());
    }
});
