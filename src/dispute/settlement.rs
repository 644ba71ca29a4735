//! What `MVM_Verifier` would decide of a challenge if it were settled now, by the keys that are revealed.
//!
//! The order of its rules decides, so they stand here in that order. What is not computed is the pay-out that follows most
//! decisions: it reverts wherever the amount is not divided evenly or nobody else took part, and a decision that cannot be
//! paid out never comes about.

use super::phase::required;
use crate::primitives::{Address, B256, U256};

/// What the contract would decide. Each has a number in its event `Finalize`, but for what never gets so far.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Settlement {
    /// Fewer have revealed than the rule of 75 % wants: nothing follows. Number 0.
    NotEnoughVerifiers,
    /// The challenger's root is the batch's own: a pointless challenge. Number 1.
    SameRoot,
    /// Most agree with the challenger: the SCC is asked to delete the batch. It does so only for the account that is named
    /// the fraud verifier, and only where the batch is flagged; else the settlement reverts. Number 2.
    Agree,
    /// The header is not that of the batch at its index: the challenger loses. Number 3.
    WrongHeader,
    /// No more agree than disagree: the challenger's side loses. Number 3.
    Disagree,
    /// Most agree, and the batch's window is over: nothing follows. Number 4.
    Pass,
    /// The contract would revert: there is no batch at the index, or a number is too large, or more agree than have revealed.
    Reverts,
}

/// What a settlement is computed from, and what it would be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Tally {
    /// Qualified verifiers whose hash is the challenger's.
    pub agree: u64,
    /// Qualified verifiers who have revealed another.
    pub disagree: u64,
    /// Qualified verifiers who have not revealed.
    pub absent: u64,
    /// How many must have revealed, of those whose stake is not taken for being absent; none where the contract would revert.
    pub required: Option<U256>,
    /// What it would be.
    pub settlement: Settlement,
}

/// Somebody in the contract's list, as the settlement looks at it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vote {
    pub(super) who: Address,
    /// Whether there is enough stake, and a place on the whitelist where one is needed.
    pub(super) is_qualified: bool,
    pub(super) hash: B256,
    pub(super) has_key: bool,
    /// For having been absent before.
    pub(super) strikes: u8,
}

/// The challenge as the settlement looks at it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case {
    /// The challenger's hash: encrypted still where he has not revealed.
    pub(super) proposed: B256,
    /// How many have revealed.
    pub(super) revealed: U256,
    /// How many verifiers have enough stake, by the contract's count.
    pub(super) qualified: U256,
    /// The batch root in the challenge's header: encrypted still where the challenger has not revealed.
    pub(super) batch_root: B256,
    /// The hash of the challenge's header.
    pub(super) header_hash: B256,
    /// What the container holds at the header's index; none at and above its length.
    pub(super) element: Option<B256>,
    /// The stake that qualifies.
    pub(super) min_stake: U256,
    /// More strikes than these for being absent take the stake.
    pub(super) absence_threshold: U256,
    /// Whether the SCC's window for that header is open.
    pub(super) is_in_window: bool,
}

/// The contract's count of its verifiers, one after the other.
#[derive(Debug)]
struct Count {
    agree: u64,
    disagree: u64,
    absent: u64,
    /// Who is left in the contract's list: who loses the stake is taken out of it during the count.
    list: Vec<Vote>,
    qualified: U256,
}

impl Tally {
    /// Counts the verifiers and settles.
    pub(super) fn new(case: &Case, votes: Vec<Vote>) -> Self {
        let mut count = Count { agree: 0, disagree: 0, absent: 0, list: votes, qualified: case.qualified };
        let counted = count.all(case);
        let required = counted.and_then(|()| required(count.qualified));
        let settlement = required.and_then(|required| settle(case, required, &count));
        let Count { agree, disagree, absent, .. } = count;
        Self { agree, disagree, absent, required, settlement: settlement.unwrap_or(Settlement::Reverts) }
    }
}

impl Count {
    /// Goes through the list by places, as the contract does: where one is taken out, the next moves to that place and is passed
    /// over (a quirk). None where the contract would revert.
    fn all(&mut self, case: &Case) -> Option<()> {
        let mut place = 0_usize;
        while let Some(vote) = self.list.get(place).copied() {
            if vote.is_qualified {
                self.add(case, &vote)?;
            }
            place = place.checked_add(1)?;
        }
        Some(())
    }

    fn add(&mut self, case: &Case, vote: &Vote) -> Option<()> {
        let side = match vote.side(case.proposed) {
            Side::Agrees => &mut self.agree,
            Side::Absent => return self.strike(case, vote),
            Side::Disagrees => &mut self.disagree,
        };
        *side = side.checked_add(1)?;
        // The lists of either side have room for as many as have revealed.
        (U256::from(*side) <= case.revealed).then_some(())
    }

    /// Two strikes more, in a byte; where they are too many, the stake and the place in the list.
    fn strike(&mut self, case: &Case, absent: &Vote) -> Option<()> {
        self.absent = self.absent.checked_add(1)?;
        let strikes = absent.strikes.checked_add(2)?;
        if U256::from(strikes) <= case.absence_threshold {
            self.list.iter_mut().filter(|vote| vote.who == absent.who).for_each(|vote| vote.strikes = strikes);
            return Some(());
        }
        let first = self.list.iter().position(|vote| vote.who == absent.who)?;
        self.list.remove(first);
        // Who has no stake left still counts where none is needed.
        let again = self.list.iter_mut().filter(|vote| vote.who == absent.who);
        again.for_each(|vote| {
            (vote.strikes, vote.is_qualified) = (strikes, vote.is_qualified && case.min_stake.is_zero())
        });
        self.qualified = self.qualified.checked_sub(U256::ONE)?;
        Some(())
    }
}

/// The rules in the contract's order; none where it would revert.
fn settle(case: &Case, required: U256, count: &Count) -> Option<Settlement> {
    if case.header_hash != case.element? {
        return Some(Settlement::WrongHeader);
    }
    if case.revealed < required {
        return Some(Settlement::NotEnoughVerifiers);
    }
    if case.proposed == case.batch_root {
        return Some(Settlement::SameRoot);
    }
    Some(match (count.agree > count.disagree, case.is_in_window) {
        (false, _) => Settlement::Disagree,
        (true, true) => Settlement::Agree,
        (true, false) => Settlement::Pass,
    })
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Side {
    Agrees,
    Absent,
    Disagrees,
}

impl Vote {
    /// The contract compares first and asks for the key second: who has the challenger's very bytes agrees without one.
    fn side(&self, proposed: B256) -> Side {
        match (self.hash == proposed, self.has_key) {
            (true, _) => Side::Agrees,
            (false, false) => Side::Absent,
            (false, true) => Side::Disagrees,
        }
    }
}
