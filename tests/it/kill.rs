//! The command killed while it writes its store, again and again: the store is the old one or the new one as a whole, and the
//! next run goes on from it.
//!
//! Sources play a recording at an earlier and at a later phase, so the two stores differ. Half of the kills come at a random
//! moment, half as soon as the unfinished file is seen; in some, two runs write the same store. `METIS_LIGHT_KILLS` says how
//! many, `METIS_LIGHT_SEED` when.

use crate::live::{Recording, Server, held, report, scratch};
use core::time::Duration;
use metis_light::primitives::UnixTime;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Instant, SystemTime};

/// The longest that a run goes on until it is killed: several looks.
const LONGEST: u64 = 500;

/// The two stores, and the sources of the later one.
struct World {
    recording: Recording,
    server: Server,
    old: Vec<u8>,
    new: Vec<u8>,
}

impl World {
    fn read(directory: &Path) -> Option<Self> {
        let recording = Recording::read()?;
        let phases = recording.expected["phases"].as_array().expect("phases");
        let earlier = phases.iter().find(|phase| phase["name"] == "in-window").expect("an earlier phase");
        let then = earlier["suggestedWallClock"].as_u64().expect("a time");
        let before = Server::start(&recording.transcript.at("in-window", UnixTime(then)));
        let server = Server::start(&recording.transcript);
        let path = directory.join("first.store");
        let store = ["--store", path.to_str().expect("text")];
        let earlier = Recording { now: then, ..Recording::read()? };
        held(&earlier.ask(&["sync"], &before, &store));
        let old = std::fs::read(&path).expect("it was saved");
        held(&recording.ask(&["sync"], &server, &store));
        let new = std::fs::read(&path).expect("it was saved");
        assert_ne!(old, new, "the later one has a newer head");
        Some(Self { recording, server, old, new })
    }

    /// Looks without a pause, each of which writes the store.
    fn watch(&self, store: &Path) -> Child {
        let network = self.recording.folder.join("network.json");
        let mut run = Command::new(env!("CARGO_BIN_EXE_metis-light"));
        run.args(["watch", "--every", "0", "--now", &self.recording.now.to_string()]);
        run.arg("--network").arg(network).arg("--store").arg(store);
        for (flag, url) in self.server.urls() {
            run.args([flag, &url]);
        }
        run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts")
    }

    /// Which of the two stores a file is; none where it is neither.
    fn which(&self, bytes: &[u8]) -> Option<&'static str> {
        [("old", &self.old), ("new", &self.new)].into_iter().find(|(_, whole)| *whole == bytes).map(|(name, _)| name)
    }

    /// A run from the store alone, without a checkpoint; what it says of the store.
    fn goes_on(&self, store: &Path) -> String {
        let urls = self.server.urls();
        let mut args: Vec<&str> = urls.iter().flat_map(|(flag, url)| [*flag, url.as_str()]).collect();
        args.extend(["--store", store.to_str().expect("text")]);
        let output = self.recording.run(&["sync"], &args);
        let notes = report(&output)["notes"].to_string();
        assert_eq!(output.status.code().is_some_and(|code| code == 0), !notes.contains("set aside"), "{notes}");
        notes
    }
}

#[test]
#[cfg(unix)]
fn a_store_survives_kills() {
    let directory = scratch("kill");
    let Some(world) = World::read(&directory) else { return };
    let kills = number("METIS_LIGHT_KILLS").unwrap_or(30);
    let seed = number("METIS_LIGHT_SEED").unwrap_or_else(nanoseconds);
    println!("seed {seed}, {kills} kills");
    let path = directory.join("killed.store");
    let (mut old, mut new, mut within) = (0, 0, 0);
    for kill in 0..kills {
        std::fs::write(&path, &world.old).expect("it can be written");
        // Once in a while two write the same store.
        let runs = if kill % 3 == 0 { 2 } else { 1 };
        let mut children: Vec<Child> = (0..runs).map(|_| world.watch(&path)).collect();
        let after = Duration::from_millis(spread(seed.wrapping_add(kill)) % LONGEST);
        if kill % 2 == 0 {
            std::thread::sleep(after)
        } else {
            until_unfinished(&directory)
        }
        for child in &mut children {
            child.kill().expect("it still runs");
            child.wait().expect("it has ended");
        }
        match world.which(&std::fs::read(&path).expect("it is there")) {
            Some("old") => old += 1,
            Some(_) => new += 1,
            None => panic!("kill {kill} of seed {seed}: the store is neither the old nor the new one"),
        }
        within += u64::from(unfinished(&directory));
        if kill % 4 == 1 {
            world.goes_on(&path);
        }
        clear(&directory);
    }
    println!("{old} times the old one, {new} times the new one; {within} kills came within a write");
    assert!(old > 0 && new > 0, "{old} times the old one, {new} times the new one");
}

/// A store that was cut would be seen: by the test, and by the command.
#[test]
fn a_cut_store_is_noticed() {
    let directory = scratch("cut");
    let Some(world) = World::read(&directory) else { return };
    let path = directory.join("cut.store");
    let cut = &world.new[..world.new.len() / 2];
    assert_eq!(world.which(cut), None);
    std::fs::write(&path, cut).expect("it can be written");
    assert!(world.goes_on(&path).contains("set aside"));
    std::fs::write(&path, &world.new).expect("it can be written");
    assert!(!world.goes_on(&path).contains("set aside"));
}

fn is_unfinished(name: &std::ffi::OsStr) -> bool {
    name.to_string_lossy().ends_with(".partial")
}

fn unfinished(directory: &Path) -> bool {
    let mut entries = std::fs::read_dir(directory).expect("it is there");
    entries.any(|entry| entry.is_ok_and(|entry| is_unfinished(&entry.file_name())))
}

/// Waits for a write to begin. It may be over before this is noticed, and it must come.
fn until_unfinished(directory: &Path) {
    let began = Instant::now();
    while !unfinished(directory) {
        assert!(began.elapsed() < Duration::from_secs(60), "nothing is ever written");
    }
}

fn clear(directory: &Path) {
    for entry in std::fs::read_dir(directory).expect("it is there").flatten() {
        if is_unfinished(&entry.file_name()) {
            std::fs::remove_file(entry.path()).expect("nobody else has it");
        }
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn nanoseconds() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| u64::from(time.subsec_nanos()))
}

/// A number that is spread well: splitmix64.
fn spread(number: u64) -> u64 {
    let z = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z ^ (z >> 31)
}
