use super::Posted;
use crate::attestation::{Attestation, AttestationError, Domain, Equivocation, MAX_DRIFT, Signed};
use crate::primitives::{Address, B256, U256, UnixTime};
use std::collections::{BTreeMap, VecDeque};

/// Others' statements about batches that are known here, as a relay keeps them: of members alone, and of each a few.
///
/// They are no votes: who reads them checks them again, under an L1 block of its own. What is compared here is what costs
/// little and keeps strangers from filling the memory.
#[derive(Debug)]
pub struct Collected {
    domain: Domain,
    l2_chain_id: u64,
    batches: BTreeMap<B256, Heard>,
    /// As they were met, the oldest first.
    order: VecDeque<B256>,
}

/// A batch that statements may be about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KnownBatch {
    /// Its index.
    pub index: u64,
    /// The header's hash.
    pub header_hash: B256,
    /// The Merkle root over its state roots.
    pub batch_root: B256,
    /// Its first L2 block.
    pub first_block: u64,
    /// Its last L2 block.
    pub last_block: u64,
    /// Its time on L1.
    pub timestamp: UnixTime,
}

#[derive(Debug)]
struct Heard {
    batch: KnownBatch,
    by_signer: BTreeMap<Address, Vec<Signed>>,
}

/// What came of a statement that was taken.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Taken {
    /// It was known.
    Before,
    /// It is new.
    Now,
    /// It contradicts what its signer said before; both are kept.
    Contradicts(Box<Equivocation>),
}

/// Why a statement was not taken.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NotTaken {
    /// What it says cannot be right, or nobody signed it.
    #[error(transparent)]
    Attestation(#[from] AttestationError),
    /// Its signer has said enough about this batch.
    #[error("signer {signer} has said enough about this batch")]
    Enough {
        /// The signer.
        signer: Address,
    },
    /// The batch is not one of the newest that were proven here.
    #[error("batch {header_hash} is not known here")]
    Unknown {
        /// Its header's hash.
        header_hash: B256,
    },
}

/// How many batches statements are kept about: two months of Andromeda's at some eight a day.
const MAX_BATCHES: usize = 512;

/// How many statements of one signer about one batch: a dissent, its retraction, and one that makes either an offence.
const PER_SIGNER: usize = 3;

impl KnownBatch {
    /// What is to be known of a posted batch.
    pub fn of(posted: &Posted<'_>) -> Self {
        let Posted { index, header_hash, header, .. } = *posted;
        Self {
            index,
            header_hash,
            batch_root: header.batch_root(),
            first_block: header.first_block(),
            last_block: header.last_block(),
            timestamp: header.extra_data().timestamp(),
        }
    }
}

impl Collected {
    /// Nothing yet, about one rollup.
    pub const fn new(domain: Domain, l2_chain_id: u64) -> Self {
        Self { domain, l2_chain_id, batches: BTreeMap::new(), order: VecDeque::new() }
    }

    /// Hears about a batch from now on. The batch that was met longest ago makes room.
    pub fn know(&mut self, batch: KnownBatch) {
        if self.batches.contains_key(&batch.header_hash) {
            return;
        }
        self.batches.insert(batch.header_hash, Heard { batch, by_signer: BTreeMap::new() });
        self.order.push_back(batch.header_hash);
        if self.order.len() > MAX_BATCHES
            && let Some(oldest) = self.order.pop_front()
        {
            self.batches.remove(&oldest);
        }
    }

    /// Takes a statement, if it is a member's about a known batch.
    ///
    /// # Errors
    /// [`NotTaken`].
    pub fn take(
        &mut self,
        attestation: &Attestation,
        is_member: impl Fn(Address) -> bool,
        now: UnixTime,
    ) -> Result<Taken, NotTaken> {
        let statement = &attestation.statement;
        let header_hash = statement.batch_header_hash;
        let heard = self.batches.get_mut(&header_hash).ok_or(NotTaken::Unknown { header_hash })?;
        check_fields(attestation, self.l2_chain_id, &heard.batch, now)?;
        // What costs most comes last.
        let signed = attestation.recover(&self.domain).map_err(NotTaken::Attestation)?;
        let signer = signed.signer();
        if !is_member(signer) {
            return Err(AttestationError::NotMember { signer }.into());
        }
        hear(heard.by_signer.entry(signer).or_default(), signed)
    }

    /// What was heard about all known batches of an index, the newest batch first.
    pub fn about_index(&self, index: u64) -> impl Iterator<Item = &Attestation> {
        let newest = self.order.iter().rev().filter_map(|hash| self.batches.get(hash));
        let heard = newest.filter(move |heard| heard.batch.index == index);
        heard.flat_map(|heard| heard.by_signer.values().flatten().map(Signed::attestation))
    }

    /// How many statements are kept.
    pub fn len(&self) -> usize {
        self.batches.values().flat_map(|heard| heard.by_signer.values()).map(Vec::len).sum()
    }

    /// Whether nothing was heard.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn hear(said: &mut Vec<Signed>, signed: Signed) -> Result<Taken, NotTaken> {
    let says = |signed: &Signed| {
        let statement = signed.statement();
        (statement.verdict, statement.l2_block_number, statement.l2_state_root, statement.l2_block_hash)
    };
    if said.iter().any(|before| says(before) == says(&signed)) {
        return Ok(Taken::Before);
    }
    if said.len() >= PER_SIGNER {
        return Err(NotTaken::Enough { signer: signed.signer() });
    }
    let offence = said.iter().find_map(|before| Equivocation::new(before, &signed).ok());
    said.push(signed);
    Ok(offence.map_or(Taken::Now, |offence| Taken::Contradicts(Box::new(offence))))
}

/// Each field that can be compared without the batch's state roots.
fn check_fields(
    attestation: &Attestation,
    l2_chain_id: u64,
    batch: &KnownBatch,
    now: UnixTime,
) -> Result<(), AttestationError> {
    let statement = &attestation.statement;
    let number = |number: u64| B256::from(U256::from(number));
    let compared = [
        ("l2ChainId", statement.l2_chain_id.into(), number(l2_chain_id)),
        ("batchIndex", statement.batch_index.into(), number(batch.index)),
        ("batchRoot", statement.batch_root, batch.batch_root),
    ];
    if let Some((field, got, expected)) = compared.into_iter().find(|(_, got, expected)| got != expected) {
        return Err(AttestationError::OtherBatch { field, got, expected });
    }
    let (got, first, last) = (statement.l2_block_number, batch.first_block, batch.last_block);
    if got < U256::from(first) || got > U256::from(last) {
        return Err(AttestationError::OtherBlock { got, first, last });
    }
    let issued_at = statement.issued_at.0;
    match statement.verdict {
        0 => {}
        1 if got == U256::from(last) => {}
        1 => return Err(AttestationError::NotLastBlock { got, expected: last }),
        got => return Err(AttestationError::UnknownVerdict { got }),
    }
    if issued_at < batch.timestamp.0 {
        return Err(AttestationError::BeforeBatch { issued_at, batch: batch.timestamp.0 });
    }
    if issued_at > now.0.saturating_add(MAX_DRIFT) {
        return Err(AttestationError::FromFuture { issued_at, now: now.0 });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attest::tests::{DOMAIN, World, key, own_chain};
    use crate::attestation::Statement;

    const NOW: UnixTime = UnixTime(2_000_000_000);

    fn world() -> (Collected, World, Statement) {
        let world = World::new(7, 1, 4);
        let mut collected = Collected::new(DOMAIN, 1088);
        collected.know(world.known());
        let check = world.posted().check(&own_chain(1, 4)).expect("a chain");
        let statement = world.posted().statement(&check, UnixTime(1_900_000_000), None);
        (collected, world, statement)
    }

    fn is_member(address: Address) -> bool {
        (1..=3).any(|number| key(number).address() == address)
    }

    fn signed(number: u8, statement: &Statement) -> Attestation {
        key(number).sign(statement, &DOMAIN).expect("it signs")
    }

    #[test]
    fn members_are_heard_and_nobody_else() {
        let (mut collected, _, statement) = world();
        assert_eq!(collected.take(&signed(1, &statement), is_member, NOW), Ok(Taken::Now));
        assert_eq!(collected.take(&signed(1, &statement), is_member, NOW), Ok(Taken::Before));
        assert_eq!(collected.take(&signed(2, &statement), is_member, NOW), Ok(Taken::Now));
        let stranger = collected.take(&signed(4, &statement), is_member, NOW);
        let signer = key(4).address();
        assert_eq!(stranger, Err(AttestationError::NotMember { signer }.into()));
        assert_eq!((collected.len(), collected.about_index(7).count(), collected.about_index(6).count()), (2, 2, 0));
    }

    #[test]
    fn each_field_is_compared() {
        let (mut collected, world, statement) = world();
        let posted = world.header.extra_data().timestamp();
        let spoiled = [
            Statement { l2_chain_id: U256::ONE, ..statement },
            Statement { batch_index: U256::from(8), ..statement },
            Statement { batch_header_hash: B256::ZERO, ..statement },
            Statement { batch_root: B256::ZERO, ..statement },
            Statement { l2_block_number: U256::from(3), ..statement },
            Statement { l2_block_number: U256::from(5), verdict: 0, ..statement },
            Statement { l2_block_number: U256::ZERO, verdict: 0, ..statement },
            Statement { verdict: 2, ..statement },
            Statement { issued_at: UnixTime(posted.0 - 1), ..statement },
            Statement { issued_at: UnixTime(NOW.0 + MAX_DRIFT + 1), ..statement },
        ];
        for statement in spoiled {
            let refused = collected.take(&signed(1, &statement), is_member, NOW);
            assert!(matches!(refused, Err(NotTaken::Attestation(_) | NotTaken::Unknown { .. })), "{refused:?}");
        }
        assert!(collected.is_empty());
        let dated = Statement { issued_at: UnixTime(NOW.0 + MAX_DRIFT), ..statement };
        assert_eq!(collected.take(&signed(1, &dated), is_member, NOW), Ok(Taken::Now));
    }

    #[test]
    fn one_signer_fills_nothing_and_a_contradiction_is_kept() {
        let (mut collected, _, agreed) = world();
        let dissent = |byte: u8| Statement { verdict: 0, l2_state_root: B256::repeat_byte(byte), ..agreed };
        let retraction = Statement { issued_at: UnixTime(agreed.issued_at.0 + 1), ..agreed };
        assert_eq!(collected.take(&signed(1, &dissent(1)), is_member, NOW), Ok(Taken::Now));
        assert_eq!(collected.take(&signed(1, &retraction), is_member, NOW), Ok(Taken::Now), "it takes back");
        let contradiction = collected.take(&signed(1, &dissent(2)), is_member, NOW);
        let Ok(Taken::Contradicts(offence)) = contradiction else { panic!("{contradiction:?}") };
        assert_eq!(offence.signer(), key(1).address());
        for byte in 3..=255 {
            let refused = collected.take(&signed(1, &dissent(byte)), is_member, NOW);
            assert_eq!(refused, Err(NotTaken::Enough { signer: key(1).address() }));
        }
        // A million dates of one statement are one statement.
        for second in 0..100 {
            let dated = Statement { issued_at: UnixTime(agreed.issued_at.0 + second), ..agreed };
            let first = u64::from(collected.len() == 3);
            let expected = if first == 1 { Taken::Now } else { Taken::Before };
            assert_eq!(collected.take(&signed(2, &dated), is_member, NOW), Ok(expected));
        }
        assert_eq!(collected.len(), 4);
    }

    #[test]
    fn the_oldest_batch_makes_room() {
        let (mut collected, world, statement) = world();
        collected.take(&signed(1, &statement), is_member, NOW).expect("it is taken");
        for number in 0..MAX_BATCHES as u64 {
            let header_hash = B256::from(U256::from(number));
            collected.know(KnownBatch { header_hash, index: 8 + number, ..world.known() });
        }
        let header_hash = statement.batch_header_hash;
        let refused = collected.take(&signed(1, &statement), is_member, NOW);
        assert_eq!(refused, Err(NotTaken::Unknown { header_hash }));
        assert_eq!((collected.len(), collected.about_index(7).count()), (0, 0));
        assert_eq!(collected.order.len(), collected.batches.len());
    }

    #[test]
    fn an_index_that_is_used_again_has_the_newer_batch_first() {
        let (mut collected, world, statement) = world();
        collected.take(&signed(1, &statement), is_member, NOW).expect("it is taken");
        let replaced = KnownBatch { header_hash: B256::repeat_byte(9), ..world.known() };
        collected.know(replaced);
        let newer = Statement { batch_header_hash: replaced.header_hash, ..statement };
        collected.take(&signed(1, &newer), is_member, NOW).expect("it is no offence");
        let hashes: Vec<B256> = collected.about_index(7).map(|said| said.statement.batch_header_hash).collect();
        assert_eq!(hashes, [replaced.header_hash, statement.batch_header_hash]);
    }
}
