//! A witness that is read encodes to the same bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metis_light::bridge::Witness;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(witness) = Witness::decode("witness", bytes) {
        assert_eq!(witness.encode(), bytes);
    }
});
