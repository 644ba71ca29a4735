//! Every recorded header and every recorded proof, and what L1 says of the batches beside its storage.

use super::Story;
use crate::suites::metis::check::Check;
use crate::suites::metis::json::{bytes, list, number, padded, raw, small, word, words};
use crate::suites::metis::transaction;
use crate::suites::metis::trie::Trie;
use crate::suites::metis::twins::{Layer, twins};
use crate::suites::recording::{RecordedProof, Recording, parsed};
use crate::suites::spoil::Seed;
use metis_light::consensus::{L1StateRoot, L1Status};
use metis_light::consistent::{self, ProofQuestion};
use metis_light::error::Error;
use metis_light::execution::{Question, Receipt, Transaction};
use metis_light::primitives::{B256, StorageSlot, U256, keccak256, ovm_merkle};
use metis_light::rollup::{AppendCall, BatchHeader, RollupError, StateBatchAppended, StateBatchDeleted};
use metis_light::wire::{ClaimedHeader, LogRecord, ReceiptRecord, TransactionRecord};
use serde_json::{Value, json};

pub(super) fn run(check: &mut Check, story: &Story<'_>) {
    for calls in [Some(&story.calls), story.evil.as_ref()].into_iter().flatten() {
        for (_, block) in calls.blocks() {
            let claim = check.ok("header", ClaimedHeader::parse(&raw(block)));
            check.eq("block hash", Some(claim.header.hash()), claim.hash);
        }
    }
    for expected in list(&story.expected["l2Headers"]) {
        let header = story.calls.header("l2", word(&expected["hash"])).expect("an l2 header");
        let roots = ["stateRoot", "transactionsRoot", "receiptsRoot"].map(|member| word(&expected[member]));
        check.eq("roots", [header.state_root, header.transactions_root, header.receipts_root], roots);
        check.eq("number", header.number, small(&expected["number"]));
    }
    let mut seed = Seed::new(story.network.l1.genesis_time);
    for recorded in story.calls.recorded_proofs() {
        proof(check, story, &recorded, &mut seed);
    }
    for batch in list(&story.expected["batches"]) {
        announcement(check, story, batch);
    }
    logs(check, story);
    for deposit in list(&story.expected["deposits"]) {
        self::deposit(check, story, deposit);
    }
    if let Some(evil) = &story.evil {
        for recorded in evil.recorded_proofs() {
            dishonest(check, story, evil, &recorded);
        }
    }
}

/// A message from L1: its transaction on L2 follows from the queue, and its flag says that the call did not revert.
fn deposit(check: &mut Check, story: &Story<'_>, expected: &Value) {
    let event = json!({
        "index": expected["queueIndex"],
        "target": expected["target"],
        "data": expected["data"],
        "gasLimit": expected["gasLimit"],
        "origin": expected["origin"],
        "blockNumber": expected["l1Block"],
        "timestamp": 0,
    });
    let hash = transaction::deposit(check, &event).hash();
    let mut all = list(&story.expected["l2Transactions"]).iter();
    let on_l2 = all.find(|transaction| word(&transaction["hash"]) == hash).expect("the deposit's transaction");
    check.eq("block of the deposit", small(&on_l2["block"]), small(&expected["l2Block"]));
    let message_hash = keccak256(bytes(&expected["data"]));
    check.eq("message", message_hash, word(&expected["messageHash"]));
    let slot = StorageSlot::at(1).entry(message_hash);
    check.eq("flag's slot", slot.0, word(&expected["l2SuccessSlot"]));
    let question = Question::new(story.network.l2.predeploys.messenger, [slot]);
    for number in small(&expected["l2Block"]).saturating_sub(1)..=list(&story.expected["l2Headers"]).len() as u64 {
        let Some(hash) = story.calls.hash_of("l2", number) else { continue };
        let Some(answer) = story.calls.proof("any", "l2", hash, &question) else { continue };
        let state_root = story.calls.header("l2", hash).expect("a header").state_root;
        let asked = ProofQuestion { state_root, address: Some(question.address), slots: question.slots.clone() };
        let flag = check.ok("flag", consistent::proof(&asked, &answer)).into_value().storage[0].value;
        let is_relayed = number >= small(&expected["l2Block"]);
        check.eq("flag", U256::from_be_bytes(flag.0), U256::from(u8::from(is_relayed)));
    }
}

/// A dishonest answer holds under the dishonest root of its block, and not under the honest one.
fn dishonest(check: &mut Check, story: &Story<'_>, evil: &Recording<'_>, recorded: &RecordedProof<'_>) {
    let answer = parsed(recorded.result);
    let read = |calls: &Recording<'_>| {
        let hash = calls.hash_named("l2", &recorded.block)?;
        let state_root = calls.header("l2", hash)?.state_root;
        let (address, slots) = (Some(recorded.question.address), recorded.question.slots.clone());
        Some(consistent::proof(&ProofQuestion { state_root, address, slots }, &answer))
    };
    check.ok("a dishonest answer", read(evil).expect("a dishonest block"));
    if let Some(refusal) = read(&story.calls) {
        check.err(
            "a dishonest answer under the honest root",
            refusal,
            |error| matches!(error, Error::Execution(error) if super::contracts::is_stale(error)),
        );
    }
}

/// A recorded answer under the state root of its block: the values in clear are the proven ones.
fn proof(check: &mut Check, story: &Story<'_>, recorded: &RecordedProof<'_>, seed: &mut Seed) {
    let Some(hash) = story.calls.hash_named(recorded.source, &recorded.block) else { return };
    let header = story.calls.header(recorded.source, hash).expect("a header");
    let answer = parsed(recorded.result);
    let question = &recorded.question;
    let values: Vec<B256> = list(&recorded.result["storageProof"]).iter().map(|slot| padded(&slot["value"])).collect();
    if recorded.source == "l1" {
        let l1 = L1StateRoot::for_tests(&header, L1Status::Finalized);
        let proven = check.ok("l1 answer", l1.storage(question.address, &question.slots, &answer)).into_value();
        check.eq("words", proven.into_iter().map(B256::from).collect::<Vec<_>>(), values);
        for twin in twins(&answer, Layer::L1, 0, seed).iter().filter(|twin| seed.below(16) == 0 || twin.what == "nonce")
        {
            let refusal = l1.storage(question.address, &question.slots, &twin.proof);
            check.refused(
                twin.what,
                refusal,
                |error| matches!(error, RollupError::Execution(error) if twin.is_met_by(error)),
            );
        }
        return;
    }
    let slots = question.slots.clone();
    let question = ProofQuestion { state_root: header.state_root, address: Some(question.address), slots };
    let facts = check.ok("l2 answer", consistent::proof(&question, &answer)).into_value();
    check.eq("words", facts.storage.iter().map(|fact| fact.value).collect::<Vec<_>>(), values);
    check.eq("balance in the leaf", facts.balance, U256::ZERO);
    let other = ProofQuestion { state_root: keccak256(header.state_root), ..question };
    check.refused(
        "another root",
        consistent::proof(&other, &answer),
        |error| matches!(error, Error::Execution(error) if super::contracts::is_stale(error)),
    );
}

/// The transaction that appended a batch carries its roots, and its receipt the event.
fn announcement(check: &mut Check, story: &Story<'_>, batch: &Value) {
    let header = header_of(batch);
    let result = |method: &str, params: Value| story.calls.result("any", "l1", method, &params);
    if let Some(tx) = result("eth_getTransactionByHash", json!([batch["l1Tx"]])) {
        let record = check.ok("transaction", TransactionRecord::parse(&raw(tx)));
        check.eq("hash", record.transaction.hash(), word(&batch["l1Tx"]));
        let call = check.ok("calldata", AppendCall::parse(&record.transaction.input));
        check.eq("roots", &call.state_roots, &words(&batch["stateRoots"]));
        check.eq("root", ovm_merkle::root(&call.state_roots), Ok(header.batch_root()));
        check.eq("start", call.start_at, U256::from(header.prev_total_elements()));
        check.eq("last block", call.last_block, header.extra_data().last_block());
        let chain_id = U256::from(story.network.l2.chain_id);
        check.eq("chain", call.chain_id.unwrap_or(U256::from(1088)), chain_id);
    }
    let number = small(&batch["l1Block"]);
    let Some(block) = story.calls.hash_of("l1", number).and_then(|hash| story.calls.block("l1", hash)) else { return };
    let l1 = L1StateRoot::for_tests(&ClaimedHeader::parse(&raw(block)).expect("a header").header, L1Status::Finalized);
    if list(&block["transactions"]).iter().all(Value::is_object) {
        let records = check.ok("transactions", TransactionRecord::parse_all(&raw(&block["transactions"])));
        let transactions: Vec<Transaction> = records.into_iter().map(|record| record.transaction).collect();
        let trie = Trie::ordered(&transactions.iter().map(Transaction::encode).collect::<Vec<_>>());
        for index in 0..=transactions.len() {
            let nodes = trie.proof(&alloy_rlp::encode(index));
            let proven = check.ok("transaction", l1.transaction(index as u64, &nodes));
            check.eq("transaction", proven.value().as_ref(), transactions.get(index));
        }
    }
    let Some(receipts) = result("eth_getBlockReceipts", json!([format!("{number:#x}")])) else { return };
    let records = check.ok("receipts", ReceiptRecord::parse_all(&raw(receipts)));
    let receipts: Vec<Receipt> = records.into_iter().map(|record| record.receipt).collect();
    let trie = Trie::ordered(&receipts.iter().map(Receipt::encode).collect::<Vec<_>>());
    let mut found = Vec::new();
    for index in 0..=receipts.len() {
        let nodes = trie.proof(&alloy_rlp::encode(index));
        let proven = check.ok("receipt", l1.receipt(index as u64, &nodes)).into_value();
        check.eq("receipt", proven.as_ref(), receipts.get(index));
        let logs = proven.into_iter().flat_map(|receipt| receipt.logs);
        found.extend(logs.filter_map(|log| StateBatchAppended::parse(&log).ok()).map(|event| event.header));
    }
    check.eq("the event", found.contains(&header), true);
}

fn header_of(batch: &Value) -> BatchHeader {
    let [size, previous] = ["batchSize", "prevTotalElements"].map(|member| number(&batch[member]));
    BatchHeader::new(word(&batch["batchRoot"]), size, previous, bytes(&batch["extraData"])).expect("a header")
}

/// Events of the SCC wherever they were recorded.
fn logs(check: &mut Check, story: &Story<'_>) {
    let headers: Vec<BatchHeader> = list(&story.expected["batches"]).iter().map(header_of).collect();
    for (_, result) in story.calls.results("l1", "eth_getLogs") {
        for record in check.ok("logs", LogRecord::parse_all(&raw(result))) {
            let mut log = record.log;
            if log.topics.first() == Some(&StateBatchAppended::TOPIC) {
                let event = check.ok("event", StateBatchAppended::parse(&log));
                check.eq("header", headers.contains(&event.header), true);
                check.eq("chain", event.chain_id, U256::from(story.network.l2.chain_id));
                log.data = [&log.data[..], &[0; 32]].concat().into();
                check.refused("a word more", StateBatchAppended::parse(&log), is_wrong);
                log.topics.push(B256::ZERO);
                check.refused("a topic more", StateBatchAppended::parse(&log), is_wrong);
            } else if log.topics.first() == Some(&StateBatchDeleted::TOPIC) {
                let event = check.ok("event", StateBatchDeleted::parse(&log));
                let roots: Vec<B256> = headers.iter().map(BatchHeader::batch_root).collect();
                check.eq("root", roots.contains(&event.batch_root), true);
            } else {
                check.refused("another event", StateBatchAppended::parse(&log), is_wrong);
                check.refused("another event", StateBatchDeleted::parse(&log), is_wrong);
            }
        }
    }
}

fn is_wrong(error: &RollupError) -> bool {
    matches!(error, RollupError::WrongEncoding { .. })
}
