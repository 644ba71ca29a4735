//! A recording of complete flows, played again: does this client find what was true?
//!
//! A recording is a network file, the calls that sources answered ([`Transcript`]), and what was true at each of its phases.
//! [`Recording::play`] runs the client's flows over a phase and compares every value; [`Recording::tell`] does so with some
//! answers made false, where no flow may give another value than over the true ones.
//!
//! What can go wrong: the recording lacks what a flow asks for, which ends that flow as a silent source does; and a recording
//! without the members that are compared, which is refused at once, lest nothing be compared.
//!
//! Not compared: messages that no transaction sent, and what a recording tells of names, sequencers and other values on L1.

#![allow(clippy::indexing_slicing, reason = "only JSON values are indexed here, and one without the member gives null")]

mod deposit;
mod lies;
mod message;
mod phase;
mod tally;

use crate::client::{ClientError, Task};
use crate::network::{Network, NetworkFileError};
use crate::primitives::{B256, UnixTime};
use crate::shell::{Driven, Limits, Standing, Transcript, drive};
use core::future::Future;
use core::pin::pin;
use core::task::{Context, Poll, Waker};
use serde_json::Value;

pub use lies::Told;
pub use tally::{ROWS, Tally};

/// A recording.
#[derive(Clone, Debug)]
pub struct Recording {
    scenario: String,
    network: Network,
    checkpoint: B256,
    calls: Transcript,
    expected: Value,
}

/// Why something is no recording.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ReplayError {
    /// The network file is none.
    #[error("network: {0}")]
    Network(#[from] NetworkFileError),
    /// A member is missing, or is something else.
    #[error("{0} is missing, or is something else")]
    Missing(&'static str),
}

/// What `expected` must list, and each of its phases.
const LISTS: [&str; 7] = ["phases", "batches", "messages", "deposits", "balances", "l2Transactions", "l2Headers"];
const LISTS_OF_A_PHASE: [&str; 2] = ["batches", "messages"];

impl Recording {
    /// Takes the network file's bytes, the list of calls, and what is expected.
    ///
    /// # Errors
    /// [`ReplayError`] where something is missing.
    pub fn new(network: &[u8], calls: &Value, expected: Value) -> Result<Self, ReplayError> {
        let file: Value = serde_json::from_slice(network).map_err(|_| ReplayError::Missing("network"))?;
        let checkpoint = word(&file["l1"]["checkpointRoot"]).ok_or(ReplayError::Missing("l1.checkpointRoot"))?;
        let scenario = file["scenario"].as_str().unwrap_or_default().to_owned();
        let (network, calls) = (Network::from_json(network)?, Transcript::new(calls));
        for name in LISTS {
            expected[name].as_array().filter(|list| !list.is_empty()).ok_or(ReplayError::Missing(name))?;
        }
        for phase in list(&expected["phases"]) {
            for name in LISTS_OF_A_PHASE {
                phase[name].as_array().ok_or(ReplayError::Missing(name))?;
            }
            phase["name"].as_str().ok_or(ReplayError::Missing("phases.name"))?;
            phase["suggestedWallClock"].as_u64().ok_or(ReplayError::Missing("phases.suggestedWallClock"))?;
        }
        let calls = calls.ok_or(ReplayError::Missing("calls"))?;
        Ok(Self { scenario, network, checkpoint, calls, expected })
    }

    /// What the recording calls itself.
    pub fn scenario(&self) -> &str {
        &self.scenario
    }

    /// The names of its phases, in the order of time.
    pub fn phases(&self) -> impl Iterator<Item = &str> {
        list(&self.expected["phases"]).iter().filter_map(|phase| phase["name"].as_str())
    }

    fn phase(&self, name: &str) -> Option<&Value> {
        list(&self.expected["phases"]).iter().find(|phase| phase["name"] == name)
    }

    /// The recorded sources at a phase.
    fn sources(&self, phase: &Value, calls: &Transcript) -> Transcript {
        let now = phase["suggestedWallClock"].as_u64().unwrap_or_default();
        calls.at(phase["name"].as_str().unwrap_or_default(), UnixTime(now))
    }
}

/// Runs a flow to its end. A transcript answers at once, so nothing here waits.
fn driven<T: Task>(task: T, sources: &Transcript) -> Driven<T::Output> {
    let mut standing = Standing::default();
    let mut future = pin!(drive(task, sources, Limits::default(), &mut standing));
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(driven) => driven,
        Poll::Pending => {
            let what = "the recording made wait".to_owned();
            Driven { output: Err(ClientError::Unavailable { what }.into()), rounds: 0, blamed: Vec::new() }
        }
    }
}

/// The list that [`Recording::new`] has seen to be one.
fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn word<T: core::str::FromStr>(value: &Value) -> Option<T> {
    value.as_str()?.parse().ok()
}
