//! Lies over HTTP: the command `lie` between a client and an honest server, and the tables of what comes of each lie.

use crate::live::sources::{Urls, wait};
use crate::live::{Recording, Server, scratch};
use crate::suites::lies;
use core::fmt::Write as _;
use core::time::Duration;
use metis_light::client::{MetisBalanceOf, Source};
use metis_light::error::{Error, Kind};
use metis_light::execution::Proven;
use metis_light::lies::Lie;
use metis_light::primitives::Address;
use metis_light::rollup::{L2StateRoot, MetisBalance};
use metis_light::shell::{At, Blame, Limits};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

const LIMITS: Limits = Limits {
    rounds: 100,
    whole: Duration::from_secs(4),
    answer: Duration::from_millis(2_500),
    hedge: Duration::from_millis(400),
    retries: 1,
    backoff: Duration::from_millis(20),
    longest_wait: Duration::from_millis(100),
};

/// What a process of the client may hold at most: an answer as long as may be, twice while its buffer grows, and itself.
const MEMORY: u64 = 80 << 20;

/// A running proxy; it ends with this.
struct Liar {
    child: Child,
    url: String,
}

impl Liar {
    fn start(lie: &str, upstream: &str) -> Self {
        let mut run = Command::new(env!("CARGO_BIN_EXE_metis-light"));
        run.args(["lie", "--upstream", upstream, "--lie", lie]).stdout(Stdio::piped());
        let mut child = run.spawn().expect("the binary starts");
        let mut url = String::new();
        let out = child.stdout.take().expect("it is piped");
        BufReader::new(out).read_line(&mut url).expect("it says where it listens");
        Self { child, url: url.trim().to_owned() }
    }
}

impl Drop for Liar {
    fn drop(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it has ended");
    }
}

type Balance = Proven<MetisBalance, L2StateRoot>;

/// What a client gave that was lied to by the first source of a kind, and who was blamed.
type Run = (Result<String, Error>, Vec<Blame>);

struct World {
    recording: Recording,
    server: Server,
}

impl World {
    fn read() -> Option<Self> {
        let recording = Recording::read()?;
        let server = Server::start(&recording.transcript);
        Some(Self { recording, server })
    }

    fn honest(&self, kind: Source) -> String {
        self.server.url(&kind.to_string())
    }

    /// An account whose METIS were recorded at the last block.
    fn who(&self) -> Address {
        let balance = &self.recording.expected["balances"][0];
        balance["account"].as_str().and_then(|account| account.parse().ok()).expect("an account")
    }

    /// Everything from the checkpoint to a balance, with these sources of one kind.
    fn ask(&self, kind: Source, sources: &[String]) -> Run {
        let [beacon, l1, l2] = [Source::Beacon, Source::L1, Source::L2].map(|of| match of == kind {
            true => sources.to_vec(),
            false => vec![self.honest(of)],
        });
        let session = self.recording.session(&Urls { beacon: &beacon, l1: &l1, l2: &l2 }).with_limits(LIMITS);
        let asked = wait(async {
            let at = session.state_root(At::Newest).await?;
            session.ask(MetisBalanceOf { at, who: self.who() }).await
        });
        let told = |balance: Balance| format!("{} at {}", balance.value().wei, balance.at().state_root().hash());
        (asked.map(told), session.take_blamed())
    }

    /// What came of a lie, in a word.
    fn tell(&self, lie: &Lie, kind: Source, truth: &str, deserves: &[Kind]) -> String {
        let liar = Liar::start(lie.name, &self.honest(kind));
        let place = format!("{} of {kind}", lie.name);
        let began = Instant::now();
        let (alone, blamed) = self.ask(kind, std::slice::from_ref(&liar.url));
        // Three flows, each with a deadline of its own.
        assert!(began.elapsed() < LIMITS.whole * 3 + Duration::from_secs(2), "{place} took {:?}", began.elapsed());
        assert!(blamed.iter().all(|blame| (blame.kind, blame.source) == (kind, 0)), "{place}: {blamed:?}");
        let word = match &alone {
            Ok(value) => {
                assert_eq!(value, truth, "{place} was taken in");
                "harmless".to_owned()
            }
            Err(error) => {
                assert!(deserves.contains(&error.kind()), "{place} ends with {error}");
                assert!(!blamed.is_empty(), "{place}: nobody is blamed");
                word(error.kind())
            }
        };
        let (beside, blamed) = self.ask(kind, &[liar.url.clone(), self.honest(kind)]);
        assert_eq!(beside.as_deref(), Ok(truth), "{place}, beside an honest source: {blamed:?}");
        assert!(blamed.iter().all(|blame| (blame.kind, blame.source) == (kind, 0)), "{place}: {blamed:?}");
        word
    }
}

fn word(kind: Kind) -> String {
    kind.code().split('_').next().unwrap_or_default().to_lowercase()
}

/// How servers behave, over HTTP: no false answer, in time, and made up for by an honest source.
#[test]
fn manners_are_survived() {
    let Some(world) = World::read() else { return };
    let (truth, blamed) = world.ask(Source::L1, &[world.honest(Source::L1)]);
    let truth = truth.expect("an honest server");
    assert_eq!(blamed, []);
    let mut table = String::from("| manner | beacon | l1 | l2 |\n| --- | --- | --- | --- |\n");
    for lie in Lie::all().filter(|lie| lie.manner().is_some()) {
        let words = [Source::Beacon, Source::L1, Source::L2].map(|kind| world.tell(lie, kind, &truth, lie.deserves));
        writeln!(table, "| `{}` | {} |", lie.name, words.join(" | ")).expect("text grows");
    }
    written("<!-- over http -->", &table);
}

/// The proxy tells what the library does: some lies of each kind, over HTTP.
#[test]
fn content_is_lied_about_over_http_too() {
    let Some(world) = World::read() else { return };
    let truth = world.ask(Source::L1, &[world.honest(Source::L1)]).0.expect("an honest server");
    for (name, kind, expected) in [
        ("two-thirds-minus-one", Source::Beacon, "invalid"),
        ("withheld-logs", Source::L1, "invalid"),
        ("withheld-newest-log", Source::L1, "invalid"),
        ("short-trie", Source::L1, "invalid"),
        ("wrong-leaf", Source::L2, "invalid"),
        ("nonce-contradicts-proof", Source::L2, "invalid"),
        ("replies-exchanged", Source::L1, "invalid"),
        ("deep-nesting", Source::Beacon, "malformed"),
        ("broken-json", Source::L2, "unavailable"),
    ] {
        let lie = Lie::named(name).expect("it is listed");
        // What is broken in one answer breaks the envelope of all.
        let deserves = [Kind::Invalid, Kind::Malformed, Kind::Unavailable];
        assert_eq!(world.tell(lie, kind, &truth, &deserves), expected, "{name}");
    }
}

/// A body without an end must not fill the memory of whoever reads it.
#[test]
#[cfg(target_os = "linux")]
fn memory_is_bounded() {
    let Some(world) = World::read() else { return };
    for name in ["oversized", "endless", "gzip-bomb", "deep-nesting", "long-hex"] {
        for kind in [Source::Beacon, Source::L1] {
            let liar = Liar::start(name, &world.honest(kind));
            let most = world.memory(kind, &liar.url, name);
            println!("{name} of {kind}: {} KiB at most", most >> 10);
            assert!(most < MEMORY, "{name} of {kind}: {most} bytes");
        }
    }
}

impl World {
    /// The most memory that the command `head` holds over a liar, in bytes.
    fn memory(&self, kind: Source, liar: &str, name: &str) -> u64 {
        let network = self.recording.folder.join("network.json");
        let store = scratch(&format!("lies-{name}-{kind}")).join("store");
        let mut run = Command::new(env!("CARGO_BIN_EXE_metis-light"));
        run.arg("head").arg("--network").arg(network).arg("--store").arg(store);
        run.args(["--now", &self.recording.now.to_string(), "--checkpoint", &self.recording.checkpoint]);
        for (flag, of) in [("--beacon", Source::Beacon), ("--l1", Source::L1), ("--l2", Source::L2)] {
            run.args([flag, &if of == kind { liar.to_owned() } else { self.honest(of) }]);
        }
        let mut child = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts");
        let status = format!("/proc/{}/status", child.id());
        let mut most = 0;
        while child.try_wait().expect("it can be waited for").is_none() {
            // The high-water mark, which never falls; it is gone when the process is.
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let peak =
                text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
            most = most.max(peak.unwrap_or(0_u64) << 10);
            std::thread::sleep(Duration::from_millis(2));
        }
        assert!(most > 0, "it was never seen");
        most
    }
}

#[test]
fn lies_are_listed_and_unknown_ones_are_misuse() {
    let run = |args: &[&str]| {
        let mut run = Command::new(env!("CARGO_BIN_EXE_metis-light"));
        run.arg("lie").args(args).output().expect("the binary starts")
    };
    let listed = run(&["--list"]);
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert_eq!((listed.status.code(), text.lines().count()), (Some(0), Lie::all().count()));
    for lie in Lie::all() {
        assert!(text.contains(lie.says), "{}", lie.name);
        assert_eq!(Lie::all().filter(|other| other.name == lie.name).count(), 1, "{} is told once", lie.name);
    }
    let json: serde_json::Value = serde_json::from_slice(&run(&["--list", "--json"]).stdout).expect("json");
    assert_eq!(json["lies"].as_array().map(Vec::len), Some(Lie::all().count()));
    for args in [
        &["--lie", "the-truth", "--upstream", "http://127.0.0.1:1"][..],
        &["--lie", "slow", "--upstream", "nowhere"],
        &["--lie", "slow"],
    ] {
        assert_eq!(run(args).status.code(), Some(2), "{args:?}");
    }
}

/// Writes the table of lies anew, where the environment asks for it; the suite compares it.
#[test]
fn the_table_of_lies_is_written_where_it_is_asked_for() {
    if std::env::var_os(WRITE).is_some() {
        let suite = crate::suites::all().into_iter().find(|suite| suite.name == "lies").expect("it is listed");
        let files = crate::read(&suite).expect("the vectors are there");
        written("<!-- what was found -->", &lies::table(&files).0);
    }
}

/// Compares a table with the one behind a mark, or writes it there, where the environment asks for it.
fn written(mark: &str, table: &str) {
    static LOCK: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let lock = LOCK.lock().expect("nobody panics in here");
    let text = std::fs::read_to_string(PATH).expect("it is there");
    let (before, after) = text.split_once(&format!("{mark}\n\n")).expect("the mark is in it");
    let is_row = |line: &&str| line.starts_with('|');
    let rows: String = after.lines().take_while(is_row).map(|line| format!("{line}\n")).collect();
    let is_same = rows == table;
    if std::env::var_os(WRITE).is_some() {
        let after = after.strip_prefix(&rows).expect("it begins so");
        std::fs::write(PATH, format!("{before}{mark}\n\n{table}{after}")).expect("it can be written");
        return;
    }
    drop(lock);
    assert!(is_same, "{PATH} is not what was found: write it anew with {WRITE}=1\n{table}");
}

const PATH: &str = "docs/lies.md";
const WRITE: &str = "METIS_LIGHT_WRITE_LIES";
