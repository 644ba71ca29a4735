use super::world::{World, message};
use crate::bridge::{BlockedBy, BridgeError, WithdrawalStatus};
use crate::primitives::{StorageSlot, U256, UnixTime};
use crate::rollup::tests::chain::{APPENDED, WEEK, header};
use crate::rollup::{Dispute, Finality};

fn status(change: impl FnOnce(&mut World)) -> WithdrawalStatus {
    let mut world = World::new();
    change(&mut world);
    let withdrawal = world.withdrawal().expect("it was sent");
    withdrawal.status(&world.messenger().expect("as pinned")).expect("the same block and message")
}

fn relayed(world: &mut World) {
    world.chain.set_messenger(message(7).successful_slot(), U256::ONE);
}

fn blocked(world: &mut World) {
    world.chain.set_messenger(message(7).blocked_slot(), U256::ONE);
}

fn paused(world: &mut World) {
    world.chain.set_messenger(101, U256::ONE);
}

fn refused_target(world: &mut World) {
    world.chain.network.contracts.canonical_transaction_chain = Some(message(7).target);
}

fn disputed(world: &mut World) {
    world.chain.set_scc(7, U256::ONE);
}

fn in_window(world: &mut World) {
    world.chain.time -= 1;
}

#[test]
fn each_status_is_seen() {
    assert_eq!(status(|_| ()), WithdrawalStatus::ReadyToRelay);
    assert_eq!(status(relayed), WithdrawalStatus::Relayed);
    assert_eq!(status(blocked), WithdrawalStatus::Blocked(BlockedBy::MessageBlocked));
    assert_eq!(status(paused), WithdrawalStatus::Blocked(BlockedBy::MessengerPaused));
    assert_eq!(status(refused_target), WithdrawalStatus::Blocked(BlockedBy::TargetRefused));
    assert_eq!(status(disputed), WithdrawalStatus::Disputed);
    let ready_at = UnixTime(APPENDED + WEEK);
    assert_eq!(status(in_window), WithdrawalStatus::InChallengePeriod { ready_at });
}

#[test]
fn what_is_done_goes_before_what_time_does_not_mend_and_that_before_the_window() {
    let all = [relayed, paused, blocked, refused_target, disputed, in_window];
    let expected = [
        WithdrawalStatus::Relayed,
        WithdrawalStatus::Blocked(BlockedBy::MessengerPaused),
        WithdrawalStatus::Blocked(BlockedBy::MessageBlocked),
        WithdrawalStatus::Blocked(BlockedBy::TargetRefused),
        WithdrawalStatus::Disputed,
        WithdrawalStatus::InChallengePeriod { ready_at: UnixTime(APPENDED + WEEK) },
    ];
    for (place, expected) in expected.into_iter().enumerate() {
        // This one and everything that goes after it.
        let got = status(|world| all[place..].iter().for_each(|change| change(world)));
        assert_eq!(got, expected);
    }
}

#[test]
fn the_status_is_the_contracts_where_finality_is_stricter() {
    let mut world = World::new();
    let hash = header(world.l2.root(), 1, 0).hash();
    world.chain.set_scc(StorageSlot::at(6).entry(hash), U256::ONE);
    let withdrawal = world.withdrawal().expect("it was sent");
    let messenger = world.messenger().expect("as pinned");
    assert_eq!(withdrawal.status(&messenger), Ok(WithdrawalStatus::ReadyToRelay));
    assert_eq!(withdrawal.at().batch().finality(), Finality::Disputed(Dispute::Flag));
}

#[test]
fn a_messenger_that_was_asked_about_another_message_is_refused() {
    let mut world = World::new();
    let withdrawal = world.withdrawal().expect("it was sent");
    world.message = message(8);
    let messenger = world.messenger().expect("as pinned");
    let (got, expected) = (message(8).hash(), message(7).hash());
    assert_eq!(withdrawal.status(&messenger), Err(BridgeError::OtherMessage { got, expected }));
}

#[test]
fn a_messenger_that_was_read_under_another_block_is_refused() {
    let mut world = World::new();
    let withdrawal = world.withdrawal().expect("it was sent");
    let expected = world.chain.root().hash();
    world.chain.time += 1;
    let messenger = world.messenger().expect("as pinned");
    let got = world.chain.root().hash();
    assert_eq!(withdrawal.status(&messenger), Err(BridgeError::OtherBlock { got, expected }));
}

#[test]
fn each_status_says_what_it_means() {
    let ready_at = UnixTime(12);
    let all = [
        (WithdrawalStatus::Relayed, "it has been relayed"),
        (WithdrawalStatus::Blocked(BlockedBy::MessageBlocked), "the message is blocked"),
        (WithdrawalStatus::Blocked(BlockedBy::MessengerPaused), "the messenger is paused"),
        (WithdrawalStatus::Blocked(BlockedBy::TargetRefused), "its target is one the messenger never calls"),
        (WithdrawalStatus::Disputed, "its batch is disputed"),
        (WithdrawalStatus::InChallengePeriod { ready_at }, "its window is open until 12 (l1 time)"),
        (WithdrawalStatus::ReadyToRelay, "it is ready"),
    ];
    for (status, words) in all {
        assert_eq!(status.to_string(), words);
    }
}
