//! What a source of attestations answers, and evidence: what is read is written as the same, whoever signed it, and evidence is
//! checked to its end.

#![no_main]

use libfuzzer_sys::fuzz_target;
use metis_light::attestation::{Attestation, Domain};
use metis_light::evidence::Evidence;
use metis_light::network::andromeda;

fuzz_target!(|bytes: &[u8]| {
    let network = andromeda();
    let domain = Domain::of_network(&network);
    for attestation in Attestation::parse_reply(bytes).unwrap_or_default() {
        let again = Attestation::parse(attestation.to_json().to_string().as_bytes());
        assert_eq!(again.as_ref(), Ok(&attestation));
        if let Ok(signed) = attestation.recover(&domain) {
            assert_eq!(signed.attestation(), &attestation);
        }
    }
    let Ok(evidence) = Evidence::parse(bytes) else { return };
    let again = Evidence::parse(evidence.to_json().as_bytes());
    assert_eq!(again.as_ref(), Ok(&evidence));
    let _ = evidence.verify(&network, None);
});
