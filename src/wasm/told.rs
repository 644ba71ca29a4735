//! What the engine found, as it crosses to JavaScript: names and numbers, no logic. Times are seconds since 1970, by L1.

use crate::bridge::WithdrawalStatus;
use crate::client::{CommittedBatch, RollupHead, Synced, WithdrawalState};
use crate::consensus::L1StateRoot;
use crate::execution::Proven;
use crate::primitives::{Address, B256, Bytes, StorageSlot, U256};
use crate::rollup::{Basis, Change, Finality, L2StateRoot, MetisBalance, StateBatch};
use crate::shell::Blame;
use alloy_primitives::{hex, keccak256};
use serde::Serialize;

/// What no answer says.
const NOT_CHECKED: &[&str] = &["that state roots are the right ones: they are what was posted and nobody disputed"];

/// Nor who sent a withdrawal.
const NOT_CHECKED_OF_WITHDRAWALS: &[&str] = &[
    "that state roots are the right ones: they are what was posted and nobody disputed",
    "that this transaction sent these messages and no others: its receipt is the node's word",
];

#[derive(Serialize)]
struct L1Block {
    number: u64,
    hash: B256,
    timestamp: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct L1Heads {
    finalized: L1Block,
    optimistic: L1Block,
    from_old_checkpoint: bool,
}

/// `posted` closes, `final` since; `disputed` neither.
#[derive(Serialize)]
struct Firmness {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    closes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Batch {
    index: u64,
    first_block: u64,
    last_block: u64,
    finality: Firmness,
}

/// What everything under a registry rests on.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rests {
    network: String,
    l1_block: L1Block,
    from_old_checkpoint: bool,
    fraud_proof_window: u64,
    is_window_lowered: bool,
    changes: Vec<(&'static str, B256)>,
    unpinned: Vec<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct L2Head {
    batches: u64,
    posted_l2_block: u64,
    last_batch: Option<Batch>,
    basis: Rests,
    not_checked: &'static [&'static str],
}

/// Where on L2 something holds.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct At {
    l2_block: u64,
    state_root: B256,
    batch: Batch,
    basis: Rests,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Balance {
    address: Address,
    wei: String,
    at: At,
    not_checked: &'static [&'static str],
}

#[derive(Serialize)]
struct Word {
    slot: B256,
    word: B256,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Words {
    address: Address,
    slots: Vec<Word>,
    at: At,
    not_checked: &'static [&'static str],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Code {
    address: Address,
    hash: B256,
    code: String,
    at: At,
    not_checked: &'static [&'static str],
}

/// The call that relays a withdrawal: complete now, and refused by the contract until the withdrawal is ready.
#[derive(Serialize)]
struct RelayCall {
    to: Address,
    calldata: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OneWithdrawal {
    message_hash: B256,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ready_at: Option<u64>,
    sender: Address,
    target: Address,
    message: Bytes,
    nonce: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    relay: Option<RelayCall>,
    at: At,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Withdrawals {
    withdrawals: Vec<OneWithdrawal>,
    not_checked: &'static [&'static str],
}

#[derive(Serialize)]
pub(super) struct Blamed {
    kind: String,
    source: usize,
    name: String,
    code: &'static str,
    message: String,
}

pub(super) fn synced(synced: &Synced) -> L1Heads {
    L1Heads {
        finalized: l1_block(&synced.finalized),
        optimistic: l1_block(&synced.optimistic),
        from_old_checkpoint: synced.finalized.is_from_old_checkpoint(),
    }
}

pub(super) fn head(head: &RollupHead) -> L2Head {
    let context = head.registry.context();
    L2Head {
        batches: context.length,
        posted_l2_block: context.total_elements,
        last_batch: head.last.as_ref().map(CommittedBatch::batch).map(batch),
        basis: rests(head.registry.basis()),
        not_checked: NOT_CHECKED,
    }
}

pub(super) fn balance(who: Address, balance: &Proven<MetisBalance, L2StateRoot>) -> Balance {
    let mut at = at(balance.at());
    at.basis.changes = changes(&balance.value().changes);
    Balance { address: who, wei: balance.value().wei.to_string(), at, not_checked: NOT_CHECKED }
}

pub(super) fn words(who: Address, slots: &[StorageSlot], words: &Proven<Vec<U256>, L2StateRoot>) -> Words {
    let word = |(slot, word): (&StorageSlot, &U256)| Word { slot: slot.0, word: B256::from(*word) };
    let slots = slots.iter().zip(words.value()).map(word).collect();
    Words { address: who, slots, at: at(words.at()), not_checked: NOT_CHECKED }
}

pub(super) fn code(who: Address, code: &Proven<Vec<u8>, L2StateRoot>) -> Code {
    let (hash, hex) = (keccak256(code.value()), hex::encode_prefixed(code.value()));
    Code { address: who, hash, code: hex, at: at(code.at()), not_checked: NOT_CHECKED }
}

pub(super) fn withdrawals(states: &[WithdrawalState]) -> Withdrawals {
    Withdrawals { withdrawals: states.iter().map(withdrawal).collect(), not_checked: NOT_CHECKED_OF_WITHDRAWALS }
}

fn withdrawal(state: &WithdrawalState) -> OneWithdrawal {
    let message = state.withdrawal.value();
    let (status, ready_at) = match state.status {
        WithdrawalStatus::Relayed => ("relayed", None),
        WithdrawalStatus::Blocked(_) => ("blocked", None),
        WithdrawalStatus::Disputed => ("disputed", None),
        WithdrawalStatus::InChallengePeriod { ready_at } => ("in-challenge-period", Some(ready_at.0)),
        WithdrawalStatus::ReadyToRelay => ("ready-to-relay", None),
    };
    let relay = state.relay().ok();
    OneWithdrawal {
        message_hash: state.hash(),
        status,
        ready_at,
        sender: message.sender,
        target: message.target,
        message: message.message.clone(),
        nonce: message.message_nonce.to_string(),
        relay: relay.map(|call| RelayCall { to: call.to(), calldata: hex::encode_prefixed(call.calldata()) }),
        at: at(state.withdrawal.at()),
    }
}

pub(super) fn blame(blame: &Blame, name: String) -> Blamed {
    Blamed {
        kind: blame.kind.to_string(),
        source: blame.source,
        name,
        code: blame.error.kind().code(),
        message: blame.error.to_string(),
    }
}

fn l1_block(root: &L1StateRoot) -> L1Block {
    L1Block { number: root.number(), hash: root.hash(), timestamp: root.timestamp().0 }
}

fn at(root: &L2StateRoot) -> At {
    let of = root.batch();
    At { l2_block: root.block(), state_root: root.state_root().hash(), batch: batch(of), basis: rests(of.basis()) }
}

fn batch(batch: &StateBatch) -> Batch {
    let finality = match batch.finality() {
        Finality::Posted { closes } => Firmness { status: "posted", closes: Some(closes.0), since: None },
        Finality::Final { since } => Firmness { status: "final", closes: None, since: Some(since.0) },
        Finality::Disputed(_) => Firmness { status: "disputed", closes: None, since: None },
    };
    let header = batch.header();
    Batch { index: batch.index(), first_block: header.first_block(), last_block: header.last_block(), finality }
}

fn rests(basis: &Basis) -> Rests {
    Rests {
        network: basis.network().name.clone(),
        l1_block: l1_block(basis.l1()),
        from_old_checkpoint: basis.l1().is_from_old_checkpoint(),
        fraud_proof_window: basis.window().seconds(),
        is_window_lowered: basis.window().is_lowered(),
        changes: changes(basis.changes()),
        unpinned: basis.unpinned().to_vec(),
    }
}

fn changes(changes: &[(Change, B256)]) -> Vec<(&'static str, B256)> {
    changes.iter().map(|(what, value)| (what.name(), *value)).collect()
}
