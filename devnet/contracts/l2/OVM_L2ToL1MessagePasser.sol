// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

/// Where L1 looks for messages: one flag for each message and sender. Slot 0: sentMessages.
contract OVM_L2ToL1MessagePasser {
    mapping(bytes32 => bool) public sentMessages;

    /// Open to everyone; L1 asks for messages of the L2 messenger alone.
    function passMessageToL1(bytes memory message) external {
        sentMessages[keccak256(abi.encodePacked(message, msg.sender))] = true;
    }
}
