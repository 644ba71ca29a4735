use super::types::Update;
use crate::network::L1;

impl Update {
    /// Whether this update of a period serves a store better than another: `is_better_update`.
    pub fn is_better_than(&self, other: &Self, l1: &L1) -> bool {
        let (new, old) = (Rank::of(self, l1), Rank::of(other, l1));
        new > old
    }
}

/// What counts, the most important first; the derived order compares in this order.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
struct Rank {
    has_supermajority: bool,
    /// Counts here only without a supermajority.
    few_participants: u64,
    /// A next committee, signed for in its own period.
    has_relevant_committee: bool,
    has_finality: bool,
    /// The finalized header is of the attested one's period.
    has_committee_finality: bool,
    participants: u64,
    /// Older ones first: data that is kept then changes less.
    attested_slot: core::cmp::Reverse<u64>,
    signature_slot: core::cmp::Reverse<u64>,
}

impl Rank {
    fn of(update: &Update, l1: &L1) -> Self {
        let participants = update.sync_aggregate.participants();
        let has_supermajority = participants.saturating_mul(3) >= l1.sync_committee_size.saturating_mul(2);
        let attested_slot = update.attested_header.beacon.slot;
        let period = l1.period_at(attested_slot);
        let has_finality = update.proposed_finality().is_some();
        Self {
            has_supermajority,
            few_participants: if has_supermajority { 0 } else { participants },
            has_relevant_committee: update.proposed_committee().is_some()
                && period == l1.period_at(update.signature_slot),
            has_finality,
            has_committee_finality: has_finality && l1.period_at(update.finalized_slot()) == period,
            participants,
            attested_slot: core::cmp::Reverse(attested_slot),
            signature_slot: core::cmp::Reverse(update.signature_slot),
        }
    }
}
