// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

/// What both chains must agree on for messages between them: how a message is encoded, and who sends it on L2.
library CrossDomain {
    /// What `xDomainMessageSender` holds while no message is being relayed. Never zero, so that its slot is never deleted.
    address internal constant NO_SENDER = 0x000000000000000000000000000000000000dEaD;

    uint160 private constant ALIAS_OFFSET = uint160(0x1111000000000000000000000000000000001111);

    /// A message in either direction, as it is hashed: the call `relayMessage(target, sender, message, messageNonce)`.
    function encode(address target, address sender, bytes memory message, uint256 messageNonce)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSignature(
            "relayMessage(address,address,bytes,uint256)", target, sender, message, messageNonce
        );
    }

    /// The L2 sender of what an L1 contract enqueues, moved away from the addresses of L2's own accounts.
    function applyAlias(address l1Contract) internal pure returns (address) {
        unchecked {
            return address(uint160(l1Contract) + ALIAS_OFFSET);
        }
    }

    /// The L1 contract behind an aliased sender.
    function undoAlias(address l2Sender) internal pure returns (address) {
        unchecked {
            return address(uint160(l2Sender) - ALIAS_OFFSET);
        }
    }
}
