//! Edges of the climb, on an L1 and an L2 of the tests' own. Recorded data runs in `tests/it`.

mod balance;
mod batch;
pub(crate) mod chain;
mod event;
mod finality;
mod header;
mod registry;
mod root;
mod transaction;
