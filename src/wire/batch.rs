use super::{WireError, parse_many};
use crate::primitives::json::{Member, Read, data, quantity, word};
use crate::primitives::{B256, Bytes, U256};

const WHAT: &str = "state batch";

/// A batch's header and its state roots, read but not believed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BatchClaim {
    /// The batch's root.
    pub batch_root: B256,
    /// How many state roots it has.
    pub batch_size: U256,
    /// How many stand before it.
    pub prev_total_elements: U256,
    /// What the contract wrote beside the root.
    pub extra_data: Bytes,
    /// The state roots, in order.
    pub state_roots: Vec<B256>,
}

impl BatchClaim {
    /// Reads one batch or an array of them: `batch` and `stateRoots` at the top or under `response`, with the names of
    /// the contract or those of Metis' data transport layer.
    ///
    /// # Errors
    /// [`WireError`] where the input lacks the shape.
    pub fn parse(bytes: &[u8]) -> Result<Vec<Self>, WireError> {
        parse_many(WHAT, bytes, unwrapped)
    }
}

fn unwrapped(reply: &Member<'_, '_>) -> Read<BatchClaim> {
    match reply.optional("response")? {
        Some(response) => claim(&response),
        None => claim(reply),
    }
}

fn claim(batch: &Member<'_, '_>) -> Read<BatchClaim> {
    let header = batch.member("batch")?;
    Ok(BatchClaim {
        batch_root: word(&either(&header, "batchRoot", "root")?)?,
        batch_size: quantity(&either(&header, "batchSize", "size")?)?,
        prev_total_elements: header.at("prevTotalElements", quantity)?,
        extra_data: header.at("extraData", data)?,
        state_roots: batch.list_at("stateRoots", word)?,
    })
}

/// A member under the contract's name, else under the transport layer's.
fn either<'q, 'j>(header: &'q Member<'_, 'j>, name: &'static str, other: &'static str) -> Read<Member<'q, 'j>> {
    match header.optional(name)? {
        Some(member) => Ok(member),
        None => header.member(other),
    }
}
