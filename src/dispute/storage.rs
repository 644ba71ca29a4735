//! Solidity's arrays and `bytes` in storage, with limits: a length is a word that the owner of a proxy can write as he likes.

use super::DisputeError;
use super::facts::{Found, Reader, all};
use crate::primitives::{Address, B256, Bytes, StorageSlot, U256};

/// No array of these contracts grew longer than one push a second would make it in a century.
pub(super) const MAX_LENGTH: u64 = u32::MAX as u64;

/// The longest `extraData` that is read; the SCC takes 64 and 128 bytes.
const MAX_BYTES: u64 = 256;

/// A `bytes` value of which the contract looks at the first word alone.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StoredBytes {
    /// How many bytes it has.
    pub length: U256,
    /// The first 32 of them, with zeros behind where there are fewer: Solidity's `bytes32(value)`.
    pub first: B256,
}

impl StoredBytes {
    /// Whether there is anything.
    pub fn is_empty(&self) -> bool {
        self.length.is_zero()
    }
}

/// The length of an array.
pub(super) fn length(what: &'static str, word: U256) -> Result<u64, DisputeError> {
    match u64::try_from(word) {
        Ok(length) if length <= MAX_LENGTH => Ok(length),
        _ => Err(DisputeError::TooLong { what, got: word, limit: MAX_LENGTH }),
    }
}

/// An address in a word of its own: what else the word has, Solidity does not look at.
pub(super) fn address(word: U256) -> Address {
    Address::from_word(word.into())
}

/// A bool in a word of its own is its lowest byte.
pub(super) const fn is_set(word: U256) -> bool {
    word.byte(0) != 0
}

/// The first word of a `bytes` value and its length.
pub(super) fn stored_bytes(
    reader: &mut Reader<'_>,
    what: &'static str,
    who: Address,
    slot: StorageSlot,
) -> Found<StoredBytes> {
    let head = reader.word(who, slot)?;
    Ok(match form(what, head)? {
        Form::Short(length) => StoredBytes { length: U256::from(length), first: short(head) },
        Form::Long(length) => StoredBytes { length, first: reader.word(who, slot.elements())?.into() },
    })
}

/// A `bytes` value as a whole.
pub(super) fn whole_bytes(
    reader: &mut Reader<'_>,
    what: &'static str,
    who: Address,
    slot: StorageSlot,
) -> Found<Bytes> {
    let head = reader.word(who, slot)?;
    let (words, length) = match form(what, head)? {
        Form::Short(length) => (vec![short(head)], u64::from(length)),
        Form::Long(length) => {
            let too_long = || DisputeError::TooLong { what, got: length, limit: MAX_BYTES };
            let length = u64::try_from(length).ok().filter(|length| *length <= MAX_BYTES).ok_or_else(too_long)?;
            let places = 0..length.div_ceil(32);
            (all(places.map(|place| reader.word(who, slot.elements().offset(place)).map(B256::from)))?, length)
        }
    };
    let mut bytes = words.concat();
    bytes.truncate(usize::try_from(length).unwrap_or(usize::MAX));
    Ok(bytes.into())
}

enum Form {
    /// Up to 31 bytes, in the word of the length itself.
    Short(u8),
    /// 32 and more, from the hash of the slot on.
    Long(U256),
}

/// The lowest bit tells the forms apart; each has lengths that it never has.
fn form(what: &'static str, head: U256) -> Result<Form, DisputeError> {
    let wrong = DisputeError::Encoding { what, got: head };
    if head.bit(0) {
        let length = head.wrapping_shr(1);
        return if length < U256::from(32) { Err(wrong) } else { Ok(Form::Long(length)) };
    }
    let length = head.byte(0) >> 1;
    if length > 31 { Err(wrong) } else { Ok(Form::Short(length)) }
}

/// The bytes of the short form: all but the last one, which is the length.
fn short(head: U256) -> B256 {
    let mut word = B256::from(head);
    if let Some(last) = word.0.last_mut() {
        *last = 0;
    }
    word
}
