//! What the README shows of the terminal is what the command prints: each command is run, over the recording and the files that
//! the text speaks of, and its output compared line by line.

use crate::live::{Recording, Server, scratch};
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn the_terminal_of_the_readme_is_the_commands() {
    let (Some(recording), Some(metis), Some(capella)) =
        (Recording::read(), crate::vectors("metis", "readme"), crate::vectors("lc_real/mainnet_capella", "readme"))
    else {
        return;
    };
    let folder = scratch("readme");
    for (from, name) in [
        (metis.join("withdrawal-andromeda-batch21363.json"), "withdrawal.json"),
        (capella.join("bootstrap.json"), "bootstrap.json"),
        (capella.join("updates.json"), "updates.json"),
        (capella.join("finality.json"), "finality.json"),
    ] {
        std::fs::copy(from, folder.join(name)).expect("a vector can be copied");
    }
    let server = Server::start(&recording.transcript);
    let text = std::fs::read_to_string("README.md").expect("the readme");
    let sessions = sessions(&text);
    for session in &sessions {
        let printed = session.run(&recording, &server, &folder);
        assert!(agrees(&session.shown, &printed), "{}\nprints\n{}", session.command, printed.join("\n"));
    }
    assert_eq!(sessions.len(), 5, "they are not found any more");
}

#[test]
fn what_differs_is_seen() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let printed = lines("a\nb\nc\nd");
    for (shown, expected) in [
        ("a\nb\nc\nd", true),
        ("a\n...\nd", true),
        ("a\n...", true),
        ("a\nb", false),
        ("a\n...\nc", false),
        ("b\n...", false),
    ] {
        assert_eq!(agrees(&lines(shown), &printed), expected, "{shown}");
    }
}

/// In a terminal of its own nothing is shown beside most commands, so what is left to check is that they and their flags exist.
#[test]
fn every_command_that_a_document_names_exists_with_its_flags() {
    let mut seen = std::collections::BTreeMap::new();
    let mut missing = Vec::new();
    for path in crate::docs::documents() {
        let text = std::fs::read_to_string(&path).expect("a document");
        for (command, flags) in commands(&text) {
            let help = seen.entry(command.clone()).or_insert_with(|| help(&command));
            let lacks = |flag: &&String| help.as_ref().is_none_or(|help| !help.contains(flag.as_str()));
            missing.extend(help.is_none().then(|| format!("{}: {command}", path.display())));
            missing.extend(flags.iter().filter(lacks).map(|flag| format!("{}: {command} {flag}", path.display())));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(seen.len() > 20, "they are not found any more: {seen:?}");
}

#[test]
fn commands_are_found_as_they_are_written() {
    let text = "`metis-light bundle balance ADDRESS [--block N]`, and\n$ metis-light verify batch x.json # --json\nmetis-light, `metis-light`";
    let found: Vec<_> = commands(text).collect();
    let flags = |flags: &[&str]| flags.iter().map(|flag| (*flag).to_owned()).collect::<Vec<_>>();
    assert_eq!(found, [("bundle balance".to_owned(), flags(&["--block"])), ("verify batch".to_owned(), flags(&[]))]);
    assert!(help("verify").is_some() && help("verify nothing").is_none());
}

/// Each command with its flags, up to the end of its line, its code or a remark.
fn commands(text: &str) -> impl Iterator<Item = (String, Vec<String>)> {
    text.replace("\\\n", " ")
        .lines()
        .flat_map(|line| line.split("metis-light ").skip(1))
        .filter_map(one)
        .collect::<Vec<_>>()
        .into_iter()
}

fn one(rest: &str) -> Option<(String, Vec<String>)> {
    let code = rest.split(['`', '#', '|']).next()?;
    let is_name =
        |word: &&str| word.chars().all(|char| char.is_ascii_lowercase() || char == '-') && !word.starts_with('-');
    let names: Vec<&str> = code.split_whitespace().take_while(is_name).collect();
    let flag = |word: &str| {
        word.trim_start_matches('[').strip_prefix("--").map(|name| format!("--{}", name.trim_end_matches([']', ','])))
    };
    let flags = code.split_whitespace().filter_map(flag).collect();
    (!names.is_empty() && SUBCOMMANDS.contains(&names[0])).then(|| (names.join(" "), flags))
}

/// Prose goes on behind the name as well; a command begins with one of these.
const SUBCOMMANDS: [&str; 15] = [
    "sync",
    "head",
    "watch",
    "doctor",
    "balance",
    "storage",
    "code",
    "withdrawal",
    "deposit",
    "relay-calldata",
    "bundle",
    "verify",
    "lie",
    "replay",
    "demo",
];

fn help(command: &str) -> Option<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_metis-light"))
        .args(command.split(' '))
        .arg("--help")
        .output()
        .expect("it starts");
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A command, and what the README shows of its output.
struct Session {
    command: String,
    shown: Vec<String>,
}

impl Session {
    fn run(&self, recording: &Recording, server: &Server, folder: &Path) -> Vec<String> {
        let mut words = self.command.split_whitespace();
        assert_eq!(words.next(), Some("metis-light"), "{}", self.command);
        let words: Vec<&str> = words.collect();
        let mut run = Command::new(env!("CARGO_BIN_EXE_metis-light"));
        run.current_dir(folder).args(&words);
        let network = absolute(&recording.folder.join("network.json"));
        let now = recording.now.to_string();
        match words.as_slice() {
            ["verify", "bundle", ..] => run.arg("--network").arg(network).args(["--now", &now]),
            ["verify", ..] => &mut run,
            _ => {
                let urls = server.urls();
                run.args(urls.iter().flat_map(|(flag, url)| [*flag, url.as_str()]));
                run.arg("--network").arg(network).args(["--now", &now, "--checkpoint", &recording.checkpoint])
            }
        };
        let output = run.output().expect("the binary starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {errors}", self.command);
        String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
    }
}

fn absolute(path: &Path) -> PathBuf {
    path.canonicalize().expect("the recording is there")
}

/// The blocks of the terminal. The first command stands in a block of its own, after what is exported for it.
fn sessions(text: &str) -> Vec<Session> {
    let mut found: Vec<Session> = Vec::new();
    for block in text.split("```").skip(1).step_by(2) {
        let (kind, body) = block.split_once('\n').unwrap_or_default();
        let body = body.replace("\\\n", " ");
        if kind == "sh"
            && let Some(command) = body.lines().find(|line| line.starts_with("metis-light "))
        {
            found.push(Session { command: command.to_owned(), shown: Vec::new() });
        }
        if kind == "console" {
            for line in body.lines() {
                match line.strip_prefix("$ ") {
                    Some(command) => found.push(Session { command: command.to_owned(), shown: Vec::new() }),
                    None => found.last_mut().expect("a command before its output").shown.push(line.to_owned()),
                }
            }
        }
    }
    found
}

/// Whether so much was printed; `...` stands for any lines.
fn agrees(shown: &[String], printed: &[String]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((line, rest)) if line == "..." => (0..=printed.len()).any(|skipped| agrees(rest, &printed[skipped..])),
        Some((line, rest)) => {
            printed.split_first().is_some_and(|(first, others)| first == line && agrees(rest, others))
        }
    }
}
