use crate::execution::Log;
use crate::primitives::{Address, B256};

/// Which logs are wanted, as `eth_getLogs` has it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct LogFilter {
    /// Of one of these contracts; of any where there are none.
    pub addresses: Vec<Address>,
    /// At each place one of these words; any word, where there are none. A log with fewer topics is not wanted.
    pub topics: Vec<Vec<B256>>,
}

impl LogFilter {
    /// Whether a log is wanted.
    pub fn takes(&self, log: &Log) -> bool {
        let is_one = self.addresses.is_empty() || self.addresses.contains(&log.address);
        is_one && self.topics.len() <= log.topics.len() && self.takes_topics(&log.topics)
    }

    fn takes_topics(&self, topics: &[B256]) -> bool {
        self.topics.iter().zip(topics).all(|(wanted, topic)| wanted.is_empty() || wanted.contains(topic))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::primitives::Bytes;

    const fn word(byte: u8) -> B256 {
        B256::repeat_byte(byte)
    }

    fn log() -> Log {
        Log { address: Address::repeat_byte(1), topics: vec![word(1), word(2)], data: Bytes::new() }
    }

    fn filter(addresses: &[u8], topics: &[&[u8]]) -> LogFilter {
        let words = |bytes: &&[u8]| bytes.iter().copied().map(word).collect();
        let addresses = addresses.iter().copied().map(Address::repeat_byte).collect();
        LogFilter { addresses, topics: topics.iter().map(words).collect() }
    }

    #[test]
    fn a_log_is_taken_where_address_and_topics_are_among_the_wanted() {
        for wanted in [
            filter(&[], &[]),
            filter(&[1], &[]),
            filter(&[9, 1], &[&[1], &[2]]),
            filter(&[], &[&[], &[9, 2]]),
            filter(&[1], &[&[], &[]]),
        ] {
            assert!(wanted.takes(&log()), "{wanted:?}");
        }
    }

    #[test]
    fn a_log_is_passed_over_where_one_of_them_differs() {
        for wanted in [
            filter(&[9], &[]),
            filter(&[9], &[&[1], &[2]]),
            filter(&[1], &[&[9]]),
            filter(&[1], &[&[1], &[1]]),
            filter(&[], &[&[2]]),
            filter(&[], &[&[], &[], &[]]),
        ] {
            assert!(!wanted.takes(&log()), "{wanted:?}");
        }
    }
}
