//! The client for JavaScript: a handle on a [`Session`], and nothing of its own.

use super::attested::Heard;
use super::convert::{Refusal, json, named_network, parsed_json};
use super::options::Options;
#[cfg(feature = "engine")]
use super::question::Bridge;
use super::question::{Question, State};
use super::told;
#[cfg(feature = "engine")]
use super::{bridge, chain, verifiers};
#[cfg(feature = "engine")]
use crate::attestation::Policy;
#[cfg(feature = "engine")]
use crate::client::Source;
use crate::client::{CodeOf, MetisBalanceOf, ProofOf, ProvenAccount};
use crate::consensus::{Checkpoint, Loaded, Store};
use crate::error::Error;
use crate::network::Network;
use crate::primitives::{StorageSlot, UnixTime};
use crate::shell::{Floor, Session, Transport, Web, within};
use js_sys::Promise;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

/// Follows a network from a checkpoint or a saved store, and proves what it is asked.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine {
    session: Rc<Session<Web>>,
    floor: Floor,
}

#[wasm_bindgen]
impl Engine {
    /// Takes a network's name or file, and `{ checkpoint, store, sources: { beacon, l1, l2 }, limits, clock, onProgress,
    /// minFinality, accept, allowOldCheckpoint }`.
    ///
    /// A source is a url, or a function `(source, index, requests, signal) => replies`. At least one of `checkpoint` and
    /// `store` is needed; a store that does not pass the checkpoint is not used. `limits` are `{ whole, answer, hedge }` in
    /// milliseconds and the number of `retries`; `clock` gives seconds since 1970. The full module takes sources of
    /// `attestations` as well, `verifiers` (`locking-pool`, `mvm-verifier` or `[{ address, weight }]`) and `quorum`
    /// (`{ moreThan, of, signers, lowered }`).
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
        let session = session.with_limits(options.limits).with_floor(options.floor).accepting(options.accepted);
        #[cfg(feature = "engine")]
        if options.policy.is_none() && session.transport().sources(Source::Attestations) > 0 {
            Policy::of(session.network()).map_err(Refusal::of_input)?;
        }
        #[cfg(feature = "engine")]
        let session = options.quorum.into_iter().fold(session, Session::with_quorum);
        #[cfg(feature = "engine")]
        let session = options.policy.into_iter().fold(session, Session::with_policy);
        Ok(Self { session: Rc::new(session), floor: options.floor })
    }

    /// The L2 chain's id.
    #[wasm_bindgen(getter, js_name = chainId)]
    #[allow(clippy::cast_precision_loss, reason = "chain ids are far below 2^53")]
    pub fn chain_id(&self) -> f64 {
        self.session.network().l2.chain_id as f64
    }

    /// Asks `{ ask, .. }`, as JSON text. The question is given up where `given_up` comes to an end first.
    pub fn ask(&self, question: &str, given_up: Option<Promise>) -> Result<Promise, JsValue> {
        let question = Question::parse(question).map_err(Refusal::misuse)?;
        let (session, floor) = (self.session.clone(), self.floor);
        Ok(future_to_promise(async move {
            let answer = answer(&session, floor, question);
            let answer = match given_up {
                Some(given_up) => within(answer, JsFuture::from(given_up)).await.ok_or(JsValue::NULL)?,
                None => answer.await,
            };
            parsed_json(&answer.map_err(Refusal::of_input)?)
        }))
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

/// An answer, as JSON. One function for all questions, so that what awaits an answer is compiled once.
#[cfg_attr(
    not(feature = "engine"),
    expect(unused_variables, reason = "what a page first asks for, the session checks")
)]
async fn answer(session: &Session<Web>, floor: Floor, question: Question) -> Result<String, Error> {
    Ok(match question {
        Question::Sync => json(&told::synced(&session.sync().await?)),
        Question::Head => head(session).await?,
        #[cfg(feature = "engine")]
        Question::Bridge(question) => about_messages(session, question).await?,
        #[cfg(feature = "engine")]
        Question::Chain(question) => chain::answer(session, floor, question).await?,
        #[cfg(feature = "engine")]
        Question::Bundle(at, asked) => session.bundle(at, asked).await?.to_json(),
        #[cfg(feature = "engine")]
        Question::Verifiers(asked) => verifiers::answer(session, asked).await?,
        Question::State(at, state) => {
            let head = session.recent_head().await?.rollup;
            let at = session.state_root_under(&head, at).await?;
            let heard = Heard::of(session, &head, at.batch()).await;
            #[cfg(feature = "engine")]
            heard.check(floor, at.batch(), at.block(), false)?;
            match state {
                State::Root => json(&told::root(&at).with(&heard)),
                State::Balance(who) => {
                    json(&told::balance(&session.ask(MetisBalanceOf { at, who }).await?).with(&heard))
                }
                State::Code(who) => json(&told::code(&session.ask(CodeOf { at, who }).await?).with(&heard)),
                State::Proof(who, slots) => {
                    let account = session.ask(ProofOf { at, who, slots: slots.clone() }).await?;
                    json(&told::account(&slots, &account).with(&heard))
                }
                State::Token { token, who, mapping } => {
                    let slots = vec![StorageSlot::at(mapping).entry_of(who)];
                    let ProvenAccount { words, .. } = session.ask(ProofOf { at, who: token, slots }).await?;
                    json(&told::token(&words).with(&heard))
                }
            }
        }
    })
}

async fn head(session: &Session<Web>) -> Result<String, Error> {
    let heads = session.head().await?;
    let heard = match &heads.rollup.last {
        Some(last) => Heard::of(session, &heads.rollup, last.batch()).await,
        None => Heard::NOBODY,
    };
    Ok(json(&told::head(&heads, &heard)))
}

#[cfg(feature = "engine")]
async fn about_messages(session: &Session<Web>, question: Bridge) -> Result<String, Error> {
    match question {
        Bridge::Withdrawals(transaction) => bridge::of_transaction(session, transaction).await,
        Bridge::Status { transaction, relay } => bridge::status(session, transaction, relay).await,
        Bridge::Relay { transaction, message } => bridge::relay(session, transaction, message).await,
        Bridge::Deposits(transaction) => bridge::deposits(session, transaction).await,
        Bridge::Bundle(transaction) => {
            let bundle = session.withdrawals_bundle(transaction).await?;
            Ok(bundle.map_or_else(|| "null".to_owned(), |bundle| bundle.to_json()))
        }
    }
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
