//! `Lib_RLPReader.test.json`, judged by this crate's strict reader.
//!
//! | case | the contract | here |
//! |---|---|---|
//! | `readBool` of `0x01` | true | the integer 1 |
//! | `readBool` of `0x00` | false | refused: zero is the empty string (`0x80`), a byte of zero has a leading zero |
//! | `readBool` of another byte | reverts | an integer that is neither 0 nor 1 |
//! | `readAddress`, `readBytes`, `readString`, `readUint256`, `readList` | the value | the same value |
//! | the same, reverting | reverts | refused |

use super::super::Report;
use super::values::{address, bytes, data, data_list, members, text};
use crate::files::{Files, json};
use metis_light::primitives::U256;
use metis_light::primitives::rlp::{self, Item, Items, RlpError, encode_list};
use serde_json::Value;

pub(super) fn run(files: &Files, report: &mut Report) {
    for (path, file) in files.matching("ovm_unit/", "Lib_RLPReader.test.json") {
        for (function, cases) in members(&json(path, file)["tests"]) {
            for (name, case) in members(cases) {
                judge(&format!("{path} {function} {name}"), function, &bytes(text(&case["in"][0])), &case["out"][0]);
                report.cases += 1;
            }
        }
    }
}

/// `said` is null where the contract reverts.
fn judge(name: &str, function: &str, encoding: &[u8], said: &Value) {
    let framed = encode_list(encoding);
    let items = || rlp::list(&framed).expect("an item is framed by a list");
    let raw = |item: Item<'_>| item.raw().to_vec();
    match function {
        "readBool" => {
            let read = only(items(), |items| items.u64());
            match said {
                Value::Bool(true) => assert_eq!(read, Ok(1), "{name}"),
                Value::Bool(false) => assert_eq!(read, Err(RlpError::LeadingZeros), "{name}"),
                _ => assert!(!matches!(read, Ok(0 | 1)), "{name}"),
            }
        }
        "readAddress" => agrees(name, only(items(), |items| items.address()), said, address),
        "readBytes" => agrees(name, only(items(), |items| items.string().map(<[u8]>::to_vec)), said, data),
        "readString" => {
            let said_bytes = |said: &Value| text(said).as_bytes().to_vec();
            agrees(name, only(items(), |items| items.string().map(<[u8]>::to_vec)), said, said_bytes);
        }
        "readUint256" => {
            let number = |said: &Value| U256::from(said.as_u64().expect("a number"));
            agrees(name, only(items(), |items| items.u256()), said, number);
        }
        "readList" => agrees(name, rlp::list(encoding).and_then(|items| all(items, raw)), said, data_list),
        _ => panic!("{name}: a function that is not known"),
    }
}

fn agrees<T: PartialEq + core::fmt::Debug>(
    name: &str,
    read: Result<T, RlpError>,
    said: &Value,
    value: fn(&Value) -> T,
) {
    match said {
        Value::Null => assert!(read.is_err(), "{name} gives {read:?}"),
        said => assert_eq!(read, Ok(value(said)), "{name}"),
    }
}

/// The value of the only item.
fn only<'a, T>(mut items: Items<'a>, read: impl Fn(&mut Items<'a>) -> Result<T, RlpError>) -> Result<T, RlpError> {
    let value = read(&mut items)?;
    items.end(1)?;
    Ok(value)
}

fn all<T>(mut items: Items<'_>, read: impl Fn(Item<'_>) -> T) -> Result<Vec<T>, RlpError> {
    let mut out = Vec::new();
    while !items.is_empty() {
        out.push(read(items.item()?));
    }
    Ok(out)
}
