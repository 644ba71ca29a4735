//! Calls of `metis/l1-formulas.json`: the bridge's messages, and what the L1 messenger takes to relay one.

use super::message_of;
use crate::suites::metis::check::Check;
use crate::suites::metis::json::{bytes, members, nodes, raw, word};
use crate::suites::metis::l1::RollupOnL1;
use metis_light::bridge::{Asset, Message, TokenWithdrawal};
use metis_light::consistent;
use metis_light::execution::{AccountProof, SlotProof};
use metis_light::network::andromeda;
use metis_light::primitives::{Address, B256, Bytes, U256};
use metis_light::rollup::{BatchHeader, L2StateRoot};
use metis_light::wire::WithdrawalClaim;
use serde_json::Value;

/// Only the selectors that finalize a withdrawal are read as one, and only with their own arguments.
pub(super) fn token_selectors(check: &mut Check, selectors: &Value) {
    let forms: Vec<&str> = members(selectors).map(|(signature, _)| signature).filter(|name| is_form(name)).collect();
    assert_eq!(forms.len(), 5, "the forms that the L1 bridge has");
    for form in &forms {
        let (_, types) = split(form);
        let arguments = arguments(types);
        for (signature, selector) in members(selectors) {
            let sender = andromeda().l2.predeploys.bridge;
            let message = [bytes(selector), arguments.clone().into()].concat();
            let got = Message { target: Address::ZERO, sender, message: message.into(), message_nonce: U256::ZERO };
            let is_read = is_form(signature) && split(signature).1 == types;
            check.eq(signature, got.token_withdrawal(), is_read.then(|| sample(signature)));
        }
    }
}

fn is_form(signature: &str) -> bool {
    signature.starts_with("finalize") && split(signature).0.trim_end_matches("ByChainId").ends_with("Withdrawal")
}

/// A signature's name and the types of its arguments.
fn split(signature: &str) -> (&str, &str) {
    let (name, types) = signature.split_once('(').expect("a signature");
    (name, types.strip_suffix(')').expect("a signature"))
}

/// The ABI encoding of arguments that tell their own place: the address at place 2 is `0x0202..`.
fn arguments(types: &str) -> Vec<u8> {
    let types: Vec<&str> = types.split(',').collect();
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    for (place, kind) in types.iter().enumerate() {
        let word = match *kind {
            "address" => at(place).into_word(),
            "uint256" => B256::from(amount(place)),
            "bytes" => {
                tail = [B256::with_last_byte(3).to_vec(), vec![0xaa, 0xbb, 0xcc], vec![0; 29]].concat();
                B256::from(U256::from(32 * types.len()))
            }
            kind => panic!("a {kind} in a bridge's message"),
        };
        head.extend(word);
    }
    [head, tail].concat()
}

/// What [`arguments`] of this form mean.
fn sample(signature: &str) -> TokenWithdrawal {
    let (name, _) = split(signature);
    let chain_id = name.ends_with("ByChainId").then(|| amount(0));
    let first = usize::from(chain_id.is_some());
    let (asset, first) = if name.contains("ERC20") {
        (Asset::Erc20 { l1_token: at(first), l2_token: at(first + 1) }, first + 2)
    } else {
        (if name.contains("Metis") { Asset::Metis } else { Asset::Eth }, first)
    };
    let data = Bytes::from_static(&[0xaa, 0xbb, 0xcc]);
    TokenWithdrawal { asset, chain_id, from: at(first), to: at(first + 1), amount: amount(first + 2), data }
}

fn at(place: usize) -> Address {
    Address::repeat_byte(u8::try_from(place).expect("a few arguments"))
}

fn amount(place: usize) -> U256 {
    U256::from(1_000_000 + place)
}

/// A message that comes with the proof that it was sent: the relay call carries the file's witnesses.
pub(super) fn witnesses(check: &mut Check, selectors: &Value, entry: &Value) {
    if let Some(witness) = entry.get("witness") {
        let message = message_of(entry);
        let root = alone_in_its_batch(word(&witness["stateRoot"]));
        let slot = SlotProof { nodes: nodes(&witness["storageProof"]), key: None, value: None };
        let proof =
            AccountProof { nodes: nodes(&witness["accountProof"]), slots: vec![slot], ..AccountProof::default() };
        let withdrawal = root.withdrawal(message, &proof).expect("the message was sent");
        let relay = withdrawal.relay_when_ready(&[], &proof).expect("the same proof again");
        for (start, call) in [
            ("relayMessageViaChainId(", relay.calldata()),
            ("relayMessage(address,address,bytes,uint256,(", relay.calldata_for_default_chain()),
        ] {
            let (name, selector) = members(selectors).find(|(name, _)| name.starts_with(start)).expect("a selector");
            check.eq(name, &call[..4], &bytes(selector));
            for part in ["stateTrieWitness", "storageTrieWitness"] {
                let part = bytes(&witness[part]);
                check.eq(name, call.windows(part.len()).any(|window| window == part.as_ref()), true);
            }
        }
    }
    if entry.get("proof").is_some() {
        let claims = WithdrawalClaim::parse(&raw(entry)).expect("a withdrawal");
        for claim in claims {
            let facts = consistent::withdrawal(&claim).expect("a real withdrawal").into_value();
            check.eq("message hash", facts.message_hash, word(&entry["messageHash"]));
            check.eq("passer slot", facts.passer_slot, word(&entry["passerSlot"]));
            check.eq("l2 block", Some(facts.l2_block), entry["l2BlockNumber"].as_u64());
        }
    }
}

/// A batch whose only state root is its Merkle root, on an L1 that holds it.
fn alone_in_its_batch(state_root: B256) -> L2StateRoot {
    let extra_data = [B256::with_last_byte(1), B256::with_last_byte(2)].concat();
    let header = BatchHeader::new(state_root, U256::ONE, U256::ZERO, extra_data.into()).expect("a header");
    let mut l1 = RollupOnL1::new(&andromeda(), 2);
    l1.append(0, &header);
    let batch = l1.batch(0, &header).expect("the batch is there");
    batch.state_root(1, state_root, &[]).expect("its only leaf")
}
