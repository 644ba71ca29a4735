//! A recorded conversation with sources, looked up as the server that replays it would.
//!
//! A request is found under its phase, then under `any`; the case of hex digits is not looked at. Answers to
//! `eth_getProof` are split and merged by key: the account's proof is the same in all of them.

use super::metis::json::{bytes, list, number, padded, raw, small, text, word};
use metis_light::execution::{AccountProof, Question};
use metis_light::primitives::header::Header;
use metis_light::primitives::{Address, B256, StorageSlot};
use metis_light::wire::{ClaimedHeader, ProofReply};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The calls of one recording.
pub(super) struct Recording<'a> {
    calls: &'a [Value],
    replies: BTreeMap<(&'a str, &'a str, String), &'a Value>,
    proofs: BTreeMap<(&'a str, &'a str, String, Address), Answers<'a>>,
    blocks: BTreeMap<(&'a str, B256), &'a Value>,
    numbers: BTreeMap<(&'a str, u64), B256>,
}

/// All that was answered about an account at a block.
struct Answers<'a> {
    account: &'a Value,
    slots: BTreeMap<B256, &'a Value>,
}

/// One `eth_getProof` as it was recorded.
pub(super) struct RecordedProof<'a> {
    pub(super) source: &'a str,
    pub(super) block: String,
    pub(super) question: Question,
    pub(super) result: &'a Value,
}

impl<'a> Recording<'a> {
    pub(super) fn new(calls: &'a Value) -> Self {
        let calls = list(calls);
        let mut recording = Self {
            calls,
            replies: BTreeMap::new(),
            proofs: BTreeMap::new(),
            blocks: BTreeMap::new(),
            numbers: BTreeMap::new(),
        };
        for call in calls {
            recording.add(call);
        }
        recording
    }

    fn add(&mut self, call: &'a Value) {
        let [phase, source] = ["phase", "source"].map(|member| text(&call[member]));
        let (request, response) = (&call["request"], &call["response"]);
        let method = text(&request["method"]);
        self.replies.insert((phase, source, key(method, &request["params"])), response);
        let Some(result) = response.get("result").filter(|result| !result.is_null()) else { return };
        match method {
            "eth_getBlockByHash" | "eth_getBlockByNumber" => self.add_block(source, result),
            "eth_getProof" => self.add_proof(phase, source, &request["params"], result),
            _ => {}
        }
    }

    /// A block with its transactions goes before one that only names them.
    fn add_block(&mut self, source: &'a str, block: &'a Value) {
        let hash = word(&block["hash"]);
        self.numbers.insert((source, small(&block["number"])), hash);
        let known = self.blocks.entry((source, hash)).or_insert(block);
        if list(&block["transactions"]).iter().any(Value::is_object) {
            *known = block;
        }
    }

    fn add_proof(&mut self, phase: &'a str, source: &'a str, params: &'a Value, result: &'a Value) {
        let place = (phase, source, block_of(&params[2]), address_of(params));
        let slots = BTreeMap::new();
        let answers = self.proofs.entry(place).or_insert(Answers { account: result, slots });
        for slot in list(&result["storageProof"]) {
            answers.slots.insert(padded(&slot["key"]), slot);
        }
    }

    /// What a source answered, if it was asked.
    pub(super) fn result(&self, phase: &'a str, source: &'a str, method: &str, params: &Value) -> Option<&'a Value> {
        let at = |phase| self.replies.get(&(phase, source, key(method, params))).copied();
        at(phase).or_else(|| at("any"))?.get("result")
    }

    /// Every result of a method, with its parameters.
    pub(super) fn results(&self, source: &str, method: &str) -> impl Iterator<Item = (&'a Value, &'a Value)> {
        let is_wanted = move |call: &&Value| call["source"] == source && call["request"]["method"] == method;
        let calls = self.calls.iter().filter(is_wanted);
        calls.filter_map(|call| Some((&call["request"]["params"], call["response"].get("result")?)))
    }

    /// The answer to a question about the state of a block.
    pub(super) fn proof(&self, phase: &'a str, source: &'a str, block: B256, asked: &Question) -> Option<AccountProof> {
        let header = self.header(source, block)?;
        let names = [block.to_string(), format!("{:#x}", header.number)];
        let places = [phase, "any"].into_iter().flat_map(|phase| names.clone().map(|name| (phase, name)));
        let answers: Vec<&Answers<'_>> =
            places.filter_map(|(phase, name)| self.proofs.get(&(phase, source, name, asked.address))).collect();
        let slot = |slot: &B256| answers.iter().find_map(|answers| answers.slots.get(slot).copied());
        let slots: Option<Vec<&Value>> = asked.slots.iter().map(|key| slot(&key.0)).collect();
        let mut answer = answers.first()?.account.clone();
        answer["storageProof"] = json!(slots?);
        Some(parsed(&answer))
    }

    /// Every `eth_getProof` with its question as it was asked.
    pub(super) fn recorded_proofs(&self) -> impl Iterator<Item = RecordedProof<'a>> {
        let is_proof = |call: &&Value| call["request"]["method"] == "eth_getProof";
        self.calls.iter().filter(is_proof).filter_map(|call| {
            let params = &call["request"]["params"];
            let slots: Vec<_> = list(&params[1]).iter().map(|slot| StorageSlot(padded(slot))).collect();
            Some(RecordedProof {
                source: text(&call["source"]),
                block: block_of(&params[2]),
                question: Question::new(address_of(params), slots),
                result: call["response"].get("result")?,
            })
        })
    }

    /// A block as it was recorded.
    pub(super) fn block(&self, source: &'a str, hash: B256) -> Option<&'a Value> {
        self.blocks.get(&(source, hash)).copied()
    }

    /// Every block.
    pub(super) fn blocks(&self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.blocks.iter().map(|((source, _), block)| (*source, *block))
    }

    /// The header of a block; its hash is the one that was asked for.
    pub(super) fn header(&self, source: &'a str, hash: B256) -> Option<Header> {
        let claim = ClaimedHeader::parse(&raw(self.block(source, hash)?)).expect("a header");
        assert_eq!(claim.header.hash(), hash, "a recorded header has its hash");
        Some(claim.header)
    }

    /// The hash of the block with this number.
    pub(super) fn hash_of(&self, source: &'a str, number: u64) -> Option<B256> {
        self.numbers.get(&(source, number)).copied()
    }

    /// The block that a recorded proof names.
    pub(super) fn hash_named(&self, source: &'a str, name: &str) -> Option<B256> {
        match name.parse::<B256>() {
            Ok(hash) => self.block(source, hash).map(|_| hash),
            Err(_) => self.hash_of(source, u64::from_str_radix(name.strip_prefix("0x")?, 16).ok()?),
        }
    }
}

/// An answer through the parser's door.
pub(super) fn parsed(answer: &Value) -> AccountProof {
    let answers = ProofReply::parse(&raw(answer)).expect("an answer");
    answers.into_iter().next().expect("one")
}

fn key(method: &str, params: &Value) -> String {
    format!("{method}{params}").to_lowercase()
}

fn address_of(params: &Value) -> Address {
    Address::from_slice(&bytes(&params[0]))
}

/// A block's number, hash or EIP-1898 object as the text by which it is looked up.
fn block_of(value: &Value) -> String {
    let name = value.get("blockHash").or_else(|| value.get("blockNumber")).unwrap_or(value);
    match text(name) {
        hash if hash.len() == 66 => hash.to_lowercase(),
        tag if !tag.starts_with("0x") => tag.to_owned(),
        _ => format!("{:#x}", number(name)),
    }
}
