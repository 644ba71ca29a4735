use super::balance::exactly;
use super::batch::proof;
use super::request::{Call, Reply, Request};
use super::search::RANGE;
use super::task::{Fault, Step, Task};
use crate::bridge::{FAILED_RELAYED_MESSAGE, FailedRelay, Message, RelayTry};
use crate::error::Error;
use crate::primitives::{B256, UnixTime};
use crate::rollup::Registry;
use crate::wire::{LogRecord, hint};

/// Whether a relay of a message was tried and failed: one that the caller names by its transaction, or one of the newest 1,000
/// blocks of L1, some three hours, by the messenger's logs.
///
/// Logs and the transaction are hints, and the proof decides. None where nothing is found, which says nothing of older tries.
/// Three rounds, or two for a transaction that is named.
#[derive(Clone, Debug)]
pub struct FailedRelayOf {
    registry: Registry,
    message: Message,
    stage: Stage,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    Logs,
    Transaction(B256),
    Proof(RelayTry),
}

impl FailedRelayOf {
    /// Asks about a message, and about the transaction that is said to have tried to relay it, if one is.
    pub fn new(registry: &Registry, message: &Message, relay: Option<B256>) -> Self {
        let stage = relay.map_or(Stage::Logs, Stage::Transaction);
        Self { registry: registry.clone(), message: message.clone(), stage }
    }

    fn ask(&self, stage: Stage) -> Step<Self> {
        Step::Ask(Self { stage, ..self.clone() })
    }

    fn after_logs(&self, logs: &Reply) -> Result<Step<Self>, Error> {
        let messenger = self.registry.basis().network().contracts.messenger;
        let topics = [FAILED_RELAYED_MESSAGE, self.message.hash()];
        let of_message = |record: &LogRecord| record.log.address == messenger && record.log.topics == topics;
        let records = LogRecord::parse_all(logs)?.into_iter().filter(of_message);
        let newest = records.max_by_key(|record| record.block_number);
        Ok(match newest.and_then(|record| record.transaction_hash) {
            Some(transaction) => self.ask(Stage::Transaction(transaction)),
            None => Step::Done(None),
        })
    }

    /// A transaction that is not known, or not in a block yet, has tried nothing.
    fn after_transaction(&self, transaction: &Reply) -> Result<Step<Self>, Error> {
        let tried = hint::sender_and_block(transaction)?;
        let finalized = self.registry.basis().l1().number();
        let tried = tried.filter(|(_, l1_block)| *l1_block <= finalized);
        Ok(match tried {
            Some((relayer, l1_block)) => self.ask(Stage::Proof(RelayTry { relayer, l1_block })),
            None => Step::Done(None),
        })
    }
}

impl Task for FailedRelayOf {
    type Output = Option<FailedRelay>;

    fn requests(&self) -> Vec<Request> {
        let basis = self.registry.basis();
        let last = basis.l1().number();
        let call = match &self.stage {
            Stage::Logs => {
                // The genesis block has no logs.
                let first = last.saturating_sub(RANGE.saturating_sub(1)).max(1);
                Call::logs(&[basis.network().contracts.messenger], FAILED_RELAYED_MESSAGE, first, last)
            }
            Stage::Transaction(hash) => Call::transaction(*hash),
            Stage::Proof(tried) => Call::proof(&tried.question(basis, &self.message), last),
        };
        vec![Request::L1(call)]
    }

    fn resume(&self, replies: &[Reply], _: UnixTime) -> Result<Step<Self>, Fault> {
        let [reply] = exactly(replies)?;
        match &self.stage {
            Stage::Logs => self.after_logs(reply).map_err(Fault::of(0)),
            Stage::Transaction(_) => self.after_transaction(reply).map_err(Fault::of(0)),
            Stage::Proof(tried) => {
                let proof = proof(reply).map_err(Fault::of(0))?;
                self.registry.failed_relay(&self.message, *tried, &proof).map(Step::Done).map_err(Fault::of(0))
            }
        }
    }
}
