//! The one loop that does IO, and what it needs of a platform: a transport and a clock.
//!
//! Every flow on every platform is driven by [`drive`]: it asks a source of each kind, hands the replies to the task, and
//! goes to the next source where one did not answer or answered what does not hold. One that is late is overtaken by the
//! next ([`Limits::hedge`]); where all were silent they are asked again after a while ([`Limits::retries`]), but never one
//! that lied. Blame is kept and given back, and who answered well is asked first by the next task ([`Standing`]).
//!
//! What can go wrong: every source of a kind fails, and the error is then the gravest that was seen: a lie weighs more than
//! silence. Sources that stall: each answer has a deadline, and so has the whole.

mod attempt;
#[cfg_attr(all(feature = "page", not(feature = "engine")), path = "unattested.rs")]
mod attested;
#[cfg(feature = "page")]
mod callback;
mod drive;
#[cfg(feature = "page")]
mod fetch;
mod floor;
#[cfg(not(all(feature = "page", not(feature = "engine"))))]
mod gather;
#[cfg(not(all(feature = "page", not(feature = "engine"))))]
mod heard;
#[cfg(feature = "page")]
mod host;
#[cfg(any(feature = "native", feature = "page"))]
mod http;
mod limits;
#[cfg(feature = "native")]
mod native;
mod part;
mod recorder;
mod session;
mod standing;
mod transcript;
mod transport;
mod wait;
#[cfg(feature = "page")]
mod web;

pub use drive::{Blame, Driven, drive};
pub use floor::{At, Floor};
#[cfg(feature = "engine")]
pub(crate) use host::now as host_now;
pub use limits::Limits;
#[cfg(feature = "native")]
pub use native::{Native, install_tls};
pub use recorder::Recorder;
pub use session::{Heads, Session};
pub use standing::Standing;
pub use transcript::Transcript;
pub use transport::{Again, Failure, Transport};
#[cfg(feature = "page")]
pub(crate) use wait::within;
#[cfg(feature = "page")]
pub use web::Web;

#[cfg(test)]
mod tests;
