//! The climb over an L1 of the test's own, without consensus below it.

use super::l1::RollupOnL1;
use alloy_primitives::{B64, Bloom};
use metis_light::consensus::{L1StateRoot, L1Status};
use metis_light::primitives::header::Header;
use metis_light::primitives::{Address, B256, Bytes, U256};
use metis_light::rollup::{Accepted, BatchHeader, Registry, RollupError, StateBatch, registry_questions};

impl RollupOnL1 {
    pub(crate) fn root(&self) -> L1StateRoot {
        L1StateRoot::for_tests(&header(self.state.root(), self.time), L1Status::Finalized)
    }

    pub(crate) fn registry(&self) -> Registry {
        let accepted = Accepted::none();
        let proofs = registry_questions(&self.network, &accepted).map(|question| self.answer(&question));
        self.root().registry(&self.network, &accepted, &proofs).expect("the contracts are as pinned")
    }

    pub(crate) fn batch(&self, index: u64, header: &BatchHeader) -> Result<StateBatch, RollupError> {
        let registry = self.registry();
        let proofs = registry.batch_questions(index, header).map(|question| self.answer(&question));
        registry.state_batch(index, header.clone(), &proofs)
    }
}

fn header(state_root: B256, timestamp: u64) -> Header {
    Header {
        parent_hash: B256::ZERO,
        ommers_hash: B256::ZERO,
        beneficiary: Address::ZERO,
        state_root,
        transactions_root: B256::ZERO,
        receipts_root: B256::ZERO,
        logs_bloom: Bloom::ZERO,
        difficulty: U256::ZERO,
        number: 20_000_000,
        gas_limit: 0,
        gas_used: 0,
        timestamp,
        extra_data: Bytes::new(),
        mix_hash: B256::ZERO,
        nonce: B64::ZERO,
        london: None,
    }
}
