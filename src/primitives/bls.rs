//! BLS signatures of a sync committee (BLS12-381, keys in G1, signatures in G2, ciphersuite of proofs of possession).
//!
//! The one file that knows the curve's library, so that a faster arithmetic can take its place.
//!
//! The idea: a committee's `aggregate_pubkey` is the sum of all its members' keys, and stands in the same Merkle-proven
//! container. So the key to check a signature with is that sum minus the members that did *not* sign: one point to
//! decompress and one for each absentee, in place of 512.
//!
//! What can go wrong: a signature outside the prime-order group passes pairings that it should not, so it is checked.
//! Committee keys are not: every validator's key was, when it made its deposit, and the committee is proven to be the
//! state's own. A sum that comes out as the point at infinity would accept any message, and is refused.
//!
//! Sources: draft-irtf-cfrg-bls-signature-05, RFC 9380, consensus-specs `specs/phase0/beacon-chain.md` (BLS signatures).

use super::B256;
use bls12_381::hash_to_curve::{ExpandMsgXmd, HashToCurve};
use bls12_381::{G1Affine, G1Projective, G2Affine, G2Prepared, G2Projective, Gt, multi_miller_loop};

/// A public key, compressed.
pub type PublicKeyBytes = [u8; 48];

/// A signature, compressed.
pub type SignatureBytes = [u8; 96];

/// A way in which keys, message and signature do not belong together.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BlsError {
    /// A key is no canonical encoding of a point of the curve, or it is the point at infinity.
    #[error("bls public key {index} is no point of the curve other than infinity")]
    Key {
        /// Its place among the keys; the aggregate comes after the last.
        index: usize,
    },
    /// Nobody signed, or the signers' keys add up to the point at infinity.
    #[error("bls keys of the signers add up to infinity")]
    NoKey,
    /// The signature is no canonical encoding of a point of the prime-order group.
    #[error("bls signature is no point of the group")]
    Signature,
    /// The signature is not of this message by these keys.
    #[error("bls signature does not belong to this message and these keys")]
    Mismatch,
}

/// Checks a signature by those of a group whose bit is set, given the sum of all keys of the group.
///
/// Bit `i` of `signed`, counted from the lowest of its first byte, stands for `keys[i]`. The caller vouches for keys and
/// aggregate; see the module's idea.
///
/// # Errors
/// [`BlsError`], the first that applies.
pub fn verify_by_members(
    keys: &[PublicKeyBytes],
    aggregate: &PublicKeyBytes,
    signed: &[u8],
    message: B256,
    signature: &SignatureBytes,
) -> Result<(), BlsError> {
    let mut key = G1Projective::from(point(keys.len(), aggregate)?);
    for (index, absent) in keys.iter().enumerate().filter(|(index, _)| !is_set(signed, *index)) {
        key -= point(index, absent)?;
    }
    verify(&key, message, signature)
}

/// `FastAggregateVerify`: checks a signature by all of some keys, each of which is checked to be in the prime-order group.
///
/// # Errors
/// [`BlsError`], the first that applies; without keys [`BlsError::NoKey`].
pub fn fast_aggregate_verify(
    keys: &[PublicKeyBytes],
    message: B256,
    signature: &SignatureBytes,
) -> Result<(), BlsError> {
    let mut sum = G1Projective::identity();
    for (index, key) in keys.iter().enumerate() {
        let key = point(index, key)?;
        if !bool::from(key.is_torsion_free()) {
            return Err(BlsError::Key { index });
        }
        sum += key;
    }
    verify(&sum, message, signature)
}

/// Whether `e(key, H(message)) = e(g1, signature)`, as one product of pairings.
fn verify(key: &G1Projective, message: B256, signature: &SignatureBytes) -> Result<(), BlsError> {
    if bool::from(key.is_identity()) {
        return Err(BlsError::NoKey);
    }
    let signature: G2Affine = Option::from(G2Affine::from_compressed(signature)).ok_or(BlsError::Signature)?;
    let message = G2Affine::from(hash_to_g2(message.as_slice()));
    let product = multi_miller_loop(&[
        (&G1Affine::from(key), &G2Prepared::from(message)),
        (&-G1Affine::generator(), &G2Prepared::from(signature)),
    ]);
    if product.final_exponentiation() != Gt::identity() {
        return Err(BlsError::Mismatch);
    }
    Ok(())
}

/// The point that a message stands for.
pub(crate) fn hash_to_g2(message: &[u8]) -> G2Projective {
    <G2Projective as HashToCurve<ExpandMsgXmd<sha2::Sha256>>>::hash_to_curve([message], DOMAIN)
}

/// A point of the curve, its group unchecked.
fn point(index: usize, key: &PublicKeyBytes) -> Result<G1Affine, BlsError> {
    Option::from(G1Affine::from_compressed_unchecked(key))
        .filter(|point: &G1Affine| !bool::from(point.is_identity()))
        .ok_or(BlsError::Key { index })
}

/// Whether a bit of an SSZ bit vector is set; bits beyond its end are not.
pub(crate) fn is_set(bits: &[u8], index: usize) -> bool {
    bits.get(index / 8).is_some_and(|byte| (byte >> (index % 8)) & 1 == 1)
}

/// The domain separation tag of signatures in Ethereum's consensus.
const DOMAIN: &[u8] = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";

#[cfg(test)]
mod tests;
