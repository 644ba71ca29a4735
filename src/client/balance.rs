//! What is read of a state root in one round each.

use super::ClientError;
use super::batch::proof;
use super::request::{Call, Reply, Request};
use super::task::{Fault, Step, Task};
use crate::execution::{Account, AccountProof, Proven, Question};
use crate::primitives::{Address, StorageSlot, U256, UnixTime};
use crate::rollup::{L2StateRoot, MetisBalance, balance_questions};
use crate::wire::hint;

/// The METIS of an account: one round.
#[derive(Clone, Debug)]
pub struct MetisBalanceOf {
    /// The state.
    pub at: L2StateRoot,
    /// The account.
    pub who: Address,
}

/// An account: one round.
#[derive(Clone, Debug)]
pub struct AccountOf {
    /// The state.
    pub at: L2StateRoot,
    /// The account.
    pub who: Address,
}

/// Words of an account's storage, in one proof: one round.
#[derive(Clone, Debug)]
pub struct StorageOf {
    /// The state.
    pub at: L2StateRoot,
    /// The account.
    pub who: Address,
    /// The slots, in the order of the answer.
    pub slots: Vec<StorageSlot>,
}

/// An account with words of its storage, and the nodes that prove them: one round.
#[derive(Clone, Debug)]
pub struct ProofOf {
    /// The state.
    pub at: L2StateRoot,
    /// The account.
    pub who: Address,
    /// The slots, in the order of the answer.
    pub slots: Vec<StorageSlot>,
}

/// What [`ProofOf`] finds.
#[derive(Clone, Debug)]
pub struct ProvenAccount {
    /// The leaf. Its balance says nothing of METIS.
    pub account: Proven<Option<Account>, L2StateRoot>,
    /// The words, in the slots' order.
    pub words: Proven<Vec<U256>, L2StateRoot>,
    /// What proves them, for whoever is to check it again.
    pub proof: AccountProof,
}

/// An account's code: one round.
#[derive(Clone, Debug)]
pub struct CodeOf {
    /// The state.
    pub at: L2StateRoot,
    /// The account.
    pub who: Address,
}

impl Task for MetisBalanceOf {
    type Output = Proven<MetisBalance, L2StateRoot>;

    fn requests(&self) -> Vec<Request> {
        ask(&self.at, &balance_questions(self.at.batch().basis().network(), self.who))
    }

    fn resume(&self, replies: &[Reply], _: UnixTime) -> Result<Step<Self>, Fault> {
        let [predeploy, account] = exactly(replies)?;
        let proofs = [proof(predeploy).map_err(Fault::of(0))?, proof(account).map_err(Fault::of(1))?];
        self.at.metis_balance(self.who, &proofs).map(Step::Done).map_err(Fault::of(0))
    }
}

impl Task for AccountOf {
    type Output = Proven<Option<Account>, L2StateRoot>;

    fn requests(&self) -> Vec<Request> {
        ask(&self.at, &[Question::new(self.who, [])])
    }

    fn resume(&self, replies: &[Reply], _: UnixTime) -> Result<Step<Self>, Fault> {
        let [account] = exactly(replies)?;
        let proof = proof(account).map_err(Fault::of(0))?;
        self.at.account(self.who, &proof).map(Step::Done).map_err(Fault::of(0))
    }
}

impl Task for StorageOf {
    type Output = Proven<Vec<U256>, L2StateRoot>;

    fn requests(&self) -> Vec<Request> {
        ask(&self.at, &[Question::new(self.who, self.slots.as_slice())])
    }

    fn resume(&self, replies: &[Reply], _: UnixTime) -> Result<Step<Self>, Fault> {
        let [words] = exactly(replies)?;
        let proof = proof(words).map_err(Fault::of(0))?;
        self.at.storage(self.who, &self.slots, &proof).map(Step::Done).map_err(Fault::of(0))
    }
}

impl Task for ProofOf {
    type Output = ProvenAccount;

    fn requests(&self) -> Vec<Request> {
        ask(&self.at, &[Question::new(self.who, self.slots.as_slice())])
    }

    fn resume(&self, replies: &[Reply], _: UnixTime) -> Result<Step<Self>, Fault> {
        let [reply] = exactly(replies)?;
        let proof = proof(reply).map_err(Fault::of(0))?;
        let leaf = AccountProof { slots: Vec::new(), ..proof.clone() };
        let account = self.at.account(self.who, &leaf).map_err(Fault::of(0))?;
        let words = self.at.storage(self.who, &self.slots, &proof).map_err(Fault::of(0))?;
        Ok(Step::Done(ProvenAccount { account, words, proof }))
    }
}

impl Task for CodeOf {
    type Output = Proven<Vec<u8>, L2StateRoot>;

    fn requests(&self) -> Vec<Request> {
        let mut requests = ask(&self.at, &[Question::new(self.who, [])]);
        requests.push(Request::L2(Call::code(self.who, self.at.block())));
        requests
    }

    fn resume(&self, replies: &[Reply], _: UnixTime) -> Result<Step<Self>, Fault> {
        let [account, code] = exactly(replies)?;
        let proof = proof(account).map_err(Fault::of(0))?;
        let code = hint::code(code).map_err(Fault::of(1))?;
        // Both were asked of one source.
        self.at.code(self.who, code.into(), &proof).map(Step::Done).map_err(Fault::of(1))
    }
}

/// Asks L2 at the block of a state root.
pub(crate) fn ask(at: &L2StateRoot, questions: &[Question]) -> Vec<Request> {
    questions.iter().map(|question| Request::L2(Call::proof(question, at.block()))).collect()
}

/// So many replies.
pub(crate) fn exactly<const N: usize>(replies: &[Reply]) -> Result<&[Reply; N], Fault> {
    let wrong = ClientError::ReplyCount { got: replies.len(), expected: N };
    replies.try_into().map_err(|_| Fault::of_nobody(wrong))
}
