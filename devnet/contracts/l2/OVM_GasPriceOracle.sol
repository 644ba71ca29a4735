// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

/// Parameters of L2's fees. Slots: 0 owner, 1 gasPrice, 2 l1BaseFee, 3 overhead, 4 scalar, 5 decimals,
/// 6 minErc20BridgeCost.
contract OVM_GasPriceOracle {
    address public owner;
    uint256 public gasPrice;
    uint256 public l1BaseFee;
    uint256 public overhead;
    uint256 public scalar;
    uint256 public decimals;
    uint256 public minErc20BridgeCost;
}
