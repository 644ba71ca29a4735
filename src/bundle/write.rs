use super::{BatchPart, BlockPart, Bundle, Claim, FORMAT, MessageClaim};
use crate::bridge::Message;
use crate::execution::AccountProof;
use crate::primitives::{Address, B256, Bytes, U256};
use serde::Serialize;

impl Bundle {
    /// The document as a value, to be part of another one.
    pub fn to_value(&self) -> serde_json::Value {
        serde_json::to_value(Document::new(self)).unwrap_or_default()
    }

    /// The document, which [`Bundle::parse`] reads as the same bundle.
    pub fn to_json(&self) -> String {
        // Strings, numbers and lists in memory: there is nothing that could fail.
        serde_json::to_string(&Document::new(self)).unwrap_or_default()
    }
}

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    network: &'a str,
    consensus: &'a Bytes,
    execution: Bytes,
    registry: Vec<Proof<'a>>,
    batch: Batch<'a>,
    block: Block<'a>,
    proves: Proves<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Batch<'a> {
    index: u64,
    batch_root: B256,
    batch_size: U256,
    prev_total_elements: U256,
    extra_data: &'a Bytes,
    proofs: Vec<Proof<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Block<'a> {
    number: u64,
    state_root: B256,
    siblings: &'a [B256],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Proves<'a> {
    Account { address: Address, proof: Proof<'a> },
    Balance { address: Address, proofs: Vec<Proof<'a>> },
    StateRoot {},
    Storage { address: Address, slots: Vec<B256>, proof: Proof<'a> },
    Withdrawals(Vec<Withdrawal<'a>>),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Withdrawal<'a> {
    target: Address,
    sender: Address,
    message: &'a Bytes,
    message_nonce: U256,
    passer: Proof<'a>,
    messenger: Vec<Proof<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Proof<'a> {
    account_proof: &'a [Bytes],
    storage_proofs: Vec<&'a [Bytes]>,
}

impl<'a> Document<'a> {
    fn new(bundle: &'a Bundle) -> Self {
        let BatchPart { index, batch_root, batch_size, prev_total_elements, extra_data, proofs } = &bundle.batch;
        let BlockPart { number, state_root, siblings } = &bundle.block;
        Self {
            format: FORMAT,
            network: &bundle.network,
            consensus: &bundle.consensus,
            execution: bundle.execution.encode().into(),
            registry: all(&bundle.registry),
            batch: Batch {
                index: *index,
                batch_root: *batch_root,
                batch_size: *batch_size,
                prev_total_elements: *prev_total_elements,
                extra_data,
                proofs: all(proofs),
            },
            block: Block { number: *number, state_root: *state_root, siblings },
            proves: Proves::new(&bundle.claim),
        }
    }
}

impl<'a> Proves<'a> {
    fn new(claim: &'a Claim) -> Self {
        match claim {
            Claim::Account { who, proof } => Self::Account { address: *who, proof: Proof::new(proof) },
            Claim::Balance { who, proofs } => Self::Balance { address: *who, proofs: all(proofs) },
            Claim::StateRoot => Self::StateRoot {},
            Claim::Storage { who, slots, proof } => Self::Storage {
                address: *who,
                slots: slots.iter().map(|slot| slot.0).collect(),
                proof: Proof::new(proof),
            },
            Claim::Withdrawals(claims) => Self::Withdrawals(claims.iter().map(Withdrawal::new).collect()),
        }
    }
}

impl<'a> Withdrawal<'a> {
    fn new(claim: &'a MessageClaim) -> Self {
        let Message { target, sender, message, message_nonce } = &claim.message;
        Self {
            target: *target,
            sender: *sender,
            message,
            message_nonce: *message_nonce,
            passer: Proof::new(&claim.passer),
            messenger: all(&claim.messenger),
        }
    }
}

impl<'a> Proof<'a> {
    fn new(proof: &'a AccountProof) -> Self {
        Self {
            account_proof: &proof.nodes,
            storage_proofs: proof.slots.iter().map(|slot| slot.nodes.as_slice()).collect(),
        }
    }
}

fn all(proofs: &[AccountProof]) -> Vec<Proof<'_>> {
    proofs.iter().map(Proof::new).collect()
}
