use super::world::{World, message};
use crate::bridge::{BridgeError, WithdrawalStatus};
use crate::consistent;
use crate::error::Error;
use crate::execution::{AccountProof, ExecutionError};
use crate::primitives::{Address, B256, Bytes, U256, UnixTime, keccak256, rlp};
use crate::rollup::RollupError;
use crate::rollup::tests::chain::{APPENDED, WEEK, header};
use crate::wire::{InclusionClaim, WithdrawalClaim};
use alloy_sol_types::SolValue;

type Inclusion = (B256, (U256, B256, U256, U256, Bytes), (U256, Vec<B256>), Bytes, Bytes);
type Arguments = (U256, Address, Address, Bytes, U256, Inclusion);
type DefaultArguments = (Address, Address, Bytes, U256, Inclusion);

/// The tuple of the messenger's ABI.
const INCLUSION: &str = "(bytes32,(uint256,bytes32,uint256,uint256,bytes),(uint256,bytes32[]),bytes,bytes)";

#[test]
fn a_relay_is_made_when_the_contract_would_take_it() {
    let mut world = World::new();
    let withdrawal = world.withdrawal().expect("it was sent");
    let messenger = world.messenger().expect("as pinned");
    let relay = withdrawal.relay(&messenger, &[], &world.proof()).expect("it is ready");
    assert_eq!(relay.to(), world.chain.network.contracts.messenger);
    let later = withdrawal.relay_when_ready(&[], &world.proof()).expect("the same proofs");
    assert_eq!(relay.calldata(), later.calldata());
}

#[test]
fn a_relay_that_the_contract_would_refuse_is_not_made() {
    let mut world = World::new();
    world.chain.time -= 1;
    let withdrawal = world.withdrawal().expect("it was sent");
    let messenger = world.messenger().expect("as pinned");
    let status = WithdrawalStatus::InChallengePeriod { ready_at: UnixTime(APPENDED + WEEK) };
    let refusal = withdrawal.relay(&messenger, &[], &world.proof()).unwrap_err();
    assert_eq!(refusal, BridgeError::NotRelayable { status });
    assert!(withdrawal.relay_when_ready(&[], &world.proof()).is_ok());
}

#[test]
fn a_relay_is_made_from_the_parts_that_were_proven() {
    let mut world = World::new();
    let withdrawal = world.withdrawal().expect("it was sent");
    let refusal = withdrawal.relay_when_ready(&[B256::ZERO], &world.proof()).unwrap_err();
    assert!(matches!(refusal, BridgeError::Rollup(RollupError::Merkle(_))));
    let mut proof = world.proof();
    proof.slots[0].nodes.pop();
    let refusal = withdrawal.relay_when_ready(&[], &proof).unwrap_err();
    assert!(matches!(refusal, BridgeError::Execution(ExecutionError::Proof { what: "storage", .. })));
    let refusal = withdrawal.relay_when_ready(&[], &AccountProof::default()).unwrap_err();
    let count = ExecutionError::SlotCount { got: 0, expected: 1 };
    assert_eq!(refusal, BridgeError::Execution(count));
}

#[test]
fn the_calldata_is_the_call_of_either_form() {
    let mut world = World::new();
    let withdrawal = world.withdrawal().expect("it was sent");
    let relay = withdrawal.relay_when_ready(&[], &world.proof()).expect("its proofs hold");
    let (by_chain, default) = (relay.calldata(), relay.calldata_for_default_chain());
    let signature = format!("relayMessageViaChainId(uint256,address,address,bytes,uint256,{INCLUSION})");
    assert_eq!(by_chain[..4], keccak256(signature)[..4]);
    assert_eq!(default[..4], keccak256(format!("relayMessage(address,address,bytes,uint256,{INCLUSION})"))[..4]);

    let arguments = Arguments::abi_decode_params_validate(&by_chain[4..]).expect("the call's arguments");
    let (chain_id, target, sender, bytes, nonce, inclusion) = arguments.clone();
    assert_eq!(chain_id, U256::from(1088));
    assert_eq!((target, sender, bytes.clone(), nonce), {
        let message = message(7);
        (message.target, message.sender, message.message, message.message_nonce)
    });
    let header = header(world.l2.root(), 1, 0);
    let expected = (U256::ZERO, header.batch_root(), U256::ONE, U256::ZERO, header.extra_data().bytes().clone());
    assert_eq!((inclusion.0, inclusion.1.clone()), (world.l2.root(), expected));
    assert_eq!(inclusion.2, (U256::ZERO, Vec::new()));
    assert_eq!(arguments.abi_encode_params(), by_chain[4..]);
    let default = DefaultArguments::abi_decode_params_validate(&default[4..]).expect("the call's arguments");
    assert_eq!(default, (target, sender, bytes, nonce, inclusion));
}

/// The message with nonce 2843 and this one have slots whose keys begin with the same eight nibbles, found by search: so
/// each leaf is short enough to stand inside the branch over both.
const NEIGHBOUR: [u64; 2] = [2_843, 124_750];

#[test]
fn a_node_that_stands_inside_its_parent_is_listed_for_the_contract() {
    let mut world = World::new();
    world.message = message(NEIGHBOUR[0]);
    for nonce in NEIGHBOUR {
        world.send(&message(nonce), U256::ONE);
    }
    let proof = world.proof();
    let withdrawal = world.withdrawal().expect("the strict proof holds without that node");
    let relay = withdrawal.relay_when_ready(&[], &proof).expect("its proofs hold");
    let arguments = Arguments::abi_decode_params_validate(&relay.calldata()[4..]).expect("the call's arguments");
    let (state_witness, storage_witness) = (arguments.5.3, arguments.5.4);
    let nodes = listed(&storage_witness);
    assert_eq!(nodes.len(), proof.slots[0].nodes.len() + 1);
    assert!(nodes.last().expect("a leaf").len() < 32);

    let header = header(world.l2.root(), 1, 0);
    let claim = |storage_trie_witness: Bytes| WithdrawalClaim {
        message: world.message.clone(),
        proof: InclusionClaim {
            state_root: world.l2.root(),
            batch_index: U256::ZERO,
            batch_root: header.batch_root(),
            batch_size: U256::ONE,
            prev_total_elements: U256::ZERO,
            extra_data: header.extra_data().bytes().clone(),
            index: U256::ZERO,
            siblings: Vec::new(),
            state_trie_witness: state_witness.clone(),
            storage_trie_witness,
        },
    };
    assert!(consistent::withdrawal(&claim(storage_witness)).is_ok());
    // As `eth_getProof` lists them, the contract would miss the leaf.
    let unlisted = rlp::encode_list(&proof.slots[0].nodes.iter().flat_map(alloy_rlp::encode).collect::<Vec<u8>>());
    let (got, expected) = (nodes.len() - 1, nodes.len());
    let refusal = BridgeError::WitnessNodes { what: "storageTrieWitness", got, expected };
    assert_eq!(consistent::withdrawal(&claim(unlisted.into())), Err(Error::Bridge(refusal)));
}

fn listed(witness: &[u8]) -> Vec<Vec<u8>> {
    let mut items = rlp::list(witness).expect("a list");
    let mut nodes = Vec::new();
    while !items.is_empty() {
        nodes.push(items.string().expect("a node").to_vec());
    }
    nodes
}
