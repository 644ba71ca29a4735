//! Batches as JSON: read, checked, and checked again with the root that their state roots give, so that the checks behind
//! that of the root are reached.

#![no_main]

use alloy_primitives::U256;
use libfuzzer_sys::fuzz_target;
use metis_light::consistent;
use metis_light::primitives::ovm_merkle;
use metis_light::rollup::BatchHeader;
use metis_light::wire::BatchClaim;

fuzz_target!(|bytes: &[u8]| {
    for mut claim in BatchClaim::parse(bytes).unwrap_or_default() {
        let _ = consistent::batch(&claim);
        let Ok(root) = ovm_merkle::root(&claim.state_roots) else { continue };
        claim.batch_root = root;
        claim.batch_size = U256::from(claim.state_roots.len());
        let header = BatchHeader::new(root, claim.batch_size, claim.prev_total_elements, claim.extra_data.clone());
        assert_eq!(consistent::batch(&claim).is_ok(), header.is_ok());
    }
});
