//! A transaction as Metis' l2geth keeps it: the signed legacy transaction with metadata beside it.
//!
//! The leaf of the transactions trie is `rlp[T, M]`, not the signed transaction alone. `M` has seven members, and three
//! more, the sequencer's signature, from the height on at which the sequencer set became active. That signature covers
//! the transaction's hash and nothing else: neither block nor order nor state.

use super::RollupError;
use crate::execution::{ExecutionError, Transaction};
use crate::primitives::ecdsa::{self, SignatureError};
use crate::primitives::rlp::{self, Items, RlpError};
use crate::primitives::{Address, Bytes, U256};
use alloy_rlp::Encodable;

/// A transaction and what the sequencer put beside it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct L2Transaction {
    /// The signed transaction, of the legacy type; a deposit's has neither price nor signature.
    pub signed: Transaction,
    /// What stands beside it.
    pub metadata: Metadata,
}

/// Metadata of a transaction, all of it the sequencer's word.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Metadata {
    /// The L1 block that the L2 block follows.
    pub l1_block_number: u64,
    /// Its time, which is the L2 block's.
    pub l1_timestamp: u64,
    /// The aliased sender on L1; zero for a transaction sent on L2.
    pub l1_message_sender: Address,
    /// Where it came from.
    pub queue_origin: QueueOrigin,
    /// The block's number less one.
    pub index: u64,
    /// Its place in the deposit queue of L1; 0 for a transaction sent on L2.
    pub queue_index: u64,
    /// The signed transaction as it was sent, or the deposit's calldata.
    pub raw_transaction: Bytes,
    /// The sequencer's signature; `None` in the old form, zeros for a deposit.
    pub sequencer_signature: Option<SequencerSignature>,
}

/// Where a transaction came from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum QueueOrigin {
    /// Sent on L2.
    Sequencer = 0,
    /// Queued on L1: a deposit.
    L1 = 1,
}

/// The sequencer's signature over a transaction's hash.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SequencerSignature {
    /// The first half.
    pub r: U256,
    /// The second half.
    pub s: U256,
    /// The parity.
    pub v: U256,
}

impl L2Transaction {
    /// Reads a leaf of the transactions trie, in either form.
    pub fn decode(leaf: &[u8]) -> Result<Self, RollupError> {
        let encoding = |rule| ExecutionError::Encoding { what: "l2 transaction", rule };
        let mut items = rlp::list(leaf).map_err(encoding)?;
        // A typed transaction would stand here as a string and is no list, so this is one of the legacy type.
        let signed = Transaction::decode(items.item().map_err(encoding)?.raw())?;
        let metadata = items.list().and_then(Metadata::decode).map_err(encoding)?;
        items.end(2).map_err(encoding)?;
        Ok(Self { signed, metadata })
    }

    /// The leaf of the transactions trie.
    pub fn encode(&self) -> Vec<u8> {
        let mut leaf = self.signed.encode();
        leaf.extend(self.metadata.encode());
        rlp::encode_list(&leaf)
    }

    /// Which sequencer signed; `None` for deposits and in the old form.
    ///
    /// # Errors
    /// [`SignatureError`] where there is a signature that no key made.
    pub fn sequencer(&self) -> Result<Option<Address>, SignatureError> {
        match self.metadata.sequencer_signature {
            Some(SequencerSignature { r, s, v }) if !(r.is_zero() && s.is_zero() && v.is_zero()) => {
                let parity = u64::try_from(v).map_err(|_| SignatureError::Parity { got: u64::MAX })?;
                ecdsa::recover(self.signed.hash(), r, s, parity).map(Some)
            }
            _ => Ok(None),
        }
    }
}

impl Metadata {
    fn decode(mut items: Items<'_>) -> Result<Self, RlpError> {
        Ok(Self {
            l1_block_number: items.u64()?,
            l1_timestamp: items.u64()?,
            l1_message_sender: items.address()?,
            queue_origin: QueueOrigin::decode(items.u64()?)?,
            index: items.u64()?,
            queue_index: items.u64()?,
            raw_transaction: Bytes::copy_from_slice(items.string()?),
            sequencer_signature: SequencerSignature::decode(items)?,
        })
    }

    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        self.l1_block_number.encode(&mut out);
        self.l1_timestamp.encode(&mut out);
        self.l1_message_sender.encode(&mut out);
        (self.queue_origin as u8).encode(&mut out);
        self.index.encode(&mut out);
        self.queue_index.encode(&mut out);
        self.raw_transaction.encode(&mut out);
        if let Some(SequencerSignature { r, s, v }) = self.sequencer_signature {
            r.encode(&mut out);
            s.encode(&mut out);
            v.encode(&mut out);
        }
        rlp::encode_list(&out)
    }
}

impl QueueOrigin {
    const fn decode(number: u64) -> Result<Self, RlpError> {
        match number {
            0 => Ok(Self::Sequencer),
            1 => Ok(Self::L1),
            _ => Err(RlpError::WrongLength { got: 1, expected: 0 }),
        }
    }
}

impl SequencerSignature {
    /// The last three members, or the end of the list.
    fn decode(mut items: Items<'_>) -> Result<Option<Self>, RlpError> {
        if items.is_empty() {
            return Ok(None);
        }
        let signature = Self { r: items.u256()?, s: items.u256()?, v: items.u256()? };
        items.end(10)?;
        Ok(Some(signature))
    }
}
