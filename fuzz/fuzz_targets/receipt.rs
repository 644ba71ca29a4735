//! A receipt that is read encodes to the same bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metis_light::execution::Receipt;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(receipt) = Receipt::decode(bytes) {
        assert_eq!(receipt.encode(), bytes);
    }
});
