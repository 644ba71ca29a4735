// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

import {Lib_AddressManager} from "./Lib_AddressManager.sol";
import {L1CrossDomainMessenger} from "./L1CrossDomainMessenger.sol";
import {MVM_DiscountOracle} from "./MVM_DiscountOracle.sol";
import {ERC20} from "../lib/ERC20.sol";
import {Predeploys} from "../lib/Predeploys.sol";
import {IL1StandardBridge, IL2StandardBridge} from "../lib/StandardBridges.sol";

/// Takes ETH, METIS and other tokens in for L2, and pays them out to whom the L2 bridge names.
///
/// Runs behind `L1ChugSplashProxy`. Slots: 0 messenger, 1 L2 bridge, 2 METIS, 3 address manager, 4 deposits by L1 token,
/// chain id and L2 token.
contract L1StandardBridge is IL1StandardBridge {
    uint256 private constant DEFAULT_CHAINID = 1088;

    address public messenger;
    address public l2TokenBridge;
    address public metis;
    Lib_AddressManager public addressmgr;
    mapping(address => mapping(uint256 => mapping(address => uint256))) public deposits;

    event ETHDepositInitiated(address indexed from, address indexed to, uint256 amount, bytes data, uint256 chainId);
    event ETHWithdrawalFinalized(address indexed from, address indexed to, uint256 amount, bytes data, uint256 chainId);
    event ERC20DepositInitiated(
        address indexed l1Token, address indexed l2Token, address indexed from, address to, uint256 amount, bytes data
    );
    event ERC20WithdrawalFinalized(
        address indexed l1Token, address indexed l2Token, address indexed from, address to, uint256 amount, bytes data
    );
    event ERC20ChainID(uint256 chainId);

    modifier onlyL2Bridge() {
        require(msg.sender == messenger, "OVM_XCHAIN: messenger contract unauthenticated");
        require(
            L1CrossDomainMessenger(messenger).xDomainMessageSender() == l2TokenBridge,
            "OVM_XCHAIN: wrong sender of cross-domain message"
        );
        _;
    }

    function initialize(address l1Messenger, address l2Bridge, address manager, address metisToken) external {
        require(messenger == address(0), "Contract has already been initialized.");
        messenger = l1Messenger;
        l2TokenBridge = l2Bridge;
        addressmgr = Lib_AddressManager(manager);
        metis = metisToken;
    }

    // Deposits.

    function depositETH(uint32 l2Gas, bytes calldata data) external payable {
        depositETHToByChainId(DEFAULT_CHAINID, msg.sender, l2Gas, data);
    }

    function depositETHToByChainId(uint256 chainId, address to, uint32 l2Gas, bytes calldata data) public payable {
        (uint32 gasLimit, uint256 fee) = price(l2Gas);
        uint256 amount = msg.value - fee;
        emit ETHDepositInitiated(msg.sender, to, amount, data, chainId);
        finalizeOnL2(chainId, gasLimit, fee, [address(0), Predeploys.ETH, msg.sender, to], amount, data);
    }

    function depositERC20(address l1Token, address l2Token, uint256 amount, uint32 l2Gas, bytes calldata data)
        external
        payable
    {
        depositERC20ToByChainId(DEFAULT_CHAINID, l1Token, l2Token, msg.sender, amount, l2Gas, data);
    }

    /// METIS is native on L2, so there it has no L1 token, and its L2 token is the predeploy whatever the caller says.
    function depositERC20ToByChainId(
        uint256 chainId,
        address l1Token,
        address l2Token,
        address to,
        uint256 amount,
        uint32 l2Gas,
        bytes calldata data
    ) public payable {
        (uint32 gasLimit, uint256 fee) = price(l2Gas);
        require(msg.value >= fee, "insufficient fee supplied");
        bool isMetis = l1Token == metis;
        if (isMetis) {
            l2Token = Predeploys.METIS;
        }
        require(ERC20(l1Token).transferFrom(msg.sender, address(this), amount), "transfer failed");
        deposits[l1Token][chainId][l2Token] += amount;
        emit ERC20DepositInitiated(l1Token, l2Token, msg.sender, to, amount, data);
        emit ERC20ChainID(chainId);
        address named = isMetis ? address(0) : l1Token;
        finalizeOnL2(chainId, gasLimit, msg.value, [named, l2Token, msg.sender, to], amount, data);
    }

    /// `parties` are L1 token, L2 token, sender and receiver.
    function finalizeOnL2(
        uint256 chainId,
        uint32 gasLimit,
        uint256 fee,
        address[4] memory parties,
        uint256 amount,
        bytes calldata data
    ) private {
        bytes memory message = abi.encodeCall(
            IL2StandardBridge.finalizeDeposit, (parties[0], parties[1], parties[2], parties[3], amount, data)
        );
        L1CrossDomainMessenger(messenger).sendMessageViaChainId{value: fee}(chainId, l2TokenBridge, message, gasLimit);
    }

    function price(uint32 l2Gas) private view returns (uint32 gasLimit, uint256 fee) {
        MVM_DiscountOracle oracle = MVM_DiscountOracle(addressmgr.getAddress("MVM_DiscountOracle"));
        uint256 least = oracle.minL2Gas();
        gasLimit = l2Gas < least ? uint32(least) : l2Gas;
        fee = gasLimit * oracle.discount();
    }

    // Withdrawals.

    function finalizeETHWithdrawal(address from, address to, uint256 amount, bytes calldata data) external {
        finalizeETHWithdrawalByChainId(DEFAULT_CHAINID, from, to, amount, data);
    }

    function finalizeETHWithdrawalByChainId(
        uint256 chainId,
        address from,
        address to,
        uint256 amount,
        bytes calldata data
    ) public onlyL2Bridge {
        (bool success,) = to.call{value: amount}("");
        require(success, "TransferHelper::safeTransferETH: ETH transfer failed");
        emit ETHWithdrawalFinalized(from, to, amount, data, chainId);
    }

    function finalizeMetisWithdrawalByChainId(
        uint256 chainId,
        address from,
        address to,
        uint256 amount,
        bytes calldata data
    ) external onlyL2Bridge {
        payToken(chainId, metis, Predeploys.METIS, from, to, amount, data);
    }

    function finalizeERC20Withdrawal(
        address l1Token,
        address l2Token,
        address from,
        address to,
        uint256 amount,
        bytes calldata data
    ) external {
        finalizeERC20WithdrawalByChainId(DEFAULT_CHAINID, l1Token, l2Token, from, to, amount, data);
    }

    function finalizeERC20WithdrawalByChainId(
        uint256 chainId,
        address l1Token,
        address l2Token,
        address from,
        address to,
        uint256 amount,
        bytes calldata data
    ) public onlyL2Bridge {
        payToken(chainId, l1Token, l2Token, from, to, amount, data);
    }

    function payToken(
        uint256 chainId,
        address l1Token,
        address l2Token,
        address from,
        address to,
        uint256 amount,
        bytes calldata data
    ) private {
        deposits[l1Token][chainId][l2Token] -= amount;
        require(ERC20(l1Token).transfer(to, amount), "transfer failed");
        emit ERC20WithdrawalFinalized(l1Token, l2Token, from, to, amount, data);
        emit ERC20ChainID(chainId);
    }
}
