//! The headers of a batch's blocks, down from the one whose hash the proposer named, and what is in the blocks.

use super::batch::Live;
use super::phase::Phase;
use crate::suites::metis::check::Check;
use crate::suites::metis::json::{address, bytes, list, raw, small, text, word};
use crate::suites::metis::transaction;
use crate::suites::metis::trie::Trie;
use crate::suites::recording::Recording;
use metis_light::execution::{Outcome, Receipt};
use metis_light::primitives::header::{Header, London};
use metis_light::primitives::{B256, U256};
use metis_light::rollup::{L2Header, L2Transaction, QueueOrigin, RollupError};
use metis_light::wire::ReceiptRecord;
use serde_json::{Value, json};

/// Walks the whole batch. A batch of the first generation names no block.
pub(super) fn run(check: &mut Check, phase: &Phase<'_>, live: &Live) {
    let header = live.batch.header();
    let (first, last) = (header.first_block(), header.last_block());
    let root = live.state_root(last);
    let Some(named) = header.extra_data().last_block() else {
        let honest = header_at(phase, phase.story.calls.hash_of("l2", last).expect("a block")).0;
        check.err("no last block", root.last_header(honest), |error| *error == RollupError::NoLastBlock);
        return;
    };
    check.eq("last block's number", named.number, U256::from(last));
    let mut walked = check.ok("last header", root.last_header(header_at(phase, named.hash).0));
    spoiled(check, phase, live, named.hash);
    for number in (first..=last).rev() {
        check.eq("number", walked.header().number, number);
        check.eq("state root", walked.header().state_root, live.state_root(number).state_root().hash());
        if phase.story.judged.borrow_mut().insert(walked.hash()) {
            body(check, phase, &walked);
        }
        if number > first {
            let parent = header_at(phase, walked.header().parent_hash).0;
            check.refused("the header itself", walked.parent(walked.header().clone()), is_other_hash);
            walked = check.ok("parent", walked.parent(parent));
        }
    }
}

/// A header by its hash, and who answered with it: the honest L2, or the dishonest one for its own branch.
fn header_at<'a>(phase: &Phase<'a>, hash: B256) -> (Header, &'a Recording<'a>) {
    let story = phase.story;
    let recordings = [Some(&story.calls), story.evil.as_ref()];
    let mut found = recordings.into_iter().flatten().filter_map(|calls| Some((calls.header("l2", hash)?, calls)));
    found.next().unwrap_or_else(|| panic!("block {hash} was not recorded"))
}

fn is_other_hash(error: &RollupError) -> bool {
    matches!(error, RollupError::HeaderMismatch { field: "hash", .. })
}

fn spoiled(check: &mut Check, phase: &Phase<'_>, live: &Live, named: B256) {
    let header = header_at(phase, named).0;
    let (first, last) = (live.batch.header().first_block(), live.batch.header().last_block());
    let root = live.state_root(last);
    let london = Some(London { base_fee_per_gas: 1, shanghai: None });
    let fields: [Header; 5] = [
        Header { state_root: B256::ZERO, ..header.clone() },
        Header { transactions_root: B256::ZERO, ..header.clone() },
        Header { number: header.number + 1, ..header.clone() },
        Header { timestamp: header.timestamp + 1, ..header.clone() },
        Header { parent_hash: named, ..header.clone() },
    ];
    for twin in fields {
        check.refused("another field", root.last_header(twin), is_other_hash);
    }
    let twin = Header { london, ..header.clone() };
    check.refused("a field more", root.last_header(twin), |error| *error == RollupError::HeaderShape);
    // Where the proposer lied, the honest header of the same block is refused, and the other way round.
    let honest = phase.story.calls.hash_of("l2", last).expect("a block");
    if honest != named {
        let honest = header_at(phase, honest).0;
        check.refused("the honest header under a false batch", root.last_header(honest), is_other_hash);
    }
    if first < last {
        check.refused("a header at another root", live.state_root(first).last_header(header), |error| {
            *error == RollupError::BlockOutsideBatch { got: first, first: last, last }
        });
    }
}

/// Transactions and receipts, all at once and one by one.
fn body(check: &mut Check, phase: &Phase<'_>, header: &L2Header) {
    let (_, calls) = header_at(phase, header.hash());
    let number = header.header().number;
    let block = calls.block("l2", header.hash()).expect("it was found above");
    let transactions = transactions(check, phase, list(&block["transactions"]));
    let proven = check.ok("transactions", header.transactions(transactions.clone())).into_value();
    check.eq("transactions", &proven, &transactions);
    let name = json!(format!("{number:#x}"));
    for (index, transaction) in transactions.iter().enumerate() {
        let asked = [
            ("eth_getRawTransactionByBlockNumberAndIndex", json!([name, format!("{index:#x}")])),
            ("eth_getRawTransactionByHash", json!([transaction.signed.hash()])),
        ];
        for (method, params) in asked {
            let Some(leaf) = calls.result(phase.name(), "l2", method, &params) else { continue };
            check.eq("leaf", bytes(leaf).as_ref(), &transaction.encode()[..]);
            check.eq("leaf", L2Transaction::decode(&bytes(leaf)).as_ref(), Ok(transaction));
        }
    }
    let leaves: Vec<Vec<u8>> = transactions.iter().map(L2Transaction::encode).collect();
    one_by_one(check, &leaves, |index, nodes| Ok(header.transaction(index, nodes)?.into_value().map(|tx| tx.encode())));
    let fewer = transactions[1..].to_vec();
    let is_other = |error: &RollupError| matches!(error, RollupError::RootMismatch { what: "transactions", .. });
    check.refused("a transaction less", header.transactions(fewer), is_other);
    let mut twin = transactions;
    twin[0].metadata.l1_timestamp += 1;
    check.refused("other metadata", header.transactions(twin), is_other);

    let recorded = calls.result(phase.name(), "l2", "eth_getTransactionReceiptsByBlock", &json!([name]));
    let records = check.ok("receipts", ReceiptRecord::parse_all(&raw(recorded.expect("receipts were recorded"))));
    let receipts: Vec<Receipt> = records.into_iter().map(|record| record.receipt).collect();
    check.ok("receipts", header.receipts(receipts.clone()));
    let leaves: Vec<Vec<u8>> = receipts.iter().map(Receipt::encode).collect();
    one_by_one(check, &leaves, |index, nodes| {
        Ok(header.receipt(index, nodes)?.into_value().map(|receipt| receipt.encode()))
    });
    let mut twin = receipts;
    twin[0].outcome = match twin[0].outcome {
        Outcome::Status(succeeded) => Outcome::Status(!succeeded),
        other => other,
    };
    check.refused("another outcome", header.receipts(twin), |error| {
        matches!(error, RollupError::RootMismatch { what: "receipts", .. })
    });
}

/// Each transaction, and who sent and who sequenced it.
fn transactions(check: &mut Check, phase: &Phase<'_>, recorded: &[Value]) -> Vec<L2Transaction> {
    let mut transactions = Vec::new();
    for tx in recorded {
        let is_deposit = text(&tx["queueOrigin"]) == "l1";
        let transaction =
            if is_deposit { transaction::recorded_deposit(check, tx) } else { transaction::recorded(check, tx) };
        let hash = transaction.signed.hash();
        let mut all = list(&phase.story.expected["l2Transactions"]).iter();
        if let Some(expected) = all.find(|expected| word(&expected["hash"]) == hash) {
            let signer = &expected["sequencerSigner"];
            let signer = (!signer.is_null()).then(|| address(signer));
            check.eq("sequencer", transaction.sequencer(), Ok(signer));
            let sender = match transaction.metadata.queue_origin {
                QueueOrigin::L1 => transaction.metadata.l1_message_sender,
                QueueOrigin::Sequencer => transaction.signed.sender().expect("a sender"),
            };
            check.eq("sender", sender, address(&expected["sender"]));
            check.eq("origin", is_deposit, text(&expected["queueOrigin"]) == "l1");
        }
        check.eq("index", transaction.metadata.index + 1, small(&tx["blockNumber"]));
        transactions.push(transaction);
    }
    transactions
}

/// Proofs for every item, and for the absence of one more.
fn one_by_one(
    check: &mut Check,
    leaves: &[Vec<u8>],
    read: impl Fn(u64, &[metis_light::primitives::Bytes]) -> Result<Option<Vec<u8>>, RollupError>,
) {
    let trie = Trie::ordered(leaves);
    for index in 0..=leaves.len() {
        let nodes = trie.proof(&alloy_rlp::encode(index));
        let proven = check.ok("item", read(index as u64, &nodes));
        check.eq("item", proven.as_ref(), leaves.get(index));
        if let Some((_, fewer)) = nodes.split_last() {
            check.refused("a node less", read(index as u64, fewer), |error| matches!(error, RollupError::Execution(_)));
        }
    }
}
