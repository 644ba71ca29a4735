//! The hot paths natively, each beside the hashing that it cannot do without:
//! `cargo bench --bench native --no-default-features`.

#![allow(clippy::disallowed_methods, reason = "the vectors are files, and the environment says where")]
#![allow(missing_docs, reason = "criterion's macros write functions without")]

mod fixture;

use alloy_rlp::Decodable;
use alloy_trie::Nibbles;
use alloy_trie::proof::verify_proof;
use criterion::{Criterion, criterion_group, criterion_main};
use fixture::chain::{Chain, count_messages, sha256_pairs};
use fixture::{Fixture, hash_pairs, leaves};
use metis_light::consistent::{self, ProofQuestion};
use metis_light::execution::AccountProof;
use metis_light::primitives::header::Header;
use metis_light::primitives::{Address, B256, StorageSlot, U256, keccak256, mpt, ovm_merkle};
use metis_light::wire::ProofReply;
use serde_json::{Value, json};
use std::hint::black_box;
use std::path::PathBuf;
use std::time::Duration;

const BENCH_PROOF: &[u8] = include_bytes!("../tests/data/bench-proof.json");

/// The number of state roots in batch 21363 of Andromeda.
const LEAVES: u32 = 3571;

/// The SHA-256 of 64 bytes in a committee's root: one for each of 512 keys and 511 above them, and two for their sum.
const COMMITTEE_HASHES: u32 = 512 + 511 + 2;

/// The sync committee periods of a year, and a few more.
const YEAR: usize = 325;

criterion_group!(benches, proof, tree, header, parse, consensus);
criterion_main!(benches);

fn proof(criterion: &mut Criterion) {
    let fixture = Fixture::parse(BENCH_PROOF);
    assert_eq!(fixture.verify(), fixture.value);
    let mut group = criterion.benchmark_group("proof");
    group.bench_function("ours", |bencher| bencher.iter(|| black_box(&fixture).verify()));

    let (question, answer) = (question(&fixture), answer(&fixture));
    let consistent = || consistent::proof(black_box(&question), black_box(&answer)).expect("the proof holds");
    group.bench_function("ours with the claims beside it", |bencher| bencher.iter(consistent));

    let referee = Referee::new(&fixture);
    group.bench_function("alloy-trie", |bencher| bencher.iter(|| black_box(&referee).verify()));
    group.bench_function("keccak of the nodes alone", |bencher| bencher.iter(|| black_box(&fixture).hash_nodes()));
}

fn tree(criterion: &mut Criterion) {
    let leaves = leaves(LEAVES);
    let mut group = criterion.benchmark_group("tree");
    group.bench_function("ours", |bencher| bencher.iter(|| ovm_merkle::root(black_box(&leaves))));
    group.bench_function("as many keccaks", |bencher| bencher.iter(|| hash_pairs(black_box(LEAVES - 1))));
}

fn header(criterion: &mut Criterion) {
    let header = metis_header();
    let encoded = header.encode();
    let mut group = criterion.benchmark_group("header");
    group.bench_function("hash", |bencher| bencher.iter(|| black_box(&header).hash()));
    group.bench_function("decode", |bencher| bencher.iter(|| Header::decode(black_box(&encoded))));
    group.bench_function("keccak of the encoding alone", |bencher| bencher.iter(|| keccak256(black_box(&encoded))));
}

fn parse(criterion: &mut Criterion) {
    let answer = answer_json(&Fixture::parse(BENCH_PROOF)).to_string().into_bytes();
    let mut group = criterion.benchmark_group("parse");
    group.bench_function("ours", |bencher| bencher.iter(|| ProofReply::parse(black_box(&answer))));
    group.bench_function("serde_json without a shape", |bencher| {
        bencher.iter(|| serde_json::from_slice::<Value>(black_box(&answer)));
    });
}

/// What takes its data from the vectors.
fn consensus(criterion: &mut Criterion) {
    let (Some(ssz), Some(json)) = (chain(DENEB), chain(CAPELLA)) else {
        eprintln!("passed over: consensus, because the vectors are not in {}", vectors().display());
        return;
    };
    update(criterion, &ssz);
    update_bytes(criterion, &ssz);
    year(criterion, &ssz, &json);
}

fn update(criterion: &mut Criterion, chain: &Chain) {
    let step = chain.step();
    assert!(step.advance() && step.verify_by_members() && step.verify_by_all_keys());
    let mut group = criterion.benchmark_group("update signed by all but one");
    group.bench_function("checked in full", |bencher| bencher.iter(|| step.advance()));
    group.bench_function("copy of the store, which that contains", |bencher| bencher.iter(|| step.copy()));
    group.bench_function("signature alone, by the absent", |bencher| bencher.iter(|| step.verify_by_members()));
    group.sample_size(20);
    group.bench_function("signature alone, by all keys", |bencher| bencher.iter(|| step.verify_by_all_keys()));
    group.finish();

    let mut group = criterion.benchmark_group("committee root");
    group.bench_function("ours", |bencher| bencher.iter(|| step.committee_root()));
    group.bench_function("as many SHA-256", |bencher| bencher.iter(|| sha256_pairs(black_box(COMMITTEE_HASHES))));
}

fn update_bytes(criterion: &mut Criterion, chain: &Chain) {
    let ssz = chain.step().update_ssz();
    let updates = std::fs::read(vectors().join(CAPELLA.1)).expect("it was there");
    let json = serde_json::from_slice::<Value>(&updates).expect("JSON")[0].to_string().into_bytes();
    let mut group = criterion.benchmark_group("update from bytes");
    group.bench_function("SSZ", |bencher| bencher.iter(|| count_messages(black_box(&ssz))));
    group.bench_function("JSON", |bencher| bencher.iter(|| count_messages(black_box(&json))));
    group.bench_function("JSON, serde_json without a shape", |bencher| {
        bencher.iter(|| serde_json::from_slice::<Value>(black_box(&json)));
    });
}

fn year(criterion: &mut Criterion, ssz: &Chain, json: &Chain) {
    let mut group = criterion.benchmark_group(format!("{YEAR} updates"));
    group.sample_size(10).measurement_time(Duration::from_secs(15));
    group.bench_function("SSZ", |bencher| bencher.iter(|| ssz.climb(YEAR)));
    group.bench_function("JSON", |bencher| bencher.iter(|| json.climb(YEAR)));
}

/// A bootstrap and the updates that follow it, in the vectors.
type Files = (&'static str, &'static str);

const DENEB: Files = (
    "lc_real/mainnet_deneb_electra/bootstrap_period_1347_slot_11034656.ssz",
    "lc_real/mainnet_deneb_electra/eth_v1_beacon_light_client_updates_start_period_1347_count_46.ssz",
);
const CAPELLA: Files = ("lc_real/mainnet_capella/bootstrap.json", "lc_real/mainnet_capella/updates.json");

fn chain((bootstrap, updates): Files) -> Option<Chain> {
    let read = |name| std::fs::read(vectors().join(name)).ok();
    Some(Chain::new(read(bootstrap)?, read(updates)?))
}

fn vectors() -> PathBuf {
    std::env::var_os("METIS_LIGHT_VECTORS").map_or_else(|| "../shared/vectors".into(), PathBuf::from)
}

/// The same through alloy-trie, which compares with a value that is known before.
struct Referee<'a> {
    fixture: &'a Fixture,
    account: Vec<u8>,
    word: Vec<u8>,
}

impl<'a> Referee<'a> {
    fn new(fixture: &'a Fixture) -> Self {
        let key = keccak256(fixture.address);
        let leaf = mpt::verify(fixture.state_root, key.as_slice(), &fixture.account_proof, usize::from(u8::MAX));
        let account = leaf.expect("the proof holds").expect("the account is there").to_vec();
        Self { fixture, account, word: alloy_rlp::encode(fixture.value) }
    }

    fn verify(&self) -> B256 {
        let Self { fixture, account, word } = self;
        let key = Nibbles::unpack(keccak256(fixture.address));
        verify_proof(fixture.state_root, key, Some(account.clone()), &fixture.account_proof).expect("it holds");
        let root = storage_root(account).expect("an account");
        let key = Nibbles::unpack(StorageSlot(fixture.slot).trie_key());
        verify_proof(root, key, Some(word.clone()), &fixture.storage_proof).expect("it holds");
        root
    }
}

fn storage_root(account: &[u8]) -> alloy_rlp::Result<B256> {
    let mut fields = alloy_rlp::Header::decode_bytes(&mut &*account, true)?;
    let (_nonce, _balance) = (u64::decode(&mut fields)?, U256::decode(&mut fields)?);
    let (storage_root, _code_hash) = (B256::decode(&mut fields)?, B256::decode(&mut fields)?);
    Ok(storage_root)
}

fn question(fixture: &Fixture) -> ProofQuestion {
    let Fixture { state_root, address, slot, .. } = *fixture;
    ProofQuestion { state_root, address: Some(address), slots: vec![StorageSlot(slot)] }
}

fn answer(fixture: &Fixture) -> AccountProof {
    let mut answers = ProofReply::parse(answer_json(fixture).to_string().as_bytes()).expect("an answer");
    answers.remove(0)
}

fn answer_json(fixture: &Fixture) -> Value {
    let Fixture { address, account_proof, slot, storage_proof, value, .. } = fixture;
    let storage = json!([{ "key": slot, "value": value, "proof": storage_proof }]);
    json!({ "address": address, "accountProof": account_proof, "storageProof": storage })
}

/// A header of the shape and size that Metis' have.
fn metis_header() -> Header {
    let word = B256::repeat_byte;
    Header {
        parent_hash: word(1),
        ommers_hash: word(2),
        beneficiary: Address::ZERO,
        state_root: word(3),
        transactions_root: word(4),
        receipts_root: word(5),
        logs_bloom: Default::default(),
        difficulty: U256::from(2),
        number: 21_950_018,
        gas_limit: 1_100_000_000,
        gas_used: 1_234_567,
        timestamp: 1_768_478_400,
        extra_data: vec![6; 97].into(),
        mix_hash: B256::ZERO,
        nonce: Default::default(),
        london: None,
    }
}
