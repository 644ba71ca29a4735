//! What the network pins, what the user has accepted instead, and what of it was used.

use crate::primitives::{Address, B256};

/// A value on L1 or L2 that must be as pinned.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Change {
    /// The address behind the name `ChainStorageContainer-SCC-batches`.
    BatchesContainer,
    /// The container's back-pointer to the address manager, its slot 0.
    BatchesContainerManager,
    /// The address behind the name `CanonicalTransactionChain`.
    CanonicalTransactionChain,
    /// The CTC's back-pointer to the address manager, its slot 0.
    CanonicalTransactionChainManager,
    /// The address behind the name `DisputeGameFactory`.
    DisputeGameFactory,
    /// The code behind the factory's proxy, its EIP-1967 slot.
    DisputeGameFactoryImplementation,
    /// The code behind the `LockingPool`'s proxy, its EIP-1967 slot.
    LockingPoolImplementation,
    /// The messenger's back-pointer to the address manager, slot 0 of its proxy, low 20 bytes.
    MessengerLibraryManager,
    /// The code behind the L1 messenger's proxy: the name `OVM_L1CrossDomainMessenger`.
    MessengerImplementation,
    /// The name by which the L1 messenger's proxy finds its code.
    MessengerImplementationName,
    /// The address manager that the L1 messenger's proxy asks.
    MessengerManager,
    /// The code of the METIS predeploy on L2.
    MetisCode,
    /// The code behind the proxy of `MVM_Verifier`, its EIP-1967 slot.
    MvmVerifierImplementation,
    /// The back-pointer of `MVM_Verifier` to the address manager, its slot 0.
    MvmVerifierManager,
    /// The address behind the name `StateCommitmentChain`.
    StateCommitmentChain,
    /// The code behind the SCC's proxy, its EIP-1967 slot.
    StateCommitmentChainImplementation,
    /// The SCC's back-pointer to the address manager, its slot 0.
    StateCommitmentChainManager,
}

impl Change {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::BatchesContainer,
        Self::BatchesContainerManager,
        Self::CanonicalTransactionChain,
        Self::CanonicalTransactionChainManager,
        Self::DisputeGameFactory,
        Self::DisputeGameFactoryImplementation,
        Self::LockingPoolImplementation,
        Self::MessengerLibraryManager,
        Self::MessengerImplementation,
        Self::MessengerImplementationName,
        Self::MessengerManager,
        Self::MetisCode,
        Self::MvmVerifierImplementation,
        Self::MvmVerifierManager,
        Self::StateCommitmentChain,
        Self::StateCommitmentChainImplementation,
        Self::StateCommitmentChainManager,
    ];

    /// The name that the command line and the npm package use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BatchesContainer => "batchesContainer",
            Self::BatchesContainerManager => "batchesContainerManager",
            Self::CanonicalTransactionChain => "canonicalTransactionChain",
            Self::CanonicalTransactionChainManager => "canonicalTransactionChainManager",
            Self::DisputeGameFactory => "disputeGameFactory",
            Self::DisputeGameFactoryImplementation => "disputeGameFactoryImplementation",
            Self::LockingPoolImplementation => "lockingPoolImplementation",
            Self::MessengerLibraryManager => "messengerLibraryManager",
            Self::MessengerImplementation => "messengerImplementation",
            Self::MessengerImplementationName => "messengerImplementationName",
            Self::MessengerManager => "messengerManager",
            Self::MetisCode => "metisCode",
            Self::MvmVerifierImplementation => "mvmVerifierImplementation",
            Self::MvmVerifierManager => "mvmVerifierManager",
            Self::StateCommitmentChain => "stateCommitmentChain",
            Self::StateCommitmentChainImplementation => "stateCommitmentChainImplementation",
            Self::StateCommitmentChainManager => "stateCommitmentChainManager",
        }
    }
}

impl core::fmt::Display for Change {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

/// A change that was met and not accepted.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{what} is {got}, the network's data expects {expected}: it was changed on chain, or this data is old")]
pub struct Changed {
    /// What has changed.
    pub what: Change,
    /// What stands there now, as a word.
    pub got: B256,
    /// The pin, as a word; the first where there are several.
    pub expected: B256,
}

/// Values that the user accepts in place of pins, each named exactly.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Accepted(Vec<(Change, B256)>);

impl Accepted {
    /// Accepts nothing.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Accepts this very value of `what`, besides what is pinned.
    #[must_use]
    pub fn accept(mut self, what: Change, value: B256) -> Self {
        self.0.push((what, value));
        self
    }

    fn contains(&self, what: Change, value: B256) -> bool {
        self.0.contains(&(what, value))
    }

    /// The address to ask at: the accepted one, or the pin.
    pub(crate) fn address(&self, what: Change, pin: Address) -> Address {
        let accepted = self.0.iter().rev().find(|(change, _)| *change == what);
        accepted.map_or(pin, |(_, value)| Address::from_word(*value))
    }
}

/// Compares what is proven with what is pinned, and notes each accepted change that was made use of.
#[derive(Debug)]
pub(crate) struct Pins<'a> {
    accepted: &'a Accepted,
    used: Vec<(Change, B256)>,
}

impl<'a> Pins<'a> {
    pub(crate) const fn new(accepted: &'a Accepted) -> Self {
        Self { accepted, used: Vec::new() }
    }

    /// Passes a value that is pinned, or accepted. No pin at all passes everything: results then list it as unpinned.
    pub(crate) fn check(&mut self, what: Change, got: B256, pins: &[B256]) -> Result<(), Changed> {
        match pins.first() {
            None => Ok(()),
            Some(_) if pins.contains(&got) => Ok(()),
            Some(_) if self.accepted.contains(what, got) => {
                self.used.push((what, got));
                Ok(())
            }
            Some(&expected) => Err(Changed { what, got, expected }),
        }
    }

    /// Passes the address that was asked at, and notes it where it is not the pin.
    pub(crate) fn check_address(&mut self, what: Change, got: B256, pin: Address) -> Result<(), Changed> {
        self.check(what, got, &[pin.into_word()])
    }

    pub(crate) fn into_used(self) -> Vec<(Change, B256)> {
        self.used
    }
}
