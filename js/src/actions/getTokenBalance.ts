import { misuse } from '../errors.js'
import type { Address, Proven } from '../types.js'
import { address, at, proven } from '../convert.js'
import type { TokenOptions } from '../light-client.js'
import type { Core } from './core.js'

/** ETH on Metis: a token of the standard bridge. */
export const ETH_TOKEN: Address = '0x420000000000000000000000000000000000000A'

/** A token's balance, in its smallest unit, read from the mapping that the token keeps its balances in. */
export async function getTokenBalance(
  core: Core,
  { token, address: who, mapping = 0, block, ...options }: TokenOptions,
): Promise<Proven<bigint>> {
  if (!Number.isSafeInteger(mapping) || mapping < 0) throw misuse(`mapping must be the number of a slot, and is ${mapping}`)
  const question = { token: address(token, 'token'), address: address(who), mapping, at: at(block) } as const
  return proven(await core.ask({ ask: 'token', ...question }, options), BigInt)
}
