use crate::client::Source;
use crate::error::Kind;

/// Who answered well and who did not, kept from task to task: the next one begins with whoever answered well last.
///
/// A source that said what does not hold is asked last from then on, however well it answers later.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// Counts what happened, so that the newest counts most.
    events: i64,
    ranks: Vec<(Source, usize, Rank)>,
}

/// Smaller ones are asked first.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
struct Rank {
    lied: bool,
    place: i64,
}

impl Standing {
    /// So many sources of a kind in the order in which they are to be asked.
    pub(super) fn order(&self, kind: Source, count: usize) -> Vec<usize> {
        let mut sources = Vec::with_capacity(count);
        for source in 0..count {
            // Those of whom nothing is known stay in the user's order.
            let rank = self.rank(kind, source);
            sources.insert(sources.partition_point(|before| self.rank(kind, *before) <= rank), source);
        }
        sources
    }

    pub(super) fn answered(&mut self, kind: Source, source: usize) {
        self.events = self.events.saturating_add(1);
        let lied = self.rank(kind, source).lied;
        self.put(kind, source, Rank { lied, place: self.events.saturating_neg() });
    }

    pub(super) fn failed(&mut self, kind: Source, source: usize, error: Kind) {
        self.events = self.events.saturating_add(1);
        let lied = self.rank(kind, source).lied || matches!(error, Kind::Invalid | Kind::Malformed);
        self.put(kind, source, Rank { lied, place: self.events });
    }

    fn rank(&self, kind: Source, source: usize) -> Rank {
        let known = self.ranks.iter().find(|(of, which, _)| (*of, *which) == (kind, source));
        known.map_or_else(Rank::default, |(.., rank)| *rank)
    }

    fn put(&mut self, kind: Source, source: usize, rank: Rank) {
        self.ranks.retain(|(of, which, _)| (*of, *which) != (kind, source));
        self.ranks.push((kind, source, rank));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_answered_last_is_asked_first_and_liars_last() {
        let mut standing = Standing::default();
        let order = |standing: &Standing| standing.order(Source::L1, 4);
        assert_eq!(order(&standing), [0, 1, 2, 3], "the user's order");
        standing.failed(Source::L1, 0, Kind::Unavailable);
        assert_eq!(order(&standing), [1, 2, 3, 0]);
        standing.answered(Source::L1, 2);
        assert_eq!(order(&standing), [2, 1, 3, 0]);
        standing.failed(Source::L1, 2, Kind::Invalid);
        standing.failed(Source::L1, 1, Kind::Unavailable);
        assert_eq!(order(&standing), [3, 0, 1, 2]);
        standing.answered(Source::L1, 2);
        assert_eq!(order(&standing), [3, 0, 1, 2], "it lied once");
        assert_eq!(standing.order(Source::L2, 2), [0, 1], "of another kind");
    }
}
