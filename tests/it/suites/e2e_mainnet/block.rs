//! The execution header of a beacon block: everything in it is in the block, or is a root over what is.

use crate::suites::schema::beacon::{self, BlockParts, Fork, MAINNET};
use alloy_primitives::Bloom;
use metis_light::primitives::header::{Cancun, Header, London, Prague, Shanghai};
use metis_light::primitives::{Address, B256, Bytes, U256, mpt, rlp};
use sha2::{Digest, Sha256};

/// A block of mainnet, of Deneb or Electra.
pub(super) struct Block {
    pub(super) folder: String,
    pub(super) parts: BlockParts,
    pub(super) header: Header,
    /// As they stand in the payload, which is as they stand in the trie.
    pub(super) transactions: Vec<Vec<u8>>,
}

impl Block {
    pub(super) fn read(folder: &str, fork: &str, bytes: &[u8]) -> Self {
        let fork = Fork::named(fork).expect("a fork of mainnet");
        let parts = beacon::block_parts(fork, bytes);
        let kind = beacon::named("SignedBeaconBlock", fork, &MAINNET).expect("it is written down");
        let block = kind.read(bytes).expect("it was read before");
        let body = block.at("message.body");
        let list = |name: &str| body.at(name).bytes();
        let requests = (fork >= Fork::Electra).then(|| {
            let of_type = |name: &str| list(&format!("execution_requests.{name}"));
            requests_hash(["deposits", "withdrawals", "consolidations"].map(of_type))
        });
        let transactions = listed(list("execution_payload.transactions"));
        let withdrawals = withdrawals(list("execution_payload.withdrawals"));
        let header = header(&parts, &transactions, &withdrawals, requests);
        Self { folder: folder.to_owned(), parts, header, transactions }
    }
}

/// keccak256 of the empty list of uncles, in every header since the merge.
const NO_OMMERS: B256 =
    B256::new(alloy_primitives::hex!("1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"));

fn header(parts: &BlockParts, transactions: &[Vec<u8>], withdrawals: &[Vec<u8>], requests: Option<B256>) -> Header {
    let field = |name: &str| parts.execution_field(name);
    let hash = |name: &str| B256::from_slice(field(name));
    let number = |name: &str| u64::try_from(U256::from_le_slice(field(name))).expect("a small number");
    let cancun = Cancun {
        blob_gas_used: number("blob_gas_used"),
        excess_blob_gas: number("excess_blob_gas"),
        parent_beacon_block_root: parts.parent_root,
        prague: requests.map(|requests_hash| Prague { requests_hash, amsterdam: None }),
    };
    let shanghai = Shanghai { withdrawals_root: mpt::ordered_root(withdrawals), cancun: Some(cancun) };
    Header {
        parent_hash: hash("parent_hash"),
        ommers_hash: NO_OMMERS,
        beneficiary: Address::from_slice(field("fee_recipient")),
        state_root: hash("state_root"),
        transactions_root: mpt::ordered_root(transactions),
        receipts_root: hash("receipts_root"),
        logs_bloom: Bloom::from_slice(field("logs_bloom")),
        difficulty: U256::ZERO,
        number: number("block_number"),
        gas_limit: number("gas_limit"),
        gas_used: number("gas_used"),
        timestamp: number("timestamp"),
        extra_data: Bytes::copy_from_slice(field("extra_data")),
        mix_hash: hash("prev_randao"),
        nonce: Default::default(),
        london: Some(London { base_fee_per_gas: number("base_fee_per_gas"), shanghai: Some(shanghai) }),
    }
}

/// EIP-7685: the hashes of each type's requests, hashed; types without requests are left out.
fn requests_hash(lists: [&[u8]; 3]) -> B256 {
    let mut all = Sha256::new();
    for (kind, list) in (0_u8..).zip(lists).filter(|(_, list)| !list.is_empty()) {
        all.update(Sha256::new().chain_update([kind]).chain_update(list).finalize());
    }
    B256::new(all.finalize().into())
}

/// EIP-4895: `rlp([index, validator_index, address, amount])` of each 44 bytes.
fn withdrawals(list: &[u8]) -> Vec<Vec<u8>> {
    let number = |bytes: &[u8]| alloy_rlp::encode(u64::from_le_bytes(bytes.try_into().expect("eight bytes")));
    let withdrawal = |bytes: &[u8]| {
        let address = alloy_rlp::encode(Address::from_slice(&bytes[16..36]));
        rlp::encode_list(&[number(&bytes[..8]), number(&bytes[8..16]), address, number(&bytes[36..])].concat())
    };
    list.chunks(44).map(withdrawal).collect()
}

/// The elements of an SSZ list, each from its offset to the next. The schemas have judged the offsets.
fn listed(list: &[u8]) -> Vec<Vec<u8>> {
    let offset = |at: usize| {
        let bytes = list[at..at + 4].try_into().expect("four bytes");
        usize::try_from(u32::from_le_bytes(bytes)).expect("an offset")
    };
    let start = if list.is_empty() { 0 } else { offset(0) };
    let ends = (4..start).step_by(4).map(offset).chain([list.len()]);
    (0..start).step_by(4).map(offset).zip(ends).map(|(from, to)| list[from..to].to_vec()).collect()
}
