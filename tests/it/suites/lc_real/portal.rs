//! `mainnet_capella_deneb_portal/`: content of the Portal network, by keys that tell what it is.
//!
//! A value is a fork digest and SSZ. Updates come as an SSZ list of such values, found by offsets. Those of Capella are of the
//! periods before the bootstrap's, so each is judged by the committee that the one before it proves, and the bootstrap's
//! committee is the one that the last of them proves.
//!
//! Not used: `historical_summaries_with_proof`, which is no message to light clients, and is made of a random state.

use super::super::light_client::{advance, agree, climb, signed_by, started, time_of, twins};
use super::super::metis::check::Check;
use super::super::metis::json::bytes;
use super::super::spec_files::yaml;
use super::mainnet;
use crate::files::Files;
use metis_light::consensus::{Bootstrap, Update, UpdateKind};
use metis_light::network::L1;
use metis_light::primitives::B256;
use metis_light::primitives::bls::BlsError;
use serde_json::json;

const FOLDER: &str = "lc_real/mainnet_capella_deneb_portal/";

pub(super) fn run(check: &mut Check, files: &Files) {
    let l1 = mainnet();
    for (path, bytes) in files.matching(FOLDER, "/bootstrap.yaml") {
        let folder = path.trim_end_matches("bootstrap.yaml");
        let content = |name: &str| {
            let path = format!("{folder}{name}.yaml");
            let bytes = files.get(&path).unwrap_or_else(|| panic!("{path} is missing"));
            Content::read(&path, bytes)
        };
        let first = Content::read(path, bytes);
        let bootstrap = first.bootstrap(check, &l1);
        let updates = content("updates").updates(check, &l1);
        chained(check, folder, &l1, &updates, &bootstrap);
        let single = [("finality_update", UpdateKind::Finality), ("optimistic_update", UpdateKind::Optimistic)];
        let single = single.map(|(name, kind)| content(name).update(check, &l1, kind));
        let now = single.iter().map(|update| time_of(&l1, update.signature_slot)).max().expect("two updates");
        let mut store = started(folder, &l1, &bootstrap, now);
        let later: Vec<Update> =
            updates.into_iter().filter(|update| l1.period_at(update.signature_slot) >= store.period()).collect();
        climb(check, folder, &mut store, &later, now);
        for update in &single {
            twins::refused(check, folder, &store, update, now);
            advance(check, folder, &mut store, update, now);
        }
    }
}

/// A key and its value.
struct Content {
    name: String,
    key: Vec<u8>,
    value: Vec<u8>,
}

impl Content {
    fn read(path: &str, file: &[u8]) -> Self {
        let content = yaml(path, file);
        // A key of few digits, unquoted, would be a number.
        assert!(content["content_key"] != json!(null), "{path} has no key");
        let [key, value] = ["content_key", "content_value"].map(|member| bytes(&content[member]).to_vec());
        Self { name: path.to_owned(), key, value }
    }

    /// What the key's first byte says that it is, with the rest of the key.
    fn key_of(&self, selector: u8) -> &[u8] {
        let (first, rest) = self.key.split_first().expect("a key");
        assert_eq!(*first, selector, "{}", self.name);
        rest
    }

    fn bootstrap(&self, check: &mut Check, l1: &L1) -> Bootstrap {
        let (_, ssz) = versioned(&self.value);
        let bootstrap = check.ok(&self.name, Bootstrap::from_ssz(l1, None, ssz));
        agree::bootstrap(&self.name, l1, &bootstrap);
        check.eq(&self.name, &bootstrap.to_ssz()[..], ssz);
        // The key names the block.
        check.eq(&self.name, bootstrap.header.beacon.root(), B256::from_slice(self.key_of(0x10)));
        bootstrap
    }

    /// The key names the first period and the count.
    fn updates(&self, check: &mut Check, l1: &L1) -> Vec<Update> {
        let (start, count) = self.key_of(0x11).split_at(8);
        let number = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
        let updates: Vec<Update> =
            listed(&self.value).into_iter().map(|value| self.one(check, l1, UpdateKind::Full, value)).collect();
        let periods: Vec<u64> = updates.iter().map(|update| l1.period_at(update.signature_slot)).collect();
        check.eq(&self.name, periods, (number(start)..).take(usize::try_from(number(count)).unwrap()).collect());
        updates
    }

    /// The key names the finalized slot or the signature's.
    fn update(&self, check: &mut Check, l1: &L1, kind: UpdateKind) -> Update {
        let update = self.one(check, l1, kind, &self.value);
        let (selector, slot) = match &update.finalized_header {
            Some(finalized) => (0x12, finalized.value.beacon.slot),
            None => (0x13, update.signature_slot),
        };
        check.eq(&self.name, self.key_of(selector), &slot.to_le_bytes()[..]);
        update
    }

    fn one(&self, check: &mut Check, l1: &L1, kind: UpdateKind, value: &[u8]) -> Update {
        let (digest, ssz) = versioned(value);
        let update = check.ok(&self.name, Update::from_ssz(l1, kind, None, ssz));
        agree::update(&self.name, l1, &update);
        check.eq(&self.name, &update.to_ssz()[..], ssz);
        Update { claimed_fork_digest: Some(digest), ..update }
    }
}

fn versioned(value: &[u8]) -> ([u8; 4], &[u8]) {
    let (digest, ssz) = value.split_first_chunk().expect("a digest");
    (*digest, ssz)
}

/// The elements of an SSZ list, each from its offset to the next.
fn listed(list: &[u8]) -> Vec<&[u8]> {
    let offset = |place: usize| {
        let bytes = list[4 * place..4 * place + 4].try_into().expect("four bytes");
        usize::try_from(u32::from_le_bytes(bytes)).expect("an offset")
    };
    let count = offset(0) / 4;
    let end = |place| if place + 1 < count { offset(place + 1) } else { list.len() };
    (0..count).map(|place| &list[offset(place)..end(place)]).collect()
}

/// Each update's committee signed the next update; the last one's is that of the bootstrap, where it is of the next period.
fn chained(check: &mut Check, name: &str, l1: &L1, updates: &[Update], bootstrap: &Bootstrap) {
    let next = |update: &Update| update.next_sync_committee.clone().expect("a committee").value;
    for pair in updates.windows(2) {
        check.ok(name, signed_by(l1, &next(&pair[0]), &pair[1]));
        check.refused(name, signed_by(l1, &next(&pair[1]), &pair[1]), |error| *error == BlsError::Mismatch);
    }
    if let Some(last) = updates.last()
        && l1.period_at(last.signature_slot) + 1 == l1.period_at(bootstrap.header.beacon.slot)
    {
        check.eq(name, next(last), bootstrap.current_sync_committee.clone());
    }
}
