//! The calldata of an append call: a hint, so it is read as the ABI allows, but never more of it than is there.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metis_light::primitives::ovm_merkle;
use metis_light::rollup::AppendCall;

fuzz_target!(|calldata: &[u8]| {
    let Ok(call) = AppendCall::parse(calldata) else { return };
    assert!(call.state_roots.len() * 32 <= calldata.len());
    assert_eq!(ovm_merkle::root(&call.state_roots).is_ok(), !call.state_roots.is_empty());
});
