//! The consensus specs' `single_merkle_proof`: one node of a state or a block body, and its branch.
//!
//! Each branch is computed again from the object by the schemas, and goes to both of the crate's verifiers, first as
//! it is and then spoiled.

use super::mpt_spec::values::{hash, list, text};
use super::schema::{Type, beacon, fold};
use super::{Report, spec_files, spoil};
use crate::files::{Files, json};
use metis_light::primitives::B256;
use metis_light::primitives::ssz::{is_valid_merkle_branch, is_valid_normalized_merkle_branch};
use std::collections::BTreeMap;

pub(super) const ROOTS: &[&str] = &[FOLDER];

const FOLDER: &str = "lc_spec/v1.6.0-beta.0/minimal_single_merkle_proof/";

pub(super) fn run(files: &Files) -> Report {
    let mut report = Report::default();
    let roots = roots_of_others(files);
    for (path, bytes) in files.matching(FOLDER, "/proof.yaml") {
        let case = Case::of(path);
        let claim = case.claim(files, bytes);
        if let Some(root) = roots.get(&case.name) {
            assert_eq!(claim.root, *root, "{path}");
        }
        claim.must_hold(path);
        report.cases += 1;
        report.refused += claim.refused_twins(path);
    }
    report
}

/// Roots that another implementation found for the cases, by their names.
fn roots_of_others(files: &Files) -> BTreeMap<String, B256> {
    let named = |case: &serde_json::Value| (text(&case["name"]).to_owned(), hash(&case["root"]));
    files
        .matching(FOLDER, ".json")
        .flat_map(|(path, bytes)| list(&json(path, bytes)).iter().map(named).collect::<Vec<_>>())
        .collect()
}

/// What the path of a proof tells.
struct Case<'a> {
    path: &'a str,
    name: String,
    kind: Type,
}

impl<'a> Case<'a> {
    /// The fork comes first, and the class right above the case.
    fn of(path: &'a str) -> Self {
        let folders: Vec<&str> = path[FOLDER.len()..].split('/').collect();
        let [fork, .., class, case, _] = folders[..] else { panic!("{path} is no path of a proof") };
        let named = beacon::Fork::named(fork).unwrap_or_else(|| panic!("{path} is of an unknown fork"));
        let kind = beacon::named(class, named, &beacon::MINIMAL);
        let kind = kind.unwrap_or_else(|| panic!("{path} is of an unknown class"));
        Self { path, name: format!("{fork}/{class}/{case}"), kind }
    }

    /// What the object itself gives for the proof's index, compared with what the proof says.
    fn claim(&self, files: &Files, proof: &[u8]) -> Claim {
        let object = self.path.replace("proof.yaml", "object.ssz_snappy");
        let object = spec_files::ssz_snappy(&object, files.get(&object).expect("a proof has an object"));
        let value = self.kind.read(&object).unwrap_or_else(|refusal| panic!("{}: {refusal}", self.path));
        let proof = spec_files::yaml(self.path, proof);
        let gindex = proof["leaf_index"].as_u64().expect("an index is a number");
        let leaf = value.node(gindex).expect("the tree reaches down to the leaf");
        let branch = value.branch(gindex).expect("and so does its branch");
        assert_eq!(leaf, hash(&proof["leaf"]), "{}", self.path);
        assert_eq!(branch, list(&proof["branch"]).iter().map(hash).collect::<Vec<_>>(), "{}", self.path);
        Claim { leaf, branch, gindex, root: value.root() }
    }
}

/// A node that is said to be in a tree.
#[derive(Clone)]
struct Claim {
    leaf: B256,
    branch: Vec<B256>,
    gindex: u64,
    root: B256,
}

impl Claim {
    fn holds(&self) -> bool {
        is_valid_merkle_branch(self.leaf, &self.branch, self.gindex, self.root)
    }

    /// Where a branch may be longer than the way, if what is too much is zeros in front.
    fn holds_normalized(&self) -> bool {
        is_valid_normalized_merkle_branch(self.leaf, &self.branch, self.gindex, self.root)
    }

    fn must_hold(&self, path: &str) {
        assert_eq!(fold(self.leaf, &self.branch, self.gindex), self.root, "{path}");
        assert!(self.holds(), "{path}");
        assert!(self.holds_normalized(), "{path}: normalized");
        for count in [1, 2, 5] {
            let branch = [&vec![B256::ZERO; count], &self.branch[..]].concat();
            let longer = Self { branch, ..self.clone() };
            assert!(!longer.holds(), "{path}: {count} nodes before it");
            assert!(longer.holds_normalized(), "{path}: {count} nodes before it, all zero");
        }
    }

    /// Sees every spoiled twin refused by both verifiers, and counts them.
    fn refused_twins(&self, path: &str) -> usize {
        let twins = [self.flipped(), self.misplaced(), self.resized()].concat();
        for (what, twin) in &twins {
            assert!(!twin.holds(), "{path}: {what}");
            assert!(!twin.holds_normalized(), "{path}: {what}, normalized");
        }
        twins.len()
    }

    /// One bit is another: in the leaf, in the root, in each node.
    fn flipped(&self) -> Vec<(String, Self)> {
        let nodes = (0..self.branch.len()).map(|place| {
            let mut twin = self.clone();
            twin.branch[place] = flipped(twin.branch[place], place);
            (format!("node {place} flipped"), twin)
        });
        let leaf = Self { leaf: flipped(self.leaf, 31), ..self.clone() };
        let root = Self { root: flipped(self.root, 0), ..self.clone() };
        nodes.chain([("leaf flipped".to_owned(), leaf), ("root flipped".to_owned(), root)]).collect()
    }

    /// The way turns elsewhere at one level, or is a level shorter or longer.
    fn misplaced(&self) -> Vec<(String, Self)> {
        let turned = (0..self.branch.len()).map(|level| self.gindex ^ 1 << level);
        // Two nodes that are the same may change places, and do where a committee follows itself.
        let turned = turned.filter(|gindex| fold(self.leaf, &self.branch, *gindex) != self.root);
        // The same turns on a way of another length: only the count of the nodes tells these from the true one.
        let top = 1 << self.branch.len();
        let alike = [self.gindex + top, self.gindex + 2 * top, self.gindex - top];
        let resized = [self.gindex / 2, self.gindex * 2, self.gindex * 2 + 1];
        turned
            .chain(alike)
            .chain(resized)
            .map(|gindex| (format!("at {gindex}"), Self { gindex, ..self.clone() }))
            .collect()
    }

    /// A node less or more, at either end.
    fn resized(&self) -> Vec<(String, Self)> {
        let (branch, zero, one) = (&self.branch[..], B256::ZERO, B256::with_last_byte(1));
        let twins = [
            ("without its first node", branch[1..].to_vec()),
            ("without its last node", branch[..branch.len() - 1].to_vec()),
            ("without any node", Vec::new()),
            ("a node before it", [&[one], branch].concat()),
            ("zero and a node before it", [&[zero, one], branch].concat()),
            ("a node and zero before it", [&[one, zero], branch].concat()),
            ("a node behind it", [branch, &[one]].concat()),
            ("zero behind it", [branch, &[zero]].concat()),
        ];
        twins.map(|(what, branch)| (what.to_owned(), Self { branch, ..self.clone() })).into()
    }
}

fn flipped(node: B256, place: usize) -> B256 {
    B256::from_slice(&spoil::flipped(node.as_slice(), place))
}
