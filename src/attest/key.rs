use crate::attestation::{Attestation, Domain, Signature, Statement};
use crate::primitives::{Address, B256, U256, ecdsa};
use core::fmt;
use k256::ecdsa::SigningKey;

/// A secp256k1 key that signs statements. It is wiped from memory when it is dropped, and never printed.
pub struct Key {
    secret: SigningKey,
    address: Address,
}

/// Bytes that are no key, or a signature that cannot be made.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Zero, or not below the group's order.
    #[error("these 32 bytes are no key: zero, or not below the order of secp256k1")]
    NoKey,
    /// Nothing came of signing that the key itself would be found by. No digest is known for which that happens.
    #[error("the signature does not lead back to the key")]
    Unsignable,
}

impl Key {
    /// Takes 32 bytes as a key.
    ///
    /// # Errors
    /// [`KeyError::NoKey`].
    pub fn new(secret: &[u8; 32]) -> Result<Self, KeyError> {
        let secret = SigningKey::from_slice(secret).map_err(|_| KeyError::NoKey)?;
        let address = ecdsa::address_of(secret.verifying_key());
        Ok(Self { secret, address })
    }

    /// Whose key it is.
    pub const fn address(&self) -> Address {
        self.address
    }

    /// Signs a statement: by RFC 6979, so that the same statement has the same signature each time, with a low `s`. The
    /// signature is recovered again before it is handed out.
    ///
    /// # Errors
    /// [`KeyError::Unsignable`].
    pub fn sign(&self, statement: &Statement, domain: &Domain) -> Result<Attestation, KeyError> {
        let digest: B256 = statement.digest(domain);
        let signed = self.secret.sign_prehash_recoverable(digest.as_slice());
        let (signature, parity) = signed.map_err(|_| KeyError::Unsignable)?;
        let (r, s) = signature.split_bytes();
        let word = |bytes: &[u8]| U256::try_from_be_slice(bytes).unwrap_or_default();
        let signature = Signature::from_parts(word(&r), word(&s), parity.is_y_odd());
        let attestation = Attestation { statement: *statement, signature };
        match attestation.recover(domain) {
            Ok(signed) if signed.signer() == self.address => Ok(attestation),
            _ => Err(KeyError::Unsignable),
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::UnixTime;
    use crate::primitives::keccak256;

    /// The statement `agree` of the vectors about Andromeda's batch 473, signed there by another implementation with key 1.
    #[test]
    fn a_signature_is_the_one_that_rfc_6979_gives() {
        let statement = Statement {
            l2_chain_id: U256::from(1088),
            batch_index: U256::from(473),
            batch_header_hash: word("916d4ed96d0135b025e622a52d1f7c2a545ec098f2eec3c3a54872002db65fab"),
            batch_root: word("2f329c54e83aeabe004a0df6d42602f3677ca6b9b110680e2a6f9170b3f28755"),
            l2_block_number: U256::from(34_046),
            l2_state_root: word("83bab1958f3ca7c6064ee4b6aa2e2458b32f72598b11027cc1cac7f45760f560"),
            l2_block_hash: B256::ZERO,
            verdict: 1,
            issued_at: UnixTime(1_640_069_400),
        };
        let scc = "A2FaAAC9120c1Ff75814F0c6DdB119496a12eEA6".parse().expect("an address");
        let domain = Domain { chain_id: 1, verifying_contract: scc };
        let signed = key(1).sign(&statement, &domain).expect("it signs");
        let expected = "9dc7ab7c08fc4470e765135cb70f68ec7e67799ff683aefbbfe84bf8219ae5860a096e735c5cdbd90cc0b6177215e1448\
            b81d4058e6cf77d6f4f2ae83f76ff551c";
        assert_eq!(
            alloy_primitives::hex::encode(signed.signature.to_bytes()),
            expected.replace(char::is_whitespace, "")
        );
        assert_eq!(signed.recover(&domain).map(|signed| signed.signer()), Ok(key(1).address()));
        let other = Statement { verdict: 0, ..statement };
        assert_ne!(key(1).sign(&other, &domain).expect("it signs").signature, signed.signature);
    }

    #[test]
    fn s_is_low_and_both_parities_occur() {
        let domain = Domain { chain_id: 1, verifying_contract: Address::ZERO };
        let mut parities = [0, 0];
        for number in 0..64_u64 {
            let hash = keccak256(number.to_be_bytes());
            let statement = Statement {
                l2_chain_id: U256::ONE,
                batch_index: U256::ZERO,
                batch_header_hash: hash,
                batch_root: hash,
                l2_block_number: U256::ONE,
                l2_state_root: hash,
                l2_block_hash: B256::ZERO,
                verdict: 1,
                issued_at: UnixTime(number),
            };
            // Recovery refuses a high `s`.
            let signed = key(7).sign(&statement, &domain).expect("it signs");
            let bytes = signed.signature.to_bytes();
            parities[usize::from(bytes[64] - 27)] += 1;
        }
        assert!(parities[0] > 0 && parities[1] > 0, "{parities:?}");
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert_eq!(Key::new(&[0; 32]).map(|key| key.address()), Err(KeyError::NoKey));
        assert_eq!(Key::new(&[0xff; 32]).map(|key| key.address()), Err(KeyError::NoKey));
        assert_eq!(
            format!("{:?}", key(1)),
            "Key(0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf)",
            "the secret is not shown"
        );
    }

    fn key(number: u8) -> Key {
        let mut secret = [0; 32];
        secret[31] = number;
        Key::new(&secret).expect("a key")
    }

    fn word(hex: &str) -> B256 {
        hex.parse().expect("32 bytes")
    }
}
