//! Answers of `eth_getProof` as JSON: read, and checked under the root that their first node has.

#![no_main]

use alloy_primitives::{B256, keccak256};
use libfuzzer_sys::fuzz_target;
use metis_light::consistent::{self, ProofQuestion};
use metis_light::execution::AccountProof;
use metis_light::network::andromeda;
use metis_light::wire::ProofReply;

fuzz_target!(|bytes: &[u8]| {
    let answers = ProofReply::parse(bytes).unwrap_or_default();
    for answer in &answers {
        let question = ProofQuestion { state_root: root(answer), address: None, slots: Vec::new() };
        let Ok(facts) = consistent::proof(&question, answer) else { continue };
        let facts = facts.value();
        assert_eq!(Some(facts.address), answer.claims.address);
        assert!(answer.claims.nonce.is_none_or(|nonce| nonce == facts.nonce));
        assert!(answer.slots.iter().zip(&facts.storage).all(|(slot, fact)| slot.key == Some(fact.slot)));
    }
    if let [predeploy, account, ..] = answers.as_slice() {
        let who = account.claims.address.unwrap_or_default();
        let _ = consistent::metis_balance(root(predeploy), &andromeda(), who, &answers);
    }
});

fn root(answer: &AccountProof) -> B256 {
    answer.nodes.first().map(keccak256).unwrap_or_default()
}
