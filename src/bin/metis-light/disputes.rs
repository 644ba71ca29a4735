//! Every dispute that L1 shows, and what it means for a batch.

#![allow(clippy::result_large_err, reason = "an outcome is returned once a run")]

use crate::args::LiveArgs;
use crate::ask::{Ended, ended};
use crate::live::{Live, finality};
use crate::outcome::Outcome;
use crate::paper::coins;
use metis_light::client::{CommittedBatch, DisputesOf, FindBatch, RollupHead, Wanted};
use metis_light::dispute::{
    Challenge, Deletion, DisputeGames, DisputeRequest, Disputes, Effect, Game, GameStatus, MvmVerifier, OnRelay, Phase,
    Settlement,
};
use metis_light::primitives::{Address, U256};
use metis_light::rollup::StateBatch;
use serde_json::{Value, json};

const NOT_CHECKED: &[&str] = &[
    "that state roots are the right ones: they are what was posted and nobody disputed",
    "that the dispute game factory has the layout of its source: only a game that is confirmed by it shows that",
    "whether anybody has asked for a game about a block that is not named: such requests are listed nowhere",
];

/// What is asked about besides what stands on L1 anyway.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct About {
    /// What the disputes mean for this batch.
    #[arg(long, value_name = "N", conflicts_with = "block")]
    batch: Option<u64>,
    /// What they mean for the batch of this L2 block, and whether a game about the block is asked for.
    #[arg(long, value_name = "N")]
    block: Option<u64>,
}

pub(crate) fn run(about: About, args: &LiveArgs) -> Outcome {
    ended(prove(about, args))
}

fn prove(about: About, args: &LiveArgs) -> Ended {
    let (live, heads, outcome) = Live::head(args, Outcome::new("disputes", NOT_CHECKED))?;
    let head = &heads.rollup;
    let (batch, outcome) = batch(about, &live, head, outcome)?;
    // A game is asked for about a batch's last block, if about any.
    let block = about.block.or_else(|| batch.as_ref().map(|batch| batch.batch().header().last_block()));
    let task = match DisputesOf::new(&head.registry, block) {
        Err(error) => return Err(outcome.refused("disputes", error.into())),
        Ok(task) => task,
    };
    let (disputes, mut outcome) = live.drive(task, "disputes", outcome)?;
    tell(&mut outcome, &disputes, block);
    match batch.map(|batch| (disputes.effect_on(batch.batch()), batch)) {
        None => {}
        Some((Err(error), _)) => return Err(outcome.refused("batch", error.into())),
        Some((Ok(effect), batch)) => tell_effect(&mut outcome, &disputes, batch.batch(), &effect),
    }
    Ok(outcome)
}

/// The batch that is asked about, if one is.
fn batch(
    about: About,
    live: &Live,
    head: &RollupHead,
    outcome: Outcome,
) -> Result<(Option<CommittedBatch>, Outcome), Outcome> {
    let wanted = match about {
        About { batch: Some(index), .. } => Wanted::Index(index),
        About { block: Some(block), .. } => Wanted::Block(block),
        About { batch: None, block: None } => return Ok((None, outcome)),
    };
    match FindBatch::new(&head.registry, wanted) {
        Err(error) => Err(outcome.refused(wanted.to_string(), error)),
        Ok(find) => live.drive(find, "batch", outcome).map(|(batch, outcome)| (Some(batch), outcome)),
    }
}

fn tell(outcome: &mut Outcome, disputes: &Disputes, block: Option<u64>) {
    let (basis, authority) = (disputes.basis(), disputes.authority());
    let earliest = basis.earliest_disputed_block();
    let mut lines = vec![
        ("disputed", crate::head::disputes(basis)),
        ("may delete", account(authority.fraud_verifier)),
        ("may flag", format!("{}, the dispute game factory", account(authority.dispute_game_factory))),
        ("games", games(disputes.games())),
    ];
    if let Some(block) = block.filter(|_| disputes.games().is_some()) {
        lines.push(("request", request(block, disputes.request())));
    }
    lines.push(("challenges", challenges(disputes)));
    if !disputes.unpinned().is_empty() {
        lines.push(("unpinned", disputes.unpinned().join(", ")));
    }
    let facts = json!({
        "earliestDisputedBlock": (!earliest.is_zero()).then(|| earliest.to_string()),
        "fraudVerifier": authority.fraud_verifier,
        "disputeGameFactory": authority.dispute_game_factory,
        "games": disputes.games().map(games_fact),
        "request": disputes.request().map(request_fact),
        "mvmVerifier": disputes.mvm_verifier().map(|verifier| verifier_fact(verifier, disputes)),
        "unpinned": disputes.unpinned(),
    });
    outcome.holds("disputes, under the finalized l1 block".to_owned(), lines, &facts);
    // For people alone: the facts above have them whole.
    let games = disputes.games().into_iter().flat_map(|games| &games.games);
    games.for_each(|game| tell_game(outcome, game));
    let challenges = disputes.mvm_verifier().into_iter().flat_map(|verifier| &verifier.challenges);
    challenges.for_each(|challenge| tell_challenge(outcome, challenge));
}

fn account(address: Address) -> String {
    if address.is_zero() { "nobody".to_owned() } else { address.to_string() }
}

fn games(games: Option<&DisputeGames>) -> String {
    match games {
        None => "not read: the network's data names no factory".to_owned(),
        Some(games) if games.count == 0 => "none, by a layout that is unconfirmed".to_owned(),
        Some(games) => format!("{}, by a layout that is unconfirmed{}", games.count, left_out(games.left_out)),
    }
}

fn left_out(left_out: u64) -> String {
    if left_out == 0 { String::new() } else { format!("; {left_out} older ones were not read") }
}

fn request(block: u64, request: Option<&DisputeRequest>) -> String {
    match request {
        None => format!("nobody waits for a game about l2 block {block}, by a layout that is unconfirmed"),
        Some(request) => format!(
            "{} waits since {} (l1 time) for a game about l2 block {block}, by a layout that is unconfirmed",
            request.requester, request.requested
        ),
    }
}

fn challenges(disputes: &Disputes) -> String {
    let Some(verifier) = disputes.mvm_verifier() else {
        return "not read: the network's data names no MVM_Verifier".to_owned();
    };
    let count = verifier.challenges_left_out.saturating_add(verifier.challenges.len() as u64);
    let power =
        if disputes.challenges_have_power() { "" } else { "; they delete nothing: it is not the fraud verifier" };
    format!("{count} in MVM_Verifier{power}{}", left_out(verifier.challenges_left_out))
}

fn tell_game(outcome: &mut Outcome, game: &Game) {
    let mut lines = vec![("contract", game.id.address.to_string()), ("status", game_status(game.status))];
    if let Some(subject) = game.subject {
        lines.push(("about", format!("l2 block {}, batch header {}", subject.l2_block, subject.root_claim)));
        lines.push(("asked for", format!("by {}", subject.requester)));
    }
    outcome.holds(format!("game {}", game.index), lines, &json!({ "game": game.index }));
}

fn game_status(status: GameStatus) -> String {
    match status {
        GameStatus::InProgress { would_block_from } => {
            format!("in progress; a challenger who wins blocks messages from l2 block {would_block_from} on")
        }
        GameStatus::ChallengerWins => "the challenger has won: its batch is flagged".to_owned(),
        GameStatus::DefenderWins => "the claim stands".to_owned(),
        GameStatus::Unconfirmed => "unconfirmed: the factory does not show what it is".to_owned(),
    }
}

fn tell_challenge(outcome: &mut Outcome, challenge: &Challenge) {
    let revealed = challenge.participants.iter().filter(|one| one.has_revealed()).map(|one| one.address.to_string());
    let revealed: Vec<String> = revealed.collect();
    let mut lines = vec![
        ("of", format!("batch {} of chain {}", challenge.header.batch_index, challenge.chain_id)),
        ("by", challenge.challenger.to_string()),
        ("opened", format!("{} (l1 time)", challenge.opened)),
        ("phase", phase(challenge.phase)),
        ("committed", challenge.committed.to_string()),
        ("revealed", format!("{} {}", challenge.revealed, revealed.join(", ")).trim_end().to_owned()),
    ];
    if let Some(tally) = challenge.tally {
        let required = tally.required.map_or_else(|| "more than there are".to_owned(), |required| required.to_string());
        let votes = format!("{} agree, {} disagree, {} are absent", tally.agree, tally.disagree, tally.absent);
        lines.push(("votes", format!("{votes}; {required} must have revealed")));
        lines.push(("if settled now", settlement(tally.settlement).to_owned()));
    }
    outcome.holds(format!("challenge {}", challenge.index), lines, &json!({ "challenge": challenge.index }));
}

fn phase(phase: Phase) -> String {
    let until = |until: Option<U256>| until.map_or_else(String::new, |until| format!(", until {until} (l1 time)"));
    match phase {
        Phase::Commit { until: time } => format!("verifiers commit{}", until(time)),
        Phase::Reveal { until: time } => format!("verifiers reveal{}", until(time)),
        Phase::Due => "the next key settles it".to_owned(),
        Phase::Settled => "settled".to_owned(),
    }
}

const fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Commit { .. } => "commit",
        Phase::Reveal { .. } => "reveal",
        Phase::Due => "due",
        Phase::Settled => "settled",
    }
}

const fn settlement(settlement: Settlement) -> &'static str {
    match settlement {
        Settlement::NotEnoughVerifiers => "too few have revealed: nothing follows",
        Settlement::SameRoot => "a pointless challenge: it names the batch's own root",
        Settlement::Agree => "most agree: the batch is to be deleted",
        Settlement::WrongHeader => "the header is not the batch's: the challenger loses",
        Settlement::Disagree => "no more agree than disagree: the challenger's side loses",
        Settlement::Pass => "most agree, after the window: nothing follows",
        Settlement::Reverts => "the contract would revert",
    }
}

const fn settlement_name(settlement: Settlement) -> &'static str {
    match settlement {
        Settlement::NotEnoughVerifiers => "not-enough-verifiers",
        Settlement::SameRoot => "same-root",
        Settlement::Agree => "agree",
        Settlement::WrongHeader => "wrong-header",
        Settlement::Disagree => "disagree",
        Settlement::Pass => "pass",
        Settlement::Reverts => "reverts",
    }
}

fn tell_effect(outcome: &mut Outcome, disputes: &Disputes, batch: &StateBatch, effect: &Effect) {
    let header = batch.header();
    let mut lines = vec![
        ("blocks", format!("l2 block {} to {}", header.first_block(), header.last_block())),
        ("finality", finality(batch.finality())),
        ("flagged", if batch.is_flagged() { "yes" } else { "no" }.to_owned()),
        ("withdrawals", on_relay(effect.on_relay)),
        ("deletion", deletion(effect.deletion)),
    ];
    if !effect.games.is_empty() {
        lines.push(("threatened", format!("by the games {}", list(&effect.games))));
    }
    if effect.unknown_games > 0 {
        lines.push(("unknown", format!("whether {} games concern it", effect.unknown_games)));
    }
    if !effect.challenges.is_empty() {
        let power = if disputes.challenges_have_power() { "" } else { ", which can do nothing" };
        lines.push(("challenged", format!("by the challenges {}{power}", list(&effect.challenges))));
    }
    let facts = json!({
        "batchIndex": batch.index(),
        "headerHash": batch.header_hash(),
        "firstBlock": header.first_block(),
        "lastBlock": header.last_block(),
        "finality": finality(batch.finality()),
        "flagged": batch.is_flagged(),
        "withdrawals": on_relay_name(effect.on_relay),
        "deletion": deletion_fact(effect.deletion),
        "games": effect.games,
        "unknownGames": effect.unknown_games,
        "challenges": effect.challenges,
    });
    outcome.holds(format!("what it means for batch {}", batch.index()), lines, &facts);
}

fn list(places: &[u64]) -> String {
    places.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
}

fn on_relay(effect: OnRelay) -> String {
    match effect {
        OnRelay::Nothing => "not affected".to_owned(),
        OnRelay::BlockedFrom { block } => {
            format!("blocked: nothing is relayed of batches that end at l2 block {block} or later")
        }
        OnRelay::Forgotten => {
            "the contract forgot that the batch is disputed and would relay; do not take it for final".to_owned()
        }
    }
}

const fn on_relay_name(effect: OnRelay) -> &'static str {
    match effect {
        OnRelay::Nothing => "not-affected",
        OnRelay::BlockedFrom { .. } => "blocked",
        OnRelay::Forgotten => "forgotten",
    }
}

fn deletion(deletion: Deletion) -> String {
    match deletion {
        Deletion::Closed { since } => format!("not possible: the contract's window closed at {} (l1 time)", since.0),
        Deletion::NeedsFlag { by, until } => {
            format!("only if it is flagged, then by {} until {} (l1 time)", account(by), until.0)
        }
        Deletion::Open { by, until } => format!("by {} at any time until {} (l1 time)", account(by), until.0),
    }
}

fn deletion_fact(deletion: Deletion) -> Value {
    match deletion {
        Deletion::Closed { since } => json!({ "possible": "no", "since": since.0 }),
        Deletion::NeedsFlag { by, until } => json!({ "possible": "if-flagged", "by": by, "until": until.0 }),
        Deletion::Open { by, until } => json!({ "possible": "now", "by": by, "until": until.0 }),
    }
}

fn games_fact(games: &DisputeGames) -> Value {
    json!({
        "factory": games.factory,
        "implementation": games.implementation,
        "layout": "unconfirmed",
        "count": games.count,
        "leftOut": games.left_out,
        "games": games.games.iter().map(game_fact).collect::<Vec<_>>(),
    })
}

fn game_fact(game: &Game) -> Value {
    let (status, would_block_from) = match game.status {
        GameStatus::InProgress { would_block_from } => ("in-progress", Some(would_block_from.to_string())),
        GameStatus::ChallengerWins => ("challenger-wins", None),
        GameStatus::DefenderWins => ("defender-wins", None),
        GameStatus::Unconfirmed => ("unconfirmed", None),
    };
    json!({
        "index": game.index,
        "confirmed": game.subject.is_some(),
        "type": game.id.game_type,
        "created": game.id.created.0,
        "address": game.id.address,
        "status": status,
        "wouldBlockFrom": would_block_from,
        "about": game.subject.map(|subject| json!({
            "creator": subject.creator,
            "rootClaim": subject.root_claim,
            "l1Head": subject.l1_head,
            "requester": subject.requester,
            "l2Block": subject.l2_block.to_string(),
        })),
    })
}

fn request_fact(request: &DisputeRequest) -> Value {
    json!({
        "layout": "unconfirmed",
        "type": request.game_type,
        "l2Block": request.l2_block,
        "requester": request.requester,
        "bond": request.bond.to_string(),
        "l1Head": request.l1_head,
        "requested": request.requested.to_string(),
    })
}

fn verifier_fact(verifier: &MvmVerifier, disputes: &Disputes) -> Value {
    let parameters = &verifier.parameters;
    let staked = verifier.verifiers.iter().map(|one| {
        json!({
            "address": one.address,
            "stake": one.stake.to_string(),
            "stakeMetis": coins(one.stake),
            "qualified": one.is_qualified(),
            "whitelisted": one.is_whitelisted,
        })
    });
    json!({
        "address": verifier.address,
        "implementation": verifier.implementation,
        "isFraudVerifier": disputes.challenges_have_power(),
        "verifyWindow": parameters.verify_window.to_string(),
        "activeChallenges": parameters.active_challenges.to_string(),
        "minStake": parameters.min_stake.to_string(),
        "seqStake": parameters.seq_stake.to_string(),
        "qualifiedVerifiers": parameters.qualified.to_string(),
        "usesWhitelist": parameters.uses_whitelist,
        "verifiers": staked.collect::<Vec<_>>(),
        "verifiersLeftOut": verifier.verifiers_left_out,
        "underChallenge": verifier.under_challenge.map(|index| index.to_string()),
        "challenges": verifier.challenges.iter().map(challenge_fact).collect::<Vec<_>>(),
        "challengesLeftOut": verifier.challenges_left_out,
    })
}

fn challenge_fact(challenge: &Challenge) -> Value {
    let header = &challenge.header;
    let participants = challenge.participants.iter().map(|one| {
        json!({
            "address": one.address,
            "committed": one.has_committed(),
            "revealed": one.has_revealed(),
            "hash": one.hash.first,
        })
    });
    json!({
        "index": challenge.index,
        "challenger": challenge.challenger,
        "chainId": challenge.chain_id.to_string(),
        "header": {
            "batchIndex": header.batch_index.to_string(),
            "batchRoot": header.batch_root,
            "batchSize": header.batch_size.to_string(),
            "prevTotalElements": header.prev_total_elements.to_string(),
            "extraData": header.extra_data,
            "hash": header.hash(),
        },
        "opened": challenge.opened.to_string(),
        "phase": phase_name(challenge.phase),
        "committed": challenge.committed.to_string(),
        "revealed": challenge.revealed,
        "participants": participants.collect::<Vec<_>>(),
        "participantsLeftOut": challenge.participants_left_out,
        "unseen": challenge.unseen().to_string(),
        "tally": challenge.tally.map(|tally| json!({
            "agree": tally.agree,
            "disagree": tally.disagree,
            "absent": tally.absent,
            "required": tally.required.map(|required| required.to_string()),
            "settlement": settlement_name(tally.settlement),
        })),
    })
}
