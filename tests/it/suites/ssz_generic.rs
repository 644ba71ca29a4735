//! `misc/ssz_generic/`: SSZ of every kind of type, valid and invalid, from the consensus specs' tests.
//!
//! It is the reader of the tests that is on trial here: what it accepts and what it hashes to must be as the specs
//! say before it may judge anything else.

use super::Report;
use super::mpt_spec::values::{data, hash, list as array, text};
use super::schema::{Type, container, list, uint, vector};
use crate::files::{Files, json};
use serde_json::Value;

pub(super) const ROOTS: &[&str] = &["misc/ssz_generic"];

pub(super) fn run(files: &Files) -> Report {
    let mut report = Report::default();
    for (path, bytes) in files.matching("misc/ssz_generic", ".json") {
        let file = json(path, bytes);
        for case in array(&file["cases"]) {
            judge(case, &named(&file["containers"], text(&case["type"])));
            report.cases += 1;
        }
    }
    report
}

fn judge(case: &Value, kind: &Type) {
    let (name, bytes) = (&case["case"], data(&case["ssz"]));
    match (kind.read(&bytes), case["valid"].as_bool()) {
        (Ok(value), Some(true)) => assert_eq!(value.root(), hash(&case["root"]), "{name}"),
        (Err(_), Some(false)) => {}
        (verdict, _) => panic!("{name} of {}: {:?}", case["type"], verdict.map(|value| value.root())),
    }
}

/// A type in the notation of the file: `u8`, `List<u16, 1024>`, the name of a container.
fn named(containers: &Value, name: &str) -> Type {
    if let Some((generic, arguments)) = name.strip_suffix('>').and_then(|name| name.split_once('<')) {
        return built(containers, generic, &divided(arguments));
    }
    match name {
        "bool" => Type::Boolean,
        "u8" | "u16" | "u32" | "u64" | "u128" | "U256" => uint(number(&name[1..])),
        _ => container(divided(text(&containers[name])).into_iter().map(|field| {
            let (field, kind) = field.split_once(": ").unwrap_or_else(|| panic!("{field} is no field"));
            (field, named(containers, kind))
        })),
    }
}

fn built(containers: &Value, generic: &str, arguments: &[&str]) -> Type {
    match (generic, arguments) {
        ("Vector", [element, length]) => vector(named(containers, element), number(length)),
        ("List", [element, limit]) => list(named(containers, element), number(limit)),
        ("Bitvector", [length]) => Type::Bitvector(number(length)),
        ("Bitlist", [limit]) => Type::Bitlist(number(limit)),
        _ => panic!("{generic} of {arguments:?} is no type"),
    }
}

fn number<T: std::str::FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("{text} is no number"))
}

/// What stands between commas, where these are not within angle brackets.
fn divided(text: &str) -> Vec<&str> {
    let mut depth = 0;
    let at_comma = |letter| {
        match letter {
            '<' => depth += 1,
            '>' => depth -= 1,
            _ => {}
        }
        letter == ',' && depth == 0
    };
    text.split(at_comma).map(str::trim).filter(|item| !item.is_empty()).collect()
}
