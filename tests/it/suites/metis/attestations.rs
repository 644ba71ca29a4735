//! Statements about a recorded batch, signed with test keys: their hashes, their signers, and what each is worth.

use super::check::Check;
use super::json::{small, text, word};
use super::l1::RollupOnL1;
use crate::files::Files;
use crate::suites::spoil::flipped;
use metis_light::attestation::{
    Attestation, AttestationError, Domain, Equivocation, Policy, QuorumRule, Signature, Signed, Tally, Verdict,
    VerifierSet,
};
use metis_light::client::CommittedBatch;
use metis_light::network::Verifier;
use metis_light::primitives::ecdsa::SignatureError;
use metis_light::primitives::{Address, B256, U256, UnixTime};
use metis_light::wire::BatchClaim;
use serde_json::Value;

pub(super) fn run(check: &mut Check, files: &Files, file: &Value) {
    let chain_id = small(&file["domain"]["chainId"]);
    let verifying_contract = text(&file["domain"]["verifyingContract"]).parse().expect("an address");
    let domain = Domain { chain_id, verifying_contract };
    let members = file.as_object().expect("an object").iter();
    let statements: Vec<_> = members.filter(|(_, value)| value.get("signature").is_some()).collect();
    let mut offences = Vec::new();
    for (name, value) in &statements {
        let signed = hashes(check, &domain, value);
        let committed = batch(files, signed.statement().batch_header_hash);
        verdict(check, name, &signed, &committed);
        counted(check, name, &signed, &committed);
        if name.starts_with("offence") {
            offences.push(signed);
        }
    }
    let [one, other] = *offences.as_array::<2>().expect("two statements of one signer");
    check.ok("an offence", Equivocation::new(&one, &other));
    check.ok("in the other order", Equivocation::new(&other, &one));
    check.refused("one with itself", Equivocation::new(&one, &one), is_none);
}

fn is_none(error: &AttestationError) -> bool {
    matches!(error, AttestationError::NoOffence { .. })
}

/// The recorded hashes and signer, in both forms of the signature; and that no bit of it is left free.
fn hashes(check: &mut Check, domain: &Domain, value: &Value) -> Signed {
    let attestation = check.ok("json", Attestation::parse(value.to_string().as_bytes()));
    let statement = &attestation.statement;
    check.eq("domain separator", domain.separator(), word(&value["domainSeparator"]));
    check.eq("struct hash", statement.struct_hash(), word(&value["structHash"]));
    check.eq("digest", statement.digest(domain), word(&value["digest"]));
    let signer: Address = text(&value["signer"]).parse().expect("an address");
    let signed = check.ok("signer", attestation.recover(domain));
    check.eq("signer", signed.signer(), signer);
    let again = check.ok("what is written", Attestation::parse(attestation.to_json().to_string().as_bytes()));
    check.eq("what is written", again, attestation);

    let bytes = attestation.signature.to_bytes();
    let is_someone_else = |got: Result<Signed, AttestationError>| got.map_or(true, |signed| signed.signer() != signer);
    for bit in 0..bytes.len() {
        let twin = Signature::parse(&flipped(&bytes, bit));
        let got = twin.and_then(|signature| Attestation { signature, ..attestation }.recover(domain));
        check.differs("a flipped bit", is_someone_else(got), false);
    }
    compact(check, &attestation, domain, signer);
    let elsewhere =
        [Domain { chain_id: domain.chain_id + 1, ..*domain }, Domain { verifying_contract: Address::ZERO, ..*domain }];
    for other in &elsewhere {
        check.differs("another domain", is_someone_else(attestation.recover(other)), false);
    }
    signed
}

/// EIP-2098's form is the same signature, and the one with a high `s` is none.
fn compact(check: &mut Check, attestation: &Attestation, domain: &Domain, signer: Address) {
    let bytes = attestation.signature.to_bytes();
    let (r, s) = (U256::from_be_slice(&bytes[..32]), U256::from_be_slice(&bytes[32..64]));
    let is_odd = bytes[64] == 28;
    let high_bit = if is_odd { U256::ONE << 255 } else { U256::ZERO };
    let short = [r.to_be_bytes::<32>(), (s | high_bit).to_be_bytes::<32>()].concat();
    let signature = check.ok("64 bytes", Signature::parse(&short));
    let signed = check.ok("64 bytes", Attestation { signature, ..*attestation }.recover(domain));
    check.eq("signer of 64 bytes", signed.signer(), signer);
    let order = U256::from_be_bytes(ORDER.0);
    let malleable = Attestation { signature: Signature::from_parts(r, order - s, !is_odd), ..*attestation };
    check.refused("a high s", malleable.recover(domain), |error| {
        *error == AttestationError::Signature(SignatureError::HighS)
    });
}

const ORDER: B256 = alloy_primitives::b256!("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

/// The recorded batch of a header's hash, on an L1 of the test's own.
fn batch(files: &Files, header_hash: B256) -> (RollupOnL1, CommittedBatch) {
    let found = files.matching("metis/state-batch-", ".json").into_iter().find_map(|(path, bytes)| {
        let claim = BatchClaim::parse(bytes).ok()?.into_iter().next()?;
        let header = super::batch::header_of(&claim).ok()?;
        (header.hash() == header_hash).then(|| (crate::files::json(path, bytes), claim, header))
    });
    let (file, claim, header) = found.expect("a recorded batch with this header");
    let time = header.extra_data().timestamp().0;
    let mut l1 = RollupOnL1::new(&super::network(small(&file["chainId"])), time);
    let index = small(&file["response"]["batch"]["index"]);
    l1.append(index, &header);
    let batch = l1.batch(index, &header).expect("it was appended");
    let committed = CommittedBatch::new(batch, claim.state_roots).expect("its roots");
    (l1, committed)
}

/// What the file's names say of each, and of it with each field changed.
fn verdict(check: &mut Check, name: &str, signed: &Signed, (_, committed): &(RollupOnL1, CommittedBatch)) {
    let statement = *signed.statement();
    let now = UnixTime(statement.issued_at.0);
    let got = statement.judge(committed, now);
    if name.starts_with("refused") {
        check.err(name, got, |_| true);
        return;
    }
    let expected = if statement.verdict == 1 { Verdict::Agrees } else { Verdict::Dissents };
    check.eq(name, got, Ok(expected));
    let mut twins = vec![
        metis_light::attestation::Statement { l2_chain_id: U256::from(59_902), ..statement },
        metis_light::attestation::Statement { batch_index: statement.batch_index + U256::ONE, ..statement },
        metis_light::attestation::Statement { batch_header_hash: B256::ZERO, ..statement },
        metis_light::attestation::Statement { batch_root: B256::ZERO, ..statement },
        metis_light::attestation::Statement { l2_block_number: U256::MAX, ..statement },
        metis_light::attestation::Statement { l2_block_number: U256::ZERO, ..statement },
        metis_light::attestation::Statement { verdict: 1 - statement.verdict, ..statement },
        metis_light::attestation::Statement { verdict: 2, ..statement },
        metis_light::attestation::Statement { issued_at: UnixTime(0), ..statement },
        metis_light::attestation::Statement { issued_at: UnixTime(now.0 + 61), ..statement },
    ];
    if statement.verdict == 1 {
        twins.push(metis_light::attestation::Statement { l2_state_root: B256::ZERO, ..statement });
        // The recorded batches have no block hash.
        twins.push(metis_light::attestation::Statement { l2_block_hash: B256::repeat_byte(1), ..statement });
    } else {
        let place = usize::try_from(statement.l2_block_number.to::<u64>() - committed.batch().header().first_block());
        let posted = committed.state_roots()[place.expect("a place")];
        twins.push(metis_light::attestation::Statement { l2_state_root: posted, ..statement });
    }
    for twin in twins {
        check.refused("a changed field", twin.judge(committed, now), |_| true);
    }
    let latest = UnixTime(now.0 - 60);
    check.eq("a clock that is a minute behind", statement.judge(committed, latest), Ok(expected));
}

/// A quorum of one: it counts on the side that it takes, once, and not for who is not in the set.
fn counted(check: &mut Check, name: &str, signed: &Signed, (l1, committed): &(RollupOnL1, CommittedBatch)) {
    let rule = QuorumRule::lowered(2, 3, 1, metis_light::attestation::Lowered).expect("a rule");
    let set = |who: Address| -> VerifierSet {
        let list = [Verifier { address: who, weight: U256::from(7) }];
        let registry = l1.registry();
        let set = registry.listed_verifiers(&list, rule).expect("a set");
        assert_eq!(*set.policy(), Policy::List(list.to_vec()));
        set
    };
    let now = signed.statement().issued_at;
    let twice = [*signed.attestation(), *signed.attestation()];
    let tally = check.ok(name, Tally::new(committed, &set(signed.signer()), &twice, now));
    let counts = !name.starts_with("refused");
    let (agrees, dissents) = (counts && signed.statement().verdict == 1, counts && signed.statement().verdict == 0);
    let weight = |counts: bool| if counts { U256::from(7) } else { U256::ZERO };
    check.eq(name, (tally.weight(), tally.contested()), (weight(agrees), weight(dissents)));
    check.eq(name, (tally.is_attested(), tally.attests_block_hash()), (agrees, false));
    let tally = check.ok(name, Tally::new(committed, &set(Address::repeat_byte(9)), &twice, now));
    check.differs("who is not in the set", (tally.weight(), tally.contested()), (U256::from(7), U256::from(7)));
    check.eq("who is not in the set", (tally.agreeing().len(), tally.dissenting().len()), (0, 0));
}
