//! The whole climb over embedded data, so that a newcomer sees in ten seconds what this does: from a checkpoint of a beacon
//! chain to a balance and a withdrawal on the rollup, each rung proven under the one before.
//!
//! The data is made up (`cargo run --example make_data` makes it again): a small beacon chain with real signatures, an L1
//! state with Andromeda's contracts, a rollup state. The rungs are the library's own types; nothing here can skip one.

use crate::outcome::Outcome;
use crate::paper::coins;
use crate::verify_consensus::{bootstrap_lines, update_title};
use metis_light::bridge::Withdrawal;
use metis_light::consensus::{Checkpoint, L1StateRoot, Store, Update};
use metis_light::error::Error;
use metis_light::execution::{AccountProof, Proven};
use metis_light::follow::{self, BootstrapFacts, UpdateFacts};
use metis_light::network::{Network, andromeda};
use metis_light::primitives::{Address, B256, Bytes, UnixTime};
use metis_light::rollup::{Accepted, BatchHeader, Finality, L2StateRoot, MetisBalance, Registry, StateBatch};
use metis_light::wire::{BatchClaim, ClaimedHeader, ProofReply, WireError, WithdrawalClaim};
use serde::Deserialize;
use serde_json::{Value, json};

const DATA: &[u8] = include_bytes!("../../../tests/data/demo.json");

/// What the demo does not show.
const NOT_CHECKED: &[&str] = &[
    "anything of the real chains: checkpoint, L1 and rollup are made up, only the proofs are real",
    "that the state root is the right one: it is what was posted and nobody disputed",
];

const INTRO: &str = "\
What a server says of a rollup can be checked. Here is the whole climb, on made-up chains that fit into this program:
from one beacon block that is taken on faith, every line that holds was proven under the line before it.

";

#[derive(Deserialize)]
struct Data {
    l1: L1Data,
    batch: Value,
    balance: Balance,
    #[serde(rename = "messagePasser")]
    message_passer: Value,
    withdrawal: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct L1Data {
    network: Value,
    now: u64,
    checkpoint: B256,
    bootstrap: Bytes,
    updates: Vec<Bytes>,
    execution_header: Value,
    registry: Value,
    batch_index: u64,
    state_batch: Value,
}

#[derive(Deserialize)]
struct Balance {
    address: Address,
    proofs: Value,
}

pub(crate) fn run() -> Outcome {
    let mut outcome = Outcome::new("demo", NOT_CHECKED).intro(INTRO);
    let Ok(data) = serde_json::from_slice::<Data>(DATA) else {
        return outcome.broken("the embedded data cannot be read");
    };
    let climb = match Climb::new(&data) {
        Err(error) => return outcome.refused("demo", error),
        Ok(climb) => climb,
    };
    climb.tell(&mut outcome);
    let lies: [(&str, Result<(), Error>); 2] = [
        ("the last update, claiming one more signature than it has", climb.one_more_signer(&data)),
        ("the balance, with one byte of its proof changed", climb.one_byte_changed(&data)),
    ];
    for (title, lie) in lies {
        match lie {
            Ok(()) => return outcome.broken("a lie was taken for the truth"),
            Err(error) => outcome.refuses(format!("a lie: {title}"), &error),
        }
    }
    outcome
}

/// The rungs, from the bottom.
struct Climb {
    begun: BootstrapFacts,
    taken: Vec<UpdateFacts>,
    /// The store before the last update, to which a lie is told.
    before: Store,
    l1: L1StateRoot,
    registry: Registry,
    batch: StateBatch,
    l2: L2StateRoot,
    balance: Proven<MetisBalance, L2StateRoot>,
    withdrawal: Withdrawal,
    who: Address,
}

impl Climb {
    fn new(data: &Data) -> Result<Self, Error> {
        let network = Network { l1: metis_light::network::L1::from_json(&bytes(&data.l1.network))?, ..andromeda() };
        let now = UnixTime(data.l1.now);
        let checkpoint = Checkpoint::new(data.l1.checkpoint);
        let (mut store, begun) = follow::begin(&network.l1, checkpoint, &data.l1.bootstrap, now)?;
        let mut before = store.clone();
        let mut taken = Vec::new();
        for update in updates(data, &network)? {
            before = store.clone();
            taken.push(follow::take(&mut store, &update, now)?);
        }
        let execution = ClaimedHeader::parse(&bytes(&data.l1.execution_header))?.header;
        let l1 = store.finalized(&execution)?;

        let registry = l1.registry(&network, &Accepted::none(), &proofs(&data.l1.registry)?)?;
        let claim = one(BatchClaim::parse(&bytes(&data.batch))?)?;
        let header = BatchHeader::new(claim.batch_root, claim.batch_size, claim.prev_total_elements, claim.extra_data)?;
        let batch = registry.state_batch(data.l1.batch_index, header, &proofs(&data.l1.state_batch)?)?;

        let withdrawal = one(WithdrawalClaim::parse(&bytes(&data.withdrawal))?)?;
        let place = withdrawal.proof.index.saturating_to::<u64>();
        let block = batch.header().first_block() + place;
        let l2 = batch.state_root(block, withdrawal.proof.state_root, &withdrawal.proof.siblings)?;
        let who = data.balance.address;
        let balance = l2.metis_balance(who, &proofs(&data.balance.proofs)?)?;
        let [passer] = proofs(&json!([data.message_passer]))?;
        let withdrawal = l2.withdrawal(withdrawal.message, &passer)?;
        Ok(Self { begun, taken, before, l1, registry, batch, l2, balance, withdrawal, who })
    }

    /// Each rung in a few lines.
    fn tell(&self, outcome: &mut Outcome) {
        let title = format!("1. the checkpoint {}, taken on faith", self.begun.checkpoint);
        outcome.holds(title, bootstrap_lines(&self.begun), &self.begun);
        for facts in &self.taken {
            outcome.holds(format!("2. {}", update_title(facts)), Vec::new(), facts);
        }
        self.tell_l1(outcome);
        self.tell_rollup(outcome);
        self.tell_values(outcome);
    }

    fn tell_l1(&self, outcome: &mut Outcome) {
        let (number, hash, state_root) = (self.l1.number(), self.l1.hash(), self.l1.state_root().hash());
        let lines = vec![("hash", hash.to_string()), ("state root", state_root.to_string())];
        let facts = json!({ "l1Block": number, "hash": hash, "stateRoot": state_root });
        outcome.holds(format!("3. l1 block {number}: that finalized header commits to it"), lines, &facts);
    }

    fn tell_rollup(&self, outcome: &mut Outcome) {
        let length = self.registry.context().length;
        let window = self.registry.basis().window().seconds();
        let lines = vec![("batches", length.to_string()), ("window", format!("{window} seconds"))];
        let facts = json!({ "batches": length, "fraudProofWindow": window });
        outcome.holds(
            "4. the rollup's contracts in that state: found by name, running pinned code".into(),
            lines,
            &facts,
        );

        let (index, header) = (self.batch.index(), self.batch.header());
        let finality = match self.batch.finality() {
            Finality::Final { since } => format!("final since {} (l1 time)", since.0),
            Finality::Posted { closes } => format!("posted, its window closes at {} (l1 time)", closes.0),
            Finality::Disputed(_) => "disputed".to_owned(),
        };
        let lines = vec![
            ("header hash", self.batch.header_hash().to_string()),
            ("blocks", format!("{} to {}", header.first_block(), header.last_block())),
            ("finality", finality.clone()),
        ];
        let facts = json!({ "batchIndex": index, "headerHash": self.batch.header_hash(), "finality": finality });
        outcome.holds(format!("5. state batch {index}, in their storage"), lines, &facts);

        let (block, root) = (self.l2.block(), self.l2.state_root().hash());
        let facts = json!({ "l2Block": block, "stateRoot": root });
        let lines = vec![("state root", root.to_string())];
        outcome.holds(format!("6. the state of l2 block {block}, a leaf of that batch"), lines, &facts);
    }

    fn tell_values(&self, outcome: &mut Outcome) {
        let wei = self.balance.value().wei;
        let lines = vec![("balance", format!("{} METIS ({wei} wei)", coins(wei)))];
        let facts = json!({ "address": self.who, "wei": wei.to_string() });
        outcome.holds(format!("7. the balance of {}, in that state", self.who), lines, &facts);

        let message = self.withdrawal.value();
        let lines = vec![
            ("message hash", message.hash().to_string()),
            ("sender on l2", message.sender.to_string()),
            ("target on l1", message.target.to_string()),
        ];
        let facts = json!({ "messageHash": message.hash(), "sender": message.sender, "target": message.target });
        outcome.holds("8. a withdrawal that was sent, in that state".into(), lines, &facts);
    }

    /// The last update once more, with the bit of a member who did not sign.
    fn one_more_signer(&self, data: &Data) -> Result<(), Error> {
        let mut store = self.before.clone();
        let Some(mut update) = updates(data, self.registry.basis().network())?.pop() else { return Ok(()) };
        let bits = &mut update.sync_aggregate.sync_committee_bits;
        // The lowest bit that is not set.
        if let Some(byte) = bits.iter_mut().find(|byte| **byte != u8::MAX) {
            *byte |= *byte + 1;
        }
        follow::take(&mut store, &update, UnixTime(data.l1.now)).map(drop)
    }

    /// The balance once more, with the last hex digit of the predeploy's first node changed.
    fn one_byte_changed(&self, data: &Data) -> Result<(), Error> {
        let mut spoiled = data.balance.proofs.clone();
        if let Some(Value::String(node)) = spoiled.pointer_mut("/0/accountProof/0") {
            let last = node.pop();
            node.push(if last == Some('0') { '1' } else { '0' });
        }
        Ok(self.l2.metis_balance(self.who, &proofs(&spoiled)?).map(drop)?)
    }
}

fn updates(data: &Data, network: &Network) -> Result<Vec<Update>, Error> {
    let mut updates = Vec::new();
    for bytes in &data.l1.updates {
        updates.extend(follow::updates(&network.l1, bytes)?);
    }
    Ok(updates)
}

/// So many answers of `eth_getProof`.
fn proofs<const N: usize>(answers: &Value) -> Result<[AccountProof; N], Error> {
    let answers = ProofReply::parse(&bytes(answers))?;
    answers.try_into().map_err(|_| WireError::Empty { what: "the embedded proofs" }.into())
}

/// The one item that there is.
fn one<T>(items: Vec<T>) -> Result<T, Error> {
    items.into_iter().next().ok_or(WireError::Empty { what: "the embedded data" }.into())
}

fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}
