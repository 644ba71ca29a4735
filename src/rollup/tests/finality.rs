use super::chain::{APPENDED, Chain, WEEK, header};
use crate::primitives::{B256, StorageSlot, U256, UnixTime};
use crate::rollup::{Dispute, Finality, Relayable};

/// What is said of a batch of blocks 11 to 13, by this crate and by the contract.
fn verdict(change: impl FnOnce(&mut Chain)) -> (Finality, Relayable) {
    let mut chain = Chain::new();
    change(&mut chain);
    let batch = chain.holding(&header(B256::ZERO, 3, 10));
    (batch.finality(), batch.relayable())
}

/// Sets the SCC's flag of that batch.
fn flag(chain: &mut Chain) {
    let hash = header(B256::ZERO, 3, 10).hash();
    chain.set_scc(StorageSlot::at(6).entry(hash), U256::ONE);
}

#[test]
fn the_windows_end_is_outside_of_it() {
    let closes = UnixTime(APPENDED + WEEK);
    let at = |time| verdict(|chain| chain.time = time);
    assert_eq!(at(closes.0 - 1), (Finality::Posted { closes }, Relayable::InWindow { closes }));
    assert_eq!(at(closes.0), (Finality::Final { since: closes }, Relayable::Yes));
    assert_eq!(at(closes.0 + 1), (Finality::Final { since: closes }, Relayable::Yes));
}

#[test]
fn a_raised_window_delays_both() {
    let closes = UnixTime(APPENDED + 2 * WEEK);
    let got = verdict(|chain| {
        chain.set_scc(1, U256::from(2 * WEEK));
        chain.time = closes.0 - 1;
    });
    assert_eq!(got, (Finality::Posted { closes }, Relayable::InWindow { closes }));
}

#[test]
fn a_lowered_window_lets_relay_and_makes_nothing_final() {
    let closes = UnixTime(APPENDED + WEEK);
    let lowered = |time: u64| {
        verdict(|chain| {
            chain.set_scc(1, U256::ZERO);
            chain.time = time;
        })
    };
    assert_eq!(lowered(APPENDED), (Finality::Posted { closes }, Relayable::Yes));
    assert_eq!(lowered(closes.0), (Finality::Final { since: closes }, Relayable::Yes));
}

#[test]
fn without_an_expected_window_the_contracts_own_counts() {
    let closes = UnixTime(APPENDED + 60);
    let got = verdict(|chain| {
        chain.network.contracts.fraud_proof_window = None;
        chain.set_scc(1, U256::from(60));
        chain.time = closes.0;
    });
    assert_eq!(got, (Finality::Final { since: closes }, Relayable::Yes));
}

#[test]
fn an_endless_window_never_closes() {
    let closes = UnixTime(u64::MAX);
    for word in [U256::MAX, U256::from(u64::MAX), U256::ONE << 200] {
        let got = verdict(|chain| {
            chain.set_scc(1, word);
            chain.time = u64::MAX - 1;
        });
        assert_eq!(got, (Finality::Posted { closes }, Relayable::InWindow { closes }));
    }
}

#[test]
fn a_dispute_at_or_before_the_last_block_concerns_the_batch() {
    for earliest in [1, 10, 11, 12, 13].map(U256::from) {
        for time in [APPENDED, APPENDED + 2 * WEEK] {
            let got = verdict(|chain| {
                chain.set_scc(7, earliest);
                chain.time = time;
            });
            assert_eq!(got, (Finality::Disputed(Dispute::Block { earliest }), Relayable::Disputed));
        }
    }
}

#[test]
fn a_dispute_after_the_last_block_does_not_concern_the_batch() {
    let since = UnixTime(APPENDED + WEEK);
    for earliest in [U256::ZERO, U256::from(14), U256::from(1) << 64, U256::MAX] {
        let got = verdict(|chain| {
            chain.set_scc(7, earliest);
            chain.time = since.0;
        });
        assert_eq!(got, (Finality::Final { since }, Relayable::Yes));
    }
}

#[test]
fn a_flag_is_a_dispute_even_where_the_contract_forgot_why() {
    let got = verdict(|chain| {
        flag(chain);
        chain.time = APPENDED + WEEK;
    });
    assert_eq!(got, (Finality::Disputed(Dispute::Flag), Relayable::Yes));
    let closes = UnixTime(APPENDED + WEEK);
    assert_eq!(verdict(flag), (Finality::Disputed(Dispute::Flag), Relayable::InWindow { closes }));
}

#[test]
fn the_block_of_a_dispute_goes_before_the_flag() {
    let earliest = U256::from(12);
    let got = verdict(|chain| {
        flag(chain);
        chain.set_scc(7, earliest);
    });
    assert_eq!(got, (Finality::Disputed(Dispute::Block { earliest }), Relayable::Disputed));
}

#[test]
fn another_batchs_flag_does_not_matter() {
    let got = verdict(|chain| {
        let other = header(B256::ZERO, 3, 11).hash();
        chain.set_scc(StorageSlot::at(6).entry(other), U256::ONE);
        chain.time = APPENDED + WEEK;
    });
    assert!(matches!(got.0, Finality::Final { .. }));
}
