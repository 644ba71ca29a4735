//! What happens, a line each on the error stream, as the command `watch` has them.

use super::state::{clock, lock};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Mutex;

pub(crate) struct Tell {
    as_json: bool,
    /// What was told last of things that stay as they are.
    last: Mutex<BTreeMap<String, String>>,
}

/// Things whose last words are kept; their names are sources', so there are few.
const MAX_KEPT: usize = 64;

impl Tell {
    pub(crate) const fn new(as_json: bool) -> Self {
        Self { as_json, last: Mutex::new(BTreeMap::new()) }
    }

    pub(crate) fn of(&self, what: &str, words: &str, facts: Value) {
        let (at, mut out) = (clock(), io::stderr().lock());
        // Nobody is left to be told that this fails.
        let _ = match self.as_json {
            true => writeln!(out, "{}", json!({ "at": at, "what": what, "is": words, "facts": facts })),
            false => writeln!(out, "metis-light: {at}  {what}: {words}"),
        };
    }

    /// The same, unless these were the last words about it.
    pub(crate) fn once(&self, what: &str, words: &str) {
        let mut last = lock(&self.last);
        let is_news = last.get(what).is_none_or(|last| last != words);
        if is_news {
            if last.len() >= MAX_KEPT {
                last.clear();
            }
            last.insert(what.to_owned(), words.to_owned());
            drop(last);
            self.of(what, words, Value::Null);
        }
    }
}
