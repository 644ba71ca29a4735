//! JSON-RPC bodies, which are cut open and not parsed: where a body is JSON, what is cut out of it is what `serde_json` finds
//! there. Where it is none, nothing more is asked than an end.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metis_light::client::rpc::{refusal, results};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

fuzz_target!(|bytes: &[u8]| {
    let _ = refusal(bytes);
    let count = 1 + usize::from(bytes.first().copied().unwrap_or_default() % 4);
    let got: Vec<_> = [1, count].into_iter().map(|count| told(results(bytes, count))).collect();
    let is_json = serde_json::from_slice::<&RawValue>(bytes).is_ok();
    // A name that is written with an escape is another one here: the server is then taken to have said nothing.
    if is_json && !bytes.contains(&b'\\') {
        assert_eq!(got, [expected(bytes, 1), expected(bytes, count)]);
    }
});

/// The result of each call, or that it has none; nothing where the body is no answer.
type Told = Option<Vec<Result<Vec<u8>, ()>>>;

fn told<E>(results: Option<Vec<Result<Vec<u8>, E>>>) -> Told {
    Some(results?.into_iter().map(|result| result.map_err(drop)).collect())
}

fn expected(bytes: &[u8], count: usize) -> Told {
    let items = serde_json::from_slice::<Vec<&RawValue>>(bytes).ok();
    if count == 1 {
        let answer = match items.as_deref() {
            None => bytes,
            Some([one]) => one.get().as_bytes(),
            Some(_) => return None,
        };
        let answer = open(answer).filter(|answer| answer.result.is_some() || answer.error.is_some())?;
        return Some(vec![answer.outcome()]);
    }
    let mut found = vec![None; count];
    for item in items? {
        let answer = open(item.get().as_bytes())?;
        let id = answer.id.as_ref().and_then(|id| id.get().parse::<usize>().ok());
        if let Some(place) = id.and_then(|id| found.get_mut(id)) {
            *place = Some(answer.outcome());
        }
    }
    found.iter().flatten().next()?;
    Some(found.into_iter().map(|outcome| outcome.unwrap_or(Err(()))).collect())
}

#[derive(Default)]
struct Answer {
    id: Option<Box<RawValue>>,
    result: Option<Box<RawValue>>,
    error: Option<Box<RawValue>>,
}

impl Answer {
    fn outcome(&self) -> Result<Vec<u8>, ()> {
        match (&self.result, &self.error) {
            (_, Some(error)) if error.get() != "null" => Err(()),
            (Some(result), _) => Ok(result.get().as_bytes().to_vec()),
            (None, _) => Err(()),
        }
    }
}

/// An object; none where it names a member twice that counts.
fn open(text: &[u8]) -> Option<Answer> {
    let Members(members) = serde_json::from_slice(text).ok()?;
    let mut answer = Answer::default();
    for (name, value) in members {
        let place = match &*name {
            "id" => &mut answer.id,
            "result" => &mut answer.result,
            "error" => &mut answer.error,
            _ => continue,
        };
        if place.replace(value).is_some() {
            return None;
        }
    }
    Some(answer)
}

/// The members of an object as they stand there, each as its text.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit;
        impl<'de> Visitor<'de> for Visit {
            type Value = Members;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Visit)
    }
}
