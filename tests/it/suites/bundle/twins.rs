//! Bundles that were changed: every member, one at a time, and whole parts of others.

use super::made::{Facts, Made, NOBODY, Scene};
use crate::suites::Report;
use crate::suites::spoil::Seed;
use metis_light::Error;
use metis_light::bundle::{Answer, Bundle, Claim, MAX_BUNDLE, Verified};
use metis_light::consensus::Checkpoint;
use metis_light::network::andromeda;
use metis_light::primitives::{B256, UnixTime};
use metis_light::rollup::Accepted;
use serde_json::Value;

/// What of a bundle is changed, member by member.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Depth {
    Whole,
    /// The question and its proofs.
    Answer,
}

pub(super) fn run(scene: &Scene, made: &[Made], others: &[Made], depth: Depth, report: &mut Report) {
    let kinds: &[_] = match depth {
        Depth::Whole => &["withdrawals", "balance", "storage", "account"],
        Depth::Answer => &["withdrawals"],
    };
    for &what in kinds {
        let made = made.iter().find(|made| made.what == what).expect("one of each kind was made");
        let depth = if what == "withdrawals" { depth } else { Depth::Answer };
        every_member(scene, made, depth, report);
        asked_otherwise(scene, made, report);
        shapeless(made, report);
        let other = others.iter().find(|made| made.what == what).unwrap_or(&others[0]);
        transplanted(scene, made, other, report);
    }
    swapped_messages(scene, made, report);
}

fn read_and_verify(scene: &Scene, document: &Value) -> Result<Verified, Error> {
    scene.verify(&Bundle::parse(document.to_string().as_bytes())?)
}

/// A change is refused, or it changes nothing that is said.
fn judge(what: &str, outcome: Result<Verified, Error>, made: &Made, report: &mut Report) {
    match outcome {
        Err(_) => report.refused += 1,
        Ok(verified) => assert!(Facts::of(&verified) == made.facts, "{what} changed, and so did what it proves"),
    }
}

fn every_member(scene: &Scene, made: &Made, depth: Depth, report: &mut Report) {
    let document: Value = serde_json::from_str(&made.bundle.to_json()).expect("json");
    let mut places = Vec::new();
    walk(&document, String::new(), &mut places);
    places.retain(|place| depth == Depth::Whole || place.starts_with("/proves"));
    let mut seed = Seed::new(places.len() as u64);
    let before = report.refused;
    for place in &places {
        for (what, twin) in changed(&document, place, &mut seed) {
            let outcome = read_and_verify(scene, &twin);
            // Fewer withdrawals are a smaller claim: what is left must be as it was.
            if place == "/proves/withdrawals"
                && let Ok(verified) = &outcome
            {
                let left = Facts::of(verified);
                assert!(left.ground == made.facts.ground, "{place}");
                assert!(left.answers.iter().all(|answer| made.facts.answers.contains(answer)), "{place}");
                continue;
            }
            let is_key = place.ends_with("/address") || place.contains("/slots");
            match outcome {
                // Another key was asked about: the same nodes may prove that nothing is there, and nothing else.
                Ok(verified) if is_key && is_nothing(&verified, made) => {}
                outcome => judge(&format!("{}: {place}, {what}", made.what), outcome, made, report),
            }
        }
    }
    let refused = report.refused - before;
    assert!(refused > places.len(), "{}: {refused} of {} places", made.what, places.len());
}

fn is_nothing(verified: &Verified, made: &Made) -> bool {
    Facts::of(verified).ground == made.facts.ground
        && match verified.answer() {
            Answer::Account { account, .. } => account.value().is_none(),
            Answer::Balance { balance, .. } => balance.value().wei.is_zero(),
            Answer::Storage { words, .. } => words.value().iter().all(|word| word.is_zero()),
            Answer::StateRoot | Answer::Withdrawals(_) => false,
        }
}

/// Pointers to everything in a document.
fn walk(value: &Value, place: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| walk(member, format!("{place}/{name}"), places));
        }
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(index, element)| walk(element, format!("{place}/{index}"), places));
        }
        _ => {}
    }
    places.push(place);
}

/// The twins of one place.
fn changed(document: &Value, place: &str, seed: &mut Seed) -> Vec<(&'static str, Value)> {
    let with = |new: Value| {
        let mut twin = document.clone();
        *twin.pointer_mut(place).expect("it is there") = new;
        twin
    };
    let mut twins = vec![("null in its place", with(Value::Null))];
    match document.pointer(place).expect("it is there") {
        Value::String(text) => {
            // The chain is long, and most of it is in one string.
            let digits = if place == "/consensus" { 24 } else { 1 };
            for _ in 0..digits {
                // Behind `0x`, where there is something.
                let at = 2 + seed.below(text.len().saturating_sub(2).max(1));
                twins.push(("another digit", with(digit(text, at.min(text.len() - 1)).into())));
            }
            twins.push(("cut", with(text[..text.len() - 1].into())));
            twins.push(("without its last byte", with(text[..text.len() - 2].into())));
        }
        Value::Number(number) => {
            let number = number.as_u64().expect("a small number");
            twins.push(("one more", with((number + 1).into())));
            twins.push(("one less", with(number.wrapping_sub(1).into())));
        }
        Value::Array(elements) => {
            // Lists of one lose it as their only first and last.
            if let [first, .., _] = elements.as_slice() {
                twins.push(("without its first", with(elements[1..].to_vec().into())));
                twins.push((
                    "with its first again",
                    with([elements.as_slice(), core::slice::from_ref(first)].concat().into()),
                ));
            }
            if let [.., last] = elements.as_slice() {
                twins.push(("without its last", with(elements[..elements.len() - 1].to_vec().into())));
                twins.push((
                    "with its last again",
                    with([elements.as_slice(), core::slice::from_ref(last)].concat().into()),
                ));
            }
        }
        Value::Object(members) => {
            for name in members.keys() {
                let mut rest = members.clone();
                rest.remove(name);
                twins.push(("without a member", with(rest.into())));
            }
        }
        _ => {}
    }
    twins
}

fn digit(text: &str, at: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    bytes[at] = match bytes[at] {
        b'0'..=b'8' | b'a'..=b'e' => bytes[at] + 1,
        _ => b'0',
    };
    String::from_utf8(bytes).expect("digits")
}

/// The caller's side decides: another checkpoint, network or time, and changes that are not accepted.
fn asked_otherwise(scene: &Scene, made: &Made, report: &mut Report) {
    let (bundle, now) = (&made.bundle, scene.now());
    let checkpoint = Checkpoint::new(scene.checkpoint);
    let mut refuses = |what: &str, outcome: Result<Verified, Error>, rule: &str| {
        let error = outcome.err().unwrap_or_else(|| panic!("{what} was taken"));
        assert_eq!(error.detail().rule, rule, "{what}: {error}");
        report.refused += 1;
    };
    let verify = |network, checkpoint, now| bundle.verify(network, checkpoint, &scene.accepted, now);
    let other = Checkpoint::new(B256::repeat_byte(3));
    refuses("another checkpoint", verify(&scene.network, other, now), "consensus.checkpoint");
    // It passes this one, but where it begins its maker could have chosen the committees.
    let passed = Checkpoint::new(scene.synced.store.finalized_header().beacon.root());
    refuses("a checkpoint that it passes", verify(&scene.network, passed, now), "consensus.checkpoint");
    let another = andromeda();
    assert!(verify(&another, checkpoint, now).is_err(), "it is of another network");
    let later = UnixTime(now.0 + 5 * 365 * 86_400);
    refuses("an old checkpoint", verify(&scene.network, checkpoint, later), "consensus.checkpoint-too-old");
    let earlier = UnixTime(scene.network.l1.genesis_time);
    refuses("one from the future", verify(&scene.network, checkpoint, earlier), "consensus.future-slot");
    if scene.accepted != Accepted::none() {
        let outcome = bundle.verify(&scene.network, checkpoint, &Accepted::none(), now);
        refuses("a change that is not accepted", outcome, "rollup.changed");
    }
    let waived = Checkpoint::of_any_age(scene.checkpoint);
    let verified = verify(&scene.network, waived, later).expect("its age was waived");
    assert!(verified.at().batch().basis().l1().is_from_old_checkpoint(), "the waiver shows");
    assert_eq!(verified.age(), later.0 - scene.synced.finalized.timestamp().0);
    // It does not ripen: finality is as of its L1 block.
    let honest = scene.verify(bundle).expect("it holds");
    assert_eq!(verified.at().batch().finality(), honest.at().batch().finality());
}

/// What is no bundle is refused at the door, and takes no time or memory out of proportion.
fn shapeless(made: &Made, report: &mut Report) {
    let text = made.bundle.to_json();
    let mut refuses = |what: &str, bytes: &[u8], rule: &str| {
        let error = Error::from(Bundle::parse(bytes).expect_err(what));
        assert_eq!(error.detail().rule, rule, "{what}: {error}");
        report.refused += 1;
    };
    for length in [0, 1, text.len() / 3, text.len() / 2, text.len() - 1] {
        refuses("cut off", &text.as_bytes()[..length], "json.not-json");
    }
    refuses("deep", "[".repeat(MAX_BUNDLE).as_bytes(), "json.not-json");
    let padded = |length: usize| format!("{text}{}", " ".repeat(length - text.len()));
    refuses("long", padded(MAX_BUNDLE + 1).as_bytes(), "json.too-long");
    assert!(Bundle::parse(padded(MAX_BUNDLE).as_bytes()).is_ok(), "as long as may be");
    let twice = text.replacen('{', r#"{"consensus":"0x","#, 1);
    refuses("a member twice", twice.as_bytes(), "json.repeated");
    let version = text.replacen("metis-light-bundle-1", "metis-light-bundle-2", 1);
    refuses("another version", version.as_bytes(), "json.wrong-form");
    let two = text.replacen(r#""proves":{"#, r#""proves":{"account":{},"balance":{},"#, 1);
    let rule = if matches!(made.what, "account" | "balance") { "json.repeated" } else { "json.wrong-form" };
    refuses("two questions", two.as_bytes(), rule);
}

/// Takes a part of the second for the first.
type Transplant = fn(&mut Bundle, &Bundle);

/// A part of a bundle of another phase, or about something else.
fn transplanted(scene: &Scene, made: &Made, other: &Made, report: &mut Report) {
    let parts: [(&str, Transplant); 6] = [
        ("chain", |bundle, other| bundle.consensus = other.consensus.clone()),
        ("execution header", |bundle, other| bundle.execution = other.execution.clone()),
        ("registry", |bundle, other| bundle.registry = other.registry.clone()),
        ("batch", |bundle, other| bundle.batch = other.batch.clone()),
        ("block", |bundle, other| bundle.block = other.block.clone()),
        ("index", |bundle, other| bundle.batch.index = other.batch.index),
    ];
    for (what, transplant) in parts {
        let mut twin = made.bundle.clone();
        transplant(&mut twin, &other.bundle);
        judge(what, scene.verify(&twin), made, report);
    }
}

/// The proofs of one message for another, and of one account for another.
fn swapped_messages(scene: &Scene, made: &[Made], report: &mut Report) {
    let messages: Vec<_> = made.iter().filter(|made| made.what == "withdrawals").collect();
    for one in &messages {
        for other in &messages {
            let mut twin = one.bundle.clone();
            let (Claim::Withdrawals(claims), Claim::Withdrawals(others)) = (&mut twin.claim, &other.bundle.claim)
            else {
                panic!("they are withdrawals");
            };
            if claims[0].message == others[0].message {
                continue;
            }
            claims[0].message = others[0].message.clone();
            assert!(scene.verify(&twin).is_err(), "another message was taken");
            report.refused += 1;
        }
        let mut twin = one.bundle.clone();
        if let Claim::Withdrawals(claims) = &mut twin.claim {
            claims[0].message.target = NOBODY;
        }
        assert!(scene.verify(&twin).is_err(), "another target was taken");
        report.refused += 1;
    }
    let balance = made.iter().find(|made| made.what == "balance").expect("one was made");
    let mut twin = balance.bundle.clone();
    if let Claim::Balance { who, .. } = &mut twin.claim {
        *who = NOBODY;
    }
    assert!(scene.verify(&twin).is_err(), "somebody else's balance was taken");
    report.refused += 1;
}
