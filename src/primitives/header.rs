//! A block header of Ethereum or of Metis' l2geth, and its hash.
//!
//! A header is worth what its hash is worth: it is read from a stranger, encoded again and compared with a hash that
//! something above vouches for. So every field of every fork must be known: a header with a field that this code does not
//! know would hash to something else, and is refused by its number of fields instead of as a lie.
//!
//! Sources: Ethereum yellow paper 4.3; EIP-1559, 4895, 4844, 4788, 7685, 7928 and 7843 for the fields that London,
//! Shanghai, Cancun, Prague and Amsterdam appended. Metis' headers have the first fifteen at every height.

use super::rlp::{self, Items, RlpError};
use alloy_primitives::{Address, B64, B256, Bloom, Bytes, U256, keccak256};
use alloy_rlp::Encodable;

/// Longest `extraData`: Clique's vanity and seal with a signer list of an epoch block; Ethereum allows 32 bytes.
const MAX_EXTRA_DATA: usize = 1024;

/// The fields of a header, in the order in which they are hashed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Header {
    /// Hash of the parent's header.
    pub parent_hash: B256,
    /// Hash of the uncle headers' list; of the empty list since the merge and always on Metis.
    pub ommers_hash: B256,
    /// Who receives the fees; zero on Metis.
    pub beneficiary: Address,
    /// Root of the state trie after the block.
    pub state_root: B256,
    /// Root of the transactions trie.
    pub transactions_root: B256,
    /// Root of the receipts trie.
    pub receipts_root: B256,
    /// Bloom filter over the receipts' logs.
    pub logs_bloom: Bloom,
    /// Zero since the merge; 2 on Metis, and 1 in its genesis.
    pub difficulty: U256,
    /// The block's number.
    pub number: u64,
    /// Gas that the block may use.
    pub gas_limit: u64,
    /// Gas that it used.
    pub gas_used: u64,
    /// Seconds since the Unix epoch.
    pub timestamp: u64,
    /// Free bytes; Clique's vanity and seal on Metis.
    pub extra_data: Bytes,
    /// Proof-of-work mix, or RANDAO since the merge.
    pub mix_hash: B256,
    /// Eight bytes, not an integer.
    pub nonce: B64,
    /// What London and the forks after it appended.
    pub london: Option<London>,
}

/// London's field (EIP-1559) and what came after.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct London {
    /// Wei a unit of gas.
    pub base_fee_per_gas: u64,
    /// What Shanghai and the forks after it appended.
    pub shanghai: Option<Shanghai>,
}

/// Shanghai's field (EIP-4895) and what came after.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Shanghai {
    /// Root of the withdrawals trie.
    pub withdrawals_root: B256,
    /// What Cancun and the forks after it appended.
    pub cancun: Option<Cancun>,
}

/// Cancun's fields (EIP-4844, EIP-4788) and what came after.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cancun {
    /// Blob gas that the block used.
    pub blob_gas_used: u64,
    /// Running excess of blob gas.
    pub excess_blob_gas: u64,
    /// Root of the parent beacon block.
    pub parent_beacon_block_root: B256,
    /// What Prague and the forks after it appended.
    pub prague: Option<Prague>,
}

/// Prague's field (EIP-7685) and what came after.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Prague {
    /// Commitment to the execution requests.
    pub requests_hash: B256,
    /// What Amsterdam appended.
    pub amsterdam: Option<Amsterdam>,
}

/// Amsterdam's fields (EIP-7928, EIP-7843).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Amsterdam {
    /// Hash of the block access list.
    pub block_access_list_hash: B256,
    /// The beacon chain's slot.
    pub slot_number: u64,
}

impl Header {
    /// Reads a header of 15, 16, 17, 20, 21 or 23 fields.
    ///
    /// # Errors
    /// [`RlpError`] where the bytes are not the canonical encoding of such a header.
    pub fn decode(bytes: &[u8]) -> Result<Self, RlpError> {
        let mut items = rlp::list(bytes)?;
        let header = Self {
            parent_hash: items.hash()?,
            ommers_hash: items.hash()?,
            beneficiary: items.address()?,
            state_root: items.hash()?,
            transactions_root: items.hash()?,
            receipts_root: items.hash()?,
            logs_bloom: items.fixed().map(Bloom::new)?,
            difficulty: items.u256()?,
            number: items.u64()?,
            gas_limit: items.u64()?,
            gas_used: items.u64()?,
            timestamp: items.u64()?,
            extra_data: extra_data(items.string()?)?,
            mix_hash: items.hash()?,
            nonce: items.fixed().map(B64::new)?,
            london: London::decode(&mut items)?,
        };
        items.end(23)?;
        Ok(header)
    }

    /// The canonical encoding.
    pub fn encode(&self) -> Vec<u8> {
        let mut fields = Vec::with_capacity(640);
        let out = &mut fields;
        self.parent_hash.encode(out);
        self.ommers_hash.encode(out);
        self.beneficiary.encode(out);
        self.state_root.encode(out);
        self.transactions_root.encode(out);
        self.receipts_root.encode(out);
        self.logs_bloom.encode(out);
        self.difficulty.encode(out);
        self.number.encode(out);
        self.gas_limit.encode(out);
        self.gas_used.encode(out);
        self.timestamp.encode(out);
        self.extra_data.encode(out);
        self.mix_hash.encode(out);
        self.nonce.encode(out);
        if let Some(london) = &self.london {
            london.encode(out);
        }
        rlp::encode_list(&fields)
    }

    /// `keccak256` of the encoding: the block's hash.
    pub fn hash(&self) -> B256 {
        keccak256(self.encode())
    }
}

fn extra_data(bytes: &[u8]) -> Result<Bytes, RlpError> {
    if bytes.len() > MAX_EXTRA_DATA {
        return Err(RlpError::WrongLength { got: bytes.len(), expected: MAX_EXTRA_DATA });
    }
    Ok(Bytes::copy_from_slice(bytes))
}

impl London {
    fn decode(items: &mut Items<'_>) -> Result<Option<Self>, RlpError> {
        if items.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self { base_fee_per_gas: items.u64()?, shanghai: Shanghai::decode(items)? }))
    }

    fn encode(&self, out: &mut Vec<u8>) {
        self.base_fee_per_gas.encode(out);
        if let Some(shanghai) = &self.shanghai {
            shanghai.encode(out);
        }
    }
}

impl Shanghai {
    fn decode(items: &mut Items<'_>) -> Result<Option<Self>, RlpError> {
        if items.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self { withdrawals_root: items.hash()?, cancun: Cancun::decode(items)? }))
    }

    fn encode(&self, out: &mut Vec<u8>) {
        self.withdrawals_root.encode(out);
        if let Some(cancun) = &self.cancun {
            cancun.encode(out);
        }
    }
}

impl Cancun {
    fn decode(items: &mut Items<'_>) -> Result<Option<Self>, RlpError> {
        if items.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self {
            blob_gas_used: items.u64()?,
            excess_blob_gas: items.u64()?,
            parent_beacon_block_root: items.hash()?,
            prague: Prague::decode(items)?,
        }))
    }

    fn encode(&self, out: &mut Vec<u8>) {
        self.blob_gas_used.encode(out);
        self.excess_blob_gas.encode(out);
        self.parent_beacon_block_root.encode(out);
        if let Some(prague) = &self.prague {
            prague.encode(out);
        }
    }
}

impl Prague {
    fn decode(items: &mut Items<'_>) -> Result<Option<Self>, RlpError> {
        if items.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self { requests_hash: items.hash()?, amsterdam: Amsterdam::decode(items)? }))
    }

    fn encode(&self, out: &mut Vec<u8>) {
        self.requests_hash.encode(out);
        if let Some(amsterdam) = &self.amsterdam {
            amsterdam.block_access_list_hash.encode(out);
            amsterdam.slot_number.encode(out);
        }
    }
}

impl Amsterdam {
    fn decode(items: &mut Items<'_>) -> Result<Option<Self>, RlpError> {
        if items.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self { block_access_list_hash: items.hash()?, slot_number: items.u64()? }))
    }
}

#[cfg(test)]
mod tests;
