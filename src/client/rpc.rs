//! JSON-RPC bodies: several calls in one request, and what came back for each.

mod envelope;

use super::{Call, Reply};
use crate::wire::MAX_INPUT;
use envelope::{Envelope, items};

/// Why a call has no result.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct CallError {
    /// What the server said, cut and without control characters: it is shown to people.
    pub message: String,
    /// Whether the server only asks to be left alone for a while.
    pub is_busy: bool,
}

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

/// The results of so many calls, by their ids, or why there is none. `None` where the body is no answer to them: some
/// servers refuse batches as a whole.
pub fn results(body: &[u8], count: usize) -> Option<Vec<Result<Reply, CallError>>> {
    if body.len() > MAX_INPUT {
        return None;
    }
    if count == 1 {
        // A single answer may come without its id, where the server could not read the call.
        return Some(vec![outcome(&one(body)?)]);
    }
    let mut results = vec![None; count];
    for answer in items(body)? {
        let answer = Envelope::open(answer)?;
        let id = answer.id.and_then(|id| core::str::from_utf8(id).ok()?.parse::<usize>().ok());
        if let Some(place) = id.and_then(|id| results.get_mut(id)) {
            *place = Some(outcome(&answer));
        }
    }
    // What answers none of the calls is about the batch.
    results.iter().flatten().next()?;
    let missing =
        || Err(CallError { message: "the server left this call out of its answer".to_owned(), is_busy: false });
    Some(results.into_iter().map(|result| result.unwrap_or_else(missing)).collect())
}

/// What a server says to a batch as a whole, where it says one thing: an error, in place of an answer to each call.
pub fn refusal(body: &[u8]) -> Option<CallError> {
    outcome(&one(body)?).err()
}

/// One answer, also as a list of one.
fn one(body: &[u8]) -> Option<Envelope<'_>> {
    if body.len() > MAX_INPUT {
        return None;
    }
    let answer = match items(body) {
        Some(answers) => {
            let [answer] = <[&[u8]; 1]>::try_from(answers).ok()?;
            answer
        }
        None => body,
    };
    Envelope::open(answer).filter(|answer| answer.result.is_some() || answer.error.is_some())
}

fn outcome(answer: &Envelope<'_>) -> Result<Reply, CallError> {
    match (answer.result, answer.error) {
        (_, Some(error)) if error != b"null" => Err(CallError {
            message: format!("the server answered with an error: {}", shown(error)),
            is_busy: BUSY.contains(&code(error)),
        }),
        // A block or transaction that the server does not know is null.
        (Some(result), _) => Ok(result.to_vec()),
        (None, _) => Err(CallError { message: "the server answered with no result".to_owned(), is_busy: false }),
    }
}

/// The code of an error; 0, which is none, where it cannot be read.
fn code(error: &[u8]) -> i64 {
    let code = Envelope::member(error, b"code").and_then(|code| core::str::from_utf8(code).ok());
    code.and_then(|code| code.parse().ok()).unwrap_or_default()
}

/// What of a stranger's text is fit to be shown.
pub(crate) fn shown(text: &[u8]) -> String {
    let text = text.get(..MAX_SHOWN.saturating_mul(4)).unwrap_or(text);
    String::from_utf8_lossy(text).chars().filter(|char| !char.is_control()).take(MAX_SHOWN).collect()
}

/// "Limit exceeded" of EIP-1474, and HTTP's "too many requests", which many use in its place.
const BUSY: [i64; 2] = [-32005, 429];

/// How much of a server's error is shown.
const MAX_SHOWN: usize = 200;

#[cfg(test)]
mod tests;
