//! Disputes in each phase of the recordings of `golden/`: who has power, the old verifier contract as it was deployed and staked
//! in, and for each batch what its withdrawals and its deletion depend on. Then each answer spoiled.

use super::Report;
use super::blocks::{ask, ready};
use super::metis::json::{address, list, small, text, word};
use crate::files::{Files, json};
use core::cell::Cell;
use core::time::Duration;
use metis_light::client::{DisputesOf, FindBatch, Reply, Request, RollupHead, Source, Wanted};
use metis_light::consensus::Checkpoint;
use metis_light::dispute::{Deletion, Disputes, OnRelay};
use metis_light::error::Kind;
use metis_light::network::Network;
use metis_light::primitives::{U256, UnixTime};
use metis_light::rollup::StateBatch;
use metis_light::shell::{Failure, Limits, Session, Standing, Transcript, Transport, drive};
use serde_json::{Value, json};

pub(super) const ROOTS: &[&str] = &["golden/"];

pub(super) fn run(files: &Files) -> Report {
    let mut report = Report::default();
    let mut blocked = 0;
    for (path, network) in files.matching("golden/", "/network.json") {
        let folder = path.trim_end_matches("network.json");
        let read = |name: &str| files.json(&format!("{folder}{name}.json"));
        let (Some(expected), Some(calls)) = (read("expected"), read("calls")) else { continue };
        let told = json(path, network);
        let checkpoint = Checkpoint::new(word(&told["l1"]["checkpointRoot"]));
        let network = Network::from_json(network).expect("a network file");
        let transcript = Transcript::new(&calls).expect("calls");
        for phase in list(&expected["phases"]) {
            let world = transcript.at(text(&phase["name"]), UnixTime(small(&phase["suggestedWallClock"])));
            let session = Session::from_checkpoint(network.clone(), checkpoint, world.clone());
            // In some phases the contracts are not those that the network's data pins.
            let Ok(head) = ready(session.head()).map(|heads| heads.rollup) else { continue };
            let disputes = disputes(&world, &head, &told, &expected, phase);
            report.cases += 1;
            for batch in list(&phase["batches"]).iter().filter(|batch| batch["live"] == true) {
                blocked += usize::from(is_blocked_as_told(&world, &head, &disputes, batch, &expected, phase));
                report.cases += 1;
            }
            spoiled(&world, &head, &mut report);
        }
    }
    assert!(blocked > 0, "no recording has a dispute");
    report
}

/// Reads everything, and compares it with what was written down on the day.
fn disputes(world: &Transcript, head: &RollupHead, network: &Value, expected: &Value, phase: &Value) -> Disputes {
    let task = DisputesOf::new(&head.registry, None).expect("begun");
    let driven = ready(drive(task, world, Limits::default(), &mut Standing::default()));
    assert_eq!(driven.rounds, 3, "lengths; addresses; stakes");
    let disputes = driven.output.expect("it was recorded");
    let roles = &network["roles"];
    assert_eq!(disputes.authority().fraud_verifier, address(&roles["fraudVerifier"]));
    assert_eq!(disputes.authority().dispute_game_factory, address(&roles["disputeGameFactory"]));
    assert!(disputes.games().is_none() && disputes.request().is_none(), "no factory is named");
    assert!(!disputes.challenges_have_power());
    assert_eq!(disputes.unpinned(), ["contracts.mvmVerifierImplementation"]);
    let earliest = small(&phase["scc"]["earliestDisputedBlockNumber"]);
    assert_eq!(disputes.basis().earliest_disputed_block(), U256::from(earliest));

    let values = list(&expected["l1Values"]).iter().find(|values| values["phase"] == phase["name"]);
    let values = &values.expect("each phase has values")["mvmVerifier"];
    let verifier = disputes.mvm_verifier().expect("it is named");
    assert_eq!(verifier.address, address(&network["contracts"]["mvmVerifier"]));
    let parameters = &verifier.parameters;
    let number = |name: &str| U256::from(small(&values[name]));
    assert_eq!(parameters.verify_window, number("verifyWindow"));
    assert_eq!(parameters.active_challenges, number("activeChallenges"));
    assert_eq!(parameters.min_stake, number("minStake"));
    assert_eq!(parameters.qualified, number("numQualifiedVerifiers"));
    assert_eq!((verifier.under_challenge, verifier.challenges.len()), (None, 0));
    let told: Vec<_> = verifier.verifiers.iter().map(|one| (one.address, one.stake, one.is_whitelisted)).collect();
    let (addresses, stakes) = (list(&values["verifiers"]), list(&values["stakes"]));
    let lists = addresses.iter().zip(stakes).zip(list(&values["whitelisted"]));
    let expected: Vec<_> =
        lists.map(|((who, stake), listed)| (address(who), U256::from(small(stake)), *listed == json!(true))).collect();
    assert_eq!(told, expected);
    disputes
}

/// What the disputes mean for a batch; whether its messages are blocked.
fn is_blocked_as_told(
    world: &Transcript,
    head: &RollupHead,
    disputes: &Disputes,
    told: &Value,
    expected: &Value,
    phase: &Value,
) -> bool {
    let index = small(&told["index"]);
    let find = FindBatch::new(&head.registry, Wanted::Index(index)).expect("it is there");
    let found = ask(world, find).expect("it was recorded");
    let batch: &StateBatch = found.batch();
    assert_eq!(batch.header_hash(), word(&told["headerHash"]));
    let posted = list(&expected["batches"]).iter().find(|batch| batch["headerHash"] == told["headerHash"]);
    let posted = posted.expect("it was posted");

    let effect = disputes.effect_on(batch).expect("the same block");
    let (scc, finalized) = (&phase["scc"], small(&phase["finalized"]["timestamp"]));
    let earliest = small(&scc["earliestDisputedBlockNumber"]);
    let is_blocked = earliest != 0 && earliest <= small(&posted["lastL2Block"]);
    let on_relay = if is_blocked { OnRelay::BlockedFrom { block: U256::from(earliest) } } else { OnRelay::Nothing };
    assert_eq!(effect.on_relay, on_relay, "{told}");
    assert_eq!(told["verdict"] == "disputed", is_blocked);
    let closes = UnixTime(small(&posted["timestamp"]) + small(&scc["fraudProofWindow"]));
    let by = disputes.authority().fraud_verifier;
    let deletion = match (closes.0 <= finalized, batch.is_flagged()) {
        (true, _) => Deletion::Closed { since: closes },
        (false, false) => Deletion::NeedsFlag { by, until: closes },
        (false, true) => Deletion::Open { by, until: closes },
    };
    assert_eq!(effect.deletion, deletion);
    assert!(effect.games.is_empty() && effect.challenges.is_empty());
    is_blocked
}

/// A member of an answer, and what kind of error it deserves when it is another.
const PLACES: [(&str, Kind); 6] = [
    ("/storageProof/0/value", Kind::Invalid),
    ("/storageProof/0/proof/0", Kind::Invalid),
    ("/accountProof/0", Kind::Invalid),
    ("/storageHash", Kind::Invalid),
    ("/codeHash", Kind::Invalid),
    ("/storageProof/0/key", Kind::Invalid),
];

/// Each member of each answer, one after the other.
fn spoiled(world: &Transcript, head: &RollupHead, report: &mut Report) {
    for (pointer, kind) in PLACES {
        for lie in 0.. {
            let liar = Liar { world, pointer, lie, seen: Cell::new(0) };
            let outcome = ask(&liar, DisputesOf::new(&head.registry, None).expect("begun"));
            if liar.seen.get() <= lie {
                // There are no more answers: what was told was true.
                assert!(outcome.is_ok() && lie > 3, "{pointer}");
                break;
            }
            let error = outcome.expect_err(pointer);
            assert_eq!(error.kind(), kind, "{pointer} of answer {lie}: {error}");
            report.refused += 1;
        }
    }
}

/// A node whose answer number `lie` is false in one place.
struct Liar<'a> {
    world: &'a Transcript,
    pointer: &'a str,
    lie: usize,
    seen: Cell<usize>,
}

impl Transport for Liar<'_> {
    fn sources(&self, _: Source) -> usize {
        1
    }

    async fn fetch(&self, kind: Source, _: usize, requests: &[Request]) -> Vec<Result<Reply, Failure>> {
        let mut replies = self.world.fetch(kind, 0, requests).await;
        for reply in replies.iter_mut().flatten() {
            let place = self.seen.replace(self.seen.get() + 1);
            if place != self.lie {
                continue;
            }
            let mut told = json("reply", reply);
            let member = told.pointer_mut(self.pointer).expect("each answer has one");
            let last = if text(member).ends_with('0') { "1" } else { "0" };
            *member = json!(format!("{}{last}", &text(member)[..text(member).len() - 1]));
            *reply = told.to_string().into_bytes();
        }
        replies
    }

    async fn sleep(&self, _: Duration) {}

    fn jitter(&self) -> u32 {
        0
    }

    fn now(&self) -> UnixTime {
        self.world.now()
    }
}
