use super::ConsensusError;
use super::types::{Execution, ExecutionPayloadHeader, LightClientHeader};
use crate::primitives::header::Header;
use crate::primitives::ssz::bytes_root;
use crate::primitives::{B256, StateRoot, U256, UnixTime};

/// How firmly L1 said so.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum L1Status {
    /// A sync committee signed for the head; it may still be reorganised away.
    Optimistic,
    /// Finalized by the beacon chain.
    Finalized,
}

/// The state root of an L1 block that a chain of sync committees from the checkpoint stands behind, with what its
/// execution header says besides.
///
/// ```compile_fail
/// // No rung is read from bytes, ...
/// let forged: metis_light::consensus::L1StateRoot = serde_json::from_str("{}").unwrap();
/// ```
/// ```compile_fail
/// // ... made by default ...
/// let forged = metis_light::consensus::L1StateRoot::default();
/// ```
/// ```compile_fail
/// // ... or made outside the test build from a header of one's own.
/// fn forge(header: &metis_light::primitives::header::Header) -> metis_light::consensus::L1StateRoot {
///     metis_light::consensus::L1StateRoot::for_tests(header, metis_light::consensus::L1Status::Finalized)
/// }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct L1StateRoot {
    state_root: StateRoot,
    transactions_root: B256,
    receipts_root: B256,
    number: u64,
    hash: B256,
    timestamp: UnixTime,
    status: L1Status,
    old_checkpoint: bool,
}

impl L1StateRoot {
    /// What a light-client header that the store reached says, by the execution header whose hash it commits to.
    pub(super) fn under(
        light: &LightClientHeader,
        header: &Header,
        status: L1Status,
        old_checkpoint: bool,
    ) -> Result<Self, ConsensusError> {
        let hash = header.hash();
        check_hash(light, hash)?;
        if let Execution::Payload { header: payload, .. } = &light.execution {
            check_agrees(payload, header)?;
        }
        Ok(Self::read(header, hash, status, old_checkpoint))
    }

    const fn read(header: &Header, hash: B256, status: L1Status, old_checkpoint: bool) -> Self {
        Self {
            state_root: StateRoot::new(header.state_root),
            transactions_root: header.transactions_root,
            receipts_root: header.receipts_root,
            number: header.number,
            hash,
            timestamp: UnixTime(header.timestamp),
            status,
            old_checkpoint,
        }
    }

    /// Takes a header's word for it. Exists in the test build only.
    #[cfg(any(test, metis_light_test))]
    pub fn for_tests(header: &Header, status: L1Status) -> Self {
        Self::read(header, header.hash(), status, false)
    }

    /// The state root.
    pub const fn state_root(&self) -> StateRoot {
        self.state_root
    }

    pub(crate) const fn transactions_root(&self) -> B256 {
        self.transactions_root
    }

    pub(crate) const fn receipts_root(&self) -> B256 {
        self.receipts_root
    }

    /// The L1 block's number.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The L1 block's hash.
    pub const fn hash(&self) -> B256 {
        self.hash
    }

    /// The L1 block's time, by which finality is judged.
    pub const fn timestamp(&self) -> UnixTime {
        self.timestamp
    }

    /// Whether the block is finalized.
    pub const fn status(&self) -> L1Status {
        self.status
    }

    /// Whether it rests on a checkpoint whose age the caller waived: [`Checkpoint::of_any_age`](super::Checkpoint::of_any_age).
    pub const fn is_from_old_checkpoint(&self) -> bool {
        self.old_checkpoint
    }
}

fn check_hash(light: &LightClientHeader, got: B256) -> Result<(), ConsensusError> {
    // A header before Capella in a later shape holds zeros.
    let expected = light.execution_block_hash().filter(|hash| !hash.is_zero());
    let expected = expected.ok_or(ConsensusError::NoExecution { slot: light.beacon.slot })?;
    if got != expected {
        return Err(ConsensusError::ExecutionHash { got, expected });
    }
    Ok(())
}

/// What the two headers both say is the same. Only the roots of transactions and withdrawals are taken differently.
fn check_agrees(light: &ExecutionPayloadHeader, header: &Header) -> Result<(), ConsensusError> {
    let london = header.london.as_ref();
    let cancun = london.and_then(|london| london.shanghai.as_ref()).and_then(|shanghai| shanghai.cancun.as_ref());
    let gas = light.blob_gas.unwrap_or_default();
    let hashes = [
        ("parent_hash", header.parent_hash, light.parent_hash),
        ("fee_recipient", header.beneficiary.into_word(), light.fee_recipient.into_word()),
        ("state_root", header.state_root, light.state_root),
        ("receipts_root", header.receipts_root, light.receipts_root),
        ("logs_bloom", bytes_root(header.logs_bloom.as_slice()), bytes_root(light.logs_bloom.as_slice())),
        ("prev_randao", header.mix_hash, light.prev_randao),
        ("extra_data", bytes_root(&header.extra_data), bytes_root(&light.extra_data)),
    ];
    let numbers = [
        ("block_number", U256::from(header.number), U256::from(light.block_number)),
        ("gas_limit", U256::from(header.gas_limit), U256::from(light.gas_limit)),
        ("gas_used", U256::from(header.gas_used), U256::from(light.gas_used)),
        ("timestamp", U256::from(header.timestamp), U256::from(light.timestamp)),
        ("base_fee_per_gas", U256::from(london.map_or(0, |london| london.base_fee_per_gas)), light.base_fee_per_gas),
        ("blob_gas_used", U256::from(cancun.map_or(0, |cancun| cancun.blob_gas_used)), U256::from(gas.used)),
        ("excess_blob_gas", U256::from(cancun.map_or(0, |cancun| cancun.excess_blob_gas)), U256::from(gas.excess)),
    ];
    all_equal(&hashes)?;
    all_equal(&numbers)
}

fn all_equal<T: PartialEq + ToString>(fields: &[(&'static str, T, T)]) -> Result<(), ConsensusError> {
    match fields.iter().find(|(_, got, expected)| got != expected) {
        None => Ok(()),
        Some((field, got, expected)) => {
            Err(ConsensusError::ExecutionField { field, got: got.to_string(), expected: expected.to_string() })
        }
    }
}
