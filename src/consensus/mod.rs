//! From a checkpoint to an L1 state root.
//!
//! The sync-committee part is not written yet. What stands here is the rung that it will lead to, so that the floors above
//! can be built and tested: until then no program can make an [`L1StateRoot`], only the test build can.

mod root;

pub use root::{L1StateRoot, L1Status};
