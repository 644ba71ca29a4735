//! Execution payloads as the Beacon API writes them, and the headers that they stand for.

use super::super::metis::json::{address, bytes, list, small, word};
use metis_light::primitives::header::{Header, London, Shanghai};
use metis_light::primitives::{B256, U256, mpt, rlp};
use serde_json::Value;

/// keccak256 of the empty list of uncles, in every header since the merge.
const NO_OMMERS: B256 =
    B256::new(alloy_primitives::hex!("1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"));

/// The execution header of a payload of Capella: two roots of it are over tries that the payload holds in whole.
pub(super) fn header(payload: &Value) -> Header {
    let transactions: Vec<_> = list(&payload["transactions"]).iter().map(bytes).collect();
    let withdrawals: Vec<Vec<u8>> = list(&payload["withdrawals"]).iter().map(withdrawal).collect();
    Header {
        parent_hash: word(&payload["parent_hash"]),
        ommers_hash: NO_OMMERS,
        beneficiary: address(&payload["fee_recipient"]),
        state_root: word(&payload["state_root"]),
        transactions_root: mpt::ordered_root(&transactions),
        receipts_root: word(&payload["receipts_root"]),
        logs_bloom: alloy_primitives::Bloom::from_slice(&bytes(&payload["logs_bloom"])),
        difficulty: U256::ZERO,
        number: small(&payload["block_number"]),
        gas_limit: small(&payload["gas_limit"]),
        gas_used: small(&payload["gas_used"]),
        timestamp: small(&payload["timestamp"]),
        extra_data: bytes(&payload["extra_data"]),
        mix_hash: word(&payload["prev_randao"]),
        nonce: Default::default(),
        london: Some(London {
            base_fee_per_gas: small(&payload["base_fee_per_gas"]),
            shanghai: Some(Shanghai { withdrawals_root: mpt::ordered_root(&withdrawals), cancun: None }),
        }),
    }
}

/// EIP-4895: `rlp([index, validator_index, address, amount])`.
fn withdrawal(withdrawal: &Value) -> Vec<u8> {
    let number = |name: &str| alloy_rlp::encode(small(&withdrawal[name]));
    let address = alloy_rlp::encode(address(&withdrawal["address"]));
    rlp::encode_list(&[number("index"), number("validator_index"), address, number("amount")].concat())
}
