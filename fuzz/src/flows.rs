//! The client's flows over the recording in `tests/data/devnet-1`, whose replies the fuzzer damages or writes. The code is that
//! of the suite `damage`, with the fuzzer's bytes for a tape.

use damage::judge::judge;
use damage::world::{Flow, World};
use flate2::read::GzDecoder;
use std::io::Read;
use std::sync::LazyLock;

#[allow(dead_code, reason = "the suite measures what is not looked at here")]
#[path = "../../tests/it/suites/damage"]
mod damage {
    pub(crate) mod judge;
    pub(crate) mod mangle;
    pub(crate) mod sources;
    pub(crate) mod tape;
    pub(crate) mod world;
}

static WORLD: LazyLock<(World, Vec<Flow>)> = LazyLock::new(|| {
    let mut calls = Vec::new();
    let packed = include_bytes!("../../tests/data/devnet-1/calls.json.gz");
    GzDecoder::new(&packed[..]).read_to_end(&mut calls).expect("gzip");
    let json = |bytes: &[u8]| serde_json::from_slice(bytes).expect("json");
    let expected = json(include_bytes!("../../tests/data/devnet-1/expected.json"));
    let world = World::new(include_bytes!("../../tests/data/devnet-1/network.json"), json(&calls), expected);
    let flows = world.flows();
    (world, flows)
});

/// Plays a tape to the flow that its first byte chooses.
///
/// # Panics
/// Where what the flow gives is not true, or an honest source is blamed.
pub fn play(bytes: &[u8]) {
    let (world, flows) = &*WORLD;
    let Some((choice, tape)) = bytes.split_first() else { return };
    if let Err(fault) = judge(world, &flows[usize::from(*choice) % flows.len()], tape) {
        panic!("{fault}");
    }
}
