//! Whatever a source of light-client data answers, in JSON or in SSZ: what is read encodes to something that, if it is
//! read at all, is read as the same; and bare SSZ to itself.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metis_light::consensus::{Bootstrap, Message, Update};
use metis_light::network::{ForkName, L1};
use metis_light_fuzz::light_client::{mainnet, minimal};
use std::sync::LazyLock;

static NETWORKS: LazyLock<[L1; 3]> = LazyLock::new(|| [mainnet(), minimal(ForkName::Altair), minimal(ForkName::Gloas)]);

fuzz_target!(|bytes: &[u8]| {
    let is_json = matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['));
    for l1 in &*NETWORKS {
        let Ok(messages) = Message::parse_all(l1, bytes) else { continue };
        for message in &messages {
            let is_framed = check(l1, message);
            if let ([message], false, false) = (messages.as_slice(), is_json, is_framed) {
                assert_eq!(to_ssz(message), bytes);
            }
        }
    }
});

/// Checks that the encoding is stable; whether the message came in a framed list.
fn check(l1: &L1, message: &Message) -> bool {
    let ssz = to_ssz(message);
    match message {
        Message::Bootstrap(bootstrap) => {
            if let Ok(again) = Bootstrap::from_ssz(l1, Some(bootstrap.fork), &ssz) {
                assert_eq!(again.to_ssz(), ssz);
            }
            false
        }
        Message::Update(update) => {
            if let Ok(again) = Update::from_ssz(l1, update.kind(), Some(update.fork), &ssz) {
                assert_eq!(again.to_ssz(), ssz);
            }
            update.claimed_fork_digest.is_some()
        }
    }
}

fn to_ssz(message: &Message) -> Vec<u8> {
    match message {
        Message::Bootstrap(bootstrap) => bootstrap.to_ssz(),
        Message::Update(update) => update.to_ssz(),
    }
}
