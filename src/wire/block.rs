use super::{WireError, parse, parse_all};
use crate::execution::{Log, Outcome, Receipt, TxType};
use crate::primitives::B256;
use crate::primitives::header::{Amsterdam, Cancun, Header, London, Prague, Shanghai};
use crate::primitives::json::{JsonError, Member, Members, Read, address, data, quantity, small, word};
use alloy_primitives::Bloom;

/// A block's header as JSON-RPC gives it, with the hash that the server says it has.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ClaimedHeader {
    /// Its fields.
    pub header: Header,
    /// The hash that was claimed; to be compared, never to be used.
    pub hash: Option<B256>,
}

/// A block as JSON-RPC gives it, by what links it: as its node says, and nothing of it checked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct BlockRecord {
    /// Its number.
    pub number: u64,
    /// Its hash.
    pub hash: B256,
    /// The hash of the block before.
    pub parent_hash: B256,
    /// The root of the state after it.
    pub state_root: B256,
}

/// A log as JSON-RPC gives it, with where the server says it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LogRecord {
    /// The log.
    pub log: Log,
    /// The block, as claimed.
    pub block_number: Option<u64>,
    /// The transaction, as claimed.
    pub transaction_hash: Option<B256>,
}

/// A receipt as JSON-RPC gives it, with whose it is said to be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReceiptRecord {
    /// The receipt.
    pub receipt: Receipt,
    /// The transaction, as claimed.
    pub transaction_hash: Option<B256>,
}

impl ClaimedHeader {
    /// Reads a block object; its transactions are passed over.
    ///
    /// # Errors
    /// [`WireError`] where a member is missing or malformed, or one of a later fork stands without those before it.
    pub fn parse(bytes: &[u8]) -> Result<Self, WireError> {
        parse("block header", bytes, claimed_header)
    }
}

impl BlockRecord {
    /// Reads a block; none where the answer is null, for one that the node does not have.
    ///
    /// # Errors
    /// [`WireError`] where a member is missing or malformed.
    pub fn parse(bytes: &[u8]) -> Result<Option<Self>, WireError> {
        if bytes.trim_ascii() == b"null" {
            return Ok(None);
        }
        parse("block", bytes, block_record).map(Some)
    }

    /// Reads the answer of l2geth's `eth_getBlockRange`.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_all(bytes: &[u8]) -> Result<Vec<Self>, WireError> {
        parse_all("blocks", bytes, block_record)
    }
}

impl LogRecord {
    /// Reads the answer of `eth_getLogs`.
    pub fn parse_all(bytes: &[u8]) -> Result<Vec<Self>, WireError> {
        parse_all("logs", bytes, log_record)
    }
}

impl ReceiptRecord {
    /// Reads an array of receipts, such as all of a block.
    ///
    /// # Errors
    /// [`WireError`], also for a type that is not known.
    pub fn parse_all(bytes: &[u8]) -> Result<Vec<Self>, WireError> {
        parse_all("receipts", bytes, receipt_record)
    }
}

fn block_record(block: &Member<'_, '_>) -> Read<BlockRecord> {
    Ok(BlockRecord {
        number: block.at("number", small)?,
        hash: block.at("hash", word)?,
        parent_hash: block.at("parentHash", word)?,
        state_root: block.at("stateRoot", word)?,
    })
}

fn claimed_header(block: &Member<'_, '_>) -> Read<ClaimedHeader> {
    let mut members = Members::new(block);
    let header = Header {
        parent_hash: members.at("parentHash", word),
        ommers_hash: members.at("sha3Uncles", word),
        beneficiary: members.at("miner", address),
        state_root: members.at("stateRoot", word),
        transactions_root: members.at("transactionsRoot", word),
        receipts_root: members.at("receiptsRoot", word),
        logs_bloom: members.at("logsBloom", bloom),
        difficulty: members.at("difficulty", quantity),
        number: members.at("number", small),
        gas_limit: members.at("gasLimit", small),
        gas_used: members.at("gasUsed", small),
        timestamp: members.at("timestamp", small),
        extra_data: members.at("extraData", data),
        mix_hash: members.at("mixHash", word),
        nonce: members.at("nonce", |nonce| nonce.fixed("0x and 16 hex digits")),
        london: None,
    };
    let header = Header { london: london(block)?, ..members.end(header)? };
    Ok(ClaimedHeader { header, hash: block.maybe("hash", word)? })
}

fn london(block: &Member<'_, '_>) -> Read<Option<London>> {
    let shanghai = shanghai(block)?;
    let Some(base_fee_per_gas) = block.maybe("baseFeePerGas", small)? else {
        return none_after(block, shanghai.is_some(), "baseFeePerGas");
    };
    Ok(Some(London { base_fee_per_gas, shanghai }))
}

fn shanghai(block: &Member<'_, '_>) -> Read<Option<Shanghai>> {
    let cancun = cancun(block)?;
    let Some(withdrawals_root) = block.maybe("withdrawalsRoot", word)? else {
        return none_after(block, cancun.is_some(), "withdrawalsRoot");
    };
    Ok(Some(Shanghai { withdrawals_root, cancun }))
}

fn cancun(block: &Member<'_, '_>) -> Read<Option<Cancun>> {
    let prague = prague(block)?;
    let Some(blob_gas_used) = block.maybe("blobGasUsed", small)? else {
        return none_after(block, prague.is_some(), "blobGasUsed");
    };
    Ok(Some(Cancun {
        blob_gas_used,
        excess_blob_gas: block.at("excessBlobGas", small)?,
        parent_beacon_block_root: block.at("parentBeaconBlockRoot", word)?,
        prague,
    }))
}

fn prague(block: &Member<'_, '_>) -> Read<Option<Prague>> {
    let amsterdam = amsterdam(block)?;
    let Some(requests_hash) = block.maybe("requestsHash", word)? else {
        return none_after(block, amsterdam.is_some(), "requestsHash");
    };
    Ok(Some(Prague { requests_hash, amsterdam }))
}

fn amsterdam(block: &Member<'_, '_>) -> Read<Option<Amsterdam>> {
    let Some(block_access_list_hash) = block.maybe("blockAccessListHash", word)? else {
        return Ok(None);
    };
    let slot_number = block.at("slotNumber", small)?;
    Ok(Some(Amsterdam { block_access_list_hash, slot_number }))
}

/// A fork's fields may be absent only where those of later ones are.
fn none_after<T>(block: &Member<'_, '_>, later: bool, name: &str) -> Read<Option<T>> {
    if later { Err(JsonError::Missing { path: block.join(name) }.into()) } else { Ok(None) }
}

fn log_record(log: &Member<'_, '_>) -> Read<LogRecord> {
    Ok(LogRecord {
        log: log_entry(log)?,
        block_number: log.maybe("blockNumber", small)?,
        transaction_hash: log.maybe("transactionHash", word)?,
    })
}

pub(crate) fn log_entry(log: &Member<'_, '_>) -> Read<Log> {
    Ok(Log { address: log.at("address", address)?, topics: log.list_at("topics", word)?, data: log.at("data", data)? })
}

fn receipt_record(receipt: &Member<'_, '_>) -> Read<ReceiptRecord> {
    let fields = Receipt {
        tx_type: tx_type(receipt)?,
        outcome: outcome(receipt)?,
        cumulative_gas_used: receipt.at("cumulativeGasUsed", small)?,
        logs_bloom: receipt.at("logsBloom", bloom)?,
        logs: receipt.list_at("logs", log_entry)?,
    };
    let transaction_hash = receipt.maybe("transactionHash", word)?;
    Ok(ReceiptRecord { receipt: fields, transaction_hash })
}

/// Since Byzantium a status; before, a root. Some servers give an empty root beside the status.
fn outcome(receipt: &Member<'_, '_>) -> Read<Outcome> {
    let Some(status) = receipt.optional("status")? else {
        return receipt.at("root", word).map(Outcome::PostState);
    };
    match small(&status)? {
        0 => Ok(Outcome::Status(false)),
        1 => Ok(Outcome::Status(true)),
        _ => Err(status.wrong_form("0 or 1")),
    }
}

/// A missing type is the legacy one, as servers before Berlin and Metis' answer.
pub(super) fn tx_type(object: &Member<'_, '_>) -> Read<TxType> {
    let Some(number) = object.optional("type")? else { return Ok(TxType::Legacy) };
    match small(&number)? {
        0 => Ok(TxType::Legacy),
        1 => Ok(TxType::AccessList),
        2 => Ok(TxType::FeeMarket),
        3 => Ok(TxType::Blob),
        4 => Ok(TxType::SetCode),
        _ => Err(number.wrong_form("a type from 0 to 4")),
    }
}

fn bloom(member: &Member<'_, '_>) -> Read<Bloom> {
    member.fixed("0x and 512 hex digits").map(Bloom::from)
}
