//! Every rule for light-client data, broken in a single place and, where the rule is not the signature, signed again by
//! committees of our own; beside each the accepted twin.
//!
//! The official vectors hold no refusals, so these are made: for every fork from Altair to Gloas.

mod bytes;
mod clock;
mod execution;
mod points;
mod saved;
mod updates;
mod world;

use super::Report;
use crate::files::Files;
use metis_light::consensus::ConsensusError;
use metis_light::error::Error;
use metis_light::network::ForkName;
use metis_light::primitives::B256;
use metis_light::primitives::ssz::{hash_bytes, hash_nodes};

pub(super) const ROOTS: &[&str] = &[];

pub(super) fn run(_: &Files) -> Report {
    let mut report = Report::default();
    for fork in world::FORKS {
        let world = world::World::at_genesis(fork);
        updates::run(&world, &mut report);
        points::run(&world, &mut report);
        execution::run(&world, &mut report);
        bytes::run(&world, &mut report);
    }
    execution::across_forks(&mut report);
    clock::run(&mut report);
    saved::run(&mut report);
    report
}

/// The digest by which a source would name the world's fork: from Fulu on mixed with Electra's blob parameters.
fn world_digest(world: &world::World) -> [u8; 4] {
    let fork = world.l1.fork_at(0).expect("forks begin at 0");
    let base = hash_nodes(B256::right_padding_from(&fork.version), world.l1.genesis_validators_root);
    let parameters = [0_u64.to_le_bytes(), 9_u64.to_le_bytes()].concat();
    let mask = if fork.name >= ForkName::Fulu { hash_bytes(&parameters) } else { B256::ZERO };
    core::array::from_fn(|place| base[place] ^ mask[place])
}

impl Report {
    /// Notes what must hold.
    fn holds<T>(&mut self, name: &str, outcome: Result<T, ConsensusError>) -> T {
        self.cases += 1;
        outcome.unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Notes what must be refused, by the rule that it breaks.
    fn refuses<T>(&mut self, name: &str, outcome: Result<T, impl Into<Error>>, rule: &str) {
        match outcome.map_err(Into::into) {
            Ok(_) => panic!("{name}: was accepted, {rule} was to refuse it"),
            Err(error) => assert_eq!(error.detail().rule, rule, "{name}: {error}"),
        }
        self.refused += 1;
    }
}
