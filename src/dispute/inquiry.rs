use super::facts::{Facts, Stop, Want};
use super::{DisputeError, Disputes};
use crate::execution::{AccountProof, Question};
use crate::primitives::{Address, Bytes};
use crate::rollup::Registry;

/// The reading of [`Disputes`] under way: it says what is wanted next, is told what is proven, and concludes.
///
/// One round where there are no verifiers, challenges or games; at most [`Self::MAX_ROUNDS`].
#[derive(Clone, Debug)]
pub struct Inquiry {
    registry: Registry,
    block: Option<u64>,
    facts: Facts,
    wants: Vec<Want>,
}

/// What came of a round.
#[derive(Clone, Debug)]
pub enum Concluded {
    /// More is wanted.
    More(Box<Inquiry>),
    /// Everything is read.
    Done(Box<Disputes>),
}

impl Inquiry {
    /// Lengths, then addresses and challenges, then stakes and who took part, then what they committed, then the ends of it.
    pub const MAX_ROUNDS: usize = 5;

    /// Asks about the disputes under `registry`, and about a request for a game about an L2 block, where one is named.
    ///
    /// # Errors
    /// None that a network's data could bring about; [`DisputeError`] for the sake of the first reading.
    pub fn new(registry: &Registry, block: Option<u64>) -> Result<Self, DisputeError> {
        let begun = Self { registry: registry.clone(), block, facts: Facts::default(), wants: Vec::new() };
        match begun.conclude()? {
            Concluded::More(inquiry) => Ok(*inquiry),
            // The names are always asked for.
            Concluded::Done(_) => Ok(begun),
        }
    }

    /// The contracts that it is about.
    pub const fn registry(&self) -> &Registry {
        &self.registry
    }

    /// What is wanted next, all of it at once. Answers are taken in this order.
    pub fn wants(&self) -> &[Want] {
        &self.wants
    }

    /// Takes what a proof proves.
    ///
    /// # Errors
    /// Those of the proof.
    pub fn prove(&mut self, question: &Question, proof: &AccountProof) -> Result<(), DisputeError> {
        self.facts.prove(self.registry.basis().l1(), question, proof)
    }

    /// Takes the code of an account.
    ///
    /// # Errors
    /// [`DisputeError::CodeUnproven`] where the account was not proven before, and where it has other code.
    pub fn code(&mut self, who: Address, code: Bytes) -> Result<(), DisputeError> {
        self.facts.code(who, code)
    }

    /// Goes as far as what is proven leads.
    ///
    /// # Errors
    /// [`DisputeError::Rollup`] where a contract is absent or not as pinned; where something is too long to have come about.
    pub fn conclude(&self) -> Result<Concluded, DisputeError> {
        let mut reader = self.facts.reader();
        match Disputes::read(&mut reader, &self.registry, self.block) {
            Ok(disputes) => Ok(Concluded::Done(Box::new(disputes))),
            Err(Stop::Refused(error)) => Err(error),
            Err(Stop::Missing) => Ok(Concluded::More(Box::new(Self { wants: reader.into_wants(), ..self.clone() }))),
        }
    }
}
