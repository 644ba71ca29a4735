use crate::primitives::{Address, B256, Bytes, StorageSlot, U256, keccak256};
use alloy_primitives::address;
use alloy_sol_types::{SolCall, sol};

sol! {
    /// What a message's hash covers: the call that L1's messenger made in the first version of the protocol.
    function relayMessage(address target, address sender, bytes message, uint256 messageNonce);
}

/// `L2CrossDomainMessenger`, the same on every Metis network: the L1 messenger appends it to every message it looks up.
const L2_MESSENGER: Address = address!("0x4200000000000000000000000000000000000007");

/// `sentMessages` of the message passer.
const SENT_MESSAGES: StorageSlot = StorageSlot::at(0);
/// `blockedMessages` of the L1 messenger.
const BLOCKED_MESSAGES: StorageSlot = StorageSlot::at(201);
/// `successfulMessages` of the L1 messenger.
const SUCCESSFUL_MESSAGES: StorageSlot = StorageSlot::at(203);

/// A message from L2 to L1.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// Who is called on L1.
    pub target: Address,
    /// Who sent it on L2.
    pub sender: Address,
    /// With which calldata.
    pub message: Bytes,
    /// The L2 messenger's counter.
    pub message_nonce: U256,
}

impl Message {
    /// The message as it is hashed: `relayMessage(target, sender, message, messageNonce)` with its selector.
    pub fn x_domain_calldata(&self) -> Vec<u8> {
        let call = relayMessageCall {
            target: self.target,
            sender: self.sender,
            message: self.message.clone(),
            messageNonce: self.message_nonce,
        };
        call.abi_encode()
    }

    /// The message's hash. The chain is not part of it.
    pub fn hash(&self) -> B256 {
        keccak256(self.x_domain_calldata())
    }

    /// The slot of its flag in the message passer on L2.
    pub fn passer_slot(&self) -> StorageSlot {
        let mut sent = self.x_domain_calldata();
        sent.extend_from_slice(L2_MESSENGER.as_slice());
        SENT_MESSAGES.entry(keccak256(sent))
    }

    /// The slot in the L1 messenger that says that it was relayed.
    pub fn successful_slot(&self) -> StorageSlot {
        SUCCESSFUL_MESSAGES.entry(self.hash())
    }

    /// The slot in the L1 messenger that says that it was blocked.
    pub fn blocked_slot(&self) -> StorageSlot {
        BLOCKED_MESSAGES.entry(self.hash())
    }
}
