//! Properties of damaged replies, natively: tapes from `proptest`, which shortens those that fail, and memory.
//!
//! `PROPTEST_CASES` scales it; each case is a tape played to every flow.

use crate::files::Files;
use crate::suites::damage::judge::judge;
use crate::suites::damage::world::{Flow, World};
use crate::suites::damage::{MAX_TAPE, ROOTS, read};
use proptest::collection::vec;
use proptest::prelude::*;
use std::sync::LazyLock;

/// What a flow may hold at most beside what a source has sent, in bytes: with the damage itself, which can make long texts and
/// then drop them.
const BASE: u64 = 6 << 20;

/// How often a flow may hold what a source has sent: as text, as a tree, as what was read from it.
const TIMES: u64 = 10;

static WORLD: LazyLock<(World, Vec<Flow>)> = LazyLock::new(|| {
    let world = read(&Files::read(".".as_ref(), ROOTS));
    let flows = world.flows();
    (world, flows)
});

/// Plays a tape to a flow: no panic, an end, nothing false, and no more memory than what was sent explains.
fn measured(flow: &Flow, tape: &[u8]) -> Result<(), String> {
    let mut judged = Err(String::new());
    let used = allocation_counter::measure(|| judged = judge(&WORLD.0, flow, tape));
    let count = judged?.count;
    let bound = BASE + TIMES * count.largest as u64;
    if used.bytes_max > bound {
        return Err(format!("{}: {} bytes at once, over {count:?}", flow.name, used.bytes_max));
    }
    Ok(())
}

proptest! {
    #[test]
    fn damaged_replies_are_survived(tape in vec(any::<u8>(), 0..MAX_TAPE)) {
        for flow in &WORLD.1 {
            prop_assert_eq!(measured(flow, &tape), Ok(()));
        }
    }
}
