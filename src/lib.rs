//! A light client for the Metis Andromeda rollup: what a server says is proven, not believed.
//!
//! # The rollup in a page
//!
//! Metis executes its users' transactions on a chain of its own (L2) and posts the state root of every block to Ethereum
//! (L1), in batches of some hundreds. A contract on L1, the state commitment chain, keeps a hash of each batch's header;
//! the state roots themselves stand in the calldata of the call that appended them. For a week a batch can be disputed and
//! deleted. After that a message that L2 recorded may be relayed on L1, with a proof that it is in a posted state root:
//! that is a withdrawal.
//!
//! # The ladder
//!
//! Every step up is a proof, and every rung a type with one maker. What it means to hold one is in its type; nothing is
//! read back from bytes, and nothing has a flag that says `verified`.
//!
//! ```text
//!   Proven<T, L2StateRoot>     a balance, a word of storage, a withdrawal     [execution, bridge]
//!        ↑ Merkle-Patricia proof
//!   L2StateRoot                a leaf of the batch          L2Header          hash-linked to the batch's last block,
//!        ↑ Merkle branch                                        ↑             which is the proposer's word
//!   StateBatch  ────────────────────────────────────────────────┘
//!        ↑ storage proof: container element, length, dispute flag             [rollup]
//!   Registry                   names, proxies and back-pointers as pinned
//!        ↑ storage proofs
//!   L1StateRoot                Ethereum said so
//!        ↑ the execution header behind a finalized or a signed beacon block
//!   Store                      reached by sync committees                     [consensus]
//!        ↑ signatures of two thirds of a committee, each committee proven by the one before
//!   Checkpoint                 a beacon block's root, taken on faith
//! ```
//!
//! Whether a batch can still be deleted is a question with a date, asked of the rung:
//! [`StateBatch::finality`](rollup::StateBatch::finality) is judged at the time of the L1 block it was proven under.
//!
//! What is checked among parts that somebody hands over, without L1, is [`Consistent`](consistent::Consistent): no rung.
//!
//! # Where things are
//!
//! | module | from | to |
//! |---|---|---|
//! | [`primitives`] | bytes | RLP, tries, Merkle trees, headers, slots, signatures |
//! | [`execution`] | a state root | accounts, storage, receipts, transactions |
//! | [`consensus`] | a checkpoint | an L1 state root |
//! | [`network`] | | addresses, pins and forks of Andromeda, Metis Sepolia and custom networks |
//! | [`rollup`] | an L1 state root | L2 state roots and headers, finality, METIS balances |
//! | [`bridge`] | an L2 state root | withdrawals, their status, the relay call |
//! | [`dispute`] | an L1 state root | disputes, and what they mean for a withdrawal |
//! | [`wire`] | JSON of strangers | the raw types of the floors |
//! | [`consistent`] | parts under a named root | what holds among them |
//! | [`client`] | questions | tasks: requests and what comes of their replies |
//! | [`attestation`] | L1 state root and statements | whose word counts, and what it comes to |
//! | [`bundle`] | what was proven | one document, and from it the same again, offline |
//! | [`evidence`] | statements that contradict each other, or the truth | one document against a verifier |
//! | [`shell`] | tasks | their output: the one loop that asks sources |
//! | `attest` (verifier) | own and posted state roots | a verifier's signed word, and never two |
//! | [`replay`] | recorded answers and what was true | whether the flows find it, and refuse lies |
//! | [`lies`] | honest answers | false ones, to try a client with |
//! | [`follow`] | files of light-client data | a store, and what it took |
//!
//! A module uses only floors below it. Nothing below [`shell`] awaits or reads a clock, a file, the environment or
//! randomness.

// The glue of `wasm-bindgen` has its own `unsafe`; ours has none, and elsewhere nothing can allow it.
#![cfg_attr(not(feature = "bindings"), forbid(unsafe_code))]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used,
        reason = "bytes of strangers must never cause a panic"
    )
)]

#[cfg(feature = "verifier")]
pub mod attest;
pub mod attestation;
pub mod bridge;
pub mod bundle;
pub mod client;
pub mod consensus;
pub mod consistent;
pub mod dispute;
pub mod error;
pub mod evidence;
pub mod execution;
pub mod follow;
#[cfg(any(feature = "native", metis_light_test))]
pub mod lies;
pub mod network;
pub mod primitives;
pub mod replay;
pub mod rollup;
pub mod shell;
#[cfg(feature = "bindings")]
pub mod wasm;
pub mod wire;

pub use error::{Error, Kind};

// The builders in `tests/support` name the crate as everyone else does.
#[cfg(test)]
extern crate self as metis_light;

/// The README's Rust is run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
