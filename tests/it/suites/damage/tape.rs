//! Choices read off bytes. A property test, a fuzzer and a seed so make the same damage from the same bytes; where they run
//! out every choice is the first one, which is to leave things as they are: a shorter tape is less damage.

/// What is left of the bytes.
#[derive(Debug)]
pub(crate) struct Tape<'a>(&'a [u8]);

impl<'a> Tape<'a> {
    /// Begins at the first byte.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether nothing is left.
    pub(crate) fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    /// So many bytes, or as many as there are.
    pub(crate) fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// A number below `bound`, of as few bytes as hold it; 0 where there is none.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let width = match bound {
            0..=0x100 => 1,
            0x101..=0x1_0000 => 2,
            _ => 4,
        };
        let number = self.take(width).iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        usize::try_from(number % (bound.max(1) as u64)).expect("it is below a usize")
    }

    /// One of them.
    pub(crate) fn one_of<'b, T>(&mut self, items: &'b [T]) -> &'b T {
        &items[self.below(items.len())]
    }

    /// Bytes of no meaning, many from few: splitmix64.
    pub(crate) fn noise(&mut self, length: usize) -> Vec<u8> {
        let mut state = self.below(1 << 16) as u64;
        let mut word = || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (z ^ (z >> 31)).to_le_bytes()
        };
        let mut noise: Vec<u8> = (0..length.div_ceil(8)).flat_map(|_| word()).collect();
        noise.truncate(length);
        noise
    }
}
