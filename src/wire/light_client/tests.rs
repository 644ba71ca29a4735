use super::*;
use crate::network::built_in_l1;
use crate::primitives::json::JsonError;
use proptest::prelude::*;
use serde_json::{Value, json};

fn zeros(bytes: usize) -> String {
    format!("0x{}", "00".repeat(bytes))
}

/// A finality update in the shape of Electra, every value zero but the slot.
fn reply() -> Value {
    let header = json!({
        "beacon": {
            "slot": "11700000", "proposer_index": "7",
            "parent_root": zeros(32), "state_root": zeros(32), "body_root": zeros(32),
        },
        "execution": {
            "parent_hash": zeros(32), "fee_recipient": zeros(20), "state_root": zeros(32), "receipts_root": zeros(32),
            "logs_bloom": zeros(256), "prev_randao": zeros(32), "block_number": "1", "gas_limit": "2", "gas_used": "3",
            "timestamp": "4", "extra_data": "0x6d", "base_fee_per_gas": "5", "block_hash": zeros(32),
            "transactions_root": zeros(32), "withdrawals_root": zeros(32), "blob_gas_used": "6", "excess_blob_gas": "7",
        },
        "execution_branch": [zeros(32), zeros(32), zeros(32), zeros(32)],
    });
    json!({
        "version": "electra",
        "data": {
            "attested_header": header.clone(),
            "finalized_header": header,
            "finality_branch": (0..7).map(|_| zeros(32)).collect::<Vec<_>>(),
            "sync_aggregate": { "sync_committee_bits": zeros(64), "sync_committee_signature": zeros(96) },
            "signature_slot": "11700001",
        },
    })
}

fn parse(reply: &Value) -> Result<Vec<Message>, WireError> {
    parse_bytes(reply.to_string().as_bytes())
}

fn parse_bytes(bytes: &[u8]) -> Result<Vec<Message>, WireError> {
    Message::parse_all(&built_in_l1("mainnet").expect("it is built in"), bytes)
}

fn spoiled(pointer: &str, value: Value) -> Result<Vec<Message>, WireError> {
    let mut reply = reply();
    *reply.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is there")) = value;
    parse(&reply)
}

#[test]
fn the_envelope_may_be_there_or_not() {
    let read = parse(&reply()).expect("it has the shape");
    let mut silent = reply();
    silent.as_object_mut().expect("an object").remove("version");
    assert_eq!(parse(&silent), Ok(read.clone()), "the fork follows from the slot");
    assert_eq!(parse(&silent["data"]), Ok(read.clone()), "bare");
    assert_eq!(parse(&json!([reply()])), Ok(read.clone()), "in a list");
    assert_eq!(parse(&json!([reply(), reply()])).map(|read| read.len()), Ok(2));
    assert_eq!(parse_bytes(format!(" \n{}", reply()).as_bytes()), Ok(read.clone()));
    // The same as SSZ.
    let [Message::Update(update)] = read.as_slice() else { panic!("it is an update") };
    assert_eq!(parse_bytes(&update.to_ssz()), Ok(read.clone()));
    assert_eq!(update.fork, ForkName::Electra);
}

#[test]
fn the_fork_is_the_slots_or_a_later_one_that_is_scheduled() {
    assert_eq!(
        spoiled("/version", json!("fulu")).map(|read| read.len()),
        Ok(1),
        "data may be brought to a later shape"
    );
    let unknown = |named: &str| Err(WireError::Consensus(ConsensusError::UnknownFork { named: named.into() }));
    assert_eq!(spoiled("/version", json!("heze")), unknown("heze"));
    assert_eq!(spoiled("/version", json!("gloas")), unknown("gloas"), "mainnet has no date for it");
    let old = ConsensusError::OldFork { got: ForkName::Deneb, expected: ForkName::Electra };
    assert_eq!(spoiled("/version", json!("deneb")), Err(old.into()));
    let long = "x".repeat(1 << 16);
    assert_eq!(spoiled("/version", json!(long)), unknown(&"x".repeat(40)));
    let early = ConsensusError::NoSyncCommittee { slot: 1 };
    assert_eq!(spoiled("/data/attested_header/beacon/slot", json!("1")), {
        let mut silent = reply();
        silent.as_object_mut().expect("an object").remove("version");
        silent["data"]["attested_header"]["beacon"]["slot"] = json!("1");
        assert_eq!(parse(&silent), Err(early.clone().into()));
        Err(early.into())
    });
}

#[test]
fn what_lacks_the_shape_is_named() {
    for (pointer, value) in [
        ("/data/attested_header/beacon/slot", json!("-1")),
        ("/data/attested_header/beacon/slot", json!("18446744073709551616")),
        ("/data/attested_header/beacon/body_root", json!(zeros(31))),
        ("/data/attested_header/execution/fee_recipient", json!(zeros(21))),
        ("/data/attested_header/execution/logs_bloom", json!(zeros(255))),
        ("/data/attested_header/execution/extra_data", json!(zeros(33))),
        ("/data/attested_header/execution_branch", json!("0x")),
        ("/data/finality_branch/3", json!(7)),
        ("/data/sync_aggregate/sync_committee_bits", json!("0xf")),
        ("/data/sync_aggregate/sync_committee_signature", json!(zeros(95))),
        ("/data/signature_slot", json!(1.5)),
        ("/version", json!(5)),
    ] {
        let Err(WireError::Json { rule: JsonError::WrongForm { path, .. }, .. }) = spoiled(pointer, value.clone())
        else {
            panic!("{pointer} = {value}");
        };
        let expected = pointer.trim_start_matches('/').replace('/', ".").replace(".3", "[3]");
        assert_eq!(path, expected);
    }
    let mut reply = reply();
    reply["data"]["attested_header"]["execution"].as_object_mut().expect("an object").remove("excess_blob_gas");
    assert!(matches!(parse(&reply), Err(WireError::Json { rule: JsonError::Missing { .. }, .. })));
    // A finality update that lost one half does not pass for an optimistic one.
    for half in ["finalized_header", "finality_branch"] {
        let mut reply = self::reply();
        reply["data"].as_object_mut().expect("an object").remove(half);
        assert!(matches!(parse(&reply), Err(WireError::Json { rule: JsonError::Missing { .. }, .. })), "{half}");
    }
    // A member that stands there twice could mean two things.
    let twice =
        self::reply().to_string().replacen("\"signature_slot\"", "\"signature_slot\":\"1\",\"signature_slot\"", 1);
    assert!(matches!(parse_bytes(twice.as_bytes()), Err(WireError::Json { rule: JsonError::Repeated { .. }, .. })));
}

#[test]
fn there_is_a_limit_to_everything() {
    assert_eq!(parse(&json!([])), Err(WireError::Empty { what: WHAT }));
    let many = vec![reply(); MAX_UPDATES + 1];
    assert_eq!(parse(&json!(many)), Err(ConsensusError::TooManyUpdates { limit: MAX_UPDATES }.into()));
    assert_eq!(parse(&json!(many[1..])).map(|read| read.len()), Ok(MAX_UPDATES));
    let long = vec![b' '; MAX_INPUT + 1];
    assert!(matches!(parse_bytes(&long), Err(WireError::Json { rule: JsonError::TooLong { .. }, .. })));
    let deep = "[".repeat(100_000);
    assert!(matches!(parse_bytes(deep.as_bytes()), Err(WireError::Json { rule: JsonError::NotJson { .. }, .. })));
}

#[test]
fn a_server_that_has_nothing_says_so() {
    let absent = json!({ "code": 404, "message": "LC bootstrap unavailable" });
    assert_eq!(parse(&absent), Err(WireError::ErrorReply { what: WHAT }));
    assert!(matches!(parse(&json!({})), Err(WireError::Json { .. })));
}

proptest! {
    #[test]
    fn no_bytes_cause_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let _ = parse_bytes(&bytes);
    }

    #[test]
    fn no_change_of_a_reply_causes_a_panic(place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = reply().to_string().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        let _ = parse_bytes(&bytes);
    }
}
