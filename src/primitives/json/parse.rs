//! Text into a tree, as RFC 8259 has it and no wider: UTF-8, no byte-order mark, no comments, nothing behind the value.
//!
//! Our own, because `serde_json` costs the WebAssembly a twentieth of its size; it is the referee in tests.
//!
//! What can go wrong: text that is deep, or short for what it asks to be kept. Both have a limit.

use super::Json;
use std::borrow::Cow;

/// How many values and names a text may have. Each is some 30 bytes in memory while two bytes of text are enough for one, so a
/// text of the longest kind would else take 30 times its length; the receipts of a large block have a million.
pub(crate) const MAX_VALUES: usize = 2 << 20;

/// How many lists and objects may stand in one another: what is read has a dozen, and each takes of the stack.
pub(crate) const MAX_DEPTH: usize = 127;

type Parsed<T> = Result<T, &'static str>;

/// Reads the one value of a text.
///
/// # Errors
/// What is wrong, and at which byte.
pub(super) fn parse(text: &[u8]) -> Result<Json<'_>, String> {
    let at = |what: &str, byte: usize| format!("{what} at byte {byte}");
    let text = core::str::from_utf8(text).map_err(|error| at("it is not utf-8", error.valid_up_to()))?;
    let mut parser = Parser { rest: text, values: MAX_VALUES };
    let value = parser.value(MAX_DEPTH).and_then(|value| parser.end().map(|()| value));
    value.map_err(|what| at(what, text.len().saturating_sub(parser.rest.len())))
}

struct Parser<'a> {
    rest: &'a str,
    /// How many values and names there may still be.
    values: usize,
}

impl<'a> Parser<'a> {
    fn value(&mut self, depth: usize) -> Parsed<Json<'a>> {
        self.count()?;
        self.spaces();
        match self.rest.as_bytes().first() {
            Some(b'"') => self.string().map(Json::String),
            Some(b'[') => self.list(depth),
            Some(b'{') => self.object(depth),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ if self.skip("null") => Ok(Json::Null),
            _ if self.skip("true") || self.skip("false") => Ok(Json::Bool),
            _ => Err("there is no value"),
        }
    }

    fn list(&mut self, depth: usize) -> Parsed<Json<'a>> {
        let depth = below(depth)?;
        let mut elements = Vec::new();
        self.enclosed("[", "]", |parser| {
            elements.push(parser.value(depth)?);
            Ok(())
        })?;
        Ok(Json::Array(elements))
    }

    fn object(&mut self, depth: usize) -> Parsed<Json<'a>> {
        let depth = below(depth)?;
        let mut members = Vec::new();
        self.enclosed("{", "}", |parser| {
            parser.count()?;
            let name = parser.string()?;
            parser.spaces();
            parser.expect(":", "a name without a colon")?;
            members.push((name, parser.value(depth)?));
            Ok(())
        })?;
        Ok(Json::Object(members))
    }

    /// None, one or several of something with commas between them.
    fn enclosed(&mut self, open: &str, close: &str, mut one: impl FnMut(&mut Self) -> Parsed<()>) -> Parsed<()> {
        self.expect(open, "it does not open")?;
        self.spaces();
        if self.skip(close) {
            return Ok(());
        }
        loop {
            self.spaces();
            one(self)?;
            self.spaces();
            if self.skip(close) {
                return Ok(());
            }
            self.expect(",", "neither a comma nor the end")?;
        }
    }

    fn number(&mut self) -> Parsed<Json<'a>> {
        let mut is_natural = !self.skip("-");
        let digits = self.digits()?;
        if digits.len() > 1 && digits.starts_with('0') {
            return Err("a number that begins with zero");
        }
        if self.skip(".") {
            self.digits()?;
            is_natural = false;
        }
        if self.skip("e") || self.skip("E") {
            let _ = self.skip("+") || self.skip("-");
            self.digits()?;
            is_natural = false;
        }
        let number = digits.parse().ok().filter(|_| is_natural);
        Ok(number.map_or(Json::OtherNumber, Json::Integer))
    }

    fn digits(&mut self) -> Parsed<&'a str> {
        let end = self.rest.bytes().position(|byte| !byte.is_ascii_digit());
        match self.take(end.unwrap_or(self.rest.len())) {
            "" => Err("a number without digits"),
            digits => Ok(digits),
        }
    }

    fn string(&mut self) -> Parsed<Cow<'a, str>> {
        self.expect("\"", "a name that is no string")?;
        let mut text = Cow::Borrowed("");
        loop {
            let end = self.rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
            let part = self.take(end.ok_or("a string without an end")?);
            match &mut text {
                // One without escapes is not copied.
                Cow::Borrowed("") => text = Cow::Borrowed(part),
                text => text.to_mut().push_str(part),
            }
            if self.skip("\"") {
                return Ok(text);
            }
            self.expect("\\", "a control character in a string")?;
            text.to_mut().push(self.escaped()?);
        }
    }

    fn escaped(&mut self) -> Parsed<char> {
        Ok(match self.take(1) {
            "\"" => '"',
            "\\" => '\\',
            "/" => '/',
            "b" => '\u{8}',
            "f" => '\u{c}',
            "n" => '\n',
            "r" => '\r',
            "t" => '\t',
            "u" => return self.unicode(),
            _ => return Err("an unknown escape"),
        })
    }

    /// One unit of UTF-16, or two where the first is half of a pair.
    fn unicode(&mut self) -> Parsed<char> {
        const HALF: &str = "half of a surrogate pair";
        let first = self.unit()?;
        if let Some(char) = char::from_u32(first.into()) {
            return Ok(char);
        }
        self.expect("\\u", HALF)?;
        let pair = char::decode_utf16([first, self.unit()?]).next();
        pair.and_then(Result::ok).ok_or(HALF)
    }

    fn unit(&mut self) -> Parsed<u16> {
        let digits = self.take(4);
        let is_hex = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| is_hex).ok_or("an escape without four hex digits")
    }

    fn end(&mut self) -> Parsed<()> {
        self.spaces();
        if self.rest.is_empty() { Ok(()) } else { Err("something behind the value") }
    }

    fn count(&mut self) -> Parsed<()> {
        self.values = self.values.checked_sub(1).ok_or("too many values")?;
        Ok(())
    }

    fn spaces(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn skip(&mut self, word: &str) -> bool {
        let rest = self.rest.strip_prefix(word);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, word: &str, what: &'static str) -> Parsed<()> {
        if self.skip(word) { Ok(()) } else { Err(what) }
    }

    /// So many bytes; none where there are fewer, or a character goes on beyond them.
    fn take(&mut self, count: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(count).unwrap_or(("", self.rest));
        self.rest = rest;
        taken
    }
}

fn below(depth: usize) -> Parsed<usize> {
    depth.checked_sub(1).ok_or("it is too deep")
}
