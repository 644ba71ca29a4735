use super::offence::equivocation;
use super::{Attestation, AttestationError, Domain, Equivocation, FalseAttestation, Signed, Verdict, VerifierSet};
use crate::primitives::{Address, B256, U256, UnixTime};
use crate::rollup::{self, CommittedBatch, Dispute, StateBatch};
use std::collections::BTreeMap;

/// How many statements about one batch are looked at: two of each member of the largest set.
pub const MAX_STATEMENTS: usize = 1024;

/// What the statements about one batch come to.
#[derive(Clone, Debug)]
pub struct Tally {
    batch: StateBatch,
    set: VerifierSet,
    agreeing: Vec<Voice>,
    dissenting: Vec<Voice>,
    offences: Vec<Equivocation>,
    false_attestations: Vec<FalseAttestation>,
    refused: Vec<Refused>,
}

/// A member's word, counted once.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Voice {
    /// What it signed.
    pub signed: Signed,
    /// Its weight.
    pub weight: U256,
    /// Whether it had dissented before.
    pub has_retracted: bool,
}

/// A statement that does not count.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refused {
    /// The statement.
    pub attestation: Attestation,
    /// Whose key signed it, where that was found out.
    pub signer: Option<Address>,
    /// Why it does not count.
    pub error: AttestationError,
}

/// A quorum in numbers: how many signed, and how much they weigh.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Quorum {
    /// How many agree.
    pub signers: usize,
    /// Their weight.
    pub weight: U256,
    /// The least weight of a quorum.
    pub required: U256,
    /// The weight of the whole set.
    pub of: U256,
}

/// How firmly a batch stands, with its verifiers' word. Judged at the time of the L1 block it was proven under.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Finality {
    /// Posted, and its window is open.
    Posted {
        /// When the window closes, by L1 time.
        closes: UnixTime,
    },
    /// Posted, and a quorum of verifiers signed its state roots. L1 relays nothing the earlier for it.
    Attested {
        /// When the window closes, by L1 time.
        closes: UnixTime,
        /// Who signed.
        by: Quorum,
    },
    /// Disputed; whatever verifiers say.
    Disputed(Dispute),
    /// Its window is closed and nobody disputes it.
    Final {
        /// When the window closed, by L1 time.
        since: UnixTime,
    },
}

impl Tally {
    /// Counts statements about a batch: of each member of the set one, each signed field compared. Statements may come in any
    /// order and several times.
    ///
    /// # Errors
    /// [`AttestationError::OtherL1`] where the set was read under another L1 block than the batch,
    /// [`AttestationError::TooMany`] beyond [`MAX_STATEMENTS`]. A statement that does not count is no error: [`Self::refused`].
    pub fn new(
        committed: &CommittedBatch,
        set: &VerifierSet,
        attestations: &[Attestation],
        now: UnixTime,
    ) -> Result<Self, AttestationError> {
        let batch = committed.batch();
        check_same_l1(set, batch)?;
        AttestationError::check_count("statements", U256::from(attestations.len()), MAX_STATEMENTS as u64)?;
        let mut tally = Self {
            batch: batch.clone(),
            set: set.clone(),
            agreeing: Vec::new(),
            dissenting: Vec::new(),
            offences: Vec::new(),
            false_attestations: Vec::new(),
            refused: Vec::new(),
        };
        for (signer, (weight, statements)) in tally.by_signer(attestations) {
            tally.hear(signer, weight, &statements, committed, now);
        }
        tally.convict(committed);
        Ok(tally)
    }

    /// What members signed about this batch; the rest is refused.
    fn by_signer(&mut self, attestations: &[Attestation]) -> BTreeMap<Address, (U256, Vec<Signed>)> {
        let domain = Domain::of(self.batch.basis());
        let mut heard = BTreeMap::<Address, (U256, Vec<Signed>)>::new();
        for (place, attestation) in attestations.iter().enumerate() {
            // What several sources know is looked at once.
            if attestations.iter().take(place).any(|before| before == attestation) {
                continue;
            }
            match self.recover(attestation, &domain) {
                Ok((weight, signed)) => heard.entry(signed.signer()).or_insert((weight, Vec::new())).1.push(signed),
                Err(refused) => self.refused.push(*refused),
            }
        }
        heard
    }

    /// Whose word it is, if it is a member's. What is about another batch is not looked at, for that costs least.
    fn recover(&self, attestation: &Attestation, domain: &Domain) -> Result<(U256, Signed), Box<Refused>> {
        let refused = |signer, error| Box::new(Refused { attestation: *attestation, signer, error });
        let (got, expected) = (attestation.statement.batch_header_hash, self.batch.header_hash());
        if got != expected {
            return Err(refused(None, AttestationError::OtherBatch { field: "batchHeaderHash", got, expected }));
        }
        let signed = attestation.recover(domain).map_err(|error| refused(None, error))?;
        let signer = signed.signer();
        let weight = self.set.weight_of(signer);
        let weight = weight.ok_or_else(|| refused(Some(signer), AttestationError::NotMember { signer }))?;
        Ok((weight, signed))
    }

    /// Counts one member's word. Who contradicts itself counts for neither side.
    fn hear(
        &mut self,
        signer: Address,
        weight: U256,
        statements: &[Signed],
        committed: &CommittedBatch,
        now: UnixTime,
    ) {
        if let Some(offence) = equivocation(statements) {
            self.offences.push(offence);
            return;
        }
        // Without a contradiction an agreement takes back what was said before it.
        let agreed = |signed: &&Signed| signed.statement().verdict == 1;
        let has_agreed = statements.iter().any(|signed| agreed(&signed));
        let has_retracted = has_agreed && !statements.iter().all(|signed| agreed(&signed));
        let mut counted = None;
        for signed in statements.iter().filter(|signed| agreed(signed) == has_agreed) {
            match signed.statement().judge(committed, now) {
                // The same said twice counts once, as it was said first.
                Ok(verdict) => counted = earlier(counted, (verdict, *signed)),
                Err(error) => {
                    let attestation = *signed.attestation();
                    self.refused.push(Refused { attestation, signer: Some(signer), error });
                }
            }
        }
        match counted {
            Some((Verdict::Agrees, signed)) => self.agreeing.push(Voice { signed, weight, has_retracted }),
            Some((Verdict::Dissents, signed)) => self.dissenting.push(Voice { signed, weight, has_retracted }),
            None => {}
        }
    }

    /// Finds, among what does not count, what a final batch shows to be false: words of members about a batch that stood here
    /// before, or about a block that was not posted yet.
    fn convict(&mut self, committed: &CommittedBatch) {
        if !matches!(self.batch.finality(), rollup::Finality::Final { .. }) {
            return;
        }
        let domain = Domain::of(self.batch.basis());
        let find = |refused: &Refused| {
            let block = u64::try_from(refused.attestation.statement.l2_block_number).ok()?;
            let (at, _) = committed.state_root(block).ok()?;
            let signed = refused.attestation.recover(&domain).ok()?;
            self.set.weight_of(signed.signer())?;
            FalseAttestation::new(&signed, &at).ok()
        };
        self.false_attestations = self.refused.iter().filter_map(find).collect();
    }

    /// The batch.
    pub const fn batch(&self) -> &StateBatch {
        &self.batch
    }

    /// The set.
    pub const fn set(&self) -> &VerifierSet {
        &self.set
    }

    /// Members that agree, by address.
    pub fn agreeing(&self) -> &[Voice] {
        &self.agreeing
    }

    /// Members that dissent, by address.
    pub fn dissenting(&self) -> &[Voice] {
        &self.dissenting
    }

    /// Members that said two things: evidence against them.
    pub fn offences(&self) -> &[Equivocation] {
        &self.offences
    }

    /// Agreements of members that this batch, being final, shows to be false: evidence against them.
    pub fn false_attestations(&self) -> &[FalseAttestation] {
        &self.false_attestations
    }

    /// Members against whom there is evidence, each once.
    pub fn offenders(&self) -> impl Iterator<Item = Address> {
        let contradictions = self.offences.iter().map(Equivocation::signer);
        let all = contradictions.chain(self.false_attestations.iter().map(FalseAttestation::signer));
        all.collect::<std::collections::BTreeSet<_>>().into_iter()
    }

    /// Statements that do not count, and why.
    pub fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// The weight of those that agree.
    pub fn weight(&self) -> U256 {
        weight(&self.agreeing)
    }

    /// The weight of those that dissent. Above a third of the set's no quorum can form.
    pub fn contested(&self) -> U256 {
        weight(&self.dissenting)
    }

    /// Whether a quorum says that the posted state roots are right. It says nothing of the batch's last block hash:
    /// [`Self::attests_block_hash`].
    pub fn is_attested(&self) -> bool {
        self.is_enough(&self.agreeing)
    }

    /// The quorum that says so; none where there is none.
    pub fn quorum(&self) -> Option<Quorum> {
        let (signers, weight) = (self.agreeing.len(), self.weight());
        let (required, of) = (self.set.required(), self.set.total());
        self.is_attested().then_some(Quorum { signers, weight, required, of })
    }

    /// Whether a quorum signed the very block hash in the batch's header, so that transactions, receipts and headers under it
    /// are attested too.
    pub fn attests_block_hash(&self) -> bool {
        self.is_enough(&self.agreeing_on_block_hash())
    }

    /// The weight of those that signed the very block hash in the batch's header.
    pub fn block_hash_weight(&self) -> U256 {
        weight(&self.agreeing_on_block_hash())
    }

    fn agreeing_on_block_hash(&self) -> Vec<Voice> {
        let Some(last) = self.batch.header().extra_data().last_block() else { return Vec::new() };
        let names = |voice: &&Voice| is_hash(voice.signed.statement().l2_block_hash, last.hash);
        self.agreeing.iter().filter(names).copied().collect()
    }

    fn is_enough(&self, voices: &[Voice]) -> bool {
        self.set.rule().is_met(voices.len(), weight(voices), self.set.total())
    }

    /// How firmly the batch stands, with its verifiers' word.
    pub fn finality(&self) -> Finality {
        match self.batch.finality() {
            rollup::Finality::Posted { closes } => match self.quorum() {
                Some(by) => Finality::Attested { closes, by },
                None => Finality::Posted { closes },
            },
            rollup::Finality::Disputed(dispute) => Finality::Disputed(dispute),
            rollup::Finality::Final { since } => Finality::Final { since },
        }
    }
}

/// A set of one block and a batch of another could never have been there together.
fn check_same_l1(set: &VerifierSet, batch: &StateBatch) -> Result<(), AttestationError> {
    let (got, expected) = (set.basis().l1().hash(), batch.basis().l1().hash());
    if got != expected {
        return Err(AttestationError::OtherL1 { got, expected });
    }
    Ok(())
}

fn earlier(one: Option<(Verdict, Signed)>, other: (Verdict, Signed)) -> Option<(Verdict, Signed)> {
    let time = |signed: &Signed| signed.statement().issued_at;
    Some(one.filter(|(_, one)| time(one) <= time(&other.1)).unwrap_or(other))
}

fn is_hash(got: B256, expected: B256) -> bool {
    !got.is_zero() && got == expected
}

/// No more voices than members, so no sum overflows.
fn weight(voices: &[Voice]) -> U256 {
    voices.iter().fold(U256::ZERO, |sum, voice| sum.saturating_add(voice.weight))
}
