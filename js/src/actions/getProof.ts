import type { AccountProof, Proven } from '../types.js'
import { address, at, proven, slot } from '../convert.js'
import type { ProofOptions } from '../light-client.js'
import type { Core } from './core.js'

/** An account's leaf and words of its storage, with the trie nodes that prove them. */
export async function getProof(
  core: Core,
  { address: who, slots = [], block, ...options }: ProofOptions,
): Promise<Proven<AccountProof>> {
  const question = { ask: 'proof', address: address(who), slots: slots.map(slot), at: at(block) } as const
  return proven(await core.ask(question, options), (account) => ({ address: who, ...account }))
}
