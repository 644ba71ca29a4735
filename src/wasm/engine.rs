//! The client for JavaScript: a handle on a [`Session`], and nothing of its own.

use super::convert::{Refusal, json, parsed, parsed_json, whole};
use super::options::Options;
use super::{named_network, told};
use crate::client::{CodeOf, MetisBalanceOf, StorageOf};
use crate::consensus::{Checkpoint, Loaded, Store};
use crate::error::Error;
use crate::network::Network;
use crate::primitives::{Address, B256, StorageSlot, UnixTime};
use crate::shell::{Session, Transport, Web};
use js_sys::Promise;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

/// Follows a network from a checkpoint or a saved store, and proves what it is asked.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine {
    session: Rc<Session<Web>>,
}

#[wasm_bindgen]
impl Engine {
    /// Takes a network's name or file, and `{ checkpoint, store, sources: { beacon, l1, l2 }, limits, now, allowOldCheckpoint }`.
    ///
    /// A source is a url, or a function `(source, index, requests, signal) => replies`. At least one of `checkpoint` and
    /// `store` is needed; a store that does not pass the checkpoint is not used. `limits` are `{ whole, answer, hedge }` in
    /// milliseconds and the number of `retries`.
    #[wasm_bindgen(constructor)]
    pub fn new(network: &str, options: &JsValue) -> Result<Self, JsValue> {
        let network = named_network(network)?;
        let options = Options::read(options).map_err(Refusal::misuse)?;
        let now = options.web.now();
        let store = match &options.store {
            Some(saved) => load(&network, options.checkpoint, saved, now)?,
            None => None,
        };
        let session = match (store, options.checkpoint) {
            (Some(store), _) => Session::from_store(network, store, options.web),
            (None, Some(checkpoint)) => Session::from_checkpoint(network, checkpoint, options.web),
            (None, None) => {
                return Err(Refusal::misuse("checkpoint is missing, and no store serves in its place").into());
            }
        };
        Ok(Self { session: Rc::new(session.with_limits(options.limits)) })
    }

    /// Follows L1 to its newest heads.
    pub fn sync(&self) -> Promise {
        self.ask(Asked::Sync)
    }

    /// Follows L1, and climbs to the rollup's head.
    pub fn head(&self) -> Promise {
        self.ask(Asked::Head)
    }

    /// The METIS of an account, at the last posted block or at one that is named.
    pub fn balance(&self, address: &str, block: &JsValue) -> Result<Promise, JsValue> {
        Ok(self.ask(Asked::State(block_of(block)?, State::Balance(address_of(address)?))))
    }

    /// Words of an account's storage: slots are decimal, or hex with 0x.
    pub fn storage(&self, address: &str, slots: Vec<String>, block: &JsValue) -> Result<Promise, JsValue> {
        let slot = |slot: &String| slot.parse().map_err(|_| format!("{slot} is no slot below 2^256"));
        let slots: Vec<StorageSlot> = argument(slots.iter().map(slot).collect())?;
        Ok(self.ask(Asked::State(block_of(block)?, State::Words(address_of(address)?, slots))))
    }

    /// An account's code.
    pub fn code(&self, address: &str, block: &JsValue) -> Result<Promise, JsValue> {
        Ok(self.ask(Asked::State(block_of(block)?, State::Code(address_of(address)?))))
    }

    /// The withdrawals that an L2 transaction sent, where each stands, and the call that relays it.
    pub fn withdrawals(&self, transaction: &str) -> Result<Promise, JsValue> {
        Ok(self.ask(Asked::Withdrawals(argument(parsed("transaction", transaction))?)))
    }

    /// What was reached, to be given to the next engine as `store`; none before the first sync from a checkpoint.
    pub fn save(&self) -> Option<Vec<u8>> {
        self.session.store().map(|store| store.save())
    }

    /// Who failed or lied since this was last asked: `[{ kind, source, name, code, message }]`.
    #[wasm_bindgen(js_name = takeBlamed)]
    pub fn take_blamed(&self) -> Result<JsValue, JsValue> {
        let web = self.session.transport();
        let blamed = self.session.take_blamed();
        let told: Vec<_> = blamed.iter().map(|blame| told::blame(blame, web.name(blame.kind, blame.source))).collect();
        parsed_json(&json(&told))
    }
}

/// A question. One type for all, so that what awaits its answer is compiled once.
enum Asked {
    Sync,
    Head,
    /// Of an L2 block's state.
    State(Option<u64>, State),
    Withdrawals(B256),
}

enum State {
    Balance(Address),
    Words(Address, Vec<StorageSlot>),
    Code(Address),
}

impl Engine {
    fn ask(&self, asked: Asked) -> Promise {
        let session = self.session.clone();
        future_to_promise(async move { parsed_json(&answer(&session, asked).await.map_err(Refusal::of_input)?) })
    }
}

/// An answer, as JSON.
async fn answer(session: &Session<Web>, asked: Asked) -> Result<String, Error> {
    Ok(match asked {
        Asked::Sync => json(&told::synced(&session.sync().await?)),
        Asked::Head => json(&told::head(&session.head().await?)),
        Asked::Withdrawals(transaction) => json(&told::withdrawals(&session.withdrawals(transaction).await?)),
        Asked::State(block, state) => {
            let at = session.state_root(block).await?;
            match state {
                State::Balance(who) => json(&told::balance(who, &session.ask(MetisBalanceOf { at, who }).await?)),
                State::Code(who) => json(&told::code(who, &session.ask(CodeOf { at, who }).await?)),
                State::Words(who, slots) => {
                    let words = session.ask(StorageOf { at, who, slots: slots.clone() }).await?;
                    json(&told::words(who, &slots, &words))
                }
            }
        }
    })
}

fn argument<T>(read: Result<T, String>) -> Result<T, JsValue> {
    read.map_err(|message| Refusal::misuse(message).into())
}

fn address_of(text: &str) -> Result<Address, JsValue> {
    argument(parsed("address", text))
}

fn block_of(value: &JsValue) -> Result<Option<u64>, JsValue> {
    if value.is_undefined() || value.is_null() { Ok(None) } else { argument(whole("block", value).map(Some)) }
}

/// One that is of no use is passed over where there is a checkpoint to begin at.
fn load(
    network: &Network,
    checkpoint: Option<Checkpoint>,
    saved: &[u8],
    now: UnixTime,
) -> Result<Option<Store>, JsValue> {
    match (Store::load(&network.l1, checkpoint, saved, now), checkpoint) {
        (Ok(Loaded::Store(store)), _) => Ok(Some(*store)),
        (Ok(Loaded::SetAside { .. }) | Err(_), Some(_)) | (Ok(Loaded::SetAside { .. }), None) => Ok(None),
        (Err(error), None) => Err(Refusal::of_input(error).into()),
    }
}
