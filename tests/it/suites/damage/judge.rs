//! What may come of a flow over damaged replies: what is true, or an error; and nobody is blamed who was honest.

use super::sources::{Outcome, Sources};
use super::tape::Tape;
use super::world::{Flow, World};
use metis_light::shell::Blame;

/// Runs a flow over what a tape damages. The first byte says whether an honest source stands beside.
pub(crate) fn judge(world: &World, flow: &Flow, tape: &[u8]) -> Result<Outcome, String> {
    let mut tape = Tape::new(tape);
    let has_second = tape.below(4) == 3;
    let outcome = flow.run(&Sources::damaged(world, tape, has_second));
    // What the recording lacks is no source's fault.
    let is_recorded = |blame: &&Blame| !blame.error.to_string().contains("was not recorded");
    if let Some(blame) = outcome.blamed.iter().filter(is_recorded).find(|blame| blame.source != 0) {
        return Err(format!("{} blames an honest source: {}", flow.name, blame.error));
    }
    match &outcome.output {
        Ok(given) => match flow.falsehood(given) {
            Some(what) => Err(format!("{} gives {what}, and true is {:?}", flow.name, flow.truth)),
            None => Ok(outcome),
        },
        Err(error) if outcome.count.damaged == 0 => Err(format!("{} fails unharmed: {error}", flow.name)),
        Err(_) => Ok(outcome),
    }
}
