//! The chain of ethereum/execution-apis, whose 54 blocks pass through every fork, and recorded answers about it.
//!
//! `chain.rlp` has the blocks one after another; in an `.io` file a request stands behind `>>` and its answer behind `<<`.

use super::super::Report;
use super::super::mpt_spec::values::{address, bytes, data, data_list, hash, list, quantity, reply, text};
use super::accounts;
use super::blocks::{self, Body, each};
use crate::files::Files;
use metis_light::execution::{Account, Receipt, Transaction};
use metis_light::primitives::header::Header;
use metis_light::primitives::rlp::{self, encode_list};
use metis_light::primitives::{Address, StorageSlot, U256, keccak256};
use metis_light::wire::{LogRecord, ReceiptRecord, TransactionRecord};
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) fn run(files: &Files, report: &mut Report) {
    for (path, file) in files.matching("mpt_real/", "/chain.rlp") {
        let folder = path.trim_end_matches("chain.rlp");
        let exchanges: Vec<Exchange<'_>> =
            files.matching(folder, ".io").flat_map(|(path, io)| exchanges(path, io)).collect();
        let mut chain = Chain::read(path, file, report);
        chain.add_genesis(&exchanges, report);
        chain.is_linked(path);
        // Proofs come first: what they show is held against the answers without proof.
        for exchange in exchanges.iter().filter(|exchange| exchange.method == "eth_getProof") {
            chain.proof(exchange, report);
        }
        for exchange in &exchanges {
            chain.judge(exchange, report);
        }
    }
}

struct Exchange<'a> {
    path: &'a str,
    method: String,
    parameters: Vec<Value>,
    result: Value,
}

/// The requests of a file that were answered with something.
fn exchanges<'a>(path: &'a str, io: &[u8]) -> Vec<Exchange<'a>> {
    let io = core::str::from_utf8(io).expect("an exchange is text");
    let (mut exchanges, mut request) = (Vec::new(), Value::Null);
    for line in io.lines() {
        let read = |json| serde_json::from_str::<Value>(json).unwrap_or_else(|error| panic!("{path}: {error}"));
        if let Some(json) = line.strip_prefix(">> ") {
            request = read(json);
        } else if let Some(json) = line.strip_prefix("<< ") {
            exchanges.push(Exchange {
                path,
                method: text(&request["method"]).to_owned(),
                parameters: list(&request["params"]).to_vec(),
                result: read(json)["result"].take(),
            });
        }
    }
    exchanges.retain(|exchange| !exchange.result.is_null());
    exchanges
}

struct Chain {
    blocks: BTreeMap<u64, Block>,
    /// Accounts that were proven at the head, and their words.
    proven: BTreeMap<Address, (Account, BTreeMap<StorageSlot, U256>)>,
}

struct Block {
    header: Header,
    transactions: Vec<Vec<u8>>,
    raw: Vec<u8>,
}

impl Chain {
    fn read(path: &str, file: &[u8], report: &mut Report) -> Self {
        let framed = encode_list(file);
        let raw = each(rlp::list(&framed).expect("blocks follow one another"), |block| block.raw().to_vec());
        let blocks = raw.into_iter().map(|raw| {
            let mut items = rlp::list(&raw).expect("a block is a list");
            let header = blocks::header(path, items.item().expect("a header").raw(), report);
            let body = Body::read(items);
            body.judge(&format!("{path} block {}", header.number), &header, report);
            (header.number, Block { header, transactions: body.transactions, raw })
        });
        Self { blocks: blocks.collect(), proven: BTreeMap::new() }
    }

    /// The chain's file begins after the genesis block, which is asked for like the others.
    fn add_genesis(&mut self, exchanges: &[Exchange<'_>], report: &mut Report) {
        let is_genesis = |exchange: &&Exchange<'_>| {
            exchange.method == "debug_getRawBlock" && exchange.parameters.first().is_some_and(|block| block == "0x0")
        };
        if let Some(exchange) = exchanges.iter().find(is_genesis) {
            let raw = data(&exchange.result);
            let mut items = rlp::list(&raw).expect("a block is a list");
            let header = blocks::header(exchange.path, items.item().expect("a header").raw(), report);
            self.blocks.insert(header.number, Block { header, transactions: Vec::new(), raw });
        }
    }

    fn is_linked(&self, path: &str) {
        let numbers: Vec<u64> = self.blocks.keys().copied().collect();
        for pair in numbers.windows(2) {
            let (parent, child) = (&self.blocks[&pair[0]].header, &self.blocks[&pair[1]].header);
            assert_eq!((parent.number + 1, parent.hash()), (child.number, child.parent_hash), "{path}");
        }
    }

    /// The block that a request names; the head where it names none.
    fn at(&self, name: Option<&Value>) -> &Block {
        let head = self.blocks.values().next_back().expect("the chain has blocks");
        match name.map(text) {
            None | Some("latest" | "safe" | "finalized" | "pending") => head,
            Some("earliest") => &self.blocks[&0],
            Some(name) if name.len() == 66 => {
                let hash = bytes(name);
                self.blocks.values().find(|block| block.header.hash() == *hash).expect("the chain has the block")
            }
            Some(_) => &self.blocks[&number(name.expect("it is there"))],
        }
    }

    /// Answers are judged by method; answers that nothing can be held against are passed over.
    fn judge(&self, exchange: &Exchange<'_>, report: &mut Report) {
        let Exchange { path, method, parameters, result } = exchange;
        let first = parameters.first();
        match method.as_str() {
            "eth_getBlockByHash" | "eth_getBlockByNumber" => {
                let header = blocks::judge(path, result, report);
                assert_eq!(header, self.at(first).header, "{path}");
            }
            "debug_getRawHeader" => {
                let header = blocks::header(path, &data(result), report);
                assert_eq!(header, self.at(first).header, "{path}");
            }
            "debug_getRawBlock" => {
                assert_eq!(data(result), self.at(first).raw, "{path}");
                report.cases += 1;
            }
            "debug_getRawTransaction" => {
                let transaction = blocks::transaction(path, &data(result), report);
                assert_eq!(transaction.hash(), hash(&parameters[0]), "{path}");
            }
            "debug_getRawReceipts" => {
                let receipts: Vec<Receipt> =
                    data_list(result).iter().map(|leaf| blocks::receipt(path, leaf, report)).collect();
                blocks::receipts(path, &receipts, &self.at(first).header, report);
            }
            "eth_getTransactionByHash" => self.transaction(exchange, report),
            "eth_getTransactionReceipt" => self.receipts(exchange, std::slice::from_ref(result), report),
            "eth_getBlockReceipts" => self.receipts(exchange, list(result), report),
            "eth_getLogs" => self.logs(exchange, report),
            "eth_getBalance" | "eth_getCode" | "eth_getStorageAt" | "eth_getTransactionCount" => {
                self.value(exchange, report);
            }
            _ => (),
        }
    }

    fn proof(&mut self, exchange: &Exchange<'_>, report: &mut Report) {
        let Exchange { path, parameters, result, .. } = exchange;
        let who = address(&parameters[0]);
        let slots: Vec<StorageSlot> =
            list(&parameters[1]).iter().map(|slot| StorageSlot(quantity(slot).into())).collect();
        let block = self.at(parameters.get(2));
        let is_head = block.header == self.at(None).header;
        let account = accounts::judge(path, &block.header, who, &slots, result, report);
        if is_head {
            let values = list(&result["storageProof"]).iter().map(|slot| quantity(&slot["value"]));
            self.proven.entry(who).or_insert((account, BTreeMap::new())).1.extend(slots.into_iter().zip(values));
        }
    }

    /// A value of an account that is proven at the head, asked for without a proof.
    fn value(&self, exchange: &Exchange<'_>, report: &mut Report) {
        let Exchange { path, method, parameters, result } = exchange;
        let block = parameters.get(if method == "eth_getStorageAt" { 2 } else { 1 });
        let Some((account, words)) = self.proven.get(&address(&parameters[0])) else { return };
        if self.at(block).header != self.at(None).header {
            return;
        }
        match method.as_str() {
            "eth_getBalance" => assert_eq!(account.balance, quantity(result), "{path}"),
            "eth_getCode" => assert_eq!(account.code_hash, keccak256(data(result)), "{path}"),
            "eth_getTransactionCount" => assert_eq!(U256::from(account.nonce), quantity(result), "{path}"),
            _ => match words.get(&StorageSlot(quantity(&parameters[1]).into())) {
                Some(word) => assert_eq!(*word, quantity(result), "{path}"),
                None => return,
            },
        }
        report.cases += 1;
    }

    fn transaction(&self, exchange: &Exchange<'_>, report: &mut Report) {
        let Exchange { path, parameters, result, .. } = exchange;
        let record = TransactionRecord::parse(&reply(result)).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(record.hash, Some(hash(&parameters[0])), "{path}");
        blocks::transaction_record(path, &record, result, report);
        let transactions = &self.blocks[&number(&result["blockNumber"])].transactions;
        assert!(transactions.contains(&record.transaction.encode()), "{path}: it stands in its block");
    }

    /// Receipts of transactions of the chain; those of a whole block have its root.
    fn receipts(&self, exchange: &Exchange<'_>, said: &[Value], report: &mut Report) {
        let path = exchange.path;
        let records = ReceiptRecord::parse_all(&reply(&Value::from(said.to_vec()))).expect("receipts are read");
        let Some(number) = said.first().map(|receipt| number(&receipt["blockNumber"])) else { return };
        let block = &self.blocks[&number];
        for (record, said) in records.iter().zip(said) {
            let index = quantity(&said["transactionIndex"]).to::<usize>();
            let transaction = Transaction::decode(&block.transactions[index]).expect("the chain's are read");
            assert_eq!(Some(transaction.hash()), record.transaction_hash, "{path}");
            blocks::receipt(path, &record.receipt.encode(), report);
        }
        if records.len() == block.transactions.len() {
            let receipts: Vec<Receipt> = records.into_iter().map(|record| record.receipt).collect();
            blocks::receipts(path, &receipts, &block.header, report);
        }
    }

    /// Logs belong to transactions of their blocks, and to the blocks' filters.
    fn logs(&self, exchange: &Exchange<'_>, report: &mut Report) {
        let path = exchange.path;
        for record in LogRecord::parse_all(&reply(&exchange.result)).expect("logs are read") {
            let block = &self.blocks[&record.block_number.expect("a block's number")];
            let hashes = block.transactions.iter().map(keccak256);
            assert!(hashes.map(Some).any(|hash| hash == record.transaction_hash), "{path}");
            assert!(block.header.logs_bloom.contains_raw_log(record.log.address, &record.log.topics), "{path}");
            report.cases += 1;
        }
    }
}

fn number(value: &Value) -> u64 {
    quantity(value).to()
}
