// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

/// The sequencers and what each has locked, who are also those whose word on a state batch counts. Only the owner acts here,
/// for everyone: no token moves and no reward is paid.
///
/// Runs behind `L1ChugSplashProxy`. Slots: 51 paused, 101 owner, 151 totalSequencers, 152 whitelist, 153 sequencers,
/// 154 seqOwners, 155 seqSigners, 156 seqStatuses, 207 escrow and what follows it. The gaps are those of the libraries that
/// the deployed contract inherits from; what is never written here is kept for its place.
contract LockingPool {
    enum Status {
        Unavailable,
        Inactive,
        Active,
        Unlocked
    }

    /// Twelve slots, and two more for the key, which is too long for its own.
    struct Sequencer {
        uint256 amount;
        uint256 reward;
        uint256 activationBatch;
        uint256 updatedBatch;
        uint256 deactivationBatch;
        uint256 deactivationTime;
        uint256 unlockClaimTime;
        uint256 nonce;
        address owner;
        address signer;
        bytes pubkey;
        address rewardRecipient;
        Status status;
    }

    struct BatchState {
        uint256 id;
        uint256 number;
        uint256 startEpoch;
        uint256 endEpoch;
    }

    /// What `seqSigners` says of a key that was used and may not come back.
    uint256 private constant BURNED = type(uint256).max;
    uint256 private constant EXIT_DELAY = 21 days;

    uint256[51] private gapBeforePaused;
    bool public paused;
    uint256[49] private gapBeforeOwner;
    address public owner;
    uint256[49] private gapBeforeSequencers;
    uint256 public totalSequencers;
    mapping(address => bool) public whitelist;
    mapping(uint256 => Sequencer) public sequencers;
    mapping(address => uint256) public seqOwners;
    mapping(address => uint256) public seqSigners;
    mapping(uint256 => uint256) private seqStatuses;
    uint256[50] private gapBeforeEscrow;
    address private escrow;
    uint256 private exitDelayPeriod;
    uint256 private rewardPerBlock;
    address private mpcAddress;
    BatchState private currentBatch;
    uint256 private signerUpdateThrottle;

    event Locked(
        address indexed signer,
        uint256 indexed id,
        uint256 nonce,
        uint256 indexed activationBatch,
        uint256 amount,
        uint256 total,
        bytes pubkey
    );
    event LockUpdate(uint256 indexed id, uint256 indexed nonce, uint256 indexed newAmount);
    event UnlockInit(
        address indexed user,
        uint256 indexed id,
        uint256 nonce,
        uint256 deactivationBatch,
        uint256 deactivationTime,
        uint256 unlockClaimTime,
        uint256 indexed amount
    );

    modifier onlyOwner() {
        require(msg.sender == owner, "Ownable: caller is not the owner");
        _;
    }

    /// A sequencer joins with the key that it signs with, without the leading byte that says that it is not compressed.
    function lockFor(address user, uint256 amount, bytes calldata pubkey) external onlyOwner {
        require(amount > 0, "LockingPool: nothing is locked");
        require(pubkey.length == 64, "LockingPool: not a public key");
        address signer = address(uint160(uint256(keccak256(pubkey))));
        require(seqSigners[signer] == 0, "LockingPool: the signer is known");
        uint256 id = ++totalSequencers;
        seqOwners[user] = id;
        seqSigners[signer] = id;
        Sequencer storage sequencer = sequencers[id];
        sequencer.amount = amount;
        sequencer.nonce = 1;
        sequencer.owner = user;
        sequencer.signer = signer;
        sequencer.pubkey = pubkey;
        sequencer.rewardRecipient = user;
        sequencer.status = Status.Active;
        emit Locked(signer, id, 1, 0, amount, amount, pubkey);
    }

    /// From now on so much is locked.
    function setAmount(uint256 id, uint256 amount) external onlyOwner {
        Sequencer storage sequencer = active(id);
        require(amount > 0, "LockingPool: nothing is locked");
        sequencer.amount = amount;
        emit LockUpdate(id, ++sequencer.nonce, amount);
    }

    /// A sequencer leaves. It keeps its id, its signer and its amount, which it may claim later: the status alone says that
    /// it is gone.
    function unlock(uint256 id) external onlyOwner {
        Sequencer storage sequencer = active(id);
        seqSigners[sequencer.signer] = BURNED;
        sequencer.status = Status.Unlocked;
        sequencer.deactivationTime = block.timestamp;
        sequencer.unlockClaimTime = block.timestamp + EXIT_DELAY;
        emit UnlockInit(
            sequencer.owner,
            id,
            ++sequencer.nonce,
            sequencer.deactivationBatch,
            sequencer.deactivationTime,
            sequencer.unlockClaimTime,
            sequencer.amount
        );
    }

    function active(uint256 id) private view returns (Sequencer storage sequencer) {
        sequencer = sequencers[id];
        require(sequencer.status == Status.Active, "LockingPool: not active");
    }
}
