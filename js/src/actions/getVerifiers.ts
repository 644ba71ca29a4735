import type { ActionOptions, Proven, Verifiers } from '../types.js'
import { proven } from '../convert.js'
import type { Core } from './core.js'

/** Whose word about batches counts, and how much. */
export async function getVerifiers(core: Core, options?: ActionOptions): Promise<Proven<Verifiers>> {
  return proven(await core.ask({ ask: 'verifiers' }, options), ({ policy, members, total, quorum }) => ({
    policy,
    members: members.map(({ address, weight }) => ({ address, weight: BigInt(weight) })),
    total: BigInt(total),
    quorum: { ...quorum, required: BigInt(quorum.required) },
  }))
}
