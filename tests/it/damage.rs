//! Properties of damaged replies, natively: tapes from `proptest`, which shortens those that fail, and memory.
//!
//! `PROPTEST_CASES` scales it; each case is a tape played to every flow.

use crate::files::Files;
use crate::suites::damage::{self, MAX_TAPE};
use proptest::collection::vec;
use proptest::prelude::*;
use std::sync::LazyLock;
use damage::world::{Flow, World};

/// What a flow may hold at most beside what a source has sent, in bytes.
const BASE: u64 = 2 << 20;

/// How often a flow may hold what a source has sent: as text, as a tree, as what was read from it.
const TIMES: u64 = 40;

static WORLD: LazyLock<(World, Vec<Flow>)> = LazyLock::new(|| {
    let world = damage::read(&Files::read(".".as_ref(), damage::ROOTS));
    let flows = world.flows();
    (world, flows)
});

/// Plays a tape to a flow: no panic, an end, nothing false, and no more memory than what was sent explains.
fn judge(flow: &Flow, tape: &[u8]) -> Result<(), String> {
    let mut judged = Err(String::new());
    let used = allocation_counter::measure(|| judged = damage::judge(&WORLD.0, flow, tape));
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
            prop_assert_eq!(judge(flow, &tape), Ok(()));
        }
    }
}
