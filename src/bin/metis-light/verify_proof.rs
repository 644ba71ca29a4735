use crate::args::ProofArgs;
use crate::input;
use crate::outcome::{Outcome, place};
use crate::paper::coins;
use metis_light::consistent::{self, AccountFacts, MetisFacts, PROOF_NOT_CHECKED, ProofQuestion};
use metis_light::error::Error;
use metis_light::execution::AccountProof;
use metis_light::network::{self, Network};
use metis_light::primitives::{Address, StorageSlot};
use metis_light::wire::ProofReply;
use std::path::Path;

pub(crate) fn run(args: &ProofArgs) -> Outcome {
    let outcome = Outcome::new("verify proof", PROOF_NOT_CHECKED);
    let (slots, file) = match args.slots_and_file() {
        Err(message) => return outcome.misuse("verify proof", message),
        Ok(found) => found,
    };
    let answers = match input::read(&file).map(|bytes| ProofReply::parse(&bytes)) {
        Err(error) => return outcome.unreadable(&file, &error),
        Ok(Err(error)) => return outcome.refused(file.display().to_string(), error.into()),
        Ok(Ok(answers)) => answers,
    };
    match args.metis_balance {
        None => accounts(outcome, args, &slots, &file, &answers),
        Some(who) => balance(outcome, args, who, &file, &answers),
    }
}

fn accounts(
    mut outcome: Outcome,
    args: &ProofArgs,
    slots: &[StorageSlot],
    file: &Path,
    answers: &[AccountProof],
) -> Outcome {
    let question = ProofQuestion { state_root: args.state_root, address: args.address, slots: slots.to_vec() };
    for (index, answer) in answers.iter().enumerate() {
        match consistent::proof(&question, answer) {
            Err(error) => return outcome.refused(place(file, index, answers.len()), error),
            Ok(facts) => {
                let facts = facts.value();
                outcome.holds(format!("account {}", facts.address), account_lines(facts), facts);
            }
        }
    }
    outcome
}

fn balance(mut outcome: Outcome, args: &ProofArgs, who: Address, file: &Path, answers: &[AccountProof]) -> Outcome {
    let network = match read_network(&args.network) {
        Err(Unusable::File(error)) => return outcome.unreadable(Path::new(&args.network), &error),
        Err(Unusable::Content(error)) => return outcome.refused(args.network.as_str(), error),
        Ok(network) => network,
    };
    match consistent::metis_balance(args.state_root, &network, who, answers) {
        Err(error) => outcome.refused(file.display().to_string(), error),
        Ok(facts) => {
            let facts = facts.value();
            outcome.holds(format!("metis of {}", facts.address), metis_lines(facts), facts);
            outcome
        }
    }
}

enum Unusable {
    File(std::io::Error),
    Content(Error),
}

/// A built-in network by name, else a file.
fn read_network(name: &str) -> Result<Network, Unusable> {
    if let Some(network) = network::built_in(name) {
        return Ok(network);
    }
    let bytes = input::read(Path::new(name)).map_err(Unusable::File)?;
    Network::from_json(&bytes).map_err(|error| Unusable::Content(error.into()))
}

fn account_lines(facts: &AccountFacts) -> Vec<(&'static str, String)> {
    let mut lines = vec![("state root", facts.state_root.to_string())];
    if facts.exists {
        lines.push(("nonce", facts.nonce.to_string()));
        lines.push(("balance", format!("{} wei", facts.balance)));
        lines.push(("code hash", facts.code_hash.to_string()));
        lines.push(("storage root", facts.storage_root.to_string()));
    } else {
        lines.push(("account", "proven absent".into()));
    }
    if facts.claimed_balance_not_covered {
        lines.push(("balance note", "the answer names another one, of which this proof says nothing".into()));
    }
    for slot in &facts.storage {
        lines.push(("slot", slot.slot.to_string()));
        lines.push(("  value", slot.value.to_string()));
    }
    lines
}

/// What people read of a METIS balance.
pub(crate) fn metis_lines(facts: &MetisFacts) -> Vec<(&'static str, String)> {
    let pin = if facts.code_is_pinned { "as pinned" } else { "unpinned" };
    vec![
        ("state root", facts.state_root.to_string()),
        ("balance", format!("{} METIS ({} wei)", coins(facts.wei), facts.wei)),
        ("metis code", format!("{} ({pin} by {})", facts.metis_code_hash, facts.network)),
    ]
}
