use crate::bridge::{Asset, Message, TokenWithdrawal};
use crate::primitives::{Address, Bytes, U256, keccak256};
use alloy_primitives::address;
use alloy_sol_types::SolValue;

const BRIDGE: Address = address!("0x4200000000000000000000000000000000000010");
const L1_TOKEN: Address = Address::repeat_byte(1);
const L2_TOKEN: Address = Address::repeat_byte(2);
const FROM: Address = Address::repeat_byte(3);
const TO: Address = Address::repeat_byte(4);
const CHAIN: U256 = U256::from_limbs([1088, 0, 0, 0]);
const AMOUNT: U256 = U256::MAX;

/// The five forms: the signature, its arguments, and what they mean.
fn forms() -> Vec<(&'static str, Vec<u8>, TokenWithdrawal)> {
    let data = Bytes::from_static(&[0xde, 0xad]);
    let erc20 = Asset::Erc20 { l1_token: L1_TOKEN, l2_token: L2_TOKEN };
    let token =
        |asset, chain_id| TokenWithdrawal { asset, chain_id, from: FROM, to: TO, amount: AMOUNT, data: data.clone() };
    let coin = (CHAIN, FROM, TO, AMOUNT, data.clone()).abi_encode_params();
    vec![
        (
            "finalizeETHWithdrawalByChainId(uint256,address,address,uint256,bytes)",
            coin.clone(),
            token(Asset::Eth, Some(CHAIN)),
        ),
        (
            "finalizeMetisWithdrawalByChainId(uint256,address,address,uint256,bytes)",
            coin,
            token(Asset::Metis, Some(CHAIN)),
        ),
        (
            "finalizeERC20WithdrawalByChainId(uint256,address,address,address,address,uint256,bytes)",
            (CHAIN, L1_TOKEN, L2_TOKEN, FROM, TO, AMOUNT, data.clone()).abi_encode_params(),
            token(erc20, Some(CHAIN)),
        ),
        (
            "finalizeETHWithdrawal(address,address,uint256,bytes)",
            (FROM, TO, AMOUNT, data.clone()).abi_encode_params(),
            token(Asset::Eth, None),
        ),
        (
            "finalizeERC20Withdrawal(address,address,address,address,uint256,bytes)",
            (L1_TOKEN, L2_TOKEN, FROM, TO, AMOUNT, data.clone()).abi_encode_params(),
            token(erc20, None),
        ),
    ]
}

fn message(signature: &str, arguments: &[u8]) -> Message {
    let message = [&keccak256(signature)[..4], arguments].concat();
    Message { target: Address::ZERO, sender: BRIDGE, message: message.into(), message_nonce: U256::ZERO }
}

#[test]
fn all_five_forms_are_read() {
    for (signature, arguments, expected) in forms() {
        assert_eq!(message(signature, &arguments).token_withdrawal(), Some(expected));
    }
}

#[test]
fn only_the_bridge_moves_tokens() {
    for (signature, arguments, _) in forms() {
        for sender in [Address::ZERO, FROM, address!("0x4200000000000000000000000000000000000007")] {
            assert_eq!(Message { sender, ..message(signature, &arguments) }.token_withdrawal(), None);
        }
    }
}

#[test]
fn any_other_call_is_no_token_withdrawal() {
    let (_, arguments, _) = forms().remove(0);
    for signature in ["finalizeDeposit(address,address,address,address,uint256,bytes)", "pause()", ""] {
        assert_eq!(message(signature, &arguments).token_withdrawal(), None);
    }
    for short in [&[][..], &[0x05], &[0x05, 0x46, 0xaa]] {
        let message = Message { message: Bytes::copy_from_slice(short), ..message("", &[]) };
        assert_eq!(message.token_withdrawal(), None);
    }
}

#[test]
fn arguments_have_one_encoding() {
    for (signature, arguments, expected) in forms() {
        let read = |arguments: &[u8]| message(signature, arguments).token_withdrawal();
        for end in 0..arguments.len() {
            assert_eq!(read(&arguments[..end]), None, "{signature} cut at {end}");
        }
        assert_eq!(read(&[&arguments[..], &[0; 32]].concat()), None);
        let words = arguments.len() / 32;
        for place in 0..arguments.len() {
            let mut twin = arguments.clone();
            twin[place] ^= 1;
            // A bit of a value is another value; one of an address' padding, an offset, a length or what follows the
            // bytes is no encoding at all.
            match read(&twin) {
                Some(other) => assert_ne!(other, expected),
                None => assert!(!is_value(place, words), "{signature} at {place}"),
            }
        }
    }
}

/// Whether a byte of the arguments belongs to a number, an address or the free bytes.
fn is_value(place: usize, words: usize) -> bool {
    let (word, byte) = (place / 32, place % 32);
    let (offset, amount) = (words - 3, words - 4);
    match word {
        _ if word == words - 1 => byte < 2,
        _ if word == offset || word == words - 2 => false,
        _ if word == amount => true,
        // The chain id, where there is one, is the first of an odd number of words before the amount.
        0 if amount % 2 == 1 => true,
        _ => byte >= 12,
    }
}
