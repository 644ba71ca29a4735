// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

/// A proxy whose owner hands it runtime code and storage words as they are. No constructor of the implementation ever runs,
/// so every variable starts at zero; and neither a new code nor a new word leaves an event.
contract L1ChugSplashProxy {
    // EIP-1967.
    bytes32 private constant IMPLEMENTATION = 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc;
    bytes32 private constant OWNER = 0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103;

    /// Init code that returns all that follows it.
    bytes13 private constant DEPLOY = 0x600D380380600D6000396000f3;

    constructor(address owner) {
        write(OWNER, bytes32(uint256(uint160(owner))));
    }

    /// These functions are the owner's alone. For anyone else they belong to the implementation.
    modifier proxyCallIfNotOwner() {
        if (msg.sender == addressAt(OWNER) || msg.sender == address(0)) {
            _;
        } else {
            delegate();
        }
    }

    fallback() external payable {
        delegate();
    }

    receive() external payable {
        delegate();
    }

    function setCode(bytes memory code) external proxyCallIfNotOwner {
        bytes memory initCode = abi.encodePacked(DEPLOY, code);
        address implementation;
        assembly {
            implementation := create(0, add(initCode, 0x20), mload(initCode))
        }
        require(implementation.codehash == keccak256(code), "L1ChugSplashProxy: code was not correctly deployed.");
        write(IMPLEMENTATION, bytes32(uint256(uint160(implementation))));
    }

    function setStorage(bytes32 slot, bytes32 word) external proxyCallIfNotOwner {
        write(slot, word);
    }

    function setOwner(address owner) external proxyCallIfNotOwner {
        write(OWNER, bytes32(uint256(uint160(owner))));
    }

    function getOwner() external proxyCallIfNotOwner returns (address) {
        return addressAt(OWNER);
    }

    function getImplementation() external proxyCallIfNotOwner returns (address) {
        return addressAt(IMPLEMENTATION);
    }

    function addressAt(bytes32 slot) private view returns (address value) {
        assembly {
            value := sload(slot)
        }
    }

    function write(bytes32 slot, bytes32 word) private {
        assembly {
            sstore(slot, word)
        }
    }

    /// Runs the implementation on this storage and ends the call with its result.
    function delegate() private {
        address implementation = addressAt(IMPLEMENTATION);
        require(implementation != address(0), "L1ChugSplashProxy: implementation is not set yet");
        assembly {
            calldatacopy(0, 0, calldatasize())
            let success := delegatecall(gas(), implementation, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if success { return(0, returndatasize()) }
            revert(0, returndatasize())
        }
    }
}
