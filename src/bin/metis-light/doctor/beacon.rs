//! A server of the Beacon API.

use super::Findings;
use super::probe::Probe;
use metis_light::network::L1;
use metis_light::primitives::{B256, UnixTime};
use serde_json::Value;

const SSZ: &str = "application/octet-stream";

pub(super) async fn examine(probe: &Probe, l1: &L1, checkpoint: Option<B256>, now: UnixTime, findings: &mut Findings) {
    let version = match probe.get("/eth/v1/node/version", "application/json").await {
        Err(error) => return findings.problem(format!("it is not reached: {error}")),
        Ok(answer) => answer,
    };
    let software: Value = serde_json::from_slice(&version.body).unwrap_or_default();
    let software =
        software["data"]["version"].as_str().unwrap_or("it does not say").chars().take(80).collect::<String>();
    findings.note("software", "software", software.clone(), software);
    let millis = version.took.as_millis();
    findings.note("answers in", "milliseconds", format!("{millis} ms"), u64::try_from(millis).unwrap_or(u64::MAX));
    chain(probe, l1, findings).await;
    clock(probe, l1, now, findings).await;
    routes(probe, checkpoint, findings).await;
}

async fn chain(probe: &Probe, l1: &L1, findings: &mut Findings) {
    match probe.json("/eth/v1/beacon/genesis").await {
        Err(error) => findings.problem(format!("beacon/genesis: {error}")),
        Ok(genesis) => {
            let root = genesis["data"]["genesis_validators_root"].as_str().and_then(|root| root.parse::<B256>().ok());
            match root == Some(l1.genesis_validators_root) {
                true => findings.note("chain", "rightChain", "the network's", true),
                false => findings.problem("it serves another chain than the network's"),
            }
        }
    }
}

/// How far its head is behind the clock.
async fn clock(probe: &Probe, l1: &L1, now: UnixTime, findings: &mut Findings) {
    let slot = match probe.json("/eth/v1/beacon/light_client/optimistic_update").await {
        Err(error) => return findings.problem(format!("light_client/optimistic_update: {error}")),
        Ok(update) => update["data"]["signature_slot"].as_str().and_then(|slot| slot.parse::<u64>().ok()),
    };
    let Some(slot) = slot else { return findings.problem("light_client/optimistic_update: no signature_slot") };
    let behind = i128::from(l1.slot_at(now)) - i128::from(slot);
    let behind = i64::try_from(behind).unwrap_or(i64::MAX);
    findings.note("head", "slotsBehindClock", format!("{behind} slots behind this machine's clock"), behind);
    if behind < 0 {
        findings.problem("its head is ahead of this machine's clock: is the clock right?");
    }
}

async fn routes(probe: &Probe, checkpoint: Option<B256>, findings: &mut Findings) {
    const FINALITY: &str = "/eth/v1/beacon/light_client/finality_update";
    match probe.get(FINALITY, SSZ).await {
        Ok(answer) if answer.status == 200 && answer.content_type.starts_with(SSZ) => {
            findings.note("ssz", "ssz", format!("yes, {} bytes a finality update", answer.body.len()), true);
            findings.note("cors", "cors", open(answer.is_open), answer.is_open);
        }
        _ => match probe.get(FINALITY, "application/json").await {
            Ok(answer) if answer.status == 200 => {
                findings.note("ssz", "ssz", "no: answers are three times as long", false);
                findings.note("cors", "cors", open(answer.is_open), answer.is_open);
            }
            Ok(answer) => findings.problem(format!("light_client/finality_update: status {}", answer.status)),
            Err(error) => findings.problem(format!("light_client/finality_update: {error}")),
        },
    }
    let Some(root) = checkpoint else {
        return findings.note("bootstrap", "bootstrap", "not tried: no --checkpoint", Value::Null);
    };
    match probe.get(&format!("/eth/v1/beacon/light_client/bootstrap/{root}"), SSZ).await {
        Ok(answer) if answer.status == 200 => {
            findings.note("bootstrap", "bootstrap", format!("yes, {} bytes", answer.body.len()), true);
        }
        Ok(answer) => findings.problem(format!("it has no bootstrap of the checkpoint: status {}", answer.status)),
        Err(error) => findings.problem(format!("light_client/bootstrap: {error}")),
    }
}

pub(super) const fn open(is_open: bool) -> &'static str {
    if is_open { "yes, pages may ask it" } else { "no: browsers cannot read its answers" }
}
