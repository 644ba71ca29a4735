// Addresses that are the same on every Metis network, and the alias of an L1 contract on L2.

import { getAddress, numberToHex } from 'viem'

/** L2 contracts that are there from genesis, by the names of the network file. */
export const PREDEPLOYS = Object.freeze({
  messagePasser: '0x4200000000000000000000000000000000000000',
  deployerWhitelist: '0x4200000000000000000000000000000000000002',
  l2CrossDomainMessenger: '0x4200000000000000000000000000000000000007',
  eth: '0x420000000000000000000000000000000000000A',
  gasPriceOracle: '0x420000000000000000000000000000000000000F',
  l2StandardBridge: '0x4200000000000000000000000000000000000010',
  feeVault: '0x4200000000000000000000000000000000000011',
  metis: '0xDeadDeAddeAddEAddeadDEaDDEAdDeaDDeAD0000',
})

const ALIAS_OFFSET = 0x1111000000000000000000000000000000001111n

/**
 * The sender on L2 of what an L1 contract enqueues.
 *
 * @param {import('viem').Address} l1Contract
 * @returns {import('viem').Address}
 */
export function applyAlias(l1Contract) {
  const aliased = BigInt.asUintN(160, BigInt(l1Contract) + ALIAS_OFFSET)
  return getAddress(numberToHex(aliased, { size: 20 }))
}
