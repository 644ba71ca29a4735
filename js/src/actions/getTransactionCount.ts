import type { Address, Proven, StateOptions } from '../types.js'
import { address, at, proven } from '../convert.js'
import type { Core } from './core.js'

/**
 * How many transactions an account had sent at a posted block. Posted blocks are up to hours old: who sends needs the
 * pending count, which nobody can prove.
 *
 * @throws {NotYetError} the block is not posted, or does not meet the floor
 * @throws {UnavailableError} no node has that state
 * @example
 * const { value } = await client.getTransactionCount({ address: '0x…' })
 */
export async function getTransactionCount(
  core: Core,
  { address: who, block, ...options }: { address: Address } & StateOptions,
): Promise<Proven<number>> {
  const told = await core.ask({ ask: 'proof', address: address(who), slots: [], at: at(block) }, options)
  return proven(told, ({ nonce }) => nonce)
}
