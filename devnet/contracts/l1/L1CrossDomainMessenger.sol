// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

import {Lib_AddressManager} from "./Lib_AddressManager.sol";
import {BatchHeader, InclusionProof, StateCommitmentChain} from "./StateCommitmentChain.sol";
import {CanonicalTransactionChain} from "./CanonicalTransactionChain.sol";
import {MVM_DiscountOracle} from "./MVM_DiscountOracle.sol";
import {Rlp, TrieProof} from "./TrieProof.sol";
import {CrossDomain} from "../lib/CrossDomain.sol";
import {Predeploys} from "../lib/Predeploys.sol";

/// Sends messages to L2, and relays messages from L2 that are proven to stand in a final state batch. Anyone may relay; a
/// message is relayed once, and one whose call fails may be tried again.
///
/// Runs behind `Lib_ResolvedDelegateProxy`. Slots: 0 address manager and two flags, 51 owner, 101 paused, 151 reentrancy,
/// 201 blockedMessages, 202 relayedMessages, 203 successfulMessages, 204 xDomainMsgSender. The gaps are those of the
/// libraries that the deployed contract inherits from.
contract L1CrossDomainMessenger {
    struct L2MessageInclusionProof {
        bytes32 stateRoot;
        BatchHeader stateRootBatchHeader;
        InclusionProof stateRootProof;
        bytes stateTrieWitness;
        bytes storageTrieWitness;
    }

    uint256 private constant DEFAULT_CHAINID = 1088;
    uint256 private constant IDLE = 1;
    uint256 private constant ENTERED = 2;

    Lib_AddressManager public libAddressManager;
    bool private initialized;
    /// Kept for its place in slot 0. It would be set while `initialize` runs.
    bool private initializing;
    uint256[50] private gapBeforeOwner;
    address public owner;
    uint256[49] private gapBeforePaused;
    bool public paused;
    uint256[49] private gapBeforeStatus;
    uint256 private status;
    uint256[49] private gapBeforeMessages;
    mapping(bytes32 => bool) public blockedMessages;
    mapping(bytes32 => bool) public relayedMessages;
    mapping(bytes32 => bool) public successfulMessages;
    address private xDomainMsgSender;

    event SentMessage(
        address indexed target,
        address sender,
        bytes message,
        uint256 messageNonce,
        uint256 gasLimit,
        uint256 chainId
    );
    event RelayedMessage(bytes32 indexed msgHash);
    event FailedRelayedMessage(bytes32 indexed msgHash);
    event MessageBlocked(bytes32 indexed messageHash);
    event MessageAllowed(bytes32 indexed messageHash);
    event Paused(address account);
    event Unpaused(address account);

    modifier onlyOwner() {
        require(msg.sender == owner, "Ownable: caller is not the owner");
        _;
    }

    modifier whenNotPaused() {
        require(!paused, "Pausable: paused");
        _;
    }

    modifier nonReentrant() {
        require(status == IDLE, "ReentrancyGuard: reentrant call");
        status = ENTERED;
        _;
        status = IDLE;
    }

    function initialize(address manager) external {
        require(!initialized, "Initializable: contract is already initialized");
        initialized = true;
        libAddressManager = Lib_AddressManager(manager);
        owner = msg.sender;
        status = IDLE;
        xDomainMsgSender = CrossDomain.NO_SENDER;
    }

    // What the owner may do. On mainnet there is no owner any more.

    function pause() external onlyOwner whenNotPaused {
        paused = true;
        emit Paused(msg.sender);
    }

    function unpause() external onlyOwner {
        require(paused, "Pausable: not paused");
        paused = false;
        emit Unpaused(msg.sender);
    }

    function blockMessage(bytes32 messageHash) external onlyOwner {
        blockedMessages[messageHash] = true;
        emit MessageBlocked(messageHash);
    }

    function allowMessage(bytes32 messageHash) external onlyOwner {
        blockedMessages[messageHash] = false;
        emit MessageAllowed(messageHash);
    }

    // To L2.

    function sendMessage(address target, bytes memory message, uint32 gasLimit) external payable {
        sendMessageViaChainId(DEFAULT_CHAINID, target, message, gasLimit);
    }

    function sendMessageViaChainId(uint256 chainId, address target, bytes memory message, uint32 gasLimit)
        public
        payable
    {
        requirePaid(gasLimit);
        CanonicalTransactionChain queue = CanonicalTransactionChain(resolve("CanonicalTransactionChain"));
        uint256 messageNonce = queue.getQueueLengthByChainId(chainId);
        bytes memory xDomainCalldata = CrossDomain.encode(target, msg.sender, message, messageNonce);
        queue.enqueueByChainId(chainId, Predeploys.L2_CROSS_DOMAIN_MESSENGER, gasLimit, xDomainCalldata);
        emit SentMessage(target, msg.sender, message, messageNonce, gasLimit, chainId);
    }

    function requirePaid(uint256 gasLimit) private {
        MVM_DiscountOracle oracle = MVM_DiscountOracle(resolve("MVM_DiscountOracle"));
        require(oracle.isXDomainSenderAllowed(msg.sender), "sender is not whitelisted");
        require(msg.value >= gasLimit * oracle.discount(), "insufficient fee supplied");
    }

    // From L2.

    /// The L2 sender of the message that is being relayed.
    function xDomainMessageSender() external view returns (address) {
        require(xDomainMsgSender != CrossDomain.NO_SENDER, "xDomainMessageSender is not set");
        return xDomainMsgSender;
    }

    function relayMessage(
        address target,
        address sender,
        bytes memory message,
        uint256 messageNonce,
        L2MessageInclusionProof calldata proof
    ) external {
        relayMessageViaChainId(DEFAULT_CHAINID, target, sender, message, messageNonce, proof);
    }

    function relayMessageViaChainId(
        uint256 chainId,
        address target,
        address sender,
        bytes memory message,
        uint256 messageNonce,
        L2MessageInclusionProof calldata proof
    ) public whenNotPaused nonReentrant {
        bytes memory xDomainCalldata = CrossDomain.encode(target, sender, message, messageNonce);
        require(verify(chainId, xDomainCalldata, proof), "Provided message could not be verified.");

        bytes32 messageHash = keccak256(xDomainCalldata);
        require(!successfulMessages[messageHash], "Provided message has already been received.");
        require(!blockedMessages[messageHash], "Provided message has been blocked.");
        require(
            target != resolve("CanonicalTransactionChain"), "Cannot send L2->L1 messages to L1 system contracts."
        );

        xDomainMsgSender = sender;
        (bool success,) = target.call(message);
        xDomainMsgSender = CrossDomain.NO_SENDER;

        if (success) {
            successfulMessages[messageHash] = true;
            emit RelayedMessage(messageHash);
        } else {
            emit FailedRelayedMessage(messageHash);
        }
        relayedMessages[keccak256(abi.encodePacked(xDomainCalldata, msg.sender, block.number))] = true;
    }

    function verify(uint256 chainId, bytes memory xDomainCalldata, L2MessageInclusionProof calldata proof)
        private
        view
        returns (bool)
    {
        return verifyStateRoot(chainId, proof) && verifyStorage(xDomainCalldata, proof);
    }

    function verifyStateRoot(uint256 chainId, L2MessageInclusionProof calldata proof) private view returns (bool) {
        StateCommitmentChain scc = StateCommitmentChain(resolve("StateCommitmentChain"));
        BatchHeader calldata header = proof.stateRootBatchHeader;
        uint256 disputed = scc.earliestDisputedBlockNumber();
        bool isBeforeDispute = disputed == 0 || disputed > header.prevTotalElements + header.batchSize;
        return isBeforeDispute && !scc.insideFraudProofWindowByChainId(chainId, header)
            && scc.verifyStateCommitmentByChainId(chainId, proof.stateRoot, header, proof.stateRootProof);
    }

    /// Whether `sentMessages` of the message passer holds the message under the state root.
    function verifyStorage(bytes memory xDomainCalldata, L2MessageInclusionProof calldata proof)
        private
        view
        returns (bool)
    {
        bytes32 sent = keccak256(abi.encodePacked(xDomainCalldata, resolve("L2CrossDomainMessenger")));
        bytes32 slot = keccak256(abi.encode(sent, uint256(0)));
        bytes calldata account =
            TrieProof.get(abi.encodePacked(Predeploys.MESSAGE_PASSER), proof.stateTrieWitness, proof.stateRoot);
        require(
            account.length > 0,
            "Message passing predeploy has not been initialized or invalid proof provided."
        );
        bytes calldata storageRoot = Rlp.payload(Rlp.at(Rlp.payload(account), 2));
        bytes calldata value = TrieProof.get(abi.encodePacked(slot), proof.storageTrieWitness, bytes32(storageRoot));
        return keccak256(value) == keccak256(hex"01");
    }

    function resolve(string memory name) private view returns (address) {
        return libAddressManager.getAddress(name);
    }
}
