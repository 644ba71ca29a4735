//! The flows of one phase, each compared with what was true.

use super::{Recording, Tally, driven, list, word};
use crate::client::{
    AccountOf, All, BlockOf, CommittedBatch, FindBatch, Head, LastFinal, MetisBalanceOf, RollupHead, StorageOf, Sync,
    Synced, Wanted,
};
use crate::consensus::Checkpoint;
use crate::error::{Error, Kind};
use crate::execution::Proven;
use crate::primitives::{Address, B256, U256};
use crate::rollup::{Accepted, Change, Finality, L2StateRoot, MetisBalance, RollupError, metis_balance_slot};
use crate::shell::{Driven, Transcript, Transport};
use serde_json::Value;

impl Recording {
    /// Plays a phase. None where it has none of that name.
    pub fn play(&self, phase: &str) -> Option<Tally> {
        let phase = self.phase(phase)?;
        let sources = self.sources(phase, &self.calls);
        let mut play = Play { recording: self, phase, sources, tally: Tally::default() };
        play.run();
        Some(play.tally)
    }
}

/// One value of a state root.
pub(super) struct One<'a> {
    pub(super) row: &'static str,
    pub(super) name: &'a str,
    /// Whether the recorded node has that state.
    pub(super) is_honest: bool,
    /// How many rounds are promised.
    pub(super) rounds: usize,
}

pub(super) struct Play<'a> {
    pub(super) recording: &'a Recording,
    phase: &'a Value,
    pub(super) sources: Transcript,
    pub(super) tally: Tally,
}

impl Play<'_> {
    fn run(&mut self) {
        let Some(synced) = self.sync() else { return };
        self.resume(&synced);
        let Some(head) = self.head(&synced) else { return };
        self.last_final(&head);
        for batch in list(&self.phase["batches"]) {
            self.batch(&head, batch);
        }
        for verdict in list(&self.phase["messages"]) {
            self.message(&head, verdict);
        }
        for deposit in list(&self.recording.expected["deposits"]) {
            self.deposit(&head, deposit);
        }
        for balance in list(&self.recording.expected["balances"]) {
            self.balance(&head, balance);
        }
        self.all_balances(&head);
    }

    /// What a flow gave; where it ended with an error, that is noted.
    fn given<T>(&mut self, what: &str, run: Driven<T>) -> Option<T> {
        match run.output {
            Ok(output) => Some(output),
            Err(error) => {
                self.tally.differs(what, error);
                None
            }
        }
    }

    /// Three rounds from the checkpoint to the heads.
    fn sync(&mut self) -> Option<Synced> {
        let before = self.tally.open();
        let checkpoint = Checkpoint::new(self.recording.checkpoint);
        let run = driven(Sync::from_checkpoint(&self.recording.network.l1, checkpoint), &self.sources);
        self.tally.at_most("sync", run.rounds, 3);
        let synced = self.given("sync", run)?;
        let (finalized, optimistic) = (&self.phase["finalized"], &self.phase["optimistic"]);
        let tally = &mut self.tally;
        tally.equal("finalized hash", synced.finalized.hash(), word(&finalized["blockHash"]));
        tally.equal("finalized number", synced.finalized.number(), finalized["blockNumber"].as_u64());
        tally.equal("finalized state root", synced.finalized.state_root().hash(), word(&finalized["stateRoot"]));
        tally.equal(
            "optimistic number",
            synced.optimistic.map(|head| head.number()),
            Some(optimistic["blockNumber"].as_u64()),
        );
        tally.close("l1", before);
        Some(synced)
    }

    /// Two from a store.
    fn resume(&mut self, synced: &Synced) {
        let before = self.tally.open();
        let run = driven(Sync::from_store(synced.store.clone(), self.sources.now()), &self.sources);
        self.tally.at_most("sync from a store", run.rounds, 2);
        if let Some(again) = self.given("sync from a store", run) {
            self.tally.equal("finalized again", again.finalized, Some(synced.finalized));
        }
        self.tally.close("l1", before);
    }

    /// Two rounds to the last batch, three where one was deleted; none where a name points elsewhere.
    fn head(&mut self, synced: &Synced) -> Option<RollupHead> {
        let network = &self.recording.network;
        let mut run = driven(Head::new(synced.finalized, network, &Accepted::none()), &self.sources);
        // Swapped code is accepted by its very value, as a user would; a name that points elsewhere never is.
        if let Err(Error::Rollup(RollupError::Changed(changed))) = &run.output
            && changed.what == Change::StateCommitmentChainImplementation
        {
            self.tally.accept(changed);
            let accepted = Accepted::none().accept(changed.what, changed.got);
            run = driven(Head::new(synced.finalized, network, &accepted), &self.sources);
            self.tally.refuse();
        }
        let before = self.tally.open();
        let must_refuse = list(&self.phase["messages"]).iter().any(|verdict| verdict["status"] == "refused");
        match (&run.output, must_refuse) {
            (Err(error), true) if error.kind() == Kind::Unsupported => {
                self.tally.refuse();
                return None;
            }
            (_, true) => {
                self.tally.differs("head", "the contracts were to be refused");
                return None;
            }
            (_, false) => {}
        }
        self.tally.at_most("head", run.rounds, 3);
        let head = self.given("head", run)?;
        let (context, scc) = (head.registry.context(), &self.phase["scc"]);
        let last = head.last.as_ref().map(|last| last.batch().index());
        self.tally.equal("batches", context.length, scc["batchCount"].as_u64());
        self.tally.equal("posted blocks", context.total_elements, scc["totalElements"].as_u64());
        self.tally.equal("last batch", last, Some(context.length.checked_sub(1)));
        self.tally.close("head", before);
        Some(head)
    }

    /// The newest batch whose window is over, of those that the recording says are final.
    fn last_final(&mut self, head: &RollupHead) {
        let before = self.tally.open();
        let run = driven(LastFinal::new(&head.registry), &self.sources);
        self.tally.at_most("last final", run.rounds, 3);
        let Some(found) = self.given("last final", run) else { return };
        let final_ones = list(&self.phase["batches"]).iter().filter(|batch| batch["verdict"] == "final");
        let expected =
            final_ones.filter(|batch| batch["live"] == true).filter_map(|batch| batch["index"].as_u64()).max();
        let found = found.filter(|batch| matches!(batch.batch().finality(), Finality::Final { .. }));
        self.tally.equal("last final", found.map(|batch| batch.batch().index()), Some(expected));
        self.tally.close("head", before);
    }

    fn batch(&mut self, head: &RollupHead, expected: &Value) {
        let before = self.tally.open();
        let index = expected["index"].as_u64().unwrap_or(u64::MAX);
        let name = format!("batch {index}");
        let is_live = expected["live"] == true;
        let find = match FindBatch::new(&head.registry, Wanted::Index(index)) {
            Err(_) if !is_live => return self.tally.refuse(),
            Err(error) => return self.tally.differs(name, error),
            Ok(find) => find,
        };
        let Some(batch) = self.given(&name, driven(find, &self.sources)) else { return };
        let hash = batch.batch().header_hash();
        // Under an index that was used again stands the newer batch.
        if !is_live {
            match word(&expected["headerHash"]) == Some(hash) {
                true => self.tally.differs(name, "a deleted batch was found"),
                false => self.tally.refuse(),
            }
            return;
        }
        let verdict = match batch.batch().finality() {
            Finality::Final { .. } => "final",
            Finality::Posted { .. } => "in-window",
            Finality::Disputed(_) => "disputed",
        };
        self.tally.equal(&name, hash, word(&expected["headerHash"]));
        self.tally.equal(&name, verdict, expected["verdict"].as_str());
        self.tally.close("batches", before);
        self.blocks(&name, head, &batch);
    }

    /// Every block of a batch leads back to it, and to its own state root.
    fn blocks(&mut self, name: &str, head: &RollupHead, batch: &CommittedBatch) {
        let (header, hash) = (batch.batch().header(), batch.batch().header_hash());
        let known = list(&self.recording.expected["batches"]).iter();
        let roots = known.filter(|known| word(&known["headerHash"]) == Some(hash)).map(|known| &known["stateRoots"]);
        let roots: Vec<&Value> = roots.flat_map(list).collect();
        for (place, block) in (header.first_block()..=header.last_block()).enumerate() {
            let before = self.tally.open();
            let name = format!("{name}, block {block}");
            let find = match FindBatch::new(&head.registry, Wanted::Block(block)) {
                Ok(find) => find,
                Err(error) => {
                    self.tally.differs(&name, error);
                    continue;
                }
            };
            let run = driven(find, &self.sources);
            self.tally.at_most(&name, run.rounds, 3);
            let Some(found) = self.given(&name, run) else { continue };
            self.tally.equal(&name, found.batch().index(), Some(batch.batch().index()));
            match found.state_root(block) {
                Ok((root, _)) => {
                    let expected = roots.get(place).and_then(|root| word(root));
                    self.tally.equal(&name, root.state_root().hash(), expected);
                }
                Err(error) => self.tally.differs(&name, error),
            }
            self.tally.close("blocks", before);
            self.body(&name, &found, block);
        }
    }

    /// What is in a block, linked to the hash that its batch names. A node of the honest chain has no block of a lie.
    fn body(&mut self, name: &str, batch: &CommittedBatch, block: u64) {
        let before = self.tally.open();
        let Ok(task) = BlockOf::new(batch, block) else {
            if batch.batch().header().extra_data().last_block().is_some() {
                self.tally.differs(name, "its batch names a block, and leads to none");
            }
            return;
        };
        let run = driven(task, &self.sources);
        match run.output {
            Err(error) => {
                let last = batch.state_root(batch.batch().header().last_block());
                let is_lie = last.is_ok_and(|(last, _)| !self.is_honest(&last));
                match error.kind() == Kind::Invalid && is_lie {
                    true => self.tally.refuse(),
                    false => self.tally.differs(name, error),
                }
            }
            Ok(found) => {
                self.tally.at_most(name, run.rounds, 1);
                let expected = list(&self.recording.expected["l2Transactions"]).iter();
                let of_block = expected.filter(|transaction| transaction["block"].as_u64() == Some(block));
                let expected: Option<Vec<B256>> = of_block.map(|transaction| word(&transaction["hash"])).collect();
                let headers = list(&self.recording.expected["l2Headers"]).iter();
                let mut of_block = headers.filter(|header| header["number"].as_u64() == Some(block));
                let header = of_block.find_map(|header| word(&header["hash"]));
                let got = found.transactions.value().iter().map(|transaction| transaction.signed.hash()).collect();
                self.tally.equal(name, found.header().hash(), header);
                self.tally.equal(name, found.receipts.value().len(), expected.as_ref().map(Vec::len));
                self.tally.equal(name, got, expected);
                self.tally.close("bodies", before);
            }
        }
    }

    /// A balance, the account's nonce and the word of the balance itself, each in one round.
    fn balance(&mut self, head: &RollupHead, expected: &Value) {
        let block = expected["l2Block"].as_u64().unwrap_or(u64::MAX);
        let name = format!("{} at {block}", expected["who"].as_str().unwrap_or_default());
        let Ok(find) = FindBatch::new(&head.registry, Wanted::Block(block)) else { return };
        let Some(batch) = self.given(&name, driven(find, &self.sources)) else { return };
        let at = match batch.state_root(block) {
            Ok((at, _)) => at,
            Err(error) => return self.tally.differs(name, error),
        };
        let Some(who) = word::<Address>(&expected["account"]) else {
            return self.tally.differs(name, "the recording does not say whose it is");
        };
        let metis = word::<U256>(&expected["metis"]);
        let is_honest = self.is_honest(&at);
        let run = driven(MetisBalanceOf { at: at.clone(), who }, &self.sources);
        let what = One { row: "balances", name: &name, is_honest, rounds: 1 };
        self.one(&what, run, |balance| balance.value().wei, metis);
        if !is_honest {
            return;
        }
        let run = driven(AccountOf { at: at.clone(), who }, &self.sources);
        let nonce = expected["accountLeaf"]["nonce"].as_u64().or(Some(0));
        self.one(&what, run, |account| account.value().as_ref().map_or(0, |account| account.nonce), nonce);
        let slots = vec![metis_balance_slot(who)];
        let predeploy = self.recording.network.l2.predeploys.metis;
        let run = driven(StorageOf { at, who: predeploy, slots }, &self.sources);
        self.one(&what, run, |words| words.value().clone(), metis.map(|metis| vec![metis]));
    }

    /// All balances at the last posted block, in one round.
    fn all_balances(&mut self, head: &RollupHead) {
        let last = head.last.as_ref().and_then(|last| last.state_root(last.batch().header().last_block()).ok());
        let Some((at, _)) = last else { return };
        let of_block = |balance: &&Value| balance["l2Block"].as_u64() == Some(at.block());
        let expected: Vec<&Value> = list(&self.recording.expected["balances"]).iter().filter(of_block).collect();
        let accounts: Option<Vec<Address>> = expected.iter().map(|balance| word(&balance["account"])).collect();
        let metis = expected.iter().map(|balance| word(&balance["metis"])).collect();
        let Some(accounts) = accounts.filter(|accounts| !accounts.is_empty()) else { return };
        let is_honest = self.is_honest(&at);
        let run =
            driven(All::new(accounts.into_iter().map(|who| MetisBalanceOf { at: at.clone(), who })), &self.sources);
        let what = One { row: "balances", name: "all balances", is_honest, rounds: 1 };
        let wei = |balances: &Vec<Proven<MetisBalance, L2StateRoot>>| -> Vec<U256> {
            balances.iter().map(|balance| balance.value().wei).collect()
        };
        self.one(&what, run, wei, metis);
    }

    /// One value of a state root; where that is a lie, the recorded node, of the honest chain, cannot prove it.
    pub(super) fn one<T, V: core::fmt::Debug + PartialEq>(
        &mut self,
        &One { row, name, is_honest, rounds }: &One<'_>,
        run: Driven<T>,
        value: impl Fn(&T) -> V,
        expected: Option<V>,
    ) {
        let before = self.tally.open();
        match run.output {
            // Not every account's own proof was recorded at every block.
            Err(error) if error.kind() == Kind::Unavailable => {}
            Err(error) if !is_honest && error.kind() == Kind::Invalid => self.tally.refuse(),
            Err(error) => self.tally.differs(name, error),
            Ok(_) if !is_honest => self.tally.differs(name, "it is proven under a lie"),
            Ok(output) => {
                self.tally.at_most(name, run.rounds, rounds);
                self.tally.equal(name, value(&output), expected);
                self.tally.close(row, before);
            }
        }
    }

    /// Whether a state root is the one that the recorded L2 has at its block.
    pub(super) fn is_honest(&self, at: &L2StateRoot) -> bool {
        let mut headers = list(&self.recording.expected["l2Headers"]).iter();
        headers.any(|header| {
            header["number"].as_u64() == Some(at.block()) && word(&header["stateRoot"]) == Some(at.state_root().hash())
        })
    }
}
