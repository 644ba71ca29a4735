//! The command `attest` over a recorded L1 and an own node that tests make lag, err or lie; and its server, over hostile
//! clients.

mod own_node;
mod world;

use metis_light::attestation::Attestation;
use metis_light::primitives::{B256, U256, UnixTime};
use serde_json::{Value, json};
use world::World;

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
    let newest = batches.len() as u64 - 1;
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
    let newest = world.batches().len() as u64 - 1;
    let mut node = world.started(&[]);
    let said = node.until_said(&world, newest, 1);
    assert_agrees(&world, &world.batches()[newest as usize], &said[0]);
    assert_eq!(world.own.calls("eth_getBlockByNumber"), 0);
    assert!(node.about(&world, newest - 1).is_empty(), "without --from it begins with the newest");
}
