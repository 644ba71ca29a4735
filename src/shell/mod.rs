//! The one loop that does IO, and what it needs of a platform: a transport and a clock.
//!
//! Every flow on every platform is driven by [`drive`]: it asks a source of each kind, hands the replies to the task, and
//! goes to the next source where one did not answer or answered what does not hold. Blame is kept and given back.
//!
//! What can go wrong: every source of a kind fails. The error is then the gravest that was seen: a lie weighs more than
//! silence.

mod drive;
#[cfg(feature = "native")]
mod native;
mod transcript;

pub use drive::{Blame, Driven, Limits, Transport, drive};
#[cfg(feature = "native")]
pub use native::{Native, install_tls};
pub use transcript::Transcript;
