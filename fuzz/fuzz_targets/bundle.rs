//! Bundles: what is read is written as the same, and verifying it under the checkpoint that it names itself ends.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metis_light::bundle::Bundle;
use metis_light::consensus::Checkpoint;
use metis_light::network::andromeda;
use metis_light::primitives::UnixTime;
use metis_light::rollup::Accepted;

fuzz_target!(|bytes: &[u8]| {
    let Ok(bundle) = Bundle::parse(bytes) else { return };
    let again = Bundle::parse(bundle.to_json().as_bytes());
    assert_eq!(again.as_ref(), Ok(&bundle));
    let network = andromeda();
    let Ok(root) = bundle.begins(&network.l1) else { return };
    for now in [UnixTime(bundle.execution.timestamp), UnixTime(u64::MAX)] {
        let _ = bundle.verify(&network, Checkpoint::of_any_age(root), &Accepted::none(), now);
    }
});
