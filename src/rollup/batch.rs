use super::registry::Basis;
use super::{Registry, RollupError, element_slot};
use crate::execution::{AccountProof, BalanceClaim, Question};
use crate::primitives::{Address, B256, Bytes, StorageSlot, U256, UnixTime, abi, keccak256};
use std::sync::Arc;

/// The container counts in 40 bits, so no index, size or time of a batch is larger.
const MAX_COUNT: u64 = (1 << 40) - 1;

/// The SCC's `disputedBatches`.
const DISPUTED_BATCHES: StorageSlot = StorageSlot::at(6);

/// What a batch commits to; the hash of it is what L1 keeps.
///
/// The batch's index is not part of it: it is bound by its place in the container only.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BatchHeader {
    batch_root: B256,
    batch_size: u64,
    prev_total_elements: u64,
    extra_data: ExtraData,
}

/// What the SCC writes beside the root, in 64 bytes, and since the fault-proof upgrade of May 2025 in 128.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ExtraData {
    bytes: Bytes,
    timestamp: UnixTime,
    submitter: Address,
    last_block: Option<LastBlock>,
}

/// What the proposer says of the batch's last L2 block. L1 does not check it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LastBlock {
    /// The hash of its header.
    pub hash: B256,
    /// Its number.
    pub number: U256,
}

impl BatchHeader {
    /// Puts a header together; numbers that the contracts could not hold are refused.
    ///
    /// # Errors
    /// [`RollupError::TooLarge`], [`RollupError::ExtraData`], and [`RollupError::Merkle`] for a batch without roots.
    pub fn new(
        batch_root: B256,
        batch_size: U256,
        prev_total_elements: U256,
        extra_data: Bytes,
    ) -> Result<Self, RollupError> {
        let batch_size = count("batchSize", batch_size)?;
        let prev_total_elements = count("prevTotalElements", prev_total_elements)?;
        if batch_size == 0 {
            return Err(crate::primitives::ovm_merkle::OvmMerkleError::Empty.into());
        }
        let extra_data = ExtraData::parse(extra_data)?;
        let header = Self { batch_root, batch_size, prev_total_elements, extra_data };
        count("prevTotalElements + batchSize", U256::from(header.last_block()))?;
        Ok(header)
    }

    /// The Merkle root over the batch's state roots.
    pub const fn batch_root(&self) -> B256 {
        self.batch_root
    }

    /// How many state roots, and L2 blocks, it has.
    pub const fn batch_size(&self) -> u64 {
        self.batch_size
    }

    /// How many state roots stand in the batches before.
    pub const fn prev_total_elements(&self) -> u64 {
        self.prev_total_elements
    }

    /// What the SCC wrote beside.
    pub const fn extra_data(&self) -> &ExtraData {
        &self.extra_data
    }

    /// The first L2 block: element `e` is block `e + 1`, for genesis is not posted.
    pub const fn first_block(&self) -> u64 {
        self.prev_total_elements.saturating_add(1)
    }

    /// The last L2 block.
    pub const fn last_block(&self) -> u64 {
        self.prev_total_elements.saturating_add(self.batch_size)
    }

    /// A block's place among the batch's state roots.
    pub const fn index_of(&self, block: u64) -> Result<u64, RollupError> {
        let (first, last) = (self.first_block(), self.last_block());
        if block < first || block > last {
            return Err(RollupError::BlockOutsideBatch { got: block, first, last });
        }
        Ok(block.saturating_sub(first))
    }

    /// `keccak256(abi.encode(batchRoot, batchSize, prevTotalElements, extraData))`, as the SCC computes it.
    pub fn hash(&self) -> B256 {
        let (size, previous) = (U256::from(self.batch_size), U256::from(self.prev_total_elements));
        header_hash(self.batch_root, size, previous, &self.extra_data.bytes)
    }
}

impl ExtraData {
    /// Reads either generation: `abi.encode(timestamp, submitter)`, then perhaps last block hash and number.
    fn parse(bytes: Bytes) -> Result<Self, RollupError> {
        let wrong = |rule| RollupError::ExtraData { rule };
        let (words, rest) = bytes.as_chunks::<32>();
        let (timestamp, submitter, last_block) = match words {
            _ if !rest.is_empty() => return Err(wrong("must have 64 or 128 bytes")),
            [timestamp, submitter] => (timestamp, submitter, None),
            [timestamp, submitter, hash, number] => {
                let last = LastBlock { hash: B256::new(*hash), number: U256::from_be_bytes(*number) };
                (timestamp, submitter, Some(last))
            }
            _ => return Err(wrong("must have 64 or 128 bytes")),
        };
        let timestamp = count("the batch's timestamp", U256::from_be_bytes(*timestamp))?;
        let submitter =
            abi::address(B256::new(*submitter)).ok_or_else(|| wrong("must name the submitter in a word of its own"))?;
        Ok(Self { timestamp: UnixTime(timestamp), submitter, last_block, bytes })
    }

    /// The bytes as they stand in the header.
    pub const fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// L1 time of the append.
    pub const fn timestamp(&self) -> UnixTime {
        self.timestamp
    }

    /// Who appended.
    pub const fn submitter(&self) -> Address {
        self.submitter
    }

    /// What the submitter said of the last block; `None` in the form of 64 bytes.
    pub const fn last_block(&self) -> Option<LastBlock> {
        self.last_block
    }
}

/// A batch that L1's storage commits to, whose index is below the container's length. Only [`Registry::state_batch`]
/// makes one.
///
/// ```compile_fail
/// fn forge(header: metis_light::rollup::BatchHeader) -> metis_light::rollup::StateBatch {
///     metis_light::rollup::StateBatch { index: 0, header: std::sync::Arc::new(header) }
/// }
/// ```
/// ```compile_fail
/// let forged: metis_light::rollup::StateBatch = serde_json::from_str("{}").unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct StateBatch {
    basis: Arc<Basis>,
    index: u64,
    header: Arc<BatchHeader>,
    header_hash: B256,
    is_flagged: bool,
    proofs: Arc<[AccountProof; 2]>,
}

impl Registry {
    /// What to ask L1 about batch `index` with this header: the container's element, and the SCC's dispute flag.
    pub fn batch_questions(&self, index: u64, header: &BatchHeader) -> [Question; 2] {
        let basis = self.basis();
        let element = element_slot(basis.network.l2.chain_id, index);
        let flag = DISPUTED_BATCHES.entry(header.hash());
        [Question::new(basis.batches_container, [element]), Question::new(basis.state_commitment_chain, [flag])]
    }

    /// Shows that L1 holds `header` as batch `index`. `proofs` answer [`Self::batch_questions`].
    ///
    /// # Errors
    /// [`RollupError::NoSuchBatch`] at and above the container's length, where deleted batches still prove;
    /// [`RollupError::ElementMismatch`] where L1 holds another header; the errors of the proofs.
    pub fn state_batch(
        &self,
        index: u64,
        header: BatchHeader,
        proofs: &[AccountProof; 2],
    ) -> Result<StateBatch, RollupError> {
        let length = self.context().length;
        check_below_length(index, length)?;
        let [element, flag] = self.batch_words(index, &header, proofs)?;
        let header_hash = header.hash();
        let expected = B256::from(element);
        if header_hash != expected {
            return Err(RollupError::ElementMismatch { index, got: header_hash, expected });
        }
        let is_flagged = !flag.is_zero();
        Ok(StateBatch {
            basis: self.basis().clone(),
            index,
            header: Arc::new(header),
            header_hash,
            is_flagged,
            proofs: Arc::new(proofs.clone()),
        })
    }

    fn batch_words(
        &self,
        index: u64,
        header: &BatchHeader,
        proofs: &[AccountProof; 2],
    ) -> Result<[U256; 2], RollupError> {
        let root = self.basis().l1.state_root();
        let mut words = [U256::ZERO; 2];
        for ((question, proof), word) in self.batch_questions(index, header).iter().zip(proofs).zip(&mut words) {
            let answer = question.read(root, proof, BalanceClaim::InLeaf)?;
            *word = answer.words.first().copied().unwrap_or_default();
        }
        Ok(words)
    }
}

impl StateBatch {
    /// Its place in the container.
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// Its header.
    pub fn header(&self) -> &BatchHeader {
        &self.header
    }

    /// The header's hash, L1's element.
    pub const fn header_hash(&self) -> B256 {
        self.header_hash
    }

    /// Whether the SCC's `disputedBatches` has this batch's flag set.
    pub const fn is_flagged(&self) -> bool {
        self.is_flagged
    }

    /// What it rests on.
    pub fn basis(&self) -> &Basis {
        &self.basis
    }

    /// What proved it: the answers to [`Registry::batch_questions`], for whoever is to check it again.
    pub fn proofs(&self) -> &[AccountProof; 2] {
        &self.proofs
    }
}

/// The hash of any fields, as a contract that does not look at them computes it. By hand, for a page needs no other encoder.
pub(crate) fn header_hash(root: B256, size: U256, prev_total_elements: U256, extra_data: &[u8]) -> B256 {
    let numbers = [size, prev_total_elements, U256::from(4 * 32), U256::from(extra_data.len())];
    let numbers = numbers.map(|number| number.to_be_bytes::<32>());
    let missing = extra_data.len().wrapping_neg() % 32;
    let padding = [0; 32].get(..missing).unwrap_or_default().to_vec();
    keccak256([root.as_slice(), numbers.as_flattened(), extra_data, &padding].concat())
}

/// The length a deletion leaves behind; slots above it keep stale batches.
const fn check_below_length(index: u64, length: u64) -> Result<(), RollupError> {
    if length <= index {
        return Err(RollupError::NoSuchBatch { index, length });
    }
    Ok(())
}

/// A number that the container could count.
pub(crate) fn count(what: &'static str, got: U256) -> Result<u64, RollupError> {
    match u64::try_from(got) {
        Ok(number) if number <= MAX_COUNT => Ok(number),
        _ => Err(RollupError::TooLarge { what, got, limit: MAX_COUNT }),
    }
}
