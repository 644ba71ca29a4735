#[path = "../../../tests/support/beacon_chain.rs"]
mod beacon_chain;

use super::*;
use crate::network::ForkName;
use alloy_primitives::{Address, B64, Bloom, Bytes, U256};
use beacon_chain::{Committee, State};

const MEMBERS: u64 = 4;

/// A store at its checkpoint, and the time of that.
fn store() -> (Store, UnixTime) {
    let l1 = beacon_chain::l1(MEMBERS, &[(ForkName::Altair, 0)]);
    let (current, next) = (Committee::new(MEMBERS, 0), Committee::new(MEMBERS, 1));
    let state = State { finalized: None, current: &current.keys, next: &next.keys };
    let block = beacon_chain::block(&l1, 8, &state, &execution());
    let bootstrap = beacon_chain::bootstrap(&block, &current.keys);
    let now = UnixTime(beacon_chain::GENESIS_TIME + 9 * l1.seconds_per_slot);
    let checkpoint = Checkpoint::new(block.header.beacon.root());
    (Store::bootstrap(&l1, checkpoint, &bootstrap, now).expect("it is the checkpoint's"), now)
}

/// Nothing of it is in a beacon block of Altair.
fn execution() -> Header {
    Header {
        parent_hash: B256::ZERO,
        ommers_hash: B256::ZERO,
        beneficiary: Address::ZERO,
        state_root: B256::ZERO,
        transactions_root: B256::ZERO,
        receipts_root: B256::ZERO,
        logs_bloom: Bloom::ZERO,
        difficulty: U256::ZERO,
        number: 0,
        gas_limit: 0,
        gas_used: 0,
        timestamp: 0,
        extra_data: Bytes::new(),
        mix_hash: B256::ZERO,
        nonce: B64::ZERO,
        london: None,
    }
}

#[test]
fn a_period_without_an_update_yet_is_an_empty_list_in_json_and_in_ssz() {
    let (mut store, now) = store();
    let before = store.save();
    for nothing in [&b""[..], b"[]", b" [] \n"] {
        take_all(&mut store, &nothing.to_vec(), now).expect("no news");
    }
    assert_eq!(store.save(), before);
    for broken in [&b"["[..], b"{}", b"\0", b"null"] {
        assert!(take_all(&mut store, &broken.to_vec(), now).is_err(), "{broken:?}");
    }
}
