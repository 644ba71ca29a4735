use super::Message;
use crate::primitives::{Address, B256, Bytes, U256, abi};
use alloy_primitives::address;

/// `L2StandardBridge`: only what it sends moves tokens.
pub(crate) const L2_BRIDGE: Address = address!("0x4200000000000000000000000000000000000010");

/// What a message of the standard bridge pays out on L1.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TokenWithdrawal {
    /// What is paid.
    pub asset: Asset,
    /// The L2 chain that the message names.
    pub chain_id: Option<U256>,
    /// Who gave it up on L2.
    pub from: Address,
    /// Who receives it on L1.
    pub to: Address,
    /// How much, in the token's smallest unit.
    pub amount: U256,
    /// Free bytes of the sender.
    pub data: Bytes,
}

/// A kind of token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Asset {
    /// Ether, wei.
    Eth,
    /// METIS, wei.
    Metis,
    /// Another token of the standard bridge.
    Erc20 {
        /// The token on L1.
        l1_token: Address,
        /// The token on L2.
        l2_token: Address,
    },
}

impl Message {
    /// Reads the message as a withdrawal of the standard bridge; `None` where it is anything else.
    ///
    /// The selectors are `finalizeETHWithdrawalByChainId`, `finalizeMetisWithdrawalByChainId`,
    /// `finalizeERC20WithdrawalByChainId`, and the two forms without chain id that L1 knows and the L2 bridge does not use.
    pub fn token_withdrawal(&self) -> Option<TokenWithdrawal> {
        if self.sender != L2_BRIDGE {
            return None;
        }
        let (&selector, arguments) = self.message.split_first_chunk::<4>()?;
        match selector {
            [0x05, 0x46, 0xaa, 0xa9] => coin(Asset::Eth, arguments),
            [0x90, 0xa4, 0x0a, 0x76] => coin(Asset::Metis, arguments),
            [0x6c, 0xeb, 0xdc, 0x45] => {
                let ([chain_id, l1_token, l2_token, from, to, amount], data) = abi::words_and_bytes(arguments)?;
                paid(erc20(l1_token, l2_token)?, Some(chain_id), [from, to, amount], data)
            }
            [0x15, 0x32, 0xec, 0x34] => {
                let (payment, data) = abi::words_and_bytes(arguments)?;
                paid(Asset::Eth, None, payment, data)
            }
            [0xa9, 0xf9, 0xe6, 0x75] => {
                let ([l1_token, l2_token, from, to, amount], data) = abi::words_and_bytes(arguments)?;
                paid(erc20(l1_token, l2_token)?, None, [from, to, amount], data)
            }
            _ => None,
        }
    }
}

/// The form that ETH and METIS share.
fn coin(asset: Asset, arguments: &[u8]) -> Option<TokenWithdrawal> {
    let ([chain_id, from, to, amount], data) = abi::words_and_bytes(arguments)?;
    paid(asset, Some(chain_id), [from, to, amount], data)
}

fn erc20(l1_token: B256, l2_token: B256) -> Option<Asset> {
    Some(Asset::Erc20 { l1_token: abi::address(l1_token)?, l2_token: abi::address(l2_token)? })
}

fn paid(asset: Asset, chain_id: Option<B256>, payment: [B256; 3], data: Bytes) -> Option<TokenWithdrawal> {
    let [from, to, amount] = payment;
    Some(TokenWithdrawal {
        asset,
        chain_id: chain_id.map(Into::into),
        from: abi::address(from)?,
        to: abi::address(to)?,
        amount: amount.into(),
        data,
    })
}
