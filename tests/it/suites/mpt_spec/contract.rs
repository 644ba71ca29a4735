//! `Lib_MerkleTrie.test.json` of Metis' and Optimism's contracts, judged by Ethereum's rules.
//!
//! The contract's library is laxer than this crate, so each kind of case has its own decision:
//!
//! | case | the contract | here |
//! |---|---|---|
//! | inclusion, `true` | the value stands under the key | the strict proof shows that very value |
//! | exclusion, `true`, the key is absent | the value does not stand there | the strict proof shows absence |
//! | exclusion, `true`, another value is there | the value does not stand there | the strict proof shows the other value: presence, and no absence |
//! | update of a value to itself | the root stays | the strict proof shows the value |
//! | update of a trie that the inclusion cases list in full | the new root | the root over the entries and the change |
//! | `false` or a revert | refused | refused, or another value is shown |
//! | a witness that lists nodes that stand inside their parents | read from the list | refused as it is ([`ProofError::UnusedNodes`]); without them, as the other rows |

use super::super::Report;
use super::twins;
use super::values::{data, hash, list, members};
use crate::files::{Files, json};
use metis_light::primitives::mpt::{self, ProofError};
use metis_light::primitives::{B256, rlp};
use serde_json::Value;
use std::collections::BTreeMap;

/// Longer than any value of these cases.
const MAX_VALUE: usize = 256;

type Entries = BTreeMap<Vec<u8>, Vec<u8>>;

/// Runs the cases of the copy in this folder.
pub(super) fn run(files: &Files, report: &mut Report) {
    for (path, bytes) in files.matching("mpt_spec/mvm_optimism_merkletrie/Lib_MerkleTrie", ".json") {
        judge(path, &json(path, bytes), report);
    }
}

/// Runs all cases of such a file.
pub(crate) fn judge(path: &str, file: &Value, report: &mut Report) {
    let tests = &file["tests"];
    let known = complete_tries(tests);
    for (function, cases) in members(tests) {
        for (name, case) in members(cases) {
            let name = format!("{path} {function} {name}");
            let case = Case::read(&case["in"], &case["out"]);
            match function {
                "verifyInclusionProof" => case.is_included(&name),
                "verifyExclusionProof" => case.is_excluded(&name),
                "update" => case.is_updated(&name, &known),
                _ => panic!("{name}: a function that is not known"),
            }
            report.cases += 1;
            report.refused += case.spoiled(&name);
        }
    }
}

/// Tries whose entries the inclusion cases list in full, by root.
fn complete_tries(tests: &Value) -> BTreeMap<B256, Entries> {
    let mut tries: BTreeMap<B256, Entries> = BTreeMap::new();
    for (_, case) in members(&tests["verifyInclusionProof"]) {
        let case = Case::read(&case["in"], &case["out"]);
        tries.entry(case.root).or_default().insert(case.key, case.value);
    }
    tries.retain(|root, entries| mpt::root(entries) == *root);
    tries
}

struct Case {
    key: Vec<u8>,
    value: Vec<u8>,
    nodes: Vec<Vec<u8>>,
    root: B256,
    /// `true`, a new root, or nothing where the contract reverts.
    answer: Value,
}

impl Case {
    fn read(input: &Value, output: &Value) -> Self {
        let input = list(input);
        let (witness, mut nodes) = (data(&input[2]), Vec::new());
        let mut items = rlp::list(&witness).expect("a witness is a list");
        while !items.is_empty() {
            nodes.push(items.string().expect("of nodes as strings").to_vec());
        }
        let answer = output.get(0).cloned().unwrap_or_default();
        Self { key: data(&input[0]), value: data(&input[1]), nodes, root: hash(&input[3]), answer }
    }

    /// What the strict proof shows, once nodes that stand inside their parents are off the list.
    fn shown(&self, nodes: &[Vec<u8>]) -> Result<Option<Vec<u8>>, ProofError> {
        mpt::verify(self.root, &self.key, nodes, MAX_VALUE).map(|value| value.map(<[u8]>::to_vec))
    }

    fn strict(&self) -> Result<Option<Vec<u8>>, ProofError> {
        self.shown(self.listed())
    }

    fn listed(&self) -> &[Vec<u8>] {
        let Err(ProofError::UnusedNodes { got, used }) = self.shown(&self.nodes) else { return &self.nodes };
        assert_eq!(got, self.nodes.len());
        let (listed, inlined) = self.nodes.split_at(used);
        let parent = listed.last().expect("what is inside is inside something");
        for node in inlined {
            assert!(parent.windows(node.len()).any(|part| part == node), "{node:02x?} stands inside its parent");
        }
        listed
    }

    fn is_included(&self, name: &str) {
        let is_shown = self.strict() == Ok(Some(self.value.clone()));
        assert_eq!(is_shown, self.answer == true, "{name}");
    }

    fn is_excluded(&self, name: &str) {
        let shown = self.strict();
        let is_other = shown.is_ok() && shown != Ok(Some(self.value.clone()));
        assert_eq!(is_other, self.answer == true, "{name}: {shown:?}");
    }

    fn is_updated(&self, name: &str, known: &BTreeMap<B256, Entries>) {
        let before = self.strict().unwrap_or_else(|error| panic!("{name}: {error}"));
        let after = hash(&self.answer);
        match known.get(&self.root) {
            _ if before.as_ref() == Some(&self.value) => assert_eq!(after, self.root, "{name}"),
            Some(entries) => {
                assert_eq!(before.as_ref(), entries.get(&self.key), "{name}");
                let mut entries = entries.clone();
                entries.insert(self.key.clone(), self.value.clone());
                assert_eq!(mpt::root(&entries), after, "{name}");
            }
            None => panic!("{name}: the trie's other entries are not known"),
        }
    }

    fn spoiled(&self, name: &str) -> usize {
        if self.strict().is_err() {
            return 0;
        }
        twins::refused(name, self.listed(), |nodes| self.shown(nodes).map(drop))
    }
}
