//! A chain over three periods: a checkpoint in period 1, an update of that period, one of period 2.

use crate::suites::beacon_chain::{self, Block, Committee, State, block, filler, sign, update};
use metis_light::consensus::{Advance, Bootstrap, Checkpoint, ConsensusError, Store, Update};
use metis_light::network::{ForkName, L1};
use metis_light::primitives::header::{Cancun, Header, London, Prague, Shanghai};
use metis_light::primitives::{Address, B256, U256, UnixTime};

pub(super) const FORKS: [ForkName; 7] = [
    ForkName::Altair,
    ForkName::Bellatrix,
    ForkName::Capella,
    ForkName::Deneb,
    ForkName::Electra,
    ForkName::Fulu,
    ForkName::Gloas,
];

/// Members of a committee; with 24 the bits end on a byte and two thirds are whole.
pub(super) const SIZE: u64 = 24;

/// Two thirds.
pub(super) const ENOUGH: usize = 16;

/// Slots of a period.
pub(super) const PERIOD: u64 = 32;

#[derive(Clone)]
pub(super) struct World {
    pub(super) l1: L1,
    /// The committees of periods 0 to 4.
    pub(super) committees: Vec<Committee>,
    pub(super) checkpoint: Block,
}

impl World {
    /// All forks up to one begin at genesis.
    pub(super) fn at_genesis(newest: ForkName) -> Self {
        let forks: Vec<_> = FORKS.into_iter().filter(|fork| *fork <= newest).map(|fork| (fork, 0)).collect();
        Self::of(beacon_chain::l1(SIZE, &forks))
    }

    pub(super) fn of(l1: L1) -> Self {
        let size = l1.sync_committee_size;
        let committees: Vec<_> = (0..5).map(|number| Committee::new(size, number)).collect();
        let checkpoint = chain_block(&l1, &committees, PERIOD + 8, None);
        Self { l1, committees, checkpoint }
    }

    pub(super) fn fork(&self) -> ForkName {
        self.checkpoint.fork
    }

    pub(super) fn root(&self) -> B256 {
        self.checkpoint.header.beacon.root()
    }

    pub(super) fn bootstrap(&self) -> Bootstrap {
        beacon_chain::bootstrap(&self.checkpoint, &self.committees[1].keys)
    }

    /// A block whose state tells the true committees.
    pub(super) fn block(&self, slot: u64, finalized: Option<&Block>) -> Block {
        chain_block(&self.l1, &self.committees, slot, finalized)
    }

    /// The time at which a slot begins.
    pub(super) fn time(&self, slot: u64) -> UnixTime {
        UnixTime(self.l1.genesis_time + slot * self.l1.seconds_per_slot)
    }

    /// A store at the checkpoint.
    pub(super) fn store(&self) -> Store {
        let now = self.time(self.checkpoint.header.beacon.slot);
        Store::bootstrap(&self.l1, Checkpoint::new(self.root()), &self.bootstrap(), now).expect("the checkpoint holds")
    }

    /// A store that knows the committees of periods 1 and 2.
    pub(super) fn store_with_next(&self) -> Store {
        let mut store = self.store();
        self.take(&mut store, &self.first()).expect("the first update holds");
        store
    }

    /// The update of period 1.
    pub(super) fn first(&self) -> Update {
        self.full(PERIOD + 24, PERIOD + 16)
    }

    /// The update of period 2.
    pub(super) fn second(&self) -> Update {
        self.full(2 * PERIOD + 16, 2 * PERIOD + 8)
    }

    /// A full update, signed by all.
    pub(super) fn full(&self, attested: u64, finalized: u64) -> Update {
        let finalized = self.block(finalized, None);
        let attested = self.block(attested, Some(&finalized));
        let mut update = update(&attested, Some(&finalized), Some(self.next_after(&attested)));
        self.sign(&mut update);
        update
    }

    /// A finality update, signed by all.
    pub(super) fn finality(&self, attested: u64, finalized: u64) -> Update {
        let mut update = Update { next_sync_committee: None, ..self.full(attested, finalized) };
        self.sign(&mut update);
        update
    }

    /// An optimistic update, signed by all.
    pub(super) fn optimistic(&self, attested: u64) -> Update {
        let mut update = update(&self.block(attested, None), None, None);
        self.sign(&mut update);
        update
    }

    fn next_after(&self, block: &Block) -> &metis_light::consensus::SyncCommittee {
        &self.committees[self.period(block.header.beacon.slot) + 1].keys
    }

    fn period(&self, slot: u64) -> usize {
        usize::try_from(self.l1.period_at(slot)).expect("there are few periods")
    }

    /// The committee of the signature's period signs, all of it.
    pub(super) fn sign(&self, update: &mut Update) {
        self.sign_by(update, |_| true);
    }

    /// Some of the committee sign.
    pub(super) fn sign_by(&self, update: &mut Update, signs: impl Fn(usize) -> bool) {
        let committee = &self.committees[self.period(update.signature_slot)];
        sign(&self.l1, update, committee, signs);
    }

    /// Takes an update at the time of its signature.
    pub(super) fn take(&self, store: &mut Store, update: &Update) -> Result<Advance, ConsensusError> {
        store.advance(update, self.time(update.signature_slot))
    }
}

fn chain_block(l1: &L1, committees: &[Committee], slot: u64, finalized: Option<&Block>) -> Block {
    let period = usize::try_from(l1.period_at(slot)).expect("there are few periods");
    let state = State { finalized, current: &committees[period].keys, next: &committees[period + 1].keys };
    block(l1, slot, &state, &execution_block(l1, slot))
}

/// An execution block with the fields that it has since Prague.
pub(super) fn execution_block(l1: &L1, slot: u64) -> Header {
    Header {
        parent_hash: filler("l1 parent", slot),
        ommers_hash: filler("ommers", 0),
        beneficiary: Address::repeat_byte(7),
        state_root: filler("l1 state", slot),
        transactions_root: filler("l1 transactions", slot),
        receipts_root: filler("l1 receipts", slot),
        logs_bloom: Default::default(),
        difficulty: U256::ZERO,
        number: slot + 1000,
        gas_limit: 36_000_000,
        gas_used: 12_000_000 + slot,
        timestamp: l1.genesis_time + slot * l1.seconds_per_slot,
        extra_data: b"made up".to_vec().into(),
        mix_hash: filler("randao", slot),
        nonce: Default::default(),
        london: Some(London {
            base_fee_per_gas: 7 + slot,
            shanghai: Some(Shanghai {
                withdrawals_root: filler("l1 withdrawals", slot),
                cancun: (l1.fork_at(l1.epoch_at(slot)).expect("a fork").name >= ForkName::Deneb).then(|| Cancun {
                    blob_gas_used: 131_072,
                    excess_blob_gas: slot,
                    parent_beacon_block_root: filler("parent", slot),
                    prague: Some(Prague { requests_hash: filler("requests", slot), amsterdam: None }),
                }),
            }),
        }),
    }
}
