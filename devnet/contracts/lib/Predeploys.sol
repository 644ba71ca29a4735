// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

/// Addresses of L2 contracts that are there from genesis, the same on every Metis network.
library Predeploys {
    address internal constant MESSAGE_PASSER = 0x4200000000000000000000000000000000000000;
    address internal constant DEPLOYER_WHITELIST = 0x4200000000000000000000000000000000000002;
    address internal constant L2_CROSS_DOMAIN_MESSENGER = 0x4200000000000000000000000000000000000007;
    address internal constant ETH = 0x420000000000000000000000000000000000000A;
    address internal constant GAS_PRICE_ORACLE = 0x420000000000000000000000000000000000000F;
    address internal constant L2_STANDARD_BRIDGE = 0x4200000000000000000000000000000000000010;
    address internal constant FEE_VAULT = 0x4200000000000000000000000000000000000011;
    address internal constant METIS = 0xDeadDeAddeAddEAddeadDEaDDEAdDeaDDeAD0000;
}
