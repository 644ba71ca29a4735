import { misuse } from '../errors.js'
import type { ToldWord } from '../engine/protocol.js'
import type { ActionOptions, BatchAttestation, Proven, VerifierWord } from '../types.js'
import { at, proven } from '../convert.js'
import type { Core } from './core.js'

/** Which batch: by its index, or by an L2 block in it; the last one by default. */
export interface AttestationOptions extends ActionOptions {
  readonly batch?: number | undefined
  readonly block?: bigint | undefined
}

/** What verifiers say of a batch, one by one. */
export async function getAttestation(
  core: Core,
  { batch, block, ...options }: AttestationOptions = {},
): Promise<Proven<BatchAttestation>> {
  const question = { ask: 'attestation', ...named(batch, block) } as const
  return proven(await core.ask(question, options), ({ agreeing, dissenting, ...rest }) => ({
    agreeing: agreeing.map(verifierWord),
    dissenting: dissenting.map(verifierWord),
    ...rest,
  }))
}

function named(batch: number | undefined, block: bigint | undefined): { batch?: number; block?: number } {
  if (batch !== undefined && block !== undefined) throw misuse('a batch is named by its index or by a block, not by both')
  if (block !== undefined) {
    const number = at(block)
    if (typeof number !== 'number') throw misuse(`block must be a block number as bigint, and is ${String(block)}`)
    return { block: number }
  }
  if (batch === undefined) return {}
  if (!Number.isSafeInteger(batch) || batch < 0) throw misuse(`batch must be a whole number, and is ${String(batch)}`)
  return { batch }
}

export function verifierWord({ weight, l2Block, ...rest }: ToldWord): VerifierWord {
  return { ...rest, weight: BigInt(weight), l2Block: BigInt(l2Block) }
}
