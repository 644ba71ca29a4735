//! Native METIS.
//!
//! It is no member of the account's leaf but a word in the storage of a predeploy, and one day it may move: so the reader
//! is chosen by the predeploy's proven code hash, and a leaf that does hold a balance is met with refusal, not with a sum.
//! An account that only holds METIS has no leaf at all; that it is absent says nothing of its balance.

use super::{Accepted, Change, L2StateRoot, Pins, RollupError};
use crate::execution::{AccountProof, BalanceClaim, Proven, Question};
use crate::network::Network;
use crate::primitives::{Address, B256, StateRoot, StorageSlot, U256};

/// The mapping from owner to balance, in METIS and in every token of the standard bridge.
const BALANCES: StorageSlot = StorageSlot::at(0);

/// The slot of an account's METIS in the predeploy.
pub fn metis_balance_slot(who: Address) -> StorageSlot {
    BALANCES.entry_of(who)
}

/// A METIS balance as read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MetisBalance {
    /// The balance, in wei.
    pub wei: U256,
    /// The predeploy's code hash, by which the reader was chosen.
    pub code_hash: B256,
    /// Each value that differs from its pin and was accepted.
    pub changes: Vec<(Change, B256)>,
}

/// What to ask L2 about the METIS of `who`: the predeploy with the balance's slot, and the account itself.
pub fn balance_questions(network: &Network, who: Address) -> [Question; 2] {
    [Question::new(network.l2.predeploys.metis, [metis_balance_slot(who)]), Question::new(who, [])]
}

/// Reads the METIS of `who` under any L2 root. `proofs` answer [`balance_questions`].
pub(crate) fn read_balance(
    root: StateRoot,
    network: &Network,
    accepted: &Accepted,
    who: Address,
    proofs: &[AccountProof; 2],
) -> Result<MetisBalance, RollupError> {
    let [predeploy_question, account_question] = balance_questions(network, who);
    let [predeploy_proof, account_proof] = proofs;
    let predeploy = predeploy_question.read(root, predeploy_proof, BalanceClaim::Elsewhere)?;
    let leaf = predeploy.account.ok_or(RollupError::ContractAbsent { what: "the metis predeploy" })?;
    let mut pins = Pins::new(accepted);
    let known = network.l2.metis_code_hashes.as_deref().unwrap_or_default();
    pins.check(Change::MetisCode, leaf.code_hash, known)?;
    check_leaf_balance("the metis predeploy", leaf.balance)?;
    let account = account_question.read(root, account_proof, BalanceClaim::Elsewhere)?.account;
    check_leaf_balance("the account", account.map_or(U256::ZERO, |account| account.balance))?;
    Ok(MetisBalance {
        wei: predeploy.words.first().copied().unwrap_or_default(),
        code_hash: leaf.code_hash,
        changes: pins.into_used(),
    })
}

impl L2StateRoot {
    /// Proves the METIS of `who`. `proofs` answer [`balance_questions`].
    ///
    /// # Errors
    /// [`RollupError::Changed`] where the predeploy runs unknown code, [`RollupError::LeafBalance`] where a leaf holds a
    /// balance, and the errors of the proofs.
    pub fn metis_balance(
        &self,
        who: Address,
        proofs: &[AccountProof; 2],
    ) -> Result<Proven<MetisBalance, Self>, RollupError> {
        let basis = self.batch().basis();
        let balance = read_balance(self.state_root(), &basis.network, &basis.accepted, who, proofs)?;
        Ok(Proven::new(balance, self.clone()))
    }
}

fn check_leaf_balance(what: &'static str, got: U256) -> Result<(), RollupError> {
    if !got.is_zero() {
        return Err(RollupError::LeafBalance { what, got });
    }
    Ok(())
}
