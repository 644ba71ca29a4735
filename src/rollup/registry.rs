use super::change::Pins;
use super::{Accepted, Change, Context, RollupError, context_slot};
use crate::consensus::L1StateRoot;
use crate::execution::{AccountProof, Answer, BalanceClaim, Question};
use crate::network::Network;
use crate::primitives::{Address, B256, StorageSlot, U256, keccak256};
use alloy_primitives::b256;
use std::sync::Arc;

/// The name that the SCC is looked up by.
const SCC_NAME: &str = "StateCommitmentChain";
/// The name that the SCC looks its batches' container up by.
const CONTAINER_NAME: &str = "ChainStorageContainer-SCC-batches";

/// EIP-1967: where a proxy keeps the address of its code.
pub(crate) const IMPLEMENTATION: StorageSlot =
    StorageSlot(b256!("0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc"));
/// The address manager, in every contract that resolves names.
pub(crate) const LIB_ADDRESS_MANAGER: StorageSlot = StorageSlot::at(0);
/// `Lib_AddressManager`: names to addresses.
const ADDRESSES: StorageSlot = StorageSlot::at(1);
/// `StateCommitmentChain`: seconds.
const FRAUD_PROOF_WINDOW: StorageSlot = StorageSlot::at(1);
/// `StateCommitmentChain`: 0 where nothing is disputed.
const EARLIEST_DISPUTED_BLOCK: StorageSlot = StorageSlot::at(7);

/// `keccak256` of a name's bytes, the key that `Lib_AddressManager` files it under.
pub fn name_hash(name: &str) -> B256 {
    keccak256(name.as_bytes())
}

/// The slot of a name's address in `Lib_AddressManager`.
pub fn name_slot(name: &str) -> StorageSlot {
    ADDRESSES.entry(name_hash(name))
}

/// What everything read of the rollup rests on: an L1 block, the network's data, and the changes accepted.
#[derive(Debug)]
pub struct Basis {
    pub(crate) l1: L1StateRoot,
    pub(crate) network: Network,
    pub(crate) accepted: Accepted,
    pub(crate) changes: Vec<(Change, B256)>,
    pub(crate) unpinned: Vec<&'static str>,
    pub(crate) state_commitment_chain: Address,
    pub(crate) batches_container: Address,
    pub(crate) window: Window,
    pub(crate) earliest_disputed_block: U256,
    pub(crate) proofs: [AccountProof; 3],
}

/// The fraud proof window, which one account may change at once and without an event.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Window {
    /// What the SCC says now, in seconds; a value above 2^64 counts as 2^64 - 1.
    pub contract: u64,
    /// What the network's data expects, in seconds.
    pub expected: Option<u64>,
}

impl Window {
    /// The one that finality is judged by: the larger of the two.
    pub fn seconds(&self) -> u64 {
        self.contract.max(self.expected.unwrap_or(0))
    }

    /// Whether the contract allows relaying earlier than the network's data expects.
    pub fn is_lowered(&self) -> bool {
        self.expected.is_some_and(|expected| self.contract < expected)
    }
}

/// The rollup's contracts as one L1 block has them: found by name, pointing back, running known code.
///
/// ```compile_fail
/// let forged: metis_light::rollup::Registry = serde_json::from_str("{}").unwrap();
/// ```
/// ```compile_fail
/// let forged = metis_light::rollup::Registry::default();
/// ```
#[derive(Clone, Debug)]
pub struct Registry {
    basis: Arc<Basis>,
    context: Context,
}

/// What to ask L1 about the contracts of `network`: the address manager, the SCC, its batches' container.
pub fn registry_questions(network: &Network, accepted: &Accepted) -> [Question; 3] {
    let contracts = &network.contracts;
    let scc = accepted.address(Change::StateCommitmentChain, contracts.state_commitment_chain);
    let container = accepted.address(Change::BatchesContainer, contracts.batches_container);
    [
        Question::new(contracts.address_manager, [name_slot(SCC_NAME), name_slot(CONTAINER_NAME)]),
        Question::new(scc, [LIB_ADDRESS_MANAGER, IMPLEMENTATION, FRAUD_PROOF_WINDOW, EARLIEST_DISPUTED_BLOCK]),
        Question::new(container, [LIB_ADDRESS_MANAGER, context_slot(network.l2.chain_id)]),
    ]
}

impl L1StateRoot {
    /// Finds the rollup's contracts under this root. `proofs` answer [`registry_questions`].
    ///
    /// # Errors
    /// [`RollupError::Changed`] where something differs from the network's pins and from what is accepted,
    /// [`RollupError::ContractAbsent`], and the errors of the proofs.
    pub fn registry(
        &self,
        network: &Network,
        accepted: &Accepted,
        proofs: &[AccountProof; 3],
    ) -> Result<Registry, RollupError> {
        let questions = registry_questions(network, accepted);
        let [manager, scc, container] = &questions;
        let [manager_proof, scc_proof, container_proof] = proofs;
        let [scc_name, container_name] = read_contract(self, "the address manager", manager, manager_proof)?;
        let [scc_manager, implementation, window, earliest_disputed_block] =
            read_contract(self, "the state commitment chain", scc, scc_proof)?;
        let [container_manager, context] = read_contract(self, "the batches' container", container, container_proof)?;

        let contracts = &network.contracts;
        let mut pins = Pins::new(accepted);
        pins.check_address(Change::StateCommitmentChain, scc_name.into(), contracts.state_commitment_chain)?;
        pins.check_address(Change::BatchesContainer, container_name.into(), contracts.batches_container)?;
        check_asked(Change::StateCommitmentChain, scc_name, scc.address)?;
        check_asked(Change::BatchesContainer, container_name, container.address)?;
        pins.check_address(Change::StateCommitmentChainManager, scc_manager.into(), contracts.address_manager)?;
        pins.check_address(Change::BatchesContainerManager, container_manager.into(), contracts.address_manager)?;
        let pinned_code = contracts.state_commitment_chain_implementation.map(|address| address.into_word());
        pins.check(Change::StateCommitmentChainImplementation, implementation.into(), pinned_code.as_slice())?;

        let basis = Basis {
            l1: *self,
            network: network.clone(),
            accepted: accepted.clone(),
            changes: pins.into_used(),
            unpinned: network.unpinned(),
            state_commitment_chain: scc.address,
            batches_container: container.address,
            window: Window { contract: window.saturating_to(), expected: contracts.fraud_proof_window },
            earliest_disputed_block,
            proofs: proofs.clone(),
        };
        Ok(Registry { basis: Arc::new(basis), context: Context::from_word(context) })
    }
}

impl Registry {
    /// How many batches there are.
    pub const fn context(&self) -> Context {
        self.context
    }

    /// What it rests on.
    pub const fn basis(&self) -> &Arc<Basis> {
        &self.basis
    }
}

impl Basis {
    /// The L1 block.
    pub const fn l1(&self) -> &L1StateRoot {
        &self.l1
    }

    /// What the user accepts in place of pins.
    pub const fn accepted(&self) -> &Accepted {
        &self.accepted
    }

    /// The network's data.
    pub const fn network(&self) -> &Network {
        &self.network
    }

    /// Each value that differs from its pin and was accepted.
    pub fn changes(&self) -> &[(Change, B256)] {
        &self.changes
    }

    /// What the network's data does not pin.
    pub fn unpinned(&self) -> &[&'static str] {
        &self.unpinned
    }

    /// The fraud proof window.
    pub const fn window(&self) -> Window {
        self.window
    }

    /// The first L2 block that may not be relayed because of a dispute; 0 where there is none.
    pub const fn earliest_disputed_block(&self) -> U256 {
        self.earliest_disputed_block
    }

    /// What proved it: the answers to [`registry_questions`], for whoever is to check it again.
    pub const fn proofs(&self) -> &[AccountProof; 3] {
        &self.proofs
    }
}

/// Reads `N` words of a contract that must be there.
pub(crate) fn read_contract<const N: usize>(
    l1: &L1StateRoot,
    what: &'static str,
    question: &Question,
    proof: &AccountProof,
) -> Result<[U256; N], RollupError> {
    let Answer { account, words } = question.read(l1.state_root(), proof, BalanceClaim::InLeaf)?;
    if account.is_none() {
        return Err(RollupError::ContractAbsent { what });
    }
    let expected = crate::execution::ExecutionError::SlotCount { got: words.len(), expected: N };
    words.try_into().map_err(|_| expected.into())
}

/// A name must lead to the contract whose slots were read, not to another that is acceptable too.
pub(crate) fn check_asked(what: Change, got: U256, asked: Address) -> Result<(), super::Changed> {
    let (got, expected) = (B256::from(got), asked.into_word());
    if got != expected {
        return Err(super::Changed { what, got, expected });
    }
    Ok(())
}

/// Reads the words of several questions to contracts that must be there, one after the other.
pub(crate) fn read_words(
    l1: &L1StateRoot,
    what: &'static str,
    questions: &[Question],
    proofs: &[AccountProof],
) -> Result<Vec<U256>, RollupError> {
    let count = crate::execution::ExecutionError::SlotCount { got: proofs.len(), expected: questions.len() };
    if proofs.len() != questions.len() {
        return Err(count.into());
    }
    let mut words = Vec::new();
    for (question, proof) in questions.iter().zip(proofs) {
        let answer = question.read(l1.state_root(), proof, BalanceClaim::InLeaf)?;
        answer.account.ok_or(RollupError::ContractAbsent { what })?;
        words.extend(answer.words);
    }
    Ok(words)
}
