// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

import {Lib_AddressManager, Lib_AddressResolver} from "./Lib_AddressManager.sol";

/// What a message to L2 costs and who may send one. On this network it costs nothing and anyone may.
/// Slots: 0 address manager, 1 discount, 2 least L2 gas, 3 whitelist of senders, 4 whether all may send.
contract MVM_DiscountOracle is Lib_AddressResolver {
    uint256 public discount;
    uint256 public minL2Gas;
    mapping(address => bool) public xDomainWL;
    bool public allowAllXDomainSenders;

    constructor(address manager, uint256 leastL2Gas) {
        libAddressManager = Lib_AddressManager(manager);
        minL2Gas = leastL2Gas;
        allowAllXDomainSenders = true;
    }

    function isXDomainSenderAllowed(address sender) external view returns (bool) {
        return allowAllXDomainSenders || xDomainWL[sender];
    }
}
