use super::ClientError;
use super::request::{Call, Reply, Request};
use super::search::{Hint, Next, Search, emitters, hints};
use super::task::{Fault, Progress, Step, Task};
use crate::attestation::Statement;
use crate::error::Error;
use crate::network::Network;
use crate::primitives::{B256, UnixTime};
use crate::rollup::{AppendCall, CommittedBatch, Registry, RollupError, StateBatchAppended};
use crate::wire::{ProofReply, WireError, hint};
use core::cmp::Ordering;

/// Which batch is wanted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Wanted {
    /// The one at an index.
    Index(u64),
    /// The one that an L2 block is in.
    Block(u64),
}

/// Finds a batch and its state roots: logs in ranges of blocks, halving what is left, then one round for the container's
/// element, the dispute flag and the append call's data.
///
/// Two rounds for what was posted in the last three hours; otherwise one more for each halving of the rollup's history.
#[derive(Clone, Debug)]
pub struct FindBatch {
    registry: Registry,
    wanted: Wanted,
    stage: Stage,
}

#[derive(Clone, Debug)]
enum Stage {
    Logs(Search),
    /// The first is asked about; the others are for when L1 holds another header.
    Proof(Vec<Hint>),
}

impl FindBatch {
    /// Looks for a batch under a registry.
    ///
    /// # Errors
    /// [`ClientError::NotPosted`] or [`ClientError::BatchNotPosted`] where L1 does not hold it yet.
    pub fn new(registry: &Registry, wanted: Wanted) -> Result<Self, Error> {
        let context = registry.context();
        match wanted {
            // The genesis block is in no batch.
            Wanted::Block(0) => {
                return Err(RollupError::BlockOutsideBatch { got: 0, first: 1, last: context.total_elements }.into());
            }
            Wanted::Block(block) if block > context.total_elements => {
                return Err(ClientError::NotPosted { block, posted: context.total_elements }.into());
            }
            Wanted::Index(index) if index >= context.length => {
                return Err(ClientError::BatchNotPosted { index, length: context.length }.into());
            }
            _ => {}
        }
        let basis = registry.basis();
        let search = Search::new(basis.network(), basis.l1().number());
        Ok(Self { registry: registry.clone(), wanted, stage: Stage::Logs(search) })
    }

    /// Goes on from hints that are there already.
    pub(super) fn from_hints(registry: &Registry, wanted: Wanted, hints: Vec<Hint>) -> Self {
        Self { registry: registry.clone(), wanted, stage: Stage::Proof(hints) }
    }

    fn narrow(&self, search: &Search, logs: &Reply) -> Result<Stage, Fault> {
        let hints = hints(self.registry.basis().network(), logs).map_err(Fault::of(0))?;
        match search.narrow(hints, |hint| self.wanted.order(hint)) {
            Next::Hints(hints) => Ok(Stage::Proof(hints)),
            Next::Search(search) => Ok(Stage::Logs(search)),
            Next::Nothing => Err(Fault::of(0)(ClientError::NoLog { what: self.wanted.to_string() })),
        }
    }

    /// The batch of a hint, or the hints that are left where L1 holds another header at its index.
    fn prove(&self, hints: &[Hint], replies: &[Reply; 3]) -> Result<Result<CommittedBatch, Vec<Hint>>, Fault> {
        let Some((hint, older)) = hints.split_first() else { return Err(self.nothing()) };
        let [element, flag, call] = replies;
        let proofs = [proof(element).map_err(Fault::of(0))?, proof(flag).map_err(Fault::of(1))?];
        let batch = match self.registry.state_batch(hint.index, hint.header.clone(), &proofs) {
            Err(RollupError::ElementMismatch { .. } | RollupError::NoSuchBatch { .. }) if !older.is_empty() => {
                return Ok(Err(older.to_vec()));
            }
            outcome => outcome.map_err(Fault::of(0))?,
        };
        let state_roots = state_roots(call, hint).map_err(Fault::of(2))?;
        CommittedBatch::new(batch, state_roots).map(Ok).map_err(Fault::of(2))
    }

    fn nothing(&self) -> Fault {
        Fault::of_nobody(ClientError::NoLog { what: self.wanted.to_string() })
    }
}

impl Task for FindBatch {
    type Output = CommittedBatch;

    fn requests(&self) -> Vec<Request> {
        match &self.stage {
            Stage::Logs(search) => vec![logs(self.registry.basis().network(), search)],
            Stage::Proof(hints) => hints.first().map_or_else(Vec::new, |hint| {
                let block = self.registry.basis().l1().number();
                let questions = self.registry.batch_questions(hint.index, &hint.header);
                let proofs = questions.iter().map(|question| Request::L1(Call::proof(question, block)));
                proofs.chain([Request::L1(Call::transaction(hint.transaction))]).collect()
            }),
        }
    }

    /// By L1 blocks that need no more looking at.
    fn progress(&self) -> Option<Progress> {
        let Stage::Logs(search) = &self.stage else { return None };
        let (done, of) = search.progress();
        Some(Progress { what: "l1 blocks searched", done, of })
    }

    fn resume(&self, replies: &[Reply], _: UnixTime) -> Result<Step<Self>, Fault> {
        let stage = match (&self.stage, replies) {
            (Stage::Logs(search), [logs]) => self.narrow(search, logs)?,
            (Stage::Proof(hints), [element, flag, call]) => {
                match self.prove(hints, &[element.clone(), flag.clone(), call.clone()])? {
                    Ok(batch) => return Ok(Step::Done(batch)),
                    Err(older) => Stage::Proof(older),
                }
            }
            _ => {
                let (got, expected) = (replies.len(), self.requests().len());
                return Err(Fault::of_nobody(ClientError::ReplyCount { got, expected }));
            }
        };
        Ok(Step::Ask(Self { stage, ..self.clone() }))
    }
}

impl Wanted {
    /// The batch that a statement is about: by the index that it names, and by its block where that is no index, as in one about
    /// a block that was not posted.
    pub fn of(statement: &Statement) -> Self {
        match u64::try_from(statement.batch_index) {
            Ok(index) => Self::Index(index),
            Err(_) => Self::Block(u64::try_from(statement.l2_block_number).unwrap_or(u64::MAX)),
        }
    }

    /// Where a batch lies from the one that is wanted.
    fn order(self, hint: &Hint) -> Ordering {
        match self {
            Self::Index(index) => hint.index.cmp(&index),
            Self::Block(block) if block < hint.header.first_block() => Ordering::Greater,
            Self::Block(block) if block > hint.header.last_block() => Ordering::Less,
            Self::Block(_) => Ordering::Equal,
        }
    }
}

impl core::fmt::Display for Wanted {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Index(index) => write!(f, "batch {index}"),
            Self::Block(block) => write!(f, "the batch of l2 block {block}"),
        }
    }
}

/// Asks for the announcements in a search's range.
pub(super) fn logs(network: &Network, search: &Search) -> Request {
    let range = search.range();
    let emitters = emitters(network, range);
    Request::L1(Call::logs(&emitters, StateBatchAppended::TOPIC, range.first, range.last))
}

/// One answer of `eth_getProof`.
pub(crate) fn proof(reply: &Reply) -> Result<crate::execution::AccountProof, WireError> {
    let proof = ProofReply::parse(reply)?.into_iter().next();
    proof.ok_or(WireError::Empty { what: "eth_getProof answer" })
}

/// The state roots in the data of the call that appended a batch.
fn state_roots(transaction: &Reply, hint: &Hint) -> Result<Vec<B256>, Error> {
    let unknown = ClientError::Unknown { what: "the append transaction", hash: hint.transaction };
    let input = hint::transaction_input(transaction)?.ok_or(unknown)?;
    Ok(AppendCall::parse(&input)?.state_roots)
}
