//! Evidence against a verifier as one document that anyone can check offline.
//!
//! Two statements that contradict each other need nothing but their signatures. A false attestation needs what is true: a
//! [`Bundle`] of the state root of that block, which leads from the checkpoint of whoever checks it to a final batch.
//!
//! What can go wrong: a document that names another rollup's domain (the domain that counts is the checker's own), or two
//! statements that do not contradict each other. That the signer is, or was, in a set of verifiers is not said.

use crate::attestation::{Attestation, AttestationError, Domain, Equivocation, FalseAttestation};
use crate::bundle::{Bundle, MAX_BUNDLE, Verified, read::bundle};
use crate::consensus::Checkpoint;
use crate::error::Error;
use crate::network::Network;
use crate::primitives::UnixTime;
use crate::primitives::json::{Json, Member, Read, address, small, text};
use crate::rollup::Accepted;
use crate::wire::{WireError, attestation::attestation};
use serde_json::{Value, json};

/// What `format` says; its last digit changes with the form.
pub const FORMAT: &str = "metis-light-evidence-1";

const WHAT: &str = "evidence";

/// Evidence, read but not believed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Evidence {
    /// What the statements are said to be signed for.
    pub domain: Domain,
    /// What is shown.
    pub offence: Offence,
}

/// What is said to be shown.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Offence {
    /// Two statements of one signer that contradict each other.
    Equivocation(Box<[Attestation; 2]>),
    /// An agreement, and what is true of that block.
    FalseAttestation {
        /// What was signed.
        attestation: Box<Attestation>,
        /// The proof of the block's state root.
        bundle: Box<Bundle>,
    },
}

/// What evidence shows.
#[derive(Clone, Debug)]
pub enum Shown {
    /// By the signatures alone.
    Equivocation(Box<Equivocation>),
    /// Under the checker's checkpoint.
    FalseAttestation {
        /// The offence.
        offence: Box<FalseAttestation>,
        /// What it rests on.
        ground: Box<Verified>,
    },
}

/// What evidence is checked under, where it needs L1: all of it the checker's.
#[derive(Clone, Debug)]
pub struct Ground {
    /// The one thing taken on faith.
    pub checkpoint: Checkpoint,
    /// What is accepted in place of pins.
    pub accepted: Accepted,
    /// The time to judge at.
    pub now: UnixTime,
}

impl Evidence {
    /// Of an equivocation.
    pub fn of_equivocation(offence: &Equivocation) -> Self {
        let [first, second] = offence.statements();
        let statements = [*first.attestation(), *second.attestation()];
        Self { domain: *first.domain(), offence: Offence::Equivocation(Box::new(statements)) }
    }

    /// Of a false attestation, with a bundle of the state root that it was found under.
    pub fn of_false_attestation(offence: &FalseAttestation, bundle: Bundle) -> Self {
        let attestation = *offence.signed().attestation();
        let domain = *offence.signed().domain();
        Self {
            domain,
            offence: Offence::FalseAttestation { attestation: Box::new(attestation), bundle: Box::new(bundle) },
        }
    }

    /// Reads evidence of at most [`MAX_BUNDLE`] bytes. Members that the format does not name are passed over.
    ///
    /// # Errors
    /// [`WireError`] where the input lacks the shape, or is of another version of the format.
    pub fn parse(bytes: &[u8]) -> Result<Self, WireError> {
        Json::parse(bytes, MAX_BUNDLE)
            .and_then(|json| evidence(&Member::root(WHAT, &json)))
            .map_err(|rule| WireError::Json { what: WHAT, rule: *rule })
    }

    /// The document, which [`Self::parse`] reads as the same evidence.
    pub fn to_json(&self) -> String {
        let (statements, bundle) = match &self.offence {
            Offence::Equivocation(statements) => (statements.iter().map(Attestation::to_json).collect(), None),
            Offence::FalseAttestation { attestation, bundle } => (vec![attestation.to_json()], Some(bundle.to_value())),
        };
        let domain = json!({ "chainId": self.domain.chain_id, "verifyingContract": self.domain.verifying_contract });
        let mut document = json!({ "format": FORMAT, "domain": domain, "statements": statements });
        if let (Some(bundle), Value::Object(members)) = (bundle, &mut document) {
            members.insert("bundle".to_owned(), bundle);
        }
        document.to_string()
    }

    /// Whether L1 is needed to check it, and so a [`Ground`].
    pub const fn needs_ground(&self) -> bool {
        matches!(self.offence, Offence::FalseAttestation { .. })
    }

    /// Checks it as evidence about a network's verifiers.
    ///
    /// # Errors
    /// [`AttestationError::OtherDomain`] where it is about another rollup, [`AttestationError::NoOffence`] where it shows none
    /// or no ground is given that it needs, and what is wrong with the signatures or the bundle.
    pub fn verify(&self, network: &Network, ground: Option<&Ground>) -> Result<Shown, Error> {
        let expected = Domain::of_network(network);
        if self.domain != expected {
            return Err(AttestationError::OtherDomain { got: self.domain, expected }.into());
        }
        match &self.offence {
            Offence::Equivocation(statements) => {
                let [one, other] = &**statements;
                let (one, other) = (one.recover(&self.domain)?, other.recover(&self.domain)?);
                Ok(Shown::Equivocation(Box::new(Equivocation::new(&one, &other)?)))
            }
            Offence::FalseAttestation { attestation, bundle } => {
                let rule = "it takes a checkpoint to say what is true";
                let Ground { checkpoint, accepted, now } = ground.ok_or(AttestationError::NoOffence { rule })?;
                let ground = bundle.verify(network, *checkpoint, accepted, *now)?;
                let offence = FalseAttestation::new(&attestation.recover(&self.domain)?, ground.at())?;
                Ok(Shown::FalseAttestation { offence: Box::new(offence), ground: Box::new(ground) })
            }
        }
    }
}

fn evidence(root: &Member<'_, '_>) -> Read<Evidence> {
    // First, for another version may have nothing else in common.
    root.at("format", format)?;
    let statements = root.list_at("statements", attestation)?;
    let offence = match (statements.as_slice(), root.maybe("bundle", bundle)?) {
        ([one, other], None) => Offence::Equivocation(Box::new([*one, *other])),
        ([one], Some(bundle)) => Offence::FalseAttestation { attestation: Box::new(*one), bundle: Box::new(bundle) },
        _ => return Err(root.wrong_form("two statements, or one and a bundle")),
    };
    Ok(Evidence { domain: root.at("domain", domain)?, offence })
}

fn format(member: &Member<'_, '_>) -> Read<()> {
    if text(member)? == FORMAT { Ok(()) } else { Err(member.wrong_form(FORMAT)) }
}

fn domain(domain: &Member<'_, '_>) -> Read<Domain> {
    Ok(Domain { chain_id: domain.at("chainId", small)?, verifying_contract: domain.at("verifyingContract", address)? })
}
