//! Messages of Optimism's first protocol, whose messengers Metis' come from: what `SentMessage` says in a receipt must
//! give, hashed as [`Message`] does, the very call that the messenger passed to the message passer in the trace of the
//! same transaction. `bridge-withdrawal.json` is of the later protocol, which wraps messages otherwise (version 1 in the
//! nonce's upper bytes): only its receipt is read.

use super::super::Report;
use super::super::spoil::{Seed, flipped, places};
use super::values::{address, data, hash, list, reply};
use crate::files::{Files, json};
use alloy_sol_types::SolValue;
use metis_light::bridge::{Asset, Message};
use metis_light::execution::{Log, Receipt};
use metis_light::primitives::{Address, B256, Bytes, U256, keccak256};
use metis_light::wire::ReceiptRecord;
use serde_json::{Value, json as object};

/// `SentMessage(address indexed target, address sender, bytes message, uint256 messageNonce, uint256 gasLimit)`
const SENT_MESSAGE: &str = "SentMessage(address,address,bytes,uint256,uint256)";
/// `WithdrawalInitiated(address indexed l1Token, address indexed l2Token, address indexed from, address to, uint256 amount, bytes data)`
const WITHDRAWAL_INITIATED: &str = "WithdrawalInitiated(address,address,address,address,uint256,bytes)";

const MESSENGER: Address = Address::new(alloy_primitives::hex!("4200000000000000000000000000000000000007"));
const BRIDGE: Address = Address::new(alloy_primitives::hex!("4200000000000000000000000000000000000010"));

/// `passMessageToL1(bytes)`
const PASS_MESSAGE: [u8; 4] = [0xca, 0xfa, 0x81, 0xdc];

pub(super) fn run(files: &Files, report: &mut Report) {
    let folder = "ovm_unit/optimism_legacy_crossdomain/";
    for (path, bytes) in files.matching(folder, ".json").filter(|(path, _)| !path.contains("/call-traces/")) {
        let receipt = receipt(path, &json(path, bytes), report);
        let trace = path.replace("/receipts/", "/call-traces/");
        if let Some(trace) = files.json(&trace).filter(|_| trace != path) {
            let mut passed = Vec::new();
            calls(&trace, &mut passed);
            messages(path, &receipt, &passed, report);
        }
    }
}

fn receipt(path: &str, said: &Value, report: &mut Report) -> Receipt {
    let record = ReceiptRecord::parse_all(&reply(&object!([said]))).expect("a receipt is read").remove(0);
    assert_eq!(record.transaction_hash, Some(hash(&said["transactionHash"])), "{path}");
    assert_eq!(Receipt::decode(&record.receipt.encode()).as_ref(), Ok(&record.receipt), "{path}");
    report.cases += 1;
    record.receipt
}

/// What was passed to the message passer, in order.
fn calls(call: &Value, passed: &mut Vec<(Address, Vec<u8>)>) {
    let input = data(&call["input"]);
    if let Some(argument) = input.strip_prefix(&PASS_MESSAGE) {
        let message = Bytes::abi_decode(argument).expect("one argument of bytes");
        passed.push((address(&call["from"]), message.to_vec()));
    }
    if let Some(inner) = call.get("calls") {
        list(inner).iter().for_each(|call| calls(call, passed));
    }
}

fn messages(path: &str, receipt: &Receipt, passed: &[(Address, Vec<u8>)], report: &mut Report) {
    let sent: Vec<Message> = receipt.logs.iter().filter(|log| is(log, MESSENGER, SENT_MESSAGE)).map(message).collect();
    assert_eq!(sent.len(), passed.len(), "{path}: every message that is passed is said to be sent");
    for (message, (passer, calldata)) in sent.iter().zip(passed) {
        assert_eq!(*passer, MESSENGER, "{path}");
        assert_eq!(message.x_domain_calldata(), *calldata, "{path}");
        assert_eq!(message.hash(), keccak256(calldata), "{path}");
        let flag = keccak256([calldata.as_slice(), MESSENGER.as_slice()].concat());
        assert_eq!(message.passer_slot().0, keccak256([flag, B256::ZERO].concat()), "{path}");
        report.cases += 1;
        report.refused += spoiled(path, message);
        withdrawal(path, receipt, message, report);
    }
}

fn is(log: &Log, address: Address, event: &str) -> bool {
    log.address == address && log.topics.first() == Some(&keccak256(event))
}

fn message(log: &Log) -> Message {
    let (sender, message, message_nonce, _) =
        <(Address, Bytes, U256, U256)>::abi_decode_params(&log.data).expect("the event's data");
    Message { target: Address::from_word(log.topics[1]), sender, message, message_nonce }
}

/// The hash covers every field.
fn spoiled(path: &str, message: &Message) -> usize {
    let mut twins = vec![
        Message { target: message.sender, ..message.clone() },
        Message { sender: message.target, ..message.clone() },
        Message { message_nonce: message.message_nonce + U256::ONE, ..message.clone() },
        Message { message: [&message.message[..], &[0]].concat().into(), ..message.clone() },
    ];
    for place in places(message.message.len(), 64, &mut Seed::new(0)) {
        twins.push(Message { message: flipped(&message.message, place).into(), ..message.clone() });
    }
    for twin in &twins {
        assert_ne!(twin.hash(), message.hash(), "{path}: {twin:?}");
        assert_ne!(twin.passer_slot(), message.passer_slot(), "{path}: {twin:?}");
    }
    twins.len()
}

/// What the standard bridge sends is read as the withdrawal that it says; a message of anyone else is none.
fn withdrawal(path: &str, receipt: &Receipt, message: &Message, report: &mut Report) {
    let read = message.token_withdrawal();
    let Some(log) = receipt.logs.iter().find(|log| is(log, BRIDGE, WITHDRAWAL_INITIATED)) else {
        assert_eq!(read, None, "{path}");
        return;
    };
    let read = read.unwrap_or_else(|| panic!("{path} is a withdrawal of the bridge"));
    let (to, amount, data) = <(Address, U256, Bytes)>::abi_decode_params(&log.data).expect("the event's data");
    assert_eq!((read.to, read.amount, read.data), (to, amount, data), "{path}");
    let [l1_token, l2_token, from] = [1, 2, 3].map(|index: usize| Address::from_word(log.topics[index]));
    let asset = if l1_token.is_zero() { Asset::Eth } else { Asset::Erc20 { l1_token, l2_token } };
    assert_eq!((read.asset, read.from), (asset, from), "{path}");
    report.cases += 1;
    assert_eq!(Message { sender: message.target, ..message.clone() }.token_withdrawal(), None, "{path}");
    report.refused += 1;
}
