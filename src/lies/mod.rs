//! A source that lies: one false thing at a time, told in place of an honest answer.
//!
//! A client is as good as the worst source it survives. A [`Lie`] changes honest answers as a liar would, from nothing but
//! what was asked, what an honest source says, and what that source said before ([`Past`]). The suites tell each lie to each
//! flow; the command `lie` tells one over HTTP to any client.
//!
//! What can go wrong: a lie that is none, because nothing in the answer could be made false. It is then not told
//! ([`Lie::tell`] gives none), and who counts lies counts those that were.
//!
//! No part of the shipped WebAssembly.

mod beacon;
mod encoding;
mod http;
mod past;
mod proof;
mod rollup;

use crate::client::{Request, Source};
use crate::error::Kind;
use serde_json::Value;

pub use http::Manner;
pub use past::Past;

/// What a source was asked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Asked {
    /// The method of a call, or the path of the Beacon API.
    pub name: String,
    /// The parameters of a call; null for a path.
    pub params: Value,
}

/// One lie.
#[derive(Clone, Copy, Debug)]
pub struct Lie {
    /// Its name, in kebab case.
    pub name: &'static str,
    /// What is false in it.
    pub says: &'static str,
    /// Which kinds of source can tell it.
    pub tellers: &'static [Source],
    /// The kinds of error that a flow may end with that hears nothing else.
    pub deserves: &'static [Kind],
    how: How,
}

#[derive(Clone, Copy, Debug)]
enum How {
    /// Changes one answer.
    Answer(fn(&Asked, &mut Value, &Past) -> Option<()>),
    /// Changes the answers of one round.
    Round(fn(&mut [Value]) -> Option<()>),
    /// Writes one answer otherwise.
    Text(fn(&Value) -> Option<Vec<u8>>),
    /// Says nothing false, but behaves otherwise over HTTP.
    Manner(Manner),
}

impl Lie {
    /// Every lie.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        [beacon::LIES, proof::LIES, rollup::LIES, encoding::LIES, http::LIES].into_iter().flatten()
    }

    /// The lie of a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::all().find(|lie| lie.name == name)
    }

    /// How it behaves over HTTP; none where it lies in what it says.
    pub const fn manner(&self) -> Option<Manner> {
        match self.how {
            How::Manner(manner) => Some(manner),
            How::Answer(_) | How::Round(_) | How::Text(_) => None,
        }
    }

    /// What is told in place of the honest answers of one round. None where nothing of them can be made false.
    pub fn tell(&self, asked: &[Asked], honest: &[Value], past: &Past) -> Option<Vec<Vec<u8>>> {
        let told = self.answers(asked, honest, past)?;
        let is_honest = told.iter().zip(honest).all(|(told, honest)| *told == written(honest));
        (!is_honest).then_some(told)
    }

    fn answers(&self, asked: &[Asked], honest: &[Value], past: &Past) -> Option<Vec<Vec<u8>>> {
        let each = asked.iter().zip(honest);
        match self.how {
            How::Manner(_) => None,
            How::Round(change) => {
                let mut answers = honest.to_vec();
                change(&mut answers)?;
                Some(answers.iter().map(written).collect())
            }
            How::Answer(change) => {
                let tell = |(asked, honest): (&Asked, &Value)| {
                    let mut answer = honest.clone();
                    written(change(asked, &mut answer, past).map_or(honest, |()| &answer))
                };
                Some(each.map(tell).collect())
            }
            How::Text(write) => {
                Some(honest.iter().map(|honest| write(honest).unwrap_or_else(|| written(honest))).collect())
            }
        }
    }
}

impl From<&Request> for Asked {
    fn from(request: &Request) -> Self {
        match request {
            Request::Attestations { path } | Request::Beacon { path } => {
                Self { name: path.clone(), params: Value::Null }
            }
            Request::L1(call) | Request::L2(call) => {
                let params = serde_json::from_str(&call.params).unwrap_or(Value::Null);
                Self { name: call.method.to_owned(), params }
            }
        }
    }
}

fn written(answer: &Value) -> Vec<u8> {
    answer.to_string().into_bytes()
}
