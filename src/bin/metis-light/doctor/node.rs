//! A JSON-RPC node of L1 or of L2.

use super::Findings;
use super::beacon::open;
use super::probe::Probe;
use metis_light::network::Network;
use metis_light::primitives::{Address, UnixTime};
use serde_json::{Value, json};

/// How many blocks ago `eth_getProof` is tried: a minute, what geth keeps, an hour, a day, a week of L1.
const DEPTHS: [u64; 6] = [0, 64, 128, 300, 7200, 50_400];

/// How many calls in one request.
const BATCHES: [usize; 4] = [2, 10, 100, 1000];

pub(super) async fn l1(probe: &Probe, network: &Network, now: UnixTime, findings: &mut Findings) {
    let Some(head) = node(probe, network.l1.chain_id, now, findings).await else { return };
    proofs(probe, network.contracts.batches_container, head, findings).await;
    let first = head.saturating_sub(999);
    let filter =
        json!([{ "address": network.contracts.state_commitment_chain, "fromBlock": hex(first), "toBlock": hex(head) }]);
    match probe.call("eth_getLogs", filter).await {
        Ok(logs) => {
            let count = logs.as_array().map_or(0, Vec::len);
            findings.note("logs", "logs", format!("yes, {count} of the scc in the newest 1000 blocks"), true);
        }
        Err(error) => findings.problem(format!("eth_getLogs of 1000 blocks: {error}")),
    }
    batches(probe, findings).await;
}

pub(super) async fn l2(probe: &Probe, network: &Network, now: UnixTime, findings: &mut Findings) {
    let Some(head) = node(probe, network.l2.chain_id, now, findings).await else { return };
    proofs(probe, network.l2.predeploys.metis, head, findings).await;
    match probe.call("eth_getTransactionReceiptsByBlock", json!([hex(head)])).await {
        Ok(_) => findings.note("receipts", "receiptsByBlock", "yes, by block", true),
        Err(_) => findings.note("receipts", "receiptsByBlock", "not by block: what is in blocks is not proven", false),
    }
    batches(probe, findings).await;
}

/// Software, chain, clock and CORS; the newest block, if it is of use at all.
async fn node(probe: &Probe, chain_id: u64, now: UnixTime, findings: &mut Findings) -> Option<u64> {
    let first = probe.post(&json!({ "jsonrpc": "2.0", "id": 0, "method": "eth_chainId", "params": [] })).await;
    let answer = match first {
        Err(error) => {
            findings.problem(format!("it is not reached: {error}"));
            return None;
        }
        Ok(answer) => answer,
    };
    let envelope: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let Some(got) = number(&envelope["result"]) else {
        findings.problem(format!("no answer to eth_chainId, but status {} and {}", answer.status, answer.content_type));
        return None;
    };
    if let Ok(software) = probe.call("web3_clientVersion", json!([])).await {
        let software: String = software.as_str().unwrap_or("it does not say").chars().take(80).collect();
        findings.note("software", "software", software.clone(), software);
    }
    let millis = answer.took.as_millis();
    findings.note("answers in", "milliseconds", format!("{millis} ms"), u64::try_from(millis).unwrap_or(u64::MAX));
    match got == chain_id {
        true => findings.note("chain", "rightChain", "the network's", true),
        false => findings.problem(format!("its chain id is {got}, the network's {chain_id}")),
    }
    findings.note("cors", "cors", open(answer.is_open), answer.is_open);
    clock(probe, now, findings).await
}

/// The newest block, and how old it is.
async fn clock(probe: &Probe, now: UnixTime, findings: &mut Findings) -> Option<u64> {
    let block = match probe.call("eth_getBlockByNumber", json!(["latest", false])).await {
        Ok(block) => block,
        Err(error) => {
            findings.problem(format!("it has no latest block: {error}"));
            return None;
        }
    };
    let (head, time) = (number(&block["number"])?, number(&block["timestamp"])?);
    let age = i64::try_from(i128::from(now.0) - i128::from(time)).unwrap_or(i64::MAX);
    findings.note("head", "secondsBehindClock", format!("block {head}, {age} s behind this machine's clock"), age);
    Some(head)
}

/// Whether it proves storage, and how deep.
async fn proofs(probe: &Probe, contract: Address, head: u64, findings: &mut Findings) {
    let mut deepest = None;
    for depth in DEPTHS.into_iter().filter(|depth| *depth <= head) {
        let asked = json!([contract, [format!("0x{:064x}", 0)], hex(head - depth)]);
        match probe.call("eth_getProof", asked).await {
            Ok(_) => deepest = Some(depth),
            Err(error) if deepest.is_none() => return findings.problem(format!("eth_getProof: {error}")),
            Err(_) => break,
        }
    }
    let depth = deepest.unwrap_or_default();
    findings.note("eth_getProof", "proofDepth", format!("yes, at least {depth} blocks deep"), depth);
}

/// How many calls it takes at once.
async fn batches(probe: &Probe, findings: &mut Findings) {
    let mut most = 1;
    for size in BATCHES {
        if !probe.takes_batch(size).await {
            break;
        }
        most = size;
    }
    let text = if most == 1 { "no: calls go one by one".to_owned() } else { format!("of at least {most} calls") };
    findings.note("batches", "batch", text, most);
}

fn hex(number: u64) -> String {
    format!("{number:#x}")
}

fn number(value: &Value) -> Option<u64> {
    u64::from_str_radix(value.as_str()?.strip_prefix("0x")?, 16).ok()
}
