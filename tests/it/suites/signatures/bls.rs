//! BLS12-381 as Ethereum's consensus uses it: public suites for the crate's two ways to verify, and for what the curve's
//! library does beneath them.

use super::Report;
use crate::files::{Files, json};
use crate::suites::spec_files::yaml;
use alloy_primitives::hex;
use bls12_381::hash_to_curve::{ExpandMsgXmd, HashToCurve};
use bls12_381::{G1Affine, G2Affine, G2Projective, Scalar};
use metis_light::primitives::B256;
use metis_light::primitives::bls::{
    BlsError, PublicKeyBytes, SignatureBytes, fast_aggregate_verify, verify_by_members,
};
use serde_json::Value;

const FOLDER: &str = "signatures/bls12381_pop_v0.1.1/";
const CURVE: &str = "signatures/hash_to_curve/";
const OFFICIAL: &str = "lc_spec/v1.6.0-beta.0/general/altair/bls/eth_fast_aggregate_verify/";

/// The tag of signatures with proofs of possession.
const DOMAIN: &[u8] = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";

pub(super) fn run(files: &Files, report: &mut Report) {
    for (folder, judge) in JUDGES {
        let folder = format!("{FOLDER}{folder}/");
        for (path, bytes) in files.matching(&folder, ".json") {
            let case = json(path, bytes);
            judge(path, &case["input"], &case["output"], report);
            report.cases += 1;
        }
    }
    for (path, bytes) in files.matching(OFFICIAL, "/data.yaml") {
        let case = yaml(path, bytes);
        official(path, &case["input"], &case["output"], report);
        report.cases += 1;
    }
    for (path, bytes) in files.matching(CURVE, ".json") {
        hash_to_curve(path, &json(path, bytes), report);
    }
}

/// What judges a case of a folder: its path, its input and its output.
type Judge = fn(&str, &Value, &Value, &mut Report);

/// A folder that is not here is of no suite: all are.
const JUDGES: [(&str, Judge); 9] = [
    ("aggregate", aggregate),
    ("aggregate_verify", aggregate_verify),
    ("batch_verify", batch_verify),
    ("deserialization_G1", deserialization_g1),
    ("deserialization_G2", deserialization_g2),
    ("fast_aggregate_verify", fast_aggregate),
    ("hash_to_G2", hash_to_g2),
    ("sign", sign),
    ("verify", single),
];

/// Several keys, one message. The members' way is given the sum that it would be given by a committee.
fn fast_aggregate(path: &str, input: &Value, output: &Value, report: &mut Report) {
    let keys: Vec<PublicKeyBytes> = list(&input["pubkeys"]).iter().map(key).collect();
    let verdict = verdict(&keys, &input["message"], &input["signature"]);
    assert_eq!(verdict.is_ok(), is_true(output), "{path}: {verdict:?}");
    report.refused += usize::from(verdict.is_err());
    by_members(path, &keys, &input["message"], &input["signature"], &verdict, report);
}

/// The same, as the specification of the beacon chain changes it: it takes no signers and no signature for a match, since
/// an empty sync aggregate must not stop a block. A light client wants two thirds of a committee, so here nobody's
/// signature is none, whatever it is.
fn official(path: &str, input: &Value, output: &Value, report: &mut Report) {
    let is_nobody = list(&input["pubkeys"]).is_empty();
    if is_nobody && is_true(output) {
        assert!(path.contains("na_pubkeys_and_infinity_signature"), "{path}: the only exception");
        assert_eq!(verdict(&[], &input["message"], &input["signature"]), Err(BlsError::NoKey), "{path}");
        report.refused += 1;
        return;
    }
    fast_aggregate(path, input, output, report);
}

/// A single key.
fn single(path: &str, input: &Value, output: &Value, report: &mut Report) {
    let verdict = verdict(&[key(&input["pubkey"])], &input["message"], &input["signature"]);
    assert_eq!(verdict.is_ok(), is_true(output), "{path}: {verdict:?}");
    let is_infinity = path.ends_with("verify_infinity_pubkey_and_infinity_signature.json");
    assert_eq!(verdict == Err(BlsError::Key { index: 0 }), is_infinity, "{path}: {verdict:?}");
    report.refused += usize::from(verdict.is_err());
}

/// Several messages at once are no matter of this client. Each key with its message is one of the library's pairings, and
/// without keys, or with one at infinity, there is nothing to verify.
fn aggregate_verify(path: &str, input: &Value, output: &Value, report: &mut Report) {
    let (keys, messages) = (list(&input["pubkeys"]), list(&input["messages"]));
    let key = |bytes: &Value| point_g1(bytes).filter(|point| !bool::from(point.is_identity()));
    let keys: Option<Vec<G1Affine>> = keys.iter().map(key).collect();
    let holds = match (keys.filter(|keys| !keys.is_empty()), point_g2(&input["signature"])) {
        (Some(keys), Some(signature)) => {
            let messages = messages.iter().map(|message| G2Affine::from(hashed(&bytes(message), DOMAIN)));
            let sum = keys.iter().zip(messages).map(|(key, message)| bls12_381::pairing(key, &message));
            sum.sum::<bls12_381::Gt>() == bls12_381::pairing(&G1Affine::generator(), &signature)
        }
        _ => false,
    };
    assert_eq!(holds, is_true(output), "{path}");
    report.refused += usize::from(!holds);
}

/// A set holds where each of it does: batching would only be faster.
fn batch_verify(path: &str, input: &Value, output: &Value, report: &mut Report) {
    let [keys, messages, signatures] = ["pubkeys", "messages", "signatures"].map(|name| list(&input[name]));
    assert_eq!((keys.len(), messages.len()), (signatures.len(), signatures.len()), "{path}");
    let each = keys.iter().zip(messages).zip(signatures);
    let holds = each.map(|((one, message), signature)| verdict(&[key(one)], message, signature).is_ok());
    let holds: Vec<bool> = holds.collect();
    assert_eq!(holds.iter().all(|holds| *holds), is_true(output), "{path}: {holds:?}");
    report.refused += usize::from(holds.contains(&false));
}

/// A key that is none is named, whatever the signature is; the point at infinity is an encoding, but no key.
fn deserialization_g1(path: &str, input: &Value, output: &Value, report: &mut Report) {
    let bytes = bytes(&input["pubkey"]);
    // Fixed sizes are a matter of types here.
    let Ok(key) = PublicKeyBytes::try_from(&bytes[..]) else { return assert!(!is_true(output), "{path}") };
    let is_infinity = key[0] == 0xc0 && key[1..].iter().all(|byte| *byte == 0);
    let verdict = fast_aggregate_verify(&[key], B256::ZERO, &NO_SIGNATURE);
    // The key is looked at first: only where it is one, the signature is.
    let expected = if is_true(output) && !is_infinity { BlsError::Signature } else { BlsError::Key { index: 0 } };
    assert_eq!(verdict, Err(expected), "{path}");
    report.refused += 1;
}

/// A signature that is none is told from one that does not fit.
fn deserialization_g2(path: &str, input: &Value, output: &Value, report: &mut Report) {
    let bytes = bytes(&input["signature"]);
    let Ok(signature) = SignatureBytes::try_from(&bytes[..]) else { return assert!(!is_true(output), "{path}") };
    let generator = G1Affine::generator().to_compressed();
    let verdict = fast_aggregate_verify(&[generator], B256::ZERO, &signature);
    let expected = if is_true(output) { BlsError::Mismatch } else { BlsError::Signature };
    assert_eq!(verdict, Err(expected), "{path}");
    report.refused += 1;
}

const NO_SIGNATURE: SignatureBytes = [0; 96];

/// The sum of signatures; there is none of nothing.
fn aggregate(path: &str, input: &Value, output: &Value, _: &mut Report) {
    let points: Option<Vec<G2Affine>> = list(input).iter().map(point_g2).collect();
    let points = points.unwrap_or_else(|| panic!("{path}: a signature is none"));
    if points.is_empty() {
        return assert!(output.is_null(), "{path}");
    }
    let sum: G2Projective = points.iter().map(G2Projective::from).sum();
    assert_eq!(G2Affine::from(sum).to_compressed()[..], bytes(output)[..], "{path}");
}

/// What a secret key makes of a message is verified by its public key, and by no other message.
fn sign(path: &str, input: &Value, output: &Value, report: &mut Report) {
    let (secret, message) = (bytes(&input["privkey"]), &input["message"]);
    let little_endian: Vec<u8> = secret.into_iter().rev().collect();
    let scalar = Option::<Scalar>::from(Scalar::from_bytes(&little_endian.try_into().expect("32 bytes")));
    let secret = scalar.unwrap_or_else(|| panic!("{path}: a secret key is below the order"));
    if secret == Scalar::zero() {
        return assert!(output.is_null(), "{path}: zero is no secret key");
    }
    let signature = G2Affine::from(hashed(&bytes(message), DOMAIN) * secret).to_compressed();
    assert_eq!(signature[..], bytes(output)[..], "{path}");
    let key = G1Affine::from(G1Affine::generator() * secret).to_compressed();
    assert_eq!(fast_aggregate_verify(&[key], word(message), &signature), Ok(()), "{path}");
    let other = B256::repeat_byte(0x99);
    assert_eq!(fast_aggregate_verify(&[key], other, &signature), Err(BlsError::Mismatch), "{path}");
    report.refused += 1;
}

fn hash_to_g2(path: &str, input: &Value, output: &Value, _: &mut Report) {
    // These four are the ones of RFC 9380's appendix, under its own tag.
    let message = input["msg"].as_str().unwrap_or_else(|| panic!("{path} has no message"));
    is_point(path, &hashed(message.as_bytes(), RFC_DOMAIN), output);
}

const RFC_DOMAIN: &[u8] = b"QUUX-V01-CS02-with-BLS12381G2_XMD:SHA-256_SSWU_RO_";

/// The drafts' own vectors, under the tag that they name.
fn hash_to_curve(path: &str, suite: &Value, report: &mut Report) {
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{path}: {value} is no text")).to_owned();
    for vector in list(&suite["vectors"]) {
        let point = hashed(text(&vector["msg"]).as_bytes(), text(&suite["dst"]).as_bytes());
        is_point(path, &point, &vector["P"]);
        report.cases += 1;
    }
}

/// A point by its coordinates, each of which is a real and an imaginary part.
fn is_point(path: &str, point: &G2Projective, expected: &Value) {
    let uncompressed = G2Affine::from(point).to_uncompressed();
    let coordinate = |name: &str| {
        let text = expected[name].as_str().unwrap_or_else(|| panic!("{path} has no {name}"));
        let parts: Vec<Vec<u8>> = text.split(',').map(|part| hex::decode(part).expect("hex")).collect();
        // The library writes the imaginary part first.
        [&parts[1][..], &parts[0][..]].concat()
    };
    assert_eq!(uncompressed[..], [coordinate("x"), coordinate("y")].concat()[..], "{path}");
}

/// The crate's way for committees: the sum of all and who signed.
fn by_members(
    path: &str,
    keys: &[PublicKeyBytes],
    message: &Value,
    signature: &Value,
    expected: &Result<(), BlsError>,
    report: &mut Report,
) {
    let points: Option<Vec<G1Affine>> = keys.iter().map(point_of).collect();
    // A committee of none, or with a key at infinity, is not one.
    let Some(points) = points.filter(|points| !points.is_empty()) else { return };
    let Some(signature) = signature_of(signature) else { return };
    if points.iter().any(|point| bool::from(point.is_identity())) {
        return;
    }
    let sum: bls12_381::G1Projective = points.iter().map(bls12_381::G1Projective::from).sum();
    let all = G1Affine::from(sum).to_compressed();
    let verdict = |signed: u8, keys: &[PublicKeyBytes], all: &PublicKeyBytes| {
        verify_by_members(keys, all, &[signed], word(message), &signature)
    };
    let everybody = (1 << keys.len()) - 1;
    assert_eq!(verdict(everybody, keys, &all), *expected, "{path}: by its members");
    // One more member, who did not sign, in front and behind: this is what absentees are.
    let stranger = G1Affine::generator();
    let with_stranger = G1Affine::from(sum + stranger).to_compressed();
    let behind = [keys, &[stranger.to_compressed()]].concat();
    assert_eq!(verdict(everybody, &behind, &with_stranger), *expected, "{path}: with an absentee behind");
    let before = [&[stranger.to_compressed()], keys].concat();
    assert_eq!(verdict(everybody << 1, &before, &with_stranger), *expected, "{path}: with an absentee in front");
    // And if it is said that she did, it does not hold; nor if nobody did.
    let refused = verdict(everybody << 1 | 1, &before, &with_stranger);
    assert_ne!(refused, Ok(()), "{path}: with a signer too many");
    assert_eq!(verdict(0, keys, &all), Err(BlsError::NoKey), "{path}: without signers");
    report.refused += 2;
}

/// A signature of another size is no value of the type; for the cases that is one that is no point.
fn verdict(keys: &[PublicKeyBytes], message: &Value, signature: &Value) -> Result<(), BlsError> {
    let signature = signature_of(signature).ok_or(BlsError::Signature)?;
    fast_aggregate_verify(keys, word(message), &signature)
}

/// The library's point for a message.
fn hashed(message: &[u8], domain: &[u8]) -> G2Projective {
    <G2Projective as HashToCurve<ExpandMsgXmd<sha2::Sha256>>>::hash_to_curve([message], domain)
}

fn point_g1(bytes: &Value) -> Option<G1Affine> {
    point_of(&key(bytes))
}

fn point_of(key: &PublicKeyBytes) -> Option<G1Affine> {
    G1Affine::from_compressed(key).into()
}

fn point_g2(bytes: &Value) -> Option<G2Affine> {
    G2Affine::from_compressed(&signature_of(bytes)?).into()
}

fn key(value: &Value) -> PublicKeyBytes {
    bytes(value).try_into().expect("48 bytes")
}

fn signature_of(value: &Value) -> Option<SignatureBytes> {
    bytes(value).try_into().ok()
}

fn word(value: &Value) -> B256 {
    B256::from_slice(&bytes(value))
}

fn bytes(value: &Value) -> Vec<u8> {
    let digits = value.as_str().unwrap_or_else(|| panic!("{value} is no string"));
    hex::decode(digits).unwrap_or_else(|error| panic!("{value}: {error}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

fn is_true(value: &Value) -> bool {
    value.as_bool().unwrap_or_else(|| panic!("{value} is no verdict"))
}
