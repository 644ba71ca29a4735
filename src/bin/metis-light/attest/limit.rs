//! How much is answered: so many requests a minute to each address, and to all of them together; and how many connections one
//! address holds.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// A bucket that fills again: a request takes what it costs out of it.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    seen: Instant,
}

/// Buckets of addresses, and one of all.
#[derive(Debug)]
pub(crate) struct Limit {
    per_minute: f64,
    of_all: Bucket,
    each: HashMap<IpAddr, Bucket>,
}

/// How many addresses are told apart. When there are more, those that have not asked for a while are forgotten; if that does not
/// help, new ones wait.
const MAX_ADDRESSES: usize = 4096;

/// How much more all may ask together than one.
const ALL: f64 = 20.0;

impl Limit {
    pub(crate) fn new(per_minute: u32, now: Instant) -> Self {
        let per_minute = f64::from(per_minute.max(1));
        Self { per_minute, of_all: Bucket { left: per_minute * ALL, seen: now }, each: HashMap::new() }
    }

    /// Whether an address may ask for something of this cost now, or of all that it ever has. A refusal costs nothing.
    pub(crate) fn takes(&mut self, address: IpAddr, cost: u32, now: Instant) -> bool {
        let most = self.per_minute;
        let cost = f64::from(cost).min(most);
        if self.each.len() >= MAX_ADDRESSES && !self.each.contains_key(&network(address)) {
            self.each.retain(|_, bucket| bucket.filled(most, now).left < most);
            if self.each.len() >= MAX_ADDRESSES {
                return false;
            }
        }
        let fresh = Bucket { left: most, seen: now };
        let one = self.each.entry(network(address)).or_insert(fresh);
        (*one, self.of_all) = (one.filled(most, now), self.of_all.filled(most * ALL, now));
        if one.left < cost || self.of_all.left < cost {
            return false;
        }
        one.left -= cost;
        self.of_all.left -= cost;
        true
    }
}

impl Bucket {
    /// A minute fills it.
    fn filled(self, most: f64, now: Instant) -> Self {
        let minutes = now.saturating_duration_since(self.seen).as_secs_f64() / 60.0;
        Self { left: (self.left + minutes * most).min(most), seen: now }
    }
}

/// How many connections each address holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guests(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// A connection that is held, until this is dropped.
#[derive(Debug)]
pub(crate) struct Guest {
    guests: Guests,
    address: IpAddr,
}

/// A quarter of all, so that no address keeps the others out; a proxy is one address, and needs no more.
const MAX_HELD: usize = 64;

impl Guests {
    /// None where the address holds enough.
    pub(crate) fn enter(&self, address: IpAddr) -> Option<Guest> {
        let address = network(address);
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = held.entry(address).or_default();
        if *count >= MAX_HELD {
            return None;
        }
        *count += 1;
        Some(Guest { guests: self.clone(), address })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut held = self.guests.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = held.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.address);
            }
        }
    }
}

/// Who has one address of version 6 has 2^64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) & !u128::from(u64::MAX)).into()),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, Ipv6Addr};
    use std::time::Duration;

    fn address(number: u32) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from(number))
    }

    #[test]
    fn one_address_has_its_share_and_a_minute_gives_it_again() {
        let now = Instant::now();
        let mut limit = Limit::new(10, now);
        assert!((0..10).all(|_| limit.takes(address(1), 1, now)));
        assert!(!limit.takes(address(1), 1, now));
        assert!(limit.takes(address(2), 1, now), "another one is not held up by it");
        assert!(limit.takes(address(1), 5, now + Duration::from_secs(30)));
        assert!(!limit.takes(address(1), 1, now + Duration::from_secs(30)));
        assert!(limit.takes(address(3), 11, now), "what costs more than there ever is takes all of it");
        assert!(!limit.takes(address(3), 1, now));
    }

    #[test]
    fn all_together_have_a_share_too() {
        let now = Instant::now();
        let mut limit = Limit::new(1, now);
        let taken = (0..100).filter(|number| limit.takes(address(*number), 1, now)).count();
        assert_eq!(taken, 20);
    }

    #[test]
    fn addresses_without_end_are_not_kept() {
        let now = Instant::now();
        let mut limit = Limit::new(1000, now);
        for number in 0..10_000 {
            limit.takes(address(number), 1, now);
        }
        assert_eq!(limit.each.len(), MAX_ADDRESSES);
        assert!(limit.takes(address(20_000), 1, now + Duration::from_secs(60)), "those that were idle made room");
    }

    #[test]
    fn the_addresses_of_one_network_of_version_6_share() {
        let now = Instant::now();
        let mut limit = Limit::new(1, now);
        let of = |low: u16| IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 0, 0, 0, low));
        assert!(limit.takes(of(1), 1, now) && !limit.takes(of(2), 1, now));
        let mapped = IpAddr::V6(Ipv4Addr::from(7).to_ipv6_mapped());
        assert!(limit.takes(mapped, 1, now) && !limit.takes(address(7), 1, now), "one address in two forms");
    }

    #[test]
    fn one_address_holds_some_connections_and_no_more() {
        let guests = Guests::default();
        let mut held: Vec<Guest> = (0..MAX_HELD).map(|_| guests.enter(address(1)).expect("there is room")).collect();
        assert!(guests.enter(address(1)).is_none());
        assert!(guests.enter(address(2)).is_some(), "another one is not held up by it");
        held.pop();
        assert!(guests.enter(address(1)).is_some());
        drop(held);
        assert!(guests.0.lock().expect("nobody panics with it").is_empty());
    }
}
