use super::{AttestationError, Signature};
use crate::network::Network;
use crate::primitives::{Address, B256, U256, UnixTime, keccak256};
use crate::rollup::Basis;
use alloy_sol_types::{SolStruct, sol};

sol! {
    struct StateAttestation {
        uint256 l2ChainId;
        uint256 batchIndex;
        bytes32 batchHeaderHash;
        bytes32 batchRoot;
        uint256 l2BlockNumber;
        bytes32 l2StateRoot;
        bytes32 l2BlockHash;
        uint8 verdict;
        uint64 issuedAt;
    }

    struct EIP712Domain {
        string name;
        string version;
        uint256 chainId;
        address verifyingContract;
    }
}

const NAME: &str = "Metis State Attestation";
const VERSION: &str = "1";

/// The batch index of a statement about a block that is not posted yet.
pub const PRE_CONFIRMATION: U256 = U256::MAX;

/// Which L1 and which rollup a statement is signed for: an EIP-712 domain.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Domain {
    /// The EIP-155 chain id of L1.
    pub chain_id: u64,
    /// The proxy of the state commitment chain.
    pub verifying_contract: Address,
}

/// What a verifier says of a batch.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Statement {
    /// The EIP-155 chain id of L2.
    pub l2_chain_id: U256,
    /// The batch's index, or [`PRE_CONFIRMATION`].
    pub batch_index: U256,
    /// The hash of the batch's header, as L1 holds it; zero for a pre-confirmation.
    pub batch_header_hash: B256,
    /// The Merkle root over the batch's state roots; zero for a pre-confirmation.
    pub batch_root: B256,
    /// The batch's last block; for a dissent the first one that differs.
    pub l2_block_number: U256,
    /// The signer's own state root of that block.
    pub l2_state_root: B256,
    /// The signer's own hash of that block, or zero.
    pub l2_block_hash: B256,
    /// 1: every state root of the batch is the signer's own. 0: at least one differs. Others mean nothing.
    pub verdict: u8,
    /// When it was signed.
    pub issued_at: UnixTime,
}

/// A statement and a signature, read but not believed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Attestation {
    /// What is said.
    pub statement: Statement,
    /// Who is said to say so.
    pub signature: Signature,
}

/// A statement that this key signed for this rollup. Only [`Attestation::recover`] makes one.
///
/// Whether the key's word counts, and whether the statement is about anything on L1, is not said.
///
/// ```compile_fail
/// let forged: metis_light::attestation::Signed = serde_json::from_str("{}").unwrap();
/// ```
/// ```compile_fail
/// fn forge(attestation: metis_light::attestation::Attestation, signer: metis_light::primitives::Address)
///     -> metis_light::attestation::Signed {
///     metis_light::attestation::Signed { attestation, signer, domain: todo!() }
/// }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Signed {
    attestation: Attestation,
    signer: Address,
    domain: Domain,
}

impl Domain {
    /// The domain of a rollup as one L1 block has it.
    pub fn of(basis: &Basis) -> Self {
        Self { chain_id: basis.network().l1.chain_id, verifying_contract: basis.state_commitment_chain }
    }

    /// The domain that a network's data means.
    pub const fn of_network(network: &Network) -> Self {
        Self { chain_id: network.l1.chain_id, verifying_contract: network.contracts.state_commitment_chain }
    }

    /// EIP-712's `domainSeparator`.
    pub fn separator(&self) -> B256 {
        let domain = EIP712Domain {
            name: NAME.to_owned(),
            version: VERSION.to_owned(),
            chainId: U256::from(self.chain_id),
            verifyingContract: self.verifying_contract,
        };
        domain.eip712_hash_struct()
    }
}

impl core::fmt::Display for Domain {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "contract {} on chain {}", self.verifying_contract, self.chain_id)
    }
}

impl Statement {
    /// EIP-712's `hashStruct`.
    pub fn struct_hash(&self) -> B256 {
        let message = StateAttestation {
            l2ChainId: self.l2_chain_id,
            batchIndex: self.batch_index,
            batchHeaderHash: self.batch_header_hash,
            batchRoot: self.batch_root,
            l2BlockNumber: self.l2_block_number,
            l2StateRoot: self.l2_state_root,
            l2BlockHash: self.l2_block_hash,
            verdict: self.verdict,
            issuedAt: self.issued_at.0,
        };
        message.eip712_hash_struct()
    }

    /// What is signed: `keccak256(0x1901 ‖ domainSeparator ‖ hashStruct)`.
    pub fn digest(&self, domain: &Domain) -> B256 {
        let signed = [&[0x19, 0x01][..], domain.separator().as_slice(), self.struct_hash().as_slice()].concat();
        keccak256(signed)
    }

    /// Whether it is about a block that was not posted when it was signed.
    pub fn is_pre_confirmation(&self) -> bool {
        self.batch_index == PRE_CONFIRMATION
    }

    /// What a signer may say one thing about: the hash of a batch's header, which no other batch has; of a pre-confirmation
    /// the block's number. Not the batch's index, for that is used again after a deletion.
    pub fn subject(&self) -> Subject {
        if self.is_pre_confirmation() {
            Subject::Block { l2_chain_id: self.l2_chain_id, number: self.l2_block_number }
        } else {
            Subject::Batch { l2_chain_id: self.l2_chain_id, header_hash: self.batch_header_hash }
        }
    }

    /// Whether it says the same of its subject as another: the verdict, the root and the block hash.
    pub(super) fn says_as(&self, other: &Self) -> bool {
        let said = |statement: &Self| (statement.verdict, statement.l2_state_root, statement.l2_block_hash);
        said(self) == said(other)
    }
}

/// What a statement is about, within its domain.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Subject {
    /// A posted batch.
    Batch {
        /// Of which rollup.
        l2_chain_id: U256,
        /// By the hash of its header.
        header_hash: B256,
    },
    /// A block that was not posted.
    Block {
        /// Of which rollup.
        l2_chain_id: U256,
        /// By its number.
        number: U256,
    },
}

impl Attestation {
    /// Finds whose key signed it for this domain.
    ///
    /// # Errors
    /// [`AttestationError::Signature`] where none did, or the form is not the one that counts.
    pub fn recover(&self, domain: &Domain) -> Result<Signed, AttestationError> {
        let signer = self.signature.recover(self.statement.digest(domain))?;
        Ok(Signed { attestation: *self, signer, domain: *domain })
    }
}

impl Signed {
    /// What was signed.
    pub const fn statement(&self) -> &Statement {
        &self.attestation.statement
    }

    /// It and its signature, for whoever is to check it again.
    pub const fn attestation(&self) -> &Attestation {
        &self.attestation
    }

    /// The address of the key.
    pub const fn signer(&self) -> Address {
        self.signer
    }

    /// What it was signed for.
    pub const fn domain(&self) -> &Domain {
        &self.domain
    }
}
