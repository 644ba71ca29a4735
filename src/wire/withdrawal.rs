use super::{WireError, parse_many};
use crate::bridge::Message;
use crate::primitives::json::{Member, Read, address, data, quantity, word};
use crate::primitives::{B256, Bytes, U256};

const WHAT: &str = "withdrawal";

/// The arguments of the L1 messenger's `relayMessage`, read but not believed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WithdrawalClaim {
    /// The message.
    pub message: Message,
    /// What is to show that it was sent.
    pub proof: InclusionClaim,
}

/// `L2MessageInclusionProof` of Metis' contracts, read but not believed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InclusionClaim {
    /// State root of an L2 block.
    pub state_root: B256,
    /// The batch's index, which nothing in the proof covers.
    pub batch_index: U256,
    /// The batch's root.
    pub batch_root: B256,
    /// How many state roots the batch has.
    pub batch_size: U256,
    /// How many stand before it.
    pub prev_total_elements: U256,
    /// What the contract wrote beside the root.
    pub extra_data: Bytes,
    /// The state root's place in the batch.
    pub index: U256,
    /// Its branch.
    pub siblings: Vec<B256>,
    /// Proof of the message passer's account, in the contract's form.
    pub state_trie_witness: Bytes,
    /// Proof of the message's flag, in the contract's form.
    pub storage_trie_witness: Bytes,
}

impl WithdrawalClaim {
    /// Reads one withdrawal or an array of them, each with its message's fields at the top or under `message`.
    ///
    /// # Errors
    /// [`WireError`] where the input lacks the shape.
    pub fn parse(bytes: &[u8]) -> Result<Vec<Self>, WireError> {
        parse_many(WHAT, bytes, claim)
    }
}

fn claim(withdrawal: &Member<'_, '_>) -> Read<WithdrawalClaim> {
    // The message is its calldata, or an object with all of its fields.
    let nested = withdrawal.member("message")?;
    let message = if nested.is_object() { message(&nested)? } else { message(withdrawal)? };
    Ok(WithdrawalClaim { message, proof: withdrawal.at("proof", inclusion)? })
}

/// The fields of a message.
pub(crate) fn message(fields: &Member<'_, '_>) -> Read<Message> {
    Ok(Message {
        target: fields.at("target", address)?,
        sender: fields.at("sender", address)?,
        message: fields.at("message", data)?,
        message_nonce: fields.at("messageNonce", quantity)?,
    })
}

fn inclusion(proof: &Member<'_, '_>) -> Read<InclusionClaim> {
    let header = proof.member("stateRootBatchHeader")?;
    let branch = proof.member("stateRootProof")?;
    Ok(InclusionClaim {
        state_root: proof.at("stateRoot", word)?,
        batch_index: header.at("batchIndex", quantity)?,
        batch_root: header.at("batchRoot", word)?,
        batch_size: header.at("batchSize", quantity)?,
        prev_total_elements: header.at("prevTotalElements", quantity)?,
        extra_data: header.at("extraData", data)?,
        index: branch.at("index", quantity)?,
        siblings: branch.list_at("siblings", word)?,
        state_trie_witness: proof.at("stateTrieWitness", data)?,
        storage_trie_witness: proof.at("storageTrieWitness", data)?,
    })
}
