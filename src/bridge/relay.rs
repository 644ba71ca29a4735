use super::{BridgeError, Message, Messenger, Withdrawal, WithdrawalStatus, Witness, withdrawal_question};
use crate::execution::{Account, AccountProof, MAX_ACCOUNT_LEAF, MAX_STORAGE_LEAF};
use crate::primitives::mpt::ProofError;
use crate::primitives::{Address, B256, U256, keccak256};
use crate::rollup::{BatchHeader, StateBatch};
use alloy_sol_types::{SolCall, sol};

sol! {
    #[derive(Debug)]
    struct ChainBatchHeader {
        uint256 batchIndex;
        bytes32 batchRoot;
        uint256 batchSize;
        uint256 prevTotalElements;
        bytes extraData;
    }

    #[derive(Debug)]
    struct ChainInclusionProof {
        uint256 index;
        bytes32[] siblings;
    }

    #[derive(Debug)]
    struct L2MessageInclusionProof {
        bytes32 stateRoot;
        ChainBatchHeader stateRootBatchHeader;
        ChainInclusionProof stateRootProof;
        bytes stateTrieWitness;
        bytes storageTrieWitness;
    }

    function relayMessage(
        address target,
        address sender,
        bytes message,
        uint256 messageNonce,
        L2MessageInclusionProof proof
    );

    function relayMessageViaChainId(
        uint256 chainId,
        address target,
        address sender,
        bytes message,
        uint256 messageNonce,
        L2MessageInclusionProof proof
    );
}

/// A call of the L1 messenger that relays a withdrawal. Anyone may send it; it carries no value.
#[derive(Clone, Debug)]
pub struct Relay {
    to: Address,
    chain_id: u64,
    message: Message,
    proof: L2MessageInclusionProof,
}

impl Withdrawal {
    /// Makes the relay call from what proved the withdrawal, after the contract's own checks have been run again.
    ///
    /// `siblings` is the branch of the state root in its batch, `proof` the answer to [`withdrawal_question`].
    ///
    /// # Errors
    /// [`BridgeError::NotRelayable`] where the contract would refuse it at that L1 block, and the errors of the proofs.
    pub fn relay(&self, messenger: &Messenger, siblings: &[B256], proof: &AccountProof) -> Result<Relay, BridgeError> {
        match self.status(messenger)? {
            WithdrawalStatus::ReadyToRelay => self.relay_when_ready(siblings, proof),
            status => Err(BridgeError::NotRelayable { status }),
        }
    }

    /// Makes the relay call for later: complete and checked but for what only time brings.
    ///
    /// # Errors
    /// Those of the proofs.
    pub fn relay_when_ready(&self, siblings: &[B256], proof: &AccountProof) -> Result<Relay, BridgeError> {
        let (root, batch) = (self.at(), self.at().batch());
        let state_root = root.state_root().hash();
        // Both proofs are run again, so that a call is never made from other parts than those that were proven.
        batch.state_root(root.block(), state_root, siblings)?;
        root.withdrawal(self.value().clone(), proof)?;
        let network = batch.basis().network();
        Ok(Relay {
            to: network.contracts.messenger,
            chain_id: network.l2.chain_id,
            message: self.value().clone(),
            proof: self.inclusion_proof(siblings, proof)?,
        })
    }

    fn inclusion_proof(&self, siblings: &[B256], proof: &AccountProof) -> Result<L2MessageInclusionProof, BridgeError> {
        let (root, batch) = (self.at(), self.at().batch());
        let (state, storage) = self.witnesses(proof)?;
        Ok(L2MessageInclusionProof {
            stateRoot: root.state_root().hash(),
            stateRootBatchHeader: batch_header(batch),
            stateRootProof: ChainInclusionProof {
                index: U256::from(batch.header().index_of(root.block())?),
                siblings: siblings.to_vec(),
            },
            stateTrieWitness: state.encode().into(),
            storageTrieWitness: storage.encode().into(),
        })
    }

    fn witnesses(&self, proof: &AccountProof) -> Result<(Witness, Witness), BridgeError> {
        let root = self.at().state_root();
        let question = withdrawal_question(self.at().batch().basis().network(), self.value());
        let account = Account::read(root, question.address, &proof.nodes)?.unwrap_or(Account::EMPTY);
        let key = self.value().passer_slot().trie_key();
        let nodes = proof.slots.first().map(|slot| slot.nodes.as_slice()).unwrap_or_default();
        let state = Witness::build(root.hash(), keccak256(question.address), &proof.nodes, MAX_ACCOUNT_LEAF)
            .map_err(witness_error("stateTrieWitness"))?;
        let storage = Witness::build(account.storage_root, key, nodes, MAX_STORAGE_LEAF)
            .map_err(witness_error("storageTrieWitness"))?;
        Ok((state, storage))
    }
}

impl Relay {
    /// The L1 messenger, which takes the call.
    pub const fn to(&self) -> Address {
        self.to
    }

    /// `relayMessageViaChainId(..)`, which names the L2 chain. Works on every network.
    pub fn calldata(&self) -> Vec<u8> {
        let Message { target, sender, message, message_nonce } = self.message.clone();
        let call = relayMessageViaChainIdCall {
            chainId: U256::from(self.chain_id),
            target,
            sender,
            message,
            messageNonce: message_nonce,
            proof: self.proof.clone(),
        };
        call.abi_encode()
    }

    /// `relayMessage(..)`, which the contract reads as one for chain 1088, on test networks too.
    pub fn calldata_for_default_chain(&self) -> Vec<u8> {
        let Message { target, sender, message, message_nonce } = self.message.clone();
        let call = relayMessageCall { target, sender, message, messageNonce: message_nonce, proof: self.proof.clone() };
        call.abi_encode()
    }
}

fn batch_header(batch: &StateBatch) -> ChainBatchHeader {
    let header: &BatchHeader = batch.header();
    ChainBatchHeader {
        batchIndex: U256::from(batch.index()),
        batchRoot: header.batch_root(),
        batchSize: U256::from(header.batch_size()),
        prevTotalElements: U256::from(header.prev_total_elements()),
        extraData: header.extra_data().bytes().clone(),
    }
}

fn witness_error(what: &'static str) -> impl Fn(ProofError) -> BridgeError {
    move |rule| BridgeError::WitnessProof { what, rule }
}
