//! `ovm/`: recordings of chains with Metis' contracts and their relatives: withdrawals with their proofs, a rollup's
//! batches from the first to the last, its messages, an append call, samples of Andromeda.

mod batch;
mod message;
mod sample;
mod withdrawal;

use super::Report;
use super::metis::check::Check;
use crate::files::{Files, json};

pub(super) const ROOTS: &[&str] = &["ovm/"];

pub(super) fn run(files: &Files) -> Report {
    let mut check = Check::default();
    for (path, bytes) in files.matching("ovm/", ".json") {
        let (folder, name) = path.rsplit_once('/').expect("a file in a folder");
        let begins = |kind: &str| name.starts_with(kind);
        if begins("withdrawal") {
            let events = files.json(&format!("{folder}/stateBatchAppended_events.json"));
            withdrawal::run(&mut check, bytes, &json(path, bytes), events.as_ref());
        } else if begins("stateBatchAppended_events") {
            batch::events(&mut check, &json(path, bytes));
        } else if begins("state_batch") && name.contains("calldata") {
            batch::calldata(&mut check, &json(path, bytes));
        } else if begins("state_batch") {
            batch::transport_layer(&mut check, bytes, &json(path, bytes));
        } else if begins("sentMessages") {
            let relayed = files.json(&format!("{folder}/relayedMessages_L1.json"));
            message::run(&mut check, &json(path, bytes), relayed.as_ref());
        } else if begins("inbox_batch") {
            sample::inbox(&mut check, &json(path, bytes));
        } else if begins("enqueued_transactions") {
            sample::deposits(&mut check, &json(path, bytes));
        } else if begins("rpc_samples") {
            sample::rpc(&mut check, &json(path, bytes));
        }
    }
    check.report
}
