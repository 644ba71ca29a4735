//! Bundles, and what they must prove.

use super::driven;
use crate::suites::Report;
use crate::suites::metis::json::{address, list, number, small, word};
use metis_light::Error;
use metis_light::bundle::{Answer, Asked, Bundle, BundleOf, Claim, Verified};
use metis_light::client::{
    CommittedBatch, FindBatch, Head, MetisBalanceOf, RollupHead, Sync, Synced, Wanted, WithdrawalsOf,
};
use metis_light::consensus::Checkpoint;
use metis_light::network::Network;
use metis_light::primitives::{Address, B256, StorageSlot, UnixTime};
use metis_light::rollup::{Accepted, Change, L2StateRoot, RollupError};
use metis_light::shell::{Transcript, Transport};
use serde_json::Value;
use std::collections::BTreeMap;

/// One balance in so many.
const BALANCES: usize = 7;

/// One phase of a recording, climbed to the rollup's head.
pub(super) struct Scene {
    pub(super) network: Network,
    pub(super) checkpoint: B256,
    pub(super) accepted: Accepted,
    pub(super) synced: Synced,
    head: RollupHead,
    sources: Transcript,
}

/// A bundle that was made, and what it was found to prove.
pub(super) struct Made {
    pub(super) what: &'static str,
    pub(super) bundle: Bundle,
    pub(super) facts: Facts,
}

/// Everything that a verdict says, as text, with the answer apart.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Facts {
    pub(super) ground: String,
    pub(super) answers: Vec<String>,
}

impl Scene {
    /// None where the contracts are refused. Swapped code is accepted by its very value.
    pub(super) fn new(network: &Network, checkpoint: B256, sources: Transcript) -> Option<Self> {
        let synced = Sync::from_checkpoint(&network.l1, Checkpoint::new(checkpoint));
        let synced = driven(synced, &sources).expect("the heads were recorded");
        let mut accepted = Accepted::none();
        let mut head = driven(Head::new(synced.finalized, network, &accepted), &sources);
        if let Err(Error::Rollup(RollupError::Changed(changed))) = &head
            && changed.what == Change::StateCommitmentChainImplementation
        {
            accepted = Accepted::none().accept(changed.what, changed.got);
            head = driven(Head::new(synced.finalized, network, &accepted), &sources);
        }
        Some(Self { network: network.clone(), checkpoint, accepted, synced, head: head.ok()?, sources })
    }

    pub(super) fn now(&self) -> UnixTime {
        self.sources.now()
    }

    /// The caller's side of a verification.
    pub(super) fn verify(&self, bundle: &Bundle) -> Result<Verified, Error> {
        bundle.verify(&self.network, Checkpoint::new(self.checkpoint), &self.accepted, self.now())
    }

    /// A bundle of every withdrawal, and of some balances, accounts and storage: each climbs from the checkpoint three times,
    /// which is slow where signatures are.
    pub(super) fn bundles(&self, expected: &Value, report: &mut Report) -> Vec<Made> {
        let mut made = Vec::new();
        for message in list(&expected["messages"]).iter().filter(|message| message["txHash"].is_string()) {
            made.extend(self.withdrawals(word(&message["txHash"]), report));
        }
        let mut batches = BTreeMap::new();
        for balance in list(&expected["balances"]).iter().step_by(BALANCES) {
            let (block, who) = (small(&balance["l2Block"]), address(&balance["account"]));
            let batch = batches.entry(block).or_insert_with(|| self.batch(block));
            let Some((at, _)) = batch.as_ref().map(|batch| batch.state_root(block).expect("a block of it")) else {
                continue;
            };
            // Of a false batch's blocks no honest node has a state.
            let Ok(wei) = driven(MetisBalanceOf { at: at.clone(), who }, &self.sources) else { continue };
            assert_eq!(wei.value().wei, number(&balance["metis"]), "the recorded balance");
            let slots = vec![StorageSlot(word(&balance["metisSlot"]))];
            let metis = self.network.l2.predeploys.metis;
            let is_there = !wei.value().wei.is_zero();
            let few = made.iter().filter(|made| made.what == "storage").count() < 2;
            // Twins are made of what is there: a proof of absence may be true of another key as well.
            let what = if is_there { "balance" } else { "balance of nothing" };
            made.push(self.bundle(what, &at, Asked::Balance(who), report));
            if is_there && few {
                let bundle = Bundle::new(&self.synced, &at, &Claim::StateRoot, self.now());
                made.push(self.made("state root", &at, bundle.expect("it was proven"), report));
                made.push(self.bundle("storage", &at, Asked::Storage(metis, slots), report));
                made.push(self.bundle("account", &at, Asked::Account(metis), report));
            }
        }
        made
    }

    fn batch(&self, block: u64) -> Option<CommittedBatch> {
        driven(FindBatch::new(&self.head.registry, Wanted::Block(block)).ok()?, &self.sources).ok()
    }

    fn withdrawals(&self, transaction: B256, report: &mut Report) -> Option<Made> {
        let states = driven(WithdrawalsOf::new(&self.head, transaction), &self.sources).ok()?;
        let at = states.first()?.withdrawal.at();
        let bundle = Bundle::new(&self.synced, at, &Claim::withdrawals(&states), self.now());
        let made = self.made("withdrawals", at, bundle.expect("what was proven makes a bundle"), report);
        let direct: Vec<_> = states.iter().map(withdrawal).collect();
        assert_eq!(made.facts.answers, direct, "the bundle's withdrawals are those that were proven");
        Some(made)
    }

    fn bundle(&self, what: &'static str, at: &L2StateRoot, asked: Asked, report: &mut Report) -> Made {
        let task = BundleOf::new(&self.synced, at, asked).expect("it is of the finalized block");
        let bundle = driven(task, &self.sources).expect("what was recorded makes a bundle");
        self.made(what, at, bundle, report)
    }

    /// Written, read and verified again it says what was proven.
    fn made(&self, what: &'static str, at: &L2StateRoot, bundle: Bundle, report: &mut Report) -> Made {
        let text = bundle.to_json();
        let read = Bundle::parse(text.as_bytes()).expect("what is written can be read");
        assert!(read == bundle, "{what}: another bundle was read");
        assert_eq!(read.begins(&self.network.l1).expect("a chain"), self.checkpoint);
        let verified = self.verify(&read).expect("what was proven can be proven again");
        assert_eq!((verified.at().block(), verified.at().state_root()), (at.block(), at.state_root()));
        assert_eq!(verified.at().batch().header_hash(), at.batch().header_hash());
        assert_eq!(verified.at().batch().finality(), at.batch().finality());
        assert_eq!(verified.at().batch().basis().l1(), &self.synced.finalized);
        assert_eq!(verified.age(), self.now().0 - self.synced.finalized.timestamp().0);
        report.cases += 1;
        Made { what, bundle, facts: Facts::of(&verified) }
    }
}

impl Facts {
    pub(super) fn of(verified: &Verified) -> Self {
        let (at, batch) = (verified.at(), verified.at().batch());
        let ground = format!(
            "{:?} {:?} {} {} {:?} {} {:?} {:?} {}",
            verified.checkpoint(),
            batch.basis().l1(),
            batch.index(),
            batch.header_hash(),
            batch.finality(),
            at.block(),
            at.state_root(),
            batch.basis().changes(),
            verified.age(),
        );
        let answers = match verified.answer() {
            Answer::Account { who, account } => vec![format!("{who} {:?}", account.value())],
            Answer::Balance { who, balance } => vec![format!("{who} {:?}", balance.value())],
            Answer::StateRoot => vec![at.state_root().hash().to_string()],
            Answer::Storage { who, slots, words } => vec![format!("{who} {slots:?} {:?}", words.value())],
            Answer::Withdrawals(states) => states.iter().map(withdrawal).collect(),
        };
        Self { ground, answers }
    }
}

/// A withdrawal with the call that relays it.
fn withdrawal(state: &metis_light::client::WithdrawalState) -> String {
    let relay = state.relay().map(|call| (call.to(), call.calldata()));
    format!("{:?} {} {relay:?}", state.withdrawal.value(), state.status)
}

/// An account that no recording knows.
pub(super) const NOBODY: Address = Address::repeat_byte(9);
