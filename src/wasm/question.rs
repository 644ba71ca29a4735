//! What the engine is asked, as JSON text: one door for all questions costs less code than a function each.

#[cfg(feature = "engine")]
use super::chain::{Blocks, Chain, Wanted};
#[cfg(feature = "engine")]
use crate::client::LogFilter;
#[cfg(feature = "engine")]
use crate::primitives::B256;
use crate::primitives::json::{Json, Member, Read, address, small, text, word};
use crate::primitives::{Address, StorageSlot};
use crate::shell::At;

/// A question.
pub(super) enum Question {
    Sync,
    Head,
    /// Of an L2 block's state.
    State(At, State),
    #[cfg(feature = "engine")]
    Bridge(Bridge),
    #[cfg(feature = "engine")]
    Chain(Chain),
    #[cfg(feature = "engine")]
    Bundle(At, crate::bundle::Asked),
    #[cfg(feature = "engine")]
    Verifiers(super::verifiers::Asked),
}

pub(super) enum State {
    Root,
    Balance(Address),
    Proof(Address, Vec<StorageSlot>),
    /// By the mapping that a token keeps its balances in.
    Token {
        token: Address,
        who: Address,
        mapping: u64,
    },
    Code(Address),
}

/// About the messages of a transaction.
#[cfg(feature = "engine")]
pub(super) enum Bridge {
    Withdrawals(B256),
    /// Where they stand, posted or not; and whether that transaction of L1 has tried to relay them in vain.
    Status {
        transaction: B256,
        relay: Option<B256>,
    },
    Relay {
        transaction: B256,
        message: B256,
    },
    Deposits(B256),
    Bundle(B256),
}

/// Longer than any question with its slots.
const LIMIT: usize = 1 << 20;

impl Question {
    /// Reads `{ ask, .. }`; the message says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let json = Json::parse(text.as_bytes(), LIMIT).map_err(|rule| rule.to_string())?;
        question(&Member::root("question", &json)).map_err(|rule| rule.to_string())
    }
}

fn question(asked: &Member<'_, '_>) -> Read<Question> {
    let state = |state: Read<State>| Ok(Question::State(at(asked)?, state?));
    let who = || asked.at("address", address);
    match asked.at("ask", text)? {
        "sync" => Ok(Question::Sync),
        "head" => Ok(Question::Head),
        "root" => state(Ok(State::Root)),
        "balance" => state(who().map(State::Balance)),
        "proof" => state(slots(asked).and_then(|slots| Ok(State::Proof(who()?, slots)))),
        "token" => state(token(asked)),
        "code" => state(who().map(State::Code)),
        other => more(other, asked),
    }
}

#[cfg(not(feature = "engine"))]
fn more(_: &str, asked: &Member<'_, '_>) -> Read<Question> {
    Err(asked.wrong_form("a question that is known"))
}

#[cfg(feature = "engine")]
fn more(ask: &str, asked: &Member<'_, '_>) -> Read<Question> {
    use super::verifiers::Asked;
    use crate::bundle::Asked as Of;
    use crate::wire::attestation::attestation;
    let bridge = |question: Bridge| Ok(Question::Bridge(question));
    let bundle = |of: Of| Ok(Question::Bundle(at(asked)?, of));
    let transaction = || asked.at("transaction", word);
    let chain = |of: Blocks, wanted: Wanted| Ok(Question::Chain(Chain { of, wanted }));
    let holding = |wanted: fn(B256) -> Wanted| transaction().and_then(|of| chain(Blocks::Holding(of), wanted(of)));
    match ask {
        "block" => chain(blocks(asked)?, Wanted::Block),
        "transaction" => holding(Wanted::Transaction),
        "receipt" => holding(Wanted::Receipt),
        "logs" => chain(blocks(asked)?, Wanted::Logs(filter(asked)?)),
        "withdrawals" => bridge(Bridge::Withdrawals(transaction()?)),
        "status" => bridge(Bridge::Status { transaction: transaction()?, relay: asked.maybe("relay", word)? }),
        "relay" => bridge(Bridge::Relay { transaction: transaction()?, message: asked.at("message", word)? }),
        "deposits" => bridge(Bridge::Deposits(transaction()?)),
        "bundle account" => bundle(Of::Account(asked.at("address", address)?)),
        "bundle balance" => bundle(Of::Balance(asked.at("address", address)?)),
        "bundle storage" => bundle(Of::Storage(asked.at("address", address)?, slots(asked)?)),
        "verifiers" => Ok(Question::Verifiers(Asked::Set)),
        "attestation" => Ok(Question::Verifiers(Asked::Batch(batch(asked)?))),
        "statement" => Ok(Question::Verifiers(Asked::Statement(Box::new(asked.at("attestation", attestation)?)))),
        "bundle withdrawals" => bridge(Bridge::Bundle(transaction()?)),
        _ => Err(asked.wrong_form("a question that is known")),
    }
}

fn token(asked: &Member<'_, '_>) -> Read<State> {
    let (token, who) = (asked.at("token", address)?, asked.at("address", address)?);
    Ok(State::Token { token, who, mapping: asked.at("mapping", small)? })
}

fn slots(asked: &Member<'_, '_>) -> Read<Vec<StorageSlot>> {
    asked.list_at("slots", |slot| word(slot).map(StorageSlot))
}

/// A batch by its index or by a block in it; the last one where neither is named.
#[cfg(feature = "engine")]
fn batch(asked: &Member<'_, '_>) -> Read<Option<crate::client::Wanted>> {
    let index = asked.maybe("batch", small)?.map(crate::client::Wanted::Index);
    Ok(index.or(asked.maybe("block", small)?.map(crate::client::Wanted::Block)))
}

/// One block by its hash, or those from one to another.
#[cfg(feature = "engine")]
fn blocks(asked: &Member<'_, '_>) -> Read<Blocks> {
    match asked.maybe("hash", word)? {
        Some(hash) => Ok(Blocks::Hash(hash)),
        None => Ok(Blocks::Range(at_of(asked, "from")?, at_of(asked, "to")?)),
    }
}

#[cfg(feature = "engine")]
fn filter(asked: &Member<'_, '_>) -> Read<LogFilter> {
    let topics = asked.list_at("topics", |words| words.each(word))?;
    Ok(LogFilter { addresses: asked.list_at("addresses", address)?, topics })
}

fn at(asked: &Member<'_, '_>) -> Read<At> {
    at_of(asked, "at")
}

/// `newest`, `final` or a number.
fn at_of(asked: &Member<'_, '_>, name: &str) -> Read<At> {
    let Some(at) = asked.optional(name)? else { return Ok(At::Newest) };
    match text(&at) {
        Ok("newest") => Ok(At::Newest),
        Ok("final") => Ok(At::Final),
        _ => small(&at).map(At::Block),
    }
}
