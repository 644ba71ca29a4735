//! The flows that are lied to, each begun where honest answers have led.

use super::absent::Absent;
use super::liar::{Liar, Run, ready};
use crate::files::Files;
use metis_light::bridge::Message;
use metis_light::client::{
    AccountOf, BlockBy, BlockOf, BlocksIn, CodeOf, CommittedBatch, CommittedBlock, DepositState, DepositStatus,
    DepositsOf, DisputesOf, FindBatch, Firmness, Head, LastFinal, MessagesOf, MetisBalanceOf, Named, RollupHead,
    StorageOf, Sync, Synced, Task, Wanted, WithdrawalState, WithdrawalsOf,
};
use metis_light::consensus::Checkpoint;
use metis_light::lies::{Asked, Past};
use metis_light::network::Network;
use metis_light::primitives::{Address, B256, UnixTime};
use metis_light::rollup::{Accepted, L2StateRoot, metis_balance_slot};
use metis_light::shell::{Limits, Standing, Transcript, drive};
use serde_json::{Value, json};

/// How old a head may be here: the recordings' phases are seconds apart.
const MAX_AGE: u64 = 30;
const MAX_FINALIZED_AGE: u64 = 120;

/// A recording at one of its phases, and what its sources said in an earlier one.
pub(super) struct World {
    pub(super) honest: Transcript,
    pub(super) past: Past,
    pub(super) absent: Absent,
    network: Network,
    checkpoint: Checkpoint,
    expected: Value,
}

/// A flow by its name in the table.
pub(super) struct Flow {
    pub(super) name: &'static str,
    pub(super) run: Box<dyn Fn(&Liar<'_>) -> Run>,
}

fn flow<T: Task + 'static>(name: &'static str, task: T, tell: impl Fn(&T::Output) -> String + 'static) -> Flow {
    Flow { name, run: Box::new(move |sources| sources.run(task.clone(), &tell)) }
}

impl World {
    pub(super) fn read(files: &Files, folder: &str, before: &str, phase: &str) -> Self {
        let path = |name: &str| format!("golden/{folder}/{name}.json");
        let read = |name: &str| files.json(&path(name)).unwrap_or_else(|| panic!("{} is missing", path(name)));
        let (network, expected, mut calls) = (read("network"), read("expected"), read("calls"));
        let phases = expected["phases"].as_array().expect("phases");
        let now = phases.iter().find(|it| it["name"] == phase).and_then(|it| it["suggestedWallClock"].as_u64());
        let mut past = Past::default();
        for call in
            calls.as_array().expect("calls").iter().filter(|call| call["phase"] == before || call["phase"] == "any")
        {
            let request = &call["request"];
            let name = request["path"].as_str().or(request["method"].as_str()).expect("a request").to_owned();
            let answer = call["response"].get("body").or(call["response"].get("result"));
            if let Some(answer) = answer {
                past.remember(&Asked { name, params: request["params"].clone() }, answer);
            }
        }
        let absent = Absent::new(&calls);
        // No code was recorded, and an account without any has this.
        let account = user(&expected);
        calls.as_array_mut().expect("calls").push(json!({
            "phase": "any", "source": "l2", "response": { "result": "0x" },
            "request": { "method": "eth_getCode", "params": [format!("{:#x}", account.0), format!("{:#x}", account.1)] },
        }));
        let checkpoint = network["l1"]["checkpointRoot"].as_str().expect("a root").parse().expect("a root");
        let file = files.get(&path("network")).expect("it was read");
        Self {
            honest: Transcript::new(&calls).expect("calls").at(phase, UnixTime(now.expect("the phase"))),
            past,
            absent,
            network: Network::from_json(file).expect("a network file"),
            checkpoint: Checkpoint::new(checkpoint),
            expected,
        }
    }

    fn honestly<T: Task>(&self, task: T) -> T::Output {
        let mut standing = Standing::default();
        ready(drive(task, &self.honest, Limits::default(), &mut standing)).output.expect("honest answers")
    }

    fn sync(&self) -> Sync {
        Sync::from_checkpoint(&self.network.l1, self.checkpoint)
            .with_max_age(MAX_AGE)
            .with_max_finalized_age(MAX_FINALIZED_AGE)
    }

    fn head(&self, synced: &Synced) -> Head {
        Head::new(synced.finalized, &self.network, &Accepted::none())
    }

    fn batch(&self, head: &RollupHead, block: u64) -> FindBatch {
        FindBatch::new(&head.registry, Wanted::Block(block)).expect("it is posted")
    }

    /// The climb and everything at its end.
    pub(super) fn flows(&self) -> Vec<Flow> {
        let synced = self.honestly(self.sync());
        let head = self.honestly(self.head(&synced));
        let last = head.last.clone().expect("there are batches");
        let (who, block) = user(&self.expected);
        let at = root(&last, block);
        let code = CodeOf { at: at.clone(), who };
        let slots = users(&self.expected, block).map(metis_balance_slot).collect();
        let storage = StorageOf { at: at.clone(), who: self.network.l2.predeploys.metis, slots };
        let message = |tag: &str| word(&find(&self.expected["messages"], "tag", tag)["txHash"]);
        let (old, new) = (message("W1-metis"), message("W4-metis-late"));
        let new_block = find(&self.expected["messages"], "tag", "W4-metis-late")["l2Block"].as_u64().expect("a number");
        // From the end of one batch into the next.
        let first = last.batch().header().first_block();
        let disputes = DisputesOf::new(&head.registry, None).expect("nothing is read yet");
        let logs = BlocksIn::new(head.clone(), first - 2..=first + 1, Firmness::Posted).expect("they are posted");
        vec![
            flow("sync", self.sync(), synced_as),
            flow("head", self.head(&synced), head_as),
            flow("final", LastFinal::new(&head.registry), |found| format!("{:?}", found.as_ref().map(batch_as))),
            flow("batch", self.batch(&head, 13), batch_as),
            flow("disputes", disputes, |disputes| format!("{:?} {:?}", disputes.authority(), disputes.mvm_verifier())),
            flow("balance", MetisBalanceOf { at: at.clone(), who }, |balance| balance.value().wei.to_string()),
            flow("account", AccountOf { at, who }, |account| format!("{:?}", account.value())),
            flow("storage", storage, |words| format!("{:?}", words.value())),
            flow("code", code, |code| format!("{:?}", code.value())),
            flow("block", BlockOf::new(&last, new_block).expect("it is in the batch"), |block| {
                format!("{} {:?} {:?}", block.header().hash(), block.transactions.value(), block.receipts.value())
            }),
            flow("logs", logs, |blocks| logs_as(blocks)),
            flow("receipt", BlockBy::new(head.clone(), Named::Transaction(new), Firmness::Undisputed), move |found| {
                let [block] = found.as_slice() else { return format!("{} blocks", found.len()) };
                let receipt = block.place_of(new).and_then(|place| block.receipts.value().get(place));
                format!("{} {receipt:?}", block.header().hash())
            }),
            flow("withdrawal", WithdrawalsOf::new(&head, old), |states| {
                states.iter().map(withdrawal_as).collect::<Vec<_>>().join(", ")
            }),
            flow("sender", MessagesOf::new(head.clone(), new), |messages| {
                format!("{:?}", messages.value().iter().map(Message::hash).collect::<Vec<_>>())
            }),
            flow("deposit", DepositsOf::new(head, word(&self.expected["deposits"][0]["l1Tx"])), |states| {
                states.iter().map(deposit_as).collect::<Vec<_>>().join(", ")
            }),
        ]
    }

    /// A batch under an index that was used before: what was deleted must not be found.
    pub(super) fn replaced(&self) -> Vec<Flow> {
        let synced = self.honestly(self.sync());
        vec![flow("replaced", self.head(&synced), head_as)]
    }
}

/// An account without code, and a posted block at which everything of it was recorded.
fn user(expected: &Value) -> (Address, u64) {
    let balance = find(&expected["balances"], "who", "user1");
    (word(&balance["account"]), balance["l2Block"].as_u64().expect("a number"))
}

fn users(expected: &Value, block: u64) -> impl Iterator<Item = Address> {
    let at_block = expected["balances"].as_array().expect("a list").iter().filter(move |it| it["l2Block"] == block);
    at_block.map(|balance| word(&balance["account"])).take(3)
}

fn find<'a>(list: &'a Value, member: &str, value: &str) -> &'a Value {
    let mut list = list.as_array().expect("a list").iter();
    list.find(|it| it[member] == value).unwrap_or_else(|| panic!("no {member} is {value}"))
}

fn word<T: core::str::FromStr<Err: core::fmt::Debug>>(value: &Value) -> T {
    value.as_str().expect("text").parse().expect("a word")
}

fn root(batch: &CommittedBatch, block: u64) -> L2StateRoot {
    batch.state_root(block).expect("it is in the batch").0
}

// What is compared: all that is proven, and nothing that is told as somebody's word.

fn synced_as(synced: &Synced) -> String {
    format!("{} {:?}", synced.finalized.hash(), synced.optimistic.map(|head| head.hash()))
}

fn head_as(head: &RollupHead) -> String {
    let basis = head.registry.basis();
    let last = head.last.as_ref().map(batch_as);
    format!("{:?} {:?} {} {last:?}", head.registry.context(), basis.window(), basis.earliest_disputed_block())
}

fn batch_as(batch: &CommittedBatch) -> String {
    let header = batch.batch().header();
    let roots: Vec<B256> =
        (header.first_block()..=header.last_block()).map(|block| root(batch, block).state_root().hash()).collect();
    format!("{} {} {roots:?}", batch.batch().index(), batch.batch().header_hash())
}

fn logs_as(blocks: &[CommittedBlock]) -> String {
    blocks.iter().flat_map(|block| block.logs().map(|log| format!("{log:?}"))).collect()
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
