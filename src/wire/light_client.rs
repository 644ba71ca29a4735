//! Light-client data: JSON of the Beacon API, or SSZ.

use super::{MAX_INPUT, WireError};
use crate::consensus::{
    BeaconBlockHeader, BlobGas, Bootstrap, Branched, ConsensusError, Execution, ExecutionPayloadHeader,
    LightClientHeader, MAX_UPDATES, Message, Rules, Shape, SyncAggregate, SyncCommittee, Update, named_rules,
};
use crate::network::{ForkName, L1};
use crate::primitives::json::{Json, JsonError, Member, Members, Read, address, data, quantity, small, text, word};
use alloy_primitives::Bloom;

const WHAT: &str = "light-client data";

impl Message {
    /// Reads whatever a source of light-client data answers: a bootstrap, an update of any kind or a list of updates, as
    /// JSON with or without `version` and `data`, or as SSZ, bare or in a framed list.
    ///
    /// # Errors
    /// [`WireError`]; where the shape depends on a fork and that is not known here,
    /// [`ConsensusError::UnknownFork`] in it.
    pub fn parse_all(l1: &L1, bytes: &[u8]) -> Result<Vec<Self>, WireError> {
        let json = match Json::parse(bytes, MAX_INPUT) {
            Ok(json) => json,
            Err(rule) if is_text(bytes) => return Err(WireError::Json { what: WHAT, rule: *rule }),
            Err(_) => return Ok(Self::list_from_ssz(l1, bytes)?),
        };
        let root = Member::root(WHAT, &json);
        let messages = root.one_or_each(|reply| message(l1, reply)).map_err(WireError::from)?;
        match messages.len() {
            0 => Err(WireError::Empty { what: WHAT }),
            1..=MAX_UPDATES => Ok(messages),
            _ => Err(ConsensusError::TooManyUpdates { limit: MAX_UPDATES }.into()),
        }
    }
}

/// SSZ may begin with any byte, but holds bytes that no text has.
fn is_text(bytes: &[u8]) -> bool {
    bytes.len() > MAX_INPUT || bytes.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace())
}

/// Why a reply was refused; only its shape is this floor's matter.
enum Refused {
    Shape(Box<JsonError>),
    Fork(Box<ConsensusError>),
    ErrorReply,
}

impl From<Box<JsonError>> for Refused {
    fn from(rule: Box<JsonError>) -> Self {
        Self::Shape(rule)
    }
}

impl From<Refused> for WireError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Shape(rule) => Self::Json { what: WHAT, rule: *rule },
            Refused::Fork(error) => Self::Consensus(*error),
            Refused::ErrorReply => Self::ErrorReply { what: WHAT },
        }
    }
}

fn message(l1: &L1, reply: &Member<'_, '_>) -> Result<Message, Refused> {
    let version = reply.maybe("version", text)?;
    if let Some(data) = reply.optional("data")? {
        return message_in(l1, version, &data);
    }
    // What a beacon node answers where it has nothing.
    if reply.optional("code")?.is_some() && reply.optional("message")?.is_some() {
        return Err(Refused::ErrorReply);
    }
    message_in(l1, version, reply)
}

fn message_in(l1: &L1, version: Option<&str>, data: &Member<'_, '_>) -> Result<Message, Refused> {
    let is_bootstrap = data.optional("current_sync_committee")?.is_some();
    let header = data.member(if is_bootstrap { "header" } else { "attested_header" })?;
    let slot = header.member("beacon")?.at("slot", small)?;
    let (fork, rules) = named_rules(l1, version, slot).map_err(|error| Refused::Fork(Box::new(error)))?;
    Ok(match is_bootstrap {
        true => Message::Bootstrap(Box::new(bootstrap(fork, rules, data)?)),
        false => Message::Update(Box::new(update(fork, rules, data)?)),
    })
}

fn bootstrap(fork: ForkName, rules: &Rules, data: &Member<'_, '_>) -> Read<Bootstrap> {
    Ok(Bootstrap {
        fork,
        header: light_client_header(rules, &data.member("header")?)?,
        current_sync_committee: data.at("current_sync_committee", sync_committee)?,
        current_sync_committee_branch: data.list_at("current_sync_committee_branch", word)?,
    })
}

fn update(fork: ForkName, rules: &Rules, data: &Member<'_, '_>) -> Read<Update> {
    let next_sync_committee = match has_either(data, "next_sync_committee", "next_sync_committee_branch")? {
        true => Some(Branched {
            value: data.at("next_sync_committee", sync_committee)?,
            branch: data.list_at("next_sync_committee_branch", word)?,
        }),
        false => None,
    };
    let finalized_header = match has_either(data, "finalized_header", "finality_branch")? {
        true => Some(Branched {
            value: light_client_header(rules, &data.member("finalized_header")?)?,
            branch: data.list_at("finality_branch", word)?,
        }),
        false => None,
    };
    Ok(Update {
        fork,
        attested_header: light_client_header(rules, &data.member("attested_header")?)?,
        next_sync_committee,
        finalized_header,
        sync_aggregate: data.at("sync_aggregate", sync_aggregate)?,
        signature_slot: data.at("signature_slot", small)?,
        claimed_fork_digest: None,
    })
}

/// A thing and its branch come together: with one of them alone an update would pass for one of a lesser kind.
fn has_either(data: &Member<'_, '_>, thing: &str, branch: &str) -> Read<bool> {
    Ok(data.optional(thing)?.is_some() || data.optional(branch)?.is_some())
}

fn light_client_header(rules: &Rules, header: &Member<'_, '_>) -> Read<LightClientHeader> {
    let beacon = header.at("beacon", beacon_block_header)?;
    let execution = match rules.header {
        Shape::Beacon => Execution::Absent,
        Shape::Payload { has_blobs } => {
            let payload = header.member("execution")?;
            let blob_gas = if has_blobs { Some(blob_gas(&payload)?) } else { None };
            Execution::Payload {
                header: Box::new(execution_payload_header(&payload, blob_gas)?),
                branch: header.list_at("execution_branch", word)?,
            }
        }
        Shape::BlockHash => Execution::BlockHash {
            hash: header.at("execution_block_hash", word)?,
            branch: header.list_at("execution_branch", word)?,
        },
    };
    Ok(LightClientHeader { beacon, execution })
}

fn beacon_block_header(header: &Member<'_, '_>) -> Read<BeaconBlockHeader> {
    let mut members = Members::new(header);
    let header = BeaconBlockHeader {
        slot: members.at("slot", small),
        proposer_index: members.at("proposer_index", small),
        parent_root: members.at("parent_root", word),
        state_root: members.at("state_root", word),
        body_root: members.at("body_root", word),
    };
    members.end(header)
}

fn execution_payload_header(payload: &Member<'_, '_>, blob_gas: Option<BlobGas>) -> Read<ExecutionPayloadHeader> {
    let mut members = Members::new(payload);
    let header = ExecutionPayloadHeader {
        parent_hash: members.at("parent_hash", word),
        fee_recipient: members.at("fee_recipient", address),
        state_root: members.at("state_root", word),
        receipts_root: members.at("receipts_root", word),
        logs_bloom: members.at("logs_bloom", |bloom| bloom.fixed("0x and 512 hex digits").map(Bloom::from)),
        prev_randao: members.at("prev_randao", word),
        block_number: members.at("block_number", small),
        gas_limit: members.at("gas_limit", small),
        gas_used: members.at("gas_used", small),
        timestamp: members.at("timestamp", small),
        extra_data: members.at("extra_data", extra_data),
        base_fee_per_gas: members.at("base_fee_per_gas", quantity),
        block_hash: members.at("block_hash", word),
        transactions_root: members.at("transactions_root", word),
        withdrawals_root: members.at("withdrawals_root", word),
        blob_gas,
    };
    members.end(header)
}

fn extra_data(member: &Member<'_, '_>) -> Read<alloy_primitives::Bytes> {
    let bytes = data(member)?;
    if bytes.len() > 32 {
        return Err(member.wrong_form("0x and at most 64 hex digits"));
    }
    Ok(bytes)
}

fn blob_gas(payload: &Member<'_, '_>) -> Read<BlobGas> {
    Ok(BlobGas { used: payload.at("blob_gas_used", small)?, excess: payload.at("excess_blob_gas", small)? })
}

fn sync_committee(committee: &Member<'_, '_>) -> Read<SyncCommittee> {
    Ok(SyncCommittee {
        pubkeys: committee.list_at("pubkeys", public_key)?,
        aggregate_pubkey: committee.at("aggregate_pubkey", public_key)?,
    })
}

fn public_key(key: &Member<'_, '_>) -> Read<[u8; 48]> {
    key.fixed("0x and 96 hex digits").map(|key| key.0)
}

fn sync_aggregate(aggregate: &Member<'_, '_>) -> Read<SyncAggregate> {
    let signature = aggregate.member("sync_committee_signature")?;
    Ok(SyncAggregate {
        sync_committee_bits: aggregate.at("sync_committee_bits", data)?.to_vec(),
        sync_committee_signature: signature.fixed("0x and 192 hex digits")?.0,
    })
}

#[cfg(test)]
mod tests;
