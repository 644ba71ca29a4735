use super::BridgeError;
use crate::primitives::mpt::{ProofError, Walk};
use crate::primitives::rlp::{self, RlpError};
use crate::primitives::{B256, Bytes};

/// A trie proof in the form in which the L1 messenger takes it: an RLP list of the nodes, root first, each as a string.
///
/// `Lib_MerkleTrie` reads a node that stands inside its parent from the list as well, where `eth_getProof` leaves it out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Witness {
    nodes: Vec<Bytes>,
}

impl Witness {
    /// Reads a witness; `what` names it in errors.
    pub fn decode(what: &'static str, bytes: &[u8]) -> Result<Self, BridgeError> {
        Self::read(bytes).map_err(|rule| BridgeError::Witness { what, rule })
    }

    fn read(bytes: &[u8]) -> Result<Self, RlpError> {
        let mut items = rlp::list(bytes)?;
        let mut nodes = Vec::new();
        while !items.is_empty() {
            nodes.push(Bytes::copy_from_slice(items.string()?));
        }
        Ok(Self { nodes })
    }

    /// Makes the witness of `key` from the nodes of an `eth_getProof` answer.
    pub(crate) fn build(root: B256, key: B256, nodes: &[Bytes], max_value: usize) -> Result<Self, ProofError> {
        let walk = Walk::to(root, key.as_slice(), nodes, max_value)?;
        let inlined = walk.inlined.into_iter().map(Bytes::copy_from_slice);
        Ok(Self { nodes: nodes.iter().cloned().chain(inlined).collect() })
    }

    /// The nodes that a strict proof lists: without those that stand inside their parents, which must all be there.
    pub(crate) fn proof_nodes(
        &self,
        what: &'static str,
        root: B256,
        key: B256,
        max_value: usize,
    ) -> Result<&[Bytes], BridgeError> {
        let walk = Walk::to(root, key.as_slice(), &self.nodes, max_value)
            .map_err(|rule| BridgeError::WitnessProof { what, rule })?;
        let (listed, inlined) = self.nodes.split_at_checked(walk.used).unwrap_or_default();
        if !inlined.iter().map(AsRef::as_ref).eq(walk.inlined.iter().copied()) {
            let expected = walk.used.saturating_add(walk.inlined.len());
            return Err(BridgeError::WitnessNodes { what, got: self.nodes.len(), expected });
        }
        Ok(listed)
    }

    /// The RLP list.
    pub fn encode(&self) -> Vec<u8> {
        let items: Vec<u8> = self.nodes.iter().flat_map(alloy_rlp::encode).collect();
        rlp::encode_list(&items)
    }
}
