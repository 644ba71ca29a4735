//! Headers of Metis' l2geth, and of a relative with the same fifteen fields.

use super::check::Check;
use super::json::{bytes, list, raw, small, text, word};
use super::transaction;
use crate::suites::spoil::{Seed, flipped, places};
use metis_light::primitives::header::Header;
use metis_light::wire::ClaimedHeader;
use serde_json::Value;

/// A file with one block, or with several and a transaction.
pub(super) fn run(check: &mut Check, file: &Value) {
    let alone = core::slice::from_ref(file);
    for entry in file.get("blocks").map_or(alone, list) {
        block(check, &entry["block"], Some(&entry["derived"]["headerRlp"]));
    }
    if let Some(sample) = file.get("transaction") {
        transaction::sample(check, sample);
    }
}

/// A header as JSON-RPC gave it.
pub(crate) fn block(check: &mut Check, block: &Value, rlp: Option<&Value>) {
    let ClaimedHeader { header, hash } = check.ok("header", ClaimedHeader::parse(&raw(block)));
    check.eq("block hash", Some(header.hash()), hash);
    check.eq("block hash", header.hash(), word(&block["hash"]));
    check.eq("number", header.number, small(&block["number"]));
    if let Some(rlp) = rlp {
        encoded(check, &bytes(rlp), &header);
    }
    for member in ["parentHash", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom", "extraData", "mixHash"] {
        let mut twin = block.clone();
        let text = text(&twin[member]);
        let last = if text.ends_with('0') { '1' } else { '0' };
        twin[member] = format!("{}{last}", &text[..text.len() - 1]).into();
        let twin = ClaimedHeader::parse(&raw(&twin)).expect("still a header");
        check.differs(member, twin.header.hash(), header.hash());
    }
}

/// The encoding, which is the only one.
pub(super) fn encoded(check: &mut Check, rlp: &[u8], header: &Header) {
    check.eq("encoding", header.encode(), rlp.to_vec());
    check.eq("decoding", Header::decode(rlp).as_ref(), Ok(header));
    let mut seed = Seed::new(header.number);
    for place in places(rlp.len(), 64, &mut seed) {
        let twin = Header::decode(&flipped(rlp, place));
        check.differs("a header with a flipped bit", twin.map(|twin| twin.hash()), Ok(header.hash()));
    }
}
