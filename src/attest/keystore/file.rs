//! The JSON of a key file, as other programs write it: hex with or without `0x`, members in any order.

use super::stretch::{Scrypt, Stretch};
use super::{Keystore, KeystoreError, MAX_FILE};
use crate::primitives::B256;
use alloy_primitives::hex;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Deserialize, Serialize)]
pub(super) struct File {
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(alias = "Crypto")]
    crypto: Crypto,
    #[serde(default)]
    id: String,
    version: u64,
}

#[derive(Deserialize, Serialize)]
struct Crypto {
    cipher: String,
    ciphertext: String,
    cipherparams: CipherParams,
    kdf: String,
    kdfparams: Value,
    mac: String,
}

#[derive(Deserialize, Serialize)]
struct CipherParams {
    iv: String,
}

#[derive(Deserialize)]
struct ScryptParams {
    dklen: u64,
    n: u64,
    p: u32,
    r: u32,
    salt: String,
}

#[derive(Deserialize)]
struct Pbkdf2Params {
    c: u64,
    dklen: u64,
    prf: String,
    salt: String,
}

/// How many bytes a password is stretched to. The second half of the first 32 makes the code, so fewer do not do, and more
/// are of no use.
const DERIVED: u64 = 32;

impl File {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, KeystoreError> {
        if bytes.len() > MAX_FILE {
            return Err(form(format!("it has {} bytes, at most {MAX_FILE} are read", bytes.len())));
        }
        serde_json::from_slice(bytes).map_err(|error| form(error.to_string()))
    }

    pub(super) fn into_keystore(self) -> Result<Keystore, KeystoreError> {
        let crypto = self.crypto;
        if self.version != 3 {
            return Err(form(format!("its version is {}, 3 is read", self.version)));
        }
        if crypto.cipher != "aes-128-ctr" {
            return Err(form(format!("its cipher is {:.40}, aes-128-ctr is read", crypto.cipher)));
        }
        let ciphertext = bytes("ciphertext", &crypto.ciphertext)?;
        if ciphertext.is_empty() || ciphertext.len() > 32 {
            return Err(form("the ciphertext must have 1 to 32 bytes".to_owned()));
        }
        Ok(Keystore {
            id: self.id,
            address: self.address.map(|text| fixed::<20>("address", &text).map(Into::into)).transpose()?,
            iv: fixed("iv", &crypto.cipherparams.iv)?,
            ciphertext,
            stretch: stretch(&crypto.kdf, crypto.kdfparams)?,
            mac: B256::new(fixed("mac", &crypto.mac)?),
        })
    }

    pub(super) fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

impl From<&Keystore> for File {
    fn from(keystore: &Keystore) -> Self {
        let (kdf, kdfparams) = match &keystore.stretch {
            Stretch::Pbkdf2 { rounds, salt } => {
                let salt = hex::encode(salt);
                ("pbkdf2", json!({ "c": rounds, "dklen": DERIVED, "prf": PRF, "salt": salt }))
            }
            Stretch::Scrypt { cost, salt } => {
                let (n, r, p) = cost.parts();
                ("scrypt", json!({ "dklen": DERIVED, "n": n, "p": p, "r": r, "salt": hex::encode(salt) }))
            }
        };
        Self {
            address: keystore.address.map(hex::encode),
            crypto: Crypto {
                cipher: "aes-128-ctr".to_owned(),
                ciphertext: hex::encode(&keystore.ciphertext),
                cipherparams: CipherParams { iv: hex::encode(keystore.iv) },
                kdf: kdf.to_owned(),
                kdfparams,
                mac: hex::encode(keystore.mac),
            },
            id: keystore.id.clone(),
            version: 3,
        }
    }
}

const PRF: &str = "hmac-sha256";

fn stretch(kdf: &str, params: Value) -> Result<Stretch, KeystoreError> {
    let wrong = |error: serde_json::Error| form(format!("kdfparams: {error}"));
    match kdf {
        "scrypt" => {
            let ScryptParams { dklen, n, p, r, salt } = serde_json::from_value(params).map_err(wrong)?;
            check_length(dklen)?;
            Ok(Stretch::Scrypt { cost: Scrypt::new(n, r, p)?, salt: bytes("salt", &salt)? })
        }
        "pbkdf2" => {
            let Pbkdf2Params { c, dklen, prf, salt } = serde_json::from_value(params).map_err(wrong)?;
            check_length(dklen)?;
            if prf != PRF {
                return Err(form(format!("its prf is {prf:.40}, {PRF} is read")));
            }
            Stretch::pbkdf2(c, bytes("salt", &salt)?)
        }
        _ => Err(form(format!("its kdf is {kdf:.40}, scrypt and pbkdf2 are read"))),
    }
}

fn check_length(dklen: u64) -> Result<(), KeystoreError> {
    if dklen != DERIVED {
        return Err(form(format!("its dklen is {dklen}, {DERIVED} is read")));
    }
    Ok(())
}

fn bytes(name: &str, text: &str) -> Result<Vec<u8>, KeystoreError> {
    hex::decode(text).map_err(|error| form(format!("{name}: {error}")))
}

fn fixed<const N: usize>(name: &str, text: &str) -> Result<[u8; N], KeystoreError> {
    let wrong = |bytes: Vec<u8>| form(format!("{name} has {} bytes, not {N}", bytes.len()));
    bytes(name, text)?.try_into().map_err(wrong)
}

const fn form(rule: String) -> KeystoreError {
    KeystoreError::Form { rule }
}
