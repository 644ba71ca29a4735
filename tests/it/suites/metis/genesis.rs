//! Genesis states: the state root from the dump, and proofs under it.

use super::check::Check;
use super::header;
use super::json::{address, bytes, list, members, number, padded, raw, small, word};
use super::l1::answer;
use super::trie::State;
use super::twins::{Layer, twins};
use crate::suites::spoil::Seed;
use metis_light::consistent::{self, ProofQuestion};
use metis_light::error::Error;
use metis_light::execution::AccountProof;
use metis_light::network::Network;
use metis_light::primitives::header::Header;
use metis_light::primitives::{Address, B256, StorageSlot, U256};
use metis_light::rollup::{Change, Changed, RollupError, balance_questions, metis_balance_slot};
use metis_light::wire::ProofReply;
use serde_json::Value;

pub(super) fn run(check: &mut Check, file: &Value) {
    let network = super::network(small(&file["config"]["chainId"]));
    let rlp = bytes(&file["headerRlp"]);
    let genesis = check.ok("header", Header::decode(&rlp));
    header::encoded(check, &rlp, &genesis);
    check.eq("genesis hash", Some(genesis.hash()), network.l2.genesis_hash);
    check.eq("genesis hash", genesis.hash(), word(&file["hash"]));
    check.eq("genesis state root", Some(genesis.state_root), network.l2.genesis_state_root);
    check.eq("genesis state root", genesis.state_root, word(&file["stateRoot"]));
    if !file["recordedBlock"].is_null() {
        header::block(check, &file["recordedBlock"], Some(&file["headerRlp"]));
    }
    let state = dump(check, &file["alloc"]);
    check.eq("state root of the dump", state.root(), genesis.state_root);
    for proof in list(&file["proofs"]) {
        recorded_proof(check, genesis.state_root, proof);
    }
    balances(check, &network, state);
}

fn dump(check: &mut Check, alloc: &Value) -> State {
    let mut state = State::default();
    for (who, account) in members(alloc) {
        let who = who.parse().expect("an address");
        let contract = state.contract(who);
        contract.nonce = small(&account["nonce"]);
        contract.balance = number(&account["balance"]);
        contract.code_hash = word(&account["codeHash"]);
        for (slot, value) in members(&account["storage"]) {
            state.set(who, slot.parse().expect("a slot"), number(value));
        }
        let storage_root = state.contract(who).storage_root();
        check.eq("storage root of the dump", storage_root, word(&account["storageRoot"]));
    }
    state
}

/// An account with slots, as `eth_getProof` would have answered.
fn recorded_proof(check: &mut Check, state_root: B256, recorded: &Value) {
    let answers = check.ok("answer", ProofReply::parse(&raw(recorded)));
    let slots = list(&recorded["storageProof"]);
    let question = ProofQuestion {
        state_root,
        address: Some(address(&recorded["address"])),
        slots: slots.iter().map(|slot| StorageSlot(padded(&slot["key"]))).collect(),
    };
    let [accepted] = answers.as_slice() else { panic!("one answer") };
    let facts = check.ok("proof", consistent::proof(&question, accepted)).into_value();
    check.eq("exists", Some(facts.exists), recorded["exists"].as_bool());
    check.eq("nonce", facts.nonce, small(&recorded["nonce"]));
    check.eq("balance", facts.balance, number(&recorded["leafBalance"]));
    check.eq("storage root", facts.storage_root, word(&recorded["storageHash"]));
    check.eq("code hash", facts.code_hash, word(&recorded["codeHash"]));
    for (fact, slot) in facts.storage.iter().zip(slots) {
        check.eq("word", fact.value, padded(&slot["value"]));
    }
    for twin in twins(accepted, Layer::L2, 4, &mut Seed::new(facts.nonce)) {
        // A slot that nobody asked for is passed over here; slots are found by the keys that the answer names.
        if twin.what.contains("slot") || twin.what == "key" {
            continue;
        }
        check.refused(twin.what, consistent::proof(&question, &twin.proof), |error| is_met(error, &twin));
    }
}

fn is_met(error: &Error, twin: &super::twins::Twin) -> bool {
    matches!(error, Error::Execution(error) if twin.is_met_by(error))
}

/// Nobody holds METIS at genesis; then somebody does, and then METIS moves elsewhere.
fn balances(check: &mut Check, network: &Network, mut state: State) {
    let who = Address::repeat_byte(0x77);
    let answers = |state: &State| balance_questions(network, who).map(|question| answer(state, &question));
    let read = |state: &State, answers: &[AccountProof]| {
        consistent::metis_balance(state.root(), network, who, answers).map(|read| read.into_value().wei)
    };
    check.eq("a balance at genesis", read(&state, &answers(&state)), Ok(U256::ZERO));

    let metis = network.l2.predeploys.metis;
    state.set(metis, metis_balance_slot(who).0, U256::from(5));
    let accepted = answers(&state);
    check.eq("a balance without an account", read(&state, &accepted), Ok(U256::from(5)));
    for twin in twins(&accepted[0], Layer::L2, 8, &mut Seed::new(5)) {
        if twin.what.contains("slot") || twin.what == "key" || twin.what == "address" {
            continue;
        }
        let twins = [twin.proof.clone(), accepted[1].clone()];
        let refusal = read(&state, &twins);
        check.refused(
            twin.what,
            refusal,
            |error| matches!(error, Error::Rollup(RollupError::Execution(error)) if twin.is_met_by(error)),
        );
    }

    let mut moved = state.clone();
    moved.contract(who).balance = U256::from(5);
    check.refused("a balance in the leaf", read(&moved, &answers(&moved)), |error| {
        *error == Error::Rollup(RollupError::LeafBalance { what: "the account", got: U256::from(5) })
    });
    let mut moved = state.clone();
    moved.contract(metis).balance = U256::ONE;
    check.refused("a balance in the predeploy's leaf", read(&moved, &answers(&moved)), |error| {
        *error == Error::Rollup(RollupError::LeafBalance { what: "the metis predeploy", got: U256::ONE })
    });
    let mut moved = state.clone();
    moved.contract(metis).code_hash = B256::repeat_byte(9);
    check.refused("unknown code", read(&moved, &answers(&moved)), |error| {
        matches!(error, Error::Rollup(RollupError::Changed(Changed { what: Change::MetisCode, got, .. }))
            if *got == B256::repeat_byte(9))
    });
    state.remove(metis);
    check.refused("no predeploy", read(&state, &answers(&state)), |error| {
        matches!(error, Error::Rollup(RollupError::ContractAbsent { .. }))
    });
}
