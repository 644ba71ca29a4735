// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.0;

import {ERC20} from "../lib/ERC20.sol";

/// A token of the standard bridge. Slots: those of ERC20, then 5 the token on L1, 6 the L2 bridge, which mints and burns.
contract L2StandardERC20 is ERC20 {
    address public l1Token;
    address public l2Bridge;

    event Mint(address indexed account, uint256 amount);
    event Burn(address indexed account, uint256 amount);

    modifier onlyL2Bridge() {
        require(msg.sender == l2Bridge, "Only L2 Bridge can mint and burn");
        _;
    }

    function mint(address to, uint256 amount) external onlyL2Bridge {
        create(to, amount);
        emit Mint(to, amount);
    }

    function burn(address from, uint256 amount) external onlyL2Bridge {
        destroy(from, amount);
        emit Burn(from, amount);
    }
}

/// Native METIS: on Metis the node reads and writes these balances for every account.
contract MVM_Coinbase is L2StandardERC20 {}

/// Ether on L2, a token like any other.
contract OVM_ETH is L2StandardERC20 {}
