//! `mainnet_bellatrix_datachainlab/`: an update of Bellatrix, the committee that signed it, and what it signed.
//!
//! The update is in a form of its own: headers lie flat, what is proven stands in a pair with its branch. There is no
//! bootstrap that could start a store, so the signature is judged by itself.

use super::super::light_client::{self, signed_by, signing_root, twins};
use super::super::metis::check::Check;
use super::super::metis::json::{bytes, list, word};
use super::mainnet;
use crate::files::{Files, json};
use metis_light::consensus::SyncCommittee;
use metis_light::network::ForkName;
use metis_light::primitives::bls::BlsError;
use serde_json::{Value, json};

const FOLDER: &str = "lc_real/mainnet_bellatrix_datachainlab/mainnet_";

pub(super) fn run(check: &mut Check, files: &Files) {
    let l1 = mainnet();
    if let Some(context) = files.json(&format!("{FOLDER}context.json")) {
        check.eq(FOLDER, l1.genesis_validators_root, word(&context["genesis_validators_root"]));
    }
    for (path, bytes) in files.matching(FOLDER, ".json").filter(|(path, _)| path.contains("_light_client_update_")) {
        let update = beacon_api_form(&json(path, bytes));
        let update = light_client::update(path, &l1, update.to_string().as_bytes());
        check.eq(path, update.fork, ForkName::Bellatrix);
        let read = |name: &str| {
            let path = format!("{FOLDER}{name}.json");
            files.json(&path).unwrap_or_else(|| panic!("{path} is missing"))
        };
        // The file is named by the attested slot.
        let signed = read(&format!("signing_root_slot_{}", update.attested_header.beacon.slot));
        check.eq(path, signing_root(&l1, &update), word(&signed));
        let period = l1.period_at(update.signature_slot);
        let committee = committee(&read(&format!("sync_committee_period_{period}")));
        check.ok(path, signed_by(&l1, &committee, &update));
        let mut negated = update.clone();
        twins::negated_signature(&mut negated);
        check.refused(path, signed_by(&l1, &committee, &negated), |error| *error == BlsError::Mismatch);
        let next = &update.next_sync_committee.as_ref().expect("a committee").value;
        check.refused(path, signed_by(&l1, next, &update), |error| *error == BlsError::Mismatch);
    }
}

fn beacon_api_form(update: &Value) -> Value {
    let [committee, finalized] = ["next_sync_committee", "finalized_header"].map(|name| list(&update[name]));
    json!({
        "version": "bellatrix",
        "data": {
            "attested_header": { "beacon": update["attested_header"] },
            "next_sync_committee": committee[0],
            "next_sync_committee_branch": committee[1],
            "finalized_header": { "beacon": finalized[0] },
            "finality_branch": finalized[1],
            "sync_aggregate": update["sync_aggregate"],
            "signature_slot": update["signature_slot"],
        },
    })
}

fn committee(committee: &Value) -> SyncCommittee {
    let key = |key: &Value| bytes(key)[..].try_into().expect("48 bytes");
    SyncCommittee {
        pubkeys: list(&committee["pubkeys"]).iter().map(key).collect(),
        aggregate_pubkey: key(&committee["aggregate_pubkey"]),
    }
}
