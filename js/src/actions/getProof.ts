import type { AccountProof, Address, Hex, Proven, StateOptions } from '../types.js'
import { address, at, proven, slot } from '../convert.js'
import type { Core } from './core.js'

/**
 * An account's leaf and words of its storage, with the trie nodes that prove them. The leaf's balance is not METIS, which a
 * predeploy keeps, and is left out.
 *
 * @throws {NotYetError} the block is not posted, or does not meet the floor
 * @throws {UnavailableError} no node has that state
 * @example
 * const { value } = await client.getProof({ address: '0x…', slots: [0n, 1n] })
 */
export async function getProof(
  core: Core,
  { address: who, slots = [], block, ...options }: { address: Address; slots?: readonly (bigint | Hex)[] } & StateOptions,
): Promise<Proven<AccountProof>> {
  const question = { ask: 'proof', address: address(who), slots: slots.map(slot), at: at(block) } as const
  return proven(await core.ask(question, options), (account) => ({ address: who, ...account }))
}
