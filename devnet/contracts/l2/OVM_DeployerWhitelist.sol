// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

/// Who may send messages to L1: everyone while there is no owner, as on this network.
/// Slots: 0 whitelist of senders, 1 owner, 2 whitelist of deployers, 3 two flags.
contract OVM_DeployerWhitelist {
    mapping(address => bool) public xDomainWL;
    address public owner;
    mapping(address => bool) public whitelist;
    bool public allowArbitraryDeployment;
    bool public allowAllXDomainSenders;

    function isXDomainSenderAllowed(address sender) external view returns (bool) {
        return owner == address(0) || allowAllXDomainSenders || xDomainWL[sender];
    }
}
