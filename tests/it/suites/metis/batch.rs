//! State batches with all of their roots.

use super::check::Check;
use super::json::{raw, small, word};
use super::l1::RollupOnL1;
use crate::suites::spoil::flipped;
use metis_light::consistent;
use metis_light::primitives::ovm_merkle::{self, OvmMerkleError};
use metis_light::primitives::{B256, U256};
use metis_light::rollup::{BatchHeader, Finality, RollupError, StateBatch};
use metis_light::wire::BatchClaim;
use serde_json::Value;

pub(super) fn run(check: &mut Check, bytes: &[u8], file: &Value) {
    let claims = check.ok("batch", BatchClaim::parse(bytes));
    let claim = claims.first().expect("a batch");
    let facts = check.ok("consistency", consistent::batch(claim)).into_value();
    let derived = &file["derived"];
    check.eq("header hash", facts.header_hash, word(&derived["batchHeaderHash"]));
    check.eq("first block", facts.first_block, small(&derived["firstL2Block"]));
    check.eq("last block", facts.last_block, small(&derived["lastL2Block"]));

    let recorded = &file["response"]["batch"];
    check.eq("timestamp", facts.timestamp, small(&recorded["timestamp"]));
    let header = header_of(claim).expect("it was consistent");
    let mut l1 = RollupOnL1::new(&super::network(small(&file["chainId"])), facts.timestamp);
    let index = small(&recorded["index"]);
    l1.append(index, &header);
    let batch = check.ok("batch on l1", l1.batch(index, &header));
    let closes = metis_light::primitives::UnixTime(facts.timestamp + 604_800);
    check.eq("finality", batch.finality(), Finality::Posted { closes });
    leaves(check, &batch, &claim.state_roots);
    spoiled(check, claim);
    check.err("a batch that was never appended", l1.batch(index + 1, &header), |error| {
        *error == RollupError::NoSuchBatch { index: index + 1, length: index + 1 }
    });
    check.err(
        "another batch at the index",
        l1.batch(index - 1, &header),
        |error| matches!(error, RollupError::ElementMismatch { expected, .. } if expected.is_zero()),
    );
    // The file names one state root with its place in the chain.
    let verify = &file["response"]["verify"];
    let place = usize::try_from(small(&verify["index"]) - facts.prev_total_elements).expect("a place");
    check.eq("a leaf by its element's index", claim.state_roots[place], word(&verify["stateRoot"]));
    check.eq("json again", BatchClaim::parse(&raw(file)).as_ref(), Ok(&claims));
}

pub(crate) fn header_of(claim: &BatchClaim) -> Result<BatchHeader, RollupError> {
    BatchHeader::new(claim.batch_root, claim.batch_size, claim.prev_total_elements, claim.extra_data.clone())
}

/// Each state root is a leaf at its block, and at no other.
fn leaves(check: &mut Check, batch: &StateBatch, roots: &[B256]) {
    let (first, last) = (batch.header().first_block(), batch.header().last_block());
    for (block, (index, root)) in (first..=last).zip(roots.iter().enumerate()) {
        let siblings = ovm_merkle::branch(roots, index).expect("a leaf");
        let proven = check.ok("state root", batch.state_root(block, *root, &siblings));
        check.eq("state root", (proven.block(), proven.state_root().hash()), (block, *root));
        let wrong = B256::from_slice(&flipped(root.as_slice(), index % 32));
        check.refused("another root", batch.state_root(block, wrong, &siblings), is_other_root);
        let neighbour = if block < last { block + 1 } else { block - 1 };
        check.refused("another block", batch.state_root(neighbour, *root, &siblings), is_other_root);
    }
    for block in [first - 1, last + 1] {
        let siblings = ovm_merkle::branch(roots, 0).expect("a leaf");
        check.refused("a block outside", batch.state_root(block, roots[0], &siblings), |error| {
            *error == RollupError::BlockOutsideBatch { got: block, first, last }
        });
    }
}

fn is_other_root(error: &RollupError) -> bool {
    matches!(error, RollupError::Merkle(OvmMerkleError::RootMismatch { .. }))
}

/// The claim with one state root false, missing, doubled or moved.
fn spoiled(check: &mut Check, claim: &BatchClaim) {
    use metis_light::error::Error;
    let is_other_root = |error: &Error| matches!(error, Error::Merkle(OvmMerkleError::RootMismatch { .. }));
    for place in 0..claim.state_roots.len() {
        let mut twin = claim.clone();
        twin.state_roots[place] = B256::from_slice(&flipped(twin.state_roots[place].as_slice(), place % 32));
        check.refused("a false root", consistent::batch(&twin), is_other_root);
    }
    let mut twin = claim.clone();
    twin.state_roots.swap(0, 1);
    check.refused("roots in another order", consistent::batch(&twin), is_other_root);
    let mut twin = claim.clone();
    twin.state_roots.pop();
    let is_count = |error: &Error| matches!(error, Error::Rollup(RollupError::RootCount { .. }));
    check.refused("a root less", consistent::batch(&twin), is_count);
    let twin = BatchClaim { batch_size: claim.batch_size + U256::ONE, ..claim.clone() };
    check.refused("another size", consistent::batch(&twin), is_count);
    let twin = BatchClaim { batch_root: B256::ZERO, ..claim.clone() };
    check.refused("another root", consistent::batch(&twin), is_other_root);
}
