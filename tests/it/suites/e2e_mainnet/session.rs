//! What was asked in a session and answered, under the L1 that was climbed to.

use super::block::Block;
use crate::files::{Files, json};
use crate::suites::metis::check::Check;
use crate::suites::metis::json::{address, bytes, list, number, padded, raw, small, text, word, words};
use crate::suites::metis::trie::Trie;
use crate::suites::metis::twins::{Layer, twins};
use crate::suites::recording::parsed;
use crate::suites::spoil::Seed;
use metis_light::consensus::L1StateRoot;
use metis_light::execution::{Account, ExecutionError, Log, Outcome, Receipt, Transaction, receipts_root};
use metis_light::primitives::{StorageSlot, U256};
use metis_light::rollup::RollupError;
use metis_light::wire::{ClaimedHeader, ReceiptRecord};
use serde_json::Value;

pub(super) struct Session<'a> {
    pub(super) files: &'a Files,
    pub(super) folder: String,
    pub(super) block: &'a Block,
    pub(super) child: &'a Block,
    pub(super) l1: L1StateRoot,
}

impl Session<'_> {
    pub(super) fn run(&self, check: &mut Check) {
        self.headers(check);
        let test = self.files.json(&format!("{}test.json", self.folder)).expect("a session has a question");
        let (method, expected) = (text(&test["method"]), &test["expected_result"]);
        match method {
            "eth_getBalance" | "eth_getTransactionCount" | "eth_getStorageAt" | "eth_getProof" => {
                self.proofs(check, method, &test["params"], expected);
            }
            "eth_getTransactionReceipt" | "eth_getLogs" => self.receipts(check, method, expected),
            "eth_getTransactionByHash" if word(&expected["blockHash"]) == self.l1.hash() => {
                self.transaction(check, expected);
            }
            // A session may hold another pair of blocks besides the one that the question is about.
            "eth_getTransactionByHash" => {}
            other => panic!("{}: {other} is a question of a new kind", self.folder),
        }
    }

    /// Every recorded answer whose name begins so.
    fn answers<'a>(&'a self, kind: &str) -> Vec<(&'a str, Value)> {
        let prefix = format!("{}{kind}", self.folder);
        let all = self.files.matching(&self.folder, ".json").filter(|(path, _)| path.starts_with(&prefix));
        all.map(|(path, bytes)| (path, json(path, bytes))).collect()
    }

    /// What nodes said of these two blocks is what was rebuilt.
    fn headers(&self, check: &mut Check) {
        for (path, answer) in self.answers("eth_getBlockByNumber_") {
            let claim = check.ok(path, ClaimedHeader::parse(&raw(&answer["result"])));
            let known = [self.block, self.child].into_iter().find(|block| block.header.number == claim.header.number);
            if let Some(known) = known {
                check.eq(path, &claim.header, &known.header);
            }
        }
        for (path, answer) in self.answers("eth_v1_beacon_headers_") {
            let data = if answer["data"].is_array() { &answer["data"][0] } else { &answer["data"] };
            let known = [self.block, self.child].into_iter().find(|block| block.parts.root == word(&data["root"]));
            let Some(known) = known else { continue };
            let message = &data["header"]["message"];
            check.eq(path, small(&message["slot"]), known.parts.slot);
            check.eq(path, word(&message["state_root"]), known.parts.state_root);
            check.eq(path, word(&message["body_root"]), known.parts.body_root);
        }
    }

    /// Accounts and storage. The question says `latest`, so the answers are what the session's block holds.
    fn proofs(&self, check: &mut Check, method: &str, params: &Value, expected: &Value) {
        let who = address(&params[0]);
        let answers = self.answers("eth_getProof_");
        check.eq(&self.folder, answers.len(), 1);
        for (path, answer) in answers {
            let proof = parsed(&answer["result"]);
            let slots: Vec<StorageSlot> = match method {
                "eth_getStorageAt" => vec![StorageSlot(padded(&params[1]))],
                "eth_getProof" => list(&params[1]).iter().map(|slot| StorageSlot(padded(slot))).collect(),
                _ => Vec::new(),
            };
            let words = check.ok(path, self.l1.storage(who, &slots, &proof)).into_value();
            let bare = metis_light::execution::AccountProof { slots: Vec::new(), ..proof.clone() };
            let account = check.ok(path, self.l1.account(who, &bare)).into_value().unwrap_or(Account::EMPTY);
            match method {
                "eth_getBalance" => check.eq(path, account.balance, number(expected)),
                "eth_getTransactionCount" => check.eq(path, account.nonce, small(expected)),
                "eth_getStorageAt" => check.eq(path, words, vec![number(expected)]),
                _ => {
                    check.eq(path, account.balance, number(&expected["balance"]));
                    check.eq(path, account.code_hash, word(&expected["codeHash"]));
                    let values = list(&expected["storageProof"]).iter().map(|slot| number(&slot["value"]));
                    check.eq(path, words, values.collect());
                }
            }
            for twin in twins(&proof, Layer::L1, 4, &mut Seed::new(self.l1.number())) {
                check.refused(
                    &format!("{path}: {}", twin.what),
                    self.l1.storage(who, &slots, &twin.proof),
                    |error| matches!(error, RollupError::Execution(error) if twin.is_met_by(error)),
                );
            }
        }
    }

    /// All receipts have the header's root, so each of them has a proof; one or its logs were asked for.
    fn receipts(&self, check: &mut Check, method: &str, expected: &Value) {
        for (path, answer) in self.answers("eth_getBlockReceipts_") {
            let records = check.ok(path, ReceiptRecord::parse_all(&raw(&answer["result"])));
            let hashes: Vec<_> = records.iter().map(|record| record.transaction_hash).collect();
            let receipts: Vec<Receipt> = records.into_iter().map(|record| record.receipt).collect();
            check.eq(path, receipts_root(&receipts), self.block.header.receipts_root);
            if method == "eth_getLogs" {
                self.logs(check, path, &receipts, expected);
                continue;
            }
            let index = small(&expected["transactionIndex"]);
            let place = usize::try_from(index).expect("a place");
            check.eq(path, hashes[place], Some(word(&expected["transactionHash"])));
            let nodes = Trie::ordered(&receipts.iter().map(Receipt::encode).collect::<Vec<_>>());
            let proof = nodes.proof(&alloy_rlp::encode(index));
            let proven = check.ok(path, self.l1.receipt(index, &proof)).into_value().expect("a receipt");
            check.eq(path, &proven, &receipts[place]);
            check.eq(path, proven.cumulative_gas_used, small(&expected["cumulativeGasUsed"]));
            check.eq(path, proven.outcome, Outcome::Status(small(&expected["status"]) == 1));
            check.eq(path, proven.logs, list(&expected["logs"]).iter().map(log).collect());
            self.spoiled(check, path, &proof, |nodes| self.l1.receipt(index, nodes).map(|proven| proven.into_value()));
            let other = self.l1.receipt(index + 1, &proof).map(|proven| proven.into_value());
            check.refused(path, other, is_no_proof);
        }
    }

    /// The logs of one contract, in the order of the block.
    fn logs(&self, check: &mut Check, path: &str, receipts: &[Receipt], expected: &Value) {
        let expected: Vec<Log> = list(expected).iter().map(log).collect();
        let emitter = expected.first().expect("a log").address;
        let logs = receipts.iter().flat_map(|receipt| &receipt.logs).filter(|log| log.address == emitter);
        check.eq(path, logs.cloned().collect::<Vec<_>>(), expected);
    }

    /// A transaction is where it is said to be, and signed by whom it is said to be.
    fn transaction(&self, check: &mut Check, expected: &Value) {
        let (path, index) = (&self.folder, small(&expected["transactionIndex"]));
        let proof = Trie::ordered(&self.block.transactions).proof(&alloy_rlp::encode(index));
        let proven = check.ok(path, self.l1.transaction(index, &proof)).into_value().expect("a transaction");
        check.eq(path, proven.hash(), word(&expected["hash"]));
        check.eq(path, proven.sender(), Ok(address(&expected["from"])));
        check.eq(
            path,
            (U256::from(proven.nonce), &proven.input),
            (number(&expected["nonce"]), &bytes(&expected["input"])),
        );
        let read = |nodes: &[_]| -> Result<Option<Transaction>, RollupError> {
            self.l1.transaction(index, nodes).map(|proven| proven.into_value())
        };
        self.spoiled(check, path, &proof, read);
        let beyond = self.block.transactions.len() as u64;
        let absent = Trie::ordered(&self.block.transactions).proof(&alloy_rlp::encode(beyond));
        check.eq(path, check_none(self.l1.transaction(beyond, &absent).map(|proven| proven.into_value())), true);
    }

    /// A node changed, missing or too much.
    fn spoiled<T: core::fmt::Debug>(
        &self,
        check: &mut Check,
        path: &str,
        proof: &[metis_light::primitives::Bytes],
        read: impl Fn(&[metis_light::primitives::Bytes]) -> Result<T, RollupError>,
    ) {
        for place in 0..proof.len() {
            let mut flipped = proof.to_vec();
            flipped[place] = crate::suites::spoil::flipped(&proof[place], proof[place].len() / 2).into();
            check.refused(path, read(&flipped), is_no_proof);
            let mut missing = proof.to_vec();
            missing.remove(place);
            check.refused(path, read(&missing), is_no_proof);
        }
        let more = [proof, &proof[..1]].concat();
        check.refused(path, read(&more), is_no_proof);
    }
}

fn check_none<T>(verdict: Result<Option<T>, RollupError>) -> bool {
    matches!(verdict, Ok(None))
}

const fn is_no_proof(error: &RollupError) -> bool {
    matches!(error, RollupError::Execution(ExecutionError::Proof { .. }))
}

fn log(log: &Value) -> Log {
    Log { address: address(&log["address"]), topics: words(&log["topics"]), data: bytes(&log["data"]) }
}
