// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

/// Who may append state batches. Slots: 0 owner, 1 proposers by chain id.
contract MVM_ProposerRegistry {
    address public owner;
    mapping(uint256 => address) private proposers;

    event ProposerSet(uint256 indexed chainId, address indexed proposer);

    constructor(address firstOwner) {
        owner = firstOwner;
    }

    /// The zero address ends proposing.
    function setProposer(uint256 chainId, address proposer) external {
        require(msg.sender == owner, "Ownable: caller is not the owner");
        proposers[chainId] = proposer;
        emit ProposerSet(chainId, proposer);
    }

    function getProposer(uint256 chainId) external view returns (address) {
        return proposers[chainId];
    }
}
