//! What the checks found, in a form for people and machines. Field names are those of `--json` and of the bindings.

use crate::bridge::{Asset, Message, TokenWithdrawal};
use crate::execution::Account;
use crate::primitives::{Address, B256, StorageSlot, U256};
use crate::rollup::{BatchHeader, Change, MetisBalance};
use serde::{Serialize, Serializer};

/// A withdrawal whose message is in a state root, and that state root in a batch root.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WithdrawalFacts {
    /// Hash of the message.
    pub message_hash: B256,
    /// Who is called on L1.
    pub target: Address,
    /// Who sent it on L2.
    pub sender: Address,
    /// The L2 messenger's counter.
    #[serde(serialize_with = "decimal")]
    pub message_nonce: U256,
    /// What it pays, if it is a withdrawal of the standard bridge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenFacts>,
    /// The slot in the L2 message passer that holds 1.
    pub passer_slot: B256,
    /// The slot in the L1 messenger that will say that it was relayed.
    pub successful_messages_slot: B256,
    /// The state root that the message is in.
    pub state_root: B256,
    /// The L2 block of that state root, by its place in the batch.
    pub l2_block: u64,
    /// The batch's index as claimed; nothing checks it without L1.
    pub claimed_batch_index: u64,
    /// The batch.
    pub batch: BatchFacts,
}

/// A batch's header, and its hash.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchFacts {
    /// What L1's container would hold.
    pub header_hash: B256,
    /// Merkle root over the state roots.
    pub batch_root: B256,
    /// How many state roots.
    pub batch_size: u64,
    /// How many before.
    pub prev_total_elements: u64,
    /// First L2 block.
    pub first_block: u64,
    /// Last L2 block.
    pub last_block: u64,
    /// L1 time of the append, in seconds.
    pub timestamp: u64,
    /// Who appended.
    pub submitter: Address,
    /// What the submitter said of the last block; headers since May 2025 have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitters_last_block: Option<LastBlockFacts>,
}

/// What the submitter said of the batch's last block. L1 checks none of it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LastBlockFacts {
    /// Its hash.
    pub hash: B256,
    /// Its number.
    #[serde(serialize_with = "decimal")]
    pub number: U256,
    /// Whether that is the batch's last block.
    pub number_fits: bool,
}

/// A withdrawal of the standard bridge, decoded.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenFacts {
    /// `ETH`, `METIS` or `ERC20`.
    pub asset: &'static str,
    /// The token on L1, for ERC20.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub l1_token: Option<Address>,
    /// The token on L2, for ERC20.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub l2_token: Option<Address>,
    /// Who gave it up on L2.
    pub from: Address,
    /// Who receives it on L1.
    pub to: Address,
    /// How much, in the token's smallest unit.
    #[serde(serialize_with = "decimal")]
    pub amount: U256,
}

/// An account and words of its storage under a root.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountFacts {
    /// The root.
    pub state_root: B256,
    /// The account.
    pub address: Address,
    /// Whether there is a leaf.
    pub exists: bool,
    /// Transactions sent.
    pub nonce: u64,
    /// The leaf's balance, wei; on Metis always 0.
    #[serde(serialize_with = "decimal")]
    pub balance: U256,
    /// Hash of the code.
    pub code_hash: B256,
    /// Root of the storage.
    pub storage_root: B256,
    /// The words.
    pub storage: Vec<SlotFact>,
    /// Whether the reply names a balance that its proof says nothing of, as every node of Metis does.
    pub claimed_balance_not_covered: bool,
}

/// A word of storage.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct SlotFact {
    /// Its slot.
    pub slot: B256,
    /// The word; zero where the slot is proven empty.
    pub value: B256,
}

/// A METIS balance under a root.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MetisFacts {
    /// The root.
    pub state_root: B256,
    /// The owner.
    pub address: Address,
    /// The balance, wei.
    #[serde(serialize_with = "decimal")]
    pub wei: U256,
    /// Code hash of the METIS predeploy, by which the reader was chosen.
    pub metis_code_hash: B256,
    /// The network whose pins held.
    pub network: String,
    /// Values that differ from their pins and were accepted.
    pub accepted: Vec<AcceptedFact>,
    /// Whether the network's data pins the predeploy's code at all.
    pub code_is_pinned: bool,
}

/// A value that differs from its pin and was accepted.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct AcceptedFact {
    /// What differs.
    pub what: &'static str,
    /// The value.
    pub value: B256,
}

impl WithdrawalFacts {
    pub(super) fn new(
        message: &Message,
        state_root: B256,
        l2_block: u64,
        claimed_batch_index: u64,
        header: &BatchHeader,
    ) -> Self {
        Self {
            message_hash: message.hash(),
            target: message.target,
            sender: message.sender,
            message_nonce: message.message_nonce,
            token: message.token_withdrawal().map(TokenFacts::new),
            passer_slot: message.passer_slot().0,
            successful_messages_slot: message.successful_slot().0,
            state_root,
            l2_block,
            claimed_batch_index,
            batch: BatchFacts::new(header),
        }
    }
}

impl BatchFacts {
    pub(super) fn new(header: &BatchHeader) -> Self {
        let extra_data = header.extra_data();
        Self {
            header_hash: header.hash(),
            batch_root: header.batch_root(),
            batch_size: header.batch_size(),
            prev_total_elements: header.prev_total_elements(),
            first_block: header.first_block(),
            last_block: header.last_block(),
            timestamp: extra_data.timestamp().0,
            submitter: extra_data.submitter(),
            submitters_last_block: extra_data.last_block().map(|last| LastBlockFacts {
                hash: last.hash,
                number: last.number,
                number_fits: last.number == U256::from(header.last_block()),
            }),
        }
    }
}

impl TokenFacts {
    /// What a message of the bridge pays.
    pub fn new(token: TokenWithdrawal) -> Self {
        let (asset, l1_token, l2_token) = match token.asset {
            Asset::Eth => ("ETH", None, None),
            Asset::Metis => ("METIS", None, None),
            Asset::Erc20 { l1_token, l2_token } => ("ERC20", Some(l1_token), Some(l2_token)),
        };
        Self { asset, l1_token, l2_token, from: token.from, to: token.to, amount: token.amount }
    }
}

impl AccountFacts {
    pub(super) fn new(state_root: B256, address: Address, account: Option<Account>, storage: Vec<SlotFact>) -> Self {
        let Account { nonce, balance, storage_root, code_hash } = account.unwrap_or(Account::EMPTY);
        let exists = account.is_some();
        Self {
            state_root,
            address,
            exists,
            nonce,
            balance,
            code_hash,
            storage_root,
            storage,
            claimed_balance_not_covered: false,
        }
    }
}

impl SlotFact {
    pub(super) fn new(slot: StorageSlot, word: U256) -> Self {
        Self { slot: slot.0, value: word.into() }
    }
}

impl MetisFacts {
    pub(super) fn new(
        state_root: B256,
        address: Address,
        network: &crate::network::Network,
        read: MetisBalance,
    ) -> Self {
        let accepted = |(what, value): (Change, B256)| AcceptedFact { what: what.name(), value };
        Self {
            state_root,
            address,
            wei: read.wei,
            metis_code_hash: read.code_hash,
            network: network.name.clone(),
            accepted: read.changes.into_iter().map(accepted).collect(),
            code_is_pinned: network.l2.metis_code_hashes.is_some(),
        }
    }
}

/// Amounts and counters without a bound below 2^256, as every JSON reader takes them.
fn decimal<S: Serializer>(number: &U256, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&number.to_string())
}
