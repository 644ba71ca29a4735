//! Batch headers: of a rollup from its first to its last, of single samples, and the roots in an append call.

use crate::suites::metis::check::Check;
use crate::suites::metis::json::{address, bytes, list, number, small, text, word};
use crate::suites::spoil::{Seed, flipped, places};
use metis_light::consistent;
use metis_light::primitives::{B256, Bytes, U256, ovm_merkle};
use metis_light::rollup::{AppendCall, BatchHeader, RollupError};
use metis_light::wire::BatchClaim;
use serde_json::Value;

/// All batches of a rollup, in order and without a gap.
pub(super) fn events(check: &mut Check, file: &Value) {
    let (mut total, mut time) = (0, 0);
    for (index, event) in list(file).iter().enumerate() {
        let header = check.ok("header", header_of(event));
        check.eq("index", number(&event["_batchIndex"]), U256::from(index));
        check.eq("no gap", header.prev_total_elements(), total);
        total = header.last_block();
        let extra_data = header.extra_data();
        check.eq("timestamp", extra_data.timestamp().0, small(&event["blockTimestamp"]));
        assert!(extra_data.timestamp().0 > time, "the times of batches rise");
        time = extra_data.timestamp().0;
        check.eq("form of 64 bytes", (extra_data.bytes().len(), extra_data.last_block()), (64, None));
        check.eq(
            "places",
            (header.index_of(header.first_block()), header.index_of(total)),
            (Ok(0), Ok(header.batch_size() - 1)),
        );
        spoiled(check, event, &header);
    }
}

/// The header of an event's members.
pub(super) fn header_of(event: &Value) -> Result<BatchHeader, RollupError> {
    BatchHeader::new(
        word(&event["_batchRoot"]),
        number(&event["_batchSize"]),
        number(&event["_prevTotalElements"]),
        bytes(&event["_extraData"]),
    )
}

/// A header in which anything is different has another hash, or cannot be.
fn spoiled(check: &mut Check, event: &Value, header: &BatchHeader) {
    let new = |root, size: U256, previous: U256, extra_data: &[u8]| {
        BatchHeader::new(root, size, previous, Bytes::copy_from_slice(extra_data)).map(|header| header.hash())
    };
    let (root, extra_data) = (header.batch_root(), header.extra_data().bytes().as_ref());
    let [size, previous] = [header.batch_size(), header.prev_total_elements()].map(U256::from);
    let hash = Ok(header.hash());
    check.differs("size", new(root, size + U256::ONE, previous, extra_data), hash.clone());
    check.differs("total", new(root, size, previous + U256::ONE, extra_data), hash.clone());
    let mut seed = Seed::new(small(&event["_batchIndex"]));
    let place = seed.below(32);
    let twin = B256::from_slice(&flipped(root.as_slice(), place));
    check.differs("root", new(twin, size, previous, extra_data), hash.clone());
    for place in places(extra_data.len(), 2, &mut seed) {
        check.differs("extraData", new(root, size, previous, &flipped(extra_data, place)), hash.clone());
    }
}

/// The append call carries all roots, and they give the event's root.
pub(super) fn calldata(check: &mut Check, file: &Value) {
    let (event, calldata) = (&file["event"], bytes(&file["calldata"]));
    let header = check.ok("header", header_of(event));
    check.eq("submitter", header.extra_data().submitter(), address(&file["from_"]));
    let call = check.ok("calldata", AppendCall::parse(&calldata));
    check.eq("number of roots", call.state_roots.len() as u64, header.batch_size());
    check.eq("start", call.start_at, U256::from(header.prev_total_elements()));
    check.eq("root", ovm_merkle::root(&call.state_roots), Ok(header.batch_root()));
    let size = header.batch_size();
    for (index, root) in call.state_roots.iter().enumerate() {
        let siblings = ovm_merkle::branch(&call.state_roots, index).expect("a leaf");
        let proven = ovm_merkle::verify(header.batch_root(), *root, index as u64, &siblings, size);
        check.ok("leaf", proven);
    }

    let is_wrong = |error: &RollupError| matches!(error, RollupError::WrongEncoding { .. });
    for place in 0..4 {
        check.refused("another selector", AppendCall::parse(&flipped(&calldata, place)), is_wrong);
    }
    for end in [0, 3, 4, 67, calldata.len() - 1] {
        check.refused("cut off", AppendCall::parse(&calldata[..end]), is_wrong);
    }
    let mut seed = Seed::new(size);
    for place in places(calldata.len() - 4, 64, &mut seed) {
        // The ABI lets offsets and padding be written in other ways; roots or start are others then, or the same ones.
        match AppendCall::parse(&flipped(&calldata, 4 + place)) {
            Ok(twin) if twin == call => {}
            Ok(twin) => {
                let got = (ovm_merkle::root(&twin.state_roots).ok(), twin.start_at);
                check.differs("a flipped bit", got, (Some(header.batch_root()), call.start_at));
            }
            refusal => check.refused("a flipped bit", refusal, is_wrong),
        }
    }
}

/// A batch as the data transport layer serves it, with its roots or without.
pub(super) fn transport_layer(check: &mut Check, raw: &[u8], file: &Value) {
    let batch = &file["batch"];
    let [size, previous] = ["size", "prevTotalElements"].map(|name| number(&batch[name]));
    let header = check.ok("header", BatchHeader::new(word(&batch["root"]), size, previous, bytes(&batch["extraData"])));
    check.eq("timestamp", header.extra_data().timestamp().0, small(&batch["timestamp"]));
    check.eq("submitter", header.extra_data().submitter(), address(&batch["submitter"]));
    let block = small(&file["verify"]["index"]) + 1;
    let index = check.ok("the block that was asked for is in the batch", header.index_of(block));
    if file.get("stateRoots").is_some() {
        let claims = check.ok("batch", BatchClaim::parse(raw));
        let facts = check.ok("consistency", consistent::batch(&claims[0])).into_value();
        check.eq("header hash", facts.header_hash, header.hash());
        let root = claims[0].state_roots[usize::try_from(index).expect("a place")];
        check.eq("the root that was asked for", root, word(&file["verify"]["stateRoot"]));
    } else {
        check.err("no roots", BatchClaim::parse(raw), |_| true);
    }
    assert!(!text(&file["source"]).is_empty());
}
