import type { ActionOptions, Proven, Verifiers } from '../types.js'
import { proven } from '../convert.js'
import type { Core } from './core.js'

/**
 * Whose word about batches counts, and how much: the stakes as L1 holds them under the finalized block, or the list that the
 * option `verifiers` gives. No source of attestations is asked.
 *
 * @throws {MisuseError} the network's data names no set, and neither does the option
 * @throws {UnsupportedError} the pool runs other code than the network's data pins, or its set cannot be counted
 * @throws {InvalidProofError} no source's answers hold
 * @example
 * const { value, verification } = await client.getVerifiers()
 * console.log(value.members.length, value.quorum.required, verification.l1.number)
 */
export async function getVerifiers(core: Core, options?: ActionOptions): Promise<Proven<Verifiers>> {
  return proven(await core.ask({ ask: 'verifiers' }, options), ({ policy, members, total, quorum }) => ({
    policy,
    members: members.map(({ address, weight }) => ({ address, weight: BigInt(weight) })),
    total: BigInt(total),
    quorum: { ...quorum, required: BigInt(quorum.required) },
  }))
}
