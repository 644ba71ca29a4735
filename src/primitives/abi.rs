//! ABI-encoded arguments: what a contract wrote in the one encoding that it has, and what others wrote as the ABI allows.
//!
//! Solidity's own decoder reads offsets that overlap or leave gaps. What a contract wrote (words, and perhaps `bytes` at the
//! end) has one encoding, so any other is refused; calldata of others is a hint, and read as that decoder does. (The bridge's
//! messages go through `alloy-sol-types`. A page asks for balances first, and its reader would be 3 KB of what that waits for.)

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

/// The word of the `n`-th argument, as others wrote it.
pub(crate) fn word(arguments: &[u8], n: usize) -> Option<B256> {
    let (words, _) = arguments.as_chunks::<32>();
    words.get(n).copied().map(B256::new)
}

/// The `n`-th argument as `bytes` or a string, as others wrote it.
pub(crate) fn bytes(arguments: &[u8], n: usize) -> Option<&[u8]> {
    let (length, rest) = tail(arguments, n)?;
    rest.get(..length)
}

/// The `n`-th argument as a list of words, as others wrote it.
pub(crate) fn word_list(arguments: &[u8], n: usize) -> Option<Vec<B256>> {
    let (length, rest) = tail(arguments, n)?;
    let (words, _) = rest.as_chunks::<32>();
    Some(words.get(..length)?.iter().copied().map(B256::new).collect())
}

/// The length that the `n`-th argument says at its offset, and all that follows.
fn tail(arguments: &[u8], n: usize) -> Option<(usize, &[u8])> {
    let number = |word: B256| usize::try_from(U256::from_be_bytes(word.0)).ok();
    let tail = arguments.get(number(word(arguments, n)?)?..)?;
    Some((number(word(tail, 0)?)?, tail.get(32..)?))
}
