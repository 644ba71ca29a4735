use super::batch::{FindBatch, Wanted, proof};
use super::budget::check_count;
use super::request::{Call, Reply, Request};
use super::task::{Fault, Progress, Step, Task};
use super::{ClientError, RollupHead};
use crate::bridge::{
    BridgeError, Message, Relay, Withdrawal, WithdrawalStatus, messenger_questions, withdrawal_question,
};
use crate::error::Error;
use crate::execution::AccountProof;
use crate::network::Network;
use crate::primitives::{B256, UnixTime};
use crate::rollup::CommittedBatch;
use crate::rollup::{L2StateRoot, Registry};
use crate::wire::ReceiptHint;

/// The withdrawals that an L2 transaction sent, and where they stand on L1.
///
/// The receipt's logs are hints: the messages are hashed again and looked up in the message passer's proven storage. So each
/// withdrawal is real, but that this transaction sent it, and no other, is the node's word
/// ([`BlockOf`](super::BlockOf) proves receipts, where a batch names its last block). Two
/// rounds where the transaction's batch is the last one (the receipt; the proofs), and those of [`FindBatch`] where not.
///
/// A message stays in the passer's storage, so any block from its own on serves. Its own has the earliest window and needs a
/// node that has kept that state; where no source has it, the last posted block is asked, which every node still has.
/// [`Self::at_last_block`] asks there at once.
#[derive(Clone, Debug)]
pub struct WithdrawalsOf {
    head: RollupHead,
    transaction: B256,
    at_last_block: bool,
    stage: Stage,
}

#[derive(Clone, Debug)]
enum Stage {
    Receipt,
    Batch { messages: Vec<Message>, block: u64, find: Box<FindBatch> },
    Proofs { messages: Vec<Message>, at: L2StateRoot },
}

/// A withdrawal and where it stands.
#[derive(Clone, Debug)]
pub struct WithdrawalState {
    /// The withdrawal.
    pub withdrawal: Withdrawal,
    /// Where it stands on L1.
    pub status: WithdrawalStatus,
    /// Whether it was proven at the last posted block: no source had the state of its own. The window is that of the last
    /// batch then, and closes later than its own.
    pub is_at_last_block: bool,
    proof: AccountProof,
    messenger: [AccountProof; 2],
}

impl WithdrawalState {
    /// Keeps what proved a withdrawal and its status: the answers to the passer's question and to the messenger's two.
    pub(crate) const fn new(
        withdrawal: Withdrawal,
        status: WithdrawalStatus,
        proof: AccountProof,
        messenger: [AccountProof; 2],
    ) -> Self {
        Self { withdrawal, status, is_at_last_block: false, proof, messenger }
    }

    /// What proved it: the answer to the passer's question, and those to the messenger's two.
    pub(crate) const fn proofs(&self) -> (&AccountProof, &[AccountProof; 2]) {
        (&self.proof, &self.messenger)
    }

    /// The message's hash.
    pub fn hash(&self) -> B256 {
        self.withdrawal.value().hash()
    }

    /// The call that relays it, once it is ready: complete now, and checked but for what only time brings.
    ///
    /// # Errors
    /// [`BridgeError`] where the contract would refuse it for another reason than the time.
    pub fn relay(&self) -> Result<Relay, BridgeError> {
        self.withdrawal.relay_when_ready(self.withdrawal.at().siblings(), &self.proof)
    }
}

impl WithdrawalsOf {
    /// Asks about an L2 transaction, under a head of the rollup.
    pub fn new(head: &RollupHead, transaction: B256) -> Self {
        Self { head: head.clone(), transaction, at_last_block: false, stage: Stage::Receipt }
    }

    /// Proves the messages at the last posted block in place of their own: for nodes that have pruned that. Always two
    /// rounds. What then holds for their status is the window of the last batch, which closes later.
    pub fn at_last_block(self) -> Self {
        Self { at_last_block: true, stage: Stage::Receipt, ..self }
    }

    const fn registry(&self) -> &Registry {
        &self.head.registry
    }

    fn network(&self) -> &Network {
        self.registry().basis().network()
    }

    /// The last batch and the block of it to prove at, if it serves for a message of a block.
    fn last_batch(&self, block: u64) -> Option<(&CommittedBatch, u64)> {
        let last = self.head.last.as_ref()?;
        let header = last.batch().header();
        if self.at_last_block && block <= header.last_block() {
            return Some((last, header.last_block()));
        }
        header.index_of(block).is_ok().then_some((last, block))
    }

    fn after_receipt(&self, receipt: &Reply) -> Result<Step<Self>, Fault> {
        let (block, messages) = sent(self.network(), self.transaction, receipt).map_err(Fault::of(0))?;
        if messages.is_empty() {
            return Ok(Step::Done(Vec::new()));
        }
        let stage = match self.last_batch(block) {
            Some((batch, at)) => proofs(messages, at, batch).map_err(Fault::of_nobody)?,
            None => {
                let find = FindBatch::new(self.registry(), Wanted::Block(block)).map_err(Fault::of(0))?;
                Stage::Batch { messages, block, find: Box::new(find) }
            }
        };
        Ok(Step::Ask(Self { stage, ..self.clone() }))
    }

    /// One withdrawal, by its proof on L2 and the two on L1.
    fn state(
        &self,
        place: usize,
        message: &Message,
        replies: &[Reply; 3],
        at: &L2StateRoot,
    ) -> Result<WithdrawalState, Fault> {
        let first = place.saturating_mul(replies.len());
        let blame = |offset: usize| first.saturating_add(offset);
        let [passer, manager, messenger] = replies;
        let passer = proof(passer).map_err(Fault::of(blame(0)))?;
        let withdrawal = at.withdrawal(message.clone(), &passer).map_err(Fault::of(blame(0)))?;
        let proofs = [proof(manager).map_err(Fault::of(blame(1)))?, proof(messenger).map_err(Fault::of(blame(2)))?];
        let messenger = self.registry().messenger(message, &proofs).map_err(Fault::of(blame(2)))?;
        let status = withdrawal.status(&messenger).map_err(Fault::of_nobody)?;
        let state = WithdrawalState::new(withdrawal, status, passer, proofs);
        Ok(WithdrawalState { is_at_last_block: self.at_last_block, ..state })
    }
}

impl Task for WithdrawalsOf {
    type Output = Vec<WithdrawalState>;

    fn requests(&self) -> Vec<Request> {
        match &self.stage {
            Stage::Receipt => vec![Request::L2(Call::receipt(self.transaction))],
            Stage::Batch { find, .. } => find.requests(),
            Stage::Proofs { messages, at } => {
                let l1 = self.registry().basis().l1().number();
                let ask = |message: &Message| {
                    let passer = withdrawal_question(self.network(), message);
                    let questions = messenger_questions(self.registry().basis(), message);
                    let l1 = questions.map(|question| Request::L1(Call::proof(&question, l1)));
                    [Request::L2(Call::proof(&passer, at.block()))].into_iter().chain(l1)
                };
                messages.iter().flat_map(ask).collect()
            }
        }
    }

    fn progress(&self) -> Option<Progress> {
        let Stage::Batch { find, .. } = &self.stage else { return None };
        find.progress()
    }

    fn resume(&self, replies: &[Reply], now: UnixTime) -> Result<Step<Self>, Fault> {
        match (&self.stage, replies) {
            (Stage::Receipt, [receipt]) => self.after_receipt(receipt),
            (Stage::Batch { messages, block, find }, replies) => {
                let stage = match find.resume(replies, now)? {
                    Step::Ask(find) => Stage::Batch { messages: messages.clone(), block: *block, find: Box::new(find) },
                    Step::Done(batch) => proofs(messages.clone(), *block, &batch).map_err(Fault::of_nobody)?,
                };
                Ok(Step::Ask(Self { stage, ..self.clone() }))
            }
            (Stage::Proofs { messages, at }, replies) if replies.len() == messages.len().saturating_mul(3) => {
                let (triples, _) = replies.as_chunks::<3>();
                let mut states = Vec::new();
                for (place, (message, replies)) in messages.iter().zip(triples).enumerate() {
                    states.push(self.state(place, message, replies, at)?);
                }
                Ok(Step::Done(states))
            }
            _ => {
                let (got, expected) = (replies.len(), self.requests().len());
                Err(Fault::of_nobody(ClientError::ReplyCount { got, expected }))
            }
        }
    }

    fn otherwise(&self) -> Option<Self> {
        let (Stage::Proofs { messages, at }, Some(last)) = (&self.stage, &self.head.last) else { return None };
        let block = last.batch().header().last_block();
        if self.at_last_block || at.block() == block {
            return None;
        }
        let stage = proofs(messages.clone(), block, last).ok()?;
        Some(Self { at_last_block: true, stage, ..self.clone() })
    }
}

fn proofs(messages: Vec<Message>, block: u64, batch: &CommittedBatch) -> Result<Stage, Error> {
    let (at, _) = batch.state_root(block)?;
    Ok(Stage::Proofs { messages, at })
}

/// The block of a receipt, and the messages that its logs tell of.
fn sent(network: &Network, transaction: B256, receipt: &Reply) -> Result<(u64, Vec<Message>), Error> {
    let unknown = ClientError::Unknown { what: "the l2 transaction", hash: transaction };
    let ReceiptHint { block_number, logs } = ReceiptHint::parse(receipt)?.ok_or(unknown)?;
    let messenger = network.l2.predeploys.messenger;
    let messages: Vec<_> = logs.iter().filter(|log| log.address == messenger).filter_map(Message::from_log).collect();
    check_count(messages.len())?;
    Ok((block_number, messages))
}
