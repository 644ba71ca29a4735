//! `devnet/`: light-client data of local networks, one of them run by a production beacon node, with execution headers and
//! `eth_getProof` answers.
//!
//! A network is a folder with `config_spec.json` and `genesis.json`. Not used: `el-genesis.json`, which is input of an
//! execution client, and `version.json`, which only names the beacon node.

mod chain;
mod execution;

use super::Report;
use super::metis::check::Check;
use crate::files::Files;
use chain::Chain;
use metis_light::network::L1;

pub(super) const ROOTS: &[&str] = &["devnet/"];

pub(super) fn run(files: &Files) -> Report {
    let mut check = Check::default();
    for (path, spec) in files.matching("devnet/", "/config_spec.json") {
        let folder = Folder { files, path: path.trim_end_matches("config_spec.json") };
        let genesis = folder.get("genesis.json");
        let l1 = check.ok(path, L1::from_beacon_api(spec, genesis));
        let chain = Chain::read(&mut check, &folder, &l1);
        let store = chain.run(&mut check);
        execution::run(&mut check, &folder, &store);
    }
    check.report
}

/// The files of a network.
struct Folder<'a> {
    files: &'a Files,
    path: &'a str,
}

impl<'a> Folder<'a> {
    fn get(&self, name: &str) -> &'a [u8] {
        self.find(name).unwrap_or_else(|| panic!("{}{name} is missing", self.path))
    }

    fn find(&self, name: &str) -> Option<&'a [u8]> {
        self.files.get(&format!("{}{name}", self.path))
    }

    fn name(&self, name: &str) -> String {
        format!("{}{name}", self.path)
    }
}
