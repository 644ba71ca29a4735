//! Requests as values, and the JSON text of those that are calls.

use crate::execution::Question;
use crate::primitives::{Address, B256};
use core::fmt::Write;

/// Who is asked.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Source {
    /// A server of verifiers' attestations.
    Attestations,
    /// A server of the Beacon API.
    Beacon,
    /// An execution node of L1.
    L1,
    /// A node of L2.
    L2,
}

/// What is asked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Request {
    /// A GET of a server of attestations.
    Attestations {
        /// The path, from `/v1` on.
        path: String,
    },
    /// A GET of the Beacon API.
    Beacon {
        /// The path with its query, from `/eth` on.
        path: String,
    },
    /// A call to L1.
    L1(Call),
    /// A call to L2.
    L2(Call),
}

/// A JSON-RPC call.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Call {
    /// The method.
    pub method: &'static str,
    /// The parameters: the text of a JSON array.
    pub params: String,
}

/// An answer: the body of the Beacon API, JSON or SSZ; or the JSON text of a call's `result`.
pub type Reply = Vec<u8>;

impl core::fmt::Display for Source {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Attestations => "attestations",
            Self::Beacon => "beacon",
            Self::L1 => "l1",
            Self::L2 => "l2",
        })
    }
}

impl Request {
    /// Whom it is for.
    pub const fn source(&self) -> Source {
        match self {
            Self::Attestations { .. } => Source::Attestations,
            Self::Beacon { .. } => Source::Beacon,
            Self::L1(_) => Source::L1,
            Self::L2(_) => Source::L2,
        }
    }
}

impl Call {
    /// `eth_getProof` of a question at a block.
    pub(super) fn proof(question: &Question, block: u64) -> Self {
        let mut params = format!("[\"{:#x}\",[", question.address);
        for (place, slot) in question.slots.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            // Writing to a string does not fail.
            let _ = write!(params, "{comma}\"{}\"", slot.0);
        }
        let _ = write!(params, "],\"{block:#x}\"]");
        Self { method: "eth_getProof", params }
    }

    /// `eth_getCode` at a block.
    pub(super) fn code(who: Address, block: u64) -> Self {
        Self { method: "eth_getCode", params: format!("[\"{who:#x}\",\"{block:#x}\"]") }
    }

    /// `eth_getBlockByHash`, without the transactions.
    pub(super) fn block(hash: B256) -> Self {
        Self { method: "eth_getBlockByHash", params: format!("[\"{hash}\",false]") }
    }

    /// `eth_getBlockByNumber`, with all of its transactions or their hashes alone.
    pub(super) fn block_by_number(block: u64, with_transactions: bool) -> Self {
        Self { method: "eth_getBlockByNumber", params: format!("[\"{block:#x}\",{with_transactions}]") }
    }

    /// `eth_getTransactionReceiptsByBlock` of l2geth.
    pub(super) fn receipts_by_block(block: u64) -> Self {
        Self { method: "eth_getTransactionReceiptsByBlock", params: format!("[\"{block:#x}\"]") }
    }

    /// `eth_getTransactionByHash`.
    pub(super) fn transaction(hash: B256) -> Self {
        Self { method: "eth_getTransactionByHash", params: format!("[\"{hash}\"]") }
    }

    /// `eth_getTransactionReceipt`.
    pub(super) fn receipt(hash: B256) -> Self {
        Self { method: "eth_getTransactionReceipt", params: format!("[\"{hash}\"]") }
    }

    /// `eth_getLogs` of one event of some contracts in a range of blocks.
    pub(super) fn logs(addresses: &[Address], topic: B256, first: u64, last: u64) -> Self {
        let addresses: Vec<_> = addresses.iter().map(|address| format!("\"{address:#x}\"")).collect();
        let addresses = addresses.join(",");
        let params = format!(
            "[{{\"address\":[{addresses}],\"topics\":[\"{topic}\"],\"fromBlock\":\"{first:#x}\",\"toBlock\":\"{last:#x}\"}}]"
        );
        Self { method: "eth_getLogs", params }
    }
}
