use super::parse::{MAX_DEPTH, MAX_VALUES};
use super::*;
use proptest::prelude::*;
use serde_json::Value;

/// A list of so many zeros, and itself.
fn list(values: usize) -> Vec<u8> {
    format!("[{}0]", "0,".repeat(values - 2)).into_bytes()
}

fn read(text: &[u8]) -> Read<Json<'_>> {
    Json::parse(text, usize::MAX)
}

fn reason(text: &str) -> String {
    match *read(text.as_bytes()).expect_err(text) {
        JsonError::NotJson { reason } => reason,
        other => panic!("{other}"),
    }
}

#[test]
fn a_text_has_so_many_values_and_no_more() {
    assert!(read(&list(MAX_VALUES)).is_ok());
    let refused = *read(&list(MAX_VALUES + 1)).expect_err("one more");
    assert!(matches!(&refused, JsonError::NotJson { reason } if reason.starts_with("too many values")), "{refused}");
    // Names count as well, and what is in an inner list.
    let object = |members: usize| format!("[{{{}\"z\":0}}]", "\"a\":0,".repeat(members - 1)).into_bytes();
    assert!(read(&object(MAX_VALUES / 2 - 1)).is_ok());
    assert!(read(&object(MAX_VALUES / 2)).is_err());
}

#[test]
fn a_text_is_so_deep_and_no_deeper() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(nested(MAX_DEPTH).as_bytes()).is_ok());
    assert_eq!(reason(&nested(MAX_DEPTH + 1)), format!("it is too deep at byte {MAX_DEPTH}"));
    assert!(read("{\"a\":".repeat(1 << 20).as_bytes()).is_err(), "nor does it use up the stack");
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (text, expected) in [
        ("", "there is no value at byte 0"),
        (" nul", "there is no value at byte 1"),
        ("1 2", "something behind the value at byte 2"),
        ("[1,]", "there is no value at byte 3"),
        ("[1 2]", "neither a comma nor the end at byte 3"),
        ("{1:2}", "a name that is no string at byte 1"),
        ("{\"a\" 1}", "a name without a colon at byte 5"),
        ("01", "a number that begins with zero at byte 2"),
        ("-", "a number without digits at byte 1"),
        ("1.e5", "a number without digits at byte 2"),
        ("\"a", "a string without an end at byte 1"),
        ("\"\n\"", "a control character in a string at byte 1"),
        ("\"\\x\"", "an unknown escape at byte 3"),
        ("\"\\u+123\"", "an escape without four hex digits at byte 7"),
        ("\"\\ud800\"", "half of a surrogate pair at byte 7"),
        ("\"\\udc00\\ud800\"", "half of a surrogate pair at byte 13"),
    ] {
        assert_eq!(reason(text), expected, "{text}");
    }
    let refused = *read(b"\"\xff\"").expect_err("no utf-8");
    assert_eq!(refused.to_string(), "not json: it is not utf-8 at byte 1");
}

/// The same value as the referee has it.
fn is_same(ours: &Json<'_>, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Json::Null, Value::Null) | (Json::Bool, Value::Bool(_)) => true,
        (Json::Integer(ours), Value::Number(theirs)) => theirs.as_u64() == Some(*ours),
        (Json::OtherNumber, Value::Number(theirs)) => theirs.as_u64().is_none(),
        (Json::String(ours), Value::String(theirs)) => ours == theirs,
        (Json::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| is_same(ours, theirs))
        }
        // The referee keeps the last of two members of one name.
        (Json::Object(ours), Value::Object(theirs)) => theirs.iter().all(|(name, theirs)| {
            ours.iter().rfind(|(ours, _)| ours == name).is_some_and(|(_, ours)| is_same(ours, theirs))
        }),
        _ => false,
    }
}

fn compare(text: &[u8]) -> bool {
    match (read(text), serde_json::from_slice::<Value>(text)) {
        (Ok(ours), Ok(theirs)) => is_same(&ours, &theirs),
        (Err(_), Err(_)) => true,
        // A number beyond its floats is a number all the same.
        (Ok(_), Err(error)) => error.to_string().starts_with("number out of range"),
        (Err(_), Ok(_)) => false,
    }
}

#[test]
fn the_referee_agrees_about_texts_by_hand() {
    for text in [
        "null",
        "true",
        "false",
        " [ ] ",
        "{ }",
        "[1,[2,{\"a\":[]}]]",
        "{\"a\":1,\"a\":2}",
        "-0",
        "0",
        "1e5",
        "1E+5",
        "1.5e-7",
        "18446744073709551615",
        "18446744073709551616",
        "-1",
        "1e999",
        "\"\\u00e9\\ud83d\\ude00\\/\\b\\f\\n\\r\\t\\\"\\\\\"",
        "\"\u{7f}\u{e9}\"",
        "\u{feff}1",
        "[1}",
        "nulll",
        "+1",
        ".5",
        "1.",
        "0x1",
        "NaN",
        "'a'",
        "[,1]",
        "{,}",
        "//",
        "\u{a0}1",
        "\u{b}1",
        "\"\\u12\"",
        "\"\\ud83d\\u0041\"",
        "\"\\u\u{e9}\u{e9}\"",
    ] {
        assert!(compare(text.as_bytes()), "{text}");
    }
}

#[test]
fn of_many_members_the_first_refusal_is_told() {
    let json = Json::parse(br#"{"a":1,"b":"two","c":3}"#, 100).unwrap();
    let root = Member::root("numbers", &json);
    let read = |names: [&str; 3], may: &str| {
        let mut members = Members::<Box<JsonError>>::new(&root);
        let sum = names.map(|name| members.at(name, small)).into_iter().sum::<u64>();
        let more = members.maybe(may, small);
        members.end((sum, more)).map_err(|error| error.to_string())
    };
    assert_eq!(read(["a", "c", "a"], "c"), Ok((5, Some(3))));
    assert_eq!(read(["a", "c", "a"], "d"), Ok((5, None)));
    let wrong =
        "b is two, expected an integer below 2^256, as a number below 2^64 or a string of decimal or hex digits";
    assert_eq!(read(["a", "b", "d"], "c"), Err(wrong.to_owned()));
    assert_eq!(read(["a", "d", "b"], "c"), Err("d is missing".to_owned()));
    assert_eq!(read(["a", "c", "a"], "b"), Err(wrong.to_owned()));
}

proptest! {
    #[test]
    fn the_referee_agrees_about_what_looks_like_json(text in r#"([\[\]{}:,"0-9eE+.\-nulltruefalse \t\n]|\\\\u[0-9a-fd]{0,4}|"[a-z]{0,2}":|"x",){0,40}"#) {
        prop_assert!(compare(text.as_bytes()));
    }

    #[test]
    fn the_referee_agrees_about_damaged_documents(at in 0_usize..400, byte: u8, cut in 0_usize..400) {
        let honest = br#"{"jsonrpc":"2.0","id":7,"result":{"a":["0x1",-1,2.5e3,null,true],"t":"\u00e9\ud83d\ude00\n","o":{"deep":[[[{}]]]}}}"#;
        prop_assert!(compare(honest) && read(honest).is_ok());
        let mut text = honest.to_vec();
        if let Some(place) = text.get_mut(at) {
            *place = byte;
        }
        prop_assert!(compare(&text));
        text.truncate(cut);
        prop_assert!(compare(&text));
    }

    #[test]
    fn the_referee_agrees_about_any_bytes(text in prop::collection::vec(any::<u8>(), 0..64)) {
        prop_assert!(compare(&text));
    }
}
