//! A withdrawal of Andromeda with everything that was needed to relay it, climbed to from L1.

use super::check::Check;
use super::json::{bytes, nodes, small, word, words};
use super::l1::RollupOnL1;
use super::twins::{Layer, twins};
use crate::suites::spoil::Seed;
use alloy_sol_types::SolValue;
use metis_light::bridge::{BlockedBy, BridgeError, Message, Withdrawal, WithdrawalStatus, messenger_questions};
use metis_light::consistent;
use metis_light::execution::{AccountProof, SlotProof};
use metis_light::primitives::{Address, B256, Bytes, StorageSlot, U256, UnixTime};
use metis_light::rollup::{BatchHeader, L2StateRoot, RollupError};
use metis_light::wire::{InclusionClaim, WithdrawalClaim};
use serde_json::Value;

/// `relayMessageViaChainId`'s arguments, as the ABI has them.
type Arguments = (U256, Address, Address, Bytes, U256, Inclusion);
type Inclusion = (B256, (U256, B256, U256, U256, Bytes), (U256, Vec<B256>), Bytes, Bytes);

pub(super) fn run(check: &mut Check, bytes: &[u8], file: &Value) {
    let claims = check.ok("withdrawal", WithdrawalClaim::parse(bytes));
    let WithdrawalClaim { message, proof: claim } = claims.first().expect("a withdrawal");
    derived(check, &claims[0], file);

    let header = header_of(claim);
    let closes = UnixTime(header.extra_data().timestamp().0 + 604_800);
    let mut recording =
        Recording { l1: RollupOnL1::new(&super::network(small(&file["chainId"])), closes.0), file, message, claim };
    recording.l1.append(recording.index(), &header);
    let withdrawal = recording.withdrawal(check);
    let status = recording.status(check, &withdrawal);
    check.eq("the window's end is outside of it", status, WithdrawalStatus::ReadyToRelay);
    relay(check, &recording, &withdrawal);
    spoiled(check, &recording, withdrawal.at());
    other_statuses(check, &mut recording, closes);
}

/// What the file says that follows from its parts.
fn derived(check: &mut Check, claim: &WithdrawalClaim, file: &Value) {
    let facts = check.ok("consistency", consistent::withdrawal(claim)).into_value();
    let (derived, message) = (&file["derived"], &file["message"]);
    check.eq("header hash", facts.batch.header_hash, word(&derived["batchHeaderHash"]));
    check.eq("message hash", facts.message_hash, word(&message["xDomainCalldataHash"]));
    check.eq("calldata", claim.message.x_domain_calldata(), bytes(&message["xDomainCalldata"]).to_vec());
    check.eq("passer slot", facts.passer_slot, word(&derived["sentMessagesSlot"]));
    let slot = StorageSlot(facts.passer_slot);
    check.eq("passer slot", slot, StorageSlot::at(0).entry(word(&derived["sentMessagesInnerKey"])));
    check.eq("trie key", slot.trie_key(), word(&derived["trieKey"]));
    check.eq("l2 block", facts.l2_block, small(&file["l2BlockNumber"]));
    check.eq("timestamp", facts.batch.timestamp, small(&derived["extraDataDecoded"]["timestamp"]));
}

struct Recording<'a> {
    l1: RollupOnL1,
    file: &'a Value,
    message: &'a Message,
    claim: &'a InclusionClaim,
}

impl Recording<'_> {
    fn index(&self) -> u64 {
        self.claim.batch_index.try_into().expect("an index")
    }

    /// The recorded proof as `eth_getProof` would have answered.
    fn proof(&self) -> AccountProof {
        let proof = &self.file["proof"];
        let key = Some(self.message.passer_slot().0);
        let slot = SlotProof { nodes: nodes(&proof["storageProof"]), key, value: Some(U256::ONE) };
        AccountProof { nodes: nodes(&proof["accountProof"]), slots: vec![slot], ..AccountProof::default() }
    }

    fn state_root(&self, check: &mut Check) -> L2StateRoot {
        let batch = check.ok("batch", self.l1.batch(self.index(), &header_of(self.claim)));
        check.eq("changes", batch.basis().changes().len(), 0);
        let root = word(&self.file["proof"]["stateRoot"]);
        let siblings = words(&self.file["proof"]["stateRootProof"]["siblings"]);
        check.ok("state root", batch.state_root(small(&self.file["l2BlockNumber"]), root, &siblings))
    }

    fn withdrawal(&self, check: &mut Check) -> Withdrawal {
        let root = self.state_root(check);
        let passer = self.l1.network.l2.predeploys.message_passer;
        let proof = AccountProof { slots: Vec::new(), ..self.proof() };
        let account = check.ok("account", root.account(passer, &proof)).into_value().expect("it is there");
        let leaf = &self.file["derived"]["accountLeaf"];
        check.eq("storage root", account.storage_root, word(&leaf["storageRoot"]));
        check.eq("code hash", account.code_hash, word(&leaf["codeHash"]));
        check.eq("nonce and balance", (account.nonce, account.balance), (0, U256::ZERO));
        check.ok("withdrawal", root.withdrawal(self.message.clone(), &self.proof()))
    }

    fn status(&self, check: &mut Check, withdrawal: &Withdrawal) -> WithdrawalStatus {
        let registry = self.l1.registry();
        let proofs = messenger_questions(registry.basis(), self.message).map(|question| self.l1.answer(&question));
        let messenger = check.ok("messenger", registry.messenger(self.message, &proofs));
        check.ok("status", withdrawal.status(&messenger))
    }
}

fn header_of(claim: &InclusionClaim) -> BatchHeader {
    BatchHeader::new(claim.batch_root, claim.batch_size, claim.prev_total_elements, claim.extra_data.clone())
        .expect("a header of the chain")
}

/// The call carries exactly what the recording has.
fn relay(check: &mut Check, recording: &Recording<'_>, withdrawal: &Withdrawal) {
    let claim = recording.claim;
    let made = withdrawal.relay_when_ready(&claim.siblings, &recording.proof());
    let relay = check.ok("relay", made);
    check.eq("receiver", relay.to(), recording.l1.network.contracts.messenger);
    let calldata = relay.calldata();
    let arguments = check.ok("calldata", Arguments::abi_decode_params_validate(&calldata[4..]));
    let message = recording.message.clone();
    let header =
        (claim.batch_index, claim.batch_root, claim.batch_size, claim.prev_total_elements, claim.extra_data.clone());
    let inclusion = (
        claim.state_root,
        header,
        (claim.index, claim.siblings.clone()),
        claim.state_trie_witness.clone(),
        claim.storage_trie_witness.clone(),
    );
    let chain_id = U256::from(recording.l1.network.l2.chain_id);
    let expected = (chain_id, message.target, message.sender, message.message, message.message_nonce, inclusion);
    check.eq("arguments", arguments, expected);
}

fn spoiled(check: &mut Check, recording: &Recording<'_>, root: &L2StateRoot) {
    let accepted = recording.proof();
    for twin in twins(&accepted, Layer::L2, 32, &mut Seed::new(recording.index())) {
        let refusal = root.withdrawal(recording.message.clone(), &twin.proof);
        check.refused(
            twin.what,
            refusal,
            |error| matches!(error, BridgeError::Execution(error) if twin.is_met_by(error)),
        );
    }
    // The keys in clear would give it away; the proof does it alone as well.
    let mut silent = accepted.clone();
    silent.slots[0].key = None;
    silent.slots[0].value = None;
    let message = recording.message;
    let others = [
        ("target", Message { target: Address::ZERO, ..message.clone() }),
        ("sender", Message { sender: Address::ZERO, ..message.clone() }),
        ("message", Message { message: Bytes::new(), ..message.clone() }),
        ("nonce", Message { message_nonce: message.message_nonce + U256::ONE, ..message.clone() }),
    ];
    for (what, other) in others {
        check.refused(what, root.withdrawal(other, &silent), |error| matches!(error, BridgeError::Execution(_)));
    }
}

/// The same withdrawal on L1s that say something else.
fn other_statuses(check: &mut Check, recording: &mut Recording<'_>, closes: UnixTime) {
    let (scc, messenger) = {
        let contracts = &recording.l1.network.contracts;
        (contracts.state_commitment_chain, contracts.messenger)
    };
    let last = U256::from(header_of(recording.claim).last_block());
    let blocked = WithdrawalStatus::Blocked;
    let (honest, message) = (recording.l1.clone(), recording.message);
    let mut expect = |expected: WithdrawalStatus, change: &dyn Fn(&mut RollupOnL1)| {
        recording.l1 = honest.clone();
        change(&mut recording.l1);
        let withdrawal = recording.withdrawal(check);
        let status = recording.status(check, &withdrawal);
        check.eq("status", status, expected);
        if expected != WithdrawalStatus::ReadyToRelay {
            let registry = recording.l1.registry();
            let questions = messenger_questions(registry.basis(), recording.message);
            let proofs = questions.map(|question| recording.l1.answer(&question));
            let messenger = registry.messenger(recording.message, &proofs).expect("it was read above");
            let call = withdrawal.relay(&messenger, &recording.claim.siblings, &recording.proof());
            check.err("relay", call, |error| *error == BridgeError::NotRelayable { status });
        }
    };
    expect(WithdrawalStatus::ReadyToRelay, &|_| ());
    expect(WithdrawalStatus::InChallengePeriod { ready_at: closes }, &|l1| l1.time -= 1);
    expect(WithdrawalStatus::Relayed, &|l1| l1.relay(message));
    expect(WithdrawalStatus::Disputed, &|l1| l1.set(scc, StorageSlot::at(7), last));
    expect(WithdrawalStatus::ReadyToRelay, &|l1| l1.set(scc, StorageSlot::at(7), last + U256::ONE));
    expect(blocked(BlockedBy::MessageBlocked), &|l1| l1.set(messenger, message.blocked_slot(), U256::ONE));
    expect(blocked(BlockedBy::MessengerPaused), &|l1| l1.set(messenger, StorageSlot::at(101), U256::ONE));
    expect(blocked(BlockedBy::TargetRefused), &|l1| {
        l1.network.contracts.canonical_transaction_chain = Some(message.target);
    });
    // A lowered window relays at once, as the contract does; that it is not final yet is said elsewhere.
    expect(WithdrawalStatus::ReadyToRelay, &|l1| {
        l1.set(scc, StorageSlot::at(1), U256::ONE);
        l1.time -= 604_000;
    });
    recording.l1 = honest;
    let index = recording.index();
    recording.l1.set(
        recording.l1.network.contracts.batches_container,
        metis_light::rollup::context_slot(recording.l1.network.l2.chain_id),
        U256::from(index),
    );
    check.err("a deleted batch", recording.l1.batch(index, &header_of(recording.claim)), |error| {
        *error == RollupError::NoSuchBatch { index, length: index }
    });
}
