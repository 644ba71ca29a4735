use super::balance::exactly;
use super::batch::{FindBatch, Wanted, proof};
use super::budget::check_count;
use super::request::{Call, Reply, Request};
use super::task::{Fault, Progress, Step, Task};
use super::{BlockOf, ClientError, CommittedBlock, RollupHead};
use crate::bridge::{BridgeError, Deposit, DepositOutcome, QueuedMessage, deposit_questions};
use crate::error::Error;
use crate::execution::Question;
use crate::primitives::{B256, UnixTime};
use crate::rollup::CommittedBatch;
use crate::rollup::{Basis, L2Header, L2StateRoot};
use crate::wire::ReceiptHint;

/// The deposits that an L1 transaction made, and where each stands on L2.
///
/// The receipt's logs are hints: each message is hashed again and looked up in L1's queue. So each deposit is real, but that
/// this transaction made it, and no other, is the node's word. Two rounds (the receipt; the
/// proofs) while it waits; for each one that was executed those of [`FindBatch`] and [`BlockOf`] besides, for that the tokens
/// were paid is in no state, only in its own transaction's receipt.
#[derive(Clone, Debug)]
pub struct DepositsOf {
    head: RollupHead,
    transaction: B256,
    /// Whether the flag is enough where no source has a deposit's own transaction in a posted block.
    by_state: bool,
    stage: Stage,
}

/// A deposit and where it stands.
#[derive(Clone, Debug)]
pub struct DepositState {
    /// The deposit.
    pub deposit: Deposit,
    /// Where it stands.
    pub status: DepositStatus,
}

/// Where a deposit stands on L2.
#[derive(Clone, Debug)]
pub enum DepositStatus {
    /// No posted block has executed it.
    Queued,
    /// Its call was made by the block of this state root, without reverting: the flag is there. What it did, and by which
    /// place in the queue, is not proven: its own transaction is in a batch that names no block, or is not posted.
    Executed(Box<L2StateRoot>),
    /// Its own transaction was executed by this block, with this outcome.
    Settled(DepositOutcome, Box<L2Header>),
}

#[derive(Clone, Debug)]
enum Stage {
    Receipt,
    Flags { messages: Vec<QueuedMessage>, last: Option<Box<L2StateRoot>> },
    Batch { work: Work, find: Box<FindBatch> },
    Block { work: Work, block: Box<BlockOf> },
}

/// A deposit whose own transaction is to be read, and what comes after.
#[derive(Clone, Debug)]
struct Work {
    done: Vec<DepositState>,
    now: Found,
    next: Vec<Found>,
}

/// What is known of a deposit from the state alone, and the block that a node names for its transaction.
#[derive(Clone, Debug)]
struct Found {
    deposit: Deposit,
    executed: Option<Box<L2StateRoot>>,
    block: Option<u64>,
}

impl DepositsOf {
    /// Asks about an L1 transaction, under a head of the rollup.
    pub const fn new(head: RollupHead, transaction: B256) -> Self {
        Self { head, transaction, by_state: false, stage: Stage::Receipt }
    }

    fn basis(&self) -> &Basis {
        self.head.registry.basis()
    }

    fn go_on(&self, stage: Stage) -> Step<Self> {
        Step::Ask(Self { stage, ..self.clone() })
    }

    /// The last posted state, where L2 is asked.
    fn last_root(&self) -> Result<Option<L2StateRoot>, Error> {
        let Some(last) = &self.head.last else { return Ok(None) };
        Ok(Some(last.state_root(last.batch().header().last_block())?.0))
    }

    fn after_receipt(&self, reply: &Reply) -> Result<Step<Self>, Error> {
        let network = self.basis().network();
        let queue = network.contracts.canonical_transaction_chain.ok_or(BridgeError::NoQueue)?;
        let unknown = ClientError::Unknown { what: "the l1 transaction", hash: self.transaction };
        let ReceiptHint { block_number: block, logs } = ReceiptHint::parse(reply)?.ok_or(unknown)?;
        let finalized = self.basis().l1().number();
        if block > finalized {
            return Err(ClientError::NotFinalized { block, finalized }.into());
        }
        let of_queue = logs.iter().filter(|log| log.address == queue);
        let messages: Vec<_> = of_queue.filter_map(|log| QueuedMessage::from_log(network.l2.chain_id, log)).collect();
        if messages.is_empty() {
            return Ok(Step::Done(Vec::new()));
        }
        check_count(messages.len())?;
        let last = self.last_root()?.map(Box::new);
        Ok(self.go_on(Stage::Flags { messages, last }))
    }

    fn questions(&self, message: &QueuedMessage, last: Option<&L2StateRoot>) -> Vec<Request> {
        let l1 = self.basis().l1().number();
        let asked = deposit_questions(self.basis(), message).into_iter().flatten();
        let l1 = asked.map(|question| Request::L1(Call::proof(&question, l1)));
        let l2 = last.map(|last| {
            let messenger = self.basis().network().l2.predeploys.messenger;
            let flag = Question::new(messenger, [message.successful_slot()]);
            [Call::proof(&flag, last.block()), Call::receipt(message.l2_transaction_hash())]
        });
        l1.chain(l2.into_iter().flatten().map(Request::L2)).collect()
    }

    /// One deposit, by its proofs on L1 and its flag on L2.
    fn found(
        &self,
        message: &QueuedMessage,
        first: usize,
        replies: &[Reply],
        last: Option<&L2StateRoot>,
    ) -> Result<Found, Fault> {
        let at = |offset: usize| first.saturating_add(offset);
        let [manager, queue, on_l2 @ ..] = replies else {
            return Err(Fault::of_nobody(ClientError::ReplyCount { got: replies.len(), expected: 4 }));
        };
        let proofs = [proof(manager).map_err(Fault::of(at(0)))?, proof(queue).map_err(Fault::of(at(1)))?];
        let deposit = self.head.registry.deposit(message.clone(), &proofs).map_err(Fault::of(at(1)))?;
        let ([flag, receipt], Some(last)) = (on_l2, last) else {
            return Ok(Found { deposit, executed: None, block: None });
        };
        let flag = proof(flag).map_err(Fault::of(at(2)))?;
        let executed = last.is_executed(&deposit, &flag).map_err(Fault::of(at(2)))?;
        let receipt = ReceiptHint::parse(receipt).map_err(Fault::of(at(3)))?;
        let block = receipt.map(|receipt| receipt.block_number).filter(|block| *block <= last.block());
        // Whoever says that it was executed and not where withholds, or another place in the queue has executed it.
        if *executed.value() && block.is_none() && !self.by_state {
            let hash = message.l2_transaction_hash();
            return Err(Fault::of(at(3))(ClientError::Unknown { what: "the l2 transaction", hash }));
        }
        Ok(Found { deposit, executed: executed.value().then(|| Box::new(last.clone())), block })
    }

    fn after_flags(
        &self,
        messages: &[QueuedMessage],
        replies: &[Reply],
        last: Option<&L2StateRoot>,
    ) -> Result<Step<Self>, Fault> {
        let (mut found, mut first) = (Vec::new(), 0_usize);
        let each = if last.is_some() { 4 } else { 2 };
        for (message, replies) in messages.iter().zip(replies.chunks_exact(each)) {
            found.push(self.found(message, first, replies, last)?);
            first = first.saturating_add(each);
        }
        self.next(Vec::new(), found)
    }

    /// Goes on to the next deposit whose transaction is in a posted block.
    fn next(&self, mut done: Vec<DepositState>, mut found: Vec<Found>) -> Result<Step<Self>, Fault> {
        found.reverse();
        while let Some(now) = found.pop() {
            let Some(block) = now.block else {
                done.push(now.by_state());
                continue;
            };
            found.reverse();
            let work = Work { done, now, next: found };
            if let Some(last) = self.head.last.as_ref().filter(|last| last.batch().header().index_of(block).is_ok()) {
                return self.in_batch(work, last);
            }
            let find = FindBatch::new(&self.head.registry, Wanted::Block(block)).map_err(Fault::of_nobody)?;
            return Ok(self.go_on(Stage::Batch { work, find: Box::new(find) }));
        }
        Ok(Step::Done(done))
    }

    fn in_batch(&self, work: Work, batch: &CommittedBatch) -> Result<Step<Self>, Fault> {
        let Work { mut done, now, next } = work;
        if batch.batch().header().extra_data().last_block().is_none() {
            done.push(now.by_state());
            return self.next(done, next);
        }
        let block = BlockOf::new(batch, now.block.unwrap_or_default()).map_err(Fault::of_nobody)?;
        Ok(self.go_on(Stage::Block { work: Work { done, now, next }, block: Box::new(block) }))
    }

    /// `asked` is where the block was asked for, for a node that names a block without the transaction.
    fn in_block(&self, work: Work, block: &CommittedBlock, asked: usize) -> Result<Step<Self>, Fault> {
        let Work { mut done, now: Found { deposit, executed, .. }, next } = work;
        let outcome = deposit.outcome(&block.transactions, &block.receipts).map_err(Fault::of(asked))?;
        let header = Box::new(block.header().clone());
        let status = match (executed, outcome) {
            // Another place in the queue has done what this one could not.
            (Some(last), DepositOutcome::Reverted) => DepositStatus::Executed(last),
            (_, outcome) => DepositStatus::Settled(outcome, header),
        };
        done.push(DepositState { deposit, status });
        self.next(done, next)
    }
}

impl Task for DepositsOf {
    type Output = Vec<DepositState>;

    fn requests(&self) -> Vec<Request> {
        match &self.stage {
            Stage::Receipt => vec![Request::L1(Call::receipt(self.transaction))],
            Stage::Flags { messages, last, .. } => {
                messages.iter().flat_map(|message| self.questions(message, last.as_deref())).collect()
            }
            Stage::Batch { find, .. } => find.requests(),
            Stage::Block { block, .. } => block.requests(),
        }
    }

    fn progress(&self) -> Option<Progress> {
        let Stage::Batch { find, .. } = &self.stage else { return None };
        find.progress()
    }

    fn resume(&self, replies: &[Reply], now: UnixTime) -> Result<Step<Self>, Fault> {
        match &self.stage {
            Stage::Receipt => {
                let [receipt] = exactly(replies)?;
                self.after_receipt(receipt).map_err(Fault::of(0))
            }
            Stage::Flags { messages, last } => {
                let expected = self.requests().len();
                if replies.len() != expected {
                    return Err(Fault::of_nobody(ClientError::ReplyCount { got: replies.len(), expected }));
                }
                self.after_flags(messages, replies, last.as_deref())
            }
            Stage::Batch { work, find } => match find.resume(replies, now)? {
                Step::Ask(find) => Ok(self.go_on(Stage::Batch { work: work.clone(), find: Box::new(find) })),
                Step::Done(batch) => self.in_batch(work.clone(), &batch),
            },
            Stage::Block { work, block } => match block.resume(replies, now)? {
                Step::Ask(block) => Ok(self.go_on(Stage::Block { work: work.clone(), block: Box::new(block) })),
                Step::Done(found) => self.in_block(work.clone(), &found, replies.len().saturating_sub(1)),
            },
        }
    }

    /// A message that was sent to L2 again is in the queue twice, under one flag: the flag is there, and the transaction of
    /// one place may not be.
    fn otherwise(&self) -> Option<Self> {
        (!self.by_state).then(|| Self { by_state: true, stage: Stage::Receipt, ..self.clone() })
    }
}

impl Found {
    /// Where it stands, where its own transaction cannot be read.
    fn by_state(self) -> DepositState {
        let status = self.executed.map_or(DepositStatus::Queued, DepositStatus::Executed);
        DepositState { deposit: self.deposit, status }
    }
}

impl core::fmt::Display for DepositStatus {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Queued => f.write_str("it waits in the queue of l1"),
            Self::Executed(at) => write!(f, "it was executed by l2 block {}; what was paid is not proven", at.block()),
            Self::Settled(outcome, header) => {
                let block = header.header().number;
                match outcome {
                    DepositOutcome::Called => write!(f, "its call was made in l2 block {block}"),
                    DepositOutcome::Credited => write!(f, "it was credited in l2 block {block}"),
                    DepositOutcome::NotCredited => {
                        write!(
                            f,
                            "l2 block {block} executed it, and the bridge paid nothing: it does not know the token"
                        )
                    }
                    DepositOutcome::Reverted => write!(f, "its call reverted in l2 block {block}"),
                }
            }
        }
    }
}
