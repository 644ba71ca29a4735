use super::ClientError;
use super::batch::{CommittedBatch, FindBatch, Wanted, logs, proof};
use super::request::{Call, Reply, Request};
use super::search::{Search, hints};
use super::task::{Fault, Step, Task};
use crate::consensus::L1StateRoot;
use crate::network::Network;
use crate::primitives::UnixTime;
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
    LastBatch(Box<Registry>, Box<FindBatch>),
}

/// Where the rollup is.
#[derive(Clone, Debug)]
pub struct RollupHead {
    /// The contracts.
    pub registry: Registry,
    /// The last batch; none where there is none yet.
    pub last: Option<CommittedBatch>,
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
            return Ok(Step::Done(RollupHead { registry, last: None }));
        };
        let hints = hints(&self.network, newest).map_err(Fault::of(3))?;
        let hints: Vec<_> = hints.into_iter().rev().filter(|hint| hint.index == last).collect();
        let wanted = Wanted::Index(last);
        let find = match hints.is_empty() {
            true => FindBatch::new(&registry, wanted).map_err(Fault::of_nobody)?,
            false => FindBatch::from_hints(&registry, wanted, hints),
        };
        let stage = Stage::LastBatch(Box::new(registry), Box::new(find));
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
            Stage::LastBatch(_, find) => find.requests(),
        }
    }

    fn resume(&self, replies: &[Reply], now: UnixTime) -> Result<Step<Self>, Fault> {
        match (&self.stage, replies) {
            (Stage::Contracts, [manager, scc, container, newest]) => {
                let replies = [manager.clone(), scc.clone(), container.clone(), newest.clone()];
                self.last_batch(self.contracts(&replies)?, newest)
            }
            (Stage::LastBatch(registry, find), replies) => Ok(match find.resume(replies, now)? {
                Step::Ask(find) => {
                    let stage = Stage::LastBatch(registry.clone(), Box::new(find));
                    Step::Ask(Self { stage, ..self.clone() })
                }
                Step::Done(last) => Step::Done(RollupHead { registry: (**registry).clone(), last: Some(last) }),
            }),
            _ => {
                let (got, expected) = (replies.len(), self.requests().len());
                Err(Fault::of_nobody(ClientError::ReplyCount { got, expected }))
            }
        }
    }
}
