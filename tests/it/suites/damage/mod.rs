//! Replies that are damaged at random, or were never honest, to every flow: nothing panics, everything ends, and what is
//! given is true. Each case is a tape of bytes (`tape.rs`); here they come from a seed, so that every host judges the very
//! same ones. `tests/it/damage.rs` takes them from `proptest` and measures memory, the fuzz target `flows` from the fuzzer.

pub(crate) mod mangle;
pub(crate) mod sources;
pub(crate) mod tape;
pub(crate) mod world;

use super::Report;
use super::spoil::Seed;
use crate::files::Files;
use sources::{Outcome, Sources};
use tape::Tape;
use world::{Flow, World};

pub(crate) const ROOTS: &[&str] = &["tests/data/devnet-1/"];

/// Where the tapes begin: any number does.
const SEED: u64 = 5;

/// Tapes for each flow.
const TAPES: usize = 60;

/// The longest tape: some damage to some replies. Most are shorter, and harm less.
pub(crate) const MAX_TAPE: usize = 96;

pub(super) fn run(files: &Files) -> Report {
    let world = read(files);
    let (mut report, mut seed) = (Report::default(), Seed::new(SEED));
    for flow in world.flows() {
        let (mut harmed, mut refused) = (0, 0);
        for number in 0..TAPES {
            let length = seed.below(MAX_TAPE);
            let tape: Vec<u8> = (0..length).map(|_| seed.below(256).to_le_bytes()[0]).collect();
            let outcome = judge(&world, &flow, &tape).unwrap_or_else(|fault| panic!("tape {number}: {fault}"));
            report.cases += 1;
            harmed += usize::from(outcome.count.damaged > 0);
            refused += usize::from(outcome.output.is_err());
        }
        assert!(harmed * 2 > TAPES && refused > 0, "{}: {harmed} harmed, {refused} refused", flow.name);
        report.refused += refused;
    }
    report
}

/// The recording with the repository.
pub(crate) fn read(files: &Files) -> World {
    let path = |name: &str| format!("{}{name}.json", ROOTS[0]);
    let json = |name: &str| files.json(&path(name)).unwrap_or_else(|| panic!("{} is missing", path(name)));
    World::new(files.get(&path("network")).expect("the network file"), json("calls"), json("expected"))
}

/// Runs a flow over what a tape damages. The first byte says whether an honest source stands beside.
pub(crate) fn judge(world: &World, flow: &Flow, tape: &[u8]) -> Result<Outcome, String> {
    let mut tape = Tape::new(tape);
    let has_second = tape.below(4) == 3;
    let outcome = flow.run(&Sources::damaged(world, tape, has_second));
    match &outcome.output {
        Ok(given) if flow.falsehood(given).is_some() => {
            Err(format!("{} gives {given:?}, and true is {:?}", flow.name, flow.truth))
        }
        Err(error) if outcome.count.damaged == 0 => Err(format!("{} fails unharmed: {error}", flow.name)),
        _ => Ok(outcome),
    }
}
