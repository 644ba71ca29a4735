use super::{WireError, parse};
use crate::execution::{AccountProof, Claims, SlotProof};
use crate::primitives::B256;
use crate::primitives::json::{Member, Read, address, data, quantity, small, word};

const WHAT: &str = "eth_getProof answer";

/// Answers to `eth_getProof` (EIP-1186), bare or in the JSON-RPC envelope.
#[derive(Debug)]
pub struct ProofReply;

impl ProofReply {
    /// Reads one answer or an array of them.
    ///
    /// # Errors
    /// [`WireError`] where the input lacks the shape, or has a JSON-RPC error for an answer.
    pub fn parse(bytes: &[u8]) -> Result<Vec<AccountProof>, WireError> {
        let answers = parse(WHAT, bytes, |root| root.one_or_each(unwrapped))?;
        if answers.is_empty() {
            return Err(WireError::Empty { what: WHAT });
        }
        answers.into_iter().map(|answer| answer.ok_or(WireError::ErrorReply { what: WHAT })).collect()
    }
}

/// Takes the answer out of its envelope; none where there is an error in it.
fn unwrapped(reply: &Member<'_, '_>) -> Read<Option<AccountProof>> {
    if let Some(answer) = reply.optional("result")? {
        return account_proof(&answer).map(Some);
    }
    match reply.optional("error")? {
        Some(_) => Ok(None),
        None => account_proof(reply).map(Some),
    }
}

fn account_proof(answer: &Member<'_, '_>) -> Read<AccountProof> {
    Ok(AccountProof {
        nodes: answer.list_at("accountProof", data)?,
        slots: answer.maybe("storageProof", |slots| slots.each(slot_proof))?.unwrap_or_default(),
        claims: Claims {
            address: answer.maybe("address", address)?,
            balance: answer.maybe("balance", quantity)?,
            code_hash: answer.maybe("codeHash", word)?,
            nonce: answer.maybe("nonce", small)?,
            storage_hash: answer.maybe("storageHash", word)?,
        },
    })
}

/// Keys and values are numbers: servers shorten them or pad them.
fn slot_proof(slot: &Member<'_, '_>) -> Read<SlotProof> {
    Ok(SlotProof {
        nodes: slot.list_at("proof", data)?,
        key: slot.maybe("key", quantity)?.map(B256::from),
        value: slot.maybe("value", quantity)?,
    })
}
