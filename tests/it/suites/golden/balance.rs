//! METIS balances and account leaves under the batches of one phase.

use super::batch::Live;
use super::contracts::is_stale;
use super::phase::Phase;
use crate::suites::metis::check::Check;
use crate::suites::metis::json::{address, list, number, small, word};
use crate::suites::metis::twins::{Layer, twins};
use crate::suites::spoil::Seed;
use metis_light::execution::{AccountProof, Proven, Question};
use metis_light::primitives::{Address, U256};
use metis_light::rollup::{L2StateRoot, RollupError, balance_questions, metis_balance_slot};

pub(super) fn run(check: &mut Check, phase: &Phase<'_>, batches: &[Live]) {
    for (place, expected) in list(&phase.story.expected["balances"]).iter().enumerate() {
        let (block, who) = (small(&expected["l2Block"]), address(&expected["account"]));
        check.eq("slot", metis_balance_slot(who).0, word(&expected["metisSlot"]));
        let Some(live) = batches.iter().find(|live| live.covers(block)) else { continue };
        let root = live.state_root(block);
        let [predeploy, account] = balance_questions(&phase.story.network, who);
        let answer = phase.l2_answer(block, &predeploy).expect("the predeploy's proof was recorded");
        let honest = phase.story.calls.hash_of("l2", block).expect("a block");
        let honest = phase.story.calls.header("l2", honest).expect("a header").state_root;
        let word = root.storage(predeploy.address, &predeploy.slots, &answer);
        if root.state_root().hash() != honest {
            check.err(
                "an honest answer under a false root",
                word,
                |error| matches!(error, RollupError::Execution(error) if is_stale(error)),
            );
            continue;
        }
        check.eq("balance", first(word), Some(number(&expected["metis"])));
        // The account's own proof was recorded for some accounts only; without it the balance is no answer.
        let Some(account) = phase.l2_answer(block, &account) else { continue };
        let proofs = [answer, account];
        let proven = check.ok("balance", root.metis_balance(who, &proofs)).into_value();
        check.eq("balance", proven.wei, number(&expected["metis"]));
        check.eq("changes", proven.changes.len(), 0);
        leaf(check, &root, who, &proofs[1], &expected["accountLeaf"]);
        if place % 8 == 0 {
            spoiled(check, &root, who, &proofs);
        }
    }
}

fn first<R, E>(word: Result<Proven<Vec<U256>, R>, E>) -> Option<U256> {
    word.ok()?.into_value().first().copied()
}

/// The account's own leaf, which most holders of METIS lack.
fn leaf(check: &mut Check, root: &L2StateRoot, who: Address, proof: &AccountProof, expected: &serde_json::Value) {
    let account = check.ok("account", root.account(who, proof)).into_value();
    let nonce = expected.get("nonce").map(small);
    check.eq("nonce", account.map(|account| account.nonce), nonce);
    check.eq("balance in the leaf", account.map_or(U256::ZERO, |account| account.balance), U256::ZERO);
}

fn spoiled(check: &mut Check, root: &L2StateRoot, who: Address, proofs: &[AccountProof; 2]) {
    let mut seed = Seed::new(root.block());
    for place in 0..2 {
        let with = |proof: AccountProof| {
            let mut twins = proofs.clone();
            twins[place] = proof;
            root.metis_balance(who, &twins)
        };
        for twin in twins(&proofs[place], Layer::L2, 6, &mut seed) {
            check.refused(
                twin.what,
                with(twin.proof.clone()),
                |error| matches!(error, RollupError::Execution(error) if twin.is_met_by(error)),
            );
        }
    }
    let [predeploy, account] = proofs.clone();
    check.refused("answers exchanged", root.metis_balance(who, &[account, predeploy]), |error| {
        matches!(error, RollupError::Execution(_))
    });
    let other = Question::new(Address::repeat_byte(9), []);
    check.refused("somebody else's", root.metis_balance(other.address, proofs), |error| {
        matches!(error, RollupError::Execution(_))
    });
}
