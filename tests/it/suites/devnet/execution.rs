//! The execution layer of a network under the headers that its light client reached.

use super::Folder;
use crate::files::json;
use crate::suites::metis::check::Check;
use crate::suites::metis::json::{address, list, number, padded, raw, small, word};
use crate::suites::metis::twins::{Layer, twins};
use crate::suites::recording::parsed;
use crate::suites::spoil::Seed;
use metis_light::consensus::{ConsensusError, L1StateRoot, L1Status, Store};
use metis_light::execution::{Account, AccountProof, ExecutionError};
use metis_light::primitives::header::Header;
use metis_light::primitives::{StorageSlot, U256};
use metis_light::rollup::RollupError;
use metis_light::wire::{ClaimedHeader, LogRecord};
use serde_json::Value;

pub(super) fn run(check: &mut Check, folder: &Folder<'_>, store: &Store) {
    let finalized = header(check, folder, "el_block_finalized").expect("the finalized block was recorded");
    let l1 = check.ok(folder.path, store.finalized(&finalized));
    is_its_root(check, folder.path, &l1, &finalized, L1Status::Finalized);
    spoiled_headers(check, folder.path, store, &finalized);
    if let Some(newest) = header(check, folder, "el_block_optimistic") {
        let l1 = check.ok(folder.path, store.optimistic(&newest));
        is_its_root(check, folder.path, &l1, &newest, L1Status::Optimistic);
        check.refused(folder.path, store.finalized(&newest), is_other_block);
        check.refused(folder.path, store.optimistic(&finalized), is_other_block);
    }
    for name in ["el_proof_finalized", "el_proof_absent_account", "el_proof_zeroed_slot"] {
        if let Some(answer) = folder.find(&format!("{name}.json")) {
            proof(check, &folder.name(name), &l1, &json(name, answer));
        }
    }
    logs(check, folder);
}

fn header(check: &mut Check, folder: &Folder<'_>, name: &str) -> Option<Header> {
    let block = json(name, folder.find(&format!("{name}.json"))?);
    let claim = check.ok(name, ClaimedHeader::parse(&raw(&block)));
    check.eq(name, claim.header.hash(), word(&block["hash"]));
    Some(claim.header)
}

fn is_its_root(check: &mut Check, name: &str, l1: &L1StateRoot, header: &Header, status: L1Status) {
    check.eq(name, (l1.number(), l1.hash(), l1.status()), (header.number, header.hash(), status));
    check.eq(name, (l1.state_root().hash(), l1.timestamp().0), (header.state_root, header.timestamp));
    check.eq(name, l1.is_from_old_checkpoint(), false);
}

/// No field can be another one.
fn spoiled_headers(check: &mut Check, name: &str, store: &Store, header: &Header) {
    let spoil: [fn(&mut Header); 4] = [
        |header| header.state_root.0[0] ^= 1,
        |header| header.timestamp += 1,
        |header| header.number -= 1,
        |header| header.transactions_root.0[31] ^= 1,
    ];
    for spoil in spoil {
        let mut twin = header.clone();
        spoil(&mut twin);
        check.refused(name, store.finalized(&twin), is_other_block);
    }
}

const fn is_other_block(error: &ConsensusError) -> bool {
    matches!(error, ConsensusError::ExecutionHash { .. })
}

/// What an answer says in clear is proven, and its twins are not; unless the trie itself is not Ethereum's.
fn proof(check: &mut Check, name: &str, l1: &L1StateRoot, answer: &Value) {
    let (who, proof) = (address(&answer["address"]), parsed(answer));
    let slots: Vec<StorageSlot> =
        list(&answer["storageProof"]).iter().map(|slot| StorageSlot(padded(&slot["key"]))).collect();
    let bare = AccountProof { slots: Vec::new(), ..proof.clone() };
    let account = check.ok(name, l1.account(who, &bare)).into_value();
    let is_absent = account.is_none();
    let account = account.unwrap_or(Account::EMPTY);
    check.eq(name, is_absent, name.ends_with("absent_account"));
    check.eq(name, U256::from(account.nonce), number(&answer["nonce"]));
    check.eq(name, account.balance, number(&answer["balance"]));
    check.eq(name, account.storage_root, word(&answer["storageHash"]));
    check.eq(name, account.code_hash, word(&answer["codeHash"]));
    if keeps_zeros(answer) {
        // A node that keeps zeros has another storage root than Ethereum: its answers are not to be believed.
        check.refused(name, l1.storage(who, &slots, &proof), |error| {
            matches!(error, RollupError::Execution(ExecutionError::ZeroKept))
        });
        return;
    }
    let words = check.ok(name, l1.storage(who, &slots, &proof)).into_value();
    check.eq(name, words, list(&answer["storageProof"]).iter().map(|slot| number(&slot["value"])).collect());
    for twin in twins(&proof, Layer::L1, 4, &mut Seed::new(small(&answer["nonce"]))) {
        check.refused(
            &format!("{name}: {}", twin.what),
            l1.storage(who, &slots, &twin.proof),
            |error| matches!(error, RollupError::Execution(error) if twin.is_met_by(error)),
        );
    }
}

/// Whether a proof ends in a leaf that holds zero: RLP of the empty string, in a string.
fn keeps_zeros(answer: &Value) -> bool {
    let last = |slot: &Value| list(&slot["proof"]).last().and_then(Value::as_str).unwrap_or_default().to_owned();
    list(&answer["storageProof"]).iter().any(|slot| last(slot).ends_with("8180"))
}

/// Logs are read. The recordings hold none of the finalized block with its receipts, so nothing more is said of them.
fn logs(check: &mut Check, folder: &Folder<'_>) {
    let name = folder.name("el_logs");
    let logs = json(&name, folder.get("el_logs.json"));
    let records = check.ok(&name, LogRecord::parse_all(&raw(&logs)));
    let said = |log: &Value| (Some(small(&log["blockNumber"])), Some(word(&log["transactionHash"])));
    let read: Vec<_> = records.iter().map(|record| (record.block_number, record.transaction_hash)).collect();
    check.eq(&name, read, list(&logs).iter().map(said).collect());
}
