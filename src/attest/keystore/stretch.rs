use super::{Derived, KeystoreError, MAX_MEMORY, MAX_WORK, narrow};
use pbkdf2::pbkdf2_hmac;
use sha2::Sha256;
use zeroize::Zeroizing;

/// How a password becomes 32 bytes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Stretch {
    /// HMAC with SHA-256, so many rounds.
    Pbkdf2 { rounds: u32, salt: Vec<u8> },
    /// Needs memory too.
    Scrypt { cost: Scrypt, salt: Vec<u8> },
}

/// What scrypt costs: `128 · n · r` bytes of memory, filled and read `p` times. Every one that there is is within the limits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Scrypt {
    log_n: u8,
    r: u32,
    p: u32,
}

impl Scrypt {
    /// What go-ethereum writes: 256 MiB, about a second.
    pub const STANDARD: Self = Self { log_n: 18, r: 8, p: 1 };

    /// What go-ethereum writes on request: 4 MiB. For tests, and for keys that guard nothing.
    pub const LIGHT: Self = Self { log_n: 12, r: 8, p: 6 };

    /// Takes a file's parameters.
    ///
    /// # Errors
    /// [`KeystoreError::Form`] where `n` is no power of two above 1 or another number is zero, [`KeystoreError::Cost`] beyond
    /// 512 MiB, or 2^24 blocks.
    pub fn new(n: u64, r: u32, p: u32) -> Result<Self, KeystoreError> {
        if !n.is_power_of_two() || n < 2 || r == 0 || p == 0 {
            let rule = "n must be a power of two above 1, r and p above 0".to_owned();
            return Err(KeystoreError::Form { rule });
        }
        let memory = n.saturating_mul(r.into()).saturating_mul(128);
        let work = n.saturating_mul(r.into()).saturating_mul(p.into());
        check_cost("memory", memory, MAX_MEMORY)?;
        check_cost("work", work, MAX_WORK)?;
        // It was a power of two: below 64.
        Ok(Self { log_n: u8::try_from(n.trailing_zeros()).unwrap_or_default(), r, p })
    }

    pub(super) const fn parts(self) -> (u64, u32, u32) {
        (1 << self.log_n, self.r, self.p)
    }
}

impl Stretch {
    /// PBKDF2 with so many rounds.
    pub(super) fn pbkdf2(rounds: u64, salt: Vec<u8>) -> Result<Self, KeystoreError> {
        check_cost("work", rounds, MAX_WORK)?;
        match u32::try_from(rounds) {
            Ok(rounds) if rounds > 0 => Ok(Self::Pbkdf2 { rounds, salt }),
            _ => Err(KeystoreError::Form { rule: "c must be above 0".to_owned() }),
        }
    }

    pub(super) fn derive(&self, password: &[u8]) -> Derived {
        let mut derived = Zeroizing::new([0; 32]);
        match self {
            Self::Pbkdf2 { rounds, salt } => pbkdf2_hmac::<Sha256>(password, salt, *rounds, &mut *derived),
            Self::Scrypt { cost, salt } => {
                let params = scrypt::Params::new(cost.log_n, cost.r, cost.p, derived.len());
                let mut by_crate = |params| scrypt::scrypt(password, salt, &params, &mut *derived);
                if !params.is_ok_and(|params| by_crate(params).is_ok()) {
                    narrow::scrypt(password, salt, cost.parts(), &mut *derived);
                }
            }
        }
        derived
    }
}

const fn check_cost(what: &'static str, got: u64, limit: u64) -> Result<(), KeystoreError> {
    if got > limit {
        return Err(KeystoreError::Cost { what, got, limit });
    }
    Ok(())
}
