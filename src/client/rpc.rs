//! JSON-RPC bodies: several calls in one request, and what came back for each.

use super::{Call, Reply};
use crate::wire::MAX_INPUT;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The body of a request: one call, or a batch of them. The ids are the calls' places.
pub fn body(calls: &[&Call]) -> String {
    let call = |(id, call): (usize, &&Call)| {
        let Call { method, params } = call;
        format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"{method}\",\"params\":{params}}}")
    };
    let calls: Vec<_> = calls.iter().enumerate().map(call).collect();
    match calls.as_slice() {
        [one] => one.clone(),
        _ => format!("[{}]", calls.join(",")),
    }
}

/// The results of a batch of so many calls, by their ids, or why there is none. `None` where the body is no answer to a
/// batch: some servers refuse batches as a whole.
pub fn results(body: &[u8], count: usize) -> Option<Vec<Result<Reply, String>>> {
    if body.len() > MAX_INPUT {
        return None;
    }
    let answers: Vec<Answer<'_>> = match count {
        1 => vec![serde_json::from_slice(body).ok()?],
        _ => serde_json::from_slice(body).ok()?,
    };
    let mut by_id = BTreeMap::new();
    for answer in answers {
        // A single answer may come without its id, where the server could not read the call.
        let id = if count == 1 { Some(0) } else { answer.id.and_then(|id| id.get().parse::<usize>().ok()) };
        by_id.insert(id, answer.outcome());
    }
    let missing = || Err("the server left this call out of its answer".to_owned());
    Some((0..count).map(|id| by_id.remove(&Some(id)).unwrap_or_else(missing)).collect())
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    result: Option<&'a RawValue>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

impl Answer<'_> {
    fn outcome(&self) -> Result<Reply, String> {
        match (self.result, self.error) {
            (_, Some(error)) if error.get() != "null" => Err(format!(
                "the server answered with an error: {}",
                error.get().chars().take(MAX_SHOWN).collect::<String>()
            )),
            (Some(result), _) => Ok(result.get().as_bytes().to_vec()),
            // A result that is null is no result to this parser.
            (None, _) => Ok(b"null".to_vec()),
        }
    }
}

/// How much of a server's error is shown.
const MAX_SHOWN: usize = 200;

#[cfg(test)]
mod tests;
