//! Spoiled twins: small, deterministic and in a single place.

/// A generator of positions that prints its seed, so that a failure can be run again: splitmix64.
pub(super) struct Seed(u64);

impl Seed {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `bound`.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % bound as u64).expect("it is below a usize")
    }
}

/// Every place in `length` bytes, or `sample` of them where there are more.
pub(super) fn places(length: usize, sample: usize, seed: &mut Seed) -> Vec<usize> {
    if length <= sample { (0..length).collect() } else { (0..sample).map(|_| seed.below(length)).collect() }
}

/// `bytes` with one bit flipped at `place`.
pub(super) fn flipped(bytes: &[u8], place: usize) -> Vec<u8> {
    let mut spoiled = bytes.to_vec();
    spoiled[place] ^= 1 << (place % 8);
    spoiled
}
