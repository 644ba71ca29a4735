use super::check::{check_bootstrap, check_update, two_thirds};
use super::types::{Bootstrap, LightClientHeader, SyncCommittee, Update};
use super::{ConsensusError, L1StateRoot, L1Status};
use crate::network::L1;
use crate::primitives::header::Header;
use crate::primitives::{B256, UnixTime};

/// How far a clock may be behind, in seconds: an update is refused if its signature's slot begins later than this from now.
pub const MAX_CLOCK_DRIFT: u64 = 60;

/// The one thing that is taken on faith: the root of a finalized beacon block.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Checkpoint {
    root: B256,
    any_age: bool,
}

/// A chain of sync committees from a checkpoint, and the newest headers that it reaches.
///
/// A store is made from a checkpoint and moved by updates, each of which is checked in full before anything changes.
///
/// ```compile_fail
/// // No store is read from bytes without being verified, ...
/// let forged: metis_light::consensus::Store = serde_json::from_str("{}").unwrap();
/// ```
/// ```compile_fail
/// // ... and there is no applying without checking.
/// fn forge(store: &mut metis_light::consensus::Store, update: &metis_light::consensus::Update) {
///     store.apply(update);
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Store {
    l1: L1,
    checkpoint: Checkpoint,
    finalized_header: LightClientHeader,
    current_sync_committee: SyncCommittee,
    next_sync_committee: Option<SyncCommittee>,
    optimistic_header: LightClientHeader,
    bootstrap: Bootstrap,
    /// The updates that changed committees, and after them at most one that did not.
    links: Vec<Link>,
}

/// An update that the store's state rests on.
#[derive(Clone, Debug)]
struct Link {
    update: Update,
    changed_committees: bool,
}

/// What an update moved.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Advance {
    /// The finalized header is a newer one.
    pub finalized: bool,
    /// The optimistic header is a newer one.
    pub optimistic: bool,
    /// A committee became known.
    pub committee: bool,
}

impl Checkpoint {
    /// A checkpoint that must be younger than the weak subjectivity period.
    pub const fn new(root: B256) -> Self {
        Self { root, any_age: false }
    }

    /// A checkpoint of any age. Past the weak subjectivity period, validators who have long withdrawn their stake could
    /// sign for a history that never was; every result says that it rests on such a checkpoint.
    pub const fn of_any_age(root: B256) -> Self {
        Self { root, any_age: true }
    }

    /// The same waiver for another root.
    pub(super) const fn at(self, root: B256) -> Self {
        Self { root, ..self }
    }

    /// The block's root.
    pub const fn root(&self) -> B256 {
        self.root
    }

    /// Whether its age was waived.
    pub const fn is_of_any_age(&self) -> bool {
        self.any_age
    }
}

impl Store {
    /// Starts from a checkpoint.
    ///
    /// # Errors
    /// [`ConsensusError`] where the bootstrap is not the checkpoint's, or is older than the weak subjectivity period.
    pub fn bootstrap(
        l1: &L1,
        checkpoint: Checkpoint,
        bootstrap: &Bootstrap,
        now: UnixTime,
    ) -> Result<Self, ConsensusError> {
        let store = Self::start(l1, checkpoint, bootstrap)?;
        store.check_time(now)?;
        store.check_age(now)?;
        Ok(store)
    }

    /// Checks an update and, only if it holds, moves on.
    ///
    /// # Errors
    /// [`ConsensusError`], the first rule that is broken; the store is then as it was.
    /// [`ConsensusError::NotNewer`] is no lie: the source has nothing new.
    /// [`ConsensusError::NothingFinalized`] where a period is over and its update, though true, finalizes nothing in it.
    pub fn advance(&mut self, update: &Update, now: UnixTime) -> Result<Advance, ConsensusError> {
        self.check_age(now)?;
        check_update(self, update, self.current_slot(now), two_thirds(&self.l1))?;
        self.check_goes_on(update, now)?;
        Ok(self.apply_if_it_counts(update, 0))
    }

    /// The newest finalized header's state root, given the execution header whose hash it commits to.
    ///
    /// # Errors
    /// [`ConsensusError`] where it is another header, or says something else than the light-client header.
    pub fn finalized(&self, execution: &Header) -> Result<L1StateRoot, ConsensusError> {
        L1StateRoot::under(&self.finalized_header, execution, L1Status::Finalized, self.checkpoint.any_age)
    }

    /// The newest signed header's state root, given the execution header whose hash it commits to.
    ///
    /// # Errors
    /// As for [`Self::finalized`].
    pub fn optimistic(&self, execution: &Header) -> Result<L1StateRoot, ConsensusError> {
        L1StateRoot::under(&self.optimistic_header, execution, L1Status::Optimistic, self.checkpoint.any_age)
    }

    /// The newest header that is known to be finalized.
    pub const fn finalized_header(&self) -> &LightClientHeader {
        &self.finalized_header
    }

    /// The newest header that two thirds of a committee signed.
    pub const fn optimistic_header(&self) -> &LightClientHeader {
        &self.optimistic_header
    }

    /// What the store rests on.
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The sync committee period of the finalized header.
    pub fn period(&self) -> u64 {
        self.l1.period_at(self.finalized_header.beacon.slot)
    }

    /// Whether the committee of the next period is known; without it the update of this period is wanted.
    pub const fn knows_next_committee(&self) -> bool {
        self.next_sync_committee.is_some()
    }

    /// The consensus that the store follows.
    pub const fn l1(&self) -> &L1 {
        &self.l1
    }

    pub(super) const fn current_committee(&self) -> &SyncCommittee {
        &self.current_sync_committee
    }

    pub(super) const fn next_committee(&self) -> Option<&SyncCommittee> {
        self.next_sync_committee.as_ref()
    }

    /// What a saved store starts with.
    pub(super) const fn first(&self) -> &Bootstrap {
        &self.bootstrap
    }

    /// What a saved store goes on with.
    pub(super) fn chain(&self) -> impl ExactSizeIterator<Item = &Update> {
        self.links.iter().map(|link| &link.update)
    }

    pub(super) fn current_slot(&self, now: UnixTime) -> u64 {
        self.l1.slot_at(UnixTime(now.0.saturating_add(MAX_CLOCK_DRIFT)))
    }

    /// `initialize_light_client_store`.
    pub(super) fn start(l1: &L1, checkpoint: Checkpoint, bootstrap: &Bootstrap) -> Result<Self, ConsensusError> {
        check_bootstrap(l1, checkpoint.root, bootstrap)?;
        Ok(Self {
            l1: l1.clone(),
            checkpoint,
            finalized_header: bootstrap.header.clone(),
            current_sync_committee: bootstrap.current_sync_committee.clone(),
            next_sync_committee: None,
            optimistic_header: bootstrap.header.clone(),
            bootstrap: bootstrap.clone(),
            links: Vec::new(),
        })
    }

    /// Takes an update without a look at the store's age, which counts when a whole chain has been taken.
    pub(super) fn replay(&mut self, update: &Update, now: UnixTime) -> Result<Advance, ConsensusError> {
        check_update(self, update, self.current_slot(now), two_thirds(&self.l1))?;
        Ok(self.apply_if_it_counts(update, 0))
    }

    /// The checkpoint is not from the future.
    pub(super) fn check_time(&self, now: UnixTime) -> Result<(), ConsensusError> {
        let (got, now) = (self.finalized_header.beacon.slot, self.current_slot(now));
        if got > now {
            return Err(ConsensusError::FutureSlot { got, now });
        }
        Ok(())
    }

    /// The newest finalized header is younger than the weak subjectivity period of every fork since.
    pub(super) fn check_age(&self, now: UnixTime) -> Result<(), ConsensusError> {
        let first = self.l1.epoch_at(self.finalized_header.beacon.slot);
        let last = self.l1.epoch_at(self.l1.slot_at(now));
        let limit = self.l1.weak_subjectivity_between(first, last).epochs();
        let got = last.saturating_sub(first);
        if got > limit && !self.checkpoint.any_age {
            return Err(ConsensusError::CheckpointTooOld { got, limit });
        }
        Ok(())
    }

    /// A full update of a period that is over, and for which servers keep the best one, finalizes something in it.
    ///
    /// Otherwise no update of a later period could be checked, and the store would wait for ever.
    fn check_goes_on(&self, update: &Update, now: UnixTime) -> Result<(), ConsensusError> {
        let needed = if self.next_sync_committee.is_some() { self.period().saturating_add(1) } else { self.period() };
        let is_of_needed = |slot| self.l1.period_at(slot) == needed;
        let finalizes = update.proposed_finality().is_some() && is_of_needed(update.finalized_slot());
        let is_over = self.l1.period_at(self.l1.slot_at(now)) > needed;
        let is_best = update.proposed_committee().is_some() && is_of_needed(update.attested_header.beacon.slot);
        if is_best && is_over && !finalizes {
            return Err(ConsensusError::NothingFinalized { period: needed });
        }
        Ok(())
    }

    /// Moves on by an update that holds: the second half of `process_light_client_update`.
    ///
    /// More than `safety_threshold` must have signed for a new optimistic header. Two thirds always are more than half of
    /// any committee, so only the specification's own store has one above 0.
    pub(super) fn apply_if_it_counts(&mut self, update: &Update, safety_threshold: u64) -> Advance {
        let mut advance = Advance::default();
        let participants = update.sync_aggregate.participants();
        if participants > safety_threshold && update.attested_header.beacon.slot > self.optimistic_header.beacon.slot {
            self.optimistic_header = update.attested_header.clone();
            advance.optimistic = true;
        }
        let is_newer = update.finalized_slot() > self.finalized_header.beacon.slot;
        if participants >= two_thirds(&self.l1) && (is_newer || self.gives_finalized_committee(update)) {
            let finalized = update.finalized_header.as_ref().map(|finalized| &finalized.value);
            let applied = self.apply(update, finalized.unwrap_or(&update.attested_header));
            self.remember(update, applied.committee);
            advance = Advance { optimistic: advance.optimistic || applied.optimistic, ..applied };
        }
        advance
    }

    /// The update brings the committee that is missing, and finality in the same period.
    fn gives_finalized_committee(&self, update: &Update) -> bool {
        self.next_sync_committee.is_none()
            && update.proposed_committee().is_some()
            && update.proposed_finality().is_some()
            && self.l1.period_at(update.finalized_slot()) == self.l1.period_at(update.attested_header.beacon.slot)
    }

    /// `apply_light_client_update`, with the header that counts as finalized.
    ///
    /// Where the next committee is unknown, what is applied is of the store's period: its signature is, and so is all that
    /// came before it.
    pub(super) fn apply(&mut self, update: &Update, finalized: &LightClientHeader) -> Advance {
        let mut advance = Advance::default();
        let next = update.proposed_committee().map(|next| next.value.clone());
        if self.next_sync_committee.is_none() {
            advance.committee = next.is_some();
            self.next_sync_committee = next;
        } else if self.l1.period_at(finalized.beacon.slot) == self.period().saturating_add(1)
            && let Some(current) = core::mem::replace(&mut self.next_sync_committee, next)
        {
            self.current_sync_committee = current;
            advance.committee = true;
        }
        if finalized.beacon.slot > self.finalized_header.beacon.slot {
            self.finalized_header = finalized.clone();
            advance.finalized = true;
            if finalized.beacon.slot > self.optimistic_header.beacon.slot {
                self.optimistic_header = finalized.clone();
                advance.optimistic = true;
            }
        }
        advance
    }

    /// Keeps what a later check of the whole chain needs: of updates that changed no committee, the newest.
    fn remember(&mut self, update: &Update, changed_committees: bool) {
        let is_newer = |old: &Update| old.finalized_slot() <= update.finalized_slot();
        if self.links.last().is_some_and(|link| !link.changed_committees && is_newer(&link.update)) {
            self.links.pop();
        }
        self.links.push(Link { update: update.clone(), changed_committees });
    }
}
