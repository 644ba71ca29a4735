use super::ClientError;
use super::batch::proof;
use super::request::{Call, Reply, Request};
use super::task::{Fault, Step, Task};
use crate::attestation::{
    LockingPool, MvmVerifiers, Policy, QuorumRule, VerifierSet, locking_pool_question, mvm_verifier_question,
};
use crate::error::Error;
use crate::execution::{AccountProof, Question};
use crate::primitives::{Address, UnixTime};
use crate::rollup::Registry;
use std::collections::BTreeSet;

/// Whose word counts, under the registry's L1 block: by the pool in two rounds, by `MVM_Verifier` in three, by a list in none
/// that asks anything.
#[derive(Clone, Debug)]
pub struct VerifiersOf {
    registry: Registry,
    rule: QuorumRule,
    stage: Stage,
}

#[derive(Clone, Debug)]
enum Stage {
    List(Vec<crate::network::Verifier>),
    Pool(Question),
    Sequencers(LockingPool),
    Mvm(Question),
    Listed(MvmVerifiers),
    Stakes(MvmVerifiers, BTreeSet<Address>),
}

impl VerifiersOf {
    /// Asks for the set that a policy means.
    ///
    /// # Errors
    /// [`AttestationError::NoSet`](crate::attestation::AttestationError::NoSet) where the network's data does not name the
    /// contract.
    pub fn new(registry: &Registry, policy: Policy, rule: QuorumRule) -> Result<Self, Error> {
        let basis = registry.basis();
        let stage = match policy {
            Policy::List(list) => Stage::List(list),
            Policy::LockingPool => Stage::Pool(locking_pool_question(basis)?),
            Policy::MvmVerifier => Stage::Mvm(mvm_verifier_question(basis)?),
        };
        Ok(Self { registry: registry.clone(), rule, stage })
    }

    fn questions(&self) -> Vec<Question> {
        match &self.stage {
            Stage::List(_) => Vec::new(),
            Stage::Pool(question) | Stage::Mvm(question) => vec![question.clone()],
            Stage::Sequencers(pool) => pool.questions(),
            Stage::Listed(mvm) => mvm.questions(),
            Stage::Stakes(mvm, listed) => mvm.stake_questions(listed),
        }
    }

    fn go_on(&self, stage: Stage) -> Step<Self> {
        Step::Ask(Self { stage, ..self.clone() })
    }

    fn read(&self, proofs: &[AccountProof]) -> Result<Step<Self>, Fault> {
        Ok(match &self.stage {
            Stage::List(list) => Step::Done(self.registry.listed_verifiers(list, self.rule).map_err(Fault::of_nobody)?),
            Stage::Pool(_) => {
                let [proof] = only(proofs)?;
                self.go_on(Stage::Sequencers(self.registry.locking_pool(proof).map_err(Fault::of(0))?))
            }
            Stage::Sequencers(pool) => Step::Done(pool.verifiers(proofs, self.rule).map_err(Fault::of(0))?),
            Stage::Mvm(_) => {
                let [proof] = only(proofs)?;
                self.go_on(Stage::Listed(self.registry.mvm_verifiers(proof).map_err(Fault::of(0))?))
            }
            Stage::Listed(mvm) => {
                let listed = mvm.listed(proofs).map_err(Fault::of(0))?;
                self.go_on(Stage::Stakes(mvm.clone(), listed))
            }
            Stage::Stakes(mvm, listed) => Step::Done(mvm.verifiers(listed, proofs, self.rule).map_err(Fault::of(0))?),
        })
    }
}

impl Task for VerifiersOf {
    type Output = VerifierSet;

    fn requests(&self) -> Vec<Request> {
        let block = self.registry.basis().l1().number();
        self.questions().iter().map(|question| Request::L1(Call::proof(question, block))).collect()
    }

    fn resume(&self, replies: &[Reply], _: UnixTime) -> Result<Step<Self>, Fault> {
        let read = |(place, reply)| proof(reply).map_err(Fault::of(place));
        let proofs = replies.iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
        self.read(&proofs)
    }
}

fn only(proofs: &[AccountProof]) -> Result<&[AccountProof; 1], Fault> {
    let wrong = ClientError::ReplyCount { got: proofs.len(), expected: 1 };
    proofs.try_into().map_err(|_| Fault::of_nobody(wrong))
}
