//! Answers about mainnet's block 21925176, from the test data of Helios.
//!
//! Each folder with a `block.json` is about that block. Its other files are told apart by their shape, those of Helios'
//! own interface included: `accountProof` with or without an address, `receiptProof`, receipts, logs, a transaction.

use super::super::Report;
use super::super::mpt_spec::twins;
use super::super::mpt_spec::values::{address, data, data_list, list, members, quantity, reply};
use super::{accounts, blocks};
use crate::files::{Files, json};
use metis_light::consensus::{L1StateRoot, L1Status};
use metis_light::execution::{ExecutionError, Log, Receipt};
use metis_light::primitives::header::Header;
use metis_light::primitives::{Address, B256};
use metis_light::wire::{LogRecord, ReceiptRecord, TransactionRecord};
use serde_json::{Value, json as object};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn run(files: &Files, report: &mut Report) {
    for (path, bytes) in files.matching("mpt_real/", "/block.json") {
        let folder = path.trim_end_matches("block.json");
        let header = blocks::judge(path, &json(path, bytes), report);
        let others: Vec<(&str, Value)> = files
            .matching(folder, ".json")
            .filter(|(other, _)| *other != path)
            .map(|(path, bytes)| (path, json(path, bytes)))
            .collect();
        let mut about = About { header, accounts: BTreeSet::new(), logs: BTreeMap::new() };
        others.iter().for_each(|(_, value)| about.collect(value));
        for (path, value) in &others {
            about.judge(path, value, report);
        }
    }
}

/// What is known of the block from its own files.
struct About {
    header: Header,
    /// Addresses that are named somewhere: the candidates for proofs without one.
    accounts: BTreeSet<Address>,
    /// Logs by transaction.
    logs: BTreeMap<B256, Vec<Log>>,
}

impl About {
    fn collect(&mut self, value: &Value) {
        self.accounts.extend(value.get("accountProof").and(value.get("address")).map(address));
        if is_list_with(value, "cumulativeGasUsed") {
            for record in ReceiptRecord::parse_all(&reply(value)).expect("receipts are read") {
                self.logs.insert(record.transaction_hash.expect("whose it is"), record.receipt.logs);
            }
        }
    }

    fn judge(&self, path: &str, value: &Value, report: &mut Report) {
        if value.get("accountProof").is_some() {
            self.account(path, value, report);
        } else if let Some(accounts) = value.get("accounts") {
            members(accounts).for_each(|(who, value)| self.account_of(path, address(&object!(who)), value, report));
        } else if value.get("receiptProof").is_some() {
            self.receipt(path, value, report);
        } else if let Some(proofs) = value.get("receiptProofs") {
            self.logs(path, &value["logs"], report);
            members(proofs).for_each(|(_, proof)| self.receipt(path, proof, report));
        } else if is_list_with(value, "cumulativeGasUsed") {
            let records = ReceiptRecord::parse_all(&reply(value)).expect("receipts are read");
            let receipts: Vec<Receipt> = records.into_iter().map(|record| record.receipt).collect();
            receipts.iter().for_each(|receipt| drop(blocks::receipt(path, &receipt.encode(), report)));
            blocks::receipts(path, &receipts, &self.header, report);
        } else if is_list_with(value, "topics") {
            self.logs(path, value, report);
        } else if value.get("gasPrice").is_some() {
            let record = TransactionRecord::parse(&reply(value)).expect("a transaction is read");
            blocks::transaction_record(path, &record, value, report);
        } else if value.get("cumulativeGasUsed").is_some() {
            self.logs(path, &value["logs"], report);
        }
    }

    fn account(&self, path: &str, value: &Value, report: &mut Report) {
        match value.get("address") {
            Some(who) => self.account_of(path, address(who), value, report),
            None => {
                let l1 = L1StateRoot::for_tests(&self.header, L1Status::Finalized);
                let proof = metis_light::execution::AccountProof {
                    nodes: data_list(&value["accountProof"]).into_iter().map(Into::into).collect(),
                    ..Default::default()
                };
                let is_its = |who: &&Address| l1.account(**who, &proof).is_ok_and(|proven| proven.value().is_some());
                let who = self.accounts.iter().find(is_its).expect("the proof is of an account that is named");
                self.account_of(path, *who, value, report);
            }
        }
    }

    /// An answer of the node, or of Helios' own interface, which names the account's fields apart and adds the code.
    fn account_of(&self, path: &str, who: Address, value: &Value, report: &mut Report) {
        let mut answer = value.clone();
        if let Some(fields) = value.get("account") {
            answer["address"] = object!(who);
            answer["nonce"] = fields["nonce"].clone();
            answer["balance"] = fields["balance"].clone();
            answer["codeHash"] = fields["codeHash"].clone();
            answer["storageHash"] = fields["storageRoot"].clone();
        }
        accounts::judge(path, &self.header, who, &accounts::slots_of(value), &answer, report);
        if let Some(code) = value.get("code") {
            self.code(path, who, &data(code), value, report);
        }
    }

    fn code(&self, path: &str, who: Address, code: &[u8], value: &Value, report: &mut Report) {
        let l1 = L1StateRoot::for_tests(&self.header, L1Status::Finalized);
        let proof = metis_light::execution::AccountProof {
            nodes: data_list(&value["accountProof"]).into_iter().map(Into::into).collect(),
            ..Default::default()
        };
        let read = |code: &[u8]| l1.code(who, code.to_vec(), &proof).map(|proven| proven.into_value());
        assert_eq!(read(code).as_deref(), Ok(code), "{path}");
        report.cases += 1;
        for twin in [&[code, &[0]].concat(), code.get(1..).unwrap_or(&[1])] {
            let verdict = read(twin).map_err(accounts::execution);
            assert!(matches!(verdict, Err(ExecutionError::CodeMismatch { .. })), "{path} gives {verdict:?}");
            report.refused += 1;
        }
    }

    /// A receipt under the block's receipts root, with the path from it.
    fn receipt(&self, path: &str, value: &Value, report: &mut Report) {
        let said = object!([value["receipt"]]);
        let record = ReceiptRecord::parse_all(&reply(&said)).expect("a receipt is read").remove(0);
        let index: u64 = quantity(&value["receipt"]["transactionIndex"]).to();
        let l1 = L1StateRoot::for_tests(&self.header, L1Status::Finalized);
        let read = |index, nodes: &[Vec<u8>]| {
            l1.receipt(index, nodes).map(|proven| proven.into_value()).map_err(accounts::execution)
        };
        let nodes = data_list(&value["receiptProof"]);
        assert_eq!(read(index, &nodes), Ok(Some(record.receipt)), "{path}");
        report.cases += 1;
        report.refused += twins::refused(path, &nodes, |nodes| accounts::rule("receipt", read(index, nodes)));
        for other in [index ^ 1, index + 2, index + 256] {
            let verdict = accounts::rule("receipt", read(other, &nodes));
            assert!(verdict.is_err(), "{path}: asked for {other} it gives {verdict:?}");
            report.refused += 1;
        }
    }

    /// Logs stand in the receipts that they say.
    fn logs(&self, path: &str, said: &Value, report: &mut Report) {
        for record in LogRecord::parse_all(&reply(said)).expect("logs are read") {
            let logs = record.transaction_hash.and_then(|hash| self.logs.get(&hash));
            assert!(logs.is_some_and(|logs| logs.contains(&record.log)), "{path}");
            report.cases += 1;
        }
    }
}

fn is_list_with(value: &Value, member: &str) -> bool {
    value.is_array() && list(value).iter().all(|item| item.get(member).is_some()) && !list(value).is_empty()
}
