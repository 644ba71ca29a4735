//! The rollup's contracts on L1 at one phase.

use super::phase::Phase;
use crate::suites::metis::check::Check;
use crate::suites::metis::json::{address, list, members, number, small, text, word};
use crate::suites::metis::twins::{Layer, twins};
use crate::suites::spoil::Seed;
use metis_light::execution::{AccountProof, ExecutionError, Question};
use metis_light::primitives::mpt::ProofError;
use metis_light::primitives::{Address, B256, StorageSlot, U256};
use metis_light::rollup::{Accepted, Change, Changed, Context, Registry, RollupError, name_slot, registry_questions};

/// Climbs to the registry; none where a change must be refused. A new implementation is refused, then accepted.
pub(super) fn registry(check: &mut Check, phase: &Phase<'_>, others: &[&Phase<'_>]) -> Option<Registry> {
    let (network, governance) = (&phase.story.network, &phase.expected["governance"]);
    let read = |accepted: &Accepted| {
        let proofs = registry_questions(network, accepted).map(|question| phase.answer(&question));
        phase.l1.registry(network, accepted, &proofs)
    };
    let mut accepted = Accepted::none();
    let new = &governance["sccImplementation"];
    if !new.is_null() {
        let pinned = network.contracts.state_commitment_chain_implementation.expect("a pin");
        check.eq("pin", pinned, address(&governance["pinnedSccImplementation"]));
        let change = Change::StateCommitmentChainImplementation;
        let (got, expected) = (address(new).into_word(), pinned.into_word());
        check.err("a new implementation", read(&accepted), |error| {
            *error == RollupError::Changed(Changed { what: change, got, expected })
        });
        let other = Accepted::none().accept(change, B256::repeat_byte(1));
        check.refused("with another one accepted", read(&other), |error| matches!(error, RollupError::Changed(_)));
        accepted = accepted.accept(change, got);
    }
    let name = &governance["stateCommitmentChainName"];
    if !name.is_null() {
        renamed(check, phase, address(name));
        return None;
    }

    let registry = check.ok("registry", read(&accepted));
    let changes: Vec<(Change, B256)> = [new]
        .into_iter()
        .filter(|new| !new.is_null())
        .map(|new| (Change::StateCommitmentChainImplementation, address(new).into_word()))
        .collect();
    check.eq("changes", registry.basis().changes(), &changes[..]);
    check.eq("unpinned", registry.basis().unpinned(), &network.unpinned()[..]);
    check.eq("l1", *registry.basis().l1(), phase.l1);
    values_of(check, phase, &registry);
    spoiled(check, phase, &accepted, others);
    Some(registry)
}

/// The same contracts for a client whose network data pins the window that the recording began with.
pub(super) fn with_pinned_window(check: &mut Check, phase: &Phase<'_>, registry: &Registry) -> Registry {
    let (accepted, mut network) = (registry.basis().accepted(), phase.story.network.clone());
    let expected = small(&phase.story.expected["phases"][0]["scc"]["fraudProofWindow"]);
    network.contracts.fraud_proof_window = Some(expected);
    let proofs = registry_questions(&network, accepted).map(|question| phase.answer(&question));
    let pinned = check.ok("registry", phase.l1.registry(&network, accepted, &proofs));
    let (window, contract) = (pinned.basis().window(), registry.basis().window().contract);
    check.eq("window", (window.contract, window.expected), (contract, Some(expected)));
    check.eq("the larger window counts", window.seconds(), contract.max(expected));
    check.eq("lowered", window.is_lowered(), contract < expected);
    check.eq("unpinned", pinned.basis().unpinned().contains(&"contracts.fraudProofWindow"), false);
    pinned
}

fn values_of(check: &mut Check, phase: &Phase<'_>, registry: &Registry) {
    let scc = &phase.expected["scc"];
    let context = Context {
        length: small(&scc["batchCount"]),
        total_elements: small(&scc["totalElements"]),
        last_sequencer_timestamp: small(&scc["lastSequencerTimestamp"]),
    };
    check.eq("context", registry.context(), context);
    let window = registry.basis().window();
    check.eq("window", window.contract, small(&scc["fraudProofWindow"]));
    check.eq("window", window.expected, phase.story.network.contracts.fraud_proof_window);
    let earliest = registry.basis().earliest_disputed_block();
    check.eq("earliest disputed block", earliest, number(&scc["earliestDisputedBlockNumber"]));
}

/// The name leads elsewhere: refused, whatever of the rest is accepted.
fn renamed(check: &mut Check, phase: &Phase<'_>, got: Address) {
    let network = &phase.story.network;
    let implementation = Question::new(
        network.contracts.state_commitment_chain,
        registry_questions(network, &Accepted::none())[1].slots.clone(),
    );
    let proven = check
        .ok("scc", phase.l1.storage(implementation.address, &implementation.slots, &phase.answer(&implementation)));
    let code = B256::from(proven.value()[1]);
    let expected = network.contracts.state_commitment_chain.into_word();
    let change = Changed { what: Change::StateCommitmentChain, got: got.into_word(), expected };
    let code_accepted = Accepted::none().accept(Change::StateCommitmentChainImplementation, code);
    for accepted in [Accepted::none(), code_accepted.clone()] {
        let proofs = registry_questions(network, &accepted).map(|question| phase.answer(&question));
        check.err("a name that leads elsewhere", phase.l1.registry(network, &accepted, &proofs), |error| {
            *error == RollupError::Changed(change)
        });
    }
    // Accepted by its very value, the new address is asked; nobody recorded a contract of the rollup there.
    let accepted = code_accepted.accept(Change::StateCommitmentChain, got.into_word());
    let questions = registry_questions(network, &accepted);
    check.eq("asked at the accepted address", questions[1].address, got);
    let old = registry_questions(network, &Accepted::none()).map(|question| phase.answer(&question));
    check.refused("the old contract's answers", phase.l1.registry(network, &accepted, &old), is_proof);
}

fn is_proof(error: &RollupError) -> bool {
    matches!(error, RollupError::Execution(ExecutionError::Proof { .. }))
}

/// An answer from another block: its first node already has another hash.
pub(super) fn is_stale(error: &ExecutionError) -> bool {
    matches!(error, ExecutionError::Proof { rule: ProofError::HashMismatch { depth: 0, .. }, .. })
}

fn spoiled(check: &mut Check, phase: &Phase<'_>, accepted: &Accepted, others: &[&Phase<'_>]) {
    let network = &phase.story.network;
    let questions = registry_questions(network, accepted);
    let proofs = questions.clone().map(|question| phase.answer(&question));
    let mut seed = Seed::new(phase.l1.number());
    for place in 0..proofs.len() {
        let with = |proof: AccountProof| {
            let mut twins = proofs.clone();
            twins[place] = proof;
            phase.l1.registry(network, accepted, &twins)
        };
        for twin in twins(&proofs[place], Layer::L1, 8, &mut seed) {
            check.refused(
                twin.what,
                with(twin.proof.clone()),
                |error| matches!(error, RollupError::Execution(error) if twin.is_met_by(error)),
            );
        }
        for other in others {
            check.refused(
                "an answer of another phase",
                with(other.answer(&questions[place])),
                |error| matches!(error, RollupError::Execution(error) if is_stale(error)),
            );
        }
        let neighbour = proofs[(place + 1) % proofs.len()].clone();
        check.refused("the answer to another question", with(neighbour), |error| {
            matches!(error, RollupError::Execution(ExecutionError::Proof { .. } | ExecutionError::SlotCount { .. }))
        });
        check.refused("no answer", with(AccountProof::default()), |error| {
            matches!(error, RollupError::Execution(ExecutionError::SlotCount { .. }))
        });
    }
    for place in 0..proofs.len() {
        // Two words of one answer exchanged, with their claims: the keys are the question's.
        let mut twins = proofs.clone();
        twins[place].slots.swap(0, 1);
        check.refused("slots exchanged", phase.l1.registry(network, accepted, &twins), |error| {
            matches!(error, RollupError::Execution(ExecutionError::Proof { .. } | ExecutionError::FalseClaim { .. }))
        });
    }
}

/// Accounts and further values that the recording knows of this phase.
pub(super) fn values(check: &mut Check, phase: &Phase<'_>, is_first: bool) {
    let story = phase.story;
    let mut all = list(&story.expected["l1Values"]).iter();
    let values = all.find(|values| text(&values["phase"]) == phase.name());
    for account in values.map_or(&[][..], |values| list(&values["accounts"])) {
        let who = address(&account["address"]);
        let proof = phase.answer(&Question::new(who, []));
        let proven = check.ok("account", phase.l1.account(who, &proof)).into_value();
        check.eq("exists", Some(proven.is_some()), account["exists"].as_bool());
        let Some(proven) = proven else { continue };
        check.eq("nonce", proven.nonce, small(&account["nonce"]));
        check.eq("balance", proven.balance, number(&account["balance"]));
        check.eq("storage root", proven.storage_root, word(&account["storageHash"]));
        check.eq("code hash", proven.code_hash, word(&account["codeHash"]));
    }
    let mut word = |who: Address, slot: StorageSlot, expected: U256| {
        let question = Question::new(who, [slot]);
        let proven = phase.l1.storage(who, &question.slots, &phase.answer(&question));
        let proven = check.ok("word", proven);
        check.eq("word", proven.value()[0], expected);
    };
    if is_first {
        let manager = story.network.contracts.address_manager;
        for (name, expected) in members(&story.expected["names"]) {
            word(manager, name_slot(name), address(expected).into_word().into());
        }
    }
    let chain = story.network.l2.chain_id;
    if let (Some(registry), Some(values)) = (story.network.contracts.proposer_registry, values) {
        let expected = &values["proposerRegistry"];
        word(registry, StorageSlot::at(0), address(&expected["owner"]).into_word().into());
        word(registry, StorageSlot::at(1).entry_at(chain), address(&expected["proposer"]).into_word().into());
    }
    if let (Some(queue), Some(values)) = (story.network.contracts.canonical_transaction_chain, values) {
        word(queue, StorageSlot::at(6).entry_at(chain), number(&values["ctcQueueLength"]));
    }
}
