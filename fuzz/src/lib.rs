//! What the fuzz targets share: how the fuzzer's bytes become the parts of an input.

pub mod flows;
pub mod light_client;

/// Bytes, taken off the front piece by piece. Where they run out, what is taken is shorter or zero.
#[derive(Debug)]
pub struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    /// One byte.
    pub fn byte(&mut self) -> u8 {
        self.bytes(1).first().copied().unwrap_or_default()
    }

    /// So many bytes, or as many as there are.
    pub fn bytes(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// Exactly 32 bytes, with zeros at the end where there are fewer.
    pub fn word(&mut self) -> [u8; 32] {
        let mut word = [0; 32];
        let taken = self.bytes(32);
        word[..taken.len()].copy_from_slice(taken);
        word
    }

    /// A length in two bytes, big endian, and so many bytes.
    pub fn chunk(&mut self) -> &'a [u8] {
        let length = u16::from_be_bytes([self.byte(), self.byte()]);
        self.bytes(length.into())
    }

    /// Chunks to the end.
    pub fn chunks(&mut self) -> Vec<&'a [u8]> {
        let mut chunks = Vec::new();
        while !self.0.is_empty() {
            chunks.push(self.chunk());
        }
        chunks
    }
}
