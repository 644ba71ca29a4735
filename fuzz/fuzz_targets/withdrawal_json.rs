//! Withdrawals as JSON: read, checked, and checked again under roots that fit their proofs, so that the checks behind
//! those of the roots are reached.

#![no_main]

use alloy_primitives::{B256, keccak256};
use libfuzzer_sys::fuzz_target;
use metis_light::consistent;
use metis_light::primitives::rlp;
use metis_light::wire::{InclusionClaim, WithdrawalClaim};

fuzz_target!(|bytes: &[u8]| {
    for mut claim in WithdrawalClaim::parse(bytes).unwrap_or_default() {
        let _ = (claim.message.token_withdrawal(), claim.message.passer_slot(), claim.message.successful_slot());
        let _ = consistent::withdrawal(&claim);
        let Some(root) = root_node(&claim.proof.state_trie_witness) else { continue };
        claim.proof.state_root = keccak256(root);
        claim.proof.batch_root = batch_root(&claim.proof);
        let _ = consistent::withdrawal(&claim);
    }
});

fn root_node(witness: &[u8]) -> Option<&[u8]> {
    rlp::list(witness).ok()?.string().ok()
}

/// The root that leaf and branch give.
fn batch_root(proof: &InclusionClaim) -> B256 {
    let mut index = proof.index;
    proof.siblings.iter().fold(proof.state_root, |node, sibling| {
        let pair = if index.bit(0) { [sibling.0, node.0] } else { [node.0, sibling.0] };
        index >>= 1;
        keccak256(pair.concat())
    })
}
