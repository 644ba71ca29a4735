use crate::dispute::settlement::{Case, Settlement, Tally, Vote};
use crate::primitives::{Address, B256, U256};
use proptest::collection::vec;
use proptest::prelude::*;

const OURS: B256 = B256::repeat_byte(0x77);
const ROOT: B256 = B256::repeat_byte(0xba);

fn case(revealed: u64, qualified: u64) -> Case {
    Case {
        proposed: OURS,
        revealed: U256::from(revealed),
        qualified: U256::from(qualified),
        batch_root: ROOT,
        header_hash: B256::ZERO,
        element: Some(B256::ZERO),
        min_stake: U256::from(200),
        absence_threshold: U256::from(4),
        is_in_window: true,
    }
}

const fn vote(n: u8, hash: B256, has_key: bool) -> Vote {
    Vote { who: Address::repeat_byte(n), is_qualified: true, hash, has_key, strikes: 0 }
}

fn absent(n: u8) -> Vote {
    vote(n, B256::ZERO, false)
}

fn settle(case: Case, votes: &[Vote]) -> Settlement {
    Tally::new(&case, votes.to_vec()).settlement
}

#[test]
fn rules_come_in_the_contracts_order() {
    let votes = [vote(1, OURS, true), vote(2, OURS, true), vote(3, OURS, true), absent(4)];
    let base = case(3, 4);
    let wrong = B256::repeat_byte(1);
    assert_eq!(settle(base, &votes), Settlement::Agree);
    assert_eq!(settle(Case { is_in_window: false, ..base }, &votes), Settlement::Pass);
    assert_eq!(settle(Case { batch_root: OURS, ..base }, &votes), Settlement::SameRoot);
    // Each goes before those above.
    assert_eq!(settle(Case { batch_root: OURS, ..case(3, 6) }, &votes), Settlement::NotEnoughVerifiers);
    assert_eq!(settle(Case { header_hash: wrong, ..case(3, 6) }, &votes), Settlement::WrongHeader);
    assert_eq!(settle(Case { element: None, header_hash: wrong, ..base }, &votes), Settlement::Reverts);
}

#[test]
fn as_many_against_as_for_are_no_majority() {
    let other = B256::repeat_byte(0x66);
    let votes = [vote(1, OURS, true), vote(2, other, true), absent(3)];
    assert_eq!(settle(case(2, 3), &votes), Settlement::Disagree);
    let more = [vote(1, OURS, true), vote(2, OURS, true), vote(3, other, true)];
    assert_eq!(settle(case(3, 3), &more), Settlement::Agree);
}

#[test]
fn a_challenger_who_has_not_revealed_agrees_with_himself_and_finds_no_room() {
    assert_eq!(settle(case(0, 1), &[vote(1, OURS, false)]), Settlement::Reverts);
    assert_eq!(settle(case(1, 1), &[vote(1, OURS, false)]), Settlement::Agree);
}

#[test]
fn who_is_not_qualified_does_not_count() {
    let out = Vote { is_qualified: false, ..vote(2, OURS, true) };
    let votes = [vote(1, OURS, true), out, vote(3, B256::ZERO, true)];
    assert_eq!(settle(case(3, 2), &votes), Settlement::Disagree);
    assert_eq!(settle(case(3, 2), &[vote(1, OURS, true), vote(2, OURS, true), votes[2]]), Settlement::Agree);
}

#[test]
fn who_is_absent_too_often_leaves_the_count_and_the_next_is_passed_over() {
    // Behind the proxy the threshold is 0, so the first absence costs the stake.
    let strict = Case { absence_threshold: U256::ZERO, ..case(2, 4) };
    let votes = [absent(1), vote(2, B256::repeat_byte(0x66), true), vote(3, OURS, true)];
    let tally = Tally::new(&strict, votes.to_vec());
    assert_eq!((tally.absent, tally.disagree, tally.agree), (1, 0, 1));
    // 75 % of three, not of four.
    assert_eq!((tally.required, tally.settlement), (Some(U256::from(2)), Settlement::Agree));
    let lenient = Tally::new(&case(2, 4), votes.to_vec());
    assert_eq!((lenient.absent, lenient.disagree, lenient.agree), (1, 1, 1));
    assert_eq!((lenient.required, lenient.settlement), (Some(U256::from(3)), Settlement::NotEnoughVerifiers));
}

#[test]
fn strikes_are_counted_in_a_byte_and_against_the_threshold() {
    let striken = |strikes| [Vote { strikes, ..absent(1) }];
    let tally = |strikes, threshold: u64| {
        Tally::new(&Case { absence_threshold: U256::from(threshold), ..case(0, 4) }, striken(strikes).to_vec())
    };
    assert_eq!(tally(2, 4).required, Some(U256::from(3)));
    assert_eq!(tally(3, 4).required, Some(U256::from(2)));
    assert_eq!(tally(253, 1000).settlement, Settlement::NotEnoughVerifiers);
    assert_eq!(tally(254, 1000).settlement, Settlement::Reverts);
}

#[test]
fn numbers_at_which_the_contract_reverts() {
    let votes = [vote(1, OURS, true)];
    assert_eq!(settle(Case { qualified: U256::MAX, ..case(1, 0) }, &votes), Settlement::Reverts);
    // The contract counts fewer than it has.
    let strict = Case { absence_threshold: U256::ZERO, ..case(1, 0) };
    assert_eq!(settle(strict, &[absent(2), vote(1, OURS, true)]), Settlement::Reverts);
    assert_eq!(settle(Case { qualified: U256::ONE, ..strict }, &[vote(1, OURS, true), absent(2)]), Settlement::Agree);
}

/// The contract's `finalize`, told again as a program: a list that shrinks under the loop, and checked numbers.
fn referee(case: &Case, votes: &[Vote]) -> Settlement {
    let mut list: Vec<(Address, bool)> = votes.iter().map(|vote| (vote.who, vote.is_qualified)).collect();
    let of = |who: Address| votes.iter().find(|vote| vote.who == who).expect("listed");
    let (mut agree, mut disagree, mut qualified) = (0_u64, 0_u64, case.qualified);
    let mut place = 0;
    while place < list.len() {
        let (who, counts) = list[place];
        let vote = of(who);
        if counts && vote.hash == case.proposed {
            agree += 1;
        } else if counts && vote.has_key {
            disagree += 1;
        } else if counts && U256::from(vote.strikes) + U256::from(2) > case.absence_threshold {
            list.retain(|(other, _)| *other != who);
            let Some(fewer) = qualified.checked_sub(U256::ONE) else { return Settlement::Reverts };
            qualified = fewer;
        }
        if U256::from(agree) > case.revealed || U256::from(disagree) > case.revealed {
            return Settlement::Reverts;
        }
        place += 1;
    }
    if Some(case.header_hash) != case.element {
        return Settlement::WrongHeader;
    }
    if case.revealed < qualified * U256::from(75) / U256::from(100) {
        return Settlement::NotEnoughVerifiers;
    }
    if case.proposed == case.batch_root {
        return Settlement::SameRoot;
    }
    if agree <= disagree {
        return Settlement::Disagree;
    }
    if case.is_in_window { Settlement::Agree } else { Settlement::Pass }
}

fn votes() -> impl Strategy<Value = Vec<Vote>> {
    let one = (any::<bool>(), 0_u8..3, any::<bool>(), 0_u8..6);
    vec(one, 0..8).prop_map(|list| {
        let vote = |(n, (is_qualified, hash, has_key, strikes)): (u8, (bool, u8, bool, u8))| Vote {
            who: Address::repeat_byte(n),
            is_qualified,
            hash: [OURS, ROOT, B256::ZERO][usize::from(hash)],
            has_key,
            strikes,
        };
        (1..).zip(list).map(vote).collect()
    })
}

proptest! {
    #[test]
    fn a_settlement_is_what_the_contracts_program_gives(
        votes in votes(),
        revealed in 0_u64..8,
        qualified in 0_u64..8,
        threshold in 0_u64..7,
        is_same_root in any::<bool>(),
        is_header in any::<bool>(),
        is_in_window in any::<bool>(),
    ) {
        let case = Case {
            absence_threshold: U256::from(threshold),
            batch_root: if is_same_root { OURS } else { ROOT },
            element: Some(B256::with_last_byte(u8::from(!is_header))),
            is_in_window,
            ..case(revealed, qualified)
        };
        prop_assert_eq!(settle(case, &votes), referee(&case, &votes));
    }
}
