//! The cases that the executable specification made for Gloas; `tests/data/gloas/README.md` tells how.

use super::{Case, Object, Report, Step, What, bytes, execution_root, fork, l1, word};
use crate::files::{Files, json};
use metis_light::consensus::force::SpecStore;
use metis_light::consensus::{Bootstrap, Checkpoint, ConsensusError, Message, Update, UpdateKind};
use metis_light::network::{ForkName, L1};
use metis_light::primitives::B256;
use metis_light::primitives::ssz::{is_valid_merkle_branch, is_valid_normalized_merkle_branch};
use serde_json::Value;

pub(super) fn run(files: &Files, report: &mut Report) {
    for (path, case) in files.matching("tests/data/gloas/", ".json") {
        let case = json(path, case);
        let has = |member: &str| case.get(member).is_some();
        match () {
            () if has("steps") => {
                sync(path, &case, report);
                beacon_api(path, &case, report);
            }
            () if has("bootstraps") => bootstraps(path, &case, report),
            () if has("headers") => headers(path, &case, report),
            () if has("branches") => branches(path, &case, report),
            () if has("proofs") => proofs(path, &case, report),
            () => assert!(has("updates"), "{path} is of no kind that is known"),
        }
    }
}

/// Where the answer of the Beacon API is given as well, it is the same message.
fn beacon_api(path: &str, case: &Value, report: &mut Report) {
    let l1 = l1(&case["config"], &case["genesis_validators_root"]);
    let read = |json: &Value| {
        let messages = Message::parse_all(&l1, json.to_string().as_bytes());
        messages.unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    if let Some(answer) = case["bootstrap"].get("json") {
        let Object { fork, ssz } = object(&case["bootstrap"]);
        let expected = Bootstrap::from_ssz(&l1, fork, &ssz).expect("it was read before");
        assert_eq!(read(answer), [Message::Bootstrap(Box::new(expected))], "{path}");
        report.cases += 1;
    }
    for (number, step) in case["steps"].as_array().expect("steps").iter().enumerate() {
        let update = KINDS.into_iter().find_map(|(name, kind)| Some((kind, step.get(name)?)));
        let Some((kind, update)) = update else { continue };
        let Some(answer) = update.get("json") else { continue };
        let Object { fork, ssz } = object(update);
        let expected = Update::from_ssz(&l1, kind, fork, &ssz).expect("it was read before");
        assert_eq!(read(answer), [Message::Update(Box::new(expected))], "{path}, step {number}");
        report.cases += 1;
    }
}

/// Each goes to a store of its own.
fn bootstraps(path: &str, case: &Value, report: &mut Report) {
    let l1 = l1(&case["config"], &case["genesis_validators_root"]);
    for (number, entry) in case["bootstraps"].as_array().expect("bootstraps").iter().enumerate() {
        let Object { fork, ssz } = object(&entry["bootstrap"]);
        let root = word(&entry["trusted_block_root"]);
        let store = Bootstrap::from_ssz(&l1, fork, &ssz)
            .and_then(|bootstrap| SpecStore::initialize(&l1, Checkpoint::new(root), &bootstrap));
        let refused = entry.get("refused");
        let name = format!("{path}, bootstrap {number}: {}", refused.unwrap_or(&Value::Null));
        match store {
            Ok(store) => {
                assert_eq!(refused, None, "{name}");
                assert_eq!(store.store().finalized_header().beacon.root(), root, "{name}");
            }
            Err(error) => assert!(refused.is_some(), "{name}: {error}"),
        }
        report.cases += 1;
    }
}

/// A header is judged as that of a bootstrap whose committee is none: if it is valid, it is the committee that fails.
fn headers(path: &str, case: &Value, report: &mut Report) {
    let zero = B256::ZERO.to_string().into();
    let (l1, fork) = (l1(&case["config"], &zero), fork(&case["fork"]));
    for entry in case["headers"].as_array().expect("headers") {
        let name = format!("{path}, {}", entry["name"]);
        let bootstrap = bootstrap_of(&l1, fork, &bytes(&entry["ssz"]));
        let root = Checkpoint::new(bootstrap.header.beacon.root());
        let error = SpecStore::initialize(&l1, root, &bootstrap).expect_err("there is no committee");
        let is_valid = matches!(error, ConsensusError::Branch { what: "current sync committee", .. });
        assert_eq!(Some(is_valid), entry["valid"].as_bool(), "{name}: {error}");
        if is_valid {
            assert_eq!(execution_root(&l1, &bootstrap.header), word(&entry["execution_root"]), "{name}");
        } else {
            let is_of_header = matches!(error, ConsensusError::Branch { what: "bootstrap header", .. });
            assert!(is_of_header || matches!(error, ConsensusError::ExecutionShape { .. }), "{name}: {error}");
        }
        report.cases += 1;
    }
}

fn bootstrap_of(l1: &L1, fork: ForkName, header: &[u8]) -> Bootstrap {
    let committee = usize::try_from(l1.sync_committee_size + 1).expect("a size") * 48;
    let ssz = [header, &vec![0; committee + 11 * 32]].concat();
    Bootstrap::from_ssz(l1, Some(fork), &ssz).expect("a header and zeros")
}

fn branches(path: &str, case: &Value, report: &mut Report) {
    for entry in case["branches"].as_array().expect("branches") {
        let claim = claim(entry);
        let verdict = is_valid_normalized_merkle_branch(claim.leaf, &claim.branch, claim.gindex, claim.root);
        assert_eq!(Some(verdict), entry["valid"].as_bool(), "{path}, {}", entry["name"]);
        report.cases += 1;
    }
}

/// The indices of Gloas by the specification's own objects; beside each, its neighbours are refused.
fn proofs(path: &str, case: &Value, report: &mut Report) {
    for entry in case["proofs"].as_array().expect("proofs") {
        let claim = claim(entry);
        let holds = |gindex| is_valid_merkle_branch(claim.leaf, &claim.branch, gindex, claim.root);
        assert!(holds(claim.gindex), "{path}, {}", entry["name"]);
        report.cases += 1;
        for other in [claim.gindex ^ 1, claim.gindex ^ 2, claim.gindex / 2, claim.gindex * 2] {
            assert!(!holds(other), "{path}, {} at {other}", entry["name"]);
            report.refused += 1;
        }
    }
}

/// A node that is said to be in a tree.
struct Claim {
    leaf: B256,
    branch: Vec<B256>,
    gindex: u64,
    root: B256,
}

fn claim(entry: &Value) -> Claim {
    Claim {
        leaf: word(&entry["leaf"]),
        branch: entry["branch"].as_array().expect("a branch").iter().map(word).collect(),
        gindex: entry["gindex"].as_u64().expect("an index"),
        root: word(&entry["root"]),
    }
}

fn sync(path: &str, case: &Value, report: &mut Report) {
    let l1 = l1(&case["config"], &case["genesis_validators_root"]);
    let case = Case {
        name: path,
        trusted_block_root: word(&case["trusted_block_root"]),
        bootstrap: object(&case["bootstrap"]),
        steps: case["steps"].as_array().expect("steps").iter().map(step).collect(),
        l1,
    };
    case.run(report);
}

fn object(object: &Value) -> Object {
    Object { fork: Some(fork(&object["fork"])), ssz: bytes(&object["ssz"]) }
}

fn step(step: &Value) -> Step {
    let current_slot = || step["current_slot"].as_u64().unwrap_or_else(|| panic!("{step} has no slot"));
    let update = KINDS.into_iter().find_map(|(name, kind)| Some((kind, step.get(name)?)));
    let what = match update {
        Some((kind, update)) => {
            let is_refused = step.get("refused").is_some();
            What::Update { kind, object: object(update), current_slot: current_slot(), is_refused }
        }
        None if step.get("force_update").is_some() => What::Force { current_slot: current_slot() },
        None => What::Upgrade,
    };
    Step { what, checks: step["checks"].clone() }
}

/// The steps that give an update to the store.
const KINDS: [(&str, UpdateKind); 3] = [
    ("process_update", UpdateKind::Full),
    ("process_finality_update", UpdateKind::Finality),
    ("process_optimistic_update", UpdateKind::Optimistic),
];
