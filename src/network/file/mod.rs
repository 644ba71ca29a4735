//! The network file: one JSON format for every network that is not built in.
//!
//! The format is written down in `docs/network-file.md`. A file is the user's own configuration,
//! so unknown members are let through; what is known is read strictly, because a network that
//! means something other than its author intended is worse than one that is refused.

use super::{Contracts, Emitter, L2, Network, NetworkFileError, Predeploys, Verifier};
use crate::primitives::json::{Json, JsonError, Member, text};
use alloy_primitives::{Address, B256, U256};
use member::{address, amount_in, hash, number, number_in, some};

mod beacon;
mod l1;
mod member;

/// What is read, or why the file is refused; boxed, for it is returned everywhere and seldom there.
type Checked<T> = Result<T, Box<NetworkFileError>>;

impl From<Box<JsonError>> for Box<NetworkFileError> {
    fn from(error: Box<JsonError>) -> Self {
        Self::new((*error).into())
    }
}

impl Network {
    /// Reads a network from the bytes of a network file.
    pub fn from_json(bytes: &[u8]) -> Result<Self, NetworkFileError> {
        Self::read(bytes).map_err(|error| *error)
    }

    fn read(bytes: &[u8]) -> Checked<Self> {
        let json = Json::parse(bytes, MAX_FILE_BYTES)?;
        let file = Member::root("the network file", &json);
        Ok(Self {
            name: file.maybe("name", text)?.unwrap_or(UNNAMED).to_owned(),
            l1: file.at("l1", l1::l1)?,
            l2: file.at("l2", l2)?,
            contracts: file.at("contracts", contracts)?,
            verifiers: file.maybe("verifiers", verifiers)?.unwrap_or_default(),
        })
    }
}

fn l2(l2: &Member<'_, '_>) -> Checked<L2> {
    Ok(L2 {
        chain_id: l2.at("chainId", number)?,
        predeploys: l2.at("predeploys", predeploys)?,
        metis_code_hashes: l2.maybe("metisCodeHashes", code_hashes)?,
        genesis_hash: l2.maybe("genesisHash", hash)?,
        genesis_state_root: l2.maybe("genesisStateRoot", hash)?,
    })
}

fn code_hashes(list: &Member<'_, '_>) -> Checked<Vec<B256>> {
    some(list, hash)
}

fn predeploys(predeploys: &Member<'_, '_>) -> Checked<Predeploys> {
    let required = |name| predeploys.at(name, address);
    Ok(Predeploys {
        message_passer: required("messagePasser")?,
        messenger: required("l2CrossDomainMessenger")?,
        bridge: required("l2StandardBridge")?,
        metis: required("metis")?,
        eth: required("eth")?,
        gas_price_oracle: required("gasPriceOracle")?,
        fee_vault: required("feeVault")?,
        deployer_whitelist: required("deployerWhitelist")?,
        sequencer_set: predeploys.maybe("sequencerSet", address)?,
    })
}

fn contracts(contracts: &Member<'_, '_>) -> Checked<Contracts> {
    let required = |name| contracts.at(name, address);
    let optional = |name| contracts.maybe(name, address);
    Ok(Contracts {
        address_manager: required("libAddressManager")?,
        state_commitment_chain: required("stateCommitmentChain")?,
        state_commitment_chain_implementation: optional("stateCommitmentChainImplementation")?,
        batches_container: required("sccBatchesContainer")?,
        messenger: required("l1CrossDomainMessenger")?,
        messenger_implementation: optional("l1CrossDomainMessengerImplementation")?,
        bridge: required("l1StandardBridge")?,
        canonical_transaction_chain: optional("canonicalTransactionChain")?,
        metis_token: optional("metisToken")?,
        dispute_game_factory: optional("disputeGameFactory")?,
        dispute_game_factory_implementation: optional("disputeGameFactoryImplementation")?,
        proposer_registry: optional("proposerRegistry")?,
        mvm_verifier: optional("mvmVerifier")?,
        mvm_verifier_implementation: optional("mvmVerifierImplementation")?,
        locking_pool: optional("lockingPool")?,
        locking_pool_implementation: optional("lockingPoolImplementation")?,
        fraud_proof_window: contracts.maybe("fraudProofWindow", number)?,
        emitters: contracts.maybe("emitters", emitters)?.unwrap_or_default(),
    })
}

/// Emitters follow one another without overlap, so that each block has at most one.
fn emitters(list: &Member<'_, '_>) -> Checked<Vec<Emitter>> {
    let mut free_from = Some(0);
    some(list, |element| {
        let least =
            free_from.ok_or_else(|| Box::new(NetworkFileError::EmitterAfterOpenEnd { member: element.path() }))?;
        let emitter = emitter(element, least)?;
        free_from = emitter.to_block.and_then(|last| last.checked_add(1));
        Ok(emitter)
    })
}

fn emitter(element: &Member<'_, '_>, least: u64) -> Checked<Emitter> {
    let from_block = number_in(&element.member("fromBlock")?, least..=u64::MAX)?;
    Ok(Emitter {
        address: address(&element.member("address")?)?,
        from_block,
        to_block: element.optional("toBlock")?.map(|last| number_in(&last, from_block..=u64::MAX)).transpose()?,
    })
}

/// Each verifier is listed once: a quorum adds weights up.
fn verifiers(list: &Member<'_, '_>) -> Checked<Vec<Verifier>> {
    let mut known = Vec::new();
    list.each(|element| verifier(element, &mut known))
}

fn verifier(element: &Member<'_, '_>, known: &mut Vec<Address>) -> Checked<Verifier> {
    let place = element.member("address")?;
    let address = address(&place)?;
    if known.contains(&address) {
        return Err(NetworkFileError::RepeatedVerifier { member: place.path(), address }.into());
    }
    known.push(address);
    let weight = element.maybe("weight", |weight| amount_in(weight, &(U256::ONE..=MAX_WEIGHT)))?;
    Ok(Verifier { address, weight: weight.unwrap_or(U256::ONE) })
}

/// A network file is some kilobytes; this leaves room for some ten thousand verifiers.
const MAX_FILE_BYTES: usize = 1 << 20;

/// 2^128-1: no file is long enough for a sum of such weights to overflow 256 bits.
const MAX_WEIGHT: U256 = U256::from_limbs([u64::MAX, u64::MAX, 0, 0]);

/// The name of a network whose file gives none.
const UNNAMED: &str = "custom";
