//! The flows of one phase of a recording.

use super::{driven, number, text, word};
use crate::suites::Report;
use metis_light::bridge::{BlockedBy, WithdrawalStatus};
use metis_light::client::{
    AccountOf, BlockOf, CommittedBatch, FindBatch, Head, MetisBalanceOf, RollupHead, StorageOf, Sync, Synced, Wanted,
    WithdrawalsOf,
};
use metis_light::consensus::Checkpoint;
use metis_light::network::Network;
use metis_light::primitives::{Address, B256, U256};
use metis_light::rollup::{Accepted, Change, Finality, RollupError};
use metis_light::shell::Transcript;
use metis_light::{Error, Kind};
use serde_json::Value;

pub(super) struct Flows<'a> {
    pub(super) name: String,
    pub(super) network: &'a Network,
    pub(super) checkpoint: B256,
    pub(super) expected: &'a Value,
    pub(super) phase: &'a Value,
    pub(super) sources: Transcript,
}

impl Flows<'_> {
    pub(super) fn run(&self, report: &mut Report) {
        let synced = self.sync(report);
        self.resumed(&synced, report);
        let Some(head) = self.head(&synced, report) else { return };
        self.batches(&head, report);
        self.messages(&head, report);
        self.balances(&head, report);
    }

    /// Three rounds from the checkpoint to the finalized header that is expected.
    fn sync(&self, report: &mut Report) -> Synced {
        let task = Sync::from_checkpoint(&self.network.l1, Checkpoint::new(self.checkpoint));
        let run = driven(task, &self.sources);
        let synced = run.output.unwrap_or_else(|error| panic!("{}: {error}", self.name));
        assert_eq!(run.rounds, 3, "{}: rounds", self.name);
        assert!(run.blamed.is_empty(), "{}: {:?}", self.name, run.blamed);
        let (finalized, optimistic) = (&self.phase["finalized"], &self.phase["optimistic"]);
        assert_eq!(synced.finalized.hash(), word::<B256>(&finalized["blockHash"]), "{}", self.name);
        assert_eq!(synced.finalized.number(), number(&finalized["blockNumber"]), "{}", self.name);
        assert_eq!(synced.finalized.state_root().hash(), word::<B256>(&finalized["stateRoot"]), "{}", self.name);
        assert_eq!(synced.optimistic.number(), number(&optimistic["blockNumber"]), "{}", self.name);
        report.cases += 1;
        synced
    }

    /// A store that is there already needs no bootstrap.
    fn resumed(&self, synced: &Synced, report: &mut Report) {
        let now = metis_light::primitives::UnixTime(number(&self.phase["suggestedWallClock"]));
        let run = driven(Sync::from_store(synced.store.clone(), now), &self.sources);
        let again = run.output.unwrap_or_else(|error| panic!("{}: again: {error}", self.name));
        assert_eq!((run.rounds, again.finalized), (2, synced.finalized), "{}: again", self.name);
        report.cases += 1;
    }

    /// Two rounds to the last batch; none where the contracts are not as pinned.
    fn head(&self, synced: &Synced, report: &mut Report) -> Option<RollupHead> {
        let mut run = driven(Head::new(synced.finalized, self.network, &Accepted::none()), &self.sources);
        // Swapped code is accepted by its very value, as a user would; a name that points elsewhere never is.
        if let Err(Error::Rollup(RollupError::Changed(changed))) = &run.output
            && changed.what == Change::StateCommitmentChainImplementation
        {
            let accepted = Accepted::none().accept(changed.what, changed.got);
            run = driven(Head::new(synced.finalized, self.network, &accepted), &self.sources);
            report.refused += 1;
        }
        let scc = &self.phase["scc"];
        let is_changed = |verdict: &Value| text(&verdict["status"]) == "refused";
        let refused = self.phase["messages"].as_array().is_some_and(|messages| messages.iter().any(is_changed));
        let head = match run.output {
            Err(error) if refused => {
                assert_eq!(error.kind(), Kind::Unsupported, "{}: {error}", self.name);
                report.refused += 1;
                return None;
            }
            output => output.unwrap_or_else(|error| panic!("{}: head: {error}", self.name)),
        };
        assert!(!refused, "{}: the contracts were to be refused", self.name);
        let context = head.registry.context();
        assert_eq!(context.length, number(&scc["batchCount"]), "{}", self.name);
        assert_eq!(context.total_elements, number(&scc["totalElements"]), "{}", self.name);
        assert_eq!(head.last.as_ref().map(|last| last.batch().index() + 1), Some(context.length), "{}", self.name);
        // A deleted batch at the same index costs one more.
        assert!(run.rounds <= 3, "{}: {} rounds", self.name, run.rounds);
        report.cases += 1;
        Some(head)
    }

    fn batches(&self, head: &RollupHead, report: &mut Report) {
        for expected in self.phase["batches"].as_array().expect("batches") {
            let index = number(&expected["index"]);
            let name = format!("{}, batch {index}", self.name);
            let hash = word::<B256>(&expected["headerHash"]);
            let find = match FindBatch::new(&head.registry, Wanted::Index(index)) {
                Err(error) => {
                    assert!(!expected["live"].as_bool().expect("a flag"), "{name}: {error}");
                    report.refused += 1;
                    continue;
                }
                Ok(find) => find,
            };
            let batch = driven(find, &self.sources).output.unwrap_or_else(|error| panic!("{name}: {error}"));
            // Under an index that was used again stands the newer batch.
            if !expected["live"].as_bool().expect("a flag") {
                assert_ne!(batch.batch().header_hash(), hash, "{name}: a deleted batch was found");
                report.refused += 1;
                continue;
            }
            assert_eq!(batch.batch().header_hash(), hash, "{name}");
            let verdict = match batch.batch().finality() {
                Finality::Final { .. } => "final",
                Finality::Posted { .. } => "in-window",
                Finality::Disputed(_) => "disputed",
            };
            assert_eq!(verdict, text(&expected["verdict"]), "{name}");
            self.blocks(&name, head, &batch, report);
        }
    }

    /// Every block of a batch leads back to it, and to its own state root.
    fn blocks(&self, name: &str, head: &RollupHead, batch: &CommittedBatch, report: &mut Report) {
        let header = batch.batch().header();
        let mut batches = self.expected["batches"].as_array().expect("batches").iter();
        let is_this = |known: &&Value| word::<B256>(&known["headerHash"]) == batch.batch().header_hash();
        let roots = &batches.find(is_this).expect("a batch of the recording")["stateRoots"];
        for block in header.first_block()..=header.last_block() {
            let find = FindBatch::new(&head.registry, Wanted::Block(block)).expect("it is posted");
            let run = driven(find, &self.sources);
            let found = run.output.unwrap_or_else(|error| panic!("{name}, block {block}: {error}"));
            assert_eq!(found.batch().index(), batch.batch().index(), "{name}, block {block}");
            assert!(run.rounds <= 3, "{name}, block {block}: {} rounds", run.rounds);
            self.body(&format!("{name}, block {block}"), &found, block, report);
            let (root, _) = found.state_root(block).unwrap_or_else(|error| panic!("{name}: {error}"));
            let place = usize::try_from(block - header.first_block()).expect("a small batch");
            assert_eq!(root.state_root().hash(), word::<B256>(&roots[place]), "{name}, block {block}");
            report.cases += 1;
        }
    }

    /// What is in a block, linked to the hash that its batch names. A node of the honest chain has no block of a lie.
    fn body(&self, name: &str, batch: &CommittedBatch, block: u64, report: &mut Report) {
        let Ok(task) = BlockOf::new(batch, block) else {
            assert!(batch.batch().header().extra_data().last_block().is_none(), "{name}: it names a block");
            return;
        };
        let run = driven(task, &self.sources);
        match run.output {
            Err(error) => {
                assert_eq!(error.kind(), Kind::Invalid, "{name}: {error}");
                let (last, _) = batch.state_root(batch.batch().header().last_block()).expect("its last block");
                assert!(!self.is_honest(last.block(), last.state_root().hash()), "{name}: {error}");
                report.refused += 1;
            }
            Ok(committed) => {
                assert_eq!(run.rounds, 1, "{name}");
                let expected = self.expected["l2Transactions"].as_array().expect("transactions").iter();
                let hashes: Vec<B256> = expected
                    .filter(|transaction| number(&transaction["block"]) == block)
                    .map(|transaction| word(&transaction["hash"]))
                    .collect();
                let found: Vec<_> = committed.transactions.value().iter().map(|tx| tx.signed.hash()).collect();
                assert_eq!(found, hashes, "{name}: transactions");
                assert_eq!(committed.receipts.value().len(), hashes.len(), "{name}: receipts");
                report.cases += 1;
            }
        }
    }

    fn messages(&self, head: &RollupHead, report: &mut Report) {
        for verdict in self.phase["messages"].as_array().expect("messages") {
            let hash = word::<B256>(&verdict["messageHash"]);
            let name = format!("{}, {}", self.name, text(&verdict["tag"]));
            let messages = self.expected["messages"].as_array().expect("messages");
            let Some(message) = messages.iter().find(|message| word::<B256>(&message["messageHash"]) == hash) else {
                continue;
            };
            let Some(transaction) = message["txHash"].as_str() else { continue };
            let run = driven(WithdrawalsOf::new(head, transaction.parse().expect("a hash")), &self.sources);
            let expected = text(&verdict["status"]);
            let states = match run.output {
                Err(error) => {
                    let is_expected = match expected {
                        "not-committed" => error.kind() == Kind::NotYet,
                        "batch-refused" => error.kind() == Kind::Invalid,
                        _ => false,
                    };
                    assert!(is_expected, "{name}: {expected}, but {error}");
                    report.refused += 1;
                    continue;
                }
                Ok(states) => states,
            };
            assert!(run.rounds <= 5, "{name}: {} rounds", run.rounds);
            let of_hash = |state: &&_| metis_light::client::WithdrawalState::hash(state) == hash;
            let state = states.iter().find(of_hash).unwrap_or_else(|| panic!("{name}: it was not found"));
            let status = match state.status {
                WithdrawalStatus::Relayed => "relayed",
                WithdrawalStatus::Disputed => "disputed",
                WithdrawalStatus::InChallengePeriod { .. } => "in-window",
                WithdrawalStatus::ReadyToRelay => "ready",
                WithdrawalStatus::Blocked(BlockedBy::MessengerPaused) => "paused",
                WithdrawalStatus::Blocked(_) => "blocked",
            };
            assert_eq!(status, expected, "{name}");
            let relay = &message["relay"];
            // The one call that was recorded is of the batch that is there at the end, which may be another.
            let header_hash = state.withdrawal.at().batch().header_hash().to_string();
            if relay["batchHeaderHash"] == header_hash && relay["l2BlockOfProof"] == message["l2Block"] {
                let call = state.relay().unwrap_or_else(|error| panic!("{name}: {error}"));
                let calldata = alloy_primitives::hex::encode_prefixed(call.calldata());
                assert!(calldata == text(&relay["calldata"]), "{name}: the relay call is another");
                assert_eq!(call.to(), word::<Address>(&relay["to"]), "{name}");
            }
            report.cases += 1;
        }
    }

    /// Whether a state root is the one that the recorded L2 has at a block.
    fn is_honest(&self, block: u64, state_root: B256) -> bool {
        let mut headers = self.expected["l2Headers"].as_array().expect("headers").iter();
        headers.any(|header| number(&header["number"]) == block && word::<B256>(&header["stateRoot"]) == state_root)
    }

    /// The first balance six rounds after the checkpoint, each further one in a round of its own.
    fn balances(&self, head: &RollupHead, report: &mut Report) {
        let balances = self.expected["balances"].as_array().expect("balances");
        for expected in balances {
            let block = number(&expected["l2Block"]);
            let Ok(find) = FindBatch::new(&head.registry, Wanted::Block(block)) else { continue };
            let name = format!("{}, {} at {block}", self.name, text(&expected["who"]));
            let batch = driven(find, &self.sources).output.unwrap_or_else(|error| panic!("{name}: {error}"));
            let (at, _) = batch.state_root(block).unwrap_or_else(|error| panic!("{name}: {error}"));
            let who = word::<Address>(&expected["account"]);
            if !self.is_honest(block, at.state_root().hash()) {
                // The batch is a lie that nobody has deleted yet, and the recorded node is of the honest chain.
                let balance = driven(MetisBalanceOf { at, who }, &self.sources).output;
                // Not every account's own proof was recorded at every block.
                let kind = balance.expect_err("it cannot hold").kind();
                assert!(matches!(kind, Kind::Invalid | Kind::Unavailable), "{name}: {kind:?}");
                report.refused += usize::from(kind == Kind::Invalid);
                continue;
            }
            let run = driven(MetisBalanceOf { at: at.clone(), who }, &self.sources);
            match run.output {
                // Not every account's own proof was recorded at every block.
                Err(error) => assert_eq!(error.kind(), Kind::Unavailable, "{name}: {error}"),
                Ok(balance) => {
                    assert_eq!(balance.value().wei, word::<U256>(&expected["metis"]), "{name}");
                    assert_eq!(run.rounds, 1, "{name}");
                    report.cases += 1;
                }
            }
            let run = driven(AccountOf { at: at.clone(), who }, &self.sources);
            if let Ok(account) = run.output {
                let nonce = account.value().as_ref().map_or(0, |account| account.nonce);
                let expected = expected["accountLeaf"]["nonce"].as_u64().unwrap_or_default();
                assert_eq!((nonce, run.rounds), (expected, 1), "{name}: nonce");
                report.cases += 1;
            }
            let slots = vec![metis_light::rollup::metis_balance_slot(who)];
            let metis = self.network.l2.predeploys.metis;
            let run = driven(StorageOf { at, who: metis, slots }, &self.sources);
            if let Ok(words) = run.output {
                assert_eq!(words.value(), &[word::<U256>(&expected["metis"])], "{name}: its slot");
                report.cases += 1;
            }
        }
    }
}
