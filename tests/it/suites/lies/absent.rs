//! What an honest node says of slots that nobody wrote to and of transactions that nobody sent: a recording has only what honest flows asked for, and a false
//! hint makes a flow ask for more.

use metis_light::client::{Call, Request};
use metis_light::primitives::{B256, Bytes, keccak256, mpt};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The recorded proofs of slots, by account and block, with the account's answer.
pub(super) struct Absent(BTreeMap<(String, String), Vec<Value>>);

impl Absent {
    pub(super) fn new(calls: &Value) -> Self {
        let mut known: BTreeMap<_, Vec<Value>> = BTreeMap::new();
        for call in calls.as_array().expect("calls").iter().filter(|call| call["request"]["method"] == "eth_getProof") {
            known.entry(place(&call["request"]["params"])).or_default().push(call["response"]["result"].clone());
        }
        Self(known)
    }

    /// Null for a transaction. To a question about slots: as recorded, or proven absent by the nodes of another slot's proof. Where those do
    /// not lead so far, another slot's proof stands there, which a flow refuses where it reads it.
    pub(super) fn answer(&self, request: &Request) -> Option<Value> {
        if matches!(request, Request::L1(Call { method: "eth_getTransactionByHash", .. })) {
            return Some(Value::Null);
        }
        let (Request::L1(Call { method: "eth_getProof", params })
        | Request::L2(Call { method: "eth_getProof", params })) = request
        else {
            return None;
        };
        let params: Value = serde_json::from_str(params).expect("params are json");
        let known = self.0.get(&place(&params))?;
        let mut answer = known.first()?.clone();
        let root: B256 = answer["storageHash"].as_str()?.parse().ok()?;
        let slots = params[1].as_array()?.iter().map(|slot| entry(slot, root, known)).collect::<Option<Vec<_>>>()?;
        answer["storageProof"] = slots.into();
        Some(answer)
    }
}

fn place(params: &Value) -> (String, String) {
    let lower = |place: usize| params[place].as_str().unwrap_or_default().to_lowercase();
    (lower(0), lower(2))
}

fn entry(slot: &Value, root: B256, known: &[Value]) -> Option<Value> {
    let entries = || known.iter().filter_map(|answer| answer["storageProof"].as_array()).flatten();
    let recorded = || entries().find(|entry| entry["key"] == *slot).cloned();
    let other = || Some(json!({ "key": slot, "value": "0x0", "proof": entries().next()?["proof"] }));
    recorded().or_else(|| absent(slot.as_str()?, root, known)).or_else(other)
}

fn absent(slot: &str, root: B256, known: &[Value]) -> Option<Value> {
    let key = keccak256(slot.parse::<B256>().ok()?);
    let proofs = known.iter().filter_map(|answer| answer["storageProof"].as_array()).flatten();
    let mut paths = proofs.filter_map(|entry| entry["proof"].as_array());
    let proves = |nodes: &[Value]| {
        let nodes: Option<Vec<Bytes>> = nodes.iter().map(|node| node.as_str()?.parse().ok()).collect();
        nodes.is_some_and(|nodes| matches!(mpt::verify(root, key.as_slice(), &nodes, 33), Ok(None)))
    };
    let path = paths.find_map(|path| (1..=path.len()).map(|length| &path[..length]).find(|nodes| proves(nodes)))?;
    Some(json!({ "key": slot, "value": "0x0", "proof": path }))
}
