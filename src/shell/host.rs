//! What a JavaScript host gives: time, waiting, a number, and a way to call something off.

use crate::primitives::UnixTime;
use core::time::Duration;
use js_sys::{Date, Function, Math, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(then: &Function, milliseconds: i32) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
}

/// The host's clock.
pub(crate) fn now() -> UnixTime {
    seconds(Date::now() / 1000.0)
}

/// Whole seconds; 0 where there are none.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float keeps within its bounds")]
pub(super) const fn seconds(time: f64) -> UnixTime {
    UnixTime(time as u64)
}

/// So many seconds, to the millisecond.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float keeps within its bounds")]
pub(super) const fn duration(seconds: f64) -> Duration {
    Duration::from_millis((seconds * 1000.0) as u64)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a float keeps within its bounds")]
pub(super) fn jitter() -> u32 {
    (Math::random() * f64::from(u32::MAX)) as u32
}

/// A timer that is stopped when it is dropped: one that goes on would keep a Node process from ending.
struct Timer(JsValue);

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.0);
    }
}

pub(super) async fn sleep(time: Duration) {
    let mut timer = Timer(JsValue::UNDEFINED);
    // Hosts take a timer of more than 31 bits for none.
    let milliseconds = i32::try_from(time.as_millis()).unwrap_or(i32::MAX);
    let promise = Promise::new(&mut |resolve, _| timer.0 = set_timeout(&resolve, milliseconds));
    // It is never rejected.
    let _ = JsFuture::from(promise).await;
}

/// Calls something off when it is dropped.
pub(super) struct Abort(Option<AbortController>);

impl Abort {
    pub(super) fn new() -> Self {
        Self(AbortController::new().ok())
    }

    pub(super) fn signal(&self) -> Option<AbortSignal> {
        self.0.as_ref().map(AbortController::signal)
    }
}

impl Drop for Abort {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}
