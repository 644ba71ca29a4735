//! Making a bundle: of the block that is finalized, from replies that hold.

use super::made::{Made, Scene};
use crate::suites::Report;
use metis_light::Error;
use metis_light::bundle::{Answer, Asked, Bundle, BundleOf, Claim};
use metis_light::client::{Fault, Step, Task};
use metis_light::execution::AccountProof;
use serde_json::{Value, json};

pub(super) fn run(scene: &Scene, earlier: &Scene, made: &[Made], report: &mut Report) {
    let account = made.iter().find(|made| made.what == "account").expect("one was made");
    let verified = scene.verify(&account.bundle).expect("it holds");
    let Answer::Account { who, .. } = verified.answer() else { panic!("it is of an account") };
    let asked = Asked::Account(*who);
    let Claim::Account { proof, .. } = &account.bundle.claim else { panic!("it is of an account") };
    let at = verified.at();

    if earlier.synced.finalized != scene.synced.finalized {
        for error in [
            Bundle::new(&earlier.synced, at, &account.bundle.claim, scene.now()).err(),
            BundleOf::new(&earlier.synced, at, asked.clone()).err(),
        ] {
            assert_eq!(rule(error.as_ref()), "rollup.other-block");
            report.refused += 1;
        }
    }

    let task = BundleOf::new(&scene.synced, at, asked).expect("it is of the finalized block");
    let resume = |replies: &[Value]| {
        let replies: Vec<_> = replies.iter().map(|reply| reply.to_string().into_bytes()).collect();
        task.resume(&replies, scene.now())
    };
    let honest = reply(proof);
    let Ok(Step::Done(bundle)) = resume(std::slice::from_ref(&honest)) else { panic!("it is the recorded proof") };
    assert!(bundle == account.bundle, "another bundle");
    report.cases += 1;

    // What a reply says beside its proof is not handed on, but must be true.
    let mut contradicts = honest.clone();
    contradicts["nonce"] = json!(77_777);
    let mut short = honest.clone();
    short["accountProof"].as_array_mut().expect("a list").pop();
    for (lie, expected) in
        [(contradicts, "execution.false-claim"), (short, "trie.missing-node"), (json!({}), "json.missing")]
    {
        let fault = resume(&[lie]).expect_err(expected);
        assert_eq!((fault.request, rule(Some(&fault.error))), (Some(0), expected));
        report.refused += 1;
    }
    for replies in [vec![], vec![honest.clone(), honest]] {
        let Fault { request, error } = resume(&replies).expect_err("another number of replies");
        assert_eq!((request, rule(Some(&error))), (None, "client.reply-count"));
        report.refused += 1;
    }
}

fn reply(proof: &AccountProof) -> Value {
    json!({ "accountProof": proof.nodes, "storageProof": [] })
}

fn rule(error: Option<&Error>) -> &'static str {
    error.map(|error| error.detail().rule).expect("it is refused")
}
