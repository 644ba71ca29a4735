use super::{BatchFacts, Consistent};
use crate::error::Error;
use crate::primitives::B256;
use crate::primitives::ovm_merkle::{self, OvmMerkleError};
use crate::rollup::{BatchHeader, RollupError};
use crate::wire::BatchClaim;

/// Checks that the state roots are as many as the header says and give its root.
///
/// # Errors
/// [`Error`] where they are not, or do not.
pub fn batch(claim: &BatchClaim) -> Result<Consistent<BatchFacts>, Error> {
    let header =
        BatchHeader::new(claim.batch_root, claim.batch_size, claim.prev_total_elements, claim.extra_data.clone())?;
    check_count(claim.state_roots.len(), header.batch_size())?;
    check_root(&claim.state_roots, header.batch_root())?;
    Ok(Consistent::new(BatchFacts::new(&header)))
}

fn check_count(got: usize, expected: u64) -> Result<(), RollupError> {
    if got as u64 != expected {
        return Err(RollupError::RootCount { got, expected });
    }
    Ok(())
}

fn check_root(state_roots: &[B256], expected: B256) -> Result<(), OvmMerkleError> {
    let got = ovm_merkle::root(state_roots)?;
    if got != expected {
        return Err(OvmMerkleError::RootMismatch { got, expected });
    }
    Ok(())
}
