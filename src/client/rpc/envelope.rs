//! Opening envelopes without reading what is in them: where a value begins and ends in JSON text.
//!
//! What is cut out here is read by the strict parser later. A cut in text that is no JSON may be anywhere within it, and is
//! refused there. `serde_json` can do the same (`raw_value`), for 5 KB of WebAssembly.

/// What is in an answer, each as JSON text.
#[derive(Debug, Default)]
pub(super) struct Envelope<'a> {
    pub(super) id: Option<&'a [u8]>,
    pub(super) result: Option<&'a [u8]>,
    pub(super) error: Option<&'a [u8]>,
}

impl<'a> Envelope<'a> {
    /// Finds the members of an object. None where it is none, or names one of them twice: that could be read in two ways.
    pub(super) fn open(text: &'a [u8]) -> Option<Self> {
        let mut envelope = Self::default();
        for (name, value) in members(text)? {
            let place = match name {
                b"id" => &mut envelope.id,
                b"result" => &mut envelope.result,
                b"error" => &mut envelope.error,
                _ => continue,
            };
            if place.replace(value).is_some() {
                return None;
            }
        }
        Some(envelope)
    }

    /// One member of an object.
    pub(super) fn member(text: &'a [u8], wanted: &[u8]) -> Option<&'a [u8]> {
        members(text)?.into_iter().find(|(name, _)| *name == wanted).map(|(_, value)| value)
    }
}

/// The items of a list.
pub(super) fn items(text: &[u8]) -> Option<Vec<&[u8]>> {
    let mut text = Text(text.trim_ascii().strip_prefix(b"[")?.strip_suffix(b"]")?);
    let mut items = Vec::new();
    while text.peek().is_some() {
        push(&mut items, text.value()?)?;
        text.comma()?;
    }
    Some(items)
}

fn members(text: &[u8]) -> Option<Vec<(&[u8], &[u8])>> {
    let mut text = Text(text.trim_ascii().strip_prefix(b"{")?.strip_suffix(b"}")?);
    let mut members = Vec::new();
    while text.peek().is_some() {
        let name = text.value()?.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        if text.peek()? != b':' {
            return None;
        }
        text.skip(1)?;
        push(&mut members, (name, text.value()?))?;
        text.comma()?;
    }
    Some(members)
}

/// The most items or members that are noted: two bytes of text are enough for one. A batch asks for a hundred.
const MOST: usize = 4096;

fn push<T>(list: &mut Vec<T>, one: T) -> Option<()> {
    (list.len() < MOST).then(|| list.push(one))
}

/// What is left of a text.
struct Text<'a>(&'a [u8]);

impl<'a> Text<'a> {
    fn skip(&mut self, count: usize) -> Option<&'a [u8]> {
        let (skipped, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(skipped)
    }

    /// The next byte that is no space.
    fn peek(&mut self) -> Option<u8> {
        self.0 = self.0.trim_ascii_start();
        self.0.first().copied()
    }

    /// A comma with something after it, or the end.
    fn comma(&mut self) -> Option<()> {
        match self.peek() {
            None => Some(()),
            Some(b',') => self.skip(1).and_then(|_| self.peek()).map(|_| ()),
            Some(_) => None,
        }
    }

    /// One value: up to the end of a string, to where its brackets close, or to whatever ends a number or a word.
    fn value(&mut self) -> Option<&'a [u8]> {
        self.peek()?;
        let (mut depth, mut length) = (0_usize, 0_usize);
        let (mut in_string, mut is_escaped) = (false, false);
        for byte in self.0 {
            if in_string {
                in_string = is_escaped || *byte != b'"';
                is_escaped = !is_escaped && *byte == b'\\';
                length = length.saturating_add(1);
                if !in_string && depth == 0 {
                    return self.skip(length);
                }
                continue;
            }
            match byte {
                b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' if depth == 0 => break,
                b'"' => in_string = true,
                b'[' | b'{' => depth = depth.saturating_add(1),
                b']' | b'}' => depth = depth.checked_sub(1)?,
                _ => {}
            }
            length = length.saturating_add(1);
            if depth == 0 && matches!(byte, b']' | b'}') {
                return self.skip(length);
            }
        }
        let is_whole = depth == 0 && !in_string && length > 0;
        if is_whole { self.skip(length) } else { None }
    }
}
