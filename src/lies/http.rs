//! How a server can behave that says nothing false.

use super::{How, Lie};
use crate::client::Source;
use crate::error::Kind;

/// What a server does in place of answering.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Manner {
    /// Answers each call with an error.
    Error,
    /// Says that it is something else than it is: a body that unpacks to none.
    GarbageGzip,
    /// A small body that unpacks to a large one.
    Bomb,
    /// Leaves the last call of a batch out.
    LeavesOut,
    /// A body that never ends.
    Endless,
    /// A body longer than anything has to be.
    Oversized,
    /// A page for people, called JSON.
    Page,
    /// Sends its caller elsewhere.
    Redirect,
    /// A byte now and then.
    Slow,
    /// Says nothing.
    Stall,
    /// Answers with this status.
    Status(u16),
    /// Closes the connection in the middle of the body.
    Truncated,
    /// Says that the body is something that is no JSON.
    ContentType,
    /// Answers calls under other ids than they came with.
    OtherIds,
}

pub(super) const LIES: &[Lie] = &[
    lie("oversized", "a body longer than anything has to be", Manner::Oversized),
    lie("endless", "a body that never ends", Manner::Endless),
    lie("slow", "a byte now and then", Manner::Slow),
    lie("stall", "nothing, and the connection stays open", Manner::Stall),
    lie("truncated", "half a body, and the connection closes", Manner::Truncated),
    lie("http-400", "status 400", Manner::Status(400)),
    lie("http-403", "status 403", Manner::Status(403)),
    lie("http-404", "status 404", Manner::Status(404)),
    lie("http-429", "status 429, again and again", Manner::Status(429)),
    lie("http-500", "status 500, again and again", Manner::Status(500)),
    lie("http-503", "status 503, again and again", Manner::Status(503)),
    lie("redirect", "a redirect to elsewhere", Manner::Redirect),
    lie("garbage-gzip", "a body that is said to be gzip, and is not", Manner::GarbageGzip),
    lie("gzip-bomb", "a small body that unpacks to a large one", Manner::Bomb),
    lie("web-page", "a page for people, called json", Manner::Page),
    lie("wrong-content-type", "the honest answer, called an image", Manner::ContentType),
    lie("error-replies", "an error for each call", Manner::Error),
    lie("call-left-out", "a batch without the answer to its last call", Manner::LeavesOut),
    lie("other-ids", "answers under other ids", Manner::OtherIds),
];

const fn lie(name: &'static str, says: &'static str, manner: Manner) -> Lie {
    let tellers = &[Source::Beacon, Source::L1, Source::L2];
    Lie { name, says, tellers, deserves: &[Kind::Malformed, Kind::Unavailable], how: How::Manner(manner) }
}
