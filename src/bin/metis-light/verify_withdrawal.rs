use crate::outcome::{Outcome, place};
use crate::paper::coins;
use crate::{input, verify_batch};
use metis_light::consistent::{self, TokenFacts, WITHDRAWAL_NOT_CHECKED, WithdrawalFacts};
use metis_light::wire::WithdrawalClaim;
use std::path::PathBuf;

/// All files are read before the first is checked: input without the shape is no refusal.
pub(crate) fn run(files: &[PathBuf]) -> Outcome {
    let mut outcome = Outcome::new("verify withdrawal", WITHDRAWAL_NOT_CHECKED);
    let mut claims = Vec::new();
    for path in files {
        match input::read(path).map(|bytes| WithdrawalClaim::parse(&bytes)) {
            Err(error) => return outcome.unreadable(path, &error),
            Ok(Err(error)) => return outcome.refused(path.display().to_string(), error.into()),
            Ok(Ok(parsed)) => claims.push((path, parsed)),
        }
    }
    for (path, parsed) in &claims {
        for (index, claim) in parsed.iter().enumerate() {
            match consistent::withdrawal(claim) {
                Err(error) => return outcome.refused(place(path, index, parsed.len()), error),
                Ok(facts) => {
                    let facts = facts.value();
                    outcome.holds(format!("withdrawal {}", facts.message_hash), lines(facts), facts);
                }
            }
        }
    }
    outcome
}

/// What people read of a withdrawal.
pub(crate) fn lines(facts: &WithdrawalFacts) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("message hash", facts.message_hash.to_string()),
        ("sender on l2", facts.sender.to_string()),
        ("target on l1", facts.target.to_string()),
        ("nonce", facts.message_nonce.to_string()),
    ];
    lines.extend(facts.token.as_ref().map(|token| ("pays", pays(token))));
    lines.push(("l2 block", facts.l2_block.to_string()));
    lines.push(("state root", facts.state_root.to_string()));
    lines.push(("batch index", format!("{} (as claimed)", facts.claimed_batch_index)));
    lines.extend(verify_batch::lines(&facts.batch));
    lines
}

pub(crate) fn pays(token: &TokenFacts) -> String {
    let amount = match (token.asset, token.l1_token) {
        ("ERC20", Some(l1_token)) => format!("{} units of {l1_token}", token.amount),
        (asset, _) => format!("{} {asset}", coins(token.amount)),
    };
    format!("{amount} from {} to {}", token.from, token.to)
}
