//! Whole flows, through the loop that drives them: replies are damaged, exchanged or written by the fuzzer. Each flow ends, and
//! gives what is true or an error.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| metis_light_fuzz::flows::play(bytes));
