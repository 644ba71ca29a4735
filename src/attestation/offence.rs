use super::{AttestationError, Domain, Signed};
use crate::primitives::Address;
use crate::rollup::{Finality, L2StateRoot};

/// Two statements of one signer about one subject that cannot both be honest. Only [`Equivocation::new`] makes one.
///
/// ```compile_fail
/// fn forge(signed: metis_light::attestation::Signed) -> metis_light::attestation::Equivocation {
///     metis_light::attestation::Equivocation { first: signed, second: signed }
/// }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Equivocation {
    first: Signed,
    second: Signed,
}

impl Equivocation {
    /// Two statements that contradict each other: of one signer, one domain and one subject, with another verdict, root or
    /// block hash. A dissent that an agreement of a later time follows is none: that is how a signer whose node was repaired
    /// takes it back.
    ///
    /// # Errors
    /// [`AttestationError::NoOffence`] with what is missing.
    pub fn new(one: &Signed, other: &Signed) -> Result<Self, AttestationError> {
        let none = |rule| Err(AttestationError::NoOffence { rule });
        let (first, second) = if one.issued() <= other.issued() { (*one, *other) } else { (*other, *one) };
        if first.signer() != second.signer() {
            return none("the statements have two signers");
        }
        if first.domain() != second.domain() {
            return none("the statements are signed for two domains");
        }
        if first.statement().subject() != second.statement().subject() {
            return none("the statements are about two subjects");
        }
        if first.statement().says_as(second.statement()) {
            return none("the statements say the same");
        }
        if takes_back(&first, &second) {
            return none("the second statement takes the first back");
        }
        Ok(Self { first, second })
    }

    /// Who signed both.
    pub const fn signer(&self) -> Address {
        self.first.signer()
    }

    /// Both, the earlier one first.
    pub const fn statements(&self) -> [&Signed; 2] {
        [&self.first, &self.second]
    }
}

/// A signature under a state root that L1 holds another one for, for good. Only [`FalseAttestation::new`] makes one.
///
/// ```compile_fail
/// fn forge(signed: metis_light::attestation::Signed, at: metis_light::rollup::L2StateRoot)
///     -> metis_light::attestation::FalseAttestation {
///     metis_light::attestation::FalseAttestation { signed, at }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct FalseAttestation {
    signed: Signed,
    at: L2StateRoot,
}

impl FalseAttestation {
    /// An agreement or a pre-confirmation whose state root is not the one that a final batch has for that block. That its
    /// batch was deleted is no offence by itself.
    ///
    /// # Errors
    /// [`AttestationError::NoOffence`] with what is missing.
    pub fn new(signed: &Signed, at: &L2StateRoot) -> Result<Self, AttestationError> {
        let none = |rule| Err(AttestationError::NoOffence { rule });
        let (statement, basis) = (signed.statement(), at.batch().basis());
        if *signed.domain() != Domain::of(basis) {
            return none("the statement is signed for another rollup");
        }
        if statement.l2_chain_id != alloy_primitives::U256::from(basis.network().l2.chain_id) {
            return none("the statement is about another L2");
        }
        if statement.verdict != 1 {
            return none("the statement is a dissent");
        }
        if statement.l2_block_number != alloy_primitives::U256::from(at.block()) {
            return none("the statement is about another block");
        }
        if statement.l2_state_root == at.state_root().hash() {
            return none("the statement is true");
        }
        if !matches!(at.batch().finality(), Finality::Final { .. }) {
            return none("the batch of that block is not final");
        }
        Ok(Self { signed: *signed, at: at.clone() })
    }

    /// Who signed it.
    pub const fn signer(&self) -> Address {
        self.signed.signer()
    }

    /// What was signed.
    pub const fn signed(&self) -> &Signed {
        &self.signed
    }

    /// What is true of that block.
    pub const fn at(&self) -> &L2StateRoot {
        &self.at
    }
}

impl Signed {
    const fn issued(&self) -> u64 {
        self.statement().issued_at.0
    }
}

/// Whether an agreement follows a dissent.
const fn takes_back(first: &Signed, second: &Signed) -> bool {
    first.statement().verdict == 0 && second.statement().verdict == 1 && first.issued() < second.issued()
}

/// Of some statements of one signer about one subject the first two that contradict each other.
pub(super) fn equivocation(statements: &[Signed]) -> Option<Equivocation> {
    let pairs = statements
        .iter()
        .enumerate()
        .flat_map(|(place, one)| statements.iter().skip(place.saturating_add(1)).map(move |other| (one, other)));
    pairs.into_iter().find_map(|(one, other)| Equivocation::new(one, other).ok())
}

/// One equivocation of each signer and subject that has any, among statements about anything.
pub fn find_equivocations(statements: &[Signed]) -> Vec<Equivocation> {
    let mut by_subject = std::collections::BTreeMap::<_, Vec<Signed>>::new();
    for signed in statements {
        by_subject.entry((signed.signer(), signed.statement().subject())).or_default().push(*signed);
    }
    by_subject.values().filter_map(|statements| equivocation(statements)).collect()
}
