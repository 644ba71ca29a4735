//! What the sequencer's tests have of use here: a call that appends state roots, and a block of an OVM chain.

use super::super::Report;
use super::values::{data, hash, reply, text};
use crate::files::{Files, json};
use metis_light::primitives::U256;
use metis_light::rollup::AppendCall;
use metis_light::wire::{ClaimedHeader, TransactionRecord};
use serde_json::{Value, json as object};

pub(super) fn run(files: &Files, report: &mut Report) {
    for (path, bytes) in files.matching("ovm_unit/sequencer_batch/", ".json") {
        let file = json(path, bytes);
        for (name, member) in file.as_object().into_iter().flatten() {
            let name = format!("{path} {name}");
            if member.get("stateRoot").is_some() {
                block(&name, member, report);
            } else if member.as_str().is_some_and(|hex| hex.starts_with("0x8ca5cbb9")) {
                append_call(&name, &data(member), report);
            }
        }
    }
}

/// `appendStateBatch(bytes32[],uint256)`: the words behind the selector are an offset, the number of elements before,
/// the number of roots and the roots.
fn append_call(name: &str, calldata: &[u8], report: &mut Report) {
    let words: Vec<U256> = calldata[4..].chunks(32).map(U256::from_be_slice).collect();
    let call = AppendCall::parse(calldata).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!((call.chain_id, call.proposer, call.last_block), (None, None, None), "{name}");
    assert_eq!(call.start_at, words[1], "{name}");
    assert_eq!(U256::from(call.state_roots.len()), words[2], "{name}");
    assert!(call.state_roots.iter().map(|root| U256::from_be_bytes(root.0)).eq(words[3..].iter().copied()), "{name}");
    report.cases += 1;
    // One root less than announced.
    assert!(AppendCall::parse(&calldata[..calldata.len() - 32]).is_err(), "{name}");
    report.refused += 1;
}

/// A block of l2geth: fifteen fields, hashed as Ethereum does, and a legacy transaction.
fn block(name: &str, block: &Value, report: &mut Report) {
    let claim = ClaimedHeader::parse(&reply(block)).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(Some(claim.header.hash()), claim.hash, "{name}");
    assert_eq!(claim.header.london, None, "{name}");
    report.cases += 1;
    for record in TransactionRecord::parse_all(&reply(&block["transactions"])).expect("transactions are read") {
        assert_eq!(Some(record.transaction.hash()), record.hash, "{name}");
        report.cases += 1;
    }
    let mut twin = block.clone();
    twin["stateRoot"] = object!(hash(&block["stateRoot"]) ^ metis_light::primitives::B256::with_last_byte(1));
    let spoiled = ClaimedHeader::parse(&reply(&twin)).map(|claim| claim.header.hash());
    assert_ne!(spoiled.ok(), claim.hash, "{name}: {} changed", text(&block["stateRoot"]));
    report.refused += 1;
}
