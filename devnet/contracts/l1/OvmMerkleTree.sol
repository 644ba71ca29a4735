// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

/// The Merkle tree over a batch's state roots. Leaves are not hashed, and rows of odd length are filled up with the root of
/// a tree over `keccak256` of 32 zero bytes.
library OvmMerkleTree {
    /// A tree has at most this many rows of nodes above its leaves.
    uint256 private constant MAX_DEPTH = 16;

    function root(bytes32[] memory row) internal pure returns (bytes32) {
        uint256 length = row.length;
        require(length > 0, "Lib_MerkleTree: Must provide at least one leaf hash.");
        bytes32 filler = keccak256(abi.encode(bytes32(0)));
        for (uint256 depth = 0; length > 1; depth++) {
            require(depth < MAX_DEPTH, "Lib_MerkleTree: Too many leaves.");
            for (uint256 i = 0; i < length; i += 2) {
                bytes32 right = i + 1 < length ? row[i + 1] : filler;
                row[i / 2] = pair(row[i], right);
            }
            length = (length + 1) / 2;
            filler = pair(filler, filler);
        }
        return row[0];
    }

    function verify(bytes32 expected, bytes32 leaf, uint256 index, bytes32[] memory siblings, uint256 total)
        internal
        pure
        returns (bool)
    {
        require(total > 0, "Lib_MerkleTree: Total leaves must be greater than zero.");
        require(index < total, "Lib_MerkleTree: Index out of bounds.");
        require(
            siblings.length == ceilLog2(total),
            "Lib_MerkleTree: Total siblings does not correctly correspond to total leaves."
        );
        bytes32 node = leaf;
        for (uint256 i = 0; i < siblings.length; i++) {
            node = index & 1 == 1 ? pair(siblings[i], node) : pair(node, siblings[i]);
            index >>= 1;
        }
        return node == expected;
    }

    function pair(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(left, right));
    }

    function ceilLog2(uint256 number) private pure returns (uint256 log) {
        while (uint256(1) << log < number) {
            log++;
        }
    }
}
