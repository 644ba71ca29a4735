//! The flows over the recording in `tests/data/devnet-1`, which needs no vectors, and what is true in each.

use super::sources::{Outcome, Sources, ready};
use metis_light::bridge::Message;
use metis_light::bundle::{Asked, BundleOf};
use metis_light::client::{
    AccountOf, BlockOf, CodeOf, CommittedBatch, DepositState, DepositStatus, DepositsOf, FindBatch, Head, LastFinal,
    MessagesOf, MetisBalanceOf, RollupHead, StorageOf, Sync, Synced, Task, Wanted, WithdrawalState, WithdrawalsOf,
};
use metis_light::consensus::{Checkpoint, Message as LightClientMessage};
use metis_light::network::Network;
use metis_light::primitives::{Address, B256, UnixTime};
use metis_light::rollup::{Accepted, metis_balance_slot};
use metis_light::shell::{Limits, Standing, Transcript, drive};
use serde_json::{Value, json};

/// What happened is played as it was when the withdrawal could be relayed.
const PHASE: &str = "ready";

/// A recording at its phase.
pub(crate) struct World {
    pub(crate) honest: Transcript,
    pub(crate) network: Network,
    pub(crate) checkpoint: Checkpoint,
    /// Any replies of sources, to be given in place of others.
    pub(crate) replies: Vec<Vec<u8>>,
    expected: Value,
}

/// A flow, and what it gives over honest replies.
pub(crate) struct Flow {
    pub(crate) name: &'static str,
    pub(crate) truth: Vec<String>,
    /// What is true as well, and may be given in its place.
    also: Vec<String>,
    /// Whether some of it may be missing, by the word of a source, as the flow's documentation says.
    may_miss: bool,
    run: Box<dyn Fn(&Sources<'_>) -> Outcome + Send + core::marker::Sync>,
}

impl World {
    /// Takes the recording's files.
    pub(crate) fn new(network: &[u8], mut calls: Value, expected: Value) -> Self {
        let file: Value = serde_json::from_slice(network).expect("a network file");
        let phase = list(&expected["phases"]).iter().find(|phase| phase["name"] == PHASE).expect("the phase");
        let now = UnixTime(phase["suggestedWallClock"].as_u64().expect("a time"));
        let balance = list(&expected["balances"]).last().expect("a balance").clone();
        let block = format!("{:#x}", balance["l2Block"].as_u64().expect("a block"));
        // No code was recorded, and an account without any has this.
        calls.as_array_mut().expect("calls").push(json!({
            "phase": "any", "source": "l2", "response": { "result": "0x" },
            "request": { "method": "eth_getCode", "params": [balance["account"], block] },
        }));
        let said = |call: &Value| call["response"].get("body").or(call["response"].get("result")).cloned();
        let replies = list(&calls).iter().filter_map(said).map(|reply| reply.to_string().into_bytes()).collect();
        Self {
            honest: Transcript::new(&calls).expect("calls").at(PHASE, now),
            network: Network::from_json(network).expect("a network file"),
            checkpoint: Checkpoint::new(word(&file["l1"]["checkpointRoot"])),
            replies,
            expected,
        }
    }

    /// A reply of the Beacon API as a server may give it too: the same in SSZ.
    pub(crate) fn in_ssz(&self, reply: &[u8]) -> Option<Vec<u8>> {
        let messages = LightClientMessage::parse_all(&self.network.l1, reply).ok()?;
        let bytes = |message: &LightClientMessage| match message {
            LightClientMessage::Bootstrap(bootstrap) => bootstrap.to_ssz(),
            LightClientMessage::Update(update) => update.to_ssz(),
        };
        if !reply.starts_with(b"[") {
            return messages.first().map(bytes);
        }
        // A frame is its length with the digest, the digest, and the message; which digest it is counts only in errors.
        let frame = |message: &LightClientMessage| {
            let payload = bytes(message);
            [&(payload.len() as u64 + 4).to_le_bytes()[..], &[0; 4], &payload].concat()
        };
        Some(messages.iter().flat_map(frame).collect())
    }

    fn honestly<T: Task>(&self, task: T) -> T::Output {
        let mut standing = Standing::default();
        ready(drive(task, &self.honest, Limits::default(), &mut standing)).output.expect("honest answers")
    }

    /// From the checkpoint.
    pub(crate) fn sync(&self) -> Sync {
        Sync::from_checkpoint(&self.network.l1, self.checkpoint)
    }

    /// Each flow, begun where honest replies have led.
    pub(crate) fn flows(&self) -> Vec<Flow> {
        let synced = self.honestly(self.sync());
        let head = self.honestly(Head::new(synced.finalized, &self.network, &Accepted::none()));
        let last = head.last.clone().expect("there are batches");
        let balance = list(&self.expected["balances"]).last().expect("a balance");
        let (who, block) = (word::<Address>(&balance["account"]), balance["l2Block"].as_u64().expect("a number"));
        let at = last.state_root(block).expect("it is in the last batch").0;
        let metis = self.network.l2.predeploys.metis;
        let transaction: B256 = word(&self.expected["messages"][0]["txHash"]);
        let deposit: B256 = word(&self.expected["deposits"][0]["l1Tx"]);
        let no_head = || vec![NO_HEAD.to_owned()];
        let first = FindBatch::new(&head.registry, Wanted::Block(1)).expect("it is posted");
        let store = Sync::from_store(synced.store.clone(), self.honest_time());
        let block = BlockOf::new(&last, block).expect("it is in the last batch");
        let storage = StorageOf { at: at.clone(), who: metis, slots: vec![metis_balance_slot(who)] };
        let bundle = BundleOf::new(&synced, &at, Asked::Balance(who)).expect("it is under the same block");
        let deposits = DepositsOf::new(head.clone(), deposit);
        let last_block = last.batch().header().last_block();
        let by_flag =
            |state: &DepositState| format!("{} executed by {last_block}", state.deposit.message().message_hash());
        vec![
            self.flow("sync", self.sync(), synced_as).but_also(no_head()),
            self.flow("sync from a store", store, synced_as).but_also(no_head()),
            self.flow("head", Head::new(synced.finalized, &self.network, &Accepted::none()), head_as),
            // That there is no newer one is a source's word.
            self.flow("final", LastFinal::new(&head.registry), |found| found.iter().map(batch_as).collect())
                .but_also(vec![batch_as(&self.honestly(first.clone()))])
                .that_may_miss(),
            self.flow("batch", first, |batch| vec![batch_as(batch)]),
            self.flow("balance", MetisBalanceOf { at: at.clone(), who }, |it| vec![it.value().wei.to_string()]),
            self.flow("account", AccountOf { at: at.clone(), who }, |it| vec![format!("{:?}", it.value())]),
            self.flow("storage", storage, |it| vec![format!("{:?}", it.value())]),
            self.flow("code", CodeOf { at, who }, |it| vec![format!("{:?}", it.value())]),
            self.flow("block", block, |it| {
                vec![format!("{} {:?} {:?}", it.header().hash(), it.transactions.value(), it.receipts.value())]
            }),
            // Which messages a transaction sent is its receipt's word.
            self.flow("withdrawal", WithdrawalsOf::new(&head, transaction), |it| {
                it.iter().map(withdrawal_as).collect()
            })
            .that_may_miss(),
            self.flow("sender", MessagesOf::new(head.clone(), transaction), |it| {
                vec![format!("{:?}", it.value().iter().map(Message::hash).collect::<Vec<_>>())]
            }),
            // A source that withholds its own transaction leaves the flag, which proves less and nothing false.
            self.flow("deposit", deposits.clone(), |it| it.iter().map(deposit_as).collect())
                .but_also(self.honestly(deposits).iter().map(by_flag).collect())
                .that_may_miss(),
            self.flow("bundle", bundle, |it| vec![it.to_json()]),
        ]
    }

    fn flow<T: Task + core::marker::Sync + 'static>(
        &self,
        name: &'static str,
        task: T,
        tell: impl Fn(&T::Output) -> Vec<String> + Send + core::marker::Sync + 'static,
    ) -> Flow {
        let run = Box::new(move |sources: &Sources<'_>| sources.run(task.clone(), &tell));
        let truth = run(&Sources::honest(self)).output.unwrap_or_else(|error| panic!("{name}: {error}"));
        Flow { name, truth, also: Vec::new(), may_miss: false, run }
    }

    fn honest_time(&self) -> UnixTime {
        metis_light::shell::Transport::now(&self.honest)
    }
}

impl Flow {
    /// Runs over sources.
    pub(crate) fn run(&self, sources: &Sources<'_>) -> Outcome {
        (self.run)(sources)
    }

    fn but_also(self, also: Vec<String>) -> Self {
        Self { also, ..self }
    }

    fn that_may_miss(self) -> Self {
        Self { may_miss: true, ..self }
    }

    /// What is false in what was given; none where nothing is.
    pub(crate) fn falsehood(&self, given: &[String]) -> Option<String> {
        if !self.may_miss && given.len() != self.truth.len() {
            return Some(format!("{} items", given.len()));
        }
        given.iter().find(|item| !self.truth.contains(item) && !self.also.contains(item)).cloned()
    }
}

/// Where L1's source does not know the newest block, none is given in its place.
const NO_HEAD: &str = "no optimistic head";

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn word<T: core::str::FromStr<Err: core::fmt::Debug>>(value: &Value) -> T {
    value.as_str().expect("text").parse().expect("a word")
}

// What is compared: all that is proven, and nothing that is told as somebody's word.

pub(crate) fn synced_as(synced: &Synced) -> Vec<String> {
    let optimistic = synced.optimistic.map_or_else(|| NO_HEAD.to_owned(), |head| format!("optimistic {}", head.hash()));
    vec![format!("finalized {}", synced.finalized.hash()), optimistic]
}

pub(crate) fn head_as(head: &RollupHead) -> Vec<String> {
    let basis = head.registry.basis();
    let last = head.last.as_ref().map(batch_as);
    let told =
        format!("{:?} {:?} {} {last:?}", head.registry.context(), basis.window(), basis.earliest_disputed_block());
    vec![told]
}

fn batch_as(batch: &CommittedBatch) -> String {
    let header = batch.batch().header();
    let root = |block| batch.state_root(block).expect("it is in the batch").0.state_root().hash();
    let roots: Vec<B256> = (header.first_block()..=header.last_block()).map(root).collect();
    format!("{} {} {roots:?}", batch.batch().index(), batch.batch().header_hash())
}

fn withdrawal_as(state: &WithdrawalState) -> String {
    format!("{} {} at {}", state.hash(), state.status, state.withdrawal.at().block())
}

fn deposit_as(state: &DepositState) -> String {
    let status = match &state.status {
        DepositStatus::Queued => "queued".to_owned(),
        DepositStatus::Executed(root) => format!("executed by {}", root.block()),
        DepositStatus::Settled(outcome, header) => format!("{outcome:?} in {}", header.hash()),
    };
    format!("{} {status}", state.deposit.message().message_hash())
}
