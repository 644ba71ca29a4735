//! A page's module in Rust: the METIS of an address, proven, over the browser's own `fetch`.
//!
//! `wasm-pack build --target web` makes `pkg/`, which `index.html` loads.

use js_sys::Function;
use metis_light::client::{MetisBalanceOf, Source};
use metis_light::consensus::Checkpoint;
use metis_light::network::{self, Network};
use metis_light::primitives::{Address, B256};
use metis_light::shell::{At, Session, Web};
use std::fmt::Display;
use wasm_bindgen::prelude::*;

/// A network seen from a page.
#[wasm_bindgen]
pub struct Light(Session<Web>);

#[wasm_bindgen]
impl Light {
    /// Takes a network by its name or its file's text, a checkpoint, and a URL of each kind. Nobody is asked yet.
    ///
    /// # Errors
    /// A sentence where one of them is none.
    #[wasm_bindgen(constructor)]
    pub fn new(
        network: &str,
        checkpoint: &str,
        beacon: String,
        l1: String,
        l2: String,
        clock: Option<Function>,
    ) -> Result<Self, JsError> {
        let network = match network::built_in(network) {
            Some(network) => network,
            None => Network::from_json(network.as_bytes()).map_err(told)?,
        };
        let root: B256 = checkpoint.parse().map_err(told)?;
        let mut sources = Web::default();
        for (kind, url) in [(Source::Beacon, beacon), (Source::L1, l1), (Source::L2, l2)] {
            sources.add_url(kind, url);
        }
        if let Some(clock) = clock {
            sources.set_clock(clock);
        }
        Ok(Self(Session::from_checkpoint(network, Checkpoint::new(root), sources)))
    }

    /// The METIS of an address at the newest posted block, in a sentence.
    ///
    /// # Errors
    /// Why nothing could be proven.
    pub async fn balance(&self, address: &str) -> Result<String, JsError> {
        let who: Address = address.parse().map_err(told)?;
        let at = self.0.state_root(At::Newest).await.map_err(told)?;
        let balance = self.0.ask(MetisBalanceOf { at, who }).await.map_err(told)?;
        let at = balance.at();
        Ok(format!("{} wei at block {}, {:?}", balance.value().wei, at.block(), at.batch().finality()))
    }
}

/// An error as JavaScript throws it.
fn told(error: impl Display) -> JsError {
    JsError::new(&error.to_string())
}
