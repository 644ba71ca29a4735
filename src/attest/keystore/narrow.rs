//! scrypt with blocks that are narrow for their number: `N ≥ 2^(16·r)`, which RFC 7914 rules out and the crate `scrypt`
//! refuses, while the wiki's own example has it (`N` 2^18, `r` 1), and files by early programs with it.
//!
//! The bound guards nothing here: beyond it blocks are picked from the first `2^(16·r)` by no less than before, and what is
//! computed is what those programs computed. For all other parameters the crate is asked; in the tests it is the referee.

use pbkdf2::pbkdf2_hmac;
use sha2::Sha256;
use zeroize::Zeroizing;

/// 64 bytes as Salsa20 has them: little-endian words.
type Words = [u32; 16];

/// scrypt, section 6 of RFC 7914. `128 · n · r` bytes are taken; who calls has looked at that.
pub(super) fn scrypt(password: &[u8], salt: &[u8], (n, r, p): (u64, u32, u32), derived: &mut [u8]) {
    let width = usize::try_from(r).unwrap_or_default().saturating_mul(128);
    let mut blocks = Zeroizing::new(vec![0; width.saturating_mul(usize::try_from(p).unwrap_or_default())]);
    pbkdf2_hmac::<Sha256>(password, salt, 1, &mut blocks);
    for block in blocks.chunks_exact_mut(width) {
        mix(block, n);
    }
    pbkdf2_hmac::<Sha256>(password, &blocks, 1, derived);
}

/// `scryptROMix`: fills memory with a chain of blocks, and walks over it as the blocks say.
fn mix(block: &mut [u8], n: u64) {
    let mut now: Vec<Words> = block.as_chunks::<64>().0.iter().map(words).collect();
    let width = now.len();
    let mut chain: Vec<Words> = Vec::with_capacity(width.saturating_mul(usize::try_from(n).unwrap_or_default()));
    for _ in 0..n {
        chain.extend(&now);
        now = mixed(&now);
    }
    for _ in 0..n {
        let place = integer(&now).checked_rem(n).and_then(|place| usize::try_from(place).ok()).unwrap_or_default();
        let picked = chain.iter().skip(place.saturating_mul(width));
        for (word, picked) in now.iter_mut().zip(picked) {
            *word = xor(word, picked);
        }
        now = mixed(&now);
    }
    for (bytes, word) in block.iter_mut().zip(now.iter().flatten().flat_map(|word| word.to_le_bytes())) {
        *bytes = word;
    }
}

/// `Integerify`: the first eight bytes of the last 64.
fn integer(block: &[Words]) -> u64 {
    let [low, high, ..] = block.last().copied().unwrap_or_default();
    u64::from(high) << 32 | u64::from(low)
}

/// `scryptBlockMix`: each 64 bytes with what came before; those in even places first.
fn mixed(block: &[Words]) -> Vec<Words> {
    let mut last = block.last().copied().unwrap_or_default();
    let mut all = Vec::with_capacity(block.len());
    for words in block {
        last = salsa(&xor(&last, words));
        all.push(last);
    }
    let (even, odd) = (all.iter().step_by(2), all.iter().skip(1).step_by(2));
    even.chain(odd).copied().collect()
}

/// Salsa20's core with eight rounds.
fn salsa(input: &Words) -> Words {
    let mut x = *input;
    for _ in 0..4 {
        for places in COLUMNS.iter().chain(&ROWS) {
            quarter(&mut x, *places);
        }
    }
    for (word, input) in x.iter_mut().zip(input) {
        *word = word.wrapping_add(*input);
    }
    x
}

const COLUMNS: [[usize; 4]; 4] = [[0, 4, 8, 12], [5, 9, 13, 1], [10, 14, 2, 6], [15, 3, 7, 11]];
const ROWS: [[usize; 4]; 4] = [[0, 1, 2, 3], [5, 6, 7, 4], [10, 11, 8, 9], [15, 12, 13, 14]];

/// Salsa20's quarter-round on four words.
fn quarter(x: &mut Words, places: [usize; 4]) {
    // The places are four different ones below 16.
    let Ok([a, b, c, d]) = x.get_disjoint_mut(places) else { return };
    *b ^= a.wrapping_add(*d).rotate_left(7);
    *c ^= b.wrapping_add(*a).rotate_left(9);
    *d ^= c.wrapping_add(*b).rotate_left(13);
    *a ^= d.wrapping_add(*c).rotate_left(18);
}

fn xor(one: &Words, other: &Words) -> Words {
    let mut words = *one;
    for (word, other) in words.iter_mut().zip(other) {
        *word ^= other;
    }
    words
}

fn words(bytes: &[u8; 64]) -> Words {
    let mut words = [0; 16];
    for (word, bytes) in words.iter_mut().zip(bytes.as_chunks::<4>().0) {
        *word = u32::from_le_bytes(*bytes);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::hex;

    /// Section 12 of RFC 7914, without the one that takes a gigabyte; 32 of the 64 bytes, which are the same.
    #[test]
    fn the_vectors_of_the_rfc_hold() {
        for (password, salt, cost, expected) in [
            ("", "", (16, 1, 1), "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"),
            ("password", "NaCl", (1024, 8, 16), "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"),
            (
                "pleaseletmein",
                "SodiumChloride",
                (16_384, 8, 1),
                "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2",
            ),
        ] {
            let mut derived = [0; 32];
            scrypt(password.as_bytes(), salt.as_bytes(), cost, &mut derived);
            assert_eq!(hex::encode(derived), expected, "{cost:?}");
        }
    }

    #[test]
    fn it_is_what_the_crate_computes() {
        for (log_n, r, p) in [(1, 1, 1), (4, 2, 3), (7, 5, 2), (15, 1, 2)] {
            let (mut ours, mut theirs) = ([0; 32], [0; 32]);
            scrypt(b"one", b"two", (1 << log_n, r, p), &mut ours);
            let params = ::scrypt::Params::new(log_n, r, p, 32).expect("within the bound");
            ::scrypt::scrypt(b"one", b"two", &params, &mut theirs).expect("it derives");
            assert_eq!(ours, theirs, "{log_n} {r} {p}");
        }
        assert!(::scrypt::Params::new(18, 1, 8, 32).is_err(), "the wiki's example is beyond what the crate takes");
    }
}
