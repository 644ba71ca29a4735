//! `eth_getProof` answers, through the door for JSON and the readers of an L1 state root.

use super::super::Report;
use super::super::mpt_spec::twins;
use super::super::mpt_spec::values::{hash, list, quantity, reply};
use metis_light::consensus::{L1StateRoot, L1Status};
use metis_light::execution::{Account, AccountProof, ExecutionError};
use metis_light::primitives::header::Header;
use metis_light::primitives::mpt::ProofError;
use metis_light::primitives::{Address, B256, Bytes, StorageSlot, U256};
use metis_light::rollup::RollupError;
use metis_light::wire::ProofReply;
use serde_json::Value;

/// Proves what an answer shows, compares it with what it says in clear, and spoils it. Returns the account.
pub(super) fn judge(
    name: &str,
    header: &Header,
    who: Address,
    slots: &[StorageSlot],
    answer: &Value,
    report: &mut Report,
) -> Account {
    let proof = match ProofReply::parse(&reply(answer)).as_deref() {
        Ok([proof]) => proof.clone(),
        other => panic!("{name} is one answer, not {other:?}"),
    };
    let case = Case { name, l1: L1StateRoot::for_tests(header, L1Status::Finalized), who, slots, proof };
    let account = case.is_proven(answer);
    report.cases += 1;
    report.refused += case.nodes() + case.questions() + case.claims() + case.other_root(header);
    account
}

/// A header that says nothing but this state root.
pub(super) fn header_with(state_root: B256) -> Header {
    Header {
        parent_hash: B256::ZERO,
        ommers_hash: B256::ZERO,
        beneficiary: Address::ZERO,
        state_root,
        transactions_root: B256::ZERO,
        receipts_root: B256::ZERO,
        logs_bloom: Default::default(),
        difficulty: U256::ZERO,
        number: 0,
        gas_limit: 0,
        gas_used: 0,
        timestamp: 0,
        extra_data: Bytes::new(),
        mix_hash: B256::ZERO,
        nonce: Default::default(),
        london: None,
    }
}

/// The slots that an answer is about, by its own word: only for answers whose question is not recorded.
pub(super) fn slots_of(answer: &Value) -> Vec<StorageSlot> {
    list(&answer["storageProof"]).iter().map(|slot| StorageSlot(quantity(&slot["key"]).into())).collect()
}

struct Case<'a> {
    name: &'a str,
    l1: L1StateRoot,
    who: Address,
    slots: &'a [StorageSlot],
    proof: AccountProof,
}

impl Case<'_> {
    fn account(&self, proof: &AccountProof) -> Result<Option<Account>, ExecutionError> {
        let proof = AccountProof { nodes: proof.nodes.clone(), slots: Vec::new(), claims: proof.claims };
        self.l1.account(self.who, &proof).map(|proven| proven.into_value()).map_err(execution)
    }

    fn storage(&self, proof: &AccountProof) -> Result<Vec<U256>, ExecutionError> {
        self.l1.storage(self.who, self.slots, proof).map(|proven| proven.into_value()).map_err(execution)
    }

    fn is_proven(&self, answer: &Value) -> Account {
        let name = self.name;
        let account = self.account(&self.proof).unwrap_or_else(|error| panic!("{name}: {error}"));
        let words = self.storage(&self.proof).unwrap_or_else(|error| panic!("{name}: {error}"));
        let read = account.unwrap_or(Account::EMPTY);
        assert_eq!(U256::from(read.nonce), quantity(&answer["nonce"]), "{name}");
        assert_eq!(read.balance, quantity(&answer["balance"]), "{name}");
        assert_eq!(read.storage_root, hash(&answer["storageHash"]), "{name}");
        assert_eq!(read.code_hash, hash(&answer["codeHash"]), "{name}");
        let said: Vec<U256> = list(&answer["storageProof"]).iter().map(|slot| quantity(&slot["value"])).collect();
        assert_eq!(words, said, "{name}");
        read
    }

    /// Every node of every proof spoiled.
    fn nodes(&self) -> usize {
        let account = twins::refused(self.name, &plain(&self.proof.nodes), |nodes| {
            let proof = AccountProof { nodes: shared(nodes), ..self.proof.clone() };
            rule("account", self.account(&proof))
        });
        let storage = |(index, slot): (usize, &metis_light::execution::SlotProof)| {
            twins::refused(&format!("{} slot {index}", self.name), &plain(&slot.nodes), |nodes| {
                let mut proof = self.proof.clone();
                proof.slots[index].nodes = shared(nodes);
                rule("storage", self.storage(&proof))
            })
        };
        account + self.proof.slots.iter().enumerate().map(storage).sum::<usize>()
    }

    /// The same answer to other questions.
    fn questions(&self) -> usize {
        let mut refused = 0;
        for byte in 0..20 {
            let mut who = self.who;
            who.0[byte] ^= 1 << (byte % 8);
            let verdict = self.l1.storage(who, self.slots, &self.proof).map_err(execution);
            assert!(is_beside("account", "address", &verdict), "{}: asked for {who} it gives {verdict:?}", self.name);
            refused += 1;
        }
        for (index, byte) in (0..self.slots.len()).flat_map(|index| (0..32).map(move |byte| (index, byte))) {
            let mut slots = self.slots.to_vec();
            slots[index].0.0[byte] ^= 1 << (byte % 8);
            let verdict = self.l1.storage(self.who, &slots, &self.proof).map_err(execution);
            let is_refused = is_beside("storage", "storageProof.key", &verdict);
            assert!(is_refused, "{}: asked for {} it gives {verdict:?}", self.name, slots[index]);
            refused += 1;
        }
        let more = [self.slots, &[StorageSlot::at(0)]].concat();
        let expected = ExecutionError::SlotCount { got: self.slots.len(), expected: more.len() };
        let verdict = self.l1.storage(self.who, &more, &self.proof).map_err(execution);
        assert_eq!(verdict.map(drop), Err(expected), "{}: one slot more is asked for", self.name);
        refused + 1
    }

    /// The same proof with other values beside it.
    fn claims(&self) -> usize {
        let mut twins: Vec<(&str, AccountProof)> = Vec::new();
        let mut twin = |member, change: &dyn Fn(&mut AccountProof)| {
            let mut proof = self.proof.clone();
            change(&mut proof);
            twins.push((member, proof));
        };
        twin("address", &|proof| proof.claims.address = Some(Address::repeat_byte(0x11)));
        twin("balance", &|proof| proof.claims.balance = proof.claims.balance.map(|balance| balance ^ U256::ONE));
        twin("codeHash", &|proof| proof.claims.code_hash = proof.claims.code_hash.map(other));
        twin("nonce", &|proof| proof.claims.nonce = proof.claims.nonce.map(|nonce| nonce ^ 1));
        twin("storageHash", &|proof| proof.claims.storage_hash = proof.claims.storage_hash.map(other));
        for index in 0..self.slots.len() {
            twin("storageProof.key", &|proof| proof.slots[index].key = proof.slots[index].key.map(other));
            twin("storageProof.value", &|proof| {
                proof.slots[index].value = proof.slots[index].value.map(|value| value ^ U256::ONE);
            });
        }
        for (member, proof) in &twins {
            let verdict = self.storage(proof);
            let is_refused = matches!(&verdict, Err(ExecutionError::FalseClaim { member: at, .. }) if at == member);
            assert!(is_refused, "{}: another {member} gives {verdict:?}", self.name);
        }
        twins.len()
    }

    fn other_root(&self, header: &Header) -> usize {
        let twin = L1StateRoot::for_tests(&header_with(other(header.state_root)), L1Status::Finalized);
        let verdict = twin.storage(self.who, self.slots, &self.proof).map_err(execution);
        let is_refused = matches!(rule("account", verdict.clone()), Err(ProofError::HashMismatch { depth: 0, .. }));
        assert!(is_refused, "{}: under another root it gives {verdict:?}", self.name);
        1
    }
}

fn other(hash: B256) -> B256 {
    hash ^ B256::with_last_byte(1)
}

/// Whether a proof is refused as that of another key, or its claim to be this key's is.
fn is_beside<T>(wanted: &str, claim: &str, verdict: &Result<T, ExecutionError>) -> bool {
    match verdict {
        Err(ExecutionError::Proof { what, rule }) => {
            use ProofError::{HashMismatch, MissingNode, UnusedNodes};
            *what == wanted && matches!(rule, HashMismatch { .. } | MissingNode { .. } | UnusedNodes { .. })
        }
        Err(ExecutionError::FalseClaim { member, .. }) => *member == claim,
        _ => false,
    }
}

/// The rule of the trie that was broken; any other error is none that a spoiled node may give.
pub(super) fn rule<T>(wanted: &str, verdict: Result<T, ExecutionError>) -> Result<(), ProofError> {
    match verdict {
        Ok(_) => Ok(()),
        Err(ExecutionError::Proof { what, rule }) if what == wanted => Err(rule),
        Err(error) => panic!("the {wanted} proof fails with {error}"),
    }
}

pub(super) fn execution(error: RollupError) -> ExecutionError {
    match error {
        RollupError::Execution(error) => error,
        error => panic!("reading under l1 fails with {error}"),
    }
}

fn plain(nodes: &[Bytes]) -> Vec<Vec<u8>> {
    nodes.iter().map(|node| node.to_vec()).collect()
}

fn shared(nodes: &[Vec<u8>]) -> Vec<Bytes> {
    nodes.iter().map(|node| Bytes::copy_from_slice(node)).collect()
}
