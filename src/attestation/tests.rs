//! Edges of attestations, on an L1 of the tests' own. Recorded statements run in `tests/it`.

mod offence;
mod pool;
mod quorum;
mod tally;
mod world;
