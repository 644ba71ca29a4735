//! What the commands that ask sources share: sources, store, and the climb to the rollup's head.

#![allow(clippy::result_large_err, reason = "an outcome is returned once a run")]

use crate::args::{At, LiveArgs, MinFinality, QuorumArgs, Verifiers};
use crate::attestations;
use crate::config::{self, Unusable};
use crate::input;
use crate::outcome::Outcome;
use crate::paper;
use metis_light::attestation::{AttestationError, Lowered, Policy, QuorumRule};
use metis_light::client::{Head, RollupHead, Source, Sync, Synced, Task};
use metis_light::consensus::{Checkpoint, ConsensusError, L1StateRoot, Loaded, Store};
use metis_light::error::Error;
use metis_light::network::{self, Network};
use metis_light::primitives::UnixTime;
use metis_light::rollup::{Accepted, Finality, L2StateRoot, StateBatch};
use metis_light::shell::{self, Floor, Heads, Limits, Native, Session, Standing, Transport, drive};
use serde_json::json;
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tokio::runtime::{Builder, Runtime};

/// Sources and what is known of the network.
pub(crate) struct Live {
    /// As completed by the configuration file.
    args: LiveArgs,
    network: Network,
    sources: Native,
    /// Who lied or failed in one flow is asked later in the next.
    standing: RefCell<Standing>,
    runtime: Runtime,
}

impl Live {
    /// Reads the configuration and takes the sources; nobody is asked yet. An outcome that has ended comes back as `Err`.
    pub(crate) fn open(args: &LiveArgs, outcome: Outcome) -> Result<(Self, Outcome), Outcome> {
        let args = match config::complete(args) {
            Err(Unusable { path, message }) => return Err(outcome.misuse(path.display().to_string(), message)),
            Ok(args) => args,
        };
        let network = match network(args.network()) {
            Err(error) => return Err(outcome.unreadable(Path::new(args.network()), &error)),
            Ok(Err(error)) => return Err(outcome.refused(args.network(), error)),
            Ok(Ok(network)) => network,
        };
        let kinds = [
            (Source::Attestations, &args.attestations),
            (Source::Beacon, &args.beacon),
            (Source::L1, &args.l1),
            (Source::L2, &args.l2),
        ];
        let urls = kinds.into_iter().flat_map(|(kind, urls)| urls.iter().map(move |url| (kind, url.clone())));
        let sources = match Native::new(urls) {
            Err(error) => return Err(outcome.misuse("sources", error)),
            Ok(sources) => args.now.map_or(sources.clone(), |now| sources.at(UnixTime(now))).telling(paper::progress),
        };
        let runtime = match Builder::new_current_thread().enable_all().build() {
            Err(error) => return Err(outcome.misuse("runtime", error.to_string())),
            Ok(runtime) => runtime,
        };
        Ok((Self { args, network, sources, standing: RefCell::default(), runtime }, outcome))
    }

    /// For a command that goes on: a session from the saved store or the checkpoint.
    pub(crate) fn into_lasting(self, outcome: Outcome) -> Result<(Lasting, Outcome), Outcome> {
        let (begin, note) = self.begin();
        let Self { args, network, sources, runtime, .. } = self;
        let session = match begin {
            None => return Err(outcome.misuse("--checkpoint", NO_CHECKPOINT.to_owned() + A_CHECKPOINT)),
            Some(Begin::Store(store)) => Session::from_store(network, *store, sources),
            Some(Begin::Checkpoint(checkpoint)) => Session::from_checkpoint(network, checkpoint, sources),
        };
        match counting(session, &args.quorum) {
            Err(error) => Err(outcome.misuse("--quorum", error.to_string())),
            Ok(session) => Ok((Lasting { session, runtime, store: args.store, note }, outcome)),
        }
    }

    /// Connects, syncs, and notes what came of it.
    pub(crate) fn sync(args: &LiveArgs, outcome: Outcome) -> Result<(Self, Synced, Outcome), Outcome> {
        let (live, mut outcome) = Self::open(args, outcome)?;
        let (task, note) = live.start();
        outcome.note(note);
        let Some(task) = task else {
            return Err(outcome.misuse("--checkpoint", NO_CHECKPOINT.to_owned() + A_CHECKPOINT));
        };
        let (synced, mut outcome) = live.drive(task, "sync", outcome)?;
        outcome.note(live.keep(&synced.store));
        tell_synced(&mut outcome, &synced);
        Ok((live, synced, outcome))
    }

    /// The network's data.
    pub(crate) const fn network(&self) -> &Network {
        &self.network
    }

    /// Saves a store where the user wants it; what there is to say if that fails.
    pub(crate) fn keep(&self, store: &Store) -> Option<String> {
        keep(self.args.store.as_deref(), store)
    }

    /// Climbs on to the rollup's head.
    pub(crate) fn head(args: &LiveArgs, outcome: Outcome) -> Result<(Self, Heads, Outcome), Outcome> {
        let (live, synced, outcome) = Self::sync(args, outcome)?;
        let (rollup, outcome) = live.head_under(&synced, outcome)?;
        Ok((live, Heads { synced, rollup }, outcome))
    }

    /// The rollup's head under the finalized L1 block.
    pub(crate) fn head_under(&self, synced: &Synced, outcome: Outcome) -> Result<(RollupHead, Outcome), Outcome> {
        let task = Head::new(synced.finalized, &self.network, &Accepted::none());
        let (head, mut outcome) = self.drive(task, "head", outcome)?;
        tell_head(&mut outcome, &head);
        Ok((head, outcome))
    }

    /// Climbs on to the state root of a block, the newest one that stands firmly enough if none is named.
    pub(crate) fn state_root(
        args: &LiveArgs,
        at: At,
        outcome: Outcome,
    ) -> Result<(Self, L2StateRoot, Outcome), Outcome> {
        let (live, heads, outcome) = Self::head(args, outcome)?;
        let (at, outcome) = live.state_root_under(&heads, at, outcome)?;
        let outcome = live.hear(&heads, at.batch(), outcome)?;
        Ok((live, at, outcome))
    }

    /// The state root of a block under the rollup's head.
    pub(crate) fn state_root_under(
        &self,
        heads: &Heads,
        at: At,
        outcome: Outcome,
    ) -> Result<(L2StateRoot, Outcome), Outcome> {
        let floor = match at.min_finality {
            MinFinality::Posted => Floor::Posted,
            MinFinality::Attested => Floor::Attested,
            MinFinality::Final => Floor::Final,
        };
        let (session, outcome) = self.session(&heads.synced, floor, outcome)?;
        let at = at.block.map_or(shell::At::Newest, shell::At::Block);
        self.ask_session(&session, session.state_root_under(&heads.rollup, at), "block", outcome)
    }

    /// Tells what verifiers say of a batch whose window is open, where there is anybody to ask.
    pub(crate) fn hear(&self, heads: &Heads, batch: &StateBatch, outcome: Outcome) -> Result<Outcome, Outcome> {
        if !self.has_attestations() || !matches!(batch.finality(), Finality::Posted { .. }) {
            return Ok(outcome);
        }
        let (session, outcome) = self.session(&heads.synced, Floor::Posted, outcome)?;
        let heard = session.attestations_about(&heads.rollup, batch);
        let (tally, mut outcome) = self.ask_session(&session, heard, "attestations", outcome)?;
        attestations::tell(&mut outcome, &tally);
        Ok(outcome)
    }

    /// A session that goes on from where this is.
    pub(crate) fn session(
        &self,
        synced: &Synced,
        floor: Floor,
        outcome: Outcome,
    ) -> Result<(Session<Native>, Outcome), Outcome> {
        match self.session_under(synced) {
            Err(error) => Err(outcome.misuse("--quorum", error.to_string())),
            Ok(session) => Ok((session.with_floor(floor), outcome)),
        }
    }

    /// The same, without a floor.
    pub(crate) fn session_under(&self, synced: &Synced) -> Result<Session<Native>, AttestationError> {
        let session = Session::from_store(self.network.clone(), synced.store.clone(), self.sources.clone());
        counting(session, &self.args.quorum)
    }

    /// What a session answers; its error ends the outcome. Whoever failed on the way is named.
    pub(crate) fn ask_session<T>(
        &self,
        session: &Session<Native>,
        question: impl Future<Output = Result<T, Error>>,
        what: &str,
        mut outcome: Outcome,
    ) -> Result<(T, Outcome), Outcome> {
        match self.wait(session, question, &mut outcome) {
            Ok(answer) => Ok((answer, outcome)),
            Err(error) => Err(outcome.refused(what, error)),
        }
    }

    /// What a session answers. Whoever failed on the way is named.
    pub(crate) fn wait<T>(
        &self,
        session: &Session<Native>,
        question: impl Future<Output = Result<T, Error>>,
        outcome: &mut Outcome,
    ) -> Result<T, Error> {
        let answer = self.runtime.block_on(question);
        paper::clear_progress();
        for blame in session.take_blamed() {
            let name = self.sources.name(blame.kind, blame.source);
            outcome.note(Some(format!("{} source {name}: {}", blame.kind, blame.error)));
        }
        outcome.took(session.take_rounds());
        answer
    }

    /// Whether anybody is to be asked for attestations.
    pub(crate) fn has_attestations(&self) -> bool {
        self.sources.sources(Source::Attestations) > 0
    }

    /// The time that answers are judged at.
    pub(crate) fn now(&self) -> UnixTime {
        self.sources.now()
    }

    /// Drives a task; its error ends the outcome.
    pub(crate) fn drive<T: Task>(
        &self,
        task: T,
        what: &str,
        mut outcome: Outcome,
    ) -> Result<(T::Output, Outcome), Outcome> {
        match self.ask(task, &mut outcome) {
            Ok(output) => Ok((output, outcome)),
            Err(error) => {
                outcome.note(needs_checkpoint(&error));
                Err(outcome.refused(what, error))
            }
        }
    }

    /// Drives a task. Whoever failed on the way is named.
    pub(crate) fn ask<T: Task>(&self, task: T, outcome: &mut Outcome) -> Result<T::Output, Error> {
        let mut standing = self.standing.borrow_mut();
        let driven = self.runtime.block_on(drive(task, &self.sources, Limits::default(), &mut standing));
        paper::clear_progress();
        for blame in &driven.blamed {
            let name = self.sources.name(blame.kind, blame.source);
            outcome.note(Some(format!("{} source {name}: {}", blame.kind, blame.error)));
        }
        outcome.took(driven.rounds);
        driven.output
    }

    /// From the saved store where there is one that serves, else from the checkpoint; and what there is to say of the store.
    pub(crate) fn start(&self) -> (Option<Sync>, Option<String>) {
        let (begin, note) = self.begin();
        let task = begin.map(|begin| match begin {
            Begin::Store(store) => Sync::from_store(*store, self.sources.now()),
            Begin::Checkpoint(checkpoint) => Sync::from_checkpoint(&self.network.l1, checkpoint),
        });
        (task, note)
    }

    fn begin(&self) -> (Option<Begin>, Option<String>) {
        let (now, args) = (self.sources.now(), &self.args);
        let of = if args.allow_old_checkpoint { Checkpoint::of_any_age } else { Checkpoint::new };
        let checkpoint = args.checkpoint.map(of);
        let (store, note) = match &args.store {
            Some(path) => load(path, &self.network, checkpoint, now),
            None => (None, None),
        };
        let store = store.map(|store| Begin::Store(Box::new(store)));
        (store.or(checkpoint.map(Begin::Checkpoint)), note)
    }
}

/// Where following L1 begins.
enum Begin {
    Store(Box<Store>),
    Checkpoint(Checkpoint),
}

/// What a command that goes on keeps.
pub(crate) struct Lasting {
    pub(crate) session: Session<Native>,
    pub(crate) runtime: Runtime,
    /// Where the user wants the store.
    pub(crate) store: Option<PathBuf>,
    /// What there is to say of the store that was read.
    pub(crate) note: Option<String>,
}

/// Saves a store where the user wants it; what there is to say if that fails.
pub(crate) fn keep(path: Option<&Path>, store: &Store) -> Option<String> {
    let path = path?;
    let error = save(path, store).err()?;
    Some(format!("the store could not be saved to {}: {error}", path.display()))
}

/// A session with the verifiers and the quorum that the user wants.
fn counting(session: Session<Native>, args: &QuorumArgs) -> Result<Session<Native>, AttestationError> {
    let session = session.with_quorum(quorum(args)?);
    let policy = match args.verifiers {
        None => return Ok(session),
        Some(Verifiers::LockingPool) => Policy::LockingPool,
        Some(Verifiers::MvmVerifier) => Policy::MvmVerifier,
        Some(Verifiers::List) => Policy::List(session.network().verifiers.clone()),
    };
    Ok(session.with_policy(policy))
}

fn quorum(args: &QuorumArgs) -> Result<QuorumRule, AttestationError> {
    let ((more_than, of), signers) = (args.quorum, args.quorum_signers);
    match args.lower_quorum {
        true => QuorumRule::lowered(more_than, of, signers, Lowered),
        false => QuorumRule::new(more_than, of, signers),
    }
}

/// Where to get another checkpoint, for an error that wants one.
pub(crate) fn needs_checkpoint(error: &Error) -> Option<String> {
    let is_old = matches!(error, Error::Consensus(ConsensusError::CheckpointTooOld { .. }));
    is_old.then(|| format!("a checkpoint is {A_CHECKPOINT}"))
}

pub(crate) const NO_CHECKPOINT: &str = "there is no store to go on from, so a checkpoint is needed: ";

pub(crate) const A_CHECKPOINT: &str = "the root of a finalized beacon block, from somebody you trust, better from several that agree \
(for Ethereum a public checkpoint service, a block explorer, your own node); it is never taken from a source";

/// Reads a store. One that is of no use is set aside under another name, and said so; it is never fatal.
fn load(
    path: &Path,
    network: &Network,
    checkpoint: Option<Checkpoint>,
    now: UnixTime,
) -> (Option<Store>, Option<String>) {
    let bytes = match input::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return (None, None),
        Err(error) => return (None, Some(format!("the store {} cannot be read: {error}", path.display()))),
        Ok(bytes) => bytes,
    };
    let why = match Store::load(&network.l1, checkpoint, &bytes, now) {
        Ok(Loaded::Store(store)) => return (Some(*store), None),
        Ok(Loaded::SetAside { begins }) => format!("it begins at {begins} and does not pass the checkpoint"),
        Err(error) => error.to_string(),
    };
    let aside = path.with_extension("set-aside");
    let moved = match std::fs::rename(path, &aside) {
        Ok(()) => format!("; it is now {}", aside.display()),
        Err(_) => String::new(),
    };
    (None, Some(format!("the store {} is set aside: {why}{moved}", path.display())))
}

fn save(path: &Path, store: &Store) -> io::Result<()> {
    write(path, &store.save())
}

/// Writes a file beside its place and then puts it there, so that it is there as a whole or not at all, wherever a run or the
/// machine is cut short. The name beside is the process's own: another run may write the same file.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let partial = path.with_extension(format!("{}.partial", std::process::id()));
    let put = write_through(&partial, bytes).and_then(|()| std::fs::rename(&partial, path));
    if put.is_err() {
        // What is of no use is not left behind; that this fails too is no news.
        let _ = std::fs::remove_file(&partial);
    }
    put
}

/// A name must not be on the disk before what it names.
fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A built-in network, or a file's.
pub(crate) fn network(name: &str) -> io::Result<Result<Network, Error>> {
    match network::built_in(name) {
        Some(network) => Ok(Ok(network)),
        None => Ok(Network::from_json(&input::read(Path::new(name))?).map_err(Error::from)),
    }
}

/// A head without its block: nothing rests on it.
const UNKNOWN_HEAD: &str = "a block that l1's source does not know: it lags, or l1 has left the block behind";

fn tell_synced(outcome: &mut Outcome, synced: &Synced) {
    let (finalized, optimistic) = (&synced.finalized, synced.optimistic.as_ref());
    let block = |l1: &L1StateRoot| format!("l1 block {} {}", l1.number(), l1.hash());
    let mut lines = vec![
        ("finalized", block(finalized)),
        ("optimistic", optimistic.map_or_else(|| UNKNOWN_HEAD.to_owned(), block)),
        ("l1 time", finalized.timestamp().0.to_string()),
    ];
    if finalized.is_from_old_checkpoint() {
        lines.push(("warning", "rests on a checkpoint whose age was waived".to_owned()));
    }
    let facts = json!({
        "finalized": { "number": finalized.number(), "hash": finalized.hash(), "timestamp": finalized.timestamp().0 },
        "optimistic": optimistic.map(|head| json!({ "number": head.number(), "hash": head.hash() })),
        "fromOldCheckpoint": finalized.is_from_old_checkpoint(),
    });
    outcome.holds("l1, by its sync committees".into(), lines, &facts);
}

fn tell_head(outcome: &mut Outcome, head: &RollupHead) {
    let (context, basis) = (head.registry.context(), head.registry.basis());
    let window = basis.window();
    let mut lines = vec![
        ("batches", context.length.to_string()),
        ("posted", format!("l2 block {}", context.total_elements)),
        ("window", format!("{} seconds", window.seconds())),
    ];
    if window.is_lowered() {
        lines.push(("warning", format!("the contract's window was lowered to {} seconds", window.contract)));
    }
    let finality = head.last.as_ref().map(|last| finality(last.batch().finality()));
    lines.extend(finality.clone().map(|finality| ("last batch", finality)));
    if !basis.unpinned().is_empty() {
        lines.push(("unpinned", basis.unpinned().join(", ")));
    }
    let facts = json!({
        "batches": context.length,
        "postedL2Block": context.total_elements,
        "fraudProofWindow": window.seconds(),
        "contractWindow": window.contract,
        "lastBatch": finality,
        "unpinned": basis.unpinned(),
    });
    outcome.holds(format!("{}, under the finalized l1 block", basis.network().name), lines, &facts);
}

/// How firmly a batch stands.
pub(crate) fn finality(finality: Finality) -> String {
    match finality {
        Finality::Final { since } => format!("final since {} (l1 time)", since.0),
        Finality::Posted { closes } => format!("posted, its window closes at {} (l1 time)", closes.0),
        Finality::Disputed(_) => "disputed".to_owned(),
    }
}
