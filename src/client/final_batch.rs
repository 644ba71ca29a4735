use super::ClientError;
use super::balance::exactly;
use super::batch::{FindBatch, Wanted, logs};
use super::request::{Reply, Request};
use super::search::{Hint, Next, Search, hints};
use super::task::{Fault, Step, Task};
use crate::primitives::{U256, UnixTime};
use crate::rollup::CommittedBatch;
use crate::rollup::Registry;
use core::cmp::Ordering;

/// The newest batch whose window is over and that is not disputed, with its state roots: where what is read is final.
///
/// The logs are searched from the L1 blocks on whose window is just over at the registry's time, so two rounds are the rule:
/// the logs, and the proofs of [`FindBatch`]. What comes out is proven and says itself how firmly it stands; that there is no
/// newer final one is the word of the source whose logs were read.
///
/// None where no window is over yet.
#[derive(Clone, Debug)]
pub struct LastFinal {
    registry: Registry,
    stage: Stage,
}

#[derive(Clone, Debug)]
enum Stage {
    /// And the newest that were seen so far to be past their window, the newest first; and whether any batch was seen at all.
    Logs(Search, Vec<Hint>, bool),
    Proof(Box<FindBatch>),
}

impl LastFinal {
    /// Looks under a registry.
    pub fn new(registry: &Registry) -> Self {
        let basis = registry.basis();
        let (network, l1) = (basis.network(), basis.l1());
        // Slots can be empty, so this many blocks ago the window had begun at least as early.
        let blocks = basis.window().seconds().checked_div(network.l1.seconds_per_slot).unwrap_or_default();
        let search = Search::new(network, l1.number()).around(l1.number().saturating_sub(blocks));
        Self { registry: registry.clone(), stage: Stage::Logs(search, Vec::new(), false) }
    }

    /// Whether a batch's window is over, by the time that its header tells of, and no dispute reaches down to it.
    fn is_over(&self, hint: &Hint) -> bool {
        let basis = self.registry.basis();
        let closes = hint.header.extra_data().timestamp().0.saturating_add(basis.window().seconds());
        let earliest = basis.earliest_disputed_block();
        let is_disputed = !earliest.is_zero() && U256::from(hint.header.last_block()) >= earliest;
        closes <= basis.l1().timestamp().0 && !is_disputed
    }

    fn narrow(&self, search: &Search, older: &[Hint], heard: bool, reply: &Reply) -> Result<Step<Self>, Fault> {
        let mut hints = hints(self.registry.basis().network(), reply).map_err(Fault::of(0))?;
        // Batches that are gone tell nothing of where the others are.
        hints.retain(|hint| hint.index < self.registry.context().length);
        let heard = heard || !hints.is_empty();
        let over = hints.iter().rev().filter(|hint| self.is_over(hint));
        // What lies further on is newer than what was seen before.
        let seen: Vec<Hint> = over.chain(older).cloned().collect();
        let order = |hint: &Hint| if self.is_over(hint) { Ordering::Less } else { Ordering::Greater };
        match search.narrow(hints, order) {
            Next::Search(search) => Ok(self.go_on(Stage::Logs(search, seen, heard))),
            // There are batches, so whoever knows no log of any withholds them.
            _ if !heard && self.registry.context().length > 0 => {
                Err(Fault::of(0)(ClientError::NoLog { what: "any batch".to_owned() }))
            }
            Next::Hints(_) | Next::Nothing => Ok(self.prove(seen)),
        }
    }

    fn prove(&self, seen: Vec<Hint>) -> Step<Self> {
        let Some(index) = seen.first().map(|hint| hint.index) else { return Step::Done(None) };
        // The same index may have been used before.
        let seen = seen.into_iter().filter(|hint| hint.index == index).collect();
        let find = FindBatch::from_hints(&self.registry, Wanted::Index(index), seen);
        self.go_on(Stage::Proof(Box::new(find)))
    }

    fn go_on(&self, stage: Stage) -> Step<Self> {
        Step::Ask(Self { stage, ..self.clone() })
    }
}

impl Task for LastFinal {
    type Output = Option<CommittedBatch>;

    fn requests(&self) -> Vec<Request> {
        match &self.stage {
            Stage::Logs(search, ..) => vec![logs(self.registry.basis().network(), search)],
            Stage::Proof(find) => find.requests(),
        }
    }

    fn resume(&self, replies: &[Reply], now: UnixTime) -> Result<Step<Self>, Fault> {
        match &self.stage {
            Stage::Logs(search, seen, heard) => {
                let [logs] = exactly(replies)?;
                self.narrow(search, seen, *heard, logs)
            }
            Stage::Proof(find) => Ok(match find.resume(replies, now)? {
                Step::Ask(find) => self.go_on(Stage::Proof(Box::new(find))),
                Step::Done(batch) => Step::Done(Some(batch)),
            }),
        }
    }
}
