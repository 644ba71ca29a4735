// What is true of L2, asked of its node directly.

import { numberToHex } from 'viem'
import { rpcTo } from '../../../src/execution/rpc.mjs'

/** The METIS of an account at a block, in wei and as text. */
export async function metisOf(world, address, block) {
  return BigInt(await rpcTo(world.l2.url)('eth_getBalance', [address, numberToHex(block)])).toString()
}
