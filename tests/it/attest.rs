//! The command `attest` over a recorded L1 and an own node that tests make lag, err or lie; and its server, over hostile
//! clients.

mod own_node;
mod world;

use metis_light::attest::Key;
use metis_light::attestation::{Attestation, Signed, Statement, find_equivocations};
use metis_light::primitives::{Address, B256, U256, UnixTime};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use world::{Running, World};

/// The batch as a recording tells it.
fn hash(batch: &Value) -> B256 {
    batch["headerHash"].as_str().expect("a hash").parse().expect("a hash")
}

/// That a statement is about this batch, agrees, and is this world's key's.
fn assert_agrees(world: &World, batch: &Value, said: &Attestation) {
    let roots = batch["stateRoots"].as_array().expect("roots");
    let last_hash = batch["lastL2BlockHash"].as_str().map_or(B256::ZERO, |hash| hash.parse().expect("a hash"));
    let statement = &said.statement;
    assert_eq!(statement.batch_header_hash, hash(batch));
    assert_eq!(statement.batch_index, U256::from(batch["index"].as_u64().expect("a number")));
    assert_eq!(statement.l2_block_number, U256::from(batch["lastL2Block"].as_u64().expect("a number")));
    assert_eq!(json!(statement.l2_state_root), *roots.last().expect("a root"));
    assert_eq!((statement.l2_block_hash, statement.verdict), (last_hash, 1));
    assert_eq!(statement.issued_at, UnixTime(world.now()));
    assert_eq!(said.recover(&world.domain()).map(|signed| signed.signer()), Ok(world.address));
}

#[test]
fn every_batch_is_attested_and_served_and_what_was_said_outlasts_the_process() {
    let Some(world) = World::read("happy", "1-happy", "ready") else { return };
    let batches = world.batches();
    assert!(batches.len() > 3);
    let mut node = world.started(&["--from", "0"]);
    for (index, batch) in batches.iter().enumerate() {
        let said = node.until_said(&world, index as u64, 1);
        assert_agrees(&world, batch, &said[0]);
    }
    let newest = world.newest();
    let path = format!("/v1/attestations/{}/{newest}", world.chain_id());
    let first = node.get(&path);
    assert_eq!(node.get(&format!("/v1/attestations/{}/latest", world.chain_id())).body, first.body);
    assert!(
        world.own.calls("eth_getBlockRange") > 0 && world.own.calls("eth_getBlockByNumber") > 0,
        "it has no ranges"
    );
    assert_eq!(node.number("verdicts_total{verdict=\"agrees\"}"), batches.len() as f64);
    assert_eq!((node.number("lag_batches"), node.number("in_set")), (0.0, 1.0));
    assert_eq!(node.get("/healthz").status, 200);
    let (status, said) = node.stop();
    assert!(status.success() && said.contains("it stops"), "{status}: {said}");

    // The own node is not even there any more.
    world.own.be(|nature| nature.is_down = true);
    let node = world.started(&[]);
    assert_eq!(node.get(&path).body, first.body, "the same bytes, before L1 is seen");
}

#[test]
fn ranges_are_asked_for_where_the_own_node_has_them() {
    let Some(world) = World::read("ranges", "1-happy", "ready") else { return };
    world.own.be(|nature| nature.has_ranges = true);
    let newest = world.newest();
    let mut node = world.started(&[]);
    let said = node.until_said(&world, newest, 1);
    assert_agrees(&world, world.batches().last().expect("a batch"), &said[0]);
    assert_eq!(world.own.calls("eth_getBlockByNumber"), 0);
    assert!(node.about(&world, newest - 1).is_empty(), "without --from it begins with the newest");
}

#[test]
fn a_wrong_state_root_is_dissented_reported_and_its_replacement_attested_anew() {
    let Some(world) = World::read("deleted", "3-deleted", "flagged") else { return };
    let reports = Receiver::start(1);
    let batches = world.batches();
    let is_wrong = |batch: &&Value| world.first_difference(batch).is_some();
    let wrong = batches.iter().find(is_wrong).expect("a batch is dishonest");
    let index = wrong["index"].as_u64().expect("a number");
    let (block, own) = world.first_difference(wrong).expect("it is dishonest");
    let mut node = world.started(&["--from", "0", "--webhook", &reports.url]);
    let said = node.until_said(&world, index, 1);
    let statement = said[0].statement;
    assert_eq!((statement.verdict, statement.batch_header_hash), (0, hash(wrong)));
    assert_eq!((statement.l2_block_number, json!(statement.l2_state_root)), (U256::from(block), own.clone()));
    for honest in batches.iter().filter(|batch| !is_wrong(batch)) {
        let said = node.until_said(&world, honest["index"].as_u64().expect("a number"), 1);
        assert_agrees(&world, honest, &said[0]);
    }
    // The first try is answered with an error.
    let report = node.until("a report", |_| reports.bodies().get(1).cloned());
    assert_eq!((&report["alarm"], &report["batchIndex"]), (&json!("stateRoot"), &json!(index)));
    assert_eq!((&report["difference"]["block"], &report["difference"]["own"]), (&json!(block), &own));
    assert_eq!(report["attestation"], said[0].to_json());
    assert_eq!(reports.bodies()[0], report, "it is the same report again");
    let calls = world.own.calls("eth_getBlockRange") + world.own.calls("eth_getBlockByNumber");
    assert!(calls > batches.len() + 3, "the own node was asked again");
    assert!(node.stop().0.success());

    // Deleted, and other batches at the same indexes.
    let world = world.at("replaced");
    let batches = world.batches();
    let replaced = batches.iter().find(|batch| batch["index"] == json!(index)).expect("it is used again");
    assert_ne!(hash(replaced), hash(wrong));
    let mut node = world.started(&[]);
    let both = node.until_said(&world, index, 2);
    assert_agrees(&world, replaced, &both[0]);
    assert_eq!(both[1], said[0], "what was said of the other batch stays");
}

#[test]
fn an_own_node_that_lags_says_nothing_until_it_has_come_so_far() {
    let Some(world) = World::read("lag", "1-happy", "ready") else { return };
    let batches = world.batches();
    let newest = world.newest();
    let last = batches.last().expect("a batch")["lastL2Block"].as_u64().expect("a number");
    world.own.be(|nature| nature.head = Some(last - 1));
    let mut node = world.started(&["--from", "0"]);
    node.until("a wait", |node| Some(()).filter(|()| node.number("own_node_waits_total") > 1.0));
    assert!(node.about(&world, newest).is_empty());
    assert_eq!((node.about(&world, newest - 1).len(), node.number("lag_batches")), (1, 1.0));
    assert!(node.number("lag_seconds") > 0.0);
    world.own.be(|nature| nature.head = None);
    let said = node.until_said(&world, newest, 1);
    assert_agrees(&world, batches.last().expect("a batch"), &said[0]);
}

#[test]
fn an_own_node_that_errs_for_a_moment_is_asked_again_and_not_believed() {
    let Some(world) = World::read("moment", "1-happy", "ready") else { return };
    let batches = world.batches();
    let newest = world.newest();
    let block = batches.last().expect("a batch")["lastL2Block"].as_u64().expect("a number");
    // Three answers are wrong, and a dissent needs four.
    world.own.be(|nature| nature.wrong = Some((block, 3)));
    let mut node = world.started(&[]);
    let said = node.until_said(&world, newest, 1);
    assert_agrees(&world, batches.last().expect("a batch"), &said[0]);
    assert_eq!(node.number("verdicts_total{verdict=\"dissents\"}"), 0.0);
    assert!(node.said().contains("the own node says otherwise"), "{}", node.said());
}

#[test]
fn a_repaired_node_takes_its_dissent_back_once_and_says_nothing_after_it() {
    let Some(world) = World::read("repaired", "1-happy", "ready") else { return };
    let batches = world.batches();
    let newest = world.newest();
    let block = batches.last().expect("a batch")["firstL2Block"].as_u64().expect("a number");
    world.own.be(|nature| nature.wrong = Some((block, usize::MAX)));
    let mut node = world.started(&[]);
    let dissent = node.until_said(&world, newest, 1)[0];
    assert_eq!((dissent.statement.verdict, dissent.statement.l2_block_number), (0, U256::from(block)));
    assert_eq!(node.number("dissents"), 1.0);
    assert!(node.stop().0.success());

    world.own.be(|nature| nature.wrong = None);
    let mut node = world.started(&[]);
    let said = node.until_said(&world, newest, 2);
    assert_eq!((said[0], said[1].statement.verdict), (dissent, 1));
    assert!(said[1].statement.issued_at > dissent.statement.issued_at);
    assert!(node.stop().0.success());

    world.own.be(|nature| nature.wrong = Some((block, usize::MAX)));
    let (status, words) = world.started(&["--looks", "2"]).wait();
    assert!(status.success(), "{words}");
    let node = world.started(&[]);
    assert_eq!(node.about(&world, newest), said, "there is nothing more to say");
}

#[test]
fn what_must_not_start_does_not() {
    let Some(world) = World::read("start", "1-happy", "ready") else { return };
    let refused = |world: &World, more: &[&str], words: &str| {
        let (status, said) = match world.start(more) {
            Ok(node) => node.wait(),
            Err(ended) => ended,
        };
        assert!(!status.success() && said.contains(words), "{words}: {status}: {said}");
    };
    let node = world.started(&[]);
    refused(&world, &[], "another process uses");
    drop(node);

    world.set_members(&[Address::repeat_byte(1)]);
    refused(&world, &[], "is not among the 1 of the proven set");
    let newest = world.newest();
    let mut node = world.started(&["--outside-the-set"]);
    node.until("a look", |node| Some(()).filter(|()| node.number("in_set") == 0.0));
    node.until_said(&world, newest, 1);
    assert!(node.stop().0.success());
    world.set_members(&[world.address]);

    std::fs::write(world.folder.join("password"), "Open\n").expect("it can be written");
    refused(&world, &[], "the password is wrong");
    std::fs::write(world.folder.join("password"), world::PASSWORD).expect("it can be written");

    world.own.be(|nature| nature.chain_id += 1);
    refused(&world, &[], "the own node is of chain");
    world.own.be(|nature| nature.chain_id -= 1);

    let log = world.folder.join("data/attestations.log");
    let whole = std::fs::read(&log).expect("it is there");
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    std::fs::write(&log, damaged).expect("it can be written");
    refused(&world, &[], "is damaged");
    std::fs::write(&log, &whole).expect("it can be written");
    assert!(world.started(&[]).stop().0.success(), "and whole it starts");
}

/// Killed again and again, while its own node is right and wrong by turns: all that anybody ever heard, over HTTP or on the
/// error stream, goes together.
#[test]
#[cfg(unix)]
fn no_kill_makes_it_contradict_itself() {
    let Some(world) = World::read("kills", "1-happy", "ready") else { return };
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let kills = number("METIS_LIGHT_KILLS").unwrap_or(12);
    let seed = number("METIS_LIGHT_SEED").unwrap_or(7);
    println!("seed {seed}, {kills} kills");
    let batches = world.batches();
    let mut heard: Vec<Attestation> = Vec::new();
    for kill in 0..kills {
        let random = spread(seed.wrapping_add(kill));
        let batch = &batches[usize::try_from(random % batches.len() as u64).expect("small")];
        let block = batch["lastL2Block"].as_u64().expect("a number");
        world.own.be(|nature| nature.wrong = (kill % 2 == 0).then_some((block, usize::MAX)));
        let node = world.started(&["--from", "0", "--json", "--rechecks", "0"]);
        std::thread::sleep(core::time::Duration::from_millis(random % 1500));
        for index in 0..batches.len() as u64 {
            heard.extend(node.about(&world, index));
        }
        heard.extend(node.kill().lines().filter_map(|line| {
            let told: Value = serde_json::from_str(line).ok()?;
            Attestation::parse(told["facts"]["attestation"].to_string().as_bytes()).ok()
        }));
    }
    let signed: Vec<Signed> = heard.iter().map(|said| said.recover(&world.domain()).expect("a signature")).collect();
    assert!(find_equivocations(&signed).is_empty());
    assert!(signed.iter().all(|signed| signed.signer() == world.address));
    let subjects = |verdict| signed.iter().filter(|said| said.statement().verdict == verdict).count();
    println!("{} heard, {} agree, {} dissent", signed.len(), subjects(1), subjects(0));
    assert!(subjects(1) > 0 && subjects(0) > 0, "it said both of something");
    // What was heard once is served still.
    world.own.be(|nature| nature.wrong = None);
    let mut node = world.started(&["--from", "0"]);
    node.until("everything", |node| {
        Some(()).filter(|()| node.number("lag_batches") == 0.0 && node.number("looks_total{outcome=\"held\"}") > 0.0)
    });
    for said in heard {
        let index = u64::try_from(said.statement.batch_index).expect("small");
        assert!(node.about(&world, index).contains(&said), "{said:?}");
    }
}

/// A number that is spread well: splitmix64.
fn spread(number: u64) -> u64 {
    let z = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z ^ (z >> 31)
}

fn reply(attestations: &[Attestation]) -> Vec<u8> {
    let attestations: Vec<Value> = attestations.iter().map(Attestation::to_json).collect();
    json!({ "attestations": attestations }).to_string().into_bytes()
}

/// The key with this number; its address is a member below where its number is 9.
fn key(number: u8) -> Key {
    Key::new(&[number; 32]).expect("a key")
}

#[test]
fn members_are_collected_strangers_are_not_and_a_contradiction_is_kept() {
    let Some(world) = World::read("collect", "1-happy", "ready") else { return };
    world.set_members(&[world.address, key(9).address()]);
    let newest = world.newest();
    let mut node = world.started(&[]);
    let own = node.until_said(&world, newest, 1)[0];
    let by = |number: u8, statement: &Statement| key(number).sign(statement, &world.domain()).expect("it signs");
    let post = |node: &Running, attestation: Attestation| -> Value {
        let answer = node.post(&reply(&[attestation]));
        assert_eq!(answer.status, 200, "{answer:?}");
        serde_json::from_str(&answer.body).expect("json")
    };
    let agreed = by(9, &own.statement);
    let told = post(&node, agreed);
    assert_eq!((&told["taken"], &told["refused"]), (&json!(1), &json!(0)), "{told}");
    assert_eq!(post(&node, agreed)["known"], json!(1));
    assert_eq!(node.about(&world, newest), [own, agreed]);
    let stranger = post(&node, by(8, &own.statement));
    assert_eq!(stranger["refused"], json!(1));
    assert!(stranger["reasons"][0]["reason"].as_str().is_some_and(|why| why.contains("not in the set")), "{stranger}");
    let unknown = Statement { batch_header_hash: B256::ZERO, ..own.statement };
    assert!(post(&node, by(9, &unknown))["reasons"][0]["reason"].as_str().is_some_and(|why| why.contains("not known")));
    let dissent = by(9, &Statement { verdict: 0, l2_state_root: B256::repeat_byte(1), ..own.statement });
    assert_eq!(post(&node, dissent)["taken"], json!(1));
    let file = format!("data/evidence/equivocation-{newest}-{:#x}.json", key(9).address());
    let mut verify = world::command();
    verify.args(["--json", "verify", "evidence", "--network"]).arg(world.folder.join("network.json"));
    let output = verify.arg(world.folder.join(file)).output().expect("the binary starts");
    let shown: Value = serde_json::from_slice(&output.stdout).expect("json");
    assert_eq!((&shown["holds"], &shown["checked"][0]["signer"]), (&json!(true), &json!(key(9).address())), "{shown}");
    assert_eq!(node.number("equivocations_total"), 1.0);
    // A second node with the same key.
    let double = by(1, &Statement { verdict: 0, l2_state_root: B256::repeat_byte(1), ..own.statement });
    assert_eq!((key(1).address(), post(&node, double)["taken"].clone()), (world.address, json!(1)));
    assert!(node.said().contains("somebody else signs with this key"), "{}", node.said());
    assert_eq!(node.number("equivocations_total"), 2.0);
    // The own word is not said by another.
    let forged = Attestation { signature: agreed.signature, statement: Statement { verdict: 0, ..own.statement } };
    assert_eq!(post(&node, forged)["refused"], json!(1));
}

#[test]
fn answers_are_cached_by_their_tags_and_open_to_every_page() {
    let Some(world) = World::read("tags", "1-happy", "ready") else { return };
    let newest = world.newest();
    let mut node = world.started(&[]);
    node.until_said(&world, newest, 1);
    let path = format!("/v1/attestations/{}/{newest}", world.chain_id());
    let answer = node.get_with(&path, "origin: https://page.example\r\n");
    let header = |name: &str| {
        let line = answer.headers.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_else(|| panic!("no {name}: {answer:?}")).to_owned()
    };
    assert_eq!(
        (header("access-control-allow-origin").as_str(), header("content-type").as_str()),
        ("*", "application/json")
    );
    assert!(header("cache-control").contains("max-age"));
    let tag = header("etag");
    for tags in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
        let again = node.get_with(&path, &format!("if-none-match: {tags}\r\n"));
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{tags}");
    }
    assert_eq!(node.get_with(&path, "if-none-match: \"other\"\r\n").status, 200);
    let asked = "OPTIONS /v1/attestations HTTP/1.1\r\nhost: node\r\norigin: https://page.example\r\n\
        access-control-request-method: POST\r\naccess-control-request-headers: content-type\r\nconnection: close\r\n\r\n";
    let preflight = node.send(asked, b"");
    assert!(preflight.status == 200 && preflight.headers.contains("access-control-allow-methods"), "{preflight:?}");
}

#[test]
fn hostile_clients_cost_little_and_change_nothing() {
    let Some(world) = World::read("hostile", "1-happy", "ready") else { return };
    let newest = world.newest();
    let mut node = world.started(&["--requests-per-minute", "100000"]);
    let own = node.until_said(&world, newest, 1)[0];
    let chain = world.chain_id();
    for (path, status) in [
        ("/v1/attestations/1/0".to_owned(), 404),
        (format!("/v1/attestations/{chain}/18446744073709551616"), 400),
        (format!("/v1/attestations/{chain}/-1"), 400),
        (format!("/v1/attestations/{chain}/999999999"), 200),
        ("/v1/attestations".to_owned(), 405),
        ("/".to_owned(), 404),
        (format!("/{}", "x".repeat(60_000)), 404),
    ] {
        assert_eq!(node.get(&path).status, status, "{path:.80}");
    }
    for (body, status) in [
        (b"".to_vec(), 400),
        (b"{".to_vec(), 400),
        (b"{\"attestations\":{}}".to_vec(), 400),
        (b"{\"attestations\":[{}]}".to_vec(), 400),
        ([vec![b'['; 200_000], vec![b']'; 50_000]].concat(), 400),
        (vec![0xff; 1000], 400),
        (vec![b' '; 300_000], 413),
    ] {
        assert_eq!(node.post(&body).status, status, "{} bytes", body.len());
    }
    // As many statements as fit, each to be recovered and none of a member.
    let stranger = |second: u64| {
        let statement = Statement { issued_at: UnixTime(own.statement.issued_at.0 + second % 60), ..own.statement };
        key(8).sign(&statement, &world.domain()).expect("it signs")
    };
    let many = reply(&(0..380).map(stranger).collect::<Vec<_>>());
    assert!(many.len() < 256 << 10, "{}", many.len());
    let told: Value = serde_json::from_str(&node.post(&many).body).expect("json");
    assert_eq!((&told["refused"], told["reasons"].as_array().map(Vec::len)), (&json!(380), Some(16)));

    // A body that is announced and never comes, headers that never end, and a client that says nothing at all.
    let mut slow = node.connect();
    slow.write_all(b"POST /v1/attestations HTTP/1.1\r\nhost: node\r\ncontent-length: 1000\r\n\r\n{")
        .expect("it is sent");
    let mut silent = node.connect();
    let mut endless = node.connect();
    let header = format!("x: {}\r\n", "y".repeat(1000));
    let _ = endless.write_all(format!("GET / HTTP/1.1\r\n{}", header.repeat(200)).as_bytes());
    assert_eq!(node.about(&world, newest), [own], "others are served meanwhile");
    for (name, stream) in [("slow", &mut slow), ("silent", &mut silent), ("endless", &mut endless)] {
        let mut told = String::new();
        // Cut off or answered with an error, but not kept.
        let _ = stream.read_to_string(&mut told);
        assert!(told.is_empty() || told.starts_with("HTTP/1.1 4"), "{name}: {told}");
    }
    assert_eq!((node.about(&world, newest), node.number("collected")), (vec![own], 0.0));
}

#[test]
fn who_asks_too_often_waits_and_nobody_else() {
    let Some(world) = World::read("often", "1-happy", "ready") else { return };
    let node = world.started(&["--requests-per-minute", "1"]);
    let path = format!("/v1/attestations/{}/0", world.chain_id());
    let answers: Vec<_> = (0..12).map(|_| node.get(&path)).collect();
    assert_eq!(answers[0].status, 200);
    let refused = answers.iter().find(|answer| answer.status == 429).expect("one a minute, and these take less");
    assert!(refused.headers.contains("retry-after"), "{refused:?}");
    // Whoever watches the node is not held up by its clients.
    assert_eq!(node.get("/metrics").status, 200);
    assert_ne!(node.get("/healthz").status, 429);
}

/// Takes reports, and answers so many with an error first.
struct Receiver {
    url: String,
    bodies: Arc<Mutex<Vec<Value>>>,
}

impl Receiver {
    fn start(errors: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("it has an address"));
        let bodies = Arc::new(Mutex::new(Vec::new()));
        let kept = bodies.clone();
        std::thread::spawn(move || {
            for (place, stream) in listener.incoming().flatten().enumerate() {
                let status = if place < errors { 500 } else { 200 };
                if let Some(body) = own_node::body(&stream) {
                    kept.lock().expect("nobody panics with it").push(crate::files::json("report", &body));
                    let _ = write!(&stream, "HTTP/1.1 {status} Said\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                }
            }
        });
        Self { url, bodies }
    }

    fn bodies(&self) -> Vec<Value> {
        self.bodies.lock().expect("nobody panics with it").clone()
    }
}

#[test]
fn the_newest_head_is_attested_where_that_is_asked_for() {
    let Some(world) = World::read("optimistic", "1-happy", "ready") else { return };
    let newest = world.newest();
    let mut node = world.started(&["--optimistic"]);
    let said = node.until_said(&world, newest, 1);
    assert_agrees(&world, world.batches().last().expect("a batch"), &said[0]);
}

/// The files of `examples/verifier` name variables, flags and numbers that are there.
#[test]
fn the_example_names_what_the_program_has() {
    let Some(world) = World::read("example", "1-happy", "ready") else { return };
    let node = world.started(&[]);
    let numbers = node.get("/metrics").body;
    let help = world::command().args(["attest", "--help"]).output().expect("the binary starts");
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let folder = std::path::Path::new("examples/verifier");
    let (mut named, mut variables) = (0, 0);
    let files = [
        "alerts.yaml",
        "grafana/verifier.json",
        "compose.yaml",
        "env.example",
        "Dockerfile",
        "metis-light-attest.service",
    ];
    for file in files.into_iter().map(|file| folder.join(file)).chain(["docs/run-a-verifier.md".into()]) {
        let text = std::fs::read_to_string(&file).expect("it is there");
        for word in text.split(|char: char| !char.is_ascii_alphanumeric() && char != '_') {
            if let Some(name) = word.strip_prefix("metis_light_") {
                named += 1;
                assert!(numbers.contains(&format!("# TYPE metis_light_{name} ")), "{}: {word}", file.display());
            }
            // The password's own variable is read apart, so that no help can show it.
            if word.starts_with("METIS_LIGHT_") && word != "METIS_LIGHT_PASSWORD" {
                variables += 1;
                assert!(help.contains(&format!("[env: {word}")), "{}: {word}", file.display());
            }
        }
    }
    assert!(named > 40 && variables > 20, "{named}, {variables}");
    for file in ["compose.yaml", "prometheus.yaml", "alerts.yaml", "grafana/datasource.yaml", "grafana/dashboards.yaml"]
    {
        let text = std::fs::read_to_string(folder.join(file)).expect("it is there");
        let mut parser = saphyr_parser::Parser::new_from_str(&text);
        assert!(parser.all(|event| event.is_ok()), "{file}");
    }
    let board = std::fs::read(folder.join("grafana/verifier.json")).expect("it is there");
    assert!(crate::files::json("dashboard", &board)["panels"].as_array().is_some_and(|panels| panels.len() > 8));
}

#[test]
fn a_key_file_is_the_owners_alone_and_is_never_written_over() {
    let folder = crate::live::scratch("key");
    let path = |name: &str| folder.join(name);
    std::fs::write(path("password"), "open\n").expect("it can be written");
    let run = |args: &[&str], input: &str| {
        let mut run = world::command();
        run.args(["--json", "key"]).args(args).current_dir(&folder);
        run.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
        let mut child = run.spawn().expect("the binary starts");
        child.stdin.take().expect("it is piped").write_all(input.as_bytes()).expect("it is sent");
        let output = child.wait_with_output().expect("it ends");
        let told: Value = serde_json::from_slice(&output.stdout).expect("json");
        (output.status.code(), told)
    };
    let made = ["new", "new.json", "--light", "--password-file", "password"];
    let (code, told) = run(&made, "");
    assert_eq!(code, Some(0), "{told}");
    let address = told["checked"][0]["address"].clone();
    assert_eq!(run(&["show", "new.json"], "").1["checked"][0]["address"], address);
    let first = std::fs::read(path("new.json")).expect("it is there");
    assert_eq!(run(&made, "").0, Some(2), "it is there already");
    assert_eq!(std::fs::read(path("new.json")).expect("it is there"), first);
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &std::fs::metadata(path("new.json")).expect("it is there").permissions(),
        );
        assert_eq!(mode & 0o777, 0o600);
    }
    let other = run(&["new", "other.json", "--light", "--password-file", "password"], "").1;
    assert_ne!(other["checked"][0]["address"], address, "another key each time");

    // The key with the number 1, by standard input.
    let secret = format!("{:0>64}", 1);
    let import = ["import", "one.json", "--secret", "-", "--light", "--password-file", "password"];
    let (code, told) = run(&import, &format!("0x{secret}\n"));
    assert_eq!((code, &told["checked"][0]["address"]), (Some(0), &json!("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf")));
    assert!(
        !told.to_string().contains(&secret)
            && !std::fs::read_to_string(path("one.json")).expect("text").contains(&secret)
    );
    for (secret, file) in
        [("", "a.json"), ("12", "b.json"), (&*"0".repeat(64), "c.json"), (&*"f".repeat(200), "d.json")]
    {
        let import = ["import", file, "--secret", "-", "--light", "--password-file", "password"];
        assert_eq!(run(&import, secret).0, Some(2), "{secret}");
        assert!(!path(file).exists());
    }
    assert_eq!(run(&["new", "e.json", "--light"], "").0, Some(2), "without a password");
    std::fs::write(path("empty"), "\n").expect("it can be written");
    assert_eq!(run(&["new", "e.json", "--light", "--password-file", "empty"], "").0, Some(2));
    assert!(!path("e.json").exists());
    assert_eq!(run(&["show", "password"], "").0, Some(2), "no key file");
}
