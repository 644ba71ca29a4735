// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

import {Lib_AddressManager, Lib_AddressResolver} from "./Lib_AddressManager.sol";

/// An append-only list of words for each L2 chain, written by whoever bears the owner's name.
/// Slots: 0 address manager, 1 the owner's name, 2 buffers by chain id: a context word, then the elements by index.
///
/// The context word holds the length in its low 5 bytes and 27 bytes of the owner's own above. A deletion lowers the length
/// and nothing else: the elements stay in storage.
contract ChainStorageContainer is Lib_AddressResolver {
    struct Buffer {
        bytes32 context;
        mapping(uint256 => bytes32) elements;
    }

    string public owner;
    mapping(uint256 => Buffer) private buffers;

    constructor(address manager, string memory ownerName) {
        libAddressManager = Lib_AddressManager(manager);
        owner = ownerName;
    }

    modifier onlyOwner() {
        require(msg.sender == resolve(owner), "ChainStorageContainer: Function can only be called by the owner.");
        _;
    }

    function lengthByChainId(uint256 chainId) public view returns (uint256) {
        return uint40(uint256(buffers[chainId].context));
    }

    function getGlobalMetadataByChainId(uint256 chainId) external view returns (bytes27) {
        return bytes27(buffers[chainId].context);
    }

    function getByChainId(uint256 chainId, uint256 index) external view returns (bytes32) {
        require(index < lengthByChainId(chainId), "Index out of bounds.");
        return buffers[chainId].elements[index];
    }

    function pushByChainId(uint256 chainId, bytes32 element, bytes27 metadata) external onlyOwner {
        uint256 length = lengthByChainId(chainId);
        buffers[chainId].elements[length] = element;
        setContext(chainId, length + 1, metadata);
    }

    function deleteElementsAfterInclusiveByChainId(uint256 chainId, uint256 index, bytes27 metadata)
        external
        onlyOwner
    {
        require(index < lengthByChainId(chainId), "Index out of bounds.");
        setContext(chainId, index, metadata);
    }

    function setContext(uint256 chainId, uint256 length, bytes27 metadata) private {
        buffers[chainId].context = bytes32(metadata) | bytes32(length);
    }
}
