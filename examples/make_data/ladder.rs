//! The lower part of the demo's climb: a small beacon chain from a checkpoint to an L1 block, and what that block says of
//! the rollup.

#[path = "../../tests/support/beacon_chain.rs"]
mod beacon_chain;
#[path = "../../tests/support/rollup_on_l1.rs"]
mod rollup_on_l1;
#[path = "../../tests/support/trie.rs"]
mod trie;

use crate::{address, hash};
use beacon_chain::{Block, Committee, State};
use metis_light::consensus::{Bootstrap, Checkpoint, Store, Update};
use metis_light::execution::AccountProof;
use metis_light::network::{ForkName, L1, Network};
use metis_light::primitives::header::{Cancun, Header, London, Prague, Shanghai};
use metis_light::primitives::{Address, B256, U256, UnixTime};
use metis_light::rollup::{Accepted, BatchHeader, Registry, registry_questions};
use rollup_on_l1::RollupOnL1;
use serde_json::{Value, json};

/// Members of a committee, few so that the data stays small.
const MEMBERS: u64 = 16;
/// Who signs the last update: all but two.
const SIGNERS: usize = 14;
/// The first slot of the checkpoint's sync committee period, eight days after the batch was appended.
const PERIOD: u64 = 5_764_160;
/// Slots of a period.
const SLOTS: u64 = 32;
/// Accounts on L1 besides the rollup's contracts.
const OTHERS: u64 = 300;

/// A made-up L1 that holds a batch.
pub(crate) struct Ladder {
    l1: L1,
    rollup: RollupOnL1,
    execution: Header,
    checkpoint: Block,
    bootstrap: Bootstrap,
    updates: Vec<Update>,
}

impl Ladder {
    /// Appends the batch to the network's contracts and finalizes the L1 block that says so.
    pub(crate) fn new(network: &Network, index: u64, batch: &BatchHeader) -> Self {
        let forks = [ForkName::Altair, ForkName::Bellatrix, ForkName::Capella, ForkName::Deneb, ForkName::Electra];
        let forks: Vec<_> = forks.into_iter().chain([ForkName::Fulu]).map(|fork| (fork, 0)).collect();
        let l1 = beacon_chain::l1(MEMBERS, &forks);
        let finalized_slot = PERIOD + SLOTS + 16;
        let mut rollup = RollupOnL1::new(network, time(&l1, finalized_slot));
        rollup.append(index, batch);
        for n in 0..OTHERS {
            rollup.state.contract(address("demo l1 account", n)).balance = U256::from(1 + n);
        }
        let execution = execution_block(&l1, finalized_slot, rollup.state.root());

        let committees: Vec<_> = (0..3).map(|number| Committee::new(MEMBERS, number)).collect();
        let block = |slot: u64, finalized: Option<&Block>| {
            let period = usize::try_from((slot - PERIOD) / SLOTS).expect("there are two periods");
            let state = State { finalized, current: &committees[period].keys, next: &committees[period + 1].keys };
            let other = execution_block(&l1, slot, hash("demo l1 state", slot));
            beacon_chain::block(&l1, slot, &state, if slot == finalized_slot { &execution } else { &other })
        };
        let full = |period: usize, first: u64| {
            let finalized = block(first + 16, None);
            let attested = block(first + 24, Some(&finalized));
            let next = &committees[period + 1].keys;
            let mut update = beacon_chain::update(&attested, Some(&finalized), Some(next));
            beacon_chain::sign(&l1, &mut update, &committees[period], |member| period == 0 || member < SIGNERS);
            update
        };
        let checkpoint = block(PERIOD + 8, None);
        let bootstrap = beacon_chain::bootstrap(&checkpoint, &committees[0].keys);
        let updates = vec![full(0, PERIOD), full(1, PERIOD + SLOTS)];
        Self { l1, rollup, execution, checkpoint, bootstrap, updates }
    }

    /// The L1 that the demo's network has in place of Ethereum.
    pub(crate) const fn l1(&self) -> &L1 {
        &self.l1
    }

    /// What a source of L1 data answers.
    pub(crate) const fn rollup(&self) -> &RollupOnL1 {
        &self.rollup
    }

    /// When the last update was signed.
    pub(crate) fn now(&self) -> u64 {
        time(&self.l1, self.updates.iter().map(|update| update.signature_slot).max().expect("there are updates"))
    }

    /// The root that is taken on faith.
    pub(crate) fn checkpoint(&self) -> B256 {
        self.checkpoint.header.beacon.root()
    }

    pub(crate) const fn bootstrap(&self) -> &Bootstrap {
        &self.bootstrap
    }

    pub(crate) fn updates(&self) -> &[Update] {
        &self.updates
    }

    pub(crate) const fn execution(&self) -> &Header {
        &self.execution
    }

    /// The climb from the checkpoint to the rollup's contracts.
    pub(crate) fn registry(&self, network: &Network) -> Registry {
        let (checkpoint, now) = (Checkpoint::new(self.checkpoint()), UnixTime(self.now()));
        let mut store = Store::bootstrap(&self.l1, checkpoint, &self.bootstrap, now).expect("the checkpoint holds");
        for update in &self.updates {
            store.advance(update, now).expect("the update holds");
        }
        let l1 = store.finalized(&self.execution).expect("the finalized header commits to the block");
        let accepted = Accepted::none();
        let proofs = registry_questions(network, &accepted).map(|question| self.rollup.answer(&question));
        l1.registry(network, &accepted, &proofs).expect("the contracts are as pinned")
    }
}

fn time(l1: &L1, slot: u64) -> u64 {
    l1.genesis_time + slot * l1.seconds_per_slot
}

fn execution_block(l1: &L1, slot: u64, state_root: B256) -> Header {
    Header {
        parent_hash: hash("demo l1 block", slot - 1),
        ommers_hash: hash("demo l1 ommers", 0),
        beneficiary: address("demo l1 builder", slot),
        state_root,
        transactions_root: hash("demo l1 transactions", slot),
        receipts_root: hash("demo l1 receipts", slot),
        logs_bloom: Default::default(),
        difficulty: U256::ZERO,
        number: slot + 18_500_000,
        gas_limit: 36_000_000,
        gas_used: 15_000_000,
        timestamp: time(l1, slot),
        extra_data: b"made up".to_vec().into(),
        mix_hash: hash("demo l1 randao", slot),
        nonce: Default::default(),
        london: Some(London {
            base_fee_per_gas: 1_250_000_000,
            shanghai: Some(Shanghai {
                withdrawals_root: hash("demo l1 withdrawals", slot),
                cancun: Some(Cancun {
                    blob_gas_used: 786_432,
                    excess_blob_gas: 0,
                    parent_beacon_block_root: hash("demo beacon block", slot - 1),
                    prague: Some(Prague { requests_hash: hash("demo l1 requests", slot), amsterdam: None }),
                }),
            }),
        }),
    }
}

/// The L1's parameters as a network file has them.
pub(crate) fn l1_json(l1: &L1) -> Value {
    let mut forks = serde_json::Map::new();
    for fork in &l1.forks {
        let name = if fork.name == ForkName::Phase0 { "GENESIS".into() } else { fork.name.as_str().to_uppercase() };
        let version = alloy_primitives::hex::encode_prefixed(fork.version);
        forks.insert(format!("{name}_FORK_VERSION"), version.into());
        if fork.name != ForkName::Phase0 {
            forks.insert(format!("{name}_FORK_EPOCH"), fork.epoch.into());
        }
    }
    json!({
        "chainId": l1.chain_id,
        "genesisTime": l1.genesis_time,
        "genesisValidatorsRoot": l1.genesis_validators_root,
        "secondsPerSlot": l1.seconds_per_slot,
        "slotsPerEpoch": l1.slots_per_epoch,
        "epochsPerSyncCommitteePeriod": l1.epochs_per_sync_committee_period,
        "syncCommitteeSize": l1.sync_committee_size,
        "forks": forks,
    })
}

/// A header as JSON-RPC gives it.
pub(crate) fn header_json(header: &Header) -> Value {
    let london = header.london.as_ref().expect("a header of our own");
    let shanghai = london.shanghai.as_ref().expect("a header of our own");
    let cancun = shanghai.cancun.as_ref().expect("a header of our own");
    let prague = cancun.prague.as_ref().expect("a header of our own");
    let quantity = |number: u64| format!("{number:#x}");
    json!({
        "hash": header.hash(),
        "parentHash": header.parent_hash,
        "sha3Uncles": header.ommers_hash,
        "miner": header.beneficiary,
        "stateRoot": header.state_root,
        "transactionsRoot": header.transactions_root,
        "receiptsRoot": header.receipts_root,
        "logsBloom": header.logs_bloom,
        "difficulty": "0x0",
        "number": quantity(header.number),
        "gasLimit": quantity(header.gas_limit),
        "gasUsed": quantity(header.gas_used),
        "timestamp": quantity(header.timestamp),
        "extraData": header.extra_data,
        "mixHash": header.mix_hash,
        "nonce": header.nonce,
        "baseFeePerGas": quantity(london.base_fee_per_gas),
        "withdrawalsRoot": shanghai.withdrawals_root,
        "blobGasUsed": quantity(cancun.blob_gas_used),
        "excessBlobGas": quantity(cancun.excess_blob_gas),
        "parentBeaconBlockRoot": cancun.parent_beacon_block_root,
        "requestsHash": prague.requests_hash,
    })
}

/// A proof as `eth_getProof` gives it.
pub(crate) fn proof_json(who: Address, proof: &AccountProof) -> Value {
    let claims = &proof.claims;
    json!({
        "address": who,
        "accountProof": proof.nodes,
        "balance": claims.balance,
        "codeHash": claims.code_hash,
        "nonce": format!("{:#x}", claims.nonce.unwrap_or_default()),
        "storageHash": claims.storage_hash,
        "storageProof": proof.slots.iter().map(|slot| json!({
            "key": slot.key,
            "value": slot.value,
            "proof": slot.nodes,
        })).collect::<Vec<_>>(),
    })
}
