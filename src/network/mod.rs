//! Networks are data: everything that tells one Metis rollup from another.
//!
//! A [`Network`] holds the parameters of the L1 consensus, the addresses of the rollup's
//! contracts on both layers, and the *pins*: values that a client expects to find proven on
//! chain. It is configuration, chosen by the user and public in every field; it is no evidence
//! of anything. [`andromeda`] and [`metis_sepolia`] are built in, each value with its source
//! beside it, and [`Network::from_json`] reads any other network from a file.
//!
//! What can go wrong: a wrong address or a pin that has gone out of date makes honest proofs
//! fail, which is safe. A pin that is absent is not safe in the same way: the client then
//! believes whatever L1 says today, a change that an owner made a minute ago included.
//! [`Network::unpinned`] names every absent pin, so that a result can show them.

use alloy_primitives::{Address, B256, U256, address};

pub use andromeda::andromeda;
pub use error::NetworkFileError;
pub use l1::{
    BlobParameters, Fork, ForkName, L1, WEAK_SUBJECTIVITY_EPOCHS_BEFORE_GLOAS, WEAK_SUBJECTIVITY_EPOCHS_FROM_GLOAS,
    WeakSubjectivity,
};
pub use metis_sepolia::metis_sepolia;

mod andromeda;
mod error;
mod file;
mod l1;
mod metis_sepolia;
#[cfg(test)]
mod tests;

/// A Metis rollup, the L1 it settles on, and what a client expects of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// What the network is called in results. It decides nothing.
    pub name: String,
    /// The L1 consensus.
    pub l1: L1,
    /// The rollup's own chain.
    pub l2: L2,
    /// The rollup's contracts on L1.
    pub contracts: Contracts,
    /// Whose signed statements about L2 state count, and for how much. May be empty.
    pub verifiers: Vec<Verifier>,
}

/// The rollup's own chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct L2 {
    /// The EIP-155 chain id. L1 storage keys of the rollup are derived from it, never from the
    /// constant 1088 that the contracts hold as a default on every network.
    pub chain_id: u64,
    /// The contracts that the chain was born with, and the sequencer set.
    pub predeploys: Predeploys,
    /// Pin: the code hashes of [`Predeploys::metis`] under which native METIS is read from that
    /// contract's storage. Any other proven hash is refused.
    pub metis_code_hashes: Option<Vec<B256>>,
    /// The hash of block 0, where chains of parent hashes end.
    pub genesis_hash: Option<B256>,
    /// The state root of block 0.
    pub genesis_state_root: Option<B256>,
}

/// Addresses on L2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predeploys {
    /// `OVM_L2ToL1MessagePasser`: remembers every message sent to L1.
    pub message_passer: Address,
    /// `L2CrossDomainMessenger`.
    pub messenger: Address,
    /// `L2StandardBridge`.
    pub bridge: Address,
    /// `MVM_Coinbase`: holds native METIS balances in its storage; the balance in an account's
    /// leaf is zero.
    pub metis: Address,
    /// `OVM_ETH`: Ether, an ordinary token on Metis.
    pub eth: Address,
    /// `OVM_GasPriceOracle`.
    pub gas_price_oracle: Address,
    /// `OVM_SequencerFeeVault`.
    pub fee_vault: Address,
    /// `OVM_DeployerWhitelist`.
    pub deployer_whitelist: Address,
    /// `MetisSequencerSet`: which sequencer signs which blocks. Deployed after genesis, so its
    /// address differs between networks.
    pub sequencer_set: Option<Address>,
}

/// Addresses and expectations on L1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contracts {
    /// `Lib_AddressManager`: resolves the names by which the contracts find each other.
    pub address_manager: Address,
    /// The proxy of the state commitment chain (SCC).
    pub state_commitment_chain: Address,
    /// Pin: the implementation behind the SCC's proxy.
    pub state_commitment_chain_implementation: Option<Address>,
    /// `ChainStorageContainer-SCC-batches`: holds the hash of each batch header.
    pub batches_container: Address,
    /// The proxy of the `L1CrossDomainMessenger`.
    pub messenger: Address,
    /// Pin: the implementation that the address manager names for the messenger's proxy.
    pub messenger_implementation: Option<Address>,
    /// The proxy of the `L1StandardBridge`.
    pub bridge: Address,
    /// `CanonicalTransactionChain` (CTC): holds the queue of deposits.
    pub canonical_transaction_chain: Option<Address>,
    /// METIS as an ERC-20 token.
    pub metis_token: Option<Address>,
    /// The proxy of the `DisputeGameFactory`.
    pub dispute_game_factory: Option<Address>,
    /// Pin: the implementation behind the factory's proxy.
    pub dispute_game_factory_implementation: Option<Address>,
    /// `MVM_ProposerRegistry`: who may append batches.
    pub proposer_registry: Option<Address>,
    /// The proxy of the `MVM_Verifier`, the fraud proof contract from before dispute games.
    pub mvm_verifier: Option<Address>,
    /// Pin: the implementation behind that proxy.
    pub mvm_verifier_implementation: Option<Address>,
    /// The proxy of the sequencers' `LockingPool`, which is not the pool that pays for fraud
    /// proofs.
    pub locking_pool: Option<Address>,
    /// Pin: the implementation behind the `LockingPool`'s proxy.
    pub locking_pool_implementation: Option<Address>,
    /// Pin: the fraud proof window that users were promised, in seconds. A client waits for the
    /// longer of this and the window that L1 holds, which its manager can change at will.
    pub fraud_proof_window: Option<u64>,
    /// Pin: which contracts announced state batches, in rising order of blocks and without
    /// overlap. Empty where it is not pinned.
    pub emitters: Vec<Emitter>,
}

/// A contract that emitted `StateBatchAppended`, and in which L1 blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emitter {
    /// The contract.
    pub address: Address,
    /// The first L1 block in which it could have emitted.
    pub from_block: u64,
    /// The last one; `None` while it still does.
    pub to_block: Option<u64>,
}

/// Someone who recomputes L2 states and signs what they found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    /// The address that the signatures recover to.
    pub address: Address,
    /// The share in a quorum, in any unit common to all verifiers of a network.
    pub weight: U256,
}

/// The network that is built in under a name: `andromeda` or `metis-sepolia`.
pub fn built_in(name: &str) -> Option<Network> {
    match name {
        "andromeda" => Some(andromeda()),
        "metis-sepolia" => Some(metis_sepolia()),
        _ => None,
    }
}

/// The L1 that is built in under a name: `mainnet` or `sepolia`.
pub fn built_in_l1(name: &str) -> Option<L1> {
    match name {
        "mainnet" => Some(andromeda().l1),
        "sepolia" => Some(metis_sepolia().l1),
        _ => None,
    }
}

impl Network {
    /// The pins that this network lacks, in a fixed order, named as in the network file.
    pub fn unpinned(&self) -> Vec<&'static str> {
        let contracts = &self.contracts;
        [
            ("l1.weakSubjectivityEpochs", self.l1.pins_weak_subjectivity()),
            ("l2.metisCodeHashes", self.l2.metis_code_hashes.is_some()),
            ("contracts.stateCommitmentChainImplementation", contracts.state_commitment_chain_implementation.is_some()),
            ("contracts.l1CrossDomainMessengerImplementation", contracts.messenger_implementation.is_some()),
            ("contracts.fraudProofWindow", contracts.fraud_proof_window.is_some()),
            ("contracts.emitters", !contracts.emitters.is_empty()),
        ]
        .into_iter()
        .filter_map(|(name, pinned)| (!pinned).then_some(name))
        .collect()
    }

    /// The pins that this network lacks of the contracts that only disputes are read from: as in [`Self::unpinned`], for
    /// results about disputes. A contract that is not named is not read, and needs none.
    pub fn unpinned_of_disputes(&self) -> Vec<&'static str> {
        let contracts = &self.contracts;
        let lacks = |contract: Option<Address>, pin: Option<Address>| contract.is_some() && pin.is_none();
        [
            (
                "contracts.disputeGameFactoryImplementation",
                lacks(contracts.dispute_game_factory, contracts.dispute_game_factory_implementation),
            ),
            (
                "contracts.mvmVerifierImplementation",
                lacks(contracts.mvm_verifier, contracts.mvm_verifier_implementation),
            ),
        ]
        .into_iter()
        .filter_map(|(name, is_lacking)| is_lacking.then_some(name))
        .collect()
    }
}

impl Contracts {
    /// The contract whose `StateBatchAppended` counts in an L1 block. Without pinned emitters
    /// that is the SCC at every height.
    pub fn emitter_at(&self, block: u64) -> Option<Address> {
        if self.emitters.is_empty() {
            return Some(self.state_commitment_chain);
        }
        self.emitters.iter().find(|emitter| emitter.covers(block)).map(|emitter| emitter.address)
    }
}

impl Emitter {
    fn covers(&self, block: u64) -> bool {
        self.from_block <= block && self.to_block.is_none_or(|last| block <= last)
    }
}

impl Predeploys {
    /// The addresses that the genesis states of Andromeda and of Metis Sepolia share; they are
    /// constants of the L2 node.
    const fn with_sequencer_set(sequencer_set: Address) -> Self {
        Self {
            message_passer: address!("4200000000000000000000000000000000000000"),
            messenger: address!("4200000000000000000000000000000000000007"),
            bridge: address!("4200000000000000000000000000000000000010"),
            metis: address!("DeadDeAddeAddEAddeadDEaDDEAdDeaDDeAD0000"),
            eth: address!("420000000000000000000000000000000000000A"),
            gas_price_oracle: address!("420000000000000000000000000000000000000F"),
            fee_vault: address!("4200000000000000000000000000000000000011"),
            deployer_whitelist: address!("4200000000000000000000000000000000000002"),
            sequencer_set: Some(sequencer_set),
        }
    }
}
