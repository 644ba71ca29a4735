//! Dispute games: what the factory lists, and how each stands.
//!
//! The layout of the factory and its games is known from source alone; that the deployed code has it is unconfirmed. But the
//! factory files every game a second time, under a hash of its type, its claim and the block that it is about, which stand at
//! the end of the game's own code. Where that entry is the listed word, no other layout could have put it there, and the game
//! is told as confirmed. Its status is told only where the game's first word has the time of its creation besides, and the block
//! that it begins behind comes before the one that it is about.

use super::facts::{Found, Reader, all};
use super::storage::{address, length};
use crate::primitives::{Address, B256, Bytes, StorageSlot, U256, UnixTime, keccak256};
use crate::rollup::{Change, IMPLEMENTATION, Pins, Registry};

/// The factory's `_disputeGames`: a game by the hash of what it is about.
const GAMES: StorageSlot = StorageSlot::at(153);
/// The factory's `_disputeGameList`.
const GAME_LIST: StorageSlot = StorageSlot::at(154);

/// A game: time of creation and resolution, status and two flags in one word.
const STATE: StorageSlot = StorageSlot::at(0);
/// A game's `startingOutputRoot.l2BlockNumber`.
const STARTING_BLOCK: StorageSlot = StorageSlot::at(9);

/// The most games that are read, the newest.
pub(super) const MAX_GAMES: u64 = 16;

/// The factory as one L1 block has it, by a layout that is unconfirmed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DisputeGames {
    /// The factory's proxy.
    pub factory: Address,
    /// The code behind the proxy.
    pub implementation: Address,
    /// How many games there ever were.
    pub count: u64,
    /// The newest games, oldest first.
    pub games: Vec<Game>,
    /// How many older ones were not read.
    pub left_out: u64,
}

/// A dispute game.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Game {
    /// Its place in the list.
    pub index: u64,
    /// The word in the list: type, time and address, by a layout that is unconfirmed where there is no subject.
    pub id: GameId,
    /// What it is about; none where the factory does not confirm it.
    pub subject: Option<GameSubject>,
    /// How it stands.
    pub status: GameStatus,
}

/// A game in the factory's list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct GameId {
    /// The kind of game; 0 is the fault proof game.
    pub game_type: u32,
    /// When it was created, by L1 time.
    pub created: UnixTime,
    /// The game's contract.
    pub address: Address,
}

/// What a game is about, from its own code.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct GameSubject {
    /// Who created it.
    pub creator: Address,
    /// The claim that is disputed: the hash of a batch's header.
    pub root_claim: B256,
    /// The hash of the L1 block whose data decides.
    pub l1_head: B256,
    /// Who had asked for it.
    pub requester: Address,
    /// The L2 block that it was asked for about.
    pub l2_block: U256,
}

/// How a game stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum GameStatus {
    /// It goes on.
    InProgress {
        /// Where the challenger wins, no message from this L2 block on is relayed: the first behind the last batch that was
        /// final when the game began, so not the disputed batch alone.
        would_block_from: U256,
    },
    /// The challenger has won: the SCC was told to flag the batch.
    ChallengerWins,
    /// The claim stands.
    DefenderWins,
    /// It cannot be told: the game is not confirmed, or its first word is not of the known form.
    Unconfirmed,
}

impl GameId {
    /// From the high end: 4 bytes, 8 bytes, 20 bytes.
    fn from_word(word: U256) -> Self {
        Self {
            game_type: word.wrapping_shr(224).wrapping_to::<u32>(),
            created: UnixTime(word.wrapping_shr(160).wrapping_to::<u64>()),
            address: address(word),
        }
    }
}

/// Reads the factory at `who`.
pub(super) fn read(
    reader: &mut Reader<'_>,
    registry: &Registry,
    who: Address,
    pins: &mut Pins<'_>,
) -> Found<DisputeGames> {
    let [implementation, count] = reader.contract("the dispute game factory", who, [IMPLEMENTATION, GAME_LIST])?;
    let contracts = &registry.basis().network().contracts;
    let pin = contracts.dispute_game_factory_implementation.map(|address| address.into_word());
    pins.check(Change::DisputeGameFactoryImplementation, implementation.into(), pin.as_slice())?;
    let count = length("the list of dispute games", count)?;
    let left_out = count.saturating_sub(MAX_GAMES);
    let games = all((left_out..count).map(|index| game(reader, who, index)))?;
    Ok(DisputeGames { factory: who, implementation: address(implementation), count, games, left_out })
}

fn game(reader: &mut Reader<'_>, factory: Address, index: u64) -> Found<Game> {
    let word = reader.word(factory, GAME_LIST.elements().offset(index))?;
    let id = GameId::from_word(word);
    let state = reader.words(id.address, [STATE, STARTING_BLOCK]);
    let code = reader.code(id.address);
    let ([state, starting_block], code) = (state?, code?);
    let subject = confirmed(reader, factory, word, id, &code)?;
    let status = subject.map_or(GameStatus::Unconfirmed, |subject| status(id, &subject, state, starting_block));
    Ok(Game { index, id, subject, status })
}

/// The subject in the game's code, where the factory has filed this very game under it.
fn confirmed(
    reader: &mut Reader<'_>,
    factory: Address,
    word: U256,
    id: GameId,
    code: &Bytes,
) -> Found<Option<GameSubject>> {
    let Some(subject) = GameSubject::of_code(code) else { return Ok(None) };
    let filed = reader.word(factory, GAMES.entry(subject.uuid(id.game_type)))?;
    Ok((filed == word).then_some(subject))
}

impl GameSubject {
    /// A clone's code ends with its arguments, and with their length and its own two bytes in these.
    const LENGTH: usize = 20 + 32 + 32 + 20 + 32;

    fn of_code(code: &[u8]) -> Option<Self> {
        let (rest, end) = code.split_last_chunk::<2>()?;
        let expected = Self::LENGTH.checked_add(2)?;
        let (_, arguments) = rest.split_last_chunk::<{ Self::LENGTH }>()?;
        if usize::from(u16::from_be_bytes(*end)) != expected {
            return None;
        }
        let (creator, rest) = arguments.split_first_chunk::<20>()?;
        let (root_claim, rest) = rest.split_first_chunk::<32>()?;
        let (l1_head, rest) = rest.split_first_chunk::<32>()?;
        let (requester, rest) = rest.split_first_chunk::<20>()?;
        let (l2_block, _) = rest.split_first_chunk::<32>()?;
        Some(Self {
            creator: Address::from(*creator),
            root_claim: B256::from(*root_claim),
            l1_head: B256::from(*l1_head),
            requester: Address::from(*requester),
            l2_block: U256::from_be_bytes(*l2_block),
        })
    }

    /// `keccak256(abi.encode(gameType, rootClaim, extraData))`, the key that the factory files it under.
    pub fn uuid(&self, game_type: u32) -> B256 {
        let words = [
            U256::from(game_type).into(),
            self.root_claim,
            // Where the bytes begin, and how many they are: one word.
            U256::from(96).into(),
            U256::from(32).into(),
            B256::from(self.l2_block),
        ];
        keccak256(words.concat())
    }
}

/// The low end of a game's first word: created, resolved, status, initialized. A game is never about a block that was final when
/// it began, so a larger number is none of this layout.
fn status(id: GameId, subject: &GameSubject, state: U256, starting_block: U256) -> GameStatus {
    let created = state.wrapping_to::<u64>();
    let (status, is_initialized) = (state.byte(16), state.byte(17));
    let is_known = created == id.created.0 && is_initialized == 1 && starting_block < subject.l2_block;
    match (is_known, status) {
        (true, 0) => GameStatus::InProgress { would_block_from: starting_block.saturating_add(U256::ONE) },
        (true, 1) => GameStatus::ChallengerWins,
        (true, 2) => GameStatus::DefenderWins,
        _ => GameStatus::Unconfirmed,
    }
}
