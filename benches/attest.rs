//! What a verifier's node does besides fetching: `cargo bench --bench attest --no-default-features --features verifier`.
//!
//! One batch of 3,571 state roots, as Andromeda's batch 21363 has them: compared leaf by leaf, its root made again, the statement
//! signed. Then 10,000 such batches one after the other, with the log in a file, each line synced before the next; and that log
//! opened again. The batches have the same blocks and headers of their own, so that each is another statement.

#![allow(clippy::disallowed_methods, reason = "the log is a file, and rates are by the clock")]
#![allow(clippy::print_stdout, reason = "figures are printed")]

use metis_light::attest::{Disk, FileDisk, Key, Log, Posted};
use metis_light::attestation::Domain;
use metis_light::primitives::{Address, B256, U256, UnixTime, keccak256, ovm_merkle};
use metis_light::rollup::BatchHeader;
use metis_light::wire::BlockRecord;
use std::hint::black_box;
use std::io;
use std::time::{Duration, Instant};

/// The number of state roots in batch 21363 of Andromeda.
const LEAVES: u64 = 3571;

/// How many batches are replayed.
const BATCHES: u64 = 10_000;

/// How often one batch is taken alone.
const ROUNDS: u32 = 200;

fn main() {
    let blocks = blocks();
    let state_roots: Vec<B256> = blocks.iter().map(|block| block.state_root).collect();
    let root = ovm_merkle::root(&state_roots).expect("a tree");
    let headers: Vec<BatchHeader> = (0..BATCHES).map(|index| header(root, index, &blocks)).collect();
    let domain = Domain { chain_id: 1, verifying_contract: Address::repeat_byte(0x5c) };
    let key = || Key::new(&[7; 32]).expect("a key");
    let posted = |index: u64| {
        let header = &headers[usize::try_from(index).expect("small")];
        Posted { l2_chain_id: 1088, index, header_hash: header.hash(), header, state_roots: &state_roots }
    };

    let (signer, batch) = (key(), posted(0));
    let check = || batch.check(black_box(&blocks)).expect("a chain");
    println!("one batch of {LEAVES} state roots, besides fetching (best of {ROUNDS})");
    println!("  compared, and its root made  {:>9.3} ms", millis(best(|| consume(check()))));
    let statement = batch.statement(&check(), UnixTime(1_800_000_000), None);
    println!("  signed, and recovered again  {:>9.3} ms", millis(best(|| consume(signer.sign(&statement, &domain)))));
    let all = best(|| {
        let statement = batch.statement(&check(), UnixTime(1_800_000_000), None);
        black_box(signer.sign(&statement, &domain)).expect("it signs");
    });
    println!("  all of it                    {:>9.3} ms", millis(all));

    println!("{BATCHES} batches of {LEAVES} state roots");
    let mut log = Log::open(Nowhere, key(), domain).expect("it is empty");
    replay("checked and signed", &mut log, posted, &blocks);
    let path = std::env::temp_dir().join(format!("metis-light-bench-{}.log", std::process::id()));
    let mut log = Log::open(FileDisk::open(&path).expect("a file"), key(), domain).expect("it is empty");
    replay("and each line synced", &mut log, posted, &blocks);
    drop(log);
    let began = Instant::now();
    let log = Log::open(FileDisk::open(&path).expect("a file"), key(), domain).expect("it is whole");
    assert_eq!(log.len() as u64, BATCHES);
    let bytes = std::fs::metadata(&path).expect("it is there").len();
    println!("  that log of {} KB opened: {:.2} s", bytes / 1000, began.elapsed().as_secs_f64());
    drop(log);
    std::fs::remove_file(&path).expect("it is ours");
}

fn replay<'a, D: Disk>(what: &str, log: &mut Log<D>, posted: impl Fn(u64) -> Posted<'a>, blocks: &[BlockRecord]) {
    let began = Instant::now();
    for index in 0..BATCHES {
        let posted = posted(index);
        let check = posted.check(blocks).expect("a chain");
        assert_eq!(check.difference, None);
        log.say(&posted.statement(&check, UnixTime(1_800_000_000), None)).expect("it says");
    }
    assert_eq!(log.len() as u64, BATCHES);
    let seconds = began.elapsed().as_secs_f64();
    println!("  {what:22} {:>7.1} batches a second ({seconds:.1} s)", BATCHES as f64 / seconds);
}

/// A disk that forgets, to see what the real one costs.
struct Nowhere;

impl Disk for Nowhere {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        Ok(Vec::new())
    }

    fn append(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn truncate(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn best(mut what: impl FnMut()) -> Duration {
    let round = |_| {
        let began = Instant::now();
        what();
        began.elapsed()
    };
    (0..ROUNDS).map(round).min().expect("some rounds")
}

fn consume<T>(made: T) {
    black_box(made);
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// A chain of made-up blocks.
fn blocks() -> Vec<BlockRecord> {
    let hash = |label: &[u8], number: u64| keccak256([label, &number.to_be_bytes()].concat());
    let block = |number| BlockRecord {
        number,
        hash: hash(b"block", number),
        parent_hash: hash(b"block", number - 1),
        state_root: hash(b"state", number),
    };
    (1..=LEAVES).map(block).collect()
}

/// A header of its own for each batch: it was posted a second later.
fn header(root: B256, index: u64, blocks: &[BlockRecord]) -> BatchHeader {
    let last = blocks.last().expect("some");
    let words = [U256::from(1_700_000_000 + index), U256::ZERO, last.hash.into(), U256::from(last.number)];
    let extra = words.map(|word| word.to_be_bytes::<32>()).concat();
    BatchHeader::new(root, U256::from(LEAVES), U256::ZERO, extra.into()).expect("a header")
}
