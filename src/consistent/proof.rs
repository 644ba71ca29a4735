use super::{AccountFacts, Consistent, MetisFacts, SlotFact};
use crate::error::Error;
use crate::execution::{AccountProof, BalanceClaim, ExecutionError, Question, SlotProof};
use crate::network::Network;
use crate::primitives::{Address, B256, StateRoot, StorageSlot, U256};
use crate::rollup::{Accepted, balance_questions, read_balance};
use crate::wire::WireError;

const WHAT: &str = "eth_getProof answer";

/// What is to be shown under which root.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProofQuestion {
    /// The root.
    pub state_root: B256,
    /// The account; where it is not asked for, the one that the answer says it is about.
    pub address: Option<Address>,
    /// The slots; where none are asked for, those that the answer says it is about.
    pub slots: Vec<StorageSlot>,
}

/// Checks one `eth_getProof` answer under a root that the caller names.
///
/// Values that the answer names in clear must be the proven ones. The balance is the exception: nodes of Metis answer with
/// a predeploy's storage, so where the leaf holds 0 a claimed balance is reported as not covered.
///
/// # Errors
/// [`Error`] where the answer does not hold, or does not say what it is about and nobody asked.
pub fn proof(question: &ProofQuestion, answer: &AccountProof) -> Result<Consistent<AccountFacts>, Error> {
    let address = question.address.or(answer.claims.address).ok_or_else(|| missing("address"))?;
    let slots = match question.slots.as_slice() {
        [] => claimed_slots(answer)?,
        asked => asked.to_vec(),
    };
    let answer = select(answer, &slots);
    let asked = Question::new(address, slots);
    let root = StateRoot::new(question.state_root);
    let read = asked.read(root, &answer, BalanceClaim::Elsewhere)?;
    let storage = asked.slots.iter().zip(read.words).map(|(slot, word)| SlotFact::new(*slot, word)).collect();
    let mut facts = AccountFacts::new(question.state_root, address, read.account, storage);
    facts.claimed_balance_not_covered = is_balance_elsewhere(facts.balance, answer.claims.balance)?;
    Ok(Consistent::new(facts))
}

/// Checks a METIS balance under a root that the caller names: `answers` hold the predeploy's proof with the balance's slot
/// and the proof of `who`'s own account, told apart by the address they say they are about, or in this order.
///
/// # Errors
/// [`Error`] where one is missing or does not hold, or METIS does not stand where `network` has it.
pub fn metis_balance(
    state_root: B256,
    network: &Network,
    who: Address,
    answers: &[AccountProof],
) -> Result<Consistent<MetisFacts>, Error> {
    let [predeploy, account] = balance_questions(network, who);
    let answer = |question: &Question, place: usize| {
        let named = answers.iter().find(|answer| answer.claims.address == Some(question.address));
        let unnamed = || answers.get(place).filter(|answer| answer.claims.address.is_none());
        named.or_else(unnamed).map(|answer| select(answer, &question.slots))
    };
    let predeploy = answer(&predeploy, 0).ok_or_else(|| missing("the proof of the metis predeploy"))?;
    let account = answer(&account, 1).ok_or_else(|| missing("the proof of the account itself"))?;
    let proofs = [predeploy, account];
    let read = read_balance(StateRoot::new(state_root), network, &Accepted::none(), who, &proofs)?;
    Ok(Consistent::new(MetisFacts::new(state_root, who, network, read)))
}

/// The slots that an answer says it is about.
fn claimed_slots(answer: &AccountProof) -> Result<Vec<StorageSlot>, WireError> {
    let key = |slot: &SlotProof| slot.key.map(StorageSlot).ok_or_else(|| missing("storageProof.key"));
    answer.slots.iter().map(key).collect()
}

/// The answer with the proofs of `slots` only, in that order. An answer that does not name its slots, or not all of them,
/// is taken as it is: by its order.
fn select(answer: &AccountProof, slots: &[StorageSlot]) -> AccountProof {
    let named = |slot: &StorageSlot| answer.slots.iter().find(|proof| proof.key == Some(slot.0)).cloned();
    let slots = slots.iter().map(named).collect::<Option<Vec<_>>>().unwrap_or_else(|| answer.slots.clone());
    AccountProof { slots, ..answer.clone() }
}

/// Whether a balance is claimed of which the leaf says nothing; a leaf that holds one says all.
fn is_balance_elsewhere(proven: U256, claimed: Option<U256>) -> Result<bool, ExecutionError> {
    match claimed {
        Some(claimed) if claimed == proven => Ok(false),
        Some(_) if proven.is_zero() => Ok(true),
        Some(claimed) => {
            Err(ExecutionError::FalseClaim { member: "balance", claimed: claimed.into(), proven: proven.into() })
        }
        None => Ok(false),
    }
}

const fn missing(member: &'static str) -> WireError {
    WireError::Missing { what: WHAT, member }
}
