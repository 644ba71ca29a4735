//! A path through the trie, read half a byte at a time without copying it.

/// Half-bytes of a slice, from an even or an odd place to its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nibbles<'a> {
    bytes: &'a [u8],
    /// Whether the first half of the first byte is already gone.
    odd: bool,
}

impl<'a> Nibbles<'a> {
    pub(super) const fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, odd: false }
    }

    /// The low half of the first byte, then the rest.
    pub(super) const fn from_low_half(bytes: &'a [u8]) -> Self {
        Self { bytes, odd: true }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn first(&self) -> Option<u8> {
        let byte = self.bytes.first()?;
        Some(if self.odd { byte & 0x0f } else { byte >> 4 })
    }

    /// Drops the first nibble; false where there is none.
    pub(super) fn skip(&mut self) -> bool {
        let Some((_, rest)) = self.bytes.split_first() else { return false };
        if self.odd {
            self.bytes = rest;
        }
        self.odd = !self.odd;
        true
    }

    /// Drops `prefix` from the front; false where the path does not begin with it.
    pub(super) fn strip(&mut self, mut prefix: Nibbles<'_>) -> bool {
        while let Some(nibble) = prefix.first() {
            if self.first() != Some(nibble) {
                return false;
            }
            prefix.skip();
            self.skip();
        }
        true
    }
}

impl PartialEq for Nibbles<'_> {
    /// Paths of one length end with a whole byte and so begin with the same half of one.
    fn eq(&self, other: &Self) -> bool {
        let (whole, theirs) = match (self.odd, other.odd) {
            (false, false) => (self.bytes, other.bytes),
            (true, true) if self.first() == other.first() => (rest(self.bytes), rest(other.bytes)),
            _ => return false,
        };
        whole == theirs
    }
}

fn rest(bytes: &[u8]) -> &[u8] {
    bytes.get(1..).unwrap_or_default()
}
