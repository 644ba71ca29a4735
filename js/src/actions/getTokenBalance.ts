import { misuse } from '../errors.js'
import type { Address, Proven, StateOptions } from '../types.js'
import { address, at, proven } from '../convert.js'
import type { Core } from './core.js'

/** ETH on Metis: a token of the standard bridge. */
export const ETH_TOKEN: Address = '0x420000000000000000000000000000000000000A'

/**
 * A token's balance, in its smallest unit, read from the mapping that the token keeps its balances in: slot 0 in every token
 * that the standard bridge makes, and in ETH. That a token keeps them there is the caller's knowledge: for one that does not,
 * the word that is proven is another, or 0.
 *
 * @throws {NotYetError} the block is not posted, or does not meet the floor
 * @throws {UnavailableError} no node has that state
 * @example
 * const ether = await client.getTokenBalance({ token: ETH_TOKEN, address: '0x…' })
 */
export async function getTokenBalance(
  core: Core,
  { token, address: who, mapping = 0, block, ...options }: { token: Address; address: Address; mapping?: number } & StateOptions,
): Promise<Proven<bigint>> {
  if (!Number.isSafeInteger(mapping) || mapping < 0) throw misuse(`mapping must be the number of a slot, and is ${mapping}`)
  const question = { token: address(token, 'token'), address: address(who), mapping, at: at(block) } as const
  return proven(await core.ask({ ask: 'token', ...question }, options), BigInt)
}
