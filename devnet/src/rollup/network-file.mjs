// The network file's members `l2` and `contracts`, with every pin that a client knows.

import { getAddress, keccak256 } from 'viem'
import { compile } from '../contracts.mjs'
import { PREDEPLOYS } from './addresses.mjs'

/**
 * @param {object} parts
 * @param {import('./deploy.mjs').L1} parts.l1
 * @param {{ hash: `0x${string}`, stateRoot: `0x${string}` }} [parts.genesis] L2's block 0
 * @returns {{ l2: object, contracts: object }}
 */
export function networkFile({ l1, genesis }) {
  const { addresses, fromBlock, l2ChainId, window } = l1
  return {
    l2: {
      chainId: l2ChainId,
      predeploys: { ...PREDEPLOYS },
      metisCodeHashes: [keccak256(compile().MVM_Coinbase.deployedBytecode)],
      ...(genesis && { genesisHash: genesis.hash, genesisStateRoot: genesis.stateRoot }),
    },
    contracts: {
      ...Object.fromEntries(Object.entries(addresses).map(([name, address]) => [name, getAddress(address)])),
      fraudProofWindow: window,
      emitters: [{ address: addresses.stateCommitmentChain, fromBlock }],
    },
  }
}
