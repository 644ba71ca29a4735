//! Whole blocks of mainnet with their receipts, from the Portal network's test data.
//!
//! Receipts have the form in which nodes exchange them since eth/69 (EIP-7642): `[type, outcome, gas, logs]`, without the
//! bloom filter, which follows from the logs.

use super::super::Report;
use super::super::mpt_spec::values::{entries, member};
use super::blocks::{self, Body, each};
use crate::files::Files;
use alloy_primitives::Bloom;
use metis_light::execution::Receipt;
use metis_light::primitives::rlp::{self, Item, encode_list};
use metis_light::primitives::{Address, B256};

pub(super) fn run(files: &Files, report: &mut Report) {
    for (path, yaml) in files.matching("mpt_real/blocks_portal/", ".yaml") {
        for entry in entries(yaml) {
            let header = blocks::header(path, member(&entry, "header"), report);
            let body = Body::read(rlp::list(member(&entry, "body")).expect("a body is a list"));
            body.judge(path, &header, report);
            let receipts = rlp::list(member(&entry, "receipts")).expect("receipts are a list");
            let receipts: Vec<Receipt> =
                each(receipts, leaf).iter().map(|leaf| blocks::receipt(path, leaf, report)).collect();
            assert_eq!(receipts.len(), body.transactions.len(), "{path}");
            blocks::receipts(path, &receipts, &header, report);
        }
    }
}

/// The receipt as it stands in the trie.
fn leaf(exchanged: Item<'_>) -> Vec<u8> {
    let mut items = exchanged.list().expect("a receipt is a list");
    let tx_type = items.u64().expect("a type");
    let (outcome, gas) = (items.item().expect("an outcome"), items.item().expect("gas"));
    let logs = items.item().expect("logs");
    let bloom = alloy_rlp::encode(bloom(logs));
    let fields = encode_list(&[outcome.raw(), gas.raw(), &bloom, logs.raw()].concat());
    match u8::try_from(tx_type) {
        Ok(0) => fields,
        Ok(tx_type) => [&[tx_type], fields.as_slice()].concat(),
        Err(_) => panic!("{tx_type} is no type"),
    }
}

fn bloom(logs: Item<'_>) -> Bloom {
    let mut bloom = Bloom::ZERO;
    for (address, topics) in each(logs.list().expect("logs are a list"), address_and_topics) {
        bloom.accrue_raw_log(address, &topics);
    }
    bloom
}

fn address_and_topics(log: Item<'_>) -> (Address, Vec<B256>) {
    let mut items = log.list().expect("a log is a list");
    let address = items.address().expect("an address");
    let topics = each(items.list().expect("topics"), |topic| B256::from_slice(topic.string().expect("a topic")));
    (address, topics)
}
