//! The beacon chain of a network: JSON and, where it is there, SSZ of the same.

use super::Folder;
use crate::files::json;
use crate::suites::light_client::{self, advance, climb, saved, started, time_of, twins};
use crate::suites::metis::check::Check;
use crate::suites::metis::json::{bytes, list, small, word};
use crate::suites::schema::beacon::{self, Fork, MINIMAL};
use metis_light::consensus::{BeaconBlockHeader, Bootstrap, Checkpoint, ConsensusError, Store, Update, UpdateKind};
use metis_light::network::{BlobParameters, Fork as NamedFork, ForkName, L1};
use metis_light::primitives::ssz::hash_nodes;
use metis_light::primitives::{B256, UnixTime};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// What a beacon node tells a light client.
pub(super) struct Chain<'a> {
    folder: &'a Folder<'a>,
    l1: &'a L1,
    first: Bootstrap,
    newest: Bootstrap,
    updates: Vec<Update>,
    finality: Update,
    optimistic: Update,
}

impl<'a> Chain<'a> {
    /// Reads all messages; a twin in SSZ is the same object, and the object's bytes.
    pub(super) fn read(check: &mut Check, folder: &'a Folder<'a>, l1: &'a L1) -> Self {
        is_scheduled(check, folder, l1);
        let bootstrap = |check: &mut Check, name: &str| {
            let bootstrap = light_client::bootstrap(name, l1, folder.get(&format!("{name}.json")));
            if let Some(ssz) = folder.find(&format!("{name}.ssz")) {
                check.eq(name, light_client::bootstrap(name, l1, ssz), bootstrap.clone());
                check.eq(name, &bootstrap.to_ssz()[..], ssz);
            }
            bootstrap
        };
        let update = |check: &mut Check, name: &str, kind: UpdateKind| {
            let update = light_client::update(name, l1, folder.get(&format!("{name}.json")));
            check.eq(name, update.kind(), kind);
            if let Some(ssz) = folder.find(&format!("{name}.ssz")) {
                check.eq(name, light_client::update(name, l1, ssz), update.clone());
                check.eq(name, Update::from_ssz(l1, kind, None, ssz), Ok(update.clone()));
                check.eq(name, &update.to_ssz()[..], ssz);
            }
            update
        };
        Self {
            first: bootstrap(check, "bootstrap_first_checkpoint"),
            newest: bootstrap(check, "bootstrap_finalized"),
            updates: updates(check, folder, l1),
            finality: update(check, "finality_update", UpdateKind::Finality),
            optimistic: update(check, "optimistic_update", UpdateKind::Optimistic),
            folder,
            l1,
        }
    }

    fn now(&self) -> UnixTime {
        time_of(self.l1, self.optimistic.signature_slot)
    }

    /// From the first checkpoint to the newest header, by every way there is.
    pub(super) fn run(&self, check: &mut Check) -> Store {
        let (name, now) = (self.folder.path, self.now());
        let begins = self.first.header.beacon.root();
        let mut store = check.ok(name, Store::bootstrap(self.l1, Checkpoint::new(begins), &self.first, now));
        climb(check, name, &mut store, &self.updates, now);
        for update in [&self.finality, &self.optimistic] {
            // The last of the updates may be the newest one of all.
            if update.attested_header.beacon.slot > store.optimistic_header().beacon.slot {
                twins::refused(check, name, &store, update, now);
            }
            advance(check, name, &mut store, update, now);
        }
        check.eq(name, store.finalized_header(), &self.newest.header);
        // Of the updates that changed no committee only the newest is saved; the second one did.
        let passed = self.updates[1].finalized_header.as_ref().expect("it finalizes").value.beacon.root();
        saved::round_trip(check, name, &store, (begins, &[passed]), 3, now);
        self.starting_at_newest(check);
        self.under_another_schedule(check);
        self.every_period_begins(check);
        self.is_named(check, &store);
        store
    }

    /// From Fulu on, a digest of another blob schedule is nobody's that one knows. What is good stays good under it, and what
    /// is not well signed may be of a fork to come; to who knows the schedule it is a bad signature.
    fn under_another_schedule(&self, check: &mut Check) {
        let (name, now, update) = (self.folder.path, self.now(), &self.updates[0]);
        let fork = self.l1.fork_at(self.l1.epoch_at(update.attested_header.beacon.slot)).expect("a fork");
        if fork.name < ForkName::Fulu {
            return;
        }
        let blobs = BlobParameters { epoch: 1, max_blobs_per_block: 77 };
        let claimed_fork_digest = Some(digest(self.l1, fork, blobs));
        let good = Update { claimed_fork_digest, ..update.clone() };
        let mut bad = good.clone();
        twins::negated_signature(&mut bad);
        check.ok(name, started(name, self.l1, &self.first, now).advance(&good, now));
        let unaware = started(name, self.l1, &self.first, now).advance(&bad, now);
        check.refused(name, unaware, |error| matches!(error, ConsensusError::UnknownFork { .. }));
        let aware = L1 { blob_schedule: vec![blobs], ..self.l1.clone() };
        let aware = started(name, &aware, &self.first, now).advance(&bad, now);
        check.refused(name, aware, twins::is_mismatch);
    }

    /// A client that starts at the finalized block needs no update of an earlier period.
    fn starting_at_newest(&self, check: &mut Check) {
        let (name, now) = (self.folder.path, self.now());
        let mut store = started(name, self.l1, &self.newest, now);
        let of_now = |update: &&Update| self.l1.period_at(update.attested_header.beacon.slot) == store.period();
        let committee = self.updates.iter().filter(of_now).cloned().collect::<Vec<_>>();
        for update in committee.iter().chain([&self.finality, &self.optimistic]) {
            advance(check, name, &mut store, update, now);
        }
        check.eq(name, store.finalized_header(), &self.newest.header);
        check.eq(name, store.optimistic_header(), &self.optimistic.attested_header);
    }

    /// Bootstraps of the first blocks of epochs, where the recording has them: committees are those that updates prove.
    fn every_period_begins(&self, check: &mut Check) {
        let period = |slot| self.l1.period_at(slot);
        for bootstrap in [&self.first, &self.newest] {
            let before = |update: &&Update| {
                period(update.attested_header.beacon.slot) + 1 == period(bootstrap.header.beacon.slot)
            };
            let Some(update) = self.updates.iter().find(before) else { continue };
            let next = &update.next_sync_committee.as_ref().expect("a committee").value;
            check.eq(self.folder.path, next, &bootstrap.current_sync_committee);
        }
    }

    /// What the node calls its checkpoints, and the signed block itself.
    fn is_named(&self, check: &mut Check, store: &Store) {
        let finalized = store.finalized_header().beacon;
        let named = self.folder.name("finality_checkpoints.json");
        let checkpoints = json(&named, self.folder.get("finality_checkpoints.json"));
        check.eq(&named, word(&checkpoints["data"]["finalized"]["root"]), finalized.root());
        for (name, expected) in [("header_finalized", finalized), ("header_first_checkpoint", self.first.header.beacon)]
        {
            let Some(bytes) = self.folder.find(&format!("{name}.json")) else { continue };
            let data = &json(name, bytes)["data"];
            check.eq(name, header(&data["header"]["message"]), expected);
            check.eq(name, word(&data["root"]), expected.root());
        }
        self.is_block(check, &finalized);
    }

    /// The block that is finalized, whole, has the root of its header. Its JSON only repeats it.
    fn is_block(&self, check: &mut Check, finalized: &BeaconBlockHeader) {
        let Some(ssz) = self.folder.find("block_finalized.ssz") else { return };
        let fork = self.l1.fork_at(self.l1.epoch_at(finalized.slot)).expect("a fork").name;
        let fork = Fork::named(fork.as_str()).expect("a fork with light clients");
        let kind = beacon::named("SignedBeaconBlock", fork, &MINIMAL).expect("it is written down");
        let block = kind.read(ssz).unwrap_or_else(|refusal| panic!("{}: {refusal}", self.folder.path));
        check.eq(self.folder.path, block.at("message").root(), finalized.root());
        check.eq(self.folder.path, block.at("message.body").root(), finalized.body_root);
        let said = json("block_finalized.json", self.folder.get("block_finalized.json"));
        let message = &said["data"]["message"];
        check.eq(self.folder.path, small(&message["slot"]), finalized.slot);
        check.eq(self.folder.path, word(&message["state_root"]), finalized.state_root);
        let signature = bytes(&said["data"]["signature"]);
        check.eq(self.folder.path, &signature[..], block.at("signature").bytes());
    }
}

/// The updates of all periods. In SSZ each has a digest besides.
fn updates(check: &mut Check, folder: &Folder<'_>, l1: &L1) -> Vec<Update> {
    let name = folder.name("updates");
    let updates = light_client::updates(&name, l1, folder.get("updates.json"));
    let Some(ssz) = folder.find("updates.ssz") else { return updates };
    let listed = light_client::updates(&name, l1, ssz);
    let digests: Vec<[u8; 4]> = listed.iter().map(|update| update.claimed_fork_digest.expect("a digest")).collect();
    let bare = listed.iter().map(|update| Update { claimed_fork_digest: None, ..update.clone() });
    check.eq(&name, bare.collect::<Vec<_>>(), updates.clone());
    let forks = updates.iter().map(|update| l1.fork_at(l1.epoch_at(update.attested_header.beacon.slot)));
    let expected: Vec<_> = forks.map(|fork| digest(l1, fork.expect("a fork"), electra(l1))).collect();
    check.eq(&name, &digests, &expected);
    let frame = |(update, digest): (&Update, [u8; 4])| {
        let payload = update.to_ssz();
        [&(payload.len() as u64 + 4).to_le_bytes()[..], &digest, &payload].concat()
    };
    check.eq(&name, &updates.iter().zip(digests).flat_map(frame).collect::<Vec<u8>>()[..], ssz);
    listed
}

/// The schedule that the node gives by itself is that of its configuration.
fn is_scheduled(check: &mut Check, folder: &Folder<'_>, l1: &L1) {
    let schedule = json("config_fork_schedule.json", folder.get("config_fork_schedule.json"));
    let fork = |fork: &Value| (bytes(&fork["current_version"]).to_vec(), small(&fork["epoch"]));
    // A fork without a date is one at the end of time.
    let schedule = list(&schedule["data"]).iter().map(fork).filter(|(_, epoch)| *epoch != u64::MAX);
    let forks: Vec<_> = l1.forks.iter().map(|fork| (fork.version.to_vec(), fork.epoch)).collect();
    check.eq(folder.path, forks, schedule.collect());
}

/// Blob parameters as they are from Electra until a schedule changes them.
fn electra(l1: &L1) -> BlobParameters {
    let electra = l1.forks.iter().find(|fork| fork.name == ForkName::Electra);
    BlobParameters { epoch: electra.map_or(u64::MAX, |fork| fork.epoch), max_blobs_per_block: 9 }
}

/// `compute_fork_digest`: from Fulu on mixed with blob parameters.
fn digest(l1: &L1, fork: &NamedFork, blobs: BlobParameters) -> [u8; 4] {
    let base = hash_nodes(B256::right_padding_from(&fork.version), l1.genesis_validators_root);
    let mask = Sha256::digest([blobs.epoch.to_le_bytes(), blobs.max_blobs_per_block.to_le_bytes()].concat());
    let is_mixed = fork.name >= ForkName::Fulu;
    core::array::from_fn(|place| if is_mixed { base[place] ^ mask[place] } else { base[place] })
}

fn header(message: &Value) -> BeaconBlockHeader {
    BeaconBlockHeader {
        slot: small(&message["slot"]),
        proposer_index: small(&message["proposer_index"]),
        parent_root: word(&message["parent_root"]),
        state_root: word(&message["state_root"]),
        body_root: word(&message["body_root"]),
    }
}
