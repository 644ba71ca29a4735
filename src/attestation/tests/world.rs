use crate::attestation::{Attestation, Domain, QuorumRule, Signature, Signed, Statement, Tally, VerifierSet};
use crate::network::Verifier;
use crate::primitives::{Address, B256, U256, UnixTime, ovm_merkle};
use crate::rollup::tests::chain::{APPENDED, Chain, extra_data};
use crate::rollup::{BatchHeader, CommittedBatch};
use k256::ecdsa::SigningKey;

/// A batch of three blocks on L1, and keys whose owners may say something about it.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) chain: Chain,
    pub(super) roots: Vec<B256>,
    pub(super) header: BatchHeader,
}

/// When statements are looked at.
pub(super) const NOW: UnixTime = UnixTime(APPENDED + 1_000);

/// A last block hash, as headers since May 2025 hold one.
pub(super) const LAST_HASH: B256 = B256::repeat_byte(0x77);

impl World {
    /// With a header that holds no block hash.
    pub(super) fn new() -> Self {
        Self::with(&[])
    }

    /// With one that does.
    pub(super) fn with_block_hash() -> Self {
        Self::with(&[LAST_HASH, U256::from(3).into()])
    }

    fn with(rest: &[B256]) -> Self {
        let roots: Vec<B256> = (1..=3).map(B256::repeat_byte).collect();
        let root = ovm_merkle::root(&roots).expect("three roots");
        let header = BatchHeader::new(root, U256::from(3), U256::ZERO, extra_data(rest)).expect("a header");
        let mut chain = Chain::new();
        chain.append(0, &header);
        Self { chain, roots, header }
    }

    pub(super) fn committed(&self) -> CommittedBatch {
        let batch = self.chain.batch(0, &self.header).expect("it was appended");
        CommittedBatch::new(batch, self.roots.clone()).expect("its roots")
    }

    /// Keys 1 to so many, each as heavy as it says.
    pub(super) fn set(&self, weights: &[u64]) -> VerifierSet {
        self.set_by(weights, QuorumRule::default())
    }

    pub(super) fn set_by(&self, weights: &[u64], rule: QuorumRule) -> VerifierSet {
        let member = |(key, weight): (u8, &u64)| Verifier { address: address(key), weight: U256::from(*weight) };
        let list: Vec<_> = (1..).zip(weights).map(member).collect();
        self.chain.registry().expect("as pinned").listed_verifiers(&list, rule).expect("a set")
    }

    /// What an honest verifier says.
    pub(super) fn agreement(&self) -> Statement {
        let hash = self.header.extra_data().last_block().map_or(B256::ZERO, |last| last.hash);
        Statement {
            l2_chain_id: U256::from(self.chain.network.l2.chain_id),
            batch_index: U256::ZERO,
            batch_header_hash: self.header.hash(),
            batch_root: self.header.batch_root(),
            l2_block_number: U256::from(3),
            l2_state_root: self.roots[2],
            l2_block_hash: hash,
            verdict: 1,
            issued_at: UnixTime(APPENDED + 100),
        }
    }

    /// What one says whose second block has another root.
    pub(super) fn dissent(&self) -> Statement {
        Statement {
            verdict: 0,
            l2_block_number: U256::from(2),
            l2_state_root: B256::repeat_byte(0xdd),
            l2_block_hash: B256::ZERO,
            ..self.agreement()
        }
    }

    pub(super) fn sign(&self, key: u8, statement: Statement) -> Attestation {
        sign(key, statement, &Domain::of_network(&self.chain.network))
    }

    pub(super) fn signed(&self, key: u8, statement: Statement) -> Signed {
        let attestation = self.sign(key, statement);
        attestation.recover(&Domain::of_network(&self.chain.network)).expect("a signature")
    }

    pub(super) fn tally(&self, set: &VerifierSet, attestations: &[Attestation]) -> Tally {
        Tally::new(&self.committed(), set, attestations, NOW).expect("one L1 block")
    }
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_slice(B256::left_padding_from(&[number]).as_slice()).expect("a key")
}

/// The address of a key by its number.
pub(super) fn address(number: u8) -> Address {
    let point = key(number).verifying_key().to_encoded_point(false);
    Address::from_word(crate::primitives::keccak256(&point.as_bytes()[1..]))
}

/// The 64 bytes of a key's point.
pub(super) fn public_key(number: u8) -> [B256; 2] {
    let point = key(number).verifying_key().to_encoded_point(false);
    [B256::from_slice(&point.as_bytes()[1..33]), B256::from_slice(&point.as_bytes()[33..])]
}

pub(super) fn sign(number: u8, statement: Statement, domain: &Domain) -> Attestation {
    let digest = statement.digest(domain);
    let (signature, parity) = key(number).sign_prehash_recoverable(digest.as_slice()).expect("it signs");
    let bytes = signature.to_bytes();
    let (r, s) = (U256::from_be_slice(&bytes[..32]), U256::from_be_slice(&bytes[32..]));
    Attestation { statement, signature: Signature::from_parts(r, s, parity.is_y_odd()) }
}
