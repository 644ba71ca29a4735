//! `5-lies`: the beacon chain's part. A flow of another recording in which some answers are false.
//!
//! The rest of the lies are about L1 and L2: whoever drives the whole client replays them.

use super::Story;
use super::consensus::{BOOTSTRAP, Beacon, FINALITY, OPTIMISTIC, UPDATES};
use crate::suites::metis::check::Check;
use crate::suites::metis::json::{list, raw, small, text};
use metis_light::consensus::{Bootstrap, Checkpoint, Message, Store, Update, UpdateKind};
use metis_light::network::L1;
use metis_light::primitives::UnixTime;
use metis_light::{Error, Kind};
use serde_json::Value;

/// Every lie of the beacon node about this recording.
pub(super) fn run(check: &mut Check, scenario: &str, story: &Story<'_>, lies: &Value) {
    for lie in list(lies).iter().filter(|lie| lie["stage"] == "beacon" && lie["base"] == scenario) {
        let name = format!("{}: {}", text(&lie["id"]), text(&lie["title"]));
        let flow = Flow::new(story, lie);
        let accepted: Vec<&str> = list(&lie["expect"]["accept"]).iter().map(text).collect();
        match flow.run() {
            Err(class) => check.refused(&name, Err::<(), _>(class), |class| accepted.contains(class)),
            // An answer of yesterday is no error, as long as nothing goes back: the updates alone lead as far.
            Ok(store) => {
                assert!(accepted.contains(&"not-newer"), "{name}: accepted");
                let honest = Flow { replaced: Vec::new(), ..flow }.without_finality();
                let honest = honest.unwrap_or_else(|error| panic!("{name}: {error}"));
                check.eq(&name, store.finalized_header(), honest.finalized_header());
            }
        }
    }
}

/// The recordings' name for the kind of an error.
fn class(error: impl Into<Error>) -> &'static str {
    match error.into().kind() {
        Kind::Invalid => "invalid-proof",
        Kind::Malformed => "malformed",
        Kind::NotYet => "not-newer",
        _ => "none of these",
    }
}

struct Flow<'a> {
    l1: &'a L1,
    beacon: &'a Beacon<'a>,
    phase: &'a str,
    now: UnixTime,
    /// Paths and what is answered instead.
    replaced: Vec<(&'a str, &'a Value)>,
}

impl<'a> Flow<'a> {
    fn new(story: &'a Story<'a>, lie: &'a Value) -> Self {
        let phase = text(&lie["phase"]);
        let mut phases = list(&story.expected["phases"]).iter();
        let expected = phases.find(|expected| expected["name"] == phase).expect("a phase of the recording");
        let replacement = |replacement: &'a Value| (text(&replacement["request"]["path"]), &replacement["response"]);
        Self {
            l1: &story.network.l1,
            beacon: &story.beacon,
            phase,
            now: UnixTime(small(&expected["suggestedWallClock"])),
            replaced: list(&lie["replacements"]).iter().map(replacement).collect(),
        }
    }

    /// Bootstrap, updates, finality, and what is signed.
    fn run(&self) -> Result<Store, &'static str> {
        let mut store = self.without_finality()?;
        for (path, kind) in [(FINALITY, UpdateKind::Finality), (OPTIMISTIC, UpdateKind::Optimistic)] {
            for update in self.updates(path, kind)? {
                store.advance(&update, self.now).map_err(class)?;
            }
        }
        Ok(store)
    }

    fn without_finality(&self) -> Result<Store, &'static str> {
        let checkpoint = self.beacon.checkpoint;
        let bootstrap = self.bootstrap(&format!("{BOOTSTRAP}{checkpoint}"))?;
        let store = Store::bootstrap(self.l1, Checkpoint::new(checkpoint), &bootstrap, self.now);
        let mut store = store.map_err(class)?;
        for update in self.updates(&format!("{UPDATES}0&count=128"), UpdateKind::Full)? {
            store.advance(&update, self.now).map_err(class)?;
        }
        Ok(store)
    }

    fn messages(&self, path: &str) -> Result<Vec<Message>, &'static str> {
        let replaced = self.replaced.iter().find(|(replaced, _)| *replaced == path);
        let body = match replaced {
            Some((_, response)) => raw(&response["body"]),
            None => self.beacon.body(self.phase, path),
        };
        Message::parse_all(self.l1, &body).map_err(class)
    }

    fn bootstrap(&self, path: &str) -> Result<Bootstrap, &'static str> {
        match self.messages(path)?.as_slice() {
            [Message::Bootstrap(bootstrap)] => Ok(Bootstrap::clone(bootstrap)),
            _ => Err("malformed"),
        }
    }

    /// Whoever asked for updates of a kind looks at what came.
    fn updates(&self, path: &str, kind: UpdateKind) -> Result<Vec<Update>, &'static str> {
        let update = |message| match message {
            Message::Update(update) if update.kind() == kind => Ok(*update),
            _ => Err("malformed"),
        };
        self.messages(path)?.into_iter().map(update).collect()
    }
}
