use super::{LastBlock, RollupError};
use crate::primitives::ovm_merkle::MAX_LEAVES;
use crate::primitives::{B256, U256, abi};

/// What the proposer's append call carried: the only place on L1 where the state roots themselves stand.
///
/// A hint like the event: the roots count if they give the root of a proven batch. So its encoding is read as the ABI
/// allows it, not byte by byte.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AppendCall {
    /// The L2 chain; `None` in the forms that mean the contract's default.
    pub chain_id: Option<U256>,
    /// The batch's state roots, in order.
    pub state_roots: Vec<B256>,
    /// The number of state roots before.
    pub start_at: U256,
    /// The proposer's name, in the forms by chain id.
    pub proposer: Option<String>,
    /// The last block, in the forms since the fault-proof upgrade.
    pub last_block: Option<LastBlock>,
}

impl AppendCall {
    /// `appendStateBatch(bytes32[],uint256)`
    pub const DEFAULT_CHAIN: [u8; 4] = [0x8c, 0xa5, 0xcb, 0xb9];
    /// `appendStateBatchByChainId(uint256,bytes32[],uint256,string)`
    pub const BY_CHAIN_ID: [u8; 4] = [0xd7, 0x10, 0x08, 0x3f];
    /// `appendStateBatch(bytes32[],uint256,bytes32,uint256)`
    pub const DEFAULT_CHAIN_WITH_BLOCK: [u8; 4] = [0x5b, 0x29, 0x71, 0x72];
    /// `appendStateBatchByChainId(uint256,bytes32[],uint256,string,bytes32,uint256)`
    pub const BY_CHAIN_ID_WITH_BLOCK: [u8; 4] = [0x0a, 0x17, 0xd6, 0x99];

    /// Reads the calldata of any of the four forms.
    ///
    /// # Errors
    /// [`RollupError::WrongEncoding`] where it is none, [`RollupError::TooLarge`] above the batch limit.
    pub fn parse(calldata: &[u8]) -> Result<Self, RollupError> {
        let call = Self::read(calldata).ok_or(RollupError::WrongEncoding { what: "the append call" })?;
        let got = call.state_roots.len();
        if got > MAX_LEAVES {
            let got = U256::from(got);
            return Err(RollupError::TooLarge { what: "the number of state roots", got, limit: MAX_LEAVES as u64 });
        }
        Ok(call)
    }

    fn read(calldata: &[u8]) -> Option<Self> {
        let (&selector, arguments) = calldata.split_first_chunk::<4>()?;
        // Where they stand: the roots and the start; the chain's id and the name; the last block's hash and number.
        let ([roots, start], by_chain_id, with_block) = match selector {
            Self::DEFAULT_CHAIN => ([0, 1], None, None),
            Self::BY_CHAIN_ID => ([1, 2], Some([0, 3]), None),
            Self::DEFAULT_CHAIN_WITH_BLOCK => ([0, 1], None, Some([2, 3])),
            Self::BY_CHAIN_ID_WITH_BLOCK => ([1, 2], Some([0, 3]), Some([4, 5])),
            _ => return None,
        };
        let number = |n| abi::word(arguments, n).map(B256::into);
        let mut call = Self {
            chain_id: None,
            state_roots: abi::word_list(arguments, roots)?,
            start_at: number(start)?,
            proposer: None,
            last_block: None,
        };
        if let Some([id, name]) = by_chain_id {
            call.chain_id = Some(number(id)?);
            call.proposer = Some(String::from_utf8_lossy(abi::bytes(arguments, name)?).into_owned());
        }
        if let Some([hash, block]) = with_block {
            call.last_block = Some(LastBlock { hash: abi::word(arguments, hash)?, number: number(block)? });
        }
        Some(call)
    }
}
