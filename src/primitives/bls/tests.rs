use super::*;
use bls12_381::Scalar;

fn secret(number: u64) -> Scalar {
    Scalar::from(number + 1_000_003)
}

fn key(number: u64) -> PublicKeyBytes {
    G1Affine::from(G1Projective::generator() * secret(number)).to_compressed()
}

fn group(size: u64) -> (Vec<PublicKeyBytes>, PublicKeyBytes) {
    let sum = (0..size).map(secret).fold(Scalar::zero(), |sum, secret| sum + secret);
    ((0..size).map(key).collect(), G1Affine::from(G1Projective::generator() * sum).to_compressed())
}

fn signature(message: B256, members: impl Iterator<Item = u64>) -> SignatureBytes {
    let sum = members.map(secret).fold(Scalar::zero(), |sum, secret| sum + secret);
    G2Affine::from(hash_to_g2(message.as_slice()) * sum).to_compressed()
}

const MESSAGE: B256 = B256::repeat_byte(0x5a);

#[test]
fn subtracting_the_absent_is_adding_the_present() {
    let (keys, aggregate) = group(10);
    for signed in [0x3ff_u16, 0x3fe, 0x001, 0x2aa, 0x1ff] {
        let members = || (0..10).filter(|member| (signed >> member) & 1 == 1);
        let signature = signature(MESSAGE, members());
        let bits = signed.to_le_bytes();
        assert_eq!(verify_by_members(&keys, &aggregate, &bits, MESSAGE, &signature), Ok(()), "{signed:b}");
        let present: Vec<_> = members().map(key).collect();
        assert_eq!(fast_aggregate_verify(&present, MESSAGE, &signature), Ok(()), "{signed:b}");
        // One bit more or less, another message.
        let other = (signed ^ 0x004).to_le_bytes();
        assert_eq!(verify_by_members(&keys, &aggregate, &other, MESSAGE, &signature), Err(BlsError::Mismatch));
        let message = B256::ZERO;
        assert_eq!(verify_by_members(&keys, &aggregate, &bits, message, &signature), Err(BlsError::Mismatch));
    }
}

#[test]
fn nobody_is_no_signer() {
    let (keys, aggregate) = group(4);
    let mut infinity = [0; 96];
    infinity[0] = 0xc0;
    assert_eq!(verify_by_members(&keys, &aggregate, &[0], MESSAGE, &infinity), Err(BlsError::NoKey));
    assert_eq!(fast_aggregate_verify(&[], MESSAGE, &infinity), Err(BlsError::NoKey));
}

#[test]
fn a_key_outside_the_group_is_found_where_keys_are_strangers() {
    // The first point of the curve that is not in the prime-order group.
    let outside = (1..=u8::MAX).find_map(|x| {
        let mut encoding = [0; 48];
        (encoding[0], encoding[47]) = (0x80, x);
        let point: Option<G1Affine> = G1Affine::from_compressed_unchecked(&encoding).into();
        point.filter(|point| !bool::from(point.is_torsion_free())).map(|_| encoding)
    });
    let keys = [key(0), outside.expect("hardly any point is in the group")];
    let signature = signature(MESSAGE, 0..1);
    assert_eq!(fast_aggregate_verify(&keys, MESSAGE, &signature), Err(BlsError::Key { index: 1 }));
}

#[test]
fn bits_beyond_the_end_are_not_set() {
    assert!(is_set(&[0x80], 7));
    assert!(!is_set(&[0x80], 6));
    assert!(!is_set(&[0x80], 8));
}
