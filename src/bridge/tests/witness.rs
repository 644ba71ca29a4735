use crate::bridge::{BridgeError, Witness};
use crate::primitives::mpt::ProofError;
use crate::primitives::rlp::{self, RlpError};
use crate::primitives::{B256, Bytes};
use crate::rollup::tests::chain::Trie;

const WHAT: &str = "storageTrieWitness";
const VALUE: &[u8] = &[1];
const MAX_VALUE: usize = 33;

/// Two keys alike in all nibbles but those from `place` on.
fn keys(place: usize) -> [B256; 2] {
    let one = B256::repeat_byte(0xaa);
    let mut other = one;
    for nibble in place..64 {
        other.0[nibble / 2] ^= if nibble % 2 == 0 { 0xb0 } else { 0x0b };
    }
    [one, other]
}

fn trie(place: usize) -> (Trie, B256) {
    let [key, other] = keys(place);
    (Trie::new([key, other].map(|key| (key.to_vec(), VALUE.to_vec()))), key)
}

fn witness(nodes: &[Bytes]) -> Witness {
    let items: Vec<u8> = nodes.iter().flat_map(alloy_rlp::encode).collect();
    Witness::decode(WHAT, &rlp::encode_list(&items)).expect("a list of nodes")
}

fn read(nodes: &[Bytes], root: B256, key: B256) -> Result<Vec<Bytes>, BridgeError> {
    witness(nodes).proof_nodes(WHAT, root, key, MAX_VALUE).map(<[Bytes]>::to_vec)
}

/// A leaf behind a long extension, then also the branch over it, stand inside their parents.
#[test]
fn nodes_that_stand_inside_their_parents_are_listed() {
    for (place, inlined) in [(0, 0), (7, 0), (8, 1), (40, 1), (63, 2)] {
        let (trie, key) = trie(place);
        let (proof, path) = (trie.proof(key.as_slice()), trie.path(key.as_slice()));
        assert_eq!(path.len() - proof.len(), inlined, "alike in {place} nibbles");
        let built = Witness::build(trie.root(), key, &proof, MAX_VALUE).expect("a proof");
        assert_eq!(built, witness(&path));
        assert_eq!(read(&path, trie.root(), key), Ok(proof));
    }
}

#[test]
fn a_witness_without_them_is_refused() {
    for (place, inlined) in [(8, 1), (63, 2)] {
        let (trie, key) = trie(place);
        let path = trie.path(key.as_slice());
        for missing in 1..=inlined {
            let (got, expected) = (path.len() - missing, path.len());
            let refusal = BridgeError::WitnessNodes { what: WHAT, got, expected };
            assert_eq!(read(&path[..got], trie.root(), key), Err(refusal));
        }
    }
}

#[test]
fn a_witness_with_another_node_in_their_place_is_refused() {
    let (trie, key) = trie(8);
    let mut path = trie.path(key.as_slice());
    let last = path.len() - 1;
    let mut other = path[last].to_vec();
    *other.last_mut().expect("a value") = 2;
    path[last] = other.into();
    let expected = path.len();
    let refusal = BridgeError::WitnessNodes { what: WHAT, got: expected, expected };
    assert_eq!(read(&path, trie.root(), key), Err(refusal));
}

#[test]
fn a_witness_with_a_node_more_is_refused() {
    for place in [0, 8] {
        let (trie, key) = trie(place);
        let path = trie.path(key.as_slice());
        let longer = [&path[..], &path[..1]].concat();
        let refusal = BridgeError::WitnessNodes { what: WHAT, got: longer.len(), expected: path.len() };
        assert_eq!(read(&longer, trie.root(), key), Err(refusal));
    }
}

#[test]
fn a_witness_of_other_nodes_is_no_proof() {
    let (trie, key) = trie(0);
    let path = trie.path(key.as_slice());
    let rule = |result: Result<Vec<Bytes>, BridgeError>| match result {
        Err(BridgeError::WitnessProof { what: WHAT, rule }) => rule,
        other => panic!("{other:?}"),
    };
    let refusal = rule(read(&path, B256::ZERO, key));
    assert!(matches!(refusal, ProofError::HashMismatch { depth: 0, .. }));
    let refusal = rule(read(&path[..1], trie.root(), key));
    assert!(matches!(refusal, ProofError::MissingNode { depth: 1, .. }));
    let refusal = rule(read(&[], trie.root(), key));
    assert!(matches!(refusal, ProofError::MissingNode { depth: 0, .. }));
    assert!(Witness::build(B256::ZERO, key, &path, MAX_VALUE).is_err());
}

#[test]
fn a_witness_is_a_list_of_strings() {
    let refused = |bytes: &[u8], rule| {
        assert_eq!(Witness::decode(WHAT, bytes), Err(BridgeError::Witness { what: WHAT, rule }));
    };
    refused(&[], RlpError::Short { got: 0, expected: 1 });
    refused(&[0x80], RlpError::WrongKind { expected: "list" });
    refused(&[0xc1, 0xc0], RlpError::WrongKind { expected: "string" });
    refused(&[0xc0, 0x00], RlpError::Trailing { extra: 1 });
    refused(&[0xc2, 0x81, 0x7f], RlpError::PrefixedByte);
    let empty = Witness::decode(WHAT, &[0xc0]).expect("an empty list");
    assert_eq!(empty.encode(), [0xc0]);
}

#[test]
fn a_witness_is_written_as_it_is_read() {
    let (trie, key) = trie(8);
    let encoded = witness(&trie.path(key.as_slice())).encode();
    assert_eq!(Witness::decode(WHAT, &encoded).expect("its own encoding").encode(), encoded);
}
