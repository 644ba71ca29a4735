// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

/// Reads a key of a secure Merkle-Patricia trie from a witness: an RLP list of the nodes from the root down, each wrapped as
/// a string. A node below 32 bytes, which stands inside its parent, is expected in the list all the same.
library TrieProof {
    /// The nibbles of a hashed key.
    uint256 private constant PATH_LENGTH = 64;

    /// The value of `key`, RLP-encoded as the trie holds it. Empty where it cannot be reached; wrong nodes revert.
    function get(bytes memory key, bytes calldata witness, bytes32 root) internal pure returns (bytes calldata word) {
        bytes32 path = keccak256(key);
        bytes calldata nodes = Rlp.payload(witness);
        word = witness[0:0];
        for (uint256 depth = 0; nodes.length > 0 && depth < PATH_LENGTH; nodes = Rlp.rest(nodes)) {
            bytes calldata node = Rlp.payload(Rlp.first(nodes));
            require(depth == 0 ? keccak256(node) == root : isNamed(node, word), "Invalid trie node.");
            (word, depth) = descend(Rlp.payload(node), path, depth);
            if (word.length == 0) {
                return word;
            }
            if (depth == PATH_LENGTH) {
                return Rlp.payload(word);
            }
        }
        return witness[0:0];
    }

    /// One step down: what the node has for the path, a child or at full depth the value, and the depth there. Nothing where
    /// the path ends here.
    function descend(bytes calldata items, bytes32 path, uint256 depth)
        private
        pure
        returns (bytes calldata, uint256)
    {
        if (Rlp.count(items) == 17) {
            // Paths are hashes: no two have all nibbles but the last in common.
            require(depth + 1 < PATH_LENGTH, "Invalid trie path.");
            return (Rlp.at(items, nibble(path, depth)), depth + 1);
        }
        (bool isLeaf, uint256 matched) = follow(Rlp.payload(Rlp.first(items)), path, depth);
        bool isPath = matched > 0 && isLeaf == (depth + matched == PATH_LENGTH);
        return (isPath ? Rlp.at(items, 1) : items[0:0], depth + matched);
    }

    /// Whether this node is the one its parent speaks of: by hash, or, below 32 bytes, by standing there itself.
    function isNamed(bytes calldata node, bytes calldata parentsWord) private pure returns (bool) {
        if (node.length < 32) {
            return keccak256(node) == keccak256(parentsWord);
        }
        bytes calldata hash = Rlp.payload(parentsWord);
        return hash.length == 32 && keccak256(node) == bytes32(hash);
    }

    /// Compares a compact (hex-prefix) path with the key's nibbles from `depth` on. `matched` is 0 where they differ.
    function follow(bytes calldata compact, bytes32 path, uint256 depth)
        private
        pure
        returns (bool isLeaf, uint256 matched)
    {
        uint8 flags = uint8(compact[0]) >> 4;
        isLeaf = flags & 2 == 2;
        uint256 skipped = flags & 1 == 1 ? 1 : 2;
        uint256 length = compact.length * 2 - skipped;
        if (depth + length > PATH_LENGTH) {
            return (isLeaf, 0);
        }
        for (uint256 i = 0; i < length; i++) {
            uint8 pair = uint8(compact[(i + skipped) / 2]);
            uint256 expected = (i + skipped) % 2 == 0 ? pair >> 4 : pair & 15;
            if (nibble(path, depth + i) != expected) {
                return (isLeaf, 0);
            }
        }
        return (isLeaf, length);
    }

    function nibble(bytes32 path, uint256 index) private pure returns (uint256) {
        return (uint256(path) >> (252 - 4 * index)) & 15;
    }
}

/// RLP, read in place: an item is a slice of the calldata that begins with the item's prefix.
library Rlp {
    /// The first of the items that stand one after another.
    function first(bytes calldata items) internal pure returns (bytes calldata) {
        (uint256 start, uint256 length) = measure(items);
        return items[:start + length];
    }

    /// The items after the first.
    function rest(bytes calldata items) internal pure returns (bytes calldata) {
        (uint256 start, uint256 length) = measure(items);
        return items[start + length:];
    }

    /// The item at `index`.
    function at(bytes calldata items, uint256 index) internal pure returns (bytes calldata) {
        for (; index > 0; index--) {
            items = rest(items);
        }
        return first(items);
    }

    function count(bytes calldata items) internal pure returns (uint256 total) {
        while (items.length > 0) {
            items = rest(items);
            total += 1;
        }
    }

    /// What is inside an item: a string's bytes, a list's items.
    function payload(bytes calldata item) internal pure returns (bytes calldata) {
        (uint256 start, uint256 length) = measure(item);
        return item[start:start + length];
    }

    /// Where the payload of the first item starts, and its length.
    function measure(bytes calldata items) private pure returns (uint256 start, uint256 length) {
        uint8 prefix = uint8(items[0]);
        if (prefix < 0x80) {
            return (0, 1);
        }
        uint8 short = prefix < 0xc0 ? prefix - 0x80 : prefix - 0xc0;
        if (short < 56) {
            return (1, short);
        }
        uint256 lengthBytes = short - 55;
        start = 1 + lengthBytes;
        length = uint256(bytes32(items[1:start])) >> (256 - 8 * lengthBytes);
    }
}
