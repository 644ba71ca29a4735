use super::{BatchPart, BlockPart, Bundle, Claim, FORMAT, MAX_BUNDLE, MessageClaim};
use crate::execution::{AccountProof, SlotProof};
use crate::primitives::StorageSlot;
use crate::primitives::header::Header;
use crate::primitives::json::{Json, Member, Read, address, data, quantity, small, text, word};
use crate::wire::{WireError, message};

const WHAT: &str = "bundle";

impl Bundle {
    /// Reads a bundle of at most [`MAX_BUNDLE`] bytes. Members that the format does not name are passed over.
    ///
    /// # Errors
    /// [`WireError`] where the input lacks the shape, or is of another version of the format.
    pub fn parse(bytes: &[u8]) -> Result<Self, WireError> {
        Json::parse(bytes, MAX_BUNDLE)
            .and_then(|json| bundle(&Member::root(WHAT, &json)))
            .map_err(|rule| WireError::Json { what: WHAT, rule: *rule })
    }
}

pub(crate) fn bundle(root: &Member<'_, '_>) -> Read<Bundle> {
    // First, for another version may have nothing else in common.
    root.at("format", format)?;
    Ok(Bundle {
        network: root.at("network", text)?.to_owned(),
        consensus: root.at("consensus", data)?,
        execution: root.at("execution", header)?,
        registry: root.at("registry", proofs)?,
        batch: root.at("batch", batch)?,
        block: root.at("block", block)?,
        claim: root.at("proves", claim)?,
    })
}

fn format(member: &Member<'_, '_>) -> Read<()> {
    if text(member)? == FORMAT { Ok(()) } else { Err(member.wrong_form(FORMAT)) }
}

fn header(member: &Member<'_, '_>) -> Read<Header> {
    Header::decode(&data(member)?).map_err(|_| member.wrong_form("the RLP of a block header"))
}

fn batch(batch: &Member<'_, '_>) -> Read<BatchPart> {
    Ok(BatchPart {
        index: batch.at("index", small)?,
        batch_root: batch.at("batchRoot", word)?,
        batch_size: batch.at("batchSize", quantity)?,
        prev_total_elements: batch.at("prevTotalElements", quantity)?,
        extra_data: batch.at("extraData", data)?,
        proofs: batch.at("proofs", proofs)?,
    })
}

fn block(block: &Member<'_, '_>) -> Read<BlockPart> {
    Ok(BlockPart {
        number: block.at("number", small)?,
        state_root: block.at("stateRoot", word)?,
        siblings: block.list_at("siblings", word)?,
    })
}

/// One question, lest anybody take two of which only one was looked at.
fn claim(proves: &Member<'_, '_>) -> Read<Claim> {
    let asked = (
        proves.optional("account")?,
        proves.optional("balance")?,
        proves.optional("stateRoot")?,
        proves.optional("storage")?,
        proves.optional("withdrawals")?,
    );
    match asked {
        (Some(account), None, None, None, None) => {
            Ok(Claim::Account { who: account.at("address", address)?, proof: account.at("proof", proof)? })
        }
        (None, Some(balance), None, None, None) => {
            Ok(Claim::Balance { who: balance.at("address", address)?, proofs: balance.at("proofs", proofs)? })
        }
        (None, None, Some(_), None, None) => Ok(Claim::StateRoot),
        (None, None, None, Some(storage), None) => Ok(Claim::Storage {
            who: storage.at("address", address)?,
            slots: storage.list_at("slots", slot)?,
            proof: storage.at("proof", proof)?,
        }),
        (None, None, None, None, Some(withdrawals)) => match withdrawals.each(withdrawal)? {
            claims if claims.is_empty() => Err(withdrawals.wrong_form("a list of at least one withdrawal")),
            claims => Ok(Claim::Withdrawals(claims)),
        },
        _ => Err(proves.wrong_form("an object with one of account, balance, stateRoot, storage and withdrawals")),
    }
}

fn withdrawal(withdrawal: &Member<'_, '_>) -> Read<MessageClaim> {
    Ok(MessageClaim {
        message: message(withdrawal)?,
        passer: withdrawal.at("passer", proof)?,
        messenger: withdrawal.at("messenger", proofs)?,
    })
}

fn slot(member: &Member<'_, '_>) -> Read<StorageSlot> {
    word(member).map(StorageSlot)
}

fn proofs<const N: usize>(list: &Member<'_, '_>) -> Read<[AccountProof; N]> {
    list.each(proof)?.try_into().map_err(|_| list.wrong_form("a list of as many proofs as there are questions"))
}

/// Nodes alone: what `eth_getProof` says beside them is no proof, and is not written.
fn proof(proof: &Member<'_, '_>) -> Read<AccountProof> {
    Ok(AccountProof {
        nodes: proof.list_at("accountProof", data)?,
        slots: proof.list_at("storageProofs", slot_proof)?,
        ..AccountProof::default()
    })
}

fn slot_proof(nodes: &Member<'_, '_>) -> Read<SlotProof> {
    Ok(SlotProof { nodes: nodes.each(data)?, ..SlotProof::default() })
}
