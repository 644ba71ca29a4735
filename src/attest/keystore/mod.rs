//! A key in an encrypted file: Web3 Secret Storage, version 3.
//!
//! A password is stretched to 32 bytes, by scrypt or PBKDF2. The first half encrypts the key, AES-128 in counter mode; the
//! second half and the ciphertext are hashed to a code by which a wrong password is told. scrypt is written, both are read.
//!
//! What can go wrong: a file names its own cost, so one of a stranger could take all of the memory or run for a year. What it
//! asks for is compared with `MAX_MEMORY` and `MAX_WORK` before anything is computed.
//!
//! Source: Ethereum's wiki, "Web3 Secret Storage Definition"; its vectors and those of go-ethereum are in the tests.

mod file;
mod narrow;
mod stretch;

use super::{Key, KeyError};
use crate::primitives::{Address, B256, keccak256};
use aes::Aes128;
use ctr::cipher::{KeyIvInit, StreamCipher};
use file::File;
pub use stretch::Scrypt;
use stretch::Stretch;
use zeroize::Zeroizing;

/// The most memory that a file may ask for, in bytes: twice that of go-ethereum's own files.
const MAX_MEMORY: u64 = 512 << 20;

/// The most work that a file may ask for: blocks mixed by scrypt, or rounds of PBKDF2. go-ethereum's files take 2^21.
const MAX_WORK: u64 = 1 << 24;

/// The longest file that is read, in bytes. Honest ones have some 500.
const MAX_FILE: usize = 1 << 16;

/// A key that only a password opens.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Keystore {
    id: String,
    address: Option<Address>,
    iv: [u8; 16],
    ciphertext: Vec<u8>,
    stretch: Stretch,
    mac: B256,
}

/// A way in which a file gives no key.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum KeystoreError {
    /// The file names another address than the key in it has.
    #[error("the file names {got}, the key in it has the address {expected}")]
    Address {
        /// What the file names.
        got: Address,
        /// The key's.
        expected: Address,
    },
    /// It asks for more memory or work than a key is worth.
    #[error("{what} of the file's key derivation is {got}, at most {limit} is done")]
    Cost {
        /// What there is too much of.
        what: &'static str,
        /// How much of it is asked for.
        got: u64,
        /// The limit.
        limit: u64,
    },
    /// It is not such a file.
    #[error("it is no key file of Web3 Secret Storage: {rule}")]
    Form {
        /// What is wrong.
        rule: String,
    },
    /// What was in the file is no key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The password is wrong, or the file was changed; the code does not tell which.
    #[error("the password is wrong, or the file is damaged")]
    Password,
}

impl Keystore {
    /// Locks a key with a password. `random` is fresh: nothing else may be sealed with the same bytes.
    ///
    /// # Errors
    /// [`KeystoreError::Key`] where the secret is none, [`KeystoreError::Cost`] where `cost` is beyond the limits.
    pub fn seal(secret: &[u8; 32], password: &[u8], cost: Scrypt, random: &[u8; 64]) -> Result<Self, KeystoreError> {
        let (salt, rest) = random.split_first_chunk::<32>().unwrap_or((&[0; 32], &[]));
        let (iv, id) = rest.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
        let address = Key::new(secret)?.address();
        let stretch = Stretch::Scrypt { cost, salt: salt.to_vec() };
        let derived = stretch.derive(password);
        let mut ciphertext = secret.to_vec();
        crypt(&derived, iv, &mut ciphertext);
        let mac = code(&derived, &ciphertext);
        Ok(Self { id: uuid(id), address: Some(address), iv: *iv, ciphertext, stretch, mac })
    }

    /// Reads a file. Nothing is computed from it yet.
    ///
    /// # Errors
    /// [`KeystoreError::Form`], [`KeystoreError::Cost`].
    pub fn parse(bytes: &[u8]) -> Result<Self, KeystoreError> {
        File::parse(bytes)?.into_keystore()
    }

    /// The address that the file names; files of others may name none. It is compared with the key's when the file is opened.
    pub const fn address(&self) -> Option<Address> {
        self.address
    }

    /// Opens it. This takes as long and as much memory as the file asks for within the limits: a second and 256 MiB for what
    /// [`Scrypt::STANDARD`] wrote.
    ///
    /// # Errors
    /// [`KeystoreError::Password`], [`KeystoreError::Address`], [`KeystoreError::Key`].
    pub fn open(&self, password: &[u8]) -> Result<Key, KeystoreError> {
        let derived = self.stretch.derive(password);
        if code(&derived, &self.ciphertext) != self.mac {
            return Err(KeystoreError::Password);
        }
        let mut plain = Zeroizing::new(self.ciphertext.clone());
        crypt(&derived, &self.iv, &mut plain);
        let secret = widened(&plain)?;
        let key = Key::new(&secret)?;
        match self.address {
            Some(got) if got != key.address() => Err(KeystoreError::Address { got, expected: key.address() }),
            _ => Ok(key),
        }
    }

    /// The text of the file.
    pub fn to_json(&self) -> String {
        File::from(self).to_json()
    }
}

/// What the password gives: 16 bytes that encrypt, 16 for the code.
type Derived = Zeroizing<[u8; 32]>;

/// Encrypts or decrypts: in counter mode they are the same.
fn crypt(derived: &Derived, iv: &[u8; 16], bytes: &mut [u8]) {
    let [key, _] = halves(derived);
    ctr::Ctr128BE::<Aes128>::new(&key.into(), iv.into()).apply_keystream(bytes);
}

/// By which a wrong password is told.
fn code(derived: &Derived, ciphertext: &[u8]) -> B256 {
    let [_, key] = halves(derived);
    keccak256([&key[..], ciphertext].concat())
}

fn halves(derived: &Derived) -> [[u8; 16]; 2] {
    let (halves, _) = derived.as_chunks::<16>();
    <[[u8; 16]; 2]>::try_from(halves).unwrap_or_default()
}

/// Files of old left out the zeros in front.
fn widened(plain: &[u8]) -> Result<Zeroizing<[u8; 32]>, KeystoreError> {
    let mut secret = Zeroizing::new([0; 32]);
    let zeros = secret.len().checked_sub(plain.len()).ok_or(KeyError::NoKey)?;
    for (place, byte) in secret.iter_mut().skip(zeros).zip(plain) {
        *place = *byte;
    }
    Ok(secret)
}

/// A random UUID, of version 4, from 16 random bytes.
fn uuid(random: &[u8]) -> String {
    let mut bytes = <[u8; 16]>::try_from(random).unwrap_or_default();
    let [.., version, _, variant, _, _, _, _, _, _, _] = &mut bytes;
    *version = *version & 0x0f | 0x40;
    *variant = *variant & 0x3f | 0x80;
    let hex = alloy_primitives::hex::encode(bytes);
    let part = |range| hex.get(range).unwrap_or_default();
    [part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-")
}

#[cfg(test)]
mod tests;
