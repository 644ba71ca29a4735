//! Keys in files that a password opens. The secret is never printed, and neither it nor the password is an argument: those of
//! a process are seen by everybody on the machine.

use crate::args::{KeyArgs, PasswordArgs};
use crate::input;
use crate::outcome::Outcome;
use metis_light::attest::{Key, Keystore, Scrypt};
use serde_json::json;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use zeroize::Zeroizing;

/// Where the password is, if no file is named.
const PASSWORD: &str = "METIS_LIGHT_PASSWORD";

/// The longest password, in bytes.
const MAX_PASSWORD: u64 = 4096;

/// The longest file with a bare key: 64 digits, and room around them.
const MAX_SECRET: u64 = 128;

pub(crate) fn run(asked: &KeyArgs) -> Outcome {
    let outcome = Outcome::new("key", &[]);
    let done = match asked {
        KeyArgs::New { file, light, password } => make(file, cost(*light), password),
        KeyArgs::Import { file, secret, light, password } => import(file, secret, cost(*light), password),
        KeyArgs::Show { file } => show(file),
    };
    match done {
        Ok((title, address, file)) => {
            let mut outcome = outcome;
            let facts = json!({ "address": address, "file": file });
            outcome.holds(title.to_owned(), vec![("address", address), ("file", file)], &facts);
            outcome
        }
        Err((place, message)) => outcome.misuse(place, message),
    }
}

/// What was done, whose key it is, and where; or where it failed, and why.
type Done = Result<(&'static str, String, String), (String, String)>;

fn make(file: &Path, cost: Scrypt, password: &PasswordArgs) -> Done {
    let mut secret = Zeroizing::new([0; 32]);
    loop {
        getrandom::getrandom(&mut *secret).map_err(|error| ("randomness".to_owned(), error.to_string()))?;
        // All but one in 2^127 are keys.
        if Key::new(&secret).is_ok() {
            return seal("a new key", &secret, file, cost, password);
        }
    }
}

fn import(file: &Path, from: &Path, cost: Scrypt, password: &PasswordArgs) -> Done {
    let at = |message: String| (from.display().to_string(), message);
    let text = bounded(from, MAX_SECRET).map_err(|error| at(error.to_string()))?;
    let text = core::str::from_utf8(&text).map_err(|error| at(error.to_string()))?.trim();
    let mut secret = Zeroizing::new([0; 32]);
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let read = alloy_primitives::hex::decode_to_slice(digits, &mut *secret);
    read.map_err(|_| at("a key is 64 hex digits".to_owned()))?;
    seal("the key", &secret, file, cost, password)
}

fn seal(title: &'static str, secret: &[u8; 32], file: &Path, cost: Scrypt, password: &PasswordArgs) -> Done {
    let at = |message: String| (file.display().to_string(), message);
    let password = read_password(password)?;
    let mut random = Zeroizing::new([0; 64]);
    getrandom::getrandom(&mut *random).map_err(|error| ("randomness".to_owned(), error.to_string()))?;
    let keystore = Keystore::seal(secret, &password, cost, &random).map_err(|error| at(error.to_string()))?;
    write(file, &keystore.to_json()).map_err(|error| at(error.to_string()))?;
    Ok((title, keystore.address().unwrap_or_default().to_string(), file.display().to_string()))
}

/// The address alone needs no password; that the file says the truth of it is checked where it is opened.
fn show(file: &Path) -> Done {
    let at = |message: String| (file.display().to_string(), message);
    let address = read(file).map_err(at)?.address();
    let address = address.ok_or_else(|| at("the file names no address; attest tells it".to_owned()))?;
    Ok(("the file's word", address.to_string(), file.display().to_string()))
}

/// Opens a key file.
pub(crate) fn open(file: &Path, password: &PasswordArgs) -> Result<Key, (String, String)> {
    let at = |message: String| (file.display().to_string(), message);
    let keystore = read(file).map_err(at)?;
    keystore.open(&read_password(password)?).map_err(|error| at(error.to_string()))
}

fn read(file: &Path) -> Result<Keystore, String> {
    let bytes = input::read(file).map_err(|error| error.to_string())?;
    Keystore::parse(&bytes).map_err(|error| error.to_string())
}

/// Writes a file that its owner alone reads, and none in the place of another: that could be the only copy of a key.
fn write(file: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(file)?;
    out.write_all(text.as_bytes())?;
    out.write_all(b"\n")?;
    out.sync_all()
}

fn read_password(args: &PasswordArgs) -> Result<Zeroizing<Vec<u8>>, (String, String)> {
    let (place, password) = match &args.password_file {
        Some(file) => {
            let at = |error: io::Error| (file.display().to_string(), error.to_string());
            (file.display().to_string(), first_line(bounded(file, MAX_PASSWORD).map_err(at)?))
        }
        None => {
            let none = || ("--password-file".to_owned(), format!("name a file with the password, or set {PASSWORD}"));
            let password = std::env::var(PASSWORD).map_err(|_| none())?;
            (PASSWORD.to_owned(), Zeroizing::new(password.into_bytes()))
        }
    };
    if password.is_empty() { Err((place, "the password is empty".to_owned())) } else { Ok(password) }
}

/// Without the end of the line that editors leave.
fn first_line(mut bytes: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
    }
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    bytes
}

fn bounded(path: &Path, limit: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    let mut source: Box<dyn Read> = match path == Path::new("-") {
        true => Box::new(io::stdin().lock()),
        false => Box::new(File::open(path)?),
    };
    source.by_ref().take(limit).read_to_end(&mut bytes)?;
    match source.read(&mut [0])? {
        0 => Ok(bytes),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, format!("it is longer than {limit} bytes"))),
    }
}

const fn cost(is_light: bool) -> Scrypt {
    if is_light { Scrypt::LIGHT } else { Scrypt::STANDARD }
}
