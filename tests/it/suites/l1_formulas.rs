//! `metis/l1-formulas.json`: selectors, topics, slots and hashes of Metis' contracts, which the contracts' own code gave
//! as well.

mod calls;
mod merkle;

use super::Report;
use super::metis::check::Check;
use super::metis::json::{address, bytes, list, members, number, padded, small, text, word, words};
use super::metis::l1::{MESSENGER_NAME, RollupOnL1};
use super::spoil::{Seed, flipped, places};
use crate::files::{Files, json};
use metis_light::bridge::{Message, messenger_questions};
use metis_light::network::andromeda;
use metis_light::primitives::{B256, StorageSlot, U256, keccak256};
use metis_light::rollup::{
    Accepted, AppendCall, BatchHeader, Context, StateBatchAppended, StateBatchDeleted, context_slot, element_slot,
    metis_balance_slot, name_hash, name_slot, registry_questions,
};
use serde_json::Value;

pub(super) const ROOTS: &[&str] = &["metis/l1-formulas"];

pub(super) fn run(files: &Files) -> Report {
    let mut check = Check::default();
    for (path, bytes) in files.matching("metis/l1-formulas", ".json") {
        let file = json(path, bytes);
        selectors(&mut check, &file["selectors"]);
        calls::token_selectors(&mut check, &file["selectors"]);
        topics(&mut check, &file["topics"]);
        containers(&mut check, &file["slots"]);
        names(&mut check, &file["slots"]["addressManager"]["names"]);
        questions(&mut check, &file["slots"]);
        batch_times(&mut check, &file["slots"]["scc"]);
        queue(&mut check, &file["slots"]["ctc"]);
        other_contracts(&mut check, &file["slots"]);
        on_l2(&mut check, &file["slots"]["l2"]);
        for entry in list(&file["batchHeaderHash"]) {
            batch_header(&mut check, &file["slots"]["scc"], entry);
        }
        for entry in list(&file["messageHash"]) {
            message(&mut check, &file["slots"], entry);
            calls::witnesses(&mut check, &file["selectors"], entry);
        }
        merkle::zero_hashes(&mut check, &words(&file["zeroHashes"]));
        for entry in list(&file["merkle"]) {
            merkle::tree(&mut check, entry);
        }
    }
    check.report
}

fn selector(signature: &str) -> [u8; 4] {
    let hash = keccak256(signature);
    [hash[0], hash[1], hash[2], hash[3]]
}

fn selectors(check: &mut Check, all: &Value) {
    let append = [
        ("appendStateBatch(bytes32[],uint256)", AppendCall::DEFAULT_CHAIN),
        ("appendStateBatchByChainId(uint256,bytes32[],uint256,string)", AppendCall::BY_CHAIN_ID),
        ("appendStateBatch(bytes32[],uint256,bytes32,uint256)", AppendCall::DEFAULT_CHAIN_WITH_BLOCK),
        (
            "appendStateBatchByChainId(uint256,bytes32[],uint256,string,bytes32,uint256)",
            AppendCall::BY_CHAIN_ID_WITH_BLOCK,
        ),
    ];
    for (signature, constant) in append {
        check.eq(signature, constant.as_slice(), &bytes(&all[signature]));
    }
    for (signature, expected) in members(all) {
        check.eq(signature, selector(signature).as_slice(), &bytes(expected));
    }
}

fn topics(check: &mut Check, all: &Value) {
    let appended = "StateBatchAppended(uint256,uint256,bytes32,uint256,uint256,bytes)";
    check.eq(appended, StateBatchAppended::TOPIC, word(&all[appended]));
    let deleted = "StateBatchDeleted(uint256,uint256,bytes32)";
    check.eq(deleted, StateBatchDeleted::TOPIC, word(&all[deleted]));
    for (signature, expected) in members(all) {
        check.eq(signature, keccak256(signature), word(expected));
    }
}

fn containers(check: &mut Check, slots: &Value) {
    for (name, container) in members(slots).filter(|(name, _)| name.starts_with("chainStorageContainer")) {
        let chain = small(&container["chainId"]);
        let context = context_slot(chain);
        check.eq(name, context.0, word(&container["contextSlot"]));
        check.eq(name, context.offset(1).0, word(&container["elementsMappingSlot"]));
        for (index, slot) in members(&container["elements"]) {
            let index = index.parse().expect("an index");
            check.eq(name, element_slot(chain, index).0, word(slot));
        }
    }
    for (name, context) in members(slots).filter(|(name, _)| name.starts_with("contextWord")) {
        let got = Context::from_word(number(&context["word"]));
        let expected = Context {
            length: small(&context["length"]),
            total_elements: small(&context["totalElements"]),
            last_sequencer_timestamp: small(&context["lastSequencerTimestamp"]),
        };
        check.eq(name, got, expected);
    }
}

fn names(check: &mut Check, all: &Value) {
    for (name, expected) in members(all) {
        check.eq(name, name_hash(name), word(&expected["nameHash"]));
        check.eq(name, name_slot(name).0, word(&expected["slot"]));
    }
}

/// The slots that the code asks for, against the layouts of the file.
fn questions(check: &mut Check, slots: &Value) {
    let network = andromeda();
    let name = |name: &str| word(&slots["addressManager"]["names"][name]["slot"]);
    let scc = |name: &str| padded(&slots["scc"][name]);
    let messenger = |name: &str| padded(&slots["l1CrossDomainMessenger"][name]);
    let proxy = &slots["resolvedDelegateProxy_0x081D"];
    let implementation = word(&slots["eip1967"]["implementation"]);

    let [asked_manager, asked_scc, asked_container] = registry_questions(&network, &Accepted::none());
    let expected = [name("StateCommitmentChain"), name("ChainStorageContainer-SCC-batches")].to_vec();
    check.eq("the address manager's slots", keys(&asked_manager.slots), expected);
    let expected =
        [scc("libAddressManager"), implementation, scc("FRAUD_PROOF_WINDOW"), scc("earliestDisputedBlockNumber")];
    check.eq("the scc's slots", keys(&asked_scc.slots), expected.to_vec());
    let expected = [B256::ZERO, word(&slots["chainStorageContainer"]["contextSlot"])].to_vec();
    check.eq("the container's slots", keys(&asked_container.slots), expected);
    for place in ["implementation", "admin"] {
        let hash = U256::from_be_bytes(keccak256(format!("eip1967.proxy.{place}")).0);
        check.eq(place, B256::from(hash - U256::ONE), word(&slots["eip1967"][place]));
    }

    let l1 = RollupOnL1::new(&network, 0);
    let registry = l1.registry();
    let message = any_message();
    let [asked_manager, asked_messenger] = messenger_questions(registry.basis(), &message);
    check.eq("the name", keys(&asked_manager.slots), [name("OVM_L1CrossDomainMessenger")].to_vec());
    let expected = [
        word(&proxy["implementationNameSlot"]),
        word(&proxy["addressManagerSlot"]),
        messenger("libAddressManager"),
        messenger("_paused"),
        StorageSlot(messenger("blockedMessages")).entry(message.hash()).0,
        StorageSlot(messenger("successfulMessages")).entry(message.hash()).0,
    ];
    check.eq("the messenger's slots", keys(&asked_messenger.slots), expected.to_vec());
    // The code's own word is compared when the messenger is read.
    check.eq("the name's word", MESSENGER_NAME, word(&proxy["implementationNameWord"]));
    let proofs = [asked_manager, asked_messenger].map(|question| l1.answer(&question));
    check.eq("the messenger", registry.messenger(&message, &proofs).map(|read| read.changes().len()), Ok(0));
}

fn keys(slots: &[StorageSlot]) -> Vec<B256> {
    slots.iter().map(|slot| slot.0).collect()
}

fn any_message() -> Message {
    Message {
        target: Default::default(),
        sender: Default::default(),
        message: Default::default(),
        message_nonce: U256::ZERO,
    }
}

/// `batchTimes`: two elements share a slot, the even one in the low half.
fn batch_times(check: &mut Check, scc: &Value) {
    let chains = members(scc).filter_map(|(name, _)| name.strip_prefix("batchTimes_")?.strip_suffix("_lengthSlot"));
    for chain in chains {
        let length = StorageSlot(padded(&scc["batchTimes"])).entry_at(chain.parse().expect("a chain id"));
        check.eq("batchTimes", length.0, word(&scc[format!("batchTimes_{chain}_lengthSlot")]));
        let data = length.elements();
        check.eq("batchTimes", data.0, word(&scc[format!("batchTimes_{chain}_dataSlot0")]));
        for (index, expected) in members(&scc[format!("batchTimes_{chain}_element_slot")]) {
            let index: u64 = index.parse().expect("an index");
            check.eq("batchTimes", data.offset(index / 2).0, word(&expected["slot"]));
            check.eq("batchTimes", if index.is_multiple_of(2) { "low128" } else { "high128" }, text(&expected["half"]));
        }
    }
}

/// The deposit queue of the CTC: its variables 5 and 6 are mappings by chain id.
fn queue(check: &mut Check, ctc: &Value) {
    for chain in members(ctc).filter_map(|(name, _)| name.strip_prefix("queueLength_")) {
        let number: u64 = chain.parse().expect("a chain id");
        let next = StorageSlot::at(5).entry_at(number);
        check.eq("nextQueueIndex", next.0, word(&ctc[format!("nextQueueIndex_{chain}")]));
        let length = StorageSlot::at(6).entry_at(number);
        check.eq("queueLength", length.0, word(&ctc[format!("queueLength_{chain}")]));
        let data = length.elements();
        check.eq("queueData", data.0, word(&ctc[format!("queueData_{chain}")]));
        for (index, expected) in members(&ctc["queueElement"]) {
            let element = data.offset(2 * index.parse::<u64>().expect("an index"));
            check.eq("queueElement", element.0, word(&expected["transactionHash"]));
            check.eq("queueElement", element.offset(1).0, word(&expected["timestampAndBlock"]));
        }
    }
}

/// Contracts that later floors will read, as far as their slots are made of the same parts.
fn other_contracts(check: &mut Check, slots: &Value) {
    let variable = |contract: &str, name: &str| StorageSlot(padded(&slots[contract][name]));
    // Entries named after their key: `initBonds_0` is entry 0 of the mapping `initBonds`.
    let mappings = [
        ("mvmVerifier", "chain_under_challenge"),
        ("disputeGameFactory", "gameImpls"),
        ("disputeGameFactory", "initBonds"),
        ("inboxSenderManager", "defaultInboxSender"),
    ];
    for (contract, mapping) in mappings {
        let prefix = format!("{mapping}_");
        for (name, expected) in members(&slots[contract]) {
            let Some(key) = name.strip_prefix(&prefix).and_then(|key| key.parse().ok()) else { continue };
            check.eq(name, variable(contract, mapping).entry_at(key).0, word(expected));
        }
    }
    let proposers =
        members(&slots["proposerRegistry"]).filter_map(|(name, slot)| Some((name.strip_prefix("proposers_")?, slot)));
    for (chain, expected) in proposers {
        let proposer = StorageSlot::at(1).entry_at(chain.parse().expect("a chain id"));
        check.eq("proposers", proposer.0, word(expected));
    }
    let verifier = &slots["mvmVerifier"];
    check.eq("verifiers", variable("mvmVerifier", "verifiers").elements().0, word(&verifier["verifiers_0"]));
    check.eq("challenges", variable("mvmVerifier", "challenges").elements().0, word(&verifier["challenges_0_first"]));
    let example = &verifier["example"];
    for mapping in ["verifier_stakes", "whitelist"] {
        let entry = variable("mvmVerifier", mapping).entry_of(address(&example["account"]));
        check.eq(mapping, entry.0, word(&example[mapping]));
    }
    let factory = &slots["disputeGameFactory"];
    let role = variable("disputeGameFactory", "_roles").entry(word(&factory["GAME_CREATOR_ROLE"]));
    let example = &factory["role_member_example"];
    check.eq("a role's member", role.entry_of(address(&example["account"])).0, word(&example["slot"]));
    let sentinel = variable("safe", "owners").entry(padded(&slots["safe"]["sentinel"]));
    check.eq("the first owner", sentinel.0, word(&slots["safe"]["owners_sentinel_slot"]));
}

fn on_l2(check: &mut Check, l2: &Value) {
    let example = &l2["metisBalance"];
    check.eq("the metis predeploy", andromeda().l2.predeploys.metis, address(&example["contract"]));
    check.eq("a metis balance", metis_balance_slot(address(&example["account"])).0, word(&example["slot"]));
    let config = &l2["chainConfig"];
    for (name, expected) in members(config) {
        let Some(key) = name.strip_prefix("config_").and_then(|name| name.strip_suffix("_slot")) else { continue };
        let entry = StorageSlot(padded(&config["config"])).entry(word(&config[key]));
        check.eq(name, entry.0, word(expected));
    }
}

fn batch_header(check: &mut Check, scc: &Value, entry: &Value) {
    let new = |extra_data| {
        let [size, previous] = ["batchSize", "prevTotalElements"].map(|name| number(&entry[name]));
        BatchHeader::new(word(&entry["batchRoot"]), size, previous, extra_data)
    };
    let header = new(bytes(&entry["extraData"])).expect("a header of the chain");
    let hash = word(&entry["hash"]);
    check.eq("header hash", header.hash(), hash);
    if let Some(preimage) = entry.get("preimage") {
        check.eq("preimage", keccak256(bytes(preimage)), header.hash());
    }
    check.eq("timestamp", header.extra_data().timestamp().0, small(&entry["timestamp"]));
    check.eq("submitter", header.extra_data().submitter(), address(&entry["submitter"]));
    let last = header.extra_data().last_block();
    check.eq("last block's hash", last.map(|last| last.hash), entry.get("lastBlockHash").map(word));
    check.eq("last block's number", last.map(|last| last.number), entry.get("lastBlockNumber").map(number));

    let index = small(&entry["batchIndex"]);
    let [element, flag] = RollupOnL1::new(&andromeda(), 0).registry().batch_questions(index, &header);
    let slots = [
        ("batchLastL2BlockNumbersSlot", StorageSlot(padded(&scc["batchLastL2BlockNumbers"])).entry(hash)),
        ("disputedBatchesSlot", flag.slots[0]),
        ("containerElementSlot", element.slots[0]),
    ];
    for (name, slot) in slots {
        if let Some(expected) = entry.get(name) {
            check.eq(name, slot.0, word(expected));
        }
    }
    for place in places(header.extra_data().bytes().len(), 16, &mut Seed::new(hash[0].into())) {
        let twin = new(flipped(header.extra_data().bytes(), place).into());
        check.differs("a header with other extraData", twin.map(|twin| twin.hash()), Ok(hash));
    }
}

fn message(check: &mut Check, slots: &Value, entry: &Value) {
    let message = message_of(entry);
    let hash = word(&entry["messageHash"]);
    check.eq("calldata", message.x_domain_calldata(), bytes(&entry["xDomainCalldata"]).to_vec());
    check.eq("message hash", message.hash(), hash);
    let l2 = |name: &str| StorageSlot(padded(&slots["l2"]["l2cdm"][name])).entry(hash);
    let derived = [
        ("passerSlot", message.passer_slot()),
        ("l1_successfulMessages_slot", message.successful_slot()),
        ("l1_blockedMessages_slot", message.blocked_slot()),
        ("l2cdm_sentMessages_slot", l2("sentMessages")),
        ("l2_successfulMessages_slot", l2("successfulMessages")),
    ];
    for (name, slot) in derived {
        if let Some(expected) = entry.get(name) {
            check.eq(name, slot.0, word(expected));
        }
    }
    if let Some(key) = entry.get("passerKey") {
        let sent = StorageSlot(padded(&slots["l2"]["passer"]["sentMessages"]));
        check.eq("passerKey", message.passer_slot(), sent.entry(word(key)));
    }
}

pub(super) fn message_of(entry: &Value) -> Message {
    Message {
        target: address(&entry["target"]),
        sender: address(&entry["sender"]),
        message: bytes(&entry["message"]),
        message_nonce: number(&entry["messageNonce"]),
    }
}
