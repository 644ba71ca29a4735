//! Bindings for JavaScript: conversion and names, no logic.
//!
//! Three sizes, for a page waits for its bytes: the checks of files alone (`wasm`), the client with what a page first wants
//! of it (`page`), and all (`engine`). What is refused is thrown as `{ code, message, data }`, where `data` has the item's
//! index, the broken rule and both values.

#![allow(missing_docs, reason = "the public documentation is that of the npm package")]

#[cfg(feature = "wasm")]
mod asked;
#[cfg(feature = "page")]
#[cfg_attr(not(feature = "engine"), path = "unattested.rs")]
mod attested;
#[cfg(feature = "engine")]
mod bridge;
#[cfg(feature = "engine")]
mod bundle;
#[cfg(feature = "engine")]
mod chain;
#[cfg(feature = "wasm")]
mod checks;
mod convert;
#[cfg(feature = "page")]
mod engine;
#[cfg(feature = "page")]
mod options;
#[cfg(feature = "page")]
mod question;
#[cfg(feature = "page")]
mod told;
#[cfg(feature = "page")]
mod verification;
#[cfg(feature = "engine")]
mod verifiers;

#[cfg(feature = "engine")]
pub use bundle::verify_bundle;
#[cfg(feature = "wasm")]
pub use checks::{verify_batch, verify_consensus, verify_proof, verify_withdrawal};
#[cfg(feature = "page")]
pub use engine::Engine;

// Two-level segregated fit: 2 KB of what a page waits for less than the allocator of the standard library.
#[cfg(all(feature = "shipped", target_arch = "wasm32"))]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
