import type { Proven } from '../types.js'
import { address, at, proven } from '../convert.js'
import type { AccountOptions } from '../light-client.js'
import type { Core } from './core.js'

/** How many transactions an account had sent at a posted block. */
export async function getTransactionCount(
  core: Core,
  { address: who, block, ...options }: AccountOptions,
): Promise<Proven<number>> {
  const told = await core.ask({ ask: 'proof', address: address(who), slots: [], at: at(block) }, options)
  return proven(told, ({ nonce }) => nonce)
}
