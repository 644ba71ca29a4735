//! Parts of replies that flows take as hints, or compare with a hash.

use super::{MAX_INPUT, WireError, log_entry, parse};
use crate::execution::Log;
use crate::primitives::json::{Member, address, data, small};
use crate::primitives::{Address, Bytes};

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

/// Who sent the transaction in the answer of `eth_getTransactionByHash`, and in which block it is; none where the server does
/// not know it, or it is in none yet.
pub(crate) fn sender_and_block(bytes: &[u8]) -> Result<Option<(Address, u64)>, WireError> {
    let read = |transaction: &Member<'_, '_>| {
        let (sender, block) = (transaction.at("from", address)?, transaction.maybe("blockNumber", small)?);
        Ok(block.map(|block| (sender, block)))
    };
    Ok(unless_null(bytes, |bytes| parse("transaction", bytes, read))?.flatten())
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
