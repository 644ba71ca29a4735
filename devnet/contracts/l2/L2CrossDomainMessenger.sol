// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

import {OVM_DeployerWhitelist} from "./OVM_DeployerWhitelist.sol";
import {OVM_L2ToL1MessagePasser} from "./OVM_L2ToL1MessagePasser.sol";
import {CrossDomain} from "../lib/CrossDomain.sol";
import {Predeploys} from "../lib/Predeploys.sol";

/// Sends messages to L1, and runs those that the L1 messenger enqueued.
/// Slots: 0 relayedMessages, 1 successfulMessages, 2 sentMessages, 3 messageNonce, 4 xDomainMsgSender,
/// 5 l1CrossDomainMessenger.
contract L2CrossDomainMessenger {
    mapping(bytes32 => bool) public relayedMessages;
    mapping(bytes32 => bool) public successfulMessages;
    mapping(bytes32 => bool) public sentMessages;
    uint256 public messageNonce;
    address private xDomainMsgSender;
    address public l1CrossDomainMessenger;

    event SentMessage(
        address indexed target,
        address sender,
        bytes message,
        uint256 messageNonce,
        uint256 gasLimit,
        uint256 chainId
    );
    event RelayedMessage(bytes32 indexed msgHash);
    event FailedRelayedMessage(bytes32 indexed msgHash);

    function xDomainMessageSender() external view returns (address) {
        require(xDomainMsgSender != CrossDomain.NO_SENDER, "xDomainMessageSender is not set");
        return xDomainMsgSender;
    }

    /// The chain id in the event is 1 for messages to L1. The fee is what is sent along.
    function sendMessage(address target, bytes memory message, uint32 gasLimit) external payable {
        require(
            OVM_DeployerWhitelist(Predeploys.DEPLOYER_WHITELIST).isXDomainSenderAllowed(msg.sender),
            "sender is not whitelisted"
        );
        bytes memory xDomainCalldata = CrossDomain.encode(target, msg.sender, message, messageNonce);
        sentMessages[keccak256(xDomainCalldata)] = true;
        OVM_L2ToL1MessagePasser(Predeploys.MESSAGE_PASSER).passMessageToL1(xDomainCalldata);
        emit SentMessage(target, msg.sender, message, messageNonce, gasLimit, 1);
        messageNonce += 1;
        payFee();
    }

    function payFee() private {
        if (msg.value > 0) {
            (bool success,) = Predeploys.FEE_VAULT.call{value: msg.value}("");
            require(success, "fee was not taken");
        }
    }

    /// A message whose call fails is not marked as successful, and the transaction succeeds all the same.
    function relayMessage(address target, address sender, bytes memory message, uint256 nonce) external {
        require(
            CrossDomain.undoAlias(msg.sender) == l1CrossDomainMessenger, "Provided message could not be verified."
        );
        bytes memory xDomainCalldata = CrossDomain.encode(target, sender, message, nonce);
        bytes32 messageHash = keccak256(xDomainCalldata);
        require(!successfulMessages[messageHash], "Provided message has already been received.");
        // The passer would take this contract for the sender, and the message for one to L1.
        if (target == Predeploys.MESSAGE_PASSER) {
            successfulMessages[messageHash] = true;
            return;
        }

        xDomainMsgSender = sender;
        (bool success,) = target.call(message);
        xDomainMsgSender = CrossDomain.NO_SENDER;

        if (success) {
            successfulMessages[messageHash] = true;
            emit RelayedMessage(messageHash);
        } else {
            emit FailedRelayedMessage(messageHash);
        }
        relayedMessages[keccak256(abi.encodePacked(xDomainCalldata, msg.sender, block.number))] = true;
    }
}
