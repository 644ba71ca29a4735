//! A world of one batch, for the tests of this floor.

use super::collected::KnownBatch;
use super::{Key, Posted};
use crate::attestation::Domain;
use crate::primitives::{Address, B256, U256, UnixTime, keccak256, ovm_merkle};
use crate::rollup::BatchHeader;
use crate::wire::BlockRecord;

pub(super) const DOMAIN: Domain = Domain { chain_id: 1, verifying_contract: Address::repeat_byte(0x5c) };

/// The batch's time.
const POSTED: UnixTime = UnixTime(1_700_000_000);

#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) index: u64,
    pub(super) header: BatchHeader,
    pub(super) state_roots: Vec<B256>,
}

impl World {
    /// A batch with the blocks from `first` on, as [`own_chain`] has them.
    pub(super) fn new(index: u64, first: u64, count: u64) -> Self {
        let own = own_chain(first, count);
        let state_roots: Vec<B256> = own.iter().map(|block| block.state_root).collect();
        let root = ovm_merkle::root(&state_roots).expect("a tree");
        let header = header(root, first, count, own.last().map(|last| last.hash));
        Self { index, header, state_roots }
    }

    /// The header of this batch's root, saying that so many blocks are in it.
    pub(super) fn header_of(&self, count: u64) -> BatchHeader {
        header(self.header.batch_root(), self.header.first_block(), count, None)
    }

    pub(super) fn set_last_block(&mut self, hash: Option<B256>) {
        self.header = header(self.header.batch_root(), self.header.first_block(), self.header.batch_size(), hash);
    }

    pub(super) fn posted(&self) -> Posted<'_> {
        let Self { index, header, state_roots } = self;
        Posted { l2_chain_id: 1088, index: *index, header_hash: header.hash(), header, state_roots }
    }

    pub(super) fn known(&self) -> KnownBatch {
        KnownBatch::of(&self.posted())
    }
}

fn header(root: B256, first: u64, count: u64, last: Option<B256>) -> BatchHeader {
    let mut extra = [U256::from(POSTED.0).to_be_bytes::<32>(), [0; 32]].concat();
    if let Some(last) = last {
        extra.extend(last);
        extra.extend(U256::from(first + count - 1).to_be_bytes::<32>());
    }
    BatchHeader::new(root, U256::from(count), U256::from(first - 1), extra.into()).expect("a header")
}

/// A chain of made-up blocks, each with a hash of its number.
pub(super) fn own_chain(first: u64, count: u64) -> Vec<BlockRecord> {
    let hash = |label: &[u8], number: u64| keccak256([label, &number.to_be_bytes()].concat());
    let block = |number| BlockRecord {
        number,
        hash: hash(b"block", number),
        parent_hash: hash(b"block", number - 1),
        state_root: hash(b"state", number),
    };
    (first..first + count).map(block).collect()
}

pub(super) fn key(number: u8) -> Key {
    let mut secret = [0; 32];
    secret[31] = number;
    Key::new(&secret).expect("a key")
}
