use crate::execution::{ExecutionError, Transaction, TxType};
use crate::primitives::ecdsa::SignatureError;
use crate::primitives::rlp::{self, RlpError};
use crate::primitives::{Address, B256, Bytes, U256};
use crate::rollup::{L2Transaction, Metadata, QueueOrigin, RollupError, SequencerSignature};
use alloy_primitives::{address, uint};
use k256::ecdsa::SigningKey;

/// A transaction sent on L2, with the sequencer's signature. The sequencer's key is 1.
pub(crate) fn user_transaction(nonce: u64) -> L2Transaction {
    let signed = Transaction {
        tx_type: TxType::Legacy,
        chain_id: 0,
        nonce,
        max_priority_fee_per_gas: U256::ZERO,
        gas_price: U256::from(5),
        gas: 21_000,
        to: Some(Address::repeat_byte(0x42)),
        value: U256::from(7),
        input: Bytes::from_static(&[1, 2, 3]),
        access_list: Vec::new(),
        max_fee_per_blob_gas: U256::ZERO,
        blob_versioned_hashes: Vec::new(),
        authorization_list: Vec::new(),
        v: 2 * 1088 + 35,
        r: U256::from(11),
        s: U256::from(12),
    };
    let metadata = Metadata {
        l1_block_number: 100,
        l1_timestamp: 200,
        l1_message_sender: Address::ZERO,
        queue_origin: QueueOrigin::Sequencer,
        index: nonce,
        queue_index: 0,
        raw_transaction: signed.encode().into(),
        sequencer_signature: Some(sign(signed.hash())),
    };
    L2Transaction { signed, metadata }
}

fn sign(hash: B256) -> SequencerSignature {
    let key = SigningKey::from_slice(B256::with_last_byte(1).as_slice()).expect("a key");
    let (signature, parity) = key.sign_prehash_recoverable(hash.as_slice()).expect("a signature");
    let (r, s) = signature.split_bytes();
    let [r, s] = [r, s].map(|half| U256::from_be_slice(&half));
    SequencerSignature { r, s, v: U256::from(u8::from(parity.is_y_odd())) }
}

fn signed_with(signature: Option<SequencerSignature>) -> L2Transaction {
    let mut transaction = user_transaction(1);
    transaction.metadata.sequencer_signature = signature;
    transaction
}

#[test]
fn both_forms_are_read_as_they_are_written() {
    for transaction in [user_transaction(1), signed_with(None)] {
        assert_eq!(L2Transaction::decode(&transaction.encode()), Ok(transaction));
    }
}

#[test]
fn the_sequencer_is_who_signed_the_hash() {
    let expected = address!("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf");
    assert_eq!(user_transaction(1).sequencer(), Ok(Some(expected)));
    assert_eq!(signed_with(None).sequencer(), Ok(None));
    let zeros = SequencerSignature { r: U256::ZERO, s: U256::ZERO, v: U256::ZERO };
    assert_eq!(signed_with(Some(zeros)).sequencer(), Ok(None));
    // The signature covers the hash and nothing else.
    let mut moved = user_transaction(1);
    moved.metadata.index += 1;
    assert_eq!(moved.sequencer(), Ok(Some(expected)));
    moved.signed.nonce += 1;
    assert_ne!(moved.sequencer(), Ok(Some(expected)));
}

#[test]
fn a_signature_that_no_key_made_is_refused() {
    let order = uint!(0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141_U256);
    let good = user_transaction(1).metadata.sequencer_signature.expect("a signature");
    let with = |signature| signed_with(Some(signature)).sequencer();
    let malleable = SequencerSignature { s: order - good.s, v: good.v ^ U256::ONE, ..good };
    assert_eq!(with(malleable), Err(SignatureError::HighS));
    assert_eq!(with(SequencerSignature { r: U256::ZERO, ..good }), Err(SignatureError::NoKey));
    assert_eq!(with(SequencerSignature { r: order, ..good }), Err(SignatureError::NoKey));
    assert_eq!(with(SequencerSignature { v: U256::from(27), ..good }), Err(SignatureError::Parity { got: 27 }));
    assert_eq!(with(SequencerSignature { v: U256::MAX, ..good }), Err(SignatureError::Parity { got: u64::MAX }));
}

/// The leaf with the metadata's members as given, each already encoded.
fn leaf(members: &[Vec<u8>]) -> Vec<u8> {
    let mut leaf = user_transaction(1).signed.encode();
    leaf.extend(rlp::encode_list(&members.concat()));
    rlp::encode_list(&leaf)
}

fn members() -> Vec<Vec<u8>> {
    let transaction = user_transaction(1);
    let encoded = transaction.encode();
    let mut items = rlp::list(&encoded).expect("a list");
    items.item().expect("the signed transaction");
    let mut metadata = items.list().expect("the metadata");
    let mut members = Vec::new();
    while !metadata.is_empty() {
        members.push(metadata.item().expect("a member").raw().to_vec());
    }
    members
}

#[test]
fn metadata_has_seven_members_or_ten() {
    let members = members();
    assert_eq!(members.len(), 10);
    assert_eq!(leaf(&members), user_transaction(1).encode());
    assert!(L2Transaction::decode(&leaf(&members[..7])).is_ok());
    for count in [0, 1, 6, 8, 9] {
        let refusal = L2Transaction::decode(&leaf(&members[..count])).unwrap_err();
        assert!(matches!(refusal, RollupError::Execution(ExecutionError::Encoding { .. })), "{count}: {refusal:?}");
    }
    let eleven = [&members[..], &members[9..]].concat();
    let rule = RlpError::ItemCount { expected: 10 };
    let refusal = RollupError::Execution(ExecutionError::Encoding { what: "l2 transaction", rule });
    assert_eq!(L2Transaction::decode(&leaf(&eleven)), Err(refusal));
}

#[test]
fn a_transaction_comes_from_l1_or_from_l2() {
    let mut members = members();
    members[3] = vec![1];
    let deposit = L2Transaction::decode(&leaf(&members)).expect("a leaf");
    assert_eq!(deposit.metadata.queue_origin, QueueOrigin::L1);
    members[3] = vec![2];
    assert!(matches!(
        L2Transaction::decode(&leaf(&members)),
        Err(RollupError::Execution(ExecutionError::Encoding { what: "l2 transaction", .. }))
    ));
}

#[test]
fn a_leaf_with_something_behind_the_metadata_is_refused() {
    let transaction = user_transaction(1);
    let mut payload = transaction.signed.encode();
    payload.extend(rlp::encode_list(&members().concat()));
    payload.push(0x01);
    let rule = RlpError::ItemCount { expected: 2 };
    let refusal = RollupError::Execution(ExecutionError::Encoding { what: "l2 transaction", rule });
    assert_eq!(L2Transaction::decode(&rlp::encode_list(&payload)), Err(refusal));
    let longer = [transaction.encode(), vec![0]].concat();
    assert!(L2Transaction::decode(&longer).is_err());
}
