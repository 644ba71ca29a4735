//! The one shape of ABI-encoded arguments that foreign bytes are read in here: words, and perhaps `bytes` at the end.
//!
//! Solidity's own decoder reads offsets that overlap or leave gaps. What a contract wrote has one encoding, so any other is
//! refused. (Calldata of others and everything that is written goes through `alloy-sol-types`.)

use super::{Address, B256, Bytes, U256};

/// `N` words and nothing else.
pub(crate) fn words<const N: usize>(data: &[u8]) -> Option<[B256; N]> {
    let (words, rest) = data.as_chunks::<32>();
    let words: &[[u8; 32]; N] = words.try_into().ok()?;
    rest.is_empty().then(|| words.map(B256::new))
}

/// `N` words, then `bytes` in the only place and with the only padding that it can have.
pub(crate) fn words_and_bytes<const N: usize>(data: &[u8]) -> Option<([B256; N], Bytes)> {
    let (words, rest) = data.as_chunks::<32>();
    let (head, tail) = words.split_first_chunk::<N>()?;
    let ([offset, length], padded) = tail.split_first_chunk::<2>()?;
    let length = usize::try_from(U256::from_be_bytes(*length)).ok()?;
    let (bytes, padding) = padded.as_flattened().split_at_checked(length)?;
    let is_canonical = rest.is_empty()
        && U256::from_be_bytes(*offset) == U256::from(N.checked_add(1)?.checked_mul(32)?)
        && padding.len() < 32
        && padding.iter().all(|byte| *byte == 0);
    is_canonical.then(|| (head.map(B256::new), Bytes::copy_from_slice(bytes)))
}

/// An address fills the low 20 bytes of its word.
pub(crate) fn address(word: B256) -> Option<Address> {
    let address = Address::from_word(word);
    (address.into_word() == word).then_some(address)
}
