//! Sources of attestations as they are: some know less than others, some lie, some are silent, one says a million things. What
//! comes of it is counted once, under whatever order; the floor *attested* holds; evidence leads from the checkpoint on.

use super::Report;
use super::damage::sources::ready;
use crate::files::Files;
use core::cell::RefCell;
use core::time::Duration;
use k256::ecdsa::SigningKey;
use metis_light::attestation::{
    Attestation, AttestationError, Domain, Equivocation, FalseAttestation, Finality, Lowered, MAX_STATEMENTS, Policy,
    QuorumRule, Signature, Statement, Tally,
};
use metis_light::bundle::{Bundle, Claim};
use metis_light::client::{ClientError, Reply, Request, Source, Wanted};
use metis_light::consensus::Checkpoint;
use metis_light::error::{Error, Kind};
use metis_light::evidence::{Evidence, Ground, Shown};
use metis_light::network::{Network, Verifier};
use metis_light::primitives::{Address, B256, U256, UnixTime, keccak256};
use metis_light::rollup::{Accepted, CommittedBatch};
use metis_light::shell::{At, Failure, Floor, Session, Transcript, Transport};
use metis_light::wire::MAX_ATTESTATIONS_REPLY;
use serde_json::{Value, json};

pub(super) const ROOTS: &[&str] = &["tests/data/devnet-1/"];

pub(super) fn run(files: &Files) -> Report {
    let mut report = Report::default();
    let scene = Scene::new(files, "in-window");
    merged(&scene, &mut report);
    liars(&scene, &mut report);
    crowded(&scene, &mut report);
    floors(&scene, &mut report);
    lists(&scene, &mut report);
    equivocation(&scene, &mut report);
    false_attestation(&Scene::new(files, "ready"), &mut report);
    report
}

/// A recording at a phase, and verifiers with keys 1 to 4.
struct Scene {
    calls: Value,
    network: Network,
    checkpoint: Checkpoint,
    phase: String,
    now: UnixTime,
    batches: Vec<CommittedBatch>,
}

/// What a source of attestations answers.
#[derive(Clone)]
enum Says {
    These(Vec<Attestation>),
    Bytes(Vec<u8>),
    Nothing,
    Silence,
}

/// The recording, with sources of attestations beside it.
struct Sources {
    world: Transcript,
    says: Vec<Says>,
    asked: RefCell<Vec<String>>,
}

impl Transport for Sources {
    fn sources(&self, kind: Source) -> usize {
        if kind == Source::Attestations { self.says.len() } else { 1 }
    }

    async fn fetch(&self, kind: Source, source: usize, requests: &[Request]) -> Vec<Result<Reply, Failure>> {
        let [Request::Attestations { path }] = requests else {
            return self.world.fetch(kind, source, requests).await;
        };
        self.asked.borrow_mut().push(path.clone());
        vec![match &self.says[source] {
            Says::These(attestations) => Ok(reply(attestations)),
            Says::Bytes(bytes) => Ok(bytes.clone()),
            Says::Nothing => Ok(Reply::new()),
            Says::Silence => Err(Failure::soon("nobody answers")),
        }]
    }

    async fn sleep(&self, _: Duration) {
        // Time does not pass here: what is late never is.
        core::future::pending().await
    }

    fn jitter(&self) -> u32 {
        0
    }

    fn now(&self) -> UnixTime {
        self.world.now()
    }
}

fn reply(attestations: &[Attestation]) -> Vec<u8> {
    let list: Vec<_> = attestations.iter().map(Attestation::to_json).collect();
    json!({ "attestations": list }).to_string().into_bytes()
}

impl Scene {
    fn new(files: &Files, phase: &str) -> Self {
        let path = |name: &str| format!("{}{name}.json", ROOTS[0]);
        let json = |name: &str| files.json(&path(name)).expect("a file of the recording");
        let (file, expected) = (files.get(&path("network")).expect("the network file"), json("expected"));
        let of = |found: &&Value| found["name"] == phase;
        let found = expected["phases"].as_array().expect("phases").iter().find(of).expect("the phase");
        let root = json("network")["l1"]["checkpointRoot"].as_str().expect("a root").parse().expect("a root");
        let mut scene = Self {
            calls: json("calls"),
            network: Network::from_json(file).expect("a network file"),
            checkpoint: Checkpoint::new(root),
            phase: phase.to_owned(),
            now: UnixTime(found["suggestedWallClock"].as_u64().expect("a time")),
            batches: Vec::new(),
        };
        let session = scene.session(Vec::new());
        scene.batches = [0, 1].map(|index| batch(&session, index)).into();
        scene
    }

    fn session(&self, says: Vec<Says>) -> Session<Sources> {
        let world = Transcript::new(&self.calls).expect("calls").at(&self.phase, self.now);
        let sources = Sources { world, says, asked: RefCell::default() };
        let weights = [40, 30, 20, 10].map(U256::from);
        let member = |(key, weight)| Verifier { address: address(key), weight };
        let policy = Policy::List((1..).zip(weights).map(member).collect());
        Session::from_checkpoint(self.network.clone(), self.checkpoint, sources).with_policy(policy)
    }

    fn agreement(&self, index: usize) -> Statement {
        let (batch, header) = (self.batches[index].batch(), self.batches[index].batch().header());
        Statement {
            l2_chain_id: U256::from(self.network.l2.chain_id),
            batch_index: U256::from(batch.index()),
            batch_header_hash: batch.header_hash(),
            batch_root: header.batch_root(),
            l2_block_number: U256::from(header.last_block()),
            l2_state_root: *self.batches[index].state_roots().last().expect("a root"),
            l2_block_hash: header.extra_data().last_block().map_or(B256::ZERO, |last| last.hash),
            verdict: 1,
            issued_at: UnixTime(header.extra_data().timestamp().0 + 1),
        }
    }

    fn dissent(&self, index: usize) -> Statement {
        let first = self.batches[index].batch().header().first_block();
        let (block, root) = (U256::from(first), B256::repeat_byte(0xdd));
        Statement { verdict: 0, l2_block_number: block, l2_state_root: root, ..self.agreement(index) }
    }

    fn signed(&self, key: u8, statement: Statement) -> Attestation {
        sign(key, statement, &Domain::of_network(&self.network))
    }

    /// The keys' agreements with a batch.
    fn agreeing(&self, index: usize, keys: &[u8]) -> Vec<Attestation> {
        keys.iter().map(|key| self.signed(*key, self.agreement(index))).collect()
    }

    /// What such sources' words about the last batch come to, and who is blamed for what.
    fn tally(&self, says: Vec<Says>) -> (Tally, Vec<(usize, Kind)>) {
        let session = self.session(says);
        let tally = ready(session.attestations(None)).expect("sources of attestations end nothing");
        let blamed = session.take_blamed().into_iter().map(|blame| (blame.source, blame.error.kind())).collect();
        let asked = session.transport().asked.borrow();
        let path = format!("/v1/attestations/{}/1", self.network.l2.chain_id);
        assert!(asked.iter().all(|asked| *asked == path) && asked.len() == session.transport().says.len());
        (tally, blamed)
    }
}

fn batch(session: &Session<Sources>, index: u64) -> CommittedBatch {
    let heads = ready(session.recent_head()).expect("honest answers");
    let find = metis_light::client::FindBatch::new(&heads.rollup.registry, Wanted::Index(index)).expect("it is posted");
    ready(session.ask(find)).expect("honest answers")
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_slice(B256::left_padding_from(&[number]).as_slice()).expect("a key")
}

fn address(number: u8) -> Address {
    let point = key(number).verifying_key().to_encoded_point(false);
    Address::from_word(keccak256(&point.as_bytes()[1..]))
}

fn sign(number: u8, statement: Statement, domain: &Domain) -> Attestation {
    let digest = statement.digest(domain);
    let (signature, parity) = key(number).sign_prehash_recoverable(digest.as_slice()).expect("it signs");
    let bytes = signature.to_bytes();
    let (r, s) = (U256::from_be_slice(&bytes[..32]), U256::from_be_slice(&bytes[32..]));
    Attestation { statement, signature: Signature::from_parts(r, s, parity.is_y_odd()) }
}

fn weights(tally: &Tally) -> [u64; 2] {
    [tally.weight(), tally.contested()].map(|weight| weight.to())
}

/// Several sources know more than one, and the same word from all of them is one.
fn merged(scene: &Scene, report: &mut Report) {
    let says = |keys: &[&[u8]]| keys.iter().map(|keys| Says::These(scene.agreeing(1, keys))).collect::<Vec<_>>();
    for (sources, weight, is_attested) in [
        (says(&[&[1, 2, 3]]), 90, true),
        (says(&[&[1], &[2], &[3]]), 90, true),
        (says(&[&[1, 2, 3], &[3, 2, 1], &[1, 1, 1]]), 90, true),
        (says(&[&[1, 2], &[2, 1]]), 70, false),
        (says(&[&[2, 3, 4], &[2]]), 60, false),
        (says(&[&[]]), 0, false),
        (says(&[]), 0, false),
    ] {
        let (tally, blamed) = scene.tally(sources);
        assert_eq!((weights(&tally), tally.is_attested()), ([weight, 0], is_attested));
        assert!(blamed.is_empty() && tally.refused().is_empty());
        report.cases += 1;
    }
}

/// A liar among honest sources changes nothing but who is blamed or refused.
fn liars(scene: &Scene, report: &mut Report) {
    let honest = Says::These(scene.agreeing(1, &[1, 2, 3]));
    let mut spoiled = scene.signed(4, scene.agreement(1));
    spoiled.statement.issued_at.0 += 1;
    let stranger = scene.signed(9, scene.agreement(1));
    let elsewhere = sign(4, scene.agreement(1), &Domain { chain_id: 5, ..Domain::of_network(&scene.network) });
    let refused = [spoiled, stranger, elsewhere, scene.signed(4, scene.agreement(0))];
    for attestation in refused {
        let (tally, blamed) = scene.tally(vec![Says::These(vec![attestation]), honest.clone()]);
        assert_eq!((weights(&tally), tally.refused().len()), ([90, 0], 1));
        assert!(tally.is_attested() && blamed.is_empty());
        report.refused += 1;
    }
    let signature = json!({ "message": {}, "signature": "0x00" });
    for (says, kind) in [
        (Says::Silence, Kind::Unavailable),
        (Says::Bytes(b"<html>".to_vec()), Kind::Malformed),
        (Says::Bytes(b"{}".to_vec()), Kind::Malformed),
        (Says::Bytes(json!({ "attestations": [signature] }).to_string().into_bytes()), Kind::Malformed),
        (Says::Bytes(vec![b' '; MAX_ATTESTATIONS_REPLY + 1]), Kind::Malformed),
        (Says::Bytes(vec![b'['; MAX_ATTESTATIONS_REPLY]), Kind::Malformed),
    ] {
        let (tally, blamed) = scene.tally(vec![says.clone(), honest.clone()]);
        assert_eq!((weights(&tally), tally.is_attested(), blamed), ([90, 0], true, vec![(0, kind)]));
        let (tally, _) = scene.tally(vec![says]);
        assert_eq!(weights(&tally), [0, 0]);
        report.refused += 2;
    }
    let (tally, blamed) = scene.tally(vec![Says::Nothing, honest]);
    assert!(tally.is_attested() && blamed.is_empty(), "who knows nothing is not to blame");
    report.cases += 1;
}

/// One that says as much as fits does not crowd out the others.
fn crowded(scene: &Scene, report: &mut Report) {
    let honest = Says::These(scene.agreeing(1, &[1, 2, 3]));
    let one = scene.signed(9, scene.agreement(1));
    let noise = |place: usize| {
        let mut noise = one;
        noise.statement.issued_at.0 += place as u64;
        noise
    };
    let fits = MAX_ATTESTATIONS_REPLY / (reply(&[one, one]).len() - reply(&[one]).len()) - 1;
    let loud = Says::These((0..fits).map(noise).collect());
    let (tally, _) = scene.tally(vec![loud.clone(), loud.clone(), loud, honest]);
    assert!(tally.is_attested() && tally.refused().len() <= MAX_STATEMENTS, "{}", tally.refused().len());
    report.cases += 1;
}

/// What is below the floor is refused, and the newest block that meets it is found.
fn floors(scene: &Scene, report: &mut Report) {
    let block = |says: &[(usize, &[u8])], at| {
        let says = says.iter().flat_map(|(index, keys)| scene.agreeing(*index, keys)).collect();
        let session = scene.session(vec![Says::These(says)]).with_floor(Floor::Attested);
        ready(session.state_root(at)).map(|root| root.block())
    };
    let all: &[u8] = &[1, 2, 3];
    assert_eq!(block(&[(0, all), (1, all)], At::Newest), Ok(4));
    assert_eq!(block(&[(0, all), (1, &[1, 2])], At::Newest), Ok(2), "the newest that a quorum signed");
    let none = block(&[(0, &[1])], At::Newest).expect_err("nothing is attested or final");
    assert!(matches!(none, Error::Client(ClientError::NotAttested { block: 4, .. })), "{none}");
    assert_eq!(block(&[(1, all)], At::Block(3)), Ok(3));
    let refused = block(&[(0, all), (1, &[1, 2])], At::Block(3)).expect_err("below the floor");
    let is_right = |error: &Error| match error {
        Error::Client(ClientError::NotAttested { block: 3, weight, required, .. }) => {
            [*weight, *required] == [70, 67].map(U256::from)
        }
        _ => false,
    };
    // The weight would do; the signers are too few.
    assert!(is_right(&refused) && refused.kind() == Kind::NotYet && refused.until().is_some(), "{refused}");
    let posted = scene.session(Vec::new());
    assert_eq!(ready(posted.state_root(At::Newest)).map(|root| root.block()), Ok(4), "without the floor");
    report.cases += 4;
    report.refused += 2;
}

/// The quorum and the list are the caller's, and a lower quorum is told.
fn lists(scene: &Scene, report: &mut Report) {
    let lowered = QuorumRule::lowered(1, 2, 1, Lowered).expect("a rule");
    let session = scene.session(vec![Says::These(scene.agreeing(1, &[1, 3]))]);
    assert!(!ready(session.attestations(None)).expect("a tally").is_attested());
    let session = scene.session(vec![Says::These(scene.agreeing(1, &[1, 3]))]).with_quorum(lowered);
    let tally = ready(session.attestations(None)).expect("a tally");
    assert!(tally.is_attested() && tally.set().rule().is_lowered());
    let nobody = scene.session(Vec::new()).with_policy(Policy::List(Vec::new()));
    assert_eq!(ready(nobody.verifiers()).map(|_| ()), Err(AttestationError::EmptySet.into()));
    let pool = scene.session(Vec::new()).with_policy(Policy::LockingPool);
    let error = ready(pool.verifiers()).map(|_| ()).expect_err("the recording's network has no pool");
    assert_eq!(error, AttestationError::NoSet { what: "locking pool" }.into());
    report.cases += 1;
    report.refused += 3;
}

/// Who says two things counts for neither side, and the evidence needs nothing but itself.
fn equivocation(scene: &Scene, report: &mut Report) {
    let words = [scene.signed(1, scene.agreement(1)), scene.signed(1, scene.dissent(1))];
    let says = [words[..1].to_vec(), [scene.agreeing(1, &[2, 3, 4]), words[1..].to_vec()].concat()];
    let (tally, _) = scene.tally(says.map(Says::These).into());
    assert_eq!((weights(&tally), tally.is_attested()), ([60, 0], false));
    let [offence] = tally.offences() else { panic!("{:?}", tally.offences()) };
    let evidence = Evidence::of_equivocation(offence);
    let read = Evidence::parse(evidence.to_json().as_bytes()).expect("what is written can be read");
    assert_eq!(read, evidence);
    assert!(!read.needs_ground());
    let shown = read.verify(&scene.network, None);
    assert!(matches!(&shown, Ok(Shown::Equivocation(found)) if found.signer() == address(1)), "{shown:?}");
    report.cases += 2;

    let document: Value = serde_json::from_str(&evidence.to_json()).expect("json");
    let twin = |place: &str, value: Value| {
        let mut twin = document.clone();
        *twin.pointer_mut(place).expect("it is there") = value;
        let read = Evidence::parse(twin.to_string().as_bytes()).map_err(Error::from);
        read.and_then(|evidence| evidence.verify(&scene.network, None))
    };
    for (place, value) in [
        ("/format", json!("metis-light-evidence-2")),
        ("/domain/chainId", json!(1)),
        ("/domain/verifyingContract", json!(address(1))),
        ("/statements/1", document["statements"][0].clone()),
        ("/statements/0/message/verdict", json!(0)),
        ("/statements/0/message/issuedAt", json!("1")),
        ("/statements/0/message/l2BlockNumber", json!("77")),
        ("/statements/0/signature", document["statements"][1]["signature"].clone()),
        ("/statements", json!([document["statements"][0]])),
        ("/statements", json!([])),
    ] {
        assert!(twin(place, value).is_err(), "{place}");
        report.refused += 1;
    }
    let other = metis_light::network::andromeda();
    assert!(evidence.verify(&other, None).is_err(), "another rollup's verifiers are another's business");
    let (one, same) = (scene.signed(1, scene.agreement(1)), scene.signed(2, scene.dissent(1)));
    let domain = Domain::of_network(&scene.network);
    let recovered = [one, same].map(|attestation| attestation.recover(&domain).expect("a signature"));
    assert!(Equivocation::new(&recovered[0], &recovered[1]).is_err(), "two signers may differ");
    report.refused += 2;
}

/// What a final batch contradicts is false, under the checkpoint of whoever checks it.
fn false_attestation(scene: &Scene, report: &mut Report) {
    let older = Statement {
        batch_header_hash: B256::repeat_byte(3),
        l2_state_root: B256::repeat_byte(4),
        ..scene.agreement(1)
    };
    let session = scene.session(vec![Says::These(vec![scene.signed(2, older)])]);
    let tally = ready(session.attestations(None)).expect("a tally");
    assert!(matches!(tally.finality(), Finality::Final { .. }));
    let [offence] = tally.false_attestations() else { panic!("{:?}", tally.refused()) };
    let heads = ready(session.recent_head()).expect("a head");
    let bundle = Bundle::new(&heads.synced, offence.at(), &Claim::StateRoot, scene.now).expect("it was proven");
    let evidence = Evidence::of_false_attestation(offence, bundle);
    let read = Evidence::parse(evidence.to_json().as_bytes()).expect("what is written can be read");
    assert!(read == evidence && read.needs_ground());
    let ground = |checkpoint| Ground { checkpoint, accepted: Accepted::none(), now: scene.now };
    let shown = read.verify(&scene.network, Some(&ground(scene.checkpoint))).expect("it is false");
    let Shown::FalseAttestation { offence, ground: rests } = shown else { panic!("another offence") };
    assert_eq!((offence.signer(), offence.at().block()), (address(2), 4));
    assert_eq!(rests.checkpoint().root(), scene.checkpoint.root());
    report.cases += 2;

    let refused = |evidence: &Evidence, ground: Option<&Ground>| {
        assert!(evidence.verify(&scene.network, ground).is_err());
    };
    refused(&read, None);
    refused(&read, Some(&ground(Checkpoint::new(B256::repeat_byte(1)))));
    let honest = scene.signed(2, scene.agreement(1)).recover(&Domain::of_network(&scene.network)).expect("a signature");
    assert!(FalseAttestation::new(&honest, offence.at()).is_err());
    let mut twin: Value = serde_json::from_str(&evidence.to_json()).expect("json");
    twin["statements"][0]["message"]["l2StateRoot"] = json!(offence.at().state_root().hash());
    let twin = Evidence::parse(twin.to_string().as_bytes()).expect("the shape is right");
    refused(&twin, Some(&ground(scene.checkpoint)));
    report.refused += 4;
}
