//! What all sources of attestations say of one batch. They are not interchangeable: each may know signers that others do
//! not, so all are asked at once, and what they say is put together.
//!
//! What can go wrong: a source that withholds cannot be told from one that knows less, and is no reason to stop. One that
//! never ends, or says a million things, gets its share of what is looked at and no more.

use super::wait::{all, within};
use super::{Blame, Failure, Limits, Transport};
use crate::attestation::{Attestation, MAX_STATEMENTS};
use crate::client::{ClientError, Request, Source};
use crate::error::Error;
use crate::rollup::StateBatch;

/// What the sources know of a batch, and who failed.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) attestations: Vec<Attestation>,
    pub(super) blamed: Vec<Blame>,
}

/// Asks every source once.
pub(super) async fn gather(transport: &impl Transport, limits: &Limits, batch: &StateBatch) -> Gathered {
    let (l2_chain_id, index) = (batch.basis().network().l2.chain_id, batch.index());
    let request = Request::Attestations { path: format!("/v1/attestations/{l2_chain_id}/{index}") };
    let count = transport.sources(Source::Attestations);
    let each = (0..count).map(|source| ask(transport, limits, source, &request)).collect();
    let replies = all(each, count).await;
    let share = MAX_STATEMENTS.checked_div(count).unwrap_or_default();
    let mut gathered = Gathered::default();
    for (source, reply) in replies.into_iter().enumerate() {
        match reply {
            Ok(attestations) => gathered.add(attestations, share),
            Err(error) => gathered.blamed.push(Blame { kind: Source::Attestations, source, error }),
        }
    }
    gathered
}

impl Gathered {
    /// Takes what is new of one source's word.
    fn add(&mut self, attestations: Vec<Attestation>, share: usize) {
        for attestation in attestations.into_iter().take(share) {
            if !self.attestations.contains(&attestation) {
                self.attestations.push(attestation);
            }
        }
    }
}

async fn ask(
    transport: &impl Transport,
    limits: &Limits,
    source: usize,
    request: &Request,
) -> Result<Vec<Attestation>, Error> {
    let asked = transport.fetch(Source::Attestations, source, core::slice::from_ref(request));
    // Whoever asks waits for all of them: one that stalls must not hold every answer up for as long as a proof may take.
    let patience = limits.answer.min(limits.hedge.saturating_mul(2));
    let replies = within(asked, transport.sleep(patience)).await;
    let unavailable = |what: String| ClientError::Unavailable { what };
    let replies = replies.ok_or_else(|| unavailable(format!("nothing came within {} ms", patience.as_millis())))?;
    let reply = replies.into_iter().next().unwrap_or_else(|| Err(Failure::never("there is no reply")));
    let reply = reply.map_err(|failure| unavailable(failure.what))?;
    // A server that has nothing by that name knows of no attestation.
    if reply.is_empty() { Ok(Vec::new()) } else { Ok(Attestation::parse_reply(&reply)?) }
}
