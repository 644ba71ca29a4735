//! An L1 and an L2 that say what a test wants, with honest answers about both.

use crate::consensus::{L1StateRoot, L1Status};
use crate::execution::{AccountProof, Question};
use crate::network::{Network, andromeda};
use crate::primitives::header::Header;
use crate::primitives::{Address, B256, Bytes, StorageSlot, U256};
use crate::rollup::{
    Accepted, BatchHeader, L2StateRoot, Registry, RollupError, StateBatch, context_slot, element_slot,
    registry_questions,
};
use alloy_primitives::{B64, Bloom};
pub(crate) use rollup_on_l1::{IMPLEMENTATION, answer};
pub(crate) use trie::{State, Trie};

// The builders of states, which the suites of `tests/it` and the generator of test data use as well.
#[path = "../../../tests/support/rollup_on_l1.rs"]
mod rollup_on_l1;
#[path = "../../../tests/support/trie.rs"]
mod trie;

/// When the batches of these tests were appended.
pub(crate) const APPENDED: u64 = 1_700_000_000;
/// Andromeda's window.
pub(crate) const WEEK: u64 = 604_800;

/// Andromeda's contracts on an L1 of one block, as they are pinned.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    pub(crate) network: Network,
    pub(crate) state: State,
    pub(crate) time: u64,
    pub(crate) accepted: Accepted,
}

impl Chain {
    pub(crate) fn new() -> Self {
        let network = andromeda();
        let state = rollup_on_l1::RollupOnL1::new(&network, APPENDED).state;
        Self { network, state, time: APPENDED, accepted: Accepted::none() }
    }

    pub(crate) fn set(&mut self, who: Address, slot: StorageSlot, word: B256) {
        self.state.set(who, slot.0, U256::from_be_bytes(word.0));
    }

    /// A word of the SCC.
    pub(crate) fn set_scc(&mut self, slot: impl Into<StorageSlot>, number: U256) {
        self.set(self.network.contracts.state_commitment_chain, slot.into(), number.into());
    }

    /// A word of the messenger.
    pub(crate) fn set_messenger(&mut self, slot: impl Into<StorageSlot>, number: U256) {
        self.set(self.network.contracts.messenger, slot.into(), number.into());
    }

    /// Writes a header into the container's slot `index` and makes the container that long.
    pub(crate) fn append(&mut self, index: u64, header: &BatchHeader) {
        let chain_id = self.network.l2.chain_id;
        self.set(self.network.contracts.batches_container, element_slot(chain_id, index), header.hash());
        self.set_length(index + 1);
    }

    pub(crate) fn set_length(&mut self, length: u64) {
        let container = self.network.contracts.batches_container;
        self.set(container, context_slot(self.network.l2.chain_id), B256::from(U256::from(length)));
    }

    pub(crate) fn root(&self) -> L1StateRoot {
        let header = Header { state_root: self.state.root(), timestamp: self.time, ..l2_header(B256::ZERO, 1) };
        L1StateRoot::for_tests(&header, L1Status::Finalized)
    }

    pub(crate) fn answer(&self, question: &Question) -> AccountProof {
        answer(&self.state, question)
    }

    pub(crate) fn registry(&self) -> Result<Registry, RollupError> {
        let proofs = registry_questions(&self.network, &self.accepted).map(|question| self.answer(&question));
        self.root().registry(&self.network, &self.accepted, &proofs)
    }

    pub(crate) fn batch(&self, index: u64, header: &BatchHeader) -> Result<StateBatch, RollupError> {
        let registry = self.registry()?;
        let proofs = registry.batch_questions(index, header).map(|question| self.answer(&question));
        registry.state_batch(index, header.clone(), &proofs)
    }

    /// The batch as number 0, which this chain then holds.
    pub(crate) fn holding(&mut self, header: &BatchHeader) -> StateBatch {
        self.append(0, header);
        self.batch(0, header).expect("it was appended")
    }

    /// Climbs to `state` as L2 block 1, alone in batch 0.
    pub(crate) fn state_root(&mut self, state: &State) -> L2StateRoot {
        let batch = self.holding(&header(state.root(), 1, 0));
        batch.state_root(1, state.root(), &[]).expect("its only leaf")
    }
}

/// A batch header of the first generation.
pub(crate) fn header(batch_root: B256, size: u64, previous: u64) -> BatchHeader {
    BatchHeader::new(batch_root, U256::from(size), U256::from(previous), extra_data(&[])).expect("a header")
}

/// `extraData` with the time of these tests, some submitter, and what follows.
pub(crate) fn extra_data(rest: &[B256]) -> Bytes {
    let submitter = Address::repeat_byte(0x5b).into_word();
    let words = [&[B256::from(U256::from(APPENDED)), submitter], rest].concat();
    words.concat().into()
}

/// A header of fifteen fields, as L2's are.
pub(crate) fn l2_header(state_root: B256, number: u64) -> Header {
    Header {
        parent_hash: B256::ZERO,
        ommers_hash: B256::ZERO,
        beneficiary: Address::ZERO,
        state_root,
        transactions_root: B256::ZERO,
        receipts_root: B256::ZERO,
        logs_bloom: Bloom::ZERO,
        difficulty: U256::from(2),
        number,
        gas_limit: 0,
        gas_used: 0,
        timestamp: APPENDED,
        extra_data: Bytes::new(),
        mix_hash: B256::ZERO,
        nonce: B64::ZERO,
        london: None,
    }
}
