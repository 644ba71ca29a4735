//! Edges of withdrawals, on an L1 and an L2 of the tests' own. Recorded data runs in `tests/it`.

mod deposit;
mod messenger;
mod relay;
mod sent;
mod status;
mod token;
mod witness;
mod world;
