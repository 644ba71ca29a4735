// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

/// The messages that the two standard bridges send each other.

/// What the L2 bridge tells the L1 bridge.
interface IL1StandardBridge {
    function finalizeETHWithdrawalByChainId(
        uint256 chainId,
        address from,
        address to,
        uint256 amount,
        bytes calldata data
    ) external;

    function finalizeMetisWithdrawalByChainId(
        uint256 chainId,
        address from,
        address to,
        uint256 amount,
        bytes calldata data
    ) external;

    function finalizeERC20WithdrawalByChainId(
        uint256 chainId,
        address l1Token,
        address l2Token,
        address from,
        address to,
        uint256 amount,
        bytes calldata data
    ) external;
}

/// What the L1 bridge tells the L2 bridge.
interface IL2StandardBridge {
    function finalizeDeposit(
        address l1Token,
        address l2Token,
        address from,
        address to,
        uint256 amount,
        bytes calldata data
    ) external;
}
