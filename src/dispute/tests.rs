//! Edges of disputes, on an L1 of the tests' own. Recorded data runs in `tests/it`.

mod challenge;
mod effect;
mod games;
mod inquiry;
mod phase;
mod settlement;
mod storage;
pub(crate) mod world;
