use super::world::{World, address};
use crate::attestation::{AttestationError, Lowered, QuorumRule};
use crate::network::Verifier;
use crate::primitives::U256;
use proptest::prelude::*;

#[test]
fn the_share_is_strict() {
    let rule = QuorumRule::default();
    for (total, required) in [(1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (6, 5), (7, 5), (9, 7), (300, 201)] {
        assert_eq!(rule.required(U256::from(total)), U256::from(required), "of {total}");
    }
}

#[test]
fn a_lower_quorum_must_be_meant() {
    let default = QuorumRule::default();
    let lowered = AttestationError::QuorumLowered { default };
    assert_eq!(QuorumRule::new(1, 2, 3), Err(lowered.clone()));
    assert_eq!(QuorumRule::new(2, 3, 2), Err(lowered));
    assert_eq!(QuorumRule::new(2, 3, 3), Ok(default));
    assert!(!QuorumRule::new(66_667, 100_000, 4).expect("a higher one").is_lowered());
    assert!(QuorumRule::lowered(66_666, 100_000, 3, Lowered).expect("a rule").is_lowered());
    assert!(!QuorumRule::lowered(2, 3, 3, Lowered).expect("a rule").is_lowered(), "it is the default");
    for (more_than, of) in [(1, 1), (2, 1), (0, 0)] {
        let error = AttestationError::QuorumShare { more_than, of };
        assert_eq!(QuorumRule::lowered(more_than, of, 1, Lowered), Err(error));
    }
}

#[test]
fn nobody_is_no_quorum() {
    let rule = QuorumRule::lowered(0, 1, 0, Lowered).expect("a rule");
    assert_eq!(rule.signers(), 1);
    assert!(!rule.is_met(0, U256::ZERO, U256::from(3)));
    assert!(rule.is_met(1, U256::ONE, U256::from(3)));
}

fn listed(members: &[(u8, U256)]) -> Result<U256, AttestationError> {
    let list: Vec<_> =
        members.iter().map(|(key, weight)| Verifier { address: address(*key), weight: *weight }).collect();
    let registry = World::new().chain.registry().expect("as pinned");
    registry.listed_verifiers(&list, QuorumRule::default()).map(|set| set.total())
}

#[test]
fn a_set_must_have_somebody_each_once_with_a_weight_that_can_be_counted() {
    let one = U256::ONE;
    assert_eq!(listed(&[]), Err(AttestationError::EmptySet));
    assert_eq!(listed(&[(1, U256::ZERO)]), Err(AttestationError::EmptySet));
    assert_eq!(listed(&[(1, one), (1, one)]), Err(AttestationError::DuplicateSigner { signer: address(1) }));
    let largest = U256::from(u128::MAX);
    assert_eq!(listed(&[(1, largest), (2, largest), (3, largest)]), Ok(largest * U256::from(3)));
    let got = largest + one;
    assert_eq!(listed(&[(1, got)]), Err(AttestationError::WeightOverflow { signer: address(1), got }));
    assert_eq!(listed(&[(1, one), (2, U256::ZERO)]), Ok(one), "who weighs nothing is left out");
}

#[test]
fn who_weighs_nothing_is_no_signer() {
    let world = World::new();
    let set = world.set(&[5, 5, 0]);
    let words: Vec<_> = (1..=3).map(|key| world.sign(key, world.agreement())).collect();
    let tally = world.tally(&set, &words);
    assert_eq!(tally.agreeing().len(), 2);
    assert!(!tally.is_attested(), "two signers, however heavy");
}

proptest! {
    /// The least weight is above the share, and one less is not, exactly, up to the largest sums.
    #[test]
    fn the_least_weight_is_exact(total in any::<[u128; 2]>(), more_than in 0_u64.., of in 1_u64..) {
        prop_assume!(more_than < of);
        let total = U256::from(total[0]) + U256::from(total[1]);
        let rule = QuorumRule::lowered(more_than, of, 1, Lowered).expect("a share below one");
        let required = rule.required(total);
        let above = |weight: U256| weight * U256::from(of) > total * U256::from(more_than);
        prop_assert!(above(required));
        prop_assert!(required.is_zero() || !above(required - U256::ONE));
    }

    /// A quorum and the opposite quorum cannot both be there.
    #[test]
    fn two_quorums_share_more_than_a_third(total in 1_u128.., weight in any::<u128>()) {
        let total = U256::from(total);
        let weight = U256::from(weight) % (total + U256::ONE);
        let rule = QuorumRule::default();
        let rest = total - weight;
        prop_assert!(!(rule.is_met(3, weight, total) && rule.is_met(3, rest, total)));
        // Dissent above a third leaves no quorum.
        if rest * U256::from(3) >= total {
            prop_assert!(!rule.is_met(3, weight, total));
        }
    }
}
