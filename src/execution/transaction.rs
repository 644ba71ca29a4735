//! Ethereum's transactions of every type: their encoding, hash and sender.
//!
//! Sources: EIP-155, 2718, 2930, 1559, 4844, 7702.

use super::{ExecutionError, MAX_BODY_LEAF};
use crate::primitives::ecdsa::{self, SignatureError};
use crate::primitives::mpt;
use crate::primitives::rlp::{self, Items, RlpError};
use crate::primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_rlp::Encodable;

/// The type of a transaction and of its receipt.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum TxType {
    /// Before EIP-2718: a bare list.
    Legacy = 0,
    /// EIP-2930.
    AccessList = 1,
    /// EIP-1559.
    FeeMarket = 2,
    /// EIP-4844.
    Blob = 3,
    /// EIP-7702.
    SetCode = 4,
}

/// A signed transaction. Fields that its type does not have are zero or empty.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Transaction {
    /// Which fields count, and how they are encoded.
    pub tx_type: TxType,
    /// The chain it is for; legacy transactions carry it in `v`, if at all.
    pub chain_id: u64,
    /// How many the sender sent before.
    pub nonce: u64,
    /// Wei a unit of gas, at most to the block's producer; types 2 and later.
    pub max_priority_fee_per_gas: U256,
    /// Wei a unit of gas: the price in types 0 and 1, the most that is paid in later ones.
    pub gas_price: U256,
    /// Gas that it may use.
    pub gas: u64,
    /// The receiver; none creates a contract.
    pub to: Option<Address>,
    /// Wei that it carries.
    pub value: U256,
    /// Calldata, or the code that creates.
    pub input: Bytes,
    /// Types 1 and later.
    pub access_list: Vec<AccessListItem>,
    /// Wei a unit of blob gas, at most; type 3.
    pub max_fee_per_blob_gas: U256,
    /// Type 3.
    pub blob_versioned_hashes: Vec<B256>,
    /// Type 4.
    pub authorization_list: Vec<Authorization>,
    /// Legacy: 27 or 28, or `35 + 2·chain id` plus parity (EIP-155). Else the parity.
    pub v: u64,
    /// The signature's first half.
    pub r: U256,
    /// Its second half.
    pub s: U256,
}

/// An account and slots that a transaction announces (EIP-2930).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AccessListItem {
    /// The account.
    pub address: Address,
    /// Its slots.
    pub storage_keys: Vec<B256>,
}

/// A signed wish to run a contract's code as one's own (EIP-7702).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Authorization {
    /// The chain, or 0 for any.
    pub chain_id: U256,
    /// The contract.
    pub address: Address,
    /// The signer's nonce.
    pub nonce: u64,
    /// The signature's parity.
    pub y_parity: u8,
    /// The signature's first half.
    pub r: U256,
    /// Its second half.
    pub s: U256,
}

/// The root of a block's transactions trie.
pub fn transactions_root(transactions: &[Transaction]) -> B256 {
    let leaves: Vec<Vec<u8>> = transactions.iter().map(Transaction::encode).collect();
    mpt::ordered_root(&leaves)
}

impl TxType {
    /// Splits the type byte off an EIP-2718 envelope; a list needs none.
    pub(super) fn split<'a>(what: &'static str, bytes: &'a [u8]) -> Result<(Self, &'a [u8]), ExecutionError> {
        let tx_type = match bytes.first() {
            None | Some(0x80..) => return Ok((Self::Legacy, bytes)),
            Some(1) => Self::AccessList,
            Some(2) => Self::FeeMarket,
            Some(3) => Self::Blob,
            Some(4) => Self::SetCode,
            Some(&got) => return Err(ExecutionError::UnknownType { what, got }),
        };
        Ok((tx_type, bytes.get(1..).unwrap_or_default()))
    }

    /// Puts the type byte before a list.
    pub(super) fn join(self, mut list: Vec<u8>) -> Vec<u8> {
        if self != Self::Legacy {
            list.insert(0, self as u8);
        }
        list
    }
}

impl Transaction {
    /// Reads the transaction at `index` under a transactions root, or proves that the block has none there.
    pub(crate) fn read<N: AsRef<[u8]>>(root: B256, index: u64, nodes: &[N]) -> Result<Option<Self>, ExecutionError> {
        let leaf = mpt::verify(root, &alloy_rlp::encode(index), nodes, MAX_BODY_LEAF)
            .map_err(ExecutionError::proof("transaction"))?;
        leaf.map(Self::decode).transpose()
    }

    /// Reads the encoding that stands in a block, without blobs.
    pub fn decode(bytes: &[u8]) -> Result<Self, ExecutionError> {
        let (tx_type, payload) = TxType::split("transaction", bytes)?;
        rlp::list(payload)
            .and_then(|items| Self::fields(tx_type, items))
            .map_err(ExecutionError::encoding("transaction"))
    }

    fn fields(tx_type: TxType, mut items: Items<'_>) -> Result<Self, RlpError> {
        let at_least = |first| tx_type >= first;
        let typed = at_least(TxType::AccessList);
        let transaction = Self {
            tx_type,
            chain_id: if typed { items.u64()? } else { 0 },
            nonce: items.u64()?,
            max_priority_fee_per_gas: if at_least(TxType::FeeMarket) { items.u256()? } else { U256::ZERO },
            gas_price: items.u256()?,
            gas: items.u64()?,
            // Blobs and authorizations come with a call, never with a new contract.
            to: if at_least(TxType::Blob) { Some(items.address()?) } else { items.optional_address()? },
            value: items.u256()?,
            input: Bytes::copy_from_slice(items.string()?),
            access_list: if typed { each(items.list()?, AccessListItem::decode)? } else { Vec::new() },
            max_fee_per_blob_gas: if tx_type == TxType::Blob { items.u256()? } else { U256::ZERO },
            blob_versioned_hashes: if tx_type == TxType::Blob { hashes(items.list()?)? } else { Vec::new() },
            authorization_list: match tx_type {
                TxType::SetCode => each(items.list()?, Authorization::decode)?,
                _ => Vec::new(),
            },
            v: items.u64()?,
            r: items.u256()?,
            s: items.u256()?,
        };
        items.end(tx_type.field_count())?;
        Ok(transaction)
    }

    /// The encoding that stands in a block.
    pub fn encode(&self) -> Vec<u8> {
        let mut fields = self.unsigned_fields();
        self.v.encode(&mut fields);
        self.r.encode(&mut fields);
        self.s.encode(&mut fields);
        self.tx_type.join(rlp::encode_list(&fields))
    }

    /// The transaction's hash.
    pub fn hash(&self) -> B256 {
        keccak256(self.encode())
    }

    /// Who signed it.
    pub fn sender(&self) -> Result<Address, ExecutionError> {
        let (parity, chain_id) = self.parity()?;
        let mut fields = self.unsigned_fields();
        if let Some(chain_id) = chain_id {
            chain_id.encode(&mut fields);
            0_u64.encode(&mut fields);
            0_u64.encode(&mut fields);
        }
        let signed = keccak256(self.tx_type.join(rlp::encode_list(&fields)));
        Ok(ecdsa::recover(signed, self.r, self.s, parity)?)
    }

    /// The signature's parity, and the chain id that a legacy signature covers besides the fields.
    fn parity(&self) -> Result<(u64, Option<u64>), SignatureError> {
        if self.tx_type != TxType::Legacy {
            return Ok((self.v, None));
        }
        match self.v {
            27 | 28 => Ok((self.v.saturating_sub(27), None)),
            35.. => {
                let v = self.v.saturating_sub(35);
                Ok((v % 2, Some(v / 2)))
            }
            got => Err(SignatureError::Parity { got }),
        }
    }

    fn unsigned_fields(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        if self.tx_type != TxType::Legacy {
            self.chain_id.encode(&mut out);
        }
        self.nonce.encode(&mut out);
        if self.tx_type >= TxType::FeeMarket {
            self.max_priority_fee_per_gas.encode(&mut out);
        }
        self.gas_price.encode(&mut out);
        self.gas.encode(&mut out);
        match self.to {
            Some(to) => to.encode(&mut out),
            None => out.push(alloy_rlp::EMPTY_STRING_CODE),
        }
        self.value.encode(&mut out);
        self.input.encode(&mut out);
        if self.tx_type != TxType::Legacy {
            let items: Vec<u8> = self.access_list.iter().flat_map(AccessListItem::encode).collect();
            out.extend(rlp::encode_list(&items));
        }
        if self.tx_type == TxType::Blob {
            self.max_fee_per_blob_gas.encode(&mut out);
            self.blob_versioned_hashes.encode(&mut out);
        }
        if self.tx_type == TxType::SetCode {
            let items: Vec<u8> = self.authorization_list.iter().flat_map(Authorization::encode).collect();
            out.extend(rlp::encode_list(&items));
        }
        out
    }
}

impl TxType {
    const fn field_count(self) -> usize {
        match self {
            Self::Legacy => 9,
            Self::AccessList => 11,
            Self::FeeMarket => 12,
            Self::Blob => 14,
            Self::SetCode => 13,
        }
    }
}

impl AccessListItem {
    fn decode(mut items: Items<'_>) -> Result<Self, RlpError> {
        let item = Self { address: items.address()?, storage_keys: hashes(items.list()?)? };
        items.end(2)?;
        Ok(item)
    }

    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.address.encode(&mut out);
        self.storage_keys.encode(&mut out);
        rlp::encode_list(&out)
    }
}

impl Authorization {
    fn decode(mut items: Items<'_>) -> Result<Self, RlpError> {
        let item = Self {
            chain_id: items.u256()?,
            address: items.address()?,
            nonce: items.u64()?,
            y_parity: rlp::integer::<1>(items.string()?).map(|[parity]| parity)?,
            r: items.u256()?,
            s: items.u256()?,
        };
        items.end(6)?;
        Ok(item)
    }

    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.chain_id.encode(&mut out);
        self.address.encode(&mut out);
        self.nonce.encode(&mut out);
        self.y_parity.encode(&mut out);
        self.r.encode(&mut out);
        self.s.encode(&mut out);
        rlp::encode_list(&out)
    }
}

fn each<T>(mut items: Items<'_>, read: fn(Items<'_>) -> Result<T, RlpError>) -> Result<Vec<T>, RlpError> {
    let mut out = Vec::new();
    while !items.is_empty() {
        out.push(read(items.list()?)?);
    }
    Ok(out)
}

fn hashes(mut items: Items<'_>) -> Result<Vec<B256>, RlpError> {
    let mut out = Vec::new();
    while !items.is_empty() {
        out.push(items.hash()?);
    }
    Ok(out)
}
