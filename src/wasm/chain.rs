//! Blocks, transactions, receipts and logs, all under the block hash that a batch names: what is asked of them, and what is
//! told, in the form that JSON-RPC gives them. What a node adds to them of its own word is left out.

use super::attested::Heard;
use super::convert::json;
use super::told::{Value, under_header};
use crate::client::{BlockBy, ClientError, CommittedBlock, Firmness, LogFilter, Named, PlacedLog, RollupHead};
use crate::error::Error;
use crate::execution::{Outcome, Receipt};
use crate::primitives::{Address, B256, Bytes};
use crate::rollup::{L2Transaction, QueueOrigin};
use crate::shell::{At, Floor, Session, Web};
use alloy_primitives::{B64, Bloom};
use core::fmt::LowerHex;
use serde::Serialize;

/// A question: which blocks, and what of them.
pub(super) struct Chain {
    pub(super) of: Blocks,
    pub(super) wanted: Wanted,
}

/// What is wanted of the blocks that are found.
pub(super) enum Wanted {
    Block,
    Transaction(B256),
    Receipt(B256),
    Logs(LogFilter),
}

/// Which blocks.
pub(super) enum Blocks {
    Range(At, At),
    Hash(B256),
    /// The one that a transaction is in.
    Holding(B256),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Block {
    number: String,
    hash: B256,
    parent_hash: B256,
    sha3_uncles: B256,
    miner: Address,
    state_root: B256,
    transactions_root: B256,
    receipts_root: B256,
    logs_bloom: Bloom,
    difficulty: String,
    gas_limit: String,
    gas_used: String,
    timestamp: String,
    extra_data: Bytes,
    mix_hash: B256,
    nonce: B64,
    transactions: Vec<Transaction>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Transaction {
    hash: B256,
    r#type: &'static str,
    block_hash: B256,
    block_number: String,
    transaction_index: String,
    /// Who signed it; of a deposit, which nobody signs, who acts by it.
    from: Address,
    to: Option<Address>,
    nonce: String,
    value: String,
    gas: String,
    gas_price: String,
    input: Bytes,
    v: String,
    r: String,
    s: String,
    /// Of a signature that names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    chain_id: Option<String>,
    queue_origin: &'static str,
    queue_index: String,
    l1_tx_origin: Address,
    l1_block_number: String,
    l1_timestamp: String,
    index: String,
    raw_transaction: Bytes,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TransactionReceipt {
    r#type: &'static str,
    transaction_hash: B256,
    transaction_index: String,
    block_hash: B256,
    block_number: String,
    from: Address,
    to: Option<Address>,
    contract_address: Option<Address>,
    cumulative_gas_used: String,
    gas_used: String,
    effective_gas_price: String,
    logs_bloom: Bloom,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    /// In place of the status, before Byzantium.
    #[serde(skip_serializing_if = "Option::is_none")]
    root: Option<B256>,
    logs: Vec<Log>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log {
    address: Address,
    topics: Vec<B256>,
    data: Bytes,
    block_number: String,
    block_hash: B256,
    transaction_hash: B256,
    transaction_index: String,
    log_index: String,
    removed: bool,
}

/// Logs of blocks that follow each other: all of them, for all receipts were read.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Logs {
    from_block: u64,
    to_block: u64,
    logs: Vec<Log>,
}

/// Answers a question about blocks that meet the floor.
pub(super) async fn answer(session: &Session<Web>, floor: Floor, asked: Chain) -> Result<String, Error> {
    let head = session.recent_head().await?.rollup;
    let found = find(session, &head, floor, asked.of).await?;
    let heard = hear(session, &head, floor, &found).await?;
    match asked.wanted {
        Wanted::Block => told(&found, &heard, block),
        Wanted::Transaction(hash) => told(&found, &heard, |found| transaction_of(found, hash)),
        Wanted::Receipt(hash) => told(&found, &heard, |found| receipt_of(found, hash)),
        Wanted::Logs(filter) => told(&found, &heard, |last| {
            let logs = found.iter().flat_map(|block| logs_of(block, &filter)).collect();
            Ok(Logs { from_block: found.first().map_or(0, number_of), to_block: number_of(last), logs })
        }),
    }
}

/// What is told under the last of some blocks, whose batch is the least firm of theirs.
fn told<T: Serialize>(
    found: &[CommittedBlock],
    heard: &Heard,
    tell: impl FnOnce(&CommittedBlock) -> Result<T, Error>,
) -> Result<String, Error> {
    let last = found.last().ok_or(ClientError::ReplyCount { got: 0, expected: 1 })?;
    let value: Value<T> = under_header(tell(last)?, last.header());
    Ok(json(&value.with(heard)))
}

/// What verifiers say of the batches of some blocks. Unlike windows, quorums may be there for a later batch and not for an
/// earlier one: what is told is then that of the earlier one.
async fn hear(
    session: &Session<Web>,
    head: &RollupHead,
    floor: Floor,
    found: &[CommittedBlock],
) -> Result<Heard, Error> {
    let mut told = Heard::NOBODY;
    for block in found.chunk_by(|one, other| one.header().batch().index() == other.header().batch().index()) {
        let Some(block) = block.last() else { continue };
        let batch = block.header().batch();
        let heard = Heard::of(session, head, batch).await;
        heard.check(floor, batch, number_of(block), true)?;
        if told.attests_block_hash() {
            told = heard;
        }
    }
    Ok(told)
}

async fn find(
    session: &Session<Web>,
    head: &RollupHead,
    floor: Floor,
    of: Blocks,
) -> Result<Vec<CommittedBlock>, Error> {
    let head = head.clone();
    let firmness = match floor {
        // Whether a quorum signed the block hash is seen when the batches are known.
        Floor::Posted | Floor::Attested => Firmness::Undisputed,
        Floor::Final => Firmness::Final,
    };
    let task = match of {
        Blocks::Hash(hash) => BlockBy::new(head, Named::Hash(hash), firmness),
        Blocks::Holding(hash) => BlockBy::new(head, Named::Transaction(hash), firmness),
        Blocks::Range(first, last) => {
            let mut range = [0; 2];
            for (number, at) in range.iter_mut().zip([first, last]) {
                *number = match at {
                    At::Block(number) => number,
                    at => session.state_root_under(&head, at).await?.block(),
                };
            }
            let [first, last] = range;
            BlockBy::numbers(head, first..=last, firmness)?
        }
    };
    session.ask(task).await
}

fn block(found: &CommittedBlock) -> Result<Block, Error> {
    let header = found.header().header();
    let transactions = found.transactions.value().iter().enumerate();
    Ok(Block {
        number: hex(header.number),
        hash: found.header().hash(),
        parent_hash: header.parent_hash,
        sha3_uncles: header.ommers_hash,
        miner: header.beneficiary,
        state_root: header.state_root,
        transactions_root: header.transactions_root,
        receipts_root: header.receipts_root,
        logs_bloom: header.logs_bloom,
        difficulty: hex(header.difficulty),
        gas_limit: hex(header.gas_limit),
        gas_used: hex(header.gas_used),
        timestamp: hex(header.timestamp),
        extra_data: header.extra_data.clone(),
        mix_hash: header.mix_hash,
        nonce: header.nonce,
        transactions: transactions.map(|(place, known)| transaction(found, place, known)).collect::<Result<_, _>>()?,
    })
}

fn transaction_of(found: &CommittedBlock, hash: B256) -> Result<Transaction, Error> {
    let (place, known, _) = at(found, hash)?;
    transaction(found, place, known)
}

fn transaction(found: &CommittedBlock, place: usize, known: &L2Transaction) -> Result<Transaction, Error> {
    let L2Transaction { signed, metadata } = known;
    Ok(Transaction {
        hash: signed.hash(),
        r#type: "0x0",
        block_hash: found.header().hash(),
        block_number: hex(number_of(found)),
        transaction_index: hex(place),
        from: from(known)?,
        to: signed.to,
        nonce: hex(signed.nonce),
        value: hex(signed.value),
        gas: hex(signed.gas),
        gas_price: hex(signed.gas_price),
        input: signed.input.clone(),
        v: hex(signed.v),
        r: hex(signed.r),
        s: hex(signed.s),
        chain_id: signed.v.checked_sub(35).map(|v| hex(v / 2)),
        queue_origin: match metadata.queue_origin {
            QueueOrigin::Sequencer => "sequencer",
            QueueOrigin::L1 => "l1",
        },
        queue_index: hex(metadata.queue_index),
        l1_tx_origin: metadata.l1_message_sender,
        l1_block_number: hex(metadata.l1_block_number),
        l1_timestamp: hex(metadata.l1_timestamp),
        index: hex(metadata.index),
        raw_transaction: metadata.raw_transaction.clone(),
    })
}

fn receipt_of(found: &CommittedBlock, hash: B256) -> Result<TransactionReceipt, Error> {
    let (place, known, receipt) = at(found, hash)?;
    let (signed, from) = (&known.signed, from(known)?);
    let before = place.checked_sub(1).and_then(|before| found.receipts.value().get(before));
    let used_before = before.map_or(0, |receipt| receipt.cumulative_gas_used);
    let (status, root) = match receipt.outcome {
        Outcome::Status(succeeded) => (Some(if succeeded { "0x1" } else { "0x0" }), None),
        Outcome::PostState(root) => (None, Some(root)),
    };
    Ok(TransactionReceipt {
        r#type: "0x0",
        transaction_hash: hash,
        transaction_index: hex(place),
        block_hash: found.header().hash(),
        block_number: hex(number_of(found)),
        from,
        to: signed.to,
        contract_address: signed.to.is_none().then(|| from.create(signed.nonce)),
        cumulative_gas_used: hex(receipt.cumulative_gas_used),
        gas_used: hex(receipt.cumulative_gas_used.saturating_sub(used_before)),
        effective_gas_price: hex(signed.gas_price),
        logs_bloom: receipt.logs_bloom,
        status,
        root,
        logs: found.logs().filter(|log| log.transaction == place).map(|placed| log(found, placed, hash)).collect(),
    })
}

fn logs_of(found: &CommittedBlock, filter: &LogFilter) -> Vec<Log> {
    let told = |placed: PlacedLog<'_>| {
        let transaction = found.transactions.value().get(placed.transaction)?.signed.hash();
        Some(log(found, placed, transaction))
    };
    found.logs().filter(|placed| filter.takes(placed.log)).filter_map(told).collect()
}

fn log(found: &CommittedBlock, placed: PlacedLog<'_>, transaction_hash: B256) -> Log {
    Log {
        address: placed.log.address,
        topics: placed.log.topics.clone(),
        data: placed.log.data.clone(),
        block_number: hex(number_of(found)),
        block_hash: found.header().hash(),
        transaction_hash,
        transaction_index: hex(placed.transaction),
        log_index: hex(placed.place),
        removed: false,
    }
}

/// A transaction of a block with its place and its receipt.
fn at(found: &CommittedBlock, hash: B256) -> Result<(usize, &L2Transaction, &Receipt), Error> {
    let unknown = ClientError::Unknown { what: "the l2 transaction", hash };
    let place = found.place_of(hash);
    let known = place
        .and_then(|place| Some((place, found.transactions.value().get(place)?, found.receipts.value().get(place)?)));
    known.ok_or_else(|| unknown.into())
}

/// Nodes say zero of a deposit, for it has no signature; who acts by it stands beside it.
fn from(known: &L2Transaction) -> Result<Address, Error> {
    match known.metadata.queue_origin {
        QueueOrigin::L1 => Ok(known.metadata.l1_message_sender),
        QueueOrigin::Sequencer => Ok(known.signed.sender()?),
    }
}

const fn number_of(found: &CommittedBlock) -> u64 {
    found.header().header().number
}

fn hex(number: impl LowerHex) -> String {
    format!("{number:#x}")
}
