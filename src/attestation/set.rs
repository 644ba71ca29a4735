use super::{AttestationError, QuorumRule};
use crate::network::{Network, Verifier};
use crate::primitives::{Address, B256, U256};
use crate::rollup::{Basis, Change, Registry};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where it stands whose word counts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Policy {
    /// The active sequencers of Metis' `LockingPool`, by what they have locked.
    LockingPool,
    /// Those with a stake in `MVM_Verifier`, for networks that use it.
    MvmVerifier,
    /// A list of the user's own.
    List(Vec<Verifier>),
}

impl Policy {
    /// The one that a network's data means: its own list, else the pool, else the older contract.
    ///
    /// # Errors
    /// [`AttestationError::NoSet`] where it has none of them.
    pub fn of(network: &Network) -> Result<Self, AttestationError> {
        if !network.verifiers.is_empty() {
            return Ok(Self::List(network.verifiers.clone()));
        }
        let contracts = &network.contracts;
        let pool = contracts.locking_pool.map(|_| Self::LockingPool);
        let older = || contracts.mvm_verifier.map(|_| Self::MvmVerifier);
        pool.or_else(older).ok_or(AttestationError::NoSet { what: "verifiers, locking pool or MVM_Verifier" })
    }

    /// Its name, as the command line and the npm package have it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::LockingPool => "locking-pool",
            Self::MvmVerifier => "mvm-verifier",
            Self::List(_) => "list",
        }
    }
}

/// Whose word counts, and how much, as one L1 block has it. Only a [`Registry`] makes one.
///
/// ```compile_fail
/// let forged: metis_light::attestation::VerifierSet = serde_json::from_str("{}").unwrap();
/// ```
/// ```compile_fail
/// let forged = metis_light::attestation::VerifierSet::default();
/// ```
#[derive(Clone, Debug)]
pub struct VerifierSet {
    basis: Arc<Basis>,
    policy: Policy,
    rule: QuorumRule,
    weights: BTreeMap<Address, U256>,
    total: U256,
    changes: Vec<(Change, B256)>,
    unpinned: Vec<&'static str>,
}

/// What a contract says of its members' weights.
#[derive(Debug)]
pub(super) struct Members {
    pub(super) weights: Vec<(Address, U256)>,
    /// Each value that differs from its pin and was accepted.
    pub(super) changes: Vec<(Change, B256)>,
    /// What the network's data does not pin.
    pub(super) unpinned: Vec<&'static str>,
}

impl Registry {
    /// A set that the user brings. Nothing is read for it; it counts under the registry's block like any other.
    ///
    /// # Errors
    /// [`AttestationError::DuplicateSigner`], [`AttestationError::WeightOverflow`], [`AttestationError::EmptySet`].
    pub fn listed_verifiers(&self, list: &[Verifier], rule: QuorumRule) -> Result<VerifierSet, AttestationError> {
        let weights = list.iter().map(|verifier| (verifier.address, verifier.weight)).collect();
        let members = Members { weights, changes: Vec::new(), unpinned: Vec::new() };
        VerifierSet::new(self.basis().clone(), Policy::List(list.to_vec()), rule, members)
    }
}

impl VerifierSet {
    /// Who weighs nothing is left out: its word would count as one of the signers.
    pub(super) fn new(
        basis: Arc<Basis>,
        policy: Policy,
        rule: QuorumRule,
        members: Members,
    ) -> Result<Self, AttestationError> {
        let mut weights = BTreeMap::new();
        let mut total = U256::ZERO;
        for (signer, weight) in members.weights {
            if weight.bit_len() > WEIGHT_BITS {
                return Err(AttestationError::WeightOverflow { signer, got: weight });
            }
            if weights.insert(signer, weight).is_some() {
                return Err(AttestationError::DuplicateSigner { signer });
            }
            total = total.saturating_add(weight);
        }
        weights.retain(|_, weight| !weight.is_zero());
        if weights.is_empty() {
            return Err(AttestationError::EmptySet);
        }
        let (changes, unpinned) = (members.changes, members.unpinned);
        Ok(Self { basis, policy, rule, weights, total, changes, unpinned })
    }

    /// What it rests on.
    pub fn basis(&self) -> &Basis {
        &self.basis
    }

    /// Where it was read.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What it takes for a batch to be attested.
    pub const fn rule(&self) -> QuorumRule {
        self.rule
    }

    /// Its members, by address.
    pub fn members(&self) -> impl Iterator<Item = Verifier> {
        self.weights.iter().map(|(address, weight)| Verifier { address: *address, weight: *weight })
    }

    /// A member's weight; none for who is no member.
    pub fn weight_of(&self, signer: Address) -> Option<U256> {
        self.weights.get(&signer).copied()
    }

    /// The sum of all weights.
    pub const fn total(&self) -> U256 {
        self.total
    }

    /// The least weight of a quorum.
    pub fn required(&self) -> U256 {
        self.rule.required(self.total)
    }

    /// Each value that differs from its pin and was accepted, besides the basis'.
    pub fn changes(&self) -> &[(Change, B256)] {
        &self.changes
    }

    /// What the network's data does not pin, besides the basis'.
    pub fn unpinned(&self) -> &[&'static str] {
        &self.unpinned
    }
}

/// So that no sum of weights overflows 256 bits, nor its product with a share's numerator.
const WEIGHT_BITS: usize = 128;
