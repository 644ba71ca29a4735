import type { Address, Hash, Hex, Proven, StateOptions } from '../types.js'
import { address, at, proven, slot } from '../convert.js'
import type { Core } from './core.js'

/**
 * A word of an account's storage.
 *
 * @throws {NotYetError} the block is not posted, or does not meet the floor
 * @throws {UnavailableError} no node has that state
 * @example
 * const { value } = await client.getStorageAt({ address: '0x…', slot: 0n })
 */
export async function getStorageAt(
  core: Core,
  { address: who, slot: wanted, block, ...options }: { address: Address; slot: bigint | Hex } & StateOptions,
): Promise<Proven<Hash>> {
  const question = { ask: 'proof', address: address(who), slots: [slot(wanted)], at: at(block) } as const
  const told = await core.ask(question, options)
  return proven(told, ({ storageProof }) => storageProof[0]?.value ?? slot(0n))
}
