use super::{Consistent, WithdrawalFacts};
use crate::bridge::{Message, Witness, check_sent};
use crate::error::Error;
use crate::execution::{Account, MAX_ACCOUNT_LEAF, MAX_STORAGE_LEAF};
use crate::primitives::{Address, B256, StateRoot, keccak256, ovm_merkle};
use crate::rollup::{BatchHeader, RollupError, count};
use crate::wire::{InclusionClaim, WithdrawalClaim};
use alloy_primitives::address;

/// `OVM_L2ToL1MessagePasser`, the same on every network; L1's messenger has it as a constant.
const MESSAGE_PASSER: Address = address!("0x4200000000000000000000000000000000000000");

/// Checks the arguments of `relayMessage` as the L1 messenger does, as far as they can be checked without L1: the message
/// is in the state root, and the state root in the batch root.
///
/// # Errors
/// [`Error`] where they do not hold together.
pub fn withdrawal(claim: &WithdrawalClaim) -> Result<Consistent<WithdrawalFacts>, Error> {
    let WithdrawalClaim { message, proof } = claim;
    let header =
        BatchHeader::new(proof.batch_root, proof.batch_size, proof.prev_total_elements, proof.extra_data.clone())?;
    let index = count("stateRootProof.index", proof.index)?;
    let batch_index = count("batchIndex", proof.batch_index)?;
    ovm_merkle::verify(proof.batch_root, proof.state_root, index, &proof.siblings, header.batch_size())?;
    check_message(message, proof)?;
    let block = header.first_block().saturating_add(index);
    Ok(Consistent::new(WithdrawalFacts::new(message, proof.state_root, block, batch_index, &header)))
}

/// The message passer's flag of the message is 1 under the state root.
fn check_message(message: &Message, proof: &InclusionClaim) -> Result<(), Error> {
    const STATE: &str = "stateTrieWitness";
    const STORAGE: &str = "storageTrieWitness";
    let witness = Witness::decode(STATE, &proof.state_trie_witness)?;
    let nodes = witness.proof_nodes(STATE, proof.state_root, keccak256(MESSAGE_PASSER), MAX_ACCOUNT_LEAF)?;
    let passer = read_passer(proof.state_root, nodes)?;
    let slot = message.passer_slot();
    let witness = Witness::decode(STORAGE, &proof.storage_trie_witness)?;
    let nodes = witness.proof_nodes(STORAGE, passer.storage_root, slot.trie_key(), MAX_STORAGE_LEAF)?;
    Ok(check_sent(message, passer.storage(slot, nodes)?)?)
}

fn read_passer<N: AsRef<[u8]>>(root: B256, nodes: &[N]) -> Result<Account, Error> {
    let passer = Account::read(StateRoot::new(root), MESSAGE_PASSER, nodes)?;
    Ok(passer.ok_or(RollupError::ContractAbsent { what: "the message passer" })?)
}
