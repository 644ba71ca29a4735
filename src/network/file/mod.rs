//! The network file: one JSON format for every network that is not built in.
//!
//! The format is written down in `docs/network-file.md`. A file is the user's own configuration,
//! so unknown members are let through; what is known is read strictly, because a network that
//! means something other than its author intended is worse than one that is refused.

use super::{Contracts, Emitter, L2, Network, NetworkFileError, Predeploys, Verifier};
use crate::primitives::json::{Json, JsonError, Member, Members, text};
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
    let mut members = Members::new(predeploys);
    let predeploys = Predeploys {
        message_passer: members.at("messagePasser", address),
        messenger: members.at("l2CrossDomainMessenger", address),
        bridge: members.at("l2StandardBridge", address),
        metis: members.at("metis", address),
        eth: members.at("eth", address),
        gas_price_oracle: members.at("gasPriceOracle", address),
        fee_vault: members.at("feeVault", address),
        deployer_whitelist: members.at("deployerWhitelist", address),
        sequencer_set: members.maybe("sequencerSet", address),
    };
    members.end(predeploys)
}

fn contracts(contracts: &Member<'_, '_>) -> Checked<Contracts> {
    let mut members = Members::new(contracts);
    let contracts = Contracts {
        address_manager: members.at("libAddressManager", address),
        state_commitment_chain: members.at("stateCommitmentChain", address),
        state_commitment_chain_implementation: members.maybe("stateCommitmentChainImplementation", address),
        batches_container: members.at("sccBatchesContainer", address),
        messenger: members.at("l1CrossDomainMessenger", address),
        messenger_implementation: members.maybe("l1CrossDomainMessengerImplementation", address),
        bridge: members.at("l1StandardBridge", address),
        canonical_transaction_chain: members.maybe("canonicalTransactionChain", address),
        metis_token: members.maybe("metisToken", address),
        dispute_game_factory: members.maybe("disputeGameFactory", address),
        dispute_game_factory_implementation: members.maybe("disputeGameFactoryImplementation", address),
        proposer_registry: members.maybe("proposerRegistry", address),
        mvm_verifier: members.maybe("mvmVerifier", address),
        mvm_verifier_implementation: members.maybe("mvmVerifierImplementation", address),
        locking_pool: members.maybe("lockingPool", address),
        locking_pool_implementation: members.maybe("lockingPoolImplementation", address),
        fraud_proof_window: members.maybe("fraudProofWindow", number),
        emitters: members.maybe("emitters", emitters).unwrap_or_default(),
    };
    members.end(contracts)
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
