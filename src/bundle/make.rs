//! Bundles of what was just proven. Every one is verified before it is given out.

use super::{BatchPart, BlockPart, Bundle, Claim, MessageClaim};
use crate::client::{Fault, Reply, Request, Step, Synced, Task, ask, exactly, proof};
use crate::consensus::Checkpoint;
use crate::error::Error;
use crate::execution::{AccountProof, Question, SlotProof};
use crate::network::Network;
use crate::primitives::{Address, StorageSlot, U256, UnixTime};
use crate::rollup::{L2StateRoot, RollupError, balance_questions};

/// What a bundle is wanted of, besides [withdrawals](Claim::withdrawals).
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Asked {
    /// An account's leaf.
    Account(Address),
    /// An account's METIS.
    Balance(Address),
    /// Words of an account's storage.
    Storage(Address, Vec<StorageSlot>),
}

/// A bundle about a state root that was proven under the finalized L1 block: one round.
#[derive(Clone, Debug)]
pub struct BundleOf {
    synced: Box<Synced>,
    at: L2StateRoot,
    asked: Asked,
}

impl Bundle {
    /// Puts together what a claim under `at` rests on, and verifies it. The checkpoint's age is not looked at: that is for
    /// whoever verifies it later.
    ///
    /// # Errors
    /// [`RollupError::OtherBlock`] where `at` was proven under another L1 block than the finalized one of `synced`, and
    /// what is wrong with the claim.
    pub fn new(synced: &Synced, at: &L2StateRoot, claim: &Claim, now: UnixTime) -> Result<Self, Error> {
        check_same(synced, at)?;
        let (batch, basis) = (at.batch(), at.batch().basis());
        let header = batch.header();
        let bundle = Self {
            network: basis.network().name.clone(),
            consensus: synced.store.save().into(),
            execution: synced.finalized_execution.clone(),
            registry: basis.proofs().each_ref().map(bare),
            batch: BatchPart {
                index: batch.index(),
                batch_root: header.batch_root(),
                batch_size: U256::from(header.batch_size()),
                prev_total_elements: U256::from(header.prev_total_elements()),
                extra_data: header.extra_data().bytes().clone(),
                proofs: batch.proofs().each_ref().map(bare),
            },
            block: BlockPart {
                number: at.block(),
                state_root: at.state_root().hash(),
                siblings: at.siblings().to_vec(),
            },
            claim: claim.clone(),
        };
        let checkpoint = Checkpoint::of_any_age(synced.store.checkpoint().root());
        bundle.verify(basis.network(), checkpoint, basis.accepted(), now)?;
        // What a reply said beside its proofs was compared with them just now, and is not handed on.
        Ok(Self { claim: claim.bare(), ..bundle })
    }
}

impl BundleOf {
    /// Asks about a state root.
    ///
    /// # Errors
    /// [`RollupError::OtherBlock`] where it was proven under another L1 block than the finalized one of `synced`.
    pub fn new(synced: &Synced, at: &L2StateRoot, asked: Asked) -> Result<Self, Error> {
        check_same(synced, at)?;
        Ok(Self { synced: Box::new(synced.clone()), at: at.clone(), asked })
    }
}

impl Task for BundleOf {
    type Output = Bundle;

    fn requests(&self) -> Vec<Request> {
        ask(&self.at, &self.asked.questions(self.at.batch().basis().network()))
    }

    fn resume(&self, replies: &[Reply], now: UnixTime) -> Result<Step<Self>, Fault> {
        let claim = self.asked.claim(replies)?;
        // All else was verified before, so what does not hold now is this source's.
        Bundle::new(&self.synced, &self.at, &claim, now).map(Step::Done).map_err(Fault::of(0))
    }
}

impl Asked {
    fn questions(&self, network: &Network) -> Vec<Question> {
        match self {
            Self::Account(who) => vec![Question::new(*who, [])],
            Self::Balance(who) => balance_questions(network, *who).into(),
            Self::Storage(who, slots) => vec![Question::new(*who, slots.as_slice())],
        }
    }

    fn claim(&self, replies: &[Reply]) -> Result<Claim, Fault> {
        let read = |place: usize, reply| proof(reply).map_err(Fault::of(place));
        match self {
            Self::Account(who) => {
                let [account] = exactly(replies)?;
                Ok(Claim::Account { who: *who, proof: read(0, account)? })
            }
            Self::Balance(who) => {
                let [predeploy, account] = exactly(replies)?;
                Ok(Claim::Balance { who: *who, proofs: [read(0, predeploy)?, read(1, account)?] })
            }
            Self::Storage(who, slots) => {
                let [words] = exactly(replies)?;
                Ok(Claim::Storage { who: *who, slots: slots.clone(), proof: read(0, words)? })
            }
        }
    }
}

impl Claim {
    /// With the proofs' nodes alone.
    fn bare(&self) -> Self {
        match self {
            Self::Account { who, proof } => Self::Account { who: *who, proof: bare(proof) },
            Self::Balance { who, proofs } => Self::Balance { who: *who, proofs: proofs.each_ref().map(bare) },
            Self::StateRoot => Self::StateRoot,
            Self::Storage { who, slots, proof } => {
                Self::Storage { who: *who, slots: slots.clone(), proof: bare(proof) }
            }
            Self::Withdrawals(claims) => Self::Withdrawals(claims.iter().map(MessageClaim::bare).collect()),
        }
    }
}

impl MessageClaim {
    fn bare(&self) -> Self {
        let messenger = self.messenger.each_ref().map(bare);
        Self { message: self.message.clone(), passer: bare(&self.passer), messenger }
    }
}

/// A proof without what the reply said beside it.
fn bare(proof: &AccountProof) -> AccountProof {
    let slot = |slot: &SlotProof| SlotProof { nodes: slot.nodes.clone(), ..SlotProof::default() };
    AccountProof {
        nodes: proof.nodes.clone(),
        slots: proof.slots.iter().map(slot).collect(),
        ..AccountProof::default()
    }
}

fn check_same(synced: &Synced, at: &L2StateRoot) -> Result<(), RollupError> {
    let (got, expected) = (at.batch().basis().l1().hash(), synced.finalized.hash());
    if got != expected {
        return Err(RollupError::OtherBlock { got, expected });
    }
    Ok(())
}
