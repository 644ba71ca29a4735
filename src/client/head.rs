use super::ClientError;
use super::batch::{FindBatch, Wanted, logs, proof};
use super::request::{Call, Reply, Request};
use super::search::{Hint, Search, hints};
use super::task::{Fault, Progress, Step, Task};
use crate::consensus::L1StateRoot;
use crate::network::Network;
use crate::primitives::UnixTime;
use crate::rollup::CommittedBatch;
use crate::rollup::{Accepted, Registry, registry_questions};

/// The rollup as an L1 block has it: its contracts, and the last batch with its state roots.
///
/// Two rounds: names, container, window, disputes and the newest logs; then the last element, its flag and the append call's
/// data. More only where the last batch is older than three hours, or there are logs of a deleted one.
#[derive(Clone, Debug)]
pub struct Head {
    l1: L1StateRoot,
    network: Network,
    accepted: Accepted,
    stage: Stage,
}

#[derive(Clone, Debug)]
enum Stage {
    Contracts,
    LastBatch(Box<Registry>, Option<u64>, Box<FindBatch>),
}

/// Where the rollup is.
#[derive(Clone, Debug)]
pub struct RollupHead {
    /// The contracts.
    pub registry: Registry,
    /// The last batch; none where there is none yet.
    pub last: Option<CommittedBatch>,
    /// Seconds between two batches on the mean of the newest, by the word of logs; none where there are not two.
    pub pace: Option<u64>,
}

impl Head {
    /// Asks about a network under an L1 state root.
    pub fn new(l1: L1StateRoot, network: &Network, accepted: &Accepted) -> Self {
        Self { l1, network: network.clone(), accepted: accepted.clone(), stage: Stage::Contracts }
    }

    fn contracts(&self, replies: &[Reply; 4]) -> Result<Registry, Fault> {
        let [manager, scc, container, _] = replies;
        let proofs = [
            proof(manager).map_err(Fault::of(0))?,
            proof(scc).map_err(Fault::of(1))?,
            proof(container).map_err(Fault::of(2))?,
        ];
        // Which of the three does not hold is not told apart: they are asked of one source.
        self.l1.registry(&self.network, &self.accepted, &proofs).map_err(Fault::of(0))
    }

    /// Looks for the last batch, first among the logs that are there.
    fn last_batch(&self, registry: Registry, newest: &Reply) -> Result<Step<Self>, Fault> {
        let Some(last) = registry.context().length.checked_sub(1) else {
            return Ok(Step::Done(RollupHead { registry, last: None, pace: None }));
        };
        let hints = hints(&self.network, newest).map_err(Fault::of(3))?;
        let pace = pace(&hints, last);
        let hints: Vec<_> = hints.into_iter().rev().filter(|hint| hint.index == last).collect();
        let wanted = Wanted::Index(last);
        let find = match hints.is_empty() {
            true => FindBatch::new(&registry, wanted).map_err(Fault::of_nobody)?,
            false => FindBatch::from_hints(&registry, wanted, hints),
        };
        let stage = Stage::LastBatch(Box::new(registry), pace, Box::new(find));
        Ok(Step::Ask(Self { stage, ..self.clone() }))
    }
}

impl Task for Head {
    type Output = RollupHead;

    fn requests(&self) -> Vec<Request> {
        match &self.stage {
            Stage::Contracts => {
                let block = self.l1.number();
                let questions = registry_questions(&self.network, &self.accepted);
                let proofs = questions.iter().map(|question| Request::L1(Call::proof(question, block)));
                proofs.chain([logs(&self.network, &Search::new(&self.network, block))]).collect()
            }
            Stage::LastBatch(_, _, find) => find.requests(),
        }
    }

    fn progress(&self) -> Option<Progress> {
        let Stage::LastBatch(_, _, find) = &self.stage else { return None };
        find.progress()
    }

    fn resume(&self, replies: &[Reply], now: UnixTime) -> Result<Step<Self>, Fault> {
        match (&self.stage, replies) {
            (Stage::Contracts, [manager, scc, container, newest]) => {
                let replies = [manager.clone(), scc.clone(), container.clone(), newest.clone()];
                self.last_batch(self.contracts(&replies)?, newest)
            }
            (Stage::LastBatch(registry, pace, find), replies) => Ok(match find.resume(replies, now)? {
                Step::Ask(find) => {
                    let stage = Stage::LastBatch(registry.clone(), *pace, Box::new(find));
                    Step::Ask(Self { stage, ..self.clone() })
                }
                Step::Done(last) => {
                    Step::Done(RollupHead { registry: (**registry).clone(), last: Some(last), pace: *pace })
                }
            }),
            _ => {
                let (got, expected) = (replies.len(), self.requests().len());
                Err(Fault::of_nobody(ClientError::ReplyCount { got, expected }))
            }
        }
    }
}

/// Seconds between two batches, on the mean of those that logs tell of up to the last.
fn pace(hints: &[Hint], last: u64) -> Option<u64> {
    let live: Vec<&Hint> = hints.iter().filter(|hint| hint.index <= last).collect();
    let ([first, ..], [.., newest]) = (live.as_slice(), live.as_slice()) else { return None };
    let time = |hint: &Hint| hint.header.extra_data().timestamp().0;
    time(newest).checked_sub(time(first))?.checked_div(newest.index.checked_sub(first.index)?)
}
