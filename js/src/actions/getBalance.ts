import type { Proven } from '../types.js'
import { address, at, proven } from '../convert.js'
import type { AccountOptions } from '../light-client.js'
import type { Core } from './core.js'

/** The METIS of an account, in wei. */
export async function getBalance(core: Core, { address: who, block, ...options }: AccountOptions): Promise<Proven<bigint>> {
  return proven(await core.ask({ ask: 'balance', address: address(who), at: at(block) }, options), BigInt)
}
