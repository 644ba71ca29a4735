use super::*;
use crate::attest::tests::{DOMAIN, World, key, own_chain};
use crate::primitives::UnixTime;
use std::cell::RefCell;
use std::rc::Rc;

/// A disk that loses what was not synced, and can be made to stop at a step.
#[derive(Clone, Debug, Default)]
struct FakeDisk(Rc<RefCell<State>>);

#[derive(Debug, Default)]
struct State {
    /// What a loss of power leaves.
    durable: Vec<u8>,
    /// What a process that reads sees.
    written: Vec<u8>,
    /// Where it stops, if it does.
    stop: Option<Stop>,
}

/// Where it all ends.
#[derive(Clone, Copy, Debug)]
enum Stop {
    /// At a write, after so many of its bytes.
    InWrite(usize),
    /// After the write, before the sync.
    BeforeSync,
    /// After the sync, before anybody hears of it.
    AfterSync,
}

impl Disk for FakeDisk {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        Ok(self.0.borrow().written.clone())
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.0.borrow_mut();
        if let Some(Stop::InWrite(count)) = state.stop {
            state.written.extend(&bytes[..count.min(bytes.len())]);
            return Err(io::ErrorKind::Other.into());
        }
        state.written.extend(bytes);
        Ok(())
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.0.borrow_mut().written.truncate(usize::try_from(length).expect("it is small"));
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.0.borrow_mut();
        if matches!(state.stop, Some(Stop::BeforeSync)) {
            return Err(io::ErrorKind::Other.into());
        }
        state.durable = state.written.clone();
        match state.stop {
            Some(_) => Err(io::ErrorKind::Other.into()),
            None => Ok(()),
        }
    }
}

impl FakeDisk {
    fn with(bytes: &[u8]) -> Self {
        let disk = Self::default();
        disk.0.borrow_mut().written = bytes.to_vec();
        disk.0.borrow_mut().durable = bytes.to_vec();
        disk
    }

    fn bytes(&self) -> Vec<u8> {
        self.0.borrow().written.clone()
    }

    /// All that may be on the disk after a loss of power: what is sure, and any part of what is not; the rest may be zeros.
    fn survivors(&self) -> Vec<Vec<u8>> {
        let state = self.0.borrow();
        let sure = &state.durable;
        let unsure = &state.written[sure.len()..];
        let parts = (0..=unsure.len()).rev().step_by(11).map(|count| [sure, &unsure[..count]].concat());
        let zeros = |count: usize| [sure, &unsure[..count], &vec![0; unsure.len() - count]].concat();
        parts.chain((0..unsure.len()).step_by(200).map(zeros)).collect()
    }
}

fn open(disk: &FakeDisk) -> Result<Log<FakeDisk>, LogError> {
    Log::open(disk.clone(), key(1), DOMAIN)
}

/// An agreement about a batch.
fn agreement(index: u64) -> Statement {
    let world = World::new(index, 1 + 3 * index, 3);
    let check = world.posted().check(&own_chain(1 + 3 * index, 3)).expect("a chain");
    world.posted().statement(&check, UnixTime(1_800_000_000), None)
}

/// A dissent about the same.
fn dissent(index: u64) -> Statement {
    Statement { verdict: 0, l2_state_root: B256::repeat_byte(0xbb), ..agreement(index) }
}

fn later(statement: Statement) -> Statement {
    Statement { issued_at: UnixTime(statement.issued_at.0 + 60), ..statement }
}

/// A log that has said three things.
fn three() -> (FakeDisk, Vec<Attestation>) {
    let disk = FakeDisk::default();
    let mut log = open(&disk).expect("an empty file is a log");
    let said = [agreement(0), dissent(1), agreement(2)].map(|statement| match log.say(&statement).expect("it says") {
        Said::Now(said) => said,
        said => panic!("{said:?}"),
    });
    (disk, said.to_vec())
}

#[test]
fn what_was_said_is_there_when_it_is_opened_again() {
    let (disk, said) = three();
    let mut log = open(&disk).expect("it is whole");
    assert_eq!((log.len(), log.cut(), log.last()), (3, 0, Some(&said[2])));
    assert_eq!(log.dissents().collect::<Vec<_>>(), [&said[1]]);
    assert_eq!(log.about_index(1).collect::<Vec<_>>(), [&said[1]]);
    let before = disk.bytes();
    assert_eq!(log.say(&later(agreement(0))).expect("it was said"), Said::Before(said[0]));
    assert_eq!(disk.bytes(), before, "nothing is written for it");
}

#[test]
fn nothing_is_said_differently_but_a_dissent_is_taken_back_once() {
    let (disk, said) = three();
    let mut log = open(&disk).expect("it is whole");
    let refused = |log: &mut Log<_>, statement: &Statement| {
        let outcome = log.say(statement);
        assert!(matches!(outcome, Err(LogError::Contradiction { .. })), "{statement:?}: {outcome:?}");
    };
    refused(&mut log, &later(dissent(0)));
    refused(&mut log, &Statement { l2_block_hash: B256::ZERO, ..agreement(0) });
    refused(&mut log, &Statement { l2_state_root: B256::ZERO, ..later(dissent(1)) });
    refused(&mut log, &Statement { l2_block_number: U256::from(4), ..later(dissent(1)) });
    // Not at the same time: it would not be told which came first.
    refused(&mut log, &agreement(1));
    let back = log.say(&later(agreement(1))).expect("it takes back");
    assert!(matches!(back, Said::Now(_)));
    refused(&mut log, &later(later(dissent(1))));
    assert_eq!(log.dissents().count(), 0);
    drop(log);
    let mut log = open(&disk).expect("it is whole");
    assert_eq!(log.about_index(1).collect::<Vec<_>>(), [&said[1], back.attestation()]);
    refused(&mut log, &later(later(dissent(1))));
    assert_eq!(log.say(&later(later(agreement(1)))).expect("it was said"), Said::Before(*back.attestation()));
}

/// The index is no part of what a statement is about.
#[test]
fn an_index_that_is_used_again_is_attested_anew() {
    let (disk, said) = three();
    let mut log = open(&disk).expect("it is whole");
    let replaced = Statement { batch_header_hash: B256::repeat_byte(0x99), ..dissent(0) };
    let anew = log.say(&replaced).expect("another batch");
    assert!(matches!(anew, Said::Now(_)));
    assert_eq!(log.about_index(0).collect::<Vec<_>>(), [anew.attestation(), &said[0]], "the newest first");
}

/// Stops at every step and in the middle of every write; what is left of the disk is any part of what was not synced. Whoever
/// tries to say something else afterwards must not be able to, if anybody had heard the first.
#[test]
fn no_crash_makes_two_words_of_one() {
    let (base, said) = three();
    let length = {
        let disk = FakeDisk::with(&base.bytes());
        let mut log = open(&disk).expect("it is whole");
        log.say(&agreement(3)).expect("it says");
        disk.bytes().len() - base.bytes().len()
    };
    // What is left of a write that was cut is among what is left of a whole one, so a few do.
    let cut = [0, 1, 64, 65, length / 2, length - 1].map(Stop::InWrite);
    let stops = cut.into_iter().chain([Stop::BeforeSync, Stop::AfterSync]);
    let (mut kept, mut lost) = (0, 0);
    for stop in stops {
        let disk = FakeDisk::with(&base.bytes());
        let mut log = open(&disk).expect("it is whole");
        disk.0.borrow_mut().stop = Some(stop);
        let heard = log.say(&agreement(3));
        assert!(heard.is_err(), "nobody hears what was not finished");
        assert!(matches!(log.say(&agreement(4)), Err(LogError::Broken)), "and nothing else is said after it");
        for survivor in disk.survivors() {
            let disk = FakeDisk::with(&survivor);
            let mut log = open(&disk).unwrap_or_else(|error| panic!("{stop:?}: {error}"));
            for said in &said {
                assert!(log.about(&said.statement.subject()).contains(said), "{stop:?}: what was heard is there");
            }
            match log.say(&dissent(3)) {
                Ok(Said::Now(_)) => lost += 1,
                Err(LogError::Contradiction { before: 1, now: 0 }) => kept += 1,
                outcome => panic!("{stop:?}: {outcome:?}"),
            }
            // Either way it goes on, and the file is whole.
            log.say(&agreement(4)).expect("it goes on");
            assert_eq!(open(&disk).expect("it is whole").len(), 5);
        }
    }
    assert!(kept > 1 && lost > length / 11, "{kept} kept, {lost} lost");
}

/// The process before was killed between its write and its sync; what the next one reads it may hand out.
#[test]
fn what_is_read_is_synced_before_it_is_heard() {
    let (base, _) = three();
    let disk = FakeDisk::with(&base.bytes());
    disk.0.borrow_mut().durable.truncate(100);
    let log = open(&disk).expect("it is whole");
    assert_eq!((log.len(), disk.0.borrow().durable.clone()), (3, base.bytes()));
    disk.0.borrow_mut().stop = Some(Stop::BeforeSync);
    assert!(matches!(open(&disk), Err(LogError::Io(_))), "a disk that does not sync says nothing");
}

/// A crash while the torn end is mended.
#[test]
fn mending_may_be_cut_short_too() {
    let (base, _) = three();
    let whole = base.bytes();
    // All but the end of the last line; then all but its last two bytes.
    for (cut, entries) in [(1, 3), (2, 2)] {
        let torn = &whole[..whole.len() - cut];
        for stop in [Stop::InWrite(0), Stop::BeforeSync, Stop::AfterSync] {
            let disk = FakeDisk::with(torn);
            disk.0.borrow_mut().stop = Some(stop);
            assert!(open(&disk).is_err());
            disk.0.borrow_mut().stop = None;
            assert_eq!(open(&disk).expect("it is mended").len(), entries, "{cut} {stop:?}");
        }
    }
}

#[test]
fn any_byte_that_is_other_is_noticed_and_any_end_that_is_torn_is_cut() {
    let (base, _) = three();
    let whole = base.bytes();
    let header = whole.iter().position(|byte| *byte == b'\n').expect("a line") + 1;
    for place in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[place] ^= [1, 0x20, 0x80][place % 3];
        let outcome = open(&FakeDisk::with(&bytes)).map(|log| log.len());
        let is_noticed = matches!(outcome, Err(LogError::Damaged { .. } | LogError::Other { .. }));
        assert!(is_noticed, "byte {place}: {outcome:?}");
    }
    for length in (0..whole.len()).step_by(3) {
        let log = open(&FakeDisk::with(&whole[..length])).expect("a torn end is cut off");
        let ends = whole[header.min(length)..length].iter().filter(|byte| **byte == b'\n').count();
        assert!(log.len() == ends || log.len() == ends + 1 && whole[length] == b'\n', "{length}");
    }
}

#[test]
fn lines_that_are_left_out_moved_or_repeated_are_noticed() {
    let (base, _) = three();
    let text = String::from_utf8(base.bytes()).expect("text");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    assert_eq!(lines.len(), 4);
    for order in
        [&[0, 2, 3][..], &[0, 1, 3], &[0, 2, 1, 3], &[0, 1, 1, 2, 3], &[0, 1, 2, 3, 3], &[1, 2, 3], &[0, 0, 1, 2, 3]]
    {
        let bytes: String = order.iter().map(|place| lines[*place]).collect();
        let outcome = open(&FakeDisk::with(bytes.as_bytes())).map(|log| log.len());
        assert!(matches!(outcome, Err(LogError::Damaged { .. } | LogError::Other { .. })), "{order:?}: {outcome:?}");
    }
}

/// A checksum is no proof: lines that somebody wrote with right checksums are judged by what they say.
#[test]
fn lines_that_this_key_would_not_have_written_are_noticed() {
    let forged = |attestations: &[Attestation]| {
        let header = line::header(&DOMAIN, key(1).address());
        let (mut bytes, mut sum) = (line::written(B256::ZERO, &header), line::sum(B256::ZERO, &header));
        for attestation in attestations {
            let body = attestation.to_json().to_string();
            bytes.extend(line::written(sum, body.as_bytes()));
            sum = line::sum(sum, body.as_bytes());
        }
        open(&FakeDisk::with(&bytes)).map(|log| log.len())
    };
    let by = |number: u8, statement: &Statement| key(number).sign(statement, &DOMAIN).expect("it signs");
    assert_eq!(forged(&[by(1, &agreement(0)), by(1, &agreement(1))]).expect("honest"), 2);
    for lines in [
        [by(1, &agreement(0)), by(2, &agreement(1))],
        [by(1, &agreement(0)), by(1, &later(dissent(0)))],
        [by(1, &agreement(0)), by(1, &later(agreement(0)))],
    ] {
        let outcome = forged(&lines);
        assert!(matches!(outcome, Err(LogError::Damaged { line: 3, .. })), "{outcome:?}");
    }
}

#[test]
fn the_log_of_another_key_or_rollup_is_not_opened() {
    let (base, _) = three();
    let other = |number: u8, domain: Domain| Log::open(base.clone(), key(number), domain).map(|log| log.len());
    assert!(matches!(other(2, DOMAIN), Err(LogError::Other { .. })));
    assert!(matches!(other(1, Domain { chain_id: 2, ..DOMAIN }), Err(LogError::Other { .. })));
    assert_eq!(other(1, DOMAIN).expect("its own"), 3);
    // A file that has nothing to do with this is left as it is.
    let disk = FakeDisk::with(b"a list of things to do");
    assert!(matches!(open(&disk), Err(LogError::Other { .. })));
    assert_eq!(disk.bytes(), b"a list of things to do");
}

#[test]
fn a_file_is_locked_and_its_owner_alone_reads_it() {
    let folder = std::env::temp_dir().join(format!("metis-light-log-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("it can be made");
    let path = folder.join("said.log");
    let mut log = Log::open(FileDisk::open(&path).expect("it is made"), key(1), DOMAIN).expect("it is empty");
    let said = log.say(&agreement(0)).expect("it says");
    let second = FileDisk::open(&path).map(drop).map_err(|error| error.kind());
    assert_eq!(second, Err(io::ErrorKind::WouldBlock));
    drop(log);
    let log = Log::open(FileDisk::open(&path).expect("nobody has it"), key(1), DOMAIN).expect("it is whole");
    assert_eq!(log.last(), Some(said.attestation()));
    #[cfg(unix)]
    {
        let mode =
            std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).expect("it is there").permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
    drop(log);
    // A torn end of a real file.
    std::fs::OpenOptions::new()
        .append(true)
        .open(&path)
        .and_then(|mut file| io::Write::write_all(&mut file, b"12ab"))
        .expect("it is written");
    let mut log = Log::open(FileDisk::open(&path).expect("nobody has it"), key(1), DOMAIN).expect("it is mended");
    assert_eq!((log.cut(), log.len()), (4, 1));
    log.say(&agreement(1)).expect("it goes on");
    drop(log);
    let log = Log::open(FileDisk::open(&path).expect("nobody has it"), key(1), DOMAIN).expect("it is whole");
    assert_eq!(log.len(), 2);
    std::fs::remove_dir_all(&folder).expect("it is ours");
}
