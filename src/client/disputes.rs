use super::ClientError;
use super::batch::proof;
use super::request::{Call, Reply, Request};
use super::task::{Fault, Step, Task};
use crate::dispute::{Concluded, DisputeError, Disputes, Inquiry, Want};
use crate::primitives::UnixTime;
use crate::rollup::Registry;
use crate::wire::hint;

/// Every dispute that L1 shows, under a registry.
///
/// One round where there are no verifiers, challenges or games; else until everything is read, at most
/// [`Inquiry::MAX_ROUNDS`].
#[derive(Clone, Debug)]
pub struct DisputesOf(Inquiry);

impl DisputesOf {
    /// Asks about the disputes under `registry`, and about a request for a game about an L2 block, where one is named.
    ///
    /// # Errors
    /// Those of [`Inquiry::new`].
    pub fn new(registry: &Registry, block: Option<u64>) -> Result<Self, DisputeError> {
        Inquiry::new(registry, block).map(Self)
    }
}

impl Task for DisputesOf {
    type Output = Disputes;

    fn requests(&self) -> Vec<Request> {
        let block = self.0.registry().basis().l1().number();
        let call = |want: &Want| match want {
            Want::Proof(question) => Call::proof(question, block),
            Want::Code(who) => Call::code(*who, block),
        };
        self.0.wants().iter().map(call).map(Request::L1).collect()
    }

    fn resume(&self, replies: &[Reply], _: UnixTime) -> Result<Step<Self>, Fault> {
        let wants = self.0.wants();
        if replies.len() != wants.len() {
            let (got, expected) = (replies.len(), wants.len());
            return Err(Fault::of_nobody(ClientError::ReplyCount { got, expected }));
        }
        let mut inquiry = self.0.clone();
        for (place, (want, reply)) in wants.iter().zip(replies).enumerate() {
            match want {
                Want::Proof(question) => {
                    let proof = proof(reply).map_err(Fault::of(place))?;
                    inquiry.prove(question, &proof).map_err(Fault::of(place))?;
                }
                Want::Code(who) => {
                    let code = hint::code(reply).map_err(Fault::of(place))?;
                    inquiry.code(*who, code).map_err(Fault::of(place))?;
                }
            }
        }
        // All of it is proven, so whatever cannot be taken of it is nobody's fault.
        Ok(match inquiry.conclude().map_err(Fault::of_nobody)? {
            Concluded::More(inquiry) => Step::Ask(Self(*inquiry)),
            Concluded::Done(disputes) => Step::Done(*disputes),
        })
    }
}

#[cfg(test)]
mod tests;
