// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

import {Lib_AddressResolver} from "./Lib_AddressManager.sol";
import {ChainStorageContainer} from "./ChainStorageContainer.sol";
import {MVM_ProposerRegistry} from "./MVM_ProposerRegistry.sol";
import {OvmMerkleTree} from "./OvmMerkleTree.sol";

/// What a batch commits to. `batchIndex` is not part of its hash: it is bound by the place in the container alone.
struct BatchHeader {
    uint256 batchIndex;
    bytes32 batchRoot;
    uint256 batchSize;
    uint256 prevTotalElements;
    bytes extraData;
}

/// The branch of one state root in its batch.
struct InclusionProof {
    uint256 index;
    bytes32[] siblings;
}

/// The chain of state batches as it is since the fault-proof upgrade. A batch is appended by the registered proposer, is
/// final when the window has passed, and until then may be flagged as disputed and, once flagged, deleted with all later.
///
/// Runs behind `L1ChugSplashProxy`, so there is no constructor: slots 0 to 3 are written by the proxy's owner.
/// Slots: 0 address manager, 1 window, 2 publish window, 3 default chain id, 4 batchTimes, 5 batchLastL2BlockNumbers,
/// 6 disputedBatches, 7 earliestDisputedBlockNumber.
contract StateCommitmentChain is Lib_AddressResolver {
    uint256 public FRAUD_PROOF_WINDOW;
    uint256 public SEQUENCER_PUBLISH_WINDOW;
    uint256 public DEFAULT_CHAINID;
    /// For every live batch its L1 time in the high half and its index in the low half.
    mapping(uint256 => bytes16[]) public batchTimes;
    mapping(bytes32 => uint256) public batchLastL2BlockNumbers;
    mapping(bytes32 => bool) public disputedBatches;
    uint256 public earliestDisputedBlockNumber;

    event StateBatchAppended(
        uint256 chainId,
        uint256 indexed batchIndex,
        bytes32 batchRoot,
        uint256 batchSize,
        uint256 prevTotalElements,
        bytes extraData
    );
    event StateBatchDeleted(uint256 chainId, uint256 indexed batchIndex, bytes32 batchRoot);
    event BatchDisputedOnTimeout(uint256 indexed chainId, uint256 batchIndex, bytes32 headerHash);

    modifier only(string memory name) {
        require(msg.sender == resolve(name), string.concat("Only callable by ", name, "."));
        _;
    }

    // Reading.

    function batches() public view returns (ChainStorageContainer) {
        return ChainStorageContainer(resolve("ChainStorageContainer-SCC-batches"));
    }

    function getTotalBatchesByChainId(uint256 chainId) public view returns (uint256) {
        return batches().lengthByChainId(chainId);
    }

    function getTotalElementsByChainId(uint256 chainId) public view returns (uint256) {
        return uint40(uint216(batches().getGlobalMetadataByChainId(chainId)));
    }

    function getLastSequencerTimestampByChainId(uint256 chainId) external view returns (uint256) {
        return uint40(uint216(batches().getGlobalMetadataByChainId(chainId)) >> 40);
    }

    function verifyStateCommitment(bytes32 element, BatchHeader memory header, InclusionProof memory proof)
        external
        view
        returns (bool)
    {
        return verifyStateCommitmentByChainId(DEFAULT_CHAINID, element, header, proof);
    }

    function verifyStateCommitmentByChainId(
        uint256 chainId,
        bytes32 element,
        BatchHeader memory header,
        InclusionProof memory proof
    ) public view returns (bool) {
        requireStored(chainId, header);
        require(
            OvmMerkleTree.verify(header.batchRoot, element, proof.index, proof.siblings, header.batchSize),
            "Invalid inclusion proof."
        );
        return true;
    }

    function insideFraudProofWindow(BatchHeader memory header) external view returns (bool) {
        return insideFraudProofWindowByChainId(DEFAULT_CHAINID, header);
    }

    /// Judged by the window as it is now, whatever it was when the batch was appended.
    function insideFraudProofWindowByChainId(uint256, BatchHeader memory header) public view returns (bool) {
        uint256 timestamp = timestampOf(header.extraData);
        require(timestamp != 0, "Batch header timestamp cannot be zero");
        return timestamp + FRAUD_PROOF_WINDOW > block.timestamp;
    }

    // Appending.

    function appendStateBatch(
        bytes32[] memory stateRoots,
        uint256 shouldStartAtElement,
        bytes32 lastBatchBlockHash,
        uint256 lastBatchBlockNumber
    ) external {
        string memory proposer = proposerName(DEFAULT_CHAINID);
        appendStateBatchByChainId(
            DEFAULT_CHAINID, stateRoots, shouldStartAtElement, proposer, lastBatchBlockHash, lastBatchBlockNumber
        );
    }

    /// The block's hash and number are the proposer's word; nothing checks them here.
    function appendStateBatchByChainId(
        uint256 chainId,
        bytes32[] memory stateRoots,
        uint256 shouldStartAtElement,
        string memory proposer,
        bytes32 lastBatchBlockHash,
        uint256 lastBatchBlockNumber
    ) public {
        requireProposer(chainId, proposer);
        require(
            shouldStartAtElement == getTotalElementsByChainId(chainId),
            "Actual batch start index does not match expected start index."
        );
        require(stateRoots.length > 0, "Cannot submit an empty state batch.");
        append(
            chainId,
            BatchHeader({
                batchIndex: getTotalBatchesByChainId(chainId),
                batchSize: stateRoots.length,
                batchRoot: OvmMerkleTree.root(stateRoots),
                prevTotalElements: shouldStartAtElement,
                extraData: abi.encode(block.timestamp, msg.sender, lastBatchBlockHash, lastBatchBlockNumber)
            })
        );
    }

    function append(uint256 chainId, BatchHeader memory header) private {
        emit StateBatchAppended(
            chainId, header.batchIndex, header.batchRoot, header.batchSize, header.prevTotalElements, header.extraData
        );
        bytes32 headerHash = hash(header);
        uint256 lastBlock = header.prevTotalElements + header.batchSize;
        batches().pushByChainId(chainId, headerHash, metadata(lastBlock, block.timestamp));
        batchTimes[chainId].push(bytes16(uint128((block.timestamp << 64) | header.batchIndex)));
        batchLastL2BlockNumbers[headerHash] = lastBlock;
    }

    function requireProposer(uint256 chainId, string memory proposer) private view {
        require(
            keccak256(bytes(proposer)) == keccak256(bytes(proposerName(chainId))),
            "Proposer name does not belong to the chain."
        );
        address registered = MVM_ProposerRegistry(resolve("MVM_ProposerRegistry")).getProposer(chainId);
        require(msg.sender == registered, "Proposer is not registered.");
    }

    // Disputes.

    /// What a dispute game does that the challenger has won. Here the factory's own account stands for its games.
    function saveDisputedBatch(bytes32 headerHash, uint256 blockNumber) external only("DisputeGameFactory") {
        saveDispute(headerHash, blockNumber);
    }

    /// What the factory does when nobody opens the game that was asked for.
    function saveDisputedBatchTimeout(uint256 chainId, uint256 batchIndex, uint256 blockNumber)
        external
        only("DisputeGameFactory")
    {
        bytes32 headerHash = batches().getByChainId(chainId, batchIndex);
        saveDispute(headerHash, blockNumber);
        emit BatchDisputedOnTimeout(chainId, batchIndex, headerHash);
    }

    function saveDispute(bytes32 headerHash, uint256 blockNumber) private {
        disputedBatches[headerHash] = true;
        if (earliestDisputedBlockNumber == 0 || blockNumber < earliestDisputedBlockNumber) {
            earliestDisputedBlockNumber = blockNumber;
        }
    }

    // Deleting.

    function deleteStateBatch(BatchHeader memory header) external {
        deleteStateBatchByChainId(DEFAULT_CHAINID, header);
    }

    /// Takes the batch and all later ones out. That resets the dispute, and with it any other dispute that there was.
    function deleteStateBatchByChainId(uint256 chainId, BatchHeader memory header)
        public
        only(string.concat(decimal(chainId), "_MVM_FraudVerifier"))
    {
        require(
            insideFraudProofWindowByChainId(chainId, header),
            "State batches can only be deleted within the fraud proof window."
        );
        bytes32 stored = batches().getByChainId(chainId, header.batchIndex);
        require(disputedBatches[stored], "Batch is not disputed.");
        requireStored(chainId, header);

        earliestDisputedBlockNumber = 0;
        disputedBatches[stored] = false;
        if (header.extraData.length == 128) {
            forgetTimes(chainId, header);
        }
        batches().deleteElementsAfterInclusiveByChainId(
            chainId, header.batchIndex, metadata(header.prevTotalElements, 0)
        );
        emit StateBatchDeleted(chainId, header.batchIndex, header.batchRoot);
    }

    /// Drops the entries of this batch and all later ones. As on mainnet, the second of two batches of one L1 block cannot
    /// be deleted by itself, for the batch is looked up by its time.
    function forgetTimes(uint256 chainId, BatchHeader memory header) private {
        bytes16[] storage times = batchTimes[chainId];
        uint256 timestamp = timestampOf(header.extraData);
        uint256 first = times.length;
        while (first > 0 && uint128(times[first - 1]) >> 64 >= timestamp) {
            first--;
        }
        require(uint64(uint128(times[first])) == header.batchIndex, "Batch is not the first of its time.");
        batchLastL2BlockNumbers[hash(header)] = 0;
        while (times.length > first) {
            times.pop();
        }
    }

    // The window.

    function setFraudProofWindow(uint256 window) external only("METIS_MANAGER") {
        FRAUD_PROOF_WINDOW = window;
    }

    // Encodings.

    function hash(BatchHeader memory header) private pure returns (bytes32) {
        return keccak256(abi.encode(header.batchRoot, header.batchSize, header.prevTotalElements, header.extraData));
    }

    function requireStored(uint256 chainId, BatchHeader memory header) private view {
        require(hash(header) == batches().getByChainId(chainId, header.batchIndex), "Invalid batch header.");
    }

    /// The first word of either form: time and submitter, since the upgrade with last block hash and number.
    function timestampOf(bytes memory extraData) private pure returns (uint256 timestamp) {
        require(extraData.length == 64 || extraData.length == 128, "Invalid extra data length.");
        (timestamp,) = abi.decode(extraData, (uint256, address));
    }

    /// The container's 27 bytes: 5 bytes of time above 5 bytes of total elements.
    function metadata(uint256 totalElements, uint256 timestamp) private pure returns (bytes27) {
        return bytes27(uint216((timestamp << 40) | totalElements));
    }

    function proposerName(uint256 chainId) private pure returns (string memory) {
        return string.concat(decimal(chainId), "_MVM_Proposer");
    }

    function decimal(uint256 number) private pure returns (string memory digits) {
        while (number > 0) {
            digits = string.concat(string(abi.encodePacked(uint8(48 + number % 10))), digits);
            number /= 10;
        }
    }
}
