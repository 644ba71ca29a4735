//! The suites of `tests/it` as a WebAssembly module, so that Node and a browser judge the very cases that the native
//! tests judge. There is no file system here: JavaScript reads the vectors and hands them over as they are.

#[path = "../it/files.rs"]
mod files;
#[path = "../it/suites/mod.rs"]
mod suites;

use files::Files;
use js_sys::{Array, Uint8Array};
use serde_json::json;
use wasm_bindgen::prelude::*;

/// The suites as JSON: `[{ "name", "roots" }]`, where the roots are prefixes of the paths that a suite reads.
#[wasm_bindgen(js_name = suites)]
pub fn list() -> String {
    let suites: Vec<_> =
        suites::all().iter().map(|suite| json!({ "name": suite.name, "roots": suite.roots })).collect();
    json!(suites).to_string()
}

/// Runs a suite over `[path, bytes]` pairs and answers `{ "cases", "refused" }` as JSON.
///
/// A case that fails is a panic: its message goes to `console.error`, and the call throws.
#[wasm_bindgen]
pub fn run(name: &str, files: Array) -> String {
    std::panic::set_hook(Box::new(|panic| console_error(&panic.to_string())));
    let suite = suites::all().into_iter().find(|suite| suite.name == name).expect("the name is one that `suites` gave");
    let report = (suite.run)(&Files::new(files.iter().map(file).collect()));
    json!({ "cases": report.cases, "refused": report.refused }).to_string()
}

fn file(pair: JsValue) -> (String, Vec<u8>) {
    let pair = Array::from(&pair);
    let path = pair.get(0).as_string().expect("a path comes first");
    (path, Uint8Array::new(&pair.get(1)).to_vec())
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(message: &str);
}
