//! Spoiled twins of a proof: whatever is done to its nodes, the walk must notice at the very place.

use super::super::spoil::{Seed, places};
use metis_light::primitives::mpt::ProofError;

/// Proofs of at most so many bytes are spoiled at every byte, longer ones at as many places as [`SAMPLE`] says.
const WHOLE: usize = 6_000;
/// How many places of a long proof are spoiled.
const SAMPLE: usize = 2_000;
/// The seed of the sample.
const SEED: u64 = 0x6d65_7469_736c_6967;

/// Spoils an accepted proof in every way that leaves its question alone, and returns how many twins were refused.
pub(crate) fn refused(name: &str, nodes: &[Vec<u8>], verify: impl Fn(&[Vec<u8>]) -> Result<(), ProofError>) -> usize {
    assert_eq!(verify(nodes), Ok(()), "{name}: the proof itself holds");
    // An empty trie has nothing to spoil: its proof is no node, or the empty string.
    if nodes.iter().all(|node| node == &[0x80]) {
        return 0;
    }
    flipped(name, nodes, &verify) + rearranged(name, nodes, &verify)
}

/// One bit of one node is flipped.
fn flipped(name: &str, nodes: &[Vec<u8>], verify: &impl Fn(&[Vec<u8>]) -> Result<(), ProofError>) -> usize {
    let mut twin = nodes.to_vec();
    let total = nodes.iter().map(Vec::len).sum();
    let chosen = if total <= WHOLE { places(total, WHOLE, &mut Seed::new(SEED)) } else { sampled(total) };
    for &place in &chosen {
        let (depth, byte) = located(nodes, place);
        let bit = 1 << (place % 8);
        twin[depth][byte] ^= bit;
        let verdict = verify(&twin);
        assert!(
            matches!(verdict, Err(ProofError::HashMismatch { depth: at, .. }) if at == depth),
            "{name}: byte {byte} of node {depth} flipped (seed {SEED:#x}) gives {verdict:?}",
        );
        twin[depth][byte] ^= bit;
    }
    chosen.len()
}

fn sampled(total: usize) -> Vec<usize> {
    places(total, SAMPLE, &mut Seed::new(SEED))
}

/// The node and the byte in it at `place` of all nodes in a row.
fn located(nodes: &[Vec<u8>], mut place: usize) -> (usize, usize) {
    for (depth, node) in nodes.iter().enumerate() {
        if place < node.len() {
            return (depth, place);
        }
        place -= node.len();
    }
    panic!("the place lies in one of the nodes")
}

/// Nodes are left out, doubled, added and turned round.
fn rearranged(name: &str, nodes: &[Vec<u8>], verify: &impl Fn(&[Vec<u8>]) -> Result<(), ProofError>) -> usize {
    let size = nodes.len();
    let mut twins = Vec::new();
    for depth in 0..size {
        let mut dropped = nodes.to_vec();
        dropped.remove(depth);
        twins.push((dropped, if depth + 1 == size { Expected::Missing(depth) } else { Expected::Mismatch(depth) }));
        let mut doubled = nodes.to_vec();
        doubled.insert(depth, nodes[depth].clone());
        twins.push((doubled, if depth + 1 == size { Expected::Unused } else { Expected::Mismatch(depth + 1) }));
    }
    for extra in [Vec::new(), vec![0x80], vec![0xc0], nodes.first().cloned().unwrap_or_default()] {
        twins.push(([nodes, &[extra]].concat(), Expected::Unused));
    }
    if nodes.first() != nodes.last() {
        twins.push((nodes.iter().rev().cloned().collect(), Expected::Mismatch(0)));
    }
    for (twin, expected) in &twins {
        let verdict = verify(twin);
        assert!(expected.is(&verdict, size), "{name}: {expected:?} is wanted, not {verdict:?}");
    }
    twins.len()
}

#[derive(Debug)]
enum Expected {
    Mismatch(usize),
    Missing(usize),
    Unused,
}

impl Expected {
    fn is(&self, verdict: &Result<(), ProofError>, size: usize) -> bool {
        match (self, verdict) {
            (Self::Mismatch(wanted), Err(ProofError::HashMismatch { depth, .. })) => wanted == depth,
            (Self::Missing(wanted), Err(ProofError::MissingNode { depth, .. })) => wanted == depth,
            (Self::Unused, Err(ProofError::UnusedNodes { got, used })) => *got == size + 1 && *used == size,
            _ => false,
        }
    }
}
