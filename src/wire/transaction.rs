use super::block::tx_type;
use super::{WireError, parse, parse_all};
use crate::execution::{AccessListItem, Authorization, Transaction, TxType};
use crate::primitives::json::{Member, Read, address, data, quantity, small, text, word};
use crate::primitives::{B256, U256};
use crate::rollup::{L2Transaction, Metadata, QueueOrigin, SequencerSignature};

/// A transaction as JSON-RPC gives it, with the hash that the server says it has.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TransactionRecord {
    /// The transaction.
    pub transaction: Transaction,
    /// The hash that was claimed; to be compared, never to be used.
    pub hash: Option<B256>,
}

/// A transaction as Metis' l2geth gives it, with the hash that the server says it has.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct L2TransactionRecord {
    /// The transaction and its metadata.
    pub transaction: L2Transaction,
    /// The hash that was claimed; to be compared, never to be used.
    pub hash: Option<B256>,
}

impl TransactionRecord {
    /// Reads one transaction object.
    ///
    /// # Errors
    /// [`WireError`], also for a type that is not known.
    pub fn parse(bytes: &[u8]) -> Result<Self, WireError> {
        parse("transaction", bytes, record)
    }

    /// Reads an array of transaction objects, such as a block's.
    pub fn parse_all(bytes: &[u8]) -> Result<Vec<Self>, WireError> {
        parse_all("transactions", bytes, record)
    }
}

impl L2TransactionRecord {
    /// Reads the transactions of a block object.
    ///
    /// # Errors
    /// [`WireError`], also where the block names its transactions by their hashes.
    pub fn parse_block(bytes: &[u8]) -> Result<Vec<Self>, WireError> {
        parse("l2 block", bytes, |block| block.list_at("transactions", l2_record))
    }

    /// Reads one transaction object of l2geth.
    pub fn parse(bytes: &[u8]) -> Result<Self, WireError> {
        parse("l2 transaction", bytes, l2_record)
    }

    /// Reads an array of transaction objects of l2geth, such as a block's.
    pub fn parse_all(bytes: &[u8]) -> Result<Vec<Self>, WireError> {
        parse_all("l2 transactions", bytes, l2_record)
    }
}

fn record(object: &Member<'_, '_>) -> Read<TransactionRecord> {
    Ok(TransactionRecord { transaction: transaction(object)?, hash: object.maybe("hash", word)? })
}

/// Members that the type does not have are passed over, as servers add some of them.
fn transaction(object: &Member<'_, '_>) -> Read<Transaction> {
    let tx_type = tx_type(object)?;
    let mut transaction = legacy(object, tx_type)?;
    if tx_type >= TxType::AccessList {
        transaction.chain_id = object.at("chainId", small)?;
        let items = object.maybe("accessList", |list| list.each(access_list_item))?;
        transaction.access_list = items.unwrap_or_default();
    }
    if tx_type >= TxType::FeeMarket {
        transaction.max_priority_fee_per_gas = object.at("maxPriorityFeePerGas", quantity)?;
    }
    if tx_type == TxType::Blob {
        transaction.max_fee_per_blob_gas = object.at("maxFeePerBlobGas", quantity)?;
        transaction.blob_versioned_hashes = object.list_at("blobVersionedHashes", word)?;
    }
    if tx_type == TxType::SetCode {
        transaction.authorization_list = object.list_at("authorizationList", authorization)?;
    }
    Ok(transaction)
}

/// The fields that every type has.
fn legacy(object: &Member<'_, '_>, tx_type: TxType) -> Read<Transaction> {
    let price = if tx_type >= TxType::FeeMarket { "maxFeePerGas" } else { "gasPrice" };
    Ok(Transaction {
        tx_type,
        chain_id: 0,
        nonce: object.at("nonce", small)?,
        max_priority_fee_per_gas: U256::ZERO,
        gas_price: object.at(price, quantity)?,
        gas: object.at("gas", small)?,
        to: object.maybe("to", address)?,
        value: object.at("value", quantity)?,
        input: object.at("input", data)?,
        access_list: Vec::new(),
        max_fee_per_blob_gas: U256::ZERO,
        blob_versioned_hashes: Vec::new(),
        authorization_list: Vec::new(),
        v: parity(object, tx_type)?,
        r: object.at("r", quantity)?,
        s: object.at("s", quantity)?,
    })
}

/// Typed transactions have a parity, which some servers give as `v` only.
fn parity(object: &Member<'_, '_>, tx_type: TxType) -> Read<u64> {
    match object.optional("yParity")? {
        Some(parity) if tx_type != TxType::Legacy => small(&parity),
        _ => object.at("v", small),
    }
}

fn access_list_item(item: &Member<'_, '_>) -> Read<AccessListItem> {
    Ok(AccessListItem { address: item.at("address", address)?, storage_keys: item.list_at("storageKeys", word)? })
}

fn authorization(item: &Member<'_, '_>) -> Read<Authorization> {
    let parity = match item.optional("yParity")? {
        Some(parity) => parity,
        None => item.member("v")?,
    };
    Ok(Authorization {
        chain_id: item.at("chainId", quantity)?,
        address: item.at("address", address)?,
        nonce: item.at("nonce", small)?,
        y_parity: u8::try_from(small(&parity)?).map_err(|_| parity.wrong_form("a parity below 256"))?,
        r: item.at("r", quantity)?,
        s: item.at("s", quantity)?,
    })
}

fn l2_record(object: &Member<'_, '_>) -> Read<L2TransactionRecord> {
    let transaction = L2Transaction { signed: legacy(object, TxType::Legacy)?, metadata: metadata(object)? };
    Ok(L2TransactionRecord { transaction, hash: object.maybe("hash", word)? })
}

/// The members that l2geth adds.
fn metadata(object: &Member<'_, '_>) -> Read<Metadata> {
    Ok(Metadata {
        l1_block_number: object.at("l1BlockNumber", small)?,
        l1_timestamp: object.at("l1Timestamp", small)?,
        l1_message_sender: object.maybe("l1TxOrigin", address)?.unwrap_or_default(),
        queue_origin: object.at("queueOrigin", queue_origin)?,
        index: object.at("index", small)?,
        queue_index: object.maybe("queueIndex", small)?.unwrap_or_default(),
        raw_transaction: object.at("rawTransaction", data)?,
        sequencer_signature: sequencer_signature(object)?,
    })
}

fn queue_origin(origin: &Member<'_, '_>) -> Read<QueueOrigin> {
    match text(origin)? {
        "sequencer" => Ok(QueueOrigin::Sequencer),
        "l1" => Ok(QueueOrigin::L1),
        _ => Err(origin.wrong_form("sequencer or l1")),
    }
}

/// The old form has none of the three members.
fn sequencer_signature(object: &Member<'_, '_>) -> Read<Option<SequencerSignature>> {
    let Some(r) = object.maybe("seqR", quantity)? else { return Ok(None) };
    let s = object.at("seqS", quantity)?;
    let v = object.at("seqV", quantity)?;
    Ok(Some(SequencerSignature { r, s, v }))
}
