//! JSON of strangers as a tree, and a reader of it that can name the place of every refusal.
//!
//! One small tree instead of a type for each document: a reply says what is wrong with it in the same words everywhere, and
//! the parser's code is there once, which WebAssembly pays for by the byte.
//!
//! What can go wrong: an object that names a member twice can mean two things to two readers, so reading such a member is
//! refused. Depth and the number of values have a limit each. Numbers count only if they are integers below 2^64; larger ones come as
//! strings.

mod parse;

use super::decimal::parse_quantity;
use super::{Address, B256, Bytes, U256};
use alloy_primitives::{FixedBytes, hex};
use std::borrow::Cow;

/// A JSON value; its strings lie in the text it was read from where they can.
#[derive(Debug)]
pub(crate) enum Json<'a> {
    Null,
    Bool,
    Integer(u64),
    /// A number that is negative, too large or no integer.
    OtherNumber,
    String(Cow<'a, str>),
    Array(Vec<Json<'a>>),
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

/// A way in which text is not the JSON that was wanted.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonError {
    /// A member that must be there is not.
    #[error("{path} is missing")]
    Missing {
        /// Its place, such as `proof.stateRootProof.index`.
        path: String,
    },
    /// The text is no JSON.
    #[error("not json: {reason}")]
    NotJson {
        /// What is wrong and where, in the words of the parser.
        reason: String,
    },
    /// The text is longer than what is read.
    #[error("it has {got} bytes, at most {limit} are read")]
    TooLong {
        /// Its length.
        got: usize,
        /// The limit.
        limit: usize,
    },
    /// A member that is read stands there twice.
    #[error("{path} is there twice")]
    Repeated {
        /// Its place.
        path: String,
    },
    /// A value is of the wrong kind or notation.
    #[error("{path} is {got}, expected {expected}")]
    WrongForm {
        /// Its place.
        path: String,
        /// The value, cut where it is long.
        got: String,
        /// The form it should have.
        expected: &'static str,
    },
}

/// What is read, or what is wrong with it. Boxed, for it is returned everywhere and seldom there.
pub(crate) type Read<T> = Result<T, Box<JsonError>>;

impl<'a> Json<'a> {
    /// Reads a text of at most `limit` bytes.
    pub(crate) fn parse(text: &'a [u8], limit: usize) -> Read<Self> {
        if text.len() > limit {
            return Err(JsonError::TooLong { got: text.len(), limit }.into());
        }
        parse::parse(text).map_err(|reason| JsonError::NotJson { reason }.into())
    }

    /// What errors show of a value.
    fn shown(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool => "a boolean".to_owned(),
            Self::Integer(number) => number.to_string(),
            Self::OtherNumber => "a number that is no integer below 2^64".to_owned(),
            Self::String(text) => text.chars().take(MAX_SHOWN).collect(),
            Self::Array(_) => "an array".to_owned(),
            Self::Object(_) => "an object".to_owned(),
        }
    }
}

/// A value, and the way to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member<'p, 'j> {
    value: &'j Json<'j>,
    step: Step<'p>,
    parent: Option<&'p Member<'p, 'j>>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'p> {
    /// The whole text, by what it should be.
    Root(&'static str),
    Name(&'p str),
    Index(usize),
}

/// Reads one value.
pub(crate) type Reader<'j, T, E = Box<JsonError>> = fn(&Member<'_, 'j>) -> Result<T, E>;

impl<'p, 'j> Member<'p, 'j> {
    /// The whole text; `what` names it in errors.
    pub(crate) const fn root(what: &'static str, value: &'j Json<'j>) -> Self {
        Self { value, step: Step::Root(what), parent: None }
    }

    /// A member of this object that must be there.
    #[inline(never)]
    pub(crate) fn member<'q>(&'q self, name: &'q str) -> Read<Member<'q, 'j>> {
        self.optional(name)?.ok_or_else(|| JsonError::Missing { path: self.join(name) }.into())
    }

    /// A member of this object that may be absent; null counts as absent.
    #[inline(never)]
    pub(crate) fn optional<'q>(&'q self, name: &'q str) -> Read<Option<Member<'q, 'j>>> {
        let mut found = self.members()?.iter().filter(|(key, _)| key == name);
        let (first, second) = (found.next(), found.next());
        if second.is_some() {
            return Err(JsonError::Repeated { path: self.join(name) }.into());
        }
        let value = first.map(|(_, value)| value).filter(|value| !matches!(value, Json::Null));
        Ok(value.map(|value| Member { value, step: Step::Name(name), parent: Some(self) }))
    }

    /// What `read` makes of a member that must be there.
    // A function pointer, here and below, so that there is one copy for each type that is read and not for each member.
    #[inline(never)]
    pub(crate) fn at<T, E: From<Box<JsonError>>>(&self, name: &str, read: Reader<'j, T, E>) -> Result<T, E> {
        read(&self.member(name)?)
    }

    /// What `read` makes of a member that may be absent.
    #[inline(never)]
    pub(crate) fn maybe<T, E: From<Box<JsonError>>>(&self, name: &str, read: Reader<'j, T, E>) -> Result<Option<T>, E> {
        match self.optional(name)? {
            Some(member) => read(&member).map(Some),
            None => Ok(None),
        }
    }

    /// What `read` makes of each element of a list that must be there.
    #[inline(never)]
    pub(crate) fn list_at<T, E: From<Box<JsonError>>>(&self, name: &str, read: Reader<'j, T, E>) -> Result<Vec<T>, E> {
        self.member(name)?.each(read)
    }

    /// The names of this object's members.
    pub(crate) fn names(&self) -> Read<impl Iterator<Item = &'j str>> {
        Ok(self.members()?.iter().map(|(name, _)| name.as_ref()))
    }

    /// What `read` makes of each element of this list.
    pub(crate) fn each<T, E: From<Box<JsonError>>>(
        &self,
        mut read: impl FnMut(&Member<'_, 'j>) -> Result<T, E>,
    ) -> Result<Vec<T>, E> {
        let Json::Array(elements) = self.value else { return Err(self.wrong_form("a list").into()) };
        let mut out = Vec::with_capacity(elements.len());
        for (index, value) in elements.iter().enumerate() {
            out.push(read(&Member { value, step: Step::Index(index), parent: Some(self) })?);
        }
        Ok(out)
    }

    /// What `read` makes of this object, or of each of this list of objects.
    pub(crate) fn one_or_each<T, E: From<Box<JsonError>>>(
        &self,
        mut read: impl FnMut(&Member<'_, 'j>) -> Result<T, E>,
    ) -> Result<Vec<T>, E> {
        match self.value {
            Json::Array(_) => self.each(read),
            _ => read(self).map(|one| vec![one]),
        }
    }

    /// Whether it is an object.
    pub(crate) const fn is_object(&self) -> bool {
        matches!(self.value, Json::Object(_))
    }

    /// Exactly `N` bytes; `expected` says so in words.
    pub(crate) fn fixed<const N: usize>(&self, expected: &'static str) -> Read<FixedBytes<N>> {
        let mut bytes = FixedBytes::ZERO;
        hex::decode_to_slice(self.hex_digits(expected)?, bytes.as_mut_slice())
            .map_err(|_| self.wrong_form(expected))?;
        Ok(bytes)
    }

    /// The way to this value, as errors name it.
    pub(crate) fn path(&self) -> String {
        match (self.step, self.parent) {
            (Step::Name(name), Some(parent)) => parent.join(name),
            (Step::Index(index), Some(parent)) => {
                let path = parent.inner_path();
                format!("{path}[{index}]")
            }
            (Step::Root(what), _) => what.to_owned(),
            (_, None) => String::new(),
        }
    }

    /// The path of a member of this object, whether it is there or not.
    pub(crate) fn join(&self, name: &str) -> String {
        match self.inner_path() {
            path if path.is_empty() => name.to_owned(),
            path => format!("{path}.{name}"),
        }
    }

    /// The error for a value that has not the form it should have.
    pub(crate) fn wrong_form(&self, expected: &'static str) -> Box<JsonError> {
        Box::new(JsonError::WrongForm { path: self.path(), got: self.value.shown(), expected })
    }

    /// The path as the start of a longer one: that of the whole text is empty.
    fn inner_path(&self) -> String {
        if matches!(self.step, Step::Root(_)) { String::new() } else { self.path() }
    }

    fn hex_digits(&self, expected: &'static str) -> Read<&'j str> {
        let digits = match self.value {
            Json::String(text) => text.strip_prefix("0x"),
            _ => None,
        };
        // The decoder takes a second prefix.
        digits.filter(|digits| !digits.starts_with("0x")).ok_or_else(|| self.wrong_form(expected))
    }

    fn members(&self) -> Read<&'j [(Cow<'j, str>, Json<'j>)]> {
        match self.value {
            Json::Object(members) => Ok(members),
            _ => Err(self.wrong_form("an object")),
        }
    }
}

/// Reads many members of an object. A refusal is told at the end, which costs the WebAssembly less than to ask at each.
pub(crate) struct Members<'m, 'p, 'j, E = Box<JsonError>> {
    of: &'m Member<'p, 'j>,
    refusal: Option<E>,
}

impl<'m, 'p, 'j, E: From<Box<JsonError>>> Members<'m, 'p, 'j, E> {
    pub(crate) const fn new(of: &'m Member<'p, 'j>) -> Self {
        Self { of, refusal: None }
    }

    /// What `read` makes of a member that must be there, or anything where that is refused.
    #[inline(never)]
    pub(crate) fn at<T: Default>(&mut self, name: &str, read: Reader<'j, T, E>) -> T {
        self.of.at(name, read).unwrap_or_else(|refusal| self.refused(refusal))
    }

    /// What `read` makes of a member that may be absent, or anything where that is refused.
    #[inline(never)]
    pub(crate) fn maybe<T>(&mut self, name: &str, read: Reader<'j, T, E>) -> Option<T> {
        self.of.maybe(name, read).unwrap_or_else(|refusal| self.refused(refusal))
    }

    fn refused<T: Default>(&mut self, refusal: E) -> T {
        self.refusal.get_or_insert(refusal);
        T::default()
    }

    /// Gives what was made of the members, unless one was refused.
    ///
    /// # Errors
    /// The first refusal.
    pub(crate) fn end<T>(self, value: T) -> Result<T, E> {
        self.refusal.map_or(Ok(value), Err)
    }
}

/// A string.
pub(crate) fn text<'j>(member: &Member<'_, 'j>) -> Read<&'j str> {
    match member.value {
        Json::String(text) => Ok(text),
        _ => Err(member.wrong_form("a string")),
    }
}

/// Bytes of any length: `0x` and an even number of hex digits.
pub(crate) fn data(member: &Member<'_, '_>) -> Read<Bytes> {
    const EXPECTED: &str = "0x and an even number of hex digits";
    let digits = member.hex_digits(EXPECTED)?;
    hex::decode(digits).map(Bytes::from).map_err(|_| member.wrong_form(EXPECTED))
}

/// 32 bytes.
pub(crate) fn word(member: &Member<'_, '_>) -> Read<B256> {
    member.fixed("0x and 64 hex digits")
}

/// 20 bytes. The case of the digits is not looked at.
pub(crate) fn address(member: &Member<'_, '_>) -> Read<Address> {
    member.fixed("0x and 40 hex digits").map(Address::from)
}

/// A number: a JSON integer, or a string of decimal digits or of hex digits after `0x`, leading zeros or not.
pub(crate) fn quantity(member: &Member<'_, '_>) -> Read<U256> {
    let number = match member.value {
        Json::Integer(number) => Some(U256::from(*number)),
        Json::String(text) => parse_quantity(text),
        _ => None,
    };
    number.ok_or_else(|| {
        member.wrong_form("an integer below 2^256, as a number below 2^64 or a string of decimal or hex digits")
    })
}

/// A [`quantity`] below 2^64.
pub(crate) fn small(member: &Member<'_, '_>) -> Read<u64> {
    u64::try_from(quantity(member)?).map_err(|_| member.wrong_form("an integer below 2^64"))
}

/// How much of a refused string an error shows: a hash fits.
const MAX_SHOWN: usize = 80;

#[cfg(test)]
mod tests;
