//! A store on disk: its checkpoint's bootstrap and the updates since, as they came, and checked again when they are read.
//!
//! Nothing of what was concluded is saved, so a file that somebody changed proves nothing more than it did when it came
//! from a server. It can still mislead in one way: a chain that begins at another block than the caller's checkpoint, and
//! claims to pass it, rests on the file's own beginning. So the file must be the user's own; one that a stranger made is for
//! [`Store::retrace`], which takes no beginning but the checkpoint itself.
//!
//! The form: a tag, then frames: a byte for the fork in whose shape the message is, a byte for its kind, four for its
//! length, and its SSZ.

use super::codec::{MAX_UPDATES, UpdateKind};
use super::types::{Bootstrap, Update};
use super::{Checkpoint, ConsensusError, Store};
use crate::network::{ForkName, L1};
use crate::primitives::ssz::Container;
use crate::primitives::{B256, UnixTime};

/// What came of a saved store.
#[derive(Clone, Debug)]
pub enum Loaded {
    /// It holds, and begins at the caller's checkpoint or passes it.
    Store(Box<Store>),
    /// It is of another checkpoint: start anew.
    SetAside {
        /// Where it begins.
        begins: B256,
    },
}

impl Store {
    /// The chain of updates from the checkpoint, to be [loaded](Self::load) later: about 27 KB a period on mainnet.
    pub fn save(&self) -> Vec<u8> {
        let mut out = TAG.to_vec();
        write_frame(&mut out, self.first().fork, BOOTSTRAP, &self.first().to_ssz());
        for update in self.chain() {
            // Nothing is finalized by an update without a finalized header, so none is kept.
            let kind = if update.kind() == UpdateKind::Full { FULL } else { FINALITY };
            write_frame(&mut out, update.fork, kind, &update.to_ssz());
        }
        out
    }

    /// Checks a saved chain from its beginning.
    ///
    /// A caller's checkpoint wins: the chain is used only if it begins there or has it as one of its finalized headers.
    /// Without one the chain's own beginning is taken on faith again.
    ///
    /// # Errors
    /// [`ConsensusError`] where the bytes are not what was saved or do not hold; and
    /// [`ConsensusError::CheckpointTooOld`] where the newest header that they finalize is past the weak subjectivity period.
    pub fn load(
        l1: &L1,
        checkpoint: Option<Checkpoint>,
        saved: &[u8],
        now: UnixTime,
    ) -> Result<Loaded, ConsensusError> {
        let (bootstrap, mut frames) = read_bootstrap(l1, saved)?;
        let begins = bootstrap.header.beacon.root();
        let wanted = checkpoint.unwrap_or(Checkpoint::new(begins));
        let mut store = Self::start(l1, wanted.at(begins), &bootstrap)?;
        store.check_time(now)?;
        let mut passes = wanted.root() == begins;
        while !frames.is_empty() {
            let update = read_update(l1, &mut frames)?;
            store.replay(&update, now)?;
            passes |= wanted.root() == store.finalized_header().beacon.root();
        }
        if !passes {
            return Ok(Loaded::SetAside { begins });
        }
        store.check_age(now)?;
        Ok(Loaded::Store(Box::new(store)))
    }

    /// Checks a chain that somebody else saved, as if each part came from a source now: it must begin at the caller's
    /// checkpoint, and that checkpoint's own age counts. What it finalized last may be of any age.
    ///
    /// # Errors
    /// [`ConsensusError`]: [`CheckpointMismatch`](ConsensusError::CheckpointMismatch) where it begins elsewhere,
    /// [`CheckpointTooOld`](ConsensusError::CheckpointTooOld), [`TooManyUpdates`](ConsensusError::TooManyUpdates) above
    /// [`MAX_UPDATES`], and what is wrong with its parts.
    pub fn retrace(l1: &L1, checkpoint: Checkpoint, saved: &[u8], now: UnixTime) -> Result<Self, ConsensusError> {
        let (bootstrap, mut frames) = read_bootstrap(l1, saved)?;
        let mut store = Self::bootstrap(l1, checkpoint, &bootstrap, now)?;
        // Each costs a signature, so their number is bounded.
        let mut left = MAX_UPDATES;
        while !frames.is_empty() {
            left = left.checked_sub(1).ok_or(ConsensusError::TooManyUpdates { limit: MAX_UPDATES })?;
            let update = read_update(l1, &mut frames)?;
            store.replay(&update, now)?;
        }
        Ok(store)
    }

    /// Where a saved chain says that it begins: the checkpoint without which it is worth nothing. Nothing is checked.
    ///
    /// # Errors
    /// [`ConsensusError`] where the bytes are not what was saved.
    pub fn beginning(l1: &L1, saved: &[u8]) -> Result<B256, ConsensusError> {
        read_bootstrap(l1, saved).map(|(bootstrap, _)| bootstrap.header.beacon.root())
    }
}

enum Frame {
    Bootstrap(Box<Bootstrap>),
    Update(Box<Update>),
}

fn write_frame(out: &mut Vec<u8>, fork: ForkName, kind: u8, ssz: &[u8]) {
    let fork = ForkName::ALL.iter().position(|known| *known == fork).unwrap_or_default();
    out.extend([u8::try_from(fork).unwrap_or_default(), kind]);
    out.extend(u32::try_from(ssz.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(ssz);
}

/// The first frame, and what is left.
fn read_bootstrap<'a>(l1: &L1, saved: &'a [u8]) -> Result<(Box<Bootstrap>, Container<'a>), ConsensusError> {
    let mut frames = Container::new(saved);
    if frames.take(TAG.len()).ok() != Some(TAG) {
        return Err(ConsensusError::Saved { rule: "it does not begin with the tag of this form" });
    }
    match read_frame(l1, &mut frames)? {
        Frame::Bootstrap(bootstrap) => Ok((bootstrap, frames)),
        Frame::Update(_) => Err(ConsensusError::Saved { rule: "its first frame is no bootstrap" }),
    }
}

fn read_update(l1: &L1, frames: &mut Container<'_>) -> Result<Box<Update>, ConsensusError> {
    match read_frame(l1, frames)? {
        Frame::Update(update) => Ok(update),
        Frame::Bootstrap(_) => Err(ConsensusError::Saved { rule: "it holds a second bootstrap" }),
    }
}

fn read_frame(l1: &L1, frames: &mut Container<'_>) -> Result<Frame, ConsensusError> {
    const CUT: ConsensusError = ConsensusError::Saved { rule: "a frame is cut off" };
    let [fork, kind] = frames.fixed().map_err(|_| CUT)?;
    let length = frames.fixed().map(u32::from_le_bytes).map_err(|_| CUT)?;
    let ssz = frames.take(length as usize).map_err(|_| CUT)?;
    let fork = ForkName::ALL.get(usize::from(fork)).copied();
    let fork = fork.ok_or(ConsensusError::Saved { rule: "a frame names an unknown fork" })?;
    let kind = match kind {
        BOOTSTRAP => return Ok(Frame::Bootstrap(Box::new(Bootstrap::from_ssz(l1, Some(fork), ssz)?))),
        FULL => UpdateKind::Full,
        FINALITY => UpdateKind::Finality,
        _ => return Err(ConsensusError::Saved { rule: "a frame is of an unknown kind" }),
    };
    Ok(Frame::Update(Box::new(Update::from_ssz(l1, kind, Some(fork), ssz)?)))
}

/// What a saved store begins with; its last digit changes with the form.
const TAG: &[u8] = b"metis-light store 1\n";

const BOOTSTRAP: u8 = 0;
const FULL: u8 = 1;
const FINALITY: u8 = 2;
