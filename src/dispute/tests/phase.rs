use crate::dispute::{Clock, Phase, required};
use crate::primitives::U256;
use proptest::prelude::*;

const fn n(number: u64) -> U256 {
    U256::from_limbs([number, 0, 0, 0])
}

/// Opened at 1000, a window of 100, five qualified, two committed, nobody revealed.
fn clock(now: u64) -> Clock {
    Clock {
        now: n(now),
        opened: n(1000),
        verify_window: n(100),
        qualified: n(5),
        committed: n(2),
        revealed: n(0),
        is_done: false,
    }
}

#[test]
fn keys_are_revealed_after_the_first_window_and_not_at_its_end() {
    let commit = Phase::Commit { until: Some(n(1100)) };
    assert_eq!(clock(1000).phase(), commit);
    assert_eq!(clock(1100).phase(), commit);
    assert_eq!(clock(1101).phase(), Phase::Reveal { until: Some(n(1200)) });
}

#[test]
fn settlement_is_due_at_the_end_of_the_second_window() {
    assert_eq!(clock(1199).phase(), Phase::Reveal { until: Some(n(1200)) });
    assert_eq!(clock(1200).phase(), Phase::Due);
}

#[test]
fn nobody_waits_once_all_have_committed_or_revealed() {
    let all_committed = Clock { committed: n(5), ..clock(1000) };
    assert_eq!(all_committed.phase(), Phase::Reveal { until: Some(n(1200)) });
    assert_eq!(Clock { revealed: n(5), ..all_committed }.phase(), Phase::Due);
    assert_eq!(Clock { revealed: n(4), ..all_committed }.phase(), Phase::Reveal { until: Some(n(1200)) });
    // Who revealed does not count before keys are taken at all.
    assert_eq!(Clock { revealed: n(2), ..clock(1100) }.phase(), Phase::Commit { until: Some(n(1100)) });
    // More than are qualified are not as many: the contract asks for equality.
    assert_eq!(Clock { committed: n(6), ..clock(1000) }.phase(), Phase::Commit { until: Some(n(1100)) });
}

#[test]
fn what_is_settled_stays_so() {
    for now in [0, 1000, 1101, 1200] {
        assert_eq!(Clock { is_done: true, ..clock(now) }.phase(), Phase::Settled);
    }
}

#[test]
fn behind_its_proxy_the_window_is_zero_and_both_phases_are_over_at_once() {
    let at = |now| Clock { verify_window: n(0), ..clock(now) }.phase();
    assert_eq!(at(1000), Phase::Commit { until: Some(n(1000)) });
    assert_eq!(at(1001), Phase::Due);
}

#[test]
fn numbers_at_which_the_contract_reverts_open_nothing() {
    let endless = Clock { verify_window: U256::MAX, ..clock(1101) };
    assert_eq!(endless.phase(), Phase::Commit { until: None });
    let all_committed = Clock { committed: n(5), ..endless };
    assert_eq!(all_committed.phase(), Phase::Reveal { until: None });
    // Twice the window is too much, the window is not.
    let long = Clock { verify_window: U256::MAX >> 1, now: U256::MAX, opened: n(0), ..clock(0) };
    assert_eq!(long.phase(), Phase::Due);
    let longer = Clock { verify_window: (U256::MAX >> 1) + n(1), ..long };
    assert_eq!(longer.phase(), Phase::Reveal { until: None });
    // A challenge from the future.
    assert_eq!(clock(999).phase(), Phase::Commit { until: Some(n(1100)) });
}

#[test]
fn three_quarters_are_rounded_down() {
    let small = [(0, 0), (1, 0), (2, 1), (3, 2), (4, 3), (5, 3), (7, 5), (8, 6), (100, 75)];
    for (qualified, expected) in small {
        assert_eq!(required(n(qualified)), Some(n(expected)), "{qualified}");
    }
    let largest = U256::MAX / n(75);
    assert_eq!(required(largest), Some(U256::MAX / n(75) * n(75) / n(100)));
    assert_eq!(required(largest + n(1)), None);
}

proptest! {
    #[test]
    fn the_rule_is_the_floor_of_three_quarters(qualified in any::<u64>()) {
        let required: u128 = required(n(qualified)).expect("small").to();
        let of_four = 3 * u128::from(qualified);
        prop_assert!(4 * required <= of_four && of_four < 4 * (required + 1));
    }

    #[test]
    fn phases_follow_one_another(
        window in 0_u64..1000,
        passed in 0_u64..3000,
        qualified in 0_u64..6,
        committed in 1_u64..6,
        revealed in 0_u64..6,
    ) {
        let at = |passed: u64| Clock {
            now: n(1000 + passed),
            opened: n(1000),
            verify_window: n(window),
            qualified: n(qualified),
            committed: n(committed),
            revealed: n(revealed.min(committed)),
            is_done: false,
        };
        let rank = |phase| match phase {
            Phase::Commit { .. } => 0,
            Phase::Reveal { .. } => 1,
            Phase::Due => 2,
            Phase::Settled => 3,
        };
        let (now, next) = (at(passed).phase(), at(passed + 1).phase());
        prop_assert!(rank(now) <= rank(next));
        // What a phase says of its end is when it ends, where nothing else changes.
        match now {
            Phase::Commit { until } => prop_assert_eq!(rank(next) > 0, until == Some(at(passed).now)),
            Phase::Reveal { until } => prop_assert_eq!(rank(next) > 1, until == Some(at(passed + 1).now)),
            Phase::Due | Phase::Settled => {}
        }
    }
}
