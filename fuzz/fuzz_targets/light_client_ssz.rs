//! Light-client messages in SSZ, of every kind and in the shape of every fork: what is read has one encoding only, and
//! so has a framed list.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metis_light::consensus::{Bootstrap, MAX_UPDATES, Message, Update, UpdateKind};
use metis_light::network::{ForkName, L1};
use metis_light_fuzz::Input;
use metis_light_fuzz::light_client::{mainnet, minimal};
use std::sync::LazyLock;

static MAINNET: LazyLock<L1> = LazyLock::new(mainnet);
static MINIMAL: LazyLock<[L1; 8]> = LazyLock::new(|| ForkName::ALL.map(minimal));

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input(bytes);
    // A fork for the network to begin in and one for the source to name, or mainnet and one to name.
    let choice = input.byte();
    let first = usize::from(choice & 7);
    let named = ForkName::ALL[usize::from(choice >> 3 & 7)];
    let l1 = if choice & 0x80 == 0 { &MINIMAL[first] } else { &*MAINNET };
    for fork in [None, Some(named)] {
        if let Ok(bootstrap) = Bootstrap::from_ssz(l1, fork, input.0) {
            assert_eq!(bootstrap.to_ssz(), input.0);
            assert!(fork.is_none_or(|fork| fork == bootstrap.fork));
        }
        for kind in [UpdateKind::Full, UpdateKind::Finality, UpdateKind::Optimistic] {
            let Ok(update) = Update::from_ssz(l1, kind, fork, input.0) else { continue };
            assert_eq!(update.to_ssz(), input.0);
            assert_eq!(update.kind(), kind);
            assert!(fork.is_none_or(|fork| fork == update.fork));
        }
    }
    if let Ok(updates) = Update::list_from_ssz(l1, input.0) {
        assert!(updates.len() <= MAX_UPDATES);
        assert_eq!(updates.iter().flat_map(framed).collect::<Vec<u8>>(), input.0);
    }
    let _ = Message::list_from_ssz(l1, input.0);
});

fn framed(update: &Update) -> Vec<u8> {
    let ssz = update.to_ssz();
    let digest = update.claimed_fork_digest.expect("it came in a frame");
    [&(ssz.len() as u64 + 4).to_le_bytes()[..], &digest, &ssz].concat()
}
