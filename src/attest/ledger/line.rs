//! Lines: `checksum body`, where the checksum is `keccak256(the one before ‖ body)` in hex.

use crate::attestation::Domain;
use crate::primitives::{Address, B256, keccak256};
use alloy_primitives::hex;
use serde_json::json;

/// A file by its lines.
pub(super) struct Lines<'a> {
    /// Those with an end, without it.
    pub(super) whole: Vec<&'a [u8]>,
    /// What comes after the last end.
    pub(super) torn: &'a [u8],
    /// How many bytes come before that.
    pub(super) length: u64,
}

impl<'a> Lines<'a> {
    /// Takes a file apart that begins as it should, if only with a part of that. Else what it begins with.
    pub(super) fn of(bytes: &'a [u8], header: &[u8]) -> Result<Self, String> {
        let first = written(B256::ZERO, header);
        let is_ours = bytes.starts_with(&first) || first.starts_with(bytes) || bytes.iter().all(|byte| *byte == 0);
        if !is_ours {
            let shown = bytes.get(..BEGINS).unwrap_or(bytes);
            return Err(String::from_utf8_lossy(shown).chars().filter(|char| !char.is_control()).collect());
        }
        let mut whole: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
        let torn = whole.pop().unwrap_or_default();
        let length = u64::try_from(bytes.len().saturating_sub(torn.len())).unwrap_or_default();
        Ok(Self { whole, torn, length })
    }
}

/// How much of another file is shown: its checksum, and what its first line names.
const BEGINS: usize = 240;

/// What the first line says.
pub(super) fn header(domain: &Domain, signer: Address) -> Vec<u8> {
    json!({ "log": "metis-light attest", "version": 1, "domain": domain.separator(), "signer": signer })
        .to_string()
        .into()
}

/// A line with its end, to be written after the one with the checksum `before`.
pub(super) fn written(before: B256, body: &[u8]) -> Vec<u8> {
    let sum = hex::encode(sum(before, body));
    [sum.as_bytes(), b" ", body, b"\n"].concat()
}

/// The body of a line that came after the one with the checksum `before`; else what is wrong with it.
pub(super) fn opened(before: B256, line: &[u8]) -> Result<&[u8], String> {
    let (stands, rest) = line.split_at_checked(64).ok_or("it is too short")?;
    let body = rest.strip_prefix(b" ").ok_or("there is no space after its checksum")?;
    let expected = hex::encode(sum(before, body));
    if stands != expected.as_bytes() {
        return Err(format!("its checksum is {}, it should be {expected}", String::from_utf8_lossy(stands)));
    }
    Ok(body)
}

/// A line's checksum.
pub(super) fn sum(before: B256, body: &[u8]) -> B256 {
    keccak256([before.as_slice(), body].concat())
}
