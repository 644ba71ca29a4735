// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

import {L2CrossDomainMessenger} from "./L2CrossDomainMessenger.sol";
import {L2StandardERC20} from "./L2Tokens.sol";
import {OVM_GasPriceOracle} from "./OVM_GasPriceOracle.sol";
import {Predeploys} from "../lib/Predeploys.sol";
import {IL1StandardBridge, IL2StandardBridge} from "../lib/StandardBridges.sol";

/// Burns tokens on their way to L1 and mints those that come from there. Slots: 0 messenger, 1 the L1 bridge.
contract L2StandardBridge is IL2StandardBridge {
    address public messenger;
    address public l1TokenBridge;

    event WithdrawalInitiated(
        address indexed l1Token, address indexed l2Token, address indexed from, address to, uint256 amount, bytes data
    );
    event DepositFinalized(
        address indexed l1Token, address indexed l2Token, address indexed from, address to, uint256 amount, bytes data
    );
    event DepositFailed(
        address indexed l1Token, address indexed l2Token, address indexed from, address to, uint256 amount, bytes data
    );

    // Withdrawals.

    function withdraw(address l2Token, uint256 amount, uint32 l1Gas, bytes calldata data) external payable {
        initiate(l2Token, msg.sender, amount, l1Gas, data);
    }

    function withdrawTo(address l2Token, address to, uint256 amount, uint32 l1Gas, bytes calldata data)
        external
        payable
    {
        initiate(l2Token, to, amount, l1Gas, data);
    }

    function withdrawMetis(uint256 amount, uint32 l1Gas, bytes calldata data) external payable {
        initiate(Predeploys.METIS, msg.sender, amount, l1Gas, data);
    }

    function withdrawMetisTo(address to, uint256 amount, uint32 l1Gas, bytes calldata data) external payable {
        initiate(Predeploys.METIS, to, amount, l1Gas, data);
    }

    function initiate(address l2Token, address to, uint256 amount, uint32 l1Gas, bytes calldata data) private {
        require(
            msg.value >= OVM_GasPriceOracle(Predeploys.GAS_PRICE_ORACLE).minErc20BridgeCost(),
            "insufficient withdrawal fee supplied"
        );
        address l1Token = L2StandardERC20(l2Token).l1Token();
        L2StandardERC20(l2Token).burn(msg.sender, amount);
        bytes memory message = finalizeOnL1(l1Token, l2Token, to, amount, data);
        L2CrossDomainMessenger(messenger).sendMessage{value: msg.value}(l1TokenBridge, message, l1Gas);
        emit WithdrawalInitiated(l1Token, l2Token, msg.sender, to, amount, data);
    }

    /// The chain that a message names is this one.
    function finalizeOnL1(address l1Token, address l2Token, address to, uint256 amount, bytes calldata data)
        private
        view
        returns (bytes memory)
    {
        if (l2Token == Predeploys.ETH) {
            return abi.encodeCall(
                IL1StandardBridge.finalizeETHWithdrawalByChainId, (block.chainid, msg.sender, to, amount, data)
            );
        }
        if (l2Token == Predeploys.METIS) {
            return abi.encodeCall(
                IL1StandardBridge.finalizeMetisWithdrawalByChainId, (block.chainid, msg.sender, to, amount, data)
            );
        }
        return abi.encodeCall(
            IL1StandardBridge.finalizeERC20WithdrawalByChainId,
            (block.chainid, l1Token, l2Token, msg.sender, to, amount, data)
        );
    }

    // Deposits.

    /// A token that does not belong together is not minted; the message counts as run nevertheless.
    function finalizeDeposit(
        address l1Token,
        address l2Token,
        address from,
        address to,
        uint256 amount,
        bytes calldata data
    ) external {
        require(msg.sender == messenger, "OVM_XCHAIN: messenger contract unauthenticated");
        require(
            L2CrossDomainMessenger(messenger).xDomainMessageSender() == l1TokenBridge,
            "OVM_XCHAIN: wrong sender of cross-domain message"
        );
        if (l2Token.code.length > 0 && L2StandardERC20(l2Token).l1Token() == l1Token) {
            L2StandardERC20(l2Token).mint(to, amount);
            emit DepositFinalized(l1Token, l2Token, from, to, amount, data);
        } else {
            emit DepositFailed(l1Token, l2Token, from, to, amount, data);
        }
    }
}
