import type { Hash, Proven } from '../types.js'
import { address, at, proven, slot } from '../convert.js'
import type { StorageOptions } from '../light-client.js'
import type { Core } from './core.js'

/** A word of an account's storage. */
export async function getStorageAt(
  core: Core,
  { address: who, slot: wanted, block, ...options }: StorageOptions,
): Promise<Proven<Hash>> {
  const question = { ask: 'proof', address: address(who), slots: [slot(wanted)], at: at(block) } as const
  const told = await core.ask(question, options)
  return proven(told, ({ storageProof }) => storageProof[0]?.value ?? slot(0n))
}
