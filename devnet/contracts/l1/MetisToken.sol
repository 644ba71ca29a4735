// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

import {ERC20} from "../lib/ERC20.sol";

/// METIS as L1 knows it: an ERC-20 token.
contract MetisToken is ERC20 {
    constructor(uint256 supply) {
        name = "Metis Token";
        symbol = "Metis";
        create(msg.sender, supply);
    }
}
