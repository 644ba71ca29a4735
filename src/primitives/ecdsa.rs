//! Who signed: recovery of the address behind a secp256k1 signature.
//!
//! What can go wrong: for every signature `(r, s)` there is a second one, `(r, n - s)`, that anyone can compute. Where a
//! signature identifies a statement, the high half is refused, as Ethereum does since EIP-2.

use alloy_primitives::{Address, B256, U256, keccak256};
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};

/// A way in which a signature names no signer.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// `s` is above half the group's order: the malleable twin of a signature.
    #[error("signature is malleable: s is above half the order")]
    HighS,
    /// No key could have made it: `r` or `s` is zero or too large, or `r` is no point.
    #[error("signature belongs to no key")]
    NoKey,
    /// The parity is neither 0 nor 1.
    #[error("signature parity is {got}, 0 or 1 are allowed")]
    Parity {
        /// What it is.
        got: u64,
    },
}

/// The address whose key signed `hash`.
///
/// # Errors
/// [`SignatureError`] where no key did, or the signature is not the one form that counts.
pub fn recover(hash: B256, r: U256, s: U256, y_parity: u64) -> Result<Address, SignatureError> {
    let parity = match y_parity {
        0 => RecoveryId::new(false, false),
        1 => RecoveryId::new(true, false),
        got => return Err(SignatureError::Parity { got }),
    };
    let signature =
        Signature::from_scalars(r.to_be_bytes::<32>(), s.to_be_bytes::<32>()).map_err(|_| SignatureError::NoKey)?;
    if signature.normalize_s().is_some() {
        return Err(SignatureError::HighS);
    }
    let key =
        VerifyingKey::recover_from_prehash(hash.as_slice(), &signature, parity).map_err(|_| SignatureError::NoKey)?;
    Ok(address_of(&key))
}

/// The last 20 bytes of the hash of the uncompressed key, without its prefix.
pub(crate) fn address_of(key: &VerifyingKey) -> Address {
    let point = key.to_encoded_point(false);
    let digest = keccak256(point.as_bytes().get(1..).unwrap_or_default());
    Address::from_word(digest)
}

#[cfg(test)]
mod tests;
