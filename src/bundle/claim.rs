use crate::bridge::Message;
use crate::client::WithdrawalState;
use crate::error::Error;
use crate::execution::{Account, AccountProof, Proven};
use crate::primitives::{Address, StorageSlot, U256};
use crate::rollup::{L2StateRoot, MetisBalance, Registry};

/// A question about a state, and what is to prove its answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Claim {
    /// An account's leaf, or that it has none.
    Account {
        /// The account.
        who: Address,
        /// Its proof.
        proof: AccountProof,
    },
    /// The METIS of an account.
    Balance {
        /// The account.
        who: Address,
        /// Answers to [`balance_questions`](crate::rollup::balance_questions).
        proofs: [AccountProof; 2],
    },
    /// The block's state root and nothing under it.
    StateRoot,
    /// Words of an account's storage.
    Storage {
        /// The account.
        who: Address,
        /// The slots.
        slots: Vec<StorageSlot>,
        /// Their proofs.
        proof: AccountProof,
    },
    /// Withdrawals, and where they stand on L1.
    Withdrawals(Vec<MessageClaim>),
}

/// A message to L1, and what is to prove that it was sent and where it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MessageClaim {
    /// The message.
    pub message: Message,
    /// The answer to [`withdrawal_question`](crate::bridge::withdrawal_question).
    pub passer: AccountProof,
    /// Answers to [`messenger_questions`](crate::bridge::messenger_questions).
    pub messenger: [AccountProof; 2],
}

/// What a bundle proves, with the question that it answers.
#[derive(Clone, Debug)]
pub enum Answer {
    /// An account, or that it is not there. Its balance says nothing of METIS.
    Account {
        /// Whose.
        who: Address,
        /// The leaf.
        account: Proven<Option<Account>, L2StateRoot>,
    },
    /// METIS.
    Balance {
        /// Whose.
        who: Address,
        /// How much.
        balance: Proven<MetisBalance, L2StateRoot>,
    },
    /// The block's state root, which [`Verified::at`](super::Verified::at) is.
    StateRoot,
    /// Words of storage.
    Storage {
        /// Whose.
        who: Address,
        /// Which.
        slots: Vec<StorageSlot>,
        /// The words, in the slots' order.
        words: Proven<Vec<U256>, L2StateRoot>,
    },
    /// Withdrawals.
    Withdrawals(Vec<WithdrawalState>),
}

impl Claim {
    /// What proved these withdrawals. They must have been proven at one block, and be at least one.
    pub fn withdrawals(states: &[WithdrawalState]) -> Self {
        Self::Withdrawals(states.iter().map(MessageClaim::new).collect())
    }

    /// Reads the answer under a state root and the L1 block that it was proven under.
    pub(super) fn prove(&self, registry: &Registry, at: &L2StateRoot) -> Result<Answer, Error> {
        Ok(match self {
            Self::Account { who, proof } => Answer::Account { who: *who, account: at.account(*who, proof)? },
            Self::Balance { who, proofs } => Answer::Balance { who: *who, balance: at.metis_balance(*who, proofs)? },
            Self::StateRoot => Answer::StateRoot,
            Self::Storage { who, slots, proof } => {
                Answer::Storage { who: *who, slots: slots.clone(), words: at.storage(*who, slots, proof)? }
            }
            Self::Withdrawals(claims) => {
                Answer::Withdrawals(claims.iter().map(|claim| claim.prove(registry, at)).collect::<Result<_, _>>()?)
            }
        })
    }
}

impl MessageClaim {
    fn new(state: &WithdrawalState) -> Self {
        let (passer, messenger) = state.proofs();
        Self { message: state.withdrawal.value().clone(), passer: passer.clone(), messenger: messenger.clone() }
    }

    fn prove(&self, registry: &Registry, at: &L2StateRoot) -> Result<WithdrawalState, Error> {
        let withdrawal = at.withdrawal(self.message.clone(), &self.passer)?;
        let messenger = registry.messenger(&self.message, &self.messenger)?;
        let status = withdrawal.status(&messenger)?;
        Ok(WithdrawalState::new(withdrawal, status, self.passer.clone(), self.messenger.clone()))
    }
}
