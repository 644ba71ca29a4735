//! A header that is read encodes to the same bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metis_light::primitives::header::Header;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(header) = Header::decode(bytes) {
        assert_eq!(header.encode(), bytes);
    }
});
