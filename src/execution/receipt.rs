use super::{ExecutionError, MAX_BODY_LEAF, TxType};
use crate::primitives::mpt;
use crate::primitives::rlp::{self, Items, RlpError};
use crate::primitives::{Address, B256, Bytes};
use alloy_primitives::Bloom;
use alloy_rlp::Encodable;

/// What a transaction did (yellow paper 4.3.1, EIP-658, EIP-2718). Metis' receipts are all of the legacy type.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Receipt {
    /// The transaction's type.
    pub tx_type: TxType,
    /// Whether it succeeded, or the state it left.
    pub outcome: Outcome,
    /// Gas used in the block up to and with this transaction.
    pub cumulative_gas_used: u64,
    /// Bloom filter over the logs.
    pub logs_bloom: Bloom,
    /// What contracts logged, in order.
    pub logs: Vec<Log>,
}

/// How a transaction ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// Before Byzantium: the state root after it.
    PostState(B256),
    /// Since Byzantium: whether it succeeded.
    Status(bool),
}

/// A log entry.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Log {
    /// The contract that logged.
    pub address: Address,
    /// At most four words.
    pub topics: Vec<B256>,
    /// Free bytes.
    pub data: Bytes,
}

/// The root of a block's receipts trie.
pub fn receipts_root(receipts: &[Receipt]) -> B256 {
    let leaves: Vec<Vec<u8>> = receipts.iter().map(Receipt::encode).collect();
    mpt::ordered_root(&leaves)
}

impl Receipt {
    /// Reads the receipt at `index` under a receipts root, or proves that the block has none there.
    pub(crate) fn read<N: AsRef<[u8]>>(root: B256, index: u64, nodes: &[N]) -> Result<Option<Self>, ExecutionError> {
        let leaf = mpt::verify(root, &alloy_rlp::encode(index), nodes, MAX_BODY_LEAF)
            .map_err(ExecutionError::proof("receipt"))?;
        leaf.map(Self::decode).transpose()
    }

    /// Reads the encoding that stands in the trie: a list, or a type byte and a list.
    pub fn decode(leaf: &[u8]) -> Result<Self, ExecutionError> {
        let (tx_type, payload) = TxType::split("receipt", leaf)?;
        rlp::list(payload).and_then(|items| Self::fields(tx_type, items)).map_err(ExecutionError::encoding("receipt"))
    }

    fn fields(tx_type: TxType, mut items: Items<'_>) -> Result<Self, RlpError> {
        let receipt = Self {
            tx_type,
            outcome: Outcome::decode(items.string()?)?,
            cumulative_gas_used: items.u64()?,
            logs_bloom: items.fixed().map(Bloom::new)?,
            logs: Log::decode_list(items.list()?)?,
        };
        items.end(4)?;
        Ok(receipt)
    }

    /// The encoding that stands in the trie.
    pub fn encode(&self) -> Vec<u8> {
        let mut fields = Vec::with_capacity(512);
        self.outcome.encode(&mut fields);
        self.cumulative_gas_used.encode(&mut fields);
        self.logs_bloom.encode(&mut fields);
        let logs: Vec<u8> = self.logs.iter().flat_map(Log::encode).collect();
        fields.extend(rlp::encode_list(&logs));
        self.tx_type.join(rlp::encode_list(&fields))
    }
}

impl Outcome {
    fn decode(bytes: &[u8]) -> Result<Self, RlpError> {
        match bytes {
            [] => Ok(Self::Status(false)),
            [1] => Ok(Self::Status(true)),
            bytes => rlp::fixed(bytes).map(|root| Self::PostState(B256::new(root))),
        }
    }

    fn encode(self, out: &mut Vec<u8>) {
        match self {
            Self::PostState(root) => root.encode(out),
            Self::Status(succeeded) => succeeded.encode(out),
        }
    }
}

impl Log {
    fn decode_list(mut items: Items<'_>) -> Result<Vec<Self>, RlpError> {
        let mut logs = Vec::new();
        while !items.is_empty() {
            logs.push(Self::decode(items.list()?)?);
        }
        Ok(logs)
    }

    fn decode(mut items: Items<'_>) -> Result<Self, RlpError> {
        let address = items.address()?;
        let mut words = items.list()?;
        let mut topics = Vec::new();
        while !words.is_empty() {
            topics.push(words.hash()?);
        }
        if topics.len() > 4 {
            return Err(RlpError::ItemCount { expected: 4 });
        }
        let data = Bytes::copy_from_slice(items.string()?);
        items.end(3)?;
        Ok(Self { address, topics, data })
    }

    fn encode(&self) -> Vec<u8> {
        let mut fields = Vec::with_capacity(64);
        self.address.encode(&mut fields);
        self.topics.encode(&mut fields);
        self.data.encode(&mut fields);
        rlp::encode_list(&fields)
    }
}
