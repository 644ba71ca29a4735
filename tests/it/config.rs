//! The configuration file, as the user of the command line meets it. No source answers here: the errors tell what was tried.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

const CHECKPOINT: &str = "0x8285621102cbfa496f544e7909278b0d557cc308642a573af83ecfa9e8786cca";

/// A folder of its own for a test, gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("metis-light-config-{test}-{}", std::process::id()));
        fs::create_dir_all(path.join("metis-light")).expect("a folder");
        Self(path)
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).expect("the folder can be written");
        path.display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The exit code and all that was said.
fn sync(folder: &Folder, args: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_metis-light"));
    command.env("XDG_CONFIG_HOME", &folder.0).env_remove("METIS_LIGHT_CONFIG");
    let output = command.args(["sync", "--now", "1750001019"]).args(args).output().expect("the binary runs");
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).expect("output is text"))
}

/// Port 1 answers nobody.
fn config(extra: &str) -> String {
    format!("checkpoint = '{CHECKPOINT}'\nbeacon = 'http://127.0.0.1:1'\nl1 = ['http://127.0.0.1:1']\n{extra}")
}

#[test]
fn the_file_in_the_users_folder_fills_what_flags_leave_open() {
    let folder = Folder::new("fills");
    let (code, said) = sync(&folder, &[]);
    assert!(code == Some(2) && said.contains("a checkpoint is needed"), "{said}");
    folder.write("metis-light/config.toml", &config(""));
    let (code, said) = sync(&folder, &[]);
    assert!(code == Some(2) && said.contains("http://127.0.0.1:1"), "{said}");
    let (_, said) = sync(&folder, &["--beacon", "http://localhost:1"]);
    assert!(said.contains("http://localhost:1") && !said.contains("127.0.0.1"), "a flag goes first: {said}");
}

#[test]
fn a_network_file_is_seen_from_the_files_folder() {
    let folder = Folder::new("network");
    let path = folder.write("some.toml", &config("network = 'net.json'"));
    let (code, said) = sync(&folder, &["--config", &path]);
    assert!(code == Some(2) && said.contains(&folder.0.join("net.json").display().to_string()), "{said}");
    let (_, said) = sync(&folder, &["--config", &path, "--network", "andromeda"]);
    assert!(!said.contains("net.json"), "{said}");
}

#[test]
fn a_file_that_is_wrong_or_missing_is_said_so() {
    let folder = Folder::new("wrong");
    for (text, told) in [("beaconn = 'x'", "unknown field"), ("l1 = 7", "l1"), ("checkpoint = '0x12'", "checkpoint")] {
        let path = folder.write("wrong.toml", text);
        let (code, said) = sync(&folder, &["--config", &path]);
        assert!(code == Some(2) && said.contains(told) && said.contains("wrong.toml"), "{said}");
    }
    let (code, said) = sync(&folder, &["--config", "no-such-file.toml"]);
    assert!(code == Some(2) && said.contains("no-such-file.toml"), "{said}");
}
