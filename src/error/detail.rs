//! Errors in a form for machines: the broken rule's name and the values on both sides.

use super::Error;
#[cfg(not(all(feature = "page", not(feature = "engine"))))]
use crate::attestation::AttestationError;
use crate::bridge::BridgeError;
use crate::client::ClientError;
use crate::consensus::ConsensusError;
#[cfg(not(all(feature = "page", not(feature = "engine"))))]
use crate::dispute::DisputeError;
use crate::execution::ExecutionError;
use crate::primitives::bls::BlsError;
use crate::primitives::decimal::Decimal;
use crate::primitives::ecdsa::SignatureError;
use crate::primitives::json::JsonError;
use crate::primitives::mpt::{NodeError, ProofError};
use crate::primitives::ovm_merkle::OvmMerkleError;
use crate::primitives::rlp::RlpError;
use crate::primitives::ssz::SszError;
use crate::rollup::RollupError;
use crate::wire::WireError;
use core::fmt::Display;
use serde::Serialize;

/// The rule that was broken, with what was there and what should have been.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Detail {
    /// The rule's name, `floor.rule`; names stay.
    pub rule: &'static str,
    /// What was there, where the rule compares.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub got: Option<String>,
    /// What should have been there, or the limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
}

fn rule(rule: &'static str) -> Detail {
    Detail { rule, got: None, expected: None }
}

// One function for all kinds of values, which are many.
fn compared(rule: &'static str, got: &dyn Display, expected: &dyn Display) -> Detail {
    Detail { rule, got: Some(got.to_string()), expected: Some(expected.to_string()) }
}

impl Error {
    /// The broken rule and both values.
    pub fn detail(&self) -> Detail {
        match self {
            #[cfg(not(all(feature = "page", not(feature = "engine"))))]
            Self::Attestation(error) => attestation(error),
            Self::Bridge(error) => bridge(error),
            Self::Client(error) => client(error),
            Self::Consensus(error) => consensus(error),
            #[cfg(not(all(feature = "page", not(feature = "engine"))))]
            Self::Dispute(error) => dispute(error),
            Self::Execution(error) => execution(error),
            Self::Merkle(error) => merkle(error),
            Self::NetworkFile(error) => compared("network.file", error, &"a network file"),
            Self::Rollup(error) => rollup(error),
            Self::Wire(error) => wire(error),
        }
    }
}

#[cfg(not(all(feature = "page", not(feature = "engine"))))]
fn attestation(error: &AttestationError) -> Detail {
    type E = AttestationError;
    match error {
        E::BeforeBatch { issued_at, batch } => compared("attestation.before-batch", issued_at, batch),
        E::DissentAgrees { block } => {
            compared("attestation.dissent-agrees", block, &"a block whose posted root differs")
        }
        E::DuplicateSigner { signer } => compared("attestation.duplicate-signer", signer, &"each signer once"),
        E::EmptySet => rule("attestation.empty-set"),
        E::Execution(error) => execution(error),
        E::ForeignKey { got, expected, .. } => compared("attestation.foreign-key", got, expected),
        E::FromFuture { issued_at, now } => compared("attestation.from-future", issued_at, now),
        E::KeyLength { got, .. } => compared("attestation.key-length", got, &"64 bytes"),
        E::NoOffence { rule } => compared("attestation.no-offence", rule, &"two statements that contradict each other"),
        E::NoSet { what } => compared("attestation.no-set", &"none", what),
        E::NotLastBlock { got, expected } => compared("attestation.not-last-block", got, expected),
        E::NotMember { signer } => compared("attestation.not-member", signer, &"a member of the set"),
        E::OtherBatch { got, expected, .. } => compared("attestation.other-batch", got, expected),
        E::OtherBlock { got, first, last } => {
            compared("attestation.other-block", got, &format_args!("{first} to {last}"))
        }
        E::OtherDomain { got, expected } => compared("attestation.other-domain", got, expected),
        E::OtherL1 { got, expected } => compared("attestation.other-l1", got, expected),
        E::OtherRoot { got, expected, .. } => compared("attestation.other-root", got, expected),
        E::QuorumLowered { default } => compared("attestation.quorum-lowered", &"less", default),
        E::QuorumShare { more_than, of } => {
            compared("attestation.quorum-share", more_than, &format_args!("less than {of}"))
        }
        E::Rollup(error) => rollup(error),
        E::Signature(error) => signature(*error),
        E::SignatureForm { length } => compared("attestation.signature-form", length, &"65 or 64 bytes"),
        E::TooMany { got, limit, .. } => compared("attestation.too-many", got, limit),
        E::UnboundBlockHash => rule("attestation.unbound-block-hash"),
        E::UnknownVerdict { got } => compared("attestation.unknown-verdict", got, &"0 or 1"),
        E::WeightOverflow { got, .. } => compared("attestation.weight-overflow", got, &"2^128 - 1"),
    }
}

fn bridge(error: &BridgeError) -> Detail {
    match error {
        BridgeError::Execution(error) => execution(error),
        BridgeError::NoQueue => rule("bridge.no-queue"),
        BridgeError::NotInBlock { hash, block } => compared("bridge.not-in-block", block, hash),
        BridgeError::NotQueued { got, expected, .. } => compared("bridge.not-queued", got, expected),
        BridgeError::NotRelayable { status } => compared("bridge.not-relayable", status, &"ready to relay"),
        BridgeError::NotSent { got, .. } => compared("bridge.not-sent", &Decimal(*got), &1),
        BridgeError::OtherBlock { got, expected } => compared("bridge.other-block", got, expected),
        BridgeError::OtherMessage { got, expected } => compared("bridge.other-message", got, expected),
        BridgeError::Rollup(error) => rollup(error),
        BridgeError::Witness { rule, .. } => rlp(*rule),
        BridgeError::WitnessNodes { got, expected, .. } => compared("bridge.witness-nodes", got, expected),
        BridgeError::WitnessProof { rule, .. } => proof(rule),
    }
}

fn client(error: &ClientError) -> Detail {
    match error {
        ClientError::NotAttested { weight, required, .. } => compared("client.not-attested", weight, required),
        ClientError::BelowFloor { closes, .. } => {
            compared("client.below-floor", &"posted", &format_args!("final, from {closes}"))
        }
        ClientError::Disputed { .. } => compared("client.disputed", &"disputed", &"not disputed"),
        ClientError::NoLog { what } => compared("client.no-log", &"no log", what),
        ClientError::NotFinalized { block, finalized } => {
            compared("client.not-finalized", block, &format_args!("at most {finalized}"))
        }
        ClientError::NotPosted { block, posted } => {
            compared("client.not-posted", block, &format_args!("at most {posted}"))
        }
        ClientError::BatchNotPosted { index, length } => {
            compared("client.batch-not-posted", index, &format_args!("below {length}"))
        }
        ClientError::NothingFinal => rule("client.nothing-final"),
        ClientError::ReceiptCount { got, expected } => compared("client.receipt-count", got, expected),
        ClientError::ReplyCount { got, expected } => compared("client.reply-count", got, expected),
        ClientError::StaleFinality { age, limit } => {
            compared("client.stale-finality", age, &format_args!("at most {limit}"))
        }
        ClientError::StaleHead { age, limit, .. } => {
            compared("client.stale-head", age, &format_args!("at most {limit}"))
        }
        ClientError::TooManyMessages { got, limit } => {
            compared("client.too-many-messages", got, &format_args!("at most {limit}"))
        }
        ClientError::TooMany { got, limit, .. } => compared("client.too-many", got, &format_args!("at most {limit}")),
        ClientError::Unavailable { what } => compared("client.unavailable", what, &"an answer"),
        ClientError::Unknown { what, hash } => compared("client.unknown", &"null", &format_args!("{what} {hash}")),
    }
}

fn consensus(error: &ConsensusError) -> Detail {
    match error {
        ConsensusError::Branch { what, expected } => compared("consensus.branch", what, expected),
        ConsensusError::BranchLength { got, expected, .. } => compared("consensus.branch-length", got, expected),
        ConsensusError::CheckpointMismatch { got, expected } => compared("consensus.checkpoint", got, expected),
        ConsensusError::CheckpointTooOld { got, limit } => {
            compared("consensus.checkpoint-too-old", got, &format_args!("at most {limit}"))
        }
        ConsensusError::CommitteeDiffers { got, expected } => compared("consensus.committee-differs", got, expected),
        ConsensusError::CommitteeSize { got, expected, .. } => compared("consensus.committee-size", got, expected),
        ConsensusError::ExecutionField { got, expected, .. } => compared("consensus.execution-field", got, expected),
        ConsensusError::ExecutionHash { got, expected } => compared("consensus.execution-hash", got, expected),
        ConsensusError::ExecutionShape { what, fork, .. } => compared("consensus.execution-shape", what, fork),
        ConsensusError::FutureSlot { got, now } => {
            compared("consensus.future-slot", got, &format_args!("at most {now}"))
        }
        ConsensusError::NoExecution { slot } => compared("consensus.no-execution", slot, &"a slot from Capella on"),
        ConsensusError::NoSyncCommittee { slot } => {
            compared("consensus.no-sync-committee", slot, &"a slot from Altair on")
        }
        ConsensusError::NotEmpty { what } => compared("consensus.not-empty", what, &"nothing"),
        ConsensusError::NothingFinalized { period } => {
            compared("consensus.nothing-finalized", &"nothing", &format_args!("a header of period {period}"))
        }
        ConsensusError::NotNewer { got, finalized } => {
            compared("consensus.not-newer", got, &format_args!("above {finalized}"))
        }
        ConsensusError::OldFork { got, expected } => compared("consensus.old-fork", got, expected),
        ConsensusError::Participation { got, expected, .. } => {
            compared("consensus.participation", got, &format_args!("at least {expected}"))
        }
        ConsensusError::Saved { rule } => compared("consensus.saved", rule, &"a saved store"),
        ConsensusError::Signature { rule, .. } => bls(*rule),
        ConsensusError::SlotOrder { finalized, attested, signature } => compared(
            "consensus.slot-order",
            &format_args!("{finalized}, {attested}, {signature}"),
            &"finalized, attested, signature in rising order",
        ),
        ConsensusError::Ssz { rule, .. } => ssz(*rule),
        ConsensusError::TooManyUpdates { limit } => {
            compared("consensus.too-many-updates", &"more", &format_args!("at most {limit}"))
        }
        ConsensusError::UnknownCommittee { got, first, last } => {
            compared("consensus.unknown-committee", got, &format_args!("{first} to {last}"))
        }
        ConsensusError::UnknownFork { named } => compared("consensus.unknown-fork", named, &"a fork that is known"),
    }
}

fn bls(error: BlsError) -> Detail {
    match error {
        BlsError::Key { index } => compared("bls.key", &index, &"keys on the curve"),
        BlsError::Mismatch => rule("bls.mismatch"),
        BlsError::NoKey => rule("bls.no-key"),
        BlsError::Signature => rule("bls.signature"),
    }
}

fn ssz(error: SszError) -> Detail {
    match error {
        SszError::Bits { len } => compared("ssz.bits", &"bits beyond", &len),
        SszError::Offset { got, expected } => compared("ssz.offset", &got, &expected),
        SszError::Short { got, expected } => compared("ssz.short", &got, &expected),
        SszError::TooLong { got, limit } => compared("ssz.too-long", &got, &format_args!("at most {limit}")),
        SszError::Trailing { extra } => compared("ssz.trailing", &extra, &0),
    }
}

#[cfg(not(all(feature = "page", not(feature = "engine"))))]
fn dispute(error: &DisputeError) -> Detail {
    match error {
        DisputeError::CodeUnproven { who } => compared("dispute.code-unproven", &"code", who),
        DisputeError::Encoding { got, .. } => compared("dispute.encoding", got, &"a form of bytes"),
        DisputeError::Rollup(error) => rollup(error),
        DisputeError::TooLong { got, limit, .. } => compared("dispute.too-long", got, &format!("at most {limit}")),
    }
}

fn rollup(error: &RollupError) -> Detail {
    match error {
        RollupError::BlockOutsideBatch { got, first, last } => {
            compared("rollup.block-outside-batch", got, &format_args!("{first} to {last}"))
        }
        RollupError::Changed(changed) => compared("rollup.changed", &changed.got, &changed.expected),
        RollupError::ContractAbsent { what } => compared("rollup.contract-absent", &"no account", what),
        RollupError::ElementMismatch { got, expected, .. } => compared("rollup.element-mismatch", got, expected),
        RollupError::Execution(error) => execution(error),
        RollupError::ExtraData { rule: wanted } => compared("rollup.extra-data", &"other bytes", wanted),
        RollupError::HeaderMismatch { got, expected, .. } => compared("rollup.header-mismatch", got, expected),
        RollupError::HeaderShape => rule("rollup.header-shape"),
        RollupError::LeafBalance { got, .. } => compared("rollup.leaf-balance", &Decimal(*got), &0),
        RollupError::Merkle(error) => merkle(error),
        RollupError::NoLastBlock => rule("rollup.no-last-block"),
        RollupError::NoSuchBatch { index, length } => {
            compared("rollup.no-such-batch", index, &format_args!("below {length}"))
        }
        RollupError::OtherBlock { got, expected } => compared("rollup.other-block", got, expected),
        RollupError::RootCount { got, expected } => compared("rollup.root-count", got, expected),
        RollupError::RootMismatch { got, expected, .. } => compared("rollup.root-mismatch", got, expected),
        RollupError::TooLarge { got, limit, .. } => {
            compared("rollup.too-large", &Decimal(*got), &format_args!("at most {limit}"))
        }
        RollupError::WrongEncoding { what } => compared("rollup.wrong-encoding", &"other bytes", what),
    }
}

fn execution(error: &ExecutionError) -> Detail {
    match error {
        ExecutionError::CodeMismatch { got, expected } => compared("execution.code-mismatch", got, expected),
        ExecutionError::Encoding { rule, .. } => rlp(*rule),
        ExecutionError::FalseClaim { claimed, proven, .. } => compared("execution.false-claim", claimed, proven),
        ExecutionError::Proof { rule, .. } => proof(rule),
        ExecutionError::Signature(error) => signature(*error),
        ExecutionError::SlotCount { got, expected } => compared("execution.slot-count", got, expected),
        ExecutionError::UnknownType { got, .. } => compared("execution.unknown-type", got, &"at most 4"),
        ExecutionError::ZeroKept => compared("execution.zero-kept", &0, &"no leaf"),
    }
}

fn proof(error: &ProofError) -> Detail {
    match error {
        ProofError::HashMismatch { got, expected, .. } => compared("trie.hash-mismatch", got, expected),
        ProofError::MissingNode { expected, .. } => compared("trie.missing-node", &"the end of the list", expected),
        ProofError::NodeTooLong { got, limit, .. } => {
            compared("trie.node-too-long", got, &format_args!("at most {limit}"))
        }
        ProofError::NotCanonical { rule, .. } => node(*rule),
        ProofError::TooManyNodes { got, limit } => {
            compared("trie.too-many-nodes", got, &format_args!("at most {limit}"))
        }
        ProofError::UnusedNodes { got, used } => compared("trie.unused-nodes", got, used),
    }
}

fn node(error: NodeError) -> Detail {
    match error {
        NodeError::ChildLength { got } => compared("trie.child-length", &got, &"0, 32 or a node of less"),
        NodeError::EmptyExtension => rule("trie.empty-extension"),
        NodeError::EmptyLeaf => rule("trie.empty-leaf"),
        NodeError::ExtensionWithoutBranch => rule("trie.extension-without-branch"),
        NodeError::HexPrefix { got } => compared("trie.hex-prefix", &got, &"0x00, 0x1_, 0x20 or 0x3_"),
        NodeError::ItemCount { got } => compared("trie.item-count", &got, &"2 or 17"),
        NodeError::LonelyBranch { got } => compared("trie.lonely-branch", &got, &"2 or more"),
        NodeError::Rlp(error) => rlp(error),
        NodeError::ShortNodeByHash { got } => compared("trie.short-node-by-hash", &got, &"32 or more"),
    }
}

fn rlp(error: RlpError) -> Detail {
    match error {
        RlpError::ItemCount { expected } => compared("rlp.item-count", &"another number", &expected),
        RlpError::LeadingZeros => rule("rlp.leading-zeros"),
        RlpError::LongLength => rule("rlp.long-length"),
        RlpError::PrefixedByte => rule("rlp.prefixed-byte"),
        RlpError::Short { got, expected } => compared("rlp.short", &got, &expected),
        RlpError::Trailing { extra } => compared("rlp.trailing", &extra, &0),
        RlpError::WrongKind { expected } => compared("rlp.wrong-kind", &"the other kind", &expected),
        RlpError::WrongLength { got, expected } => compared("rlp.wrong-length", &got, &expected),
    }
}

fn merkle(error: &OvmMerkleError) -> Detail {
    match error {
        OvmMerkleError::Empty => rule("merkle.empty"),
        OvmMerkleError::IndexOutOfRange { index, size } => {
            compared("merkle.index-out-of-range", index, &format_args!("below {size}"))
        }
        OvmMerkleError::RootMismatch { got, expected } => compared("merkle.root-mismatch", got, expected),
        OvmMerkleError::SiblingCount { got, expected } => compared("merkle.sibling-count", got, expected),
        OvmMerkleError::TooManyLeaves { got, limit } => {
            compared("merkle.too-many-leaves", got, &format_args!("at most {limit}"))
        }
    }
}

fn signature(error: SignatureError) -> Detail {
    match error {
        SignatureError::HighS => rule("signature.high-s"),
        SignatureError::NoKey => rule("signature.no-key"),
        SignatureError::Parity { got } => compared("signature.parity", &got, &"0 or 1"),
    }
}

fn wire(error: &WireError) -> Detail {
    match error {
        WireError::Consensus(error) => consensus(error),
        WireError::Empty { .. } => rule("wire.empty"),
        WireError::ErrorReply { .. } => rule("wire.error-reply"),
        WireError::Json { rule, .. } => json(rule),
        WireError::Missing { member, .. } => compared("wire.missing", &"nothing", member),
    }
}

fn json(error: &JsonError) -> Detail {
    match error {
        JsonError::Missing { path } => compared("json.missing", &"nothing", path),
        JsonError::NotJson { reason } => compared("json.not-json", reason, &"json"),
        JsonError::Repeated { path } => compared("json.repeated", path, &"once"),
        JsonError::TooLong { got, limit } => compared("json.too-long", got, &format_args!("at most {limit}")),
        JsonError::WrongForm { got, expected, .. } => compared("json.wrong-form", got, expected),
    }
}
