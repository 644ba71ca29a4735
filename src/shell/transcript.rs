//! Recorded answers in place of sources: what a flow would have met, met again.
//!
//! A request is found under the phase that is played, then under `any`; the case of hex digits does not matter. Answers to
//! `eth_getProof` are put together by slot, for the account's proof is the same in all of them, and answers to
//! `eth_getLogs` are cut out of recorded ones that cover more.
//!
//! The recordings are the user's own files. Nothing in them is believed: they take the place of servers.

use super::{Failure, Transport};
use crate::client::{Call, Reply, Request, Source};
use crate::primitives::UnixTime;
use core::time::Duration;
use serde_json::Value;
use std::collections::BTreeMap;

/// The recorded answers of one source of each kind.
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    phase: String,
    now: u64,
    /// By phase, source and request.
    answers: BTreeMap<(String, String, String), Value>,
    /// Proofs by phase, source, account and block; one entry for each answer that was recorded.
    proofs: BTreeMap<(String, String, String, String), Vec<Value>>,
    /// Logs by phase and source: the filter and the answer.
    logs: BTreeMap<(String, String), Vec<(Value, Value)>>,
    /// Where proofs were put in the place of recorded ones, and how many slots their answers lack: nothing is added to
    /// those from elsewhere.
    replaced: BTreeMap<(String, String, String, String), usize>,
}

impl Transcript {
    /// Takes recorded calls: a list of `{ phase, source, request, response }`. None where it is no such list.
    pub fn new(calls: &Value) -> Option<Self> {
        let mut transcript = Self::default();
        for call in calls.as_array()? {
            transcript.add(call)?;
        }
        Some(transcript)
    }

    /// Plays a phase at a time.
    pub fn at(&self, phase: &str, now: UnixTime) -> Self {
        Self { phase: phase.to_owned(), now: now.0, ..self.clone() }
    }

    /// Puts another answer in the place of a recorded one. None where it is no call.
    pub fn replace(&mut self, call: &Value) -> Option<()> {
        let (phase, source) = (text(call, "phase")?, text(call, "source")?);
        let request = call.get("request")?;
        let place = (phase.clone(), source.clone());
        let params = request.get("params");
        if let Some(params) = params.filter(|_| text(request, "method").is_some_and(|method| method == "eth_getLogs")) {
            self.logs.entry(place).or_default().retain(|(filter, _)| Some(filter) != params.get(0));
        } else if let Some((account, block)) = params.and_then(account_and_block) {
            let place = (phase, source, account, block);
            if self.replaced.insert(place.clone(), missing_slots(call)).is_none() {
                self.proofs.remove(&place);
            }
        }
        self.add(call)
    }

    fn add(&mut self, call: &Value) -> Option<()> {
        let (phase, source) = (text(call, "phase")?, text(call, "source")?);
        let (request, response) = (call.get("request")?, call.get("response")?);
        let method = text(request, "method")?;
        let params = request.get("params").unwrap_or(&Value::Null);
        let result = response.get("result");
        match (method.as_str(), result) {
            ("eth_getProof", Some(result)) => {
                let (account, block) = account_and_block(params)?;
                let place = (phase.clone(), source.clone(), account, block);
                self.proofs.entry(place).or_default().push(result.clone());
            }
            ("eth_getLogs", Some(result)) => {
                let place = (phase.clone(), source.clone());
                self.logs.entry(place).or_default().push((params.get(0)?.clone(), result.clone()));
            }
            _ => {}
        }
        let name = match request.get("path") {
            Some(path) => path.as_str()?.to_owned(),
            None => key(&method, &params.to_string()),
        };
        self.answers.insert((phase, source, name), response.clone());
        Some(())
    }

    fn answer(&self, source: &str, name: &str) -> Option<&Value> {
        self.phases().find_map(|phase| self.answers.get(&(phase, source.to_owned(), name.to_owned())))
    }

    fn phases(&self) -> impl Iterator<Item = String> {
        [self.phase.clone(), "any".to_owned()].into_iter()
    }

    fn path(&self, source: &str, path: &str) -> Result<Reply, String> {
        let answer = self.answer(source, path).ok_or_else(|| format!("{path} was not recorded"))?;
        match answer.get("status").and_then(Value::as_u64) {
            Some(200) => Ok(answer.get("body").unwrap_or(&Value::Null).to_string().into_bytes()),
            status => Err(format!("{path} was answered with status {}", status.unwrap_or_default())),
        }
    }

    fn call(&self, source: &str, call: &Call) -> Result<Reply, String> {
        let unknown = || format!("{} {} was not recorded", call.method, call.params);
        if let Some(answer) = self.answer(source, &key(call.method, &call.params)) {
            let result = answer.get("result").ok_or_else(|| format!("{} was answered with an error", call.method))?;
            return Ok(result.to_string().into_bytes());
        }
        let params: Value = serde_json::from_str(&call.params).map_err(|error| error.to_string())?;
        let found = match call.method {
            "eth_getProof" => self.proof(source, &params),
            "eth_getLogs" => self.logs(source, params.get(0).unwrap_or(&Value::Null)),
            _ => None,
        };
        found.map(|result| result.to_string().into_bytes()).ok_or_else(unknown)
    }

    /// The account's proof with a proof for each slot that is asked for, of whichever answers have them.
    fn proof(&self, source: &str, params: &Value) -> Option<Value> {
        let (account, block) = account_and_block(params)?;
        let wanted: Vec<String> = params.get(1)?.as_array()?.iter().filter_map(slot_name).collect();
        let mut answers: Vec<&Value> = Vec::new();
        let mut replaced = None;
        for phase in self.phases() {
            let place = (phase, source.to_owned(), account.clone(), block.clone());
            answers.extend(self.proofs.get(&place).into_iter().flatten().filter(|_| replaced.is_none()));
            replaced = replaced.or(self.replaced.get(&place).copied());
        }
        if answers.iter().any(|answer| answer.is_null()) {
            return Some(Value::Null);
        }
        let of = |slot: &String| {
            let slots = answers.iter().filter_map(|answer| answer.get("storageProof")?.as_array()).flatten();
            slots.into_iter().find(|proof| proof.get("key").and_then(slot_name).as_ref() == Some(slot)).cloned()
        };
        let mut slots: Vec<Value> = wanted.iter().filter_map(of).collect();
        // A server answers all that is asked, unless it is made to lie.
        match replaced {
            None if slots.len() < wanted.len() => return None,
            missing => slots.truncate(wanted.len().saturating_sub(missing.unwrap_or_default())),
        }
        let mut answer = (*answers.first()?).clone();
        answer.as_object_mut()?.insert("storageProof".to_owned(), Value::Array(slots));
        Some(answer)
    }

    /// The logs of a filter, out of the narrowest recorded answer that covers it.
    fn logs(&self, source: &str, filter: &Value) -> Option<Value> {
        let wanted = Filter::of(filter)?;
        let recorded = self.phases().filter_map(|phase| self.logs.get(&(phase, source.to_owned()))).flatten();
        let covering = recorded.filter_map(|(filter, answer)| Some((Filter::of(filter)?, answer)));
        let covering = covering.filter(|(recorded, _)| recorded.covers(&wanted));
        let (_, answer) = covering.min_by_key(|(recorded, _)| recorded.last.saturating_sub(recorded.first))?;
        let logs = answer.as_array()?.iter().filter(|log| wanted.takes(log)).cloned().collect();
        Some(Value::Array(logs))
    }
}

impl Transport for Transcript {
    fn sources(&self, _: Source) -> usize {
        1
    }

    async fn fetch(&self, _: Source, _: usize, requests: &[Request]) -> Vec<Result<Reply, Failure>> {
        let reply = |request: &Request| match request {
            Request::Attestations { path } => self.path("attestations", path),
            Request::Beacon { path } => self.path("beacon", path),
            Request::L1(call) => self.call("l1", call),
            Request::L2(call) => self.call("l2", call),
        };
        // What was not recorded will not be: there is no use in asking again.
        requests.iter().map(|request| reply(request).map_err(Failure::never)).collect()
    }

    /// Nothing here takes time.
    async fn sleep(&self, _: Duration) {}

    fn jitter(&self) -> u32 {
        0
    }

    fn now(&self) -> UnixTime {
        UnixTime(self.now)
    }
}

/// A filter of logs by contract, first topic and blocks.
#[derive(Debug)]
struct Filter {
    addresses: Vec<String>,
    /// None takes every topic.
    topic: Option<String>,
    first: u64,
    last: u64,
}

impl Filter {
    fn of(filter: &Value) -> Option<Self> {
        let addresses = match filter.get("address")? {
            Value::Array(addresses) => addresses.iter().filter_map(lower).collect(),
            address => vec![lower(address)?],
        };
        let topic = match filter.get("topics").and_then(|topics| topics.get(0)) {
            None => None,
            // Alternatives, or more than the first topic: not of use here.
            Some(Value::Array(_)) => return None,
            Some(_) if filter.get("topics")?.as_array()?.len() > 1 => return None,
            Some(topic) => Some(lower(topic)?),
        };
        Some(Self { addresses, topic, first: number(filter.get("fromBlock")?)?, last: number(filter.get("toBlock")?)? })
    }

    fn covers(&self, wanted: &Self) -> bool {
        self.first <= wanted.first.max(1)
            && wanted.last <= self.last
            && wanted.addresses.iter().all(|address| self.addresses.contains(address))
            && (self.topic.is_none() || self.topic == wanted.topic)
    }

    fn takes(&self, log: &Value) -> bool {
        let block = log.get("blockNumber").and_then(number);
        let topic = log.get("topics").and_then(|topics| topics.get(0)).and_then(lower);
        block.is_some_and(|block| (self.first..=self.last).contains(&block))
            && log.get("address").and_then(lower).is_some_and(|address| self.addresses.contains(&address))
            && (self.topic.is_none() || self.topic == topic)
    }
}

fn key(method: &str, params: &str) -> String {
    format!("{method}{params}").to_lowercase()
}

fn text(value: &Value, member: &str) -> Option<String> {
    value.get(member)?.as_str().map(str::to_owned)
}

fn lower(value: &Value) -> Option<String> {
    value.as_str().map(str::to_lowercase)
}

fn number(value: &Value) -> Option<u64> {
    u64::from_str_radix(value.as_str()?.strip_prefix("0x")?, 16).ok()
}

/// A slot as it is compared: without leading zeros, for sources shorten it or not.
fn slot_name(value: &Value) -> Option<String> {
    let text = lower(value)?;
    Some(text.strip_prefix("0x")?.trim_start_matches('0').to_owned())
}

/// How many of the slots that a recorded `eth_getProof` asks for its answer lacks.
fn missing_slots(call: &Value) -> usize {
    let count = |pointer: &str| call.pointer(pointer).and_then(Value::as_array).map_or(0, Vec::len);
    count("/request/params/1").saturating_sub(count("/response/result/storageProof"))
}

/// The account of an `eth_getProof`, and the block by number, hash or EIP-1898 object.
fn account_and_block(params: &Value) -> Option<(String, String)> {
    let account = lower(params.get(0)?)?;
    let block = params.get(2)?;
    let block = block.get("blockHash").or_else(|| block.get("blockNumber")).unwrap_or(block);
    params.get(1)?.as_array()?;
    Some((account, lower(block)?))
}
