//! What the engine found, as it crosses to JavaScript: names and numbers, no logic. Times are seconds since 1970, by L1;
//! amounts and counters without a bound are decimal strings.

use super::attested::Heard;
use super::verification::{L1Block, Verification, l1_block};
use crate::client::{ProvenAccount, Synced};
use crate::execution::{Account, Proven};
use crate::primitives::decimal::Decimal;
use crate::primitives::{B256, Bytes, StorageSlot, U256};
#[cfg(feature = "engine")]
use crate::rollup::L2Header;
use crate::rollup::{L2StateRoot, MetisBalance};
use crate::shell::{Blame, Heads};
use alloy_primitives::{hex, keccak256};
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct L1Heads {
    checkpoint: BeaconBlock,
    finalized: L1Block,
    /// Absent where the source of L1 does not know that block: it lags, or L1 has left the block behind.
    #[serde(skip_serializing_if = "Option::is_none")]
    optimistic: Option<L1Block>,
}

/// The finalized beacon block: what another client may begin at.
#[derive(Serialize)]
struct BeaconBlock {
    root: B256,
    slot: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Head {
    l1: L1Heads,
    batches: u64,
    posted_block: u64,
    /// The state root of the last posted block; absent where nothing is posted.
    #[serde(skip_serializing_if = "Option::is_none")]
    verification: Option<Verification>,
}

#[derive(Serialize)]
pub(super) struct Value<T> {
    value: T,
    verification: Verification,
}

impl<T> Value<T> {
    #[cfg(feature = "engine")]
    pub(super) const fn new(value: T, verification: Verification) -> Self {
        Self { value, verification }
    }

    /// With what verifiers say of its batch.
    pub(super) fn with(self, heard: &Heard) -> Self {
        Self { verification: heard.told(self.verification), ..self }
    }
}

#[derive(Serialize)]
pub(super) struct Code {
    hash: B256,
    code: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccountProof<'a> {
    exists: bool,
    nonce: u64,
    code_hash: B256,
    storage_hash: B256,
    account_proof: &'a [Bytes],
    storage_proof: Vec<SlotProof<'a>>,
}

#[derive(Serialize)]
pub(super) struct SlotProof<'a> {
    key: B256,
    value: B256,
    proof: &'a [Bytes],
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
    let (finalized, optimistic) = (&synced.finalized, synced.optimistic.as_ref());
    let beacon = &synced.store.finalized_header().beacon;
    let checkpoint = BeaconBlock { root: beacon.root(), slot: beacon.slot };
    L1Heads { checkpoint, finalized: l1_block(finalized), optimistic: optimistic.map(l1_block) }
}

pub(super) fn head(heads: &Heads, heard: &Heard) -> Head {
    let Heads { synced, rollup } = heads;
    let context = rollup.registry.context();
    let last = rollup.last.as_ref().map(|last| last.state_root(last.batch().header().last_block()));
    Head {
        l1: self::synced(synced),
        batches: context.length,
        posted_block: context.total_elements,
        verification: last.and_then(Result::ok).map(|(root, _)| heard.told(Verification::of_root(&root))),
    }
}

pub(super) fn root(root: &L2StateRoot) -> Value<B256> {
    Value { value: root.state_root().hash(), verification: Verification::of_root(root) }
}

pub(super) fn balance(balance: &Proven<MetisBalance, L2StateRoot>) -> Value<String> {
    let verification = Verification::of_root(balance.at()).and_accepted(&balance.value().changes);
    Value { value: Decimal(balance.value().wei).to_string(), verification }
}

/// The one word that a token's balance is.
pub(super) fn token(words: &Proven<Vec<U256>, L2StateRoot>) -> Value<String> {
    let word = words.value().first().copied().unwrap_or_default();
    Value { value: Decimal(word).to_string(), verification: Verification::of_root(words.at()) }
}

pub(super) fn code(code: &Proven<Vec<u8>, L2StateRoot>) -> Value<Code> {
    let (hash, hex) = (keccak256(code.value()), hex::encode_prefixed(code.value()));
    Value { value: Code { hash, code: hex }, verification: Verification::of_root(code.at()) }
}

pub(super) fn account<'a>(slots: &'a [StorageSlot], found: &'a ProvenAccount) -> Value<AccountProof<'a>> {
    let ProvenAccount { account, words, proof } = found;
    let words = slots.iter().zip(words.value()).zip(&proof.slots);
    let slots =
        words.map(|((slot, word), proof)| SlotProof { key: slot.0, value: (*word).into(), proof: &proof.nodes });
    proof_of(account, &proof.nodes, slots.collect())
}

fn proof_of<'a>(
    account: &Proven<Option<Account>, L2StateRoot>,
    nodes: &'a [Bytes],
    slots: Vec<SlotProof<'a>>,
) -> Value<AccountProof<'a>> {
    let leaf = account.value().unwrap_or(Account::EMPTY);
    let value = AccountProof {
        exists: account.value().is_some(),
        nonce: leaf.nonce,
        code_hash: leaf.code_hash,
        storage_hash: leaf.storage_root,
        account_proof: nodes,
        storage_proof: slots,
    };
    Value { value, verification: Verification::of_root(account.at()) }
}

/// A leaf without what proves it.
#[cfg(feature = "engine")]
pub(super) fn leaf(account: &Proven<Option<Account>, L2StateRoot>) -> Value<AccountProof<'static>> {
    proof_of(account, &[], Vec::new())
}

/// What is read under a header.
#[cfg(feature = "engine")]
pub(super) fn under_header<T>(value: T, header: &L2Header) -> Value<T> {
    Value { value, verification: Verification::of_header(header) }
}

/// Words, each with its slot.
#[cfg(feature = "engine")]
pub(super) fn words(slots: &[StorageSlot], words: &Proven<Vec<U256>, L2StateRoot>) -> Value<Vec<SlotProof<'static>>> {
    let word = |(slot, word): (&StorageSlot, &U256)| SlotProof { key: slot.0, value: (*word).into(), proof: &[] };
    let value = slots.iter().zip(words.value()).map(word).collect();
    Value { value, verification: Verification::of_root(words.at()) }
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
