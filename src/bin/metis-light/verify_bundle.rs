use crate::args::BundleArgs;
use crate::ask::{tell_at, tell_balance, tell_storage};
use crate::input;
use crate::live::{A_CHECKPOINT, finality, network};
use crate::outcome::Outcome;
use crate::verify_consensus::now;
use crate::withdrawal::{relay, tell};
use metis_light::bundle::{Answer, Bundle, Verified};
use metis_light::client::WithdrawalState;
use metis_light::evidence::Ground;
use metis_light::execution::Account;
use metis_light::network::Network;
use metis_light::primitives::{B256, UnixTime};
use metis_light::rollup::Change;
use serde_json::json;
use std::path::Path;

/// What a bundle does not say.
const NOT_CHECKED: &[&str] = &[
    "that state roots are the right ones: they are what was posted and nobody disputed",
    "what happened after that l1 block: what was relayed, disputed or deleted since",
];

/// Everything but the proofs is the caller's: nothing is taken from the file that could be asked of the caller.
pub(crate) fn run(asked: &BundleArgs) -> Outcome {
    let outcome = Outcome::new("verify bundle", NOT_CHECKED);
    let network = match network(&asked.ground.network) {
        Err(error) => return outcome.unreadable(Path::new(&asked.ground.network), &error),
        Ok(Err(error)) => return outcome.refused(&asked.ground.network, error),
        Ok(Ok(network)) => network,
    };
    let place = asked.file.display().to_string();
    match input::read(&asked.file).map(|bytes| Bundle::parse(&bytes)) {
        Err(error) => outcome.unreadable(&asked.file, &error),
        Ok(Err(error)) => outcome.refused(place, error.into()),
        Ok(Ok(bundle)) => verify(asked, &place, &network, &bundle, outcome),
    }
}

fn verify(asked: &BundleArgs, place: &str, network: &Network, bundle: &Bundle, mut outcome: Outcome) -> Outcome {
    let Some(now) = asked.ground.now.map(UnixTime).or_else(now) else {
        return outcome.misuse("--now", "the clock is before 1970".into());
    };
    outcome.note(other_network(bundle, network));
    let Some(Ground { checkpoint, accepted, now }) = asked.ground.at(now) else {
        return needed(network, bundle, outcome);
    };
    let verified = match bundle.verify(network, checkpoint, &accepted, now) {
        Err(error) => return outcome.refused(place, error),
        Ok(verified) => verified,
    };
    tell_ground(&mut outcome, &verified, &asked.ground.accept);
    tell_answer(&mut outcome, &verified);
    match verified.answer() {
        Answer::Withdrawals(states) if asked.relay_calldata => relay(states, outcome).unwrap_or_else(|ended| ended),
        _ => outcome,
    }
}

/// The name is a stranger's text: it is shown without what a terminal would obey, and not at any length.
fn other_network(bundle: &Bundle, network: &Network) -> Option<String> {
    let theirs: String = bundle.network.chars().take(40).flat_map(char::escape_debug).collect();
    let is_other = bundle.network != network.name;
    is_other.then(|| format!("it calls its network {theirs}, and is checked as one of {}", network.name))
}

/// Without a checkpoint nothing is said but which one it takes.
fn needed(network: &Network, bundle: &Bundle, outcome: Outcome) -> Outcome {
    match bundle.begins(&network.l1) {
        Err(error) => outcome.refused("--checkpoint", error),
        Ok(root) => outcome.misuse(
            "--checkpoint",
            format!(
                "this bundle begins at {root}, if it is to be believed: compare that with what is, by your own knowledge, \
{A_CHECKPOINT}; then name it with --checkpoint"
            ),
        ),
    }
}

/// What everything in a bundle rests on, what the caller accepted included, and as of when.
fn tell_ground(outcome: &mut Outcome, verified: &Verified, accept: &[(Change, B256)]) {
    let (root, batch, basis) = (verified.checkpoint().root(), verified.at().batch(), verified.at().batch().basis());
    let (l1, window, age) = (basis.l1(), basis.window(), verified.age());
    let mut lines = vec![
        ("checkpoint", root.to_string()),
        ("as of", format!("l1 block {} {}", l1.number(), l1.hash())),
        ("l1 time", format!("{}, {age} seconds before now", l1.timestamp().0)),
        ("batch", format!("{} {}", batch.index(), batch.header_hash())),
        ("finality", finality(batch.finality())),
        ("window", format!("{} seconds", window.seconds())),
    ];
    if window.is_lowered() {
        lines.push(("warning", format!("the contract's window was lowered to {} seconds", window.contract)));
    }
    if l1.is_from_old_checkpoint() {
        lines.push(("warning", "rests on a checkpoint whose age was waived".to_owned()));
    }
    lines.extend(accept.iter().map(|(what, value)| ("accepted", format!("{what} {value}"))));
    if !basis.unpinned().is_empty() {
        lines.push(("unpinned", basis.unpinned().join(", ")));
    }
    let change = |(what, value): &(Change, B256)| json!({ "what": what.name(), "value": value });
    let facts = json!({
        "checkpoint": root,
        "l1": { "number": l1.number(), "hash": l1.hash(), "timestamp": l1.timestamp().0 },
        "age": age,
        "fromOldCheckpoint": l1.is_from_old_checkpoint(),
        "network": basis.network().name,
        "batchIndex": batch.index(),
        "batchHeaderHash": batch.header_hash(),
        "finality": finality(batch.finality()),
        "fraudProofWindow": window.seconds(),
        "accepted": accept.iter().map(change).collect::<Vec<_>>(),
        "unpinned": basis.unpinned(),
    });
    outcome.holds(format!("a proof on {}, from the checkpoint on", basis.network().name), lines, &facts);
}

/// What a bundle proves, told as the command that asks sources tells it.
pub(crate) fn tell_answer(outcome: &mut Outcome, verified: &Verified) {
    let at = verified.at();
    match verified.answer() {
        Answer::Account { who, account } => {
            let Account { nonce, storage_root, code_hash, .. } = account.value().unwrap_or(Account::EMPTY);
            let exists = account.value().is_some();
            let lines = vec![
                ("exists", exists.to_string()),
                ("nonce", nonce.to_string()),
                ("code hash", code_hash.to_string()),
                ("storage root", storage_root.to_string()),
            ];
            let facts = json!({
                "address": who,
                "exists": exists,
                "nonce": nonce,
                "codeHash": code_hash,
                "storageRoot": storage_root,
            });
            tell_at(outcome, format!("account {who}"), lines, facts, at);
        }
        Answer::Balance { who, balance } => tell_balance(outcome, *who, balance.value().wei, at),
        Answer::StateRoot => {
            let root = at.state_root().hash();
            let lines = vec![("state root", root.to_string())];
            tell_at(outcome, format!("l2 block {}", at.block()), lines, json!({ "stateRoot": root }), at);
        }
        Answer::Storage { who, slots, words } => tell_storage(outcome, *who, slots, words.value(), at),
        Answer::Withdrawals(states) => states.iter().for_each(|state: &WithdrawalState| tell(outcome, state)),
    }
}
