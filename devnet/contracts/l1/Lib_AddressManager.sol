// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

/// Names to addresses: whoever owns it can replace any contract that is found by name.
/// Slots: 0 owner, 1 addresses by the keccak256 of the name's bytes.
contract Lib_AddressManager {
    address public owner;
    mapping(bytes32 => address) private addresses;

    event AddressSet(string indexed name, address newAddress, address oldAddress);
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    constructor() {
        owner = msg.sender;
        emit OwnershipTransferred(address(0), msg.sender);
    }

    modifier onlyOwner() {
        require(msg.sender == owner, "Ownable: caller is not the owner");
        _;
    }

    function transferOwnership(address newOwner) external onlyOwner {
        emit OwnershipTransferred(owner, newOwner);
        owner = newOwner;
    }

    function setAddress(string memory name, address value) external onlyOwner {
        bytes32 key = keccak256(bytes(name));
        emit AddressSet(name, value, addresses[key]);
        addresses[key] = value;
    }

    function getAddress(string memory name) external view returns (address) {
        return addresses[keccak256(bytes(name))];
    }
}

/// A contract that finds others by name. Slot 0: the address manager.
abstract contract Lib_AddressResolver {
    Lib_AddressManager public libAddressManager;

    function resolve(string memory name) public view returns (address) {
        return libAddressManager.getAddress(name);
    }
}
