//! Messages sent on an L2, and the hashes of those that were relayed on its L1.

use crate::suites::metis::check::Check;
use crate::suites::metis::json::{address, bytes, list, number, word};
use crate::suites::spoil::flipped;
use metis_light::bridge::{Asset, Message};
use metis_light::primitives::{Address, B256, U256};
use serde_json::Value;
use std::collections::BTreeSet;

pub(super) fn run(check: &mut Check, sent: &Value, relayed: Option<&Value>) {
    let mut hashes = BTreeSet::new();
    for entry in list(sent) {
        let message = message_of(entry);
        let hash = message.hash();
        assert!(hashes.insert(hash), "no two messages are the same");
        check.report.cases += 1;
        transfer(check, &message, entry);
        spoiled(check, &message, hash);
    }
    for entry in relayed.map_or(&[][..], list) {
        check.eq("a relayed message was sent", hashes.contains(&word(&entry["msgHash"])), true);
    }
}

fn message_of(entry: &Value) -> Message {
    Message {
        target: address(&entry["target"]),
        sender: address(&entry["sender"]),
        message: bytes(&entry["message"]),
        message_nonce: number(&entry["messageNonce"]),
    }
}

/// What the bridge sent moves tokens of the account that the recording names.
fn transfer(check: &mut Check, message: &Message, entry: &Value) {
    let Some(token) = message.token_withdrawal() else { return };
    check.eq("owner", token.from, address(&entry["account"]));
    let is_ether = message.message.starts_with(&[0x15, 0x32, 0xec, 0x34]);
    check.eq("asset", matches!(token.asset, Asset::Eth), is_ether);
    check.eq("chain id", token.chain_id, None);
    let forged = Message { sender: token.from, ..message.clone() };
    check.differs("a message of somebody else", forged.token_withdrawal(), Some(token.clone()));
    let longer = Message { message: [&message.message[..], &[0]].concat().into(), ..message.clone() };
    check.differs("a byte more", longer.token_withdrawal(), Some(token));
}

fn spoiled(check: &mut Check, message: &Message, hash: B256) {
    let place = usize::from(hash[0]) % message.message.len().max(1);
    let twins = [
        Message { target: Address::ZERO, ..message.clone() },
        Message { sender: Address::ZERO, ..message.clone() },
        Message { message: flipped(&message.message, place).into(), ..message.clone() },
        Message { message_nonce: message.message_nonce ^ U256::ONE, ..message.clone() },
    ];
    for twin in twins {
        check.differs("hash", twin.hash(), hash);
        check.differs("slot in the message passer", twin.passer_slot(), message.passer_slot());
        check.differs("slot in the messenger", twin.successful_slot(), message.successful_slot());
    }
}
