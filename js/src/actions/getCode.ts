import type { Address, Hex, Proven, StateOptions } from '../types.js'
import { address, at, proven } from '../convert.js'
import type { Core } from './core.js'

/**
 * The code of an account; `0x` where it has none.
 *
 * @throws {NotYetError} the block is not posted, or does not meet the floor
 * @throws {UnavailableError} no node has that state
 * @example
 * const { value } = await client.getCode({ address: '0x…' })
 */
export async function getCode(
  core: Core,
  { address: who, block, ...options }: { address: Address } & StateOptions,
): Promise<Proven<Hex>> {
  return proven(await core.ask({ ask: 'code', address: address(who), at: at(block) }, options), ({ code }) => code)
}
