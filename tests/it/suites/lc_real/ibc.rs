//! `devnet_minimal_electra_fulu_ibc/`: updates that relayers sent to a light client on another chain.
//!
//! The consensus parameters are in the client's state. The updates are JSON of the Beacon API inside a transaction, with the
//! committee that signed each: there is no bootstrap, for that client was made with the committees' roots, by which the
//! first are known here too. Storage proofs of the bridge between those chains are left alone.

use super::super::light_client::{self, signed_by, twins};
use super::super::metis::check::Check;
use super::super::metis::json::{bytes, list, members, raw, small, text, word};
use crate::files::{Files, json};
use metis_light::consensus::{SyncCommittee, Update};
use metis_light::network::L1;
use metis_light::primitives::B256;
use metis_light::primitives::bls::BlsError;
use metis_light::primitives::ssz::{bytes_root, merkle_root};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const FOLDER: &str = "lc_real/devnet_minimal_electra_fulu_ibc/";

pub(super) fn run(check: &mut Check, files: &Files) {
    for (path, bytes) in files.matching(FOLDER, ".json") {
        let session = json(path, bytes);
        let (mut l1, mut known) = (None, BTreeMap::new());
        for step in list(&session["steps"]) {
            let data = &step["data"];
            if let Some(client) = data.get("client_state") {
                l1 = Some(consensus(client));
                known = first_committees(l1.as_ref().expect("just now"), &data["consensus_state"]);
            }
            let Some(body) = data.get("relayer_tx_body") else { continue };
            let l1 = l1.as_ref().unwrap_or_else(|| panic!("{path} begins without a client"));
            for header in headers(&alloy_primitives::hex::decode(text(body)).expect("hex")) {
                relayed(check, path, l1, &header, &mut known);
            }
        }
    }
}

/// An update is by the committee that came with it, which is the one that is known for its period.
fn relayed(check: &mut Check, path: &str, l1: &L1, header: &Value, known: &mut BTreeMap<u64, B256>) {
    let update = light_client::update(path, l1, &raw(&header["consensus_update"]));
    let (_, given) = members(&header["active_sync_committee"]).next().expect("a committee");
    let committee = committee(given);
    let period = l1.period_at(update.signature_slot);
    check.eq(path, known.get(&period), Some(&keys_root(&committee)));
    check.ok(path, signed_by(l1, &committee, &update));
    let mut negated = update.clone();
    twins::negated_signature(&mut negated);
    check.refused(path, signed_by(l1, &committee, &negated), |error| *error == BlsError::Mismatch);
    let elsewhere = L1 { genesis_validators_root: B256::ZERO, ..l1.clone() };
    check.refused(path, signed_by(&elsewhere, &committee, &update), |error| *error == BlsError::Mismatch);
    proves(check, path, l1, &update, known);
}

/// What it proves of the committee after its own is what is known or becomes known.
fn proves(check: &mut Check, path: &str, l1: &L1, update: &Update, known: &mut BTreeMap<u64, B256>) {
    let Some(next) = update.proposed_committee() else { return };
    let period = l1.period_at(update.attested_header.beacon.slot) + 1;
    let root = keys_root(&next.value);
    check.eq(path, *known.entry(period).or_insert(root), root);
}

fn keys_root(committee: &SyncCommittee) -> B256 {
    merkle_root(committee.pubkeys.iter().map(|key| bytes_root(key)).collect())
}

fn committee(committee: &Value) -> SyncCommittee {
    let key = |key: &Value| bytes(key)[..].try_into().expect("48 bytes");
    SyncCommittee {
        pubkeys: list(&committee["pubkeys"]).iter().map(key).collect(),
        aggregate_pubkey: key(&committee["aggregate_pubkey"]),
    }
}

/// The roots of the two committees that the client was made with, by their periods.
fn first_committees(l1: &L1, state: &Value) -> BTreeMap<u64, B256> {
    let period = l1.period_at(small(&state["slot"]));
    let root = |name: &str| word(&state[name]["pubkeys_hash"]);
    BTreeMap::from([(period, root("current_sync_committee")), (period + 1, root("next_sync_committee"))])
}

/// The client's parameters, named as a beacon node names them.
fn consensus(client: &Value) -> L1 {
    let forks = &client["fork_parameters"];
    let mut spec = json!({
        "DEPOSIT_CHAIN_ID": client["chain_id"].to_string(),
        "SECONDS_PER_SLOT": client["seconds_per_slot"].to_string(),
        "SLOTS_PER_EPOCH": client["slots_per_epoch"].to_string(),
        "EPOCHS_PER_SYNC_COMMITTEE_PERIOD": client["epochs_per_sync_committee_period"].to_string(),
        "SYNC_COMMITTEE_SIZE": client["sync_committee_size"].to_string(),
        "GENESIS_FORK_VERSION": forks["genesis_fork_version"],
    });
    for name in ["altair", "bellatrix", "capella", "deneb", "electra", "fulu"] {
        let upper = name.to_uppercase();
        spec[format!("{upper}_FORK_VERSION")] = forks[name]["version"].clone();
        spec[format!("{upper}_FORK_EPOCH")] = json!(forks[name]["epoch"].to_string());
    }
    let genesis = json!({
        "genesis_time": client["genesis_time"].to_string(),
        "genesis_validators_root": client["genesis_validators_root"],
    });
    let [spec, genesis] = [spec, genesis].map(|data| json!({ "data": data }).to_string());
    L1::from_beacon_api(spec.as_bytes(), genesis.as_bytes()).expect("a client's parameters")
}

/// The headers in a transaction of the Cosmos SDK: messages of which those that update a client hold JSON in an envelope.
fn headers(body: &[u8]) -> Vec<Value> {
    let messages = fields(body, 1).into_iter().filter(|message| type_of(message).ends_with(b".MsgUpdateClient"));
    messages
        .map(|message| {
            let update = only(&message, 2);
            let client_message = only(&update, 2);
            let wrapped = only(&client_message, 2);
            serde_json::from_slice(&only(&wrapped, 1)).expect("a header in json")
        })
        .collect()
}

/// The name of what an `Any` holds.
fn type_of(any: &[u8]) -> Vec<u8> {
    only(any, 1)
}

fn only(message: &[u8], number: u64) -> Vec<u8> {
    fields(message, number).into_iter().next().expect("the field is there")
}

/// The fields of a protobuf message with a number, where it has bytes for a value.
fn fields(mut message: &[u8], number: u64) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    while !message.is_empty() {
        let tag = varint(&mut message);
        let value = varint(&mut message);
        if tag & 7 == 2 {
            let (bytes, rest) = message.split_at(usize::try_from(value).expect("a length"));
            message = rest;
            if tag >> 3 == number {
                found.push(bytes.to_vec());
            }
        } else {
            assert_eq!(tag & 7, 0, "only numbers and bytes occur");
        }
    }
    found
}

fn varint(message: &mut &[u8]) -> u64 {
    let length = message.iter().position(|byte| *byte < 0x80).expect("a number ends") + 1;
    let (digits, rest) = message.split_at(length);
    *message = rest;
    digits.iter().rev().fold(0, |number, digit| number << 7 | u64::from(digit & 0x7f))
}
