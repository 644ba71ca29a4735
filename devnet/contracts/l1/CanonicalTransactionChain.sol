// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

import {Lib_AddressManager, Lib_AddressResolver} from "./Lib_AddressManager.sol";
import {CrossDomain} from "../lib/CrossDomain.sol";

/// The queue of transactions from L1 to L2. Of what this contract once did, this alone is still alive on mainnet.
/// Slots: 0 address manager, 1 to 4 gas parameters, 5 next queue index by chain id, 6 queue by chain id.
contract CanonicalTransactionChain is Lib_AddressResolver {
    /// Two slots: the hash; then the time in the low 5 bytes and the L1 block number in the next 5.
    struct QueueElement {
        bytes32 transactionHash;
        uint40 timestamp;
        uint40 blockNumber;
    }

    uint256 public constant DEFAULT_CHAINID = 1088;
    uint256 public constant MIN_ROLLUP_TX_GAS = 100000;
    uint256 public constant MAX_ROLLUP_TX_SIZE = 50000;

    uint256 public enqueueGasCost;
    uint256 public l2GasDiscountDivisor;
    uint256 public enqueueL2GasPrepaid;
    uint256 public maxTransactionGasLimit;
    /// Stays zero: it counted the elements of a chain of batches that has not grown since 2024.
    mapping(uint256 => uint40) private nextQueueIndex;
    mapping(uint256 => QueueElement[]) private queueElements;

    event TransactionEnqueued(
        uint256 chainId,
        address indexed l1TxOrigin,
        address indexed target,
        uint256 gasLimit,
        bytes data,
        uint256 indexed queueIndex,
        uint256 timestamp
    );

    constructor(address manager, uint256 gasLimit, uint256 discountDivisor, uint256 gasCost) {
        libAddressManager = Lib_AddressManager(manager);
        maxTransactionGasLimit = gasLimit;
        l2GasDiscountDivisor = discountDivisor;
        enqueueGasCost = gasCost;
        enqueueL2GasPrepaid = discountDivisor * gasCost;
    }

    function enqueue(address target, uint256 gasLimit, bytes memory data) external {
        enqueueByChainId(DEFAULT_CHAINID, target, gasLimit, data);
    }

    function enqueueByChainId(uint256 chainId, address target, uint256 gasLimit, bytes memory data) public {
        require(
            msg.sender == resolve("Proxy__OVM_L1CrossDomainMessenger"), "only the cross domain messenger can enqueue"
        );
        require(data.length <= MAX_ROLLUP_TX_SIZE, "Transaction data size exceeds maximum for rollup transaction.");
        require(gasLimit <= maxTransactionGasLimit, "Transaction gas limit exceeds maximum for rollup transaction.");
        require(gasLimit >= MIN_ROLLUP_TX_GAS, "Transaction gas limit too low to enqueue.");

        address sender = msg.sender == tx.origin ? msg.sender : CrossDomain.applyAlias(msg.sender);
        bytes32 transactionHash = keccak256(abi.encode(sender, target, gasLimit, data));
        uint256 queueIndex = queueElements[chainId].length;
        queueElements[chainId].push(QueueElement(transactionHash, uint40(block.timestamp), uint40(block.number)));
        emit TransactionEnqueued(chainId, sender, target, gasLimit, data, queueIndex, block.timestamp);
    }

    function getQueueElementByChainId(uint256 chainId, uint256 index) external view returns (QueueElement memory) {
        return queueElements[chainId][index];
    }

    function getQueueLengthByChainId(uint256 chainId) external view returns (uint40) {
        return uint40(queueElements[chainId].length);
    }

    function getNextQueueIndexByChainId(uint256 chainId) external view returns (uint40) {
        return nextQueueIndex[chainId];
    }
}
