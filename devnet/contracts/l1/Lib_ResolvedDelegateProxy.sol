// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

import {Lib_AddressManager} from "./Lib_AddressManager.sol";

/// A proxy that looks its implementation up by name, at every call. It keeps name and address manager in two mappings keyed
/// by its own address, so that they do not meet the implementation's variables of slots 0 and 1.
contract Lib_ResolvedDelegateProxy {
    mapping(address => string) private implementationName;
    mapping(address => Lib_AddressManager) private addressManager;

    constructor(address libAddressManager, string memory name) {
        addressManager[address(this)] = Lib_AddressManager(libAddressManager);
        implementationName[address(this)] = name;
    }

    receive() external payable {
        delegate();
    }

    fallback() external payable {
        delegate();
    }

    /// Runs the implementation on this storage and ends the call with its result.
    function delegate() private {
        address implementation = addressManager[address(this)].getAddress(implementationName[address(this)]);
        require(implementation != address(0), "Target address must be initialized.");
        assembly {
            calldatacopy(0, 0, calldatasize())
            let success := delegatecall(gas(), implementation, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if success { return(0, returndatasize()) }
            revert(0, returndatasize())
        }
    }
}
