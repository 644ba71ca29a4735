//! `mainnet_capella/`: JSON of the Beacon API, and beacon blocks from which the execution headers are made.

use super::super::light_client::{advance, bootstrap, climb, started, time_of, twins, update, updates};
use super::super::metis::check::Check;
use super::super::metis::json::{small, text};
use super::{mainnet, payload};
use crate::files::{Files, json};
use metis_light::consensus::{ConsensusError, L1StateRoot, L1Status, Store};
use metis_light::primitives::header::Header;
use std::collections::BTreeMap;

const FOLDER: &str = "lc_real/mainnet_capella/";

pub(super) fn run(check: &mut Check, files: &Files) {
    let l1 = mainnet();
    let file = |name: &str| files.get(&format!("{FOLDER}{name}.json"));
    let Some(first) = file("bootstrap") else { return };
    let read = |name: &str| file(name).unwrap_or_else(|| panic!("{FOLDER}{name}.json is missing"));
    let (finality, optimistic) =
        (update("finality", &l1, read("finality")), update("optimistic", &l1, read("optimistic")));
    let now = time_of(&l1, optimistic.signature_slot);

    // The bootstrap is of a block within the first update's period, later than what that update finalizes.
    let mut store = started(FOLDER, &l1, &bootstrap(FOLDER, &l1, first), now);
    climb(check, FOLDER, &mut store, &updates(FOLDER, &l1, read("updates")), now);
    for (name, update) in [("finality", &finality), ("optimistic", &optimistic)] {
        let name = format!("{FOLDER}{name}");
        twins::refused(check, &name, &store, update, now);
        advance(check, &name, &mut store, update, now);
    }
    blocks(check, files, &store);
}

/// The blocks that the store's headers are of give execution headers, and nothing else fits.
fn blocks(check: &mut Check, files: &Files, store: &Store) {
    let folder = format!("{FOLDER}blocks/");
    let headers: BTreeMap<u64, Header> = files
        .matching(&folder, ".json")
        .map(|(path, bytes)| {
            let block = json(path, bytes);
            check.eq(path, text(&block["version"]), "capella");
            let message = &block["data"]["message"];
            let payload = &message["body"]["execution_payload"];
            let header = payload::header(payload);
            check.eq(path, header.hash().to_string(), text(&payload["block_hash"]).to_owned());
            (small(&message["slot"]), header)
        })
        .collect();
    let (finalized, optimistic) = (store.finalized_header().beacon.slot, store.optimistic_header().beacon.slot);
    for (slot, header) in &headers {
        let name = format!("{FOLDER}blocks/{slot}");
        let reached = [
            (store.finalized(header), *slot == finalized, L1Status::Finalized),
            (store.optimistic(header), *slot == optimistic, L1Status::Optimistic),
        ];
        for (verdict, is_there, status) in reached {
            if is_there {
                is_its_root(check, &name, &check_ok(&name, verdict), header, status);
            } else {
                check.refused(&name, verdict, |error| matches!(error, ConsensusError::ExecutionHash { .. }));
            }
        }
    }
    check.eq(FOLDER, [finalized, optimistic].map(|slot| headers.contains_key(&slot)), [true, true]);
}

fn check_ok(name: &str, verdict: Result<L1StateRoot, ConsensusError>) -> L1StateRoot {
    verdict.unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn is_its_root(check: &mut Check, name: &str, l1: &L1StateRoot, header: &Header, status: L1Status) {
    check.eq(name, (l1.number(), l1.hash(), l1.status()), (header.number, header.hash(), status));
    check.eq(name, (l1.state_root().hash(), l1.timestamp().0), (header.state_root, header.timestamp));
    check.eq(name, l1.is_from_old_checkpoint(), true);
}
