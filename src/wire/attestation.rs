//! Attestations as they travel: `{ "attestations": [ { "message": {…}, "signature": "0x…" } ] }`.

use super::{WireError, parse};
use crate::attestation::{Attestation, Signature, Statement};
use crate::primitives::UnixTime;
use crate::primitives::json::{Json, Member, Read, data, quantity, small, word};
use serde_json::{Value, json};

const WHAT: &str = "attestations";

/// The longest reply of a source of attestations, in bytes: some 400 of them.
pub const MAX_ATTESTATIONS_REPLY: usize = 256 << 10;

impl Attestation {
    /// Reads a source's reply.
    ///
    /// # Errors
    /// [`WireError`] where it is too long, or lacks the shape in any of its attestations.
    pub fn parse_reply(bytes: &[u8]) -> Result<Vec<Self>, WireError> {
        Json::parse(bytes, MAX_ATTESTATIONS_REPLY)
            .and_then(|json| Member::root(WHAT, &json).list_at("attestations", attestation))
            .map_err(|rule| WireError::Json { what: WHAT, rule: *rule })
    }

    /// Reads one.
    ///
    /// # Errors
    /// [`WireError`] where it lacks the shape.
    pub fn parse(bytes: &[u8]) -> Result<Self, WireError> {
        parse(WHAT, bytes, attestation)
    }

    /// As [`Self::parse`] reads it: numbers as decimal strings, the signature with 65 bytes.
    pub fn to_json(&self) -> Value {
        let Statement { l2_chain_id, batch_index, batch_header_hash, batch_root, .. } = &self.statement;
        let Statement { l2_block_number, l2_state_root, l2_block_hash, verdict, issued_at, .. } = &self.statement;
        json!({
            "message": {
                "l2ChainId": l2_chain_id.to_string(),
                "batchIndex": batch_index.to_string(),
                "batchHeaderHash": batch_header_hash,
                "batchRoot": batch_root,
                "l2BlockNumber": l2_block_number.to_string(),
                "l2StateRoot": l2_state_root,
                "l2BlockHash": l2_block_hash,
                "verdict": verdict,
                "issuedAt": issued_at.0.to_string(),
            },
            "signature": self.signature.to_bytes(),
        })
    }
}

/// One attestation.
pub(crate) fn attestation(member: &Member<'_, '_>) -> Read<Attestation> {
    Ok(Attestation { statement: member.at("message", statement)?, signature: member.at("signature", signature)? })
}

fn statement(message: &Member<'_, '_>) -> Read<Statement> {
    Ok(Statement {
        l2_chain_id: message.at("l2ChainId", quantity)?,
        batch_index: message.at("batchIndex", quantity)?,
        batch_header_hash: message.at("batchHeaderHash", word)?,
        batch_root: message.at("batchRoot", word)?,
        l2_block_number: message.at("l2BlockNumber", quantity)?,
        l2_state_root: message.at("l2StateRoot", word)?,
        l2_block_hash: message.at("l2BlockHash", word)?,
        verdict: message.at("verdict", byte)?,
        issued_at: UnixTime(message.at("issuedAt", small)?),
    })
}

fn byte(member: &Member<'_, '_>) -> Read<u8> {
    u8::try_from(quantity(member)?).map_err(|_| member.wrong_form("an integer below 256"))
}

fn signature(member: &Member<'_, '_>) -> Read<Signature> {
    Signature::parse(&data(member)?).map_err(|_| member.wrong_form("65 bytes that end with 27 or 28, or 64 bytes"))
}
