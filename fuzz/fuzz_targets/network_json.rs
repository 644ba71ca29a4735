//! A network file is read or refused, and what is read can be asked everything.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metis_light::network::Network;

fuzz_target!(|bytes: &[u8]| {
    let Ok(network) = Network::from_json(bytes) else { return };
    let _ = network.unpinned();
    for block in [0, 1, 20_000_000, u64::MAX] {
        let _ = network.contracts.emitter_at(block);
    }
});
