import type { Address, Proven, StateOptions } from '../types.js'
import { address, at, proven } from '../convert.js'
import type { Core } from './core.js'

/**
 * The METIS of an account, in wei.
 *
 * @throws {NotYetError} the block is not posted, or does not meet the floor
 * @throws {UnsupportedError} METIS is kept by other code than the network's data pins
 * @throws {UnavailableError} no node has that state
 * @example
 * const { value, verification } = await client.getBalance({ address: '0x…' })
 */
export async function getBalance(
  core: Core,
  { address: who, block, ...options }: { address: Address } & StateOptions,
): Promise<Proven<bigint>> {
  return proven(await core.ask({ ask: 'balance', address: address(who), at: at(block) }, options), BigInt)
}
