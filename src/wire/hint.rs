//! Parts of replies that flows take as hints, or compare with a hash.

use super::{MAX_INPUT, WireError, log_entry, parse};
use crate::execution::Log;
use crate::primitives::Bytes;
use crate::primitives::json::{Member, data, small};

/// Of a transaction's receipt, what tells a flow where to look.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReceiptHint {
    /// The block, as claimed.
    pub block_number: u64,
    /// The logs, as claimed.
    pub logs: Vec<Log>,
}

impl ReceiptHint {
    /// Reads the answer of `eth_getTransactionReceipt`; none where the server does not know the transaction.
    pub fn parse(bytes: &[u8]) -> Result<Option<Self>, WireError> {
        let read = |receipt: &Member<'_, '_>| {
            Ok(Self { block_number: receipt.at("blockNumber", small)?, logs: receipt.list_at("logs", log_entry)? })
        };
        unless_null(bytes, |bytes| parse("receipt", bytes, read))
    }
}

/// The calldata in the answer of `eth_getTransactionByHash`; none where the server does not know the transaction.
pub(crate) fn transaction_input(bytes: &[u8]) -> Result<Option<Bytes>, WireError> {
    unless_null(bytes, |bytes| parse("transaction", bytes, |transaction| transaction.at("input", data)))
}

/// The answer of `eth_getCode`.
pub(crate) fn code(bytes: &[u8]) -> Result<Bytes, WireError> {
    parse("code", bytes, data)
}

/// What a server answers, or none where it answers that it does not know: null.
pub(crate) fn unless_null<T>(
    bytes: &[u8],
    read: impl FnOnce(&[u8]) -> Result<T, WireError>,
) -> Result<Option<T>, WireError> {
    if bytes.len() <= MAX_INPUT && bytes.trim_ascii() == b"null" {
        return Ok(None);
    }
    read(bytes).map(Some)
}
