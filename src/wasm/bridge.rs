//! Withdrawals and deposits: what is asked of them, and what is told.

use super::attested::Heard;
use super::convert::json;
use super::verification::Verification;
use crate::bridge::{BlockedBy, BridgeError, DepositOutcome, Relay, RelayTry, WithdrawalStatus};
use crate::client::{
    ClientError, DepositState, DepositStatus, DepositsOf, Estimate, FailedRelayOf, LastDeleted, RollupHead,
    WithdrawalState,
};
use crate::consistent::TokenFacts;
use crate::error::{Error, Kind};
use crate::primitives::{Address, B256, Bytes};
use crate::rollup::StateBatch;
use crate::shell::{Session, Web};
use alloy_primitives::hex;
use serde::Serialize;

/// Nothing is to be sent with it.
#[derive(Serialize)]
struct RelayCall {
    to: Address,
    data: String,
}

#[derive(Serialize)]
struct Expected {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<u64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Withdrawal {
    message_hash: B256,
    phase: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    estimate: Expected,
    target: Address,
    sender: Address,
    message: Bytes,
    message_nonce: String,
    /// What the standard bridge pays, where it is one of its messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<TokenFacts>,
    is_at_last_block: bool,
    /// A relay that was tried and failed, where one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed_before: Option<Tried>,
    verification: Verification,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tried {
    relayer: Address,
    l1_block: u64,
}

/// Withdrawals of a posted transaction, or when those of one that is not may be relayed.
#[derive(Serialize)]
pub(super) struct Withdrawals {
    withdrawals: Vec<Withdrawal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unposted: Option<Unposted>,
}

/// Where the withdrawals of a transaction stand whose block, as the node has it, is not posted.
#[derive(Serialize)]
struct Unposted {
    estimate: Expected,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    verification: Verification,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TokenDeposit {
    l1_token: Address,
    l2_token: Address,
    from: Address,
    to: Address,
    amount: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Deposit {
    phase: &'static str,
    queue_index: u64,
    message_hash: B256,
    l2_transaction_hash: B256,
    enqueued_at: u64,
    l1_block: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    l2_block: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<TokenDeposit>,
    verification: Verification,
}

/// The withdrawals that a transaction sent.
pub(super) async fn of_transaction(session: &Session<Web>, transaction: B256) -> Result<String, Error> {
    let head = session.recent_head().await?.rollup;
    let states = session.withdrawals_under(&head, transaction).await?;
    Ok(json(&withdrawals(&states).heard(session, &head, &states).await))
}

/// Where they stand. What is not posted yet is an answer, and no error.
pub(super) async fn status(session: &Session<Web>, transaction: B256, relay: Option<B256>) -> Result<String, Error> {
    let heads = session.recent_head().await?;
    match session.withdrawals_under(&heads.rollup, transaction).await {
        Ok(states) => {
            let mut told = withdrawals(&states).heard(session, &heads.rollup, &states).await;
            for (told, state) in told.withdrawals.iter_mut().zip(&states) {
                told.failed_before = failed_before(session, &heads.rollup, state, relay).await?;
            }
            Ok(json(&told))
        }
        Err(Error::Client(ClientError::NotPosted { .. })) => {
            let is_deleted = is_deleted(session, &heads.rollup).await?;
            Ok(json(&unposted(&heads.rollup, is_deleted)))
        }
        Err(error) => Err(error),
    }
}

/// The call that relays one of a transaction's messages, if the contract would take it.
pub(super) async fn relay(session: &Session<Web>, transaction: B256, message: B256) -> Result<String, Error> {
    let states = session.withdrawals(transaction).await?;
    let unknown = ClientError::Unknown { what: "the message", hash: message };
    let state = states.iter().find(|state| state.hash() == message).ok_or(unknown)?;
    match state.status {
        WithdrawalStatus::ReadyToRelay => Ok(json(&call(&state.relay()?))),
        status => Err(BridgeError::NotRelayable { status }.into()),
    }
}

/// The deposits that an L1 transaction made.
pub(super) async fn deposits(session: &Session<Web>, transaction: B256) -> Result<String, Error> {
    let head = session.recent_head().await?.rollup;
    let states = session.ask(DepositsOf::new(head.clone(), transaction)).await?;
    let mut told = Vec::with_capacity(states.len());
    for state in &states {
        let mut deposit = deposit(state);
        if let Some(batch) = batch_of(&state.status) {
            deposit.verification = Heard::of(session, &head, batch).await.told(deposit.verification);
        }
        told.push(deposit);
    }
    Ok(json(&told))
}

/// The batch of the block that settled a deposit, or shows that it was executed.
fn batch_of(status: &DepositStatus) -> Option<&StateBatch> {
    match status {
        DepositStatus::Queued => None,
        DepositStatus::Executed(at) => Some(at.batch()),
        DepositStatus::Settled(_, header) => Some(header.batch()),
    }
}

impl Withdrawals {
    /// With what verifiers say of each one's batch. Where it stands on L1 does not change by that.
    async fn heard(mut self, session: &Session<Web>, head: &RollupHead, states: &[WithdrawalState]) -> Self {
        let mut told = Vec::with_capacity(self.withdrawals.len());
        for (withdrawal, state) in self.withdrawals.into_iter().zip(states) {
            let heard = Heard::of(session, head, state.withdrawal.at().batch()).await;
            told.push(Withdrawal { verification: heard.told(withdrawal.verification), ..withdrawal });
        }
        self.withdrawals = told;
        self
    }
}

pub(super) fn withdrawals(states: &[WithdrawalState]) -> Withdrawals {
    Withdrawals { withdrawals: states.iter().map(withdrawal).collect(), unposted: None }
}

/// Looked for where the next one to try would want to know.
async fn failed_before(
    session: &Session<Web>,
    head: &RollupHead,
    state: &WithdrawalState,
    relay: Option<B256>,
) -> Result<Option<Tried>, Error> {
    if state.status != WithdrawalStatus::ReadyToRelay {
        return Ok(None);
    }
    let failed = session.ask(FailedRelayOf::new(&head.registry, state.withdrawal.value(), relay)).await;
    let tried = unless_unavailable(failed)?.flatten().map(|failed| failed.tried());
    Ok(tried.map(|RelayTry { relayer, l1_block }| Tried { relayer, l1_block }))
}

/// What explains, and decides nothing: a node that does not answer is no reason to say nothing of the rest.
fn unless_unavailable<T>(outcome: Result<T, Error>) -> Result<Option<T>, Error> {
    match outcome {
        Err(error) if error.kind() == Kind::Unavailable => Ok(None),
        outcome => outcome.map(Some),
    }
}

/// Whether L1 has deleted what came after the last batch.
async fn is_deleted(session: &Session<Web>, head: &RollupHead) -> Result<bool, Error> {
    let deleted = session.ask(LastDeleted { registry: head.registry.clone() }).await;
    Ok(unless_unavailable(deleted)?.flatten().is_some())
}

fn unposted(head: &RollupHead, is_deleted: bool) -> Withdrawals {
    let unposted = Unposted {
        estimate: expected(head.estimate_unposted()),
        reason: is_deleted.then_some("state-root-deleted"),
        verification: Verification::of_l1(head.registry.basis()).with_hinted_block(),
    };
    Withdrawals { withdrawals: Vec::new(), unposted: Some(unposted) }
}

fn withdrawal(state: &WithdrawalState) -> Withdrawal {
    let message = state.withdrawal.value();
    let (phase, reason) = match state.status {
        WithdrawalStatus::Relayed => ("relayed", None),
        WithdrawalStatus::Blocked(BlockedBy::MessageBlocked) => ("blocked", Some("message-blocked")),
        WithdrawalStatus::Blocked(BlockedBy::MessengerPaused) => ("blocked", Some("messenger-paused")),
        WithdrawalStatus::Blocked(BlockedBy::TargetRefused) => ("blocked", Some("target-refused")),
        WithdrawalStatus::Disputed => ("disputed", None),
        WithdrawalStatus::InChallengePeriod { .. } => ("in-challenge-period", None),
        WithdrawalStatus::ReadyToRelay => ("ready-to-relay", None),
    };
    Withdrawal {
        message_hash: state.hash(),
        phase,
        reason,
        estimate: expected(state.estimate()),
        target: message.target,
        sender: message.sender,
        message: message.message.clone(),
        message_nonce: message.message_nonce.to_string(),
        token: message.token_withdrawal().map(TokenFacts::new),
        is_at_last_block: state.is_at_last_block,
        failed_before: None,
        verification: Verification::of_root(state.withdrawal.at()).with_hinted_receipt(),
    }
}

fn expected(estimate: Estimate) -> Expected {
    let (kind, at) = match estimate {
        Estimate::Exact(at) => ("exact", Some(at.0)),
        Estimate::Projected(at) => ("projected", Some(at.0)),
        Estimate::None => ("none", None),
    };
    Expected { kind, at }
}

fn call(call: &Relay) -> RelayCall {
    RelayCall { to: call.to(), data: hex::encode_prefixed(call.calldata()) }
}

fn deposit(state: &DepositState) -> Deposit {
    let DepositState { deposit, status } = state;
    let (phase, l2_block, verification) = match status {
        DepositStatus::Queued => ("queued", None, Verification::of_l1(deposit.basis())),
        DepositStatus::Executed(at) => ("executed", Some(at.block()), Verification::of_root(at)),
        DepositStatus::Settled(outcome, header) => {
            let phase = match outcome {
                DepositOutcome::Called => "called",
                DepositOutcome::Credited => "credited",
                DepositOutcome::NotCredited => "not-credited",
                DepositOutcome::Reverted => "reverted",
            };
            (phase, Some(header.header().number), Verification::of_header(header))
        }
    };
    let message = deposit.message();
    let token = message.token_deposit(deposit.basis().network().contracts.bridge).map(|token| TokenDeposit {
        l1_token: token.l1_token,
        l2_token: token.l2_token,
        from: token.from,
        to: token.to,
        amount: token.amount.to_string(),
    });
    Deposit {
        phase,
        queue_index: message.queue_index,
        message_hash: message.message_hash(),
        l2_transaction_hash: message.l2_transaction_hash(),
        enqueued_at: deposit.enqueued().0,
        l1_block: deposit.l1_block(),
        l2_block,
        token,
        verification: verification.and_accepted(deposit.changes()).with_hinted_receipt(),
    }
}
