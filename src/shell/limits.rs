use core::time::Duration;

/// How long a task may go on, and how patient it is with sources.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most rounds, those that are asked again included: a source that always has more ends here.
    pub rounds: usize,
    /// How long the whole task may take.
    pub whole: Duration,
    /// How long one source may take for its part of a round.
    pub answer: Duration,
    /// How long a source may take until the next one is asked too. Whoever answers first is taken, and nobody is blamed. Sources
    /// of attestations, which are asked together, are waited for twice as long.
    pub hedge: Duration,
    /// How often sources that were silent are asked again in one round, once all of their kind have failed.
    pub retries: u32,
    /// The wait before the first retry; it doubles with each. What is waited lies between half of it and all.
    pub backoff: Duration,
    /// The longest wait before a retry. A source that asks for a longer one is not asked again.
    pub longest_wait: Duration,
}

impl Default for Limits {
    /// Rounds: 200, where a flow takes six, and the search of a batch in ten million blocks fourteen more. Whole: two
    /// minutes, in which a person still waits. Answer: 20 s, for 128 updates are 3.5 MB. Hedge: 2 s, several times what a
    /// healthy source takes, so that few are asked twice. Retries: 3, after 0.25, 0.5 and 1 s, enough for a restart or a
    /// node that lags a block; a source may ask for up to 15 s.
    fn default() -> Self {
        Self {
            rounds: 200,
            whole: Duration::from_secs(120),
            answer: Duration::from_secs(20),
            hedge: Duration::from_secs(2),
            retries: 3,
            backoff: Duration::from_millis(250),
            longest_wait: Duration::from_secs(15),
        }
    }
}

impl Limits {
    /// The wait before a retry after so many of them, with a number that spreads it.
    pub(super) fn wait(&self, retries: u32, jitter: u32) -> Duration {
        let whole = self.backoff.saturating_mul(2_u32.saturating_pow(retries)).min(self.longest_wait);
        let half = milliseconds(whole) / 2;
        let spread = u128::from(half).saturating_mul(u128::from(jitter)) / (1 << 32);
        Duration::from_millis(half.saturating_add(u64::try_from(spread).unwrap_or(u64::MAX)))
    }
}

/// A time in the unit of messages; numbers of more than 64 bits are dear to show.
pub(super) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_within_their_bounds() {
        let limits = Limits { backoff: Duration::from_millis(200), ..Limits::default() };
        let bounds = |retries| [0, u32::MAX].map(|jitter| limits.wait(retries, jitter).as_millis());
        assert_eq!([bounds(0), bounds(1), bounds(2)], [[100, 199], [200, 399], [400, 799]]);
        assert_eq!(bounds(50), [7_500, 14_999], "never above the longest");
        let endless = Limits { backoff: Duration::MAX, longest_wait: Duration::MAX, ..limits };
        assert!(endless.wait(u32::MAX, u32::MAX) > Duration::from_secs(1 << 40));
    }
}
