//! Replies that are damaged at random, or were never honest, to every flow: nothing panics, everything ends, and what is
//! given is true. Each case is a tape of bytes (`tape.rs`); here they come from a seed, so that every host judges the very
//! same ones. `tests/it/damage.rs` takes them from `proptest` and measures memory, the fuzz target `flows` from the fuzzer.

pub(crate) mod judge;
pub(crate) mod mangle;
pub(crate) mod sources;
pub(crate) mod tape;
pub(crate) mod world;

use super::Report;
use super::spoil::Seed;
use crate::files::Files;
use judge::judge;
use world::World;

pub(crate) const ROOTS: &[&str] = &["tests/data/devnet-1/"];

/// Where the tapes begin: any number does.
const SEED: u64 = 5;

/// Tapes for each flow.
const TAPES: usize = 60;

/// How much the memory of a WebAssembly instance may grow over all tapes, in bytes: it never shrinks.
const MAX_GROWTH: usize = 32 << 20;

/// The longest tape: some damage to some replies. Most are shorter, and harm less.
pub(crate) const MAX_TAPE: usize = 96;

pub(super) fn run(files: &Files) -> Report {
    let world = read(files);
    let (mut report, mut seed) = (Report::default(), Seed::new(SEED));
    let flows = world.flows();
    let (before, mut largest) = (memory(), 0);
    for flow in flows {
        let (mut harmed, mut refused) = (0, 0);
        for number in 0..TAPES {
            let length = seed.below(MAX_TAPE);
            let tape: Vec<u8> = (0..length).map(|_| seed.below(256).to_le_bytes()[0]).collect();
            let outcome = judge(&world, &flow, &tape).unwrap_or_else(|fault| panic!("tape {number}: {fault}"));
            report.cases += 1;
            largest = largest.max(outcome.count.largest);
            harmed += usize::from(outcome.count.damaged > 0);
            refused += usize::from(outcome.output.is_err());
        }
        assert!(harmed * 3 > TAPES && refused > 0, "{}: {harmed} harmed, {refused} refused", flow.name);
        report.refused += refused;
    }
    assert!(largest > 1 << 16, "long replies were made: {largest} bytes");
    let grown = memory() - before;
    assert!(grown <= MAX_GROWTH, "the memory has grown by {grown} bytes");
    report
}

/// What the instance holds, in bytes.
#[cfg(target_arch = "wasm32")]
fn memory() -> usize {
    core::arch::wasm32::memory_size(0) << 16
}

/// Natively others run beside: `tests/it/damage.rs` measures.
#[cfg(not(target_arch = "wasm32"))]
const fn memory() -> usize {
    0
}

/// The recording with the repository.
pub(crate) fn read(files: &Files) -> World {
    let path = |name: &str| format!("{}{name}.json", ROOTS[0]);
    let json = |name: &str| files.json(&path(name)).unwrap_or_else(|| panic!("{} is missing", path(name)));
    World::new(files.get(&path("network")).expect("the network file"), json("calls"), json("expected"))
}
