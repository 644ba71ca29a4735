use super::AttestationError;
use crate::primitives::{Address, B256, Bytes, U256, ecdsa};

/// A secp256k1 signature as it travels: 65 bytes `r ‖ s ‖ v` with `v` 27 or 28, or EIP-2098's 64 bytes, in which the highest
/// bit of `s` is the parity.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Signature {
    r: U256,
    s: U256,
    is_odd: bool,
}

impl Signature {
    /// Takes one apart. Whether any key could have made it is not looked at.
    ///
    /// # Errors
    /// [`AttestationError::SignatureForm`] for another length or another `v`.
    pub fn parse(bytes: &[u8]) -> Result<Self, AttestationError> {
        let wrong = || AttestationError::SignatureForm { length: bytes.len() };
        let (words, rest) = bytes.as_chunks::<32>();
        let [r, s] = words else { return Err(wrong()) };
        let (r, s) = (U256::from_be_bytes(*r), U256::from_be_bytes(*s));
        match rest {
            [] => Ok(Self { r, s: s & HALF, is_odd: s.bit(255) }),
            [27] => Ok(Self { r, s, is_odd: false }),
            [28] => Ok(Self { r, s, is_odd: true }),
            _ => Err(wrong()),
        }
    }

    /// From its parts.
    pub const fn from_parts(r: U256, s: U256, is_odd: bool) -> Self {
        Self { r, s, is_odd }
    }

    /// The form of 65 bytes.
    pub fn to_bytes(&self) -> Bytes {
        let v = [27_u8.saturating_add(u8::from(self.is_odd))];
        [&self.r.to_be_bytes::<32>()[..], &self.s.to_be_bytes::<32>(), &v].concat().into()
    }

    /// Whose key signed `digest`; the malleable twin of a signature is refused.
    pub(super) fn recover(&self, digest: B256) -> Result<Address, AttestationError> {
        Ok(ecdsa::recover(digest, self.r, self.s, u64::from(self.is_odd))?)
    }
}

/// All bits but the highest.
const HALF: U256 = U256::from_limbs([u64::MAX, u64::MAX, u64::MAX, u64::MAX >> 1]);
